//! The facts of a region, a file each.

pub(super) mod attached;
pub(super) mod began;
pub(super) mod deleted;
pub(super) mod forgotten;
pub(super) mod host_added;
pub(super) mod host_marked;
pub(super) mod host_removed;
pub(super) mod instance_tagged;
pub(super) mod instance_untagged;
pub(super) mod ladder_set;
pub(super) mod launched;
pub(super) mod modified;
pub(super) mod noticed;
pub(super) mod released;
pub(super) mod renewal_set;
pub(super) mod renewed;
pub(super) mod rescheduled;
pub(super) mod reserved;
pub(super) mod reserved_later;
pub(super) mod rules_set;
pub(super) mod started;
pub(super) mod stopped;
pub(super) mod tagged;
pub(super) mod untagged;

//! The facts of a region, a file each.

pub(super) mod forgotten;
pub(super) mod host_added;
pub(super) mod host_removed;
pub(super) mod ladder_set;
pub(super) mod modified;
pub(super) mod released;
pub(super) mod reserved;
pub(super) mod tagged;
pub(super) mod untagged;

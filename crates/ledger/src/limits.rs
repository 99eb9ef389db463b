//! Every bound of the ledger, in one place.

/// Rungs of a ladder.
pub const RUNGS_MAX: usize = 16;
/// Tags on one reservation (ECS: at most 20 a resource).
pub const TAGS_MAX: usize = 20;
/// Instances of one reservation (ECS: 1 to 1000).
pub const INSTANCES_MAX: u32 = 1000;
/// Units of one host: keeps every sum of a pool far from overflow.
pub const HOST_UNITS_MAX: u32 = 1 << 20;
/// Hosts of a region.
pub const HOSTS_MAX: usize = 1 << 20;
/// Instances that one command launches, starts, stops or deletes (ECS: at most 100).
pub const LAUNCHES_MAX: usize = 100;
/// Instances of one account in a region, running or not.
pub const INSTANCES_OF_OWNER_MAX: usize = 1 << 20;

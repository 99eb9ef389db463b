//! The fold of all facts of a region. What it holds is here, how facts change it in `apply`, what can be asked of it
//! in `queries`, what is kept beside it to answer fast in `index`. No rule of admission: those are the commands'.

mod apply;
mod apply_hosts;
mod apply_instances;
mod index;
mod queries;
mod share;
mod short;

use crate::{ClassName, HostId, Instance, InstanceId, Ladder, Pool, Reservation, ReservationId, TypeName, ZoneName};
pub(crate) use index::{Due, Index};
pub use short::Short;
use std::collections::{BTreeMap, BTreeSet};

/// What a host is good for now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum HostState {
    /// It serves.
    InService,
    /// It is being emptied: what stands on it stays until it leaves, nothing comes.
    Draining,
    /// It has failed: what stood on it is not running, whatever its instances' state says.
    Failed,
}

/// A host, where it stands and what stands on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Host {
    /// Its zone.
    pub zone: ZoneName,
    /// Its class.
    pub class: ClassName,
    /// Units it holds.
    pub units: u32,
    /// Units of them that no instance has.
    pub free: u32,
    /// What it is good for now.
    pub state: HostState,
    /// What stands on it.
    pub instances: BTreeSet<InstanceId>,
}

impl Host {
    /// Whether what is free on it counts.
    #[must_use]
    pub const fn serves(&self) -> bool {
        matches!(self.state, HostState::InService)
    }
}

/// Everything a region knows.
///
/// Equal ledgers answer every question alike, whatever ways they came by.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    pub(crate) ladders: BTreeMap<ClassName, Ladder>,
    pub(crate) hosts: BTreeMap<HostId, Host>,
    /// Those with hosts or with promises.
    pub(crate) pools: BTreeMap<(ZoneName, ClassName), Pool>,
    /// Boxed, so that the tree stays small enough for the nearer memory.
    pub(crate) reservations: BTreeMap<ReservationId, Box<Reservation>>,
    pub(crate) instances: BTreeMap<InstanceId, Box<Instance>>,
    pub(crate) index: Index,
    /// One copy of the name of each instance type that was ever reserved.
    types: BTreeSet<TypeName>,
    pub(crate) anomalies: u64,
}

impl PartialEq for Ledger {
    fn eq(&self, other: &Self) -> bool {
        self.ladders == other.ladders
            && self.hosts == other.hosts
            && self.pools == other.pools
            && self.reservations == other.reservations
            && self.instances == other.instances
            && self.index == other.index
    }
}

impl Eq for Ledger {}

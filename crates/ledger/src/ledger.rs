//! The fold of all facts of a region. What it holds is here, how facts change it in `apply`, what can be asked of it
//! in `queries`, what is kept beside it to answer fast in `index`. No rule of admission: those are the commands'.

mod apply;
mod index;
mod queries;

use crate::{ClassName, HostId, Ladder, Pool, Reservation, ReservationId, TypeName, ZoneName};
pub(crate) use index::Index;
use std::collections::{BTreeMap, BTreeSet};

/// A host and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Host {
    /// Its zone.
    pub zone: ZoneName,
    /// Its class.
    pub class: ClassName,
    /// Units it holds.
    pub units: u32,
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
            && self.index == other.index
    }
}

impl Eq for Ledger {}

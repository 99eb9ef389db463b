//! Hosts come and go, and a class gets its ladder.

use super::Command;
use crate::limits::{HOST_UNITS_MAX, HOSTS_MAX};
use crate::{ClassName, Entry, HostId, HostState, Ladder, Ledger, Moment, ZoneName};

/// From now on pools of this class count in this ladder. What is promised stays promised, each size as the next rung
/// above in the new ladder: that can make a shortfall.
#[derive(Clone, Debug)]
pub struct SetLadder {
    /// Whose pools.
    pub class: ClassName,
    /// The ladder.
    pub ladder: Ladder,
}

/// A host comes.
#[derive(Clone, Debug)]
pub struct AddHost {
    /// Its name.
    pub host: HostId,
    /// Where it stands.
    pub zone: ZoneName,
    /// Of which class.
    pub class: ClassName,
    /// How many units it holds.
    pub units: u32,
}

/// A host is taken out of service, or put back. What it is already is no change.
#[derive(Clone, Debug)]
pub struct MarkHost {
    /// Which.
    pub host: HostId,
    /// What it is to be.
    pub state: HostState,
}

/// A host goes.
#[derive(Clone, Debug)]
pub struct RemoveHost {
    /// Which.
    pub host: HostId,
}

/// Why a host or a ladder is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HostRefusal {
    /// There is one of this name.
    NameTaken,
    /// There is none of this name.
    NotFound,
    /// Instances stand on it.
    InUse,
    /// The class has no ladder yet.
    NoLadder,
    /// Less than one unit, or more than [`HOST_UNITS_MAX`].
    Units,
    /// The region has [`HOSTS_MAX`] hosts.
    TooMany,
    /// An active reservation of the class has instances of so many units, which no rung of the ladder covers.
    LadderTooShort(u32),
}

impl Command for SetLadder {
    type Done = ();
    type Refusal = HostRefusal;

    fn decide(&self, ledger: &Ledger, _: Moment) -> Result<(Vec<Entry>, ()), HostRefusal> {
        if ledger.ladder(&self.class) == Some(&self.ladder) {
            return Ok((Vec::new(), ()));
        }
        let held = ledger.reservations.values().filter(|held| held.holds() && held.class == self.class);
        if let Some(size) = held.map(|held| held.size).find(|size| self.ladder.rung_for(*size).is_none()) {
            return Err(HostRefusal::LadderTooShort(size));
        }
        let rungs = self.ladder.rungs().to_vec();
        Ok((vec![Entry::LadderSet { class: self.class.clone(), rungs }], ()))
    }
}

impl Command for AddHost {
    type Done = ();
    type Refusal = HostRefusal;

    fn decide(&self, ledger: &Ledger, _: Moment) -> Result<(Vec<Entry>, ()), HostRefusal> {
        if ledger.host(&self.host).is_some() {
            return Err(HostRefusal::NameTaken);
        }
        if ledger.ladder(&self.class).is_none() {
            return Err(HostRefusal::NoLadder);
        }
        self.check(ledger)?;
        if ledger.hosts().len() >= HOSTS_MAX {
            return Err(HostRefusal::TooMany);
        }
        Ok((vec![self.fact()], ()))
    }
}

impl AddHost {
    /// Whether it stands there already, just so.
    pub(super) fn stands(&self, ledger: &Ledger) -> bool {
        let alike = |host: &crate::Host| (&host.zone, &host.class, host.units) == (&self.zone, &self.class, self.units);
        ledger.host(&self.host).is_some_and(alike)
    }

    /// What can be said against it whatever else comes.
    pub(super) fn check(&self, ledger: &Ledger) -> Result<(), HostRefusal> {
        if ledger.host(&self.host).is_some() {
            return Err(HostRefusal::NameTaken);
        }
        if (1..=HOST_UNITS_MAX).contains(&self.units) { Ok(()) } else { Err(HostRefusal::Units) }
    }

    pub(super) fn fact(&self) -> Entry {
        let (host, zone, class) = (self.host.clone(), self.zone.clone(), self.class.clone());
        Entry::HostAdded { host, zone, class, units: self.units }
    }
}

impl Command for RemoveHost {
    type Done = ();
    type Refusal = HostRefusal;

    fn decide(&self, ledger: &Ledger, _: Moment) -> Result<(Vec<Entry>, ()), HostRefusal> {
        if !ledger.host(&self.host).ok_or(HostRefusal::NotFound)?.instances.is_empty() {
            return Err(HostRefusal::InUse);
        }
        Ok((vec![Entry::HostRemoved { host: self.host.clone() }], ()))
    }
}

impl Command for MarkHost {
    type Done = ();
    type Refusal = HostRefusal;

    fn decide(&self, ledger: &Ledger, _: Moment) -> Result<(Vec<Entry>, ()), HostRefusal> {
        let host = ledger.host(&self.host).ok_or(HostRefusal::NotFound)?;
        let marked = Entry::HostMarked { host: self.host.clone(), state: self.state };
        Ok((if host.state == self.state { Vec::new() } else { vec![marked] }, ()))
    }
}

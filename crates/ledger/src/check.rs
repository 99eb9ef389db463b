//! The invariants again, in the plainest and slowest way: from the hosts and the reservations alone, without the
//! pools' arithmetic or the indices. Run after every step in tests, and by the server when it has loaded a journal.
//! A shortfall (hosts went away) is no violation: the ledger must only know of it.

mod pools;

use crate::ledger::Index;
use crate::limits::{HOST_UNITS_MAX, HOSTS_MAX, INSTANCES_MAX, TAGS_MAX};
use crate::{ClassName, HostId, Ladder, Ledger, Phase, Reservation, ReservationId, ZoneName};
use std::collections::BTreeSet;

/// Something that must never be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Violation {
    /// So many facts contradicted the ones before them and were passed over.
    Anomalies(u64),
    /// The numbers of this class are no ladder.
    BadLadder(ClassName),
    /// This host's class has no ladder, or it has no units, or too many.
    BadHost(HostId),
    /// More hosts than a region may have.
    TooManyHosts(usize),
    /// This reservation is kept under another id.
    WrongKey(ReservationId),
    /// This one promises nothing, or more than one may, or of a size that no rung covers.
    BadAmount(ReservationId),
    /// This one was released before it began.
    ReleasedTooEarly(ReservationId),
    /// This one's tags are too many, or have a key twice.
    BadTags(ReservationId),
    /// The index differs from what the reservations say.
    WrongIndex(&'static str),
    /// A pool is missing though it has hosts or promises, or is there without any.
    WrongPools,
    /// This pool's hosts, promises or slack are not what hosts and reservations come to.
    WrongPool(ZoneName, ClassName),
    /// All slack says that everything promised fits, but it cannot be packed onto the hosts; or the other way round.
    WrongAnswer(ZoneName, ClassName),
}

/// Everything that is wrong; nothing, if the ledger is sound. O(n log n) with indices built anew.
#[must_use]
pub fn check(ledger: &Ledger) -> Vec<Violation> {
    let mut found = check_quick(ledger);
    let mut index = Index::default();
    for reservation in ledger.reservations.values() {
        index.insert(reservation);
        check_tags(reservation, &mut found);
    }
    let alike = [
        ("by owner", index.by_owner == ledger.index.by_owner),
        ("held by owner", index.held_by_owner == ledger.index.held_by_owner),
        ("ends", index.ends == ledger.index.ends),
        ("released", index.released == ledger.index.released),
    ];
    found.extend(alike.into_iter().filter(|(_, alike)| !alike).map(|(which, _)| Violation::WrongIndex(which)));
    found
}

/// All but the indices and the tags: whether every promise can be kept. For the start: one pass over the reservations,
/// and one over the hosts for each size.
#[must_use]
pub fn check_quick(ledger: &Ledger) -> Vec<Violation> {
    let mut found = Vec::new();
    if ledger.anomalies > 0 {
        found.push(Violation::Anomalies(ledger.anomalies));
    }
    for (class, ladder) in &ledger.ladders {
        if Ladder::new(ladder.rungs().to_vec()).is_err() {
            found.push(Violation::BadLadder(class.clone()));
        }
    }
    if ledger.hosts.len() > HOSTS_MAX {
        found.push(Violation::TooManyHosts(ledger.hosts.len()));
    }
    for (name, host) in &ledger.hosts {
        if !(1..=HOST_UNITS_MAX).contains(&host.units) || !ledger.ladders.contains_key(&host.class) {
            found.push(Violation::BadHost(name.clone()));
        }
    }
    for (id, reservation) in &ledger.reservations {
        check_reservation(ledger, id, reservation, &mut found);
    }
    pools::check(ledger, &mut found);
    found
}

fn check_reservation(ledger: &Ledger, id: &ReservationId, reservation: &Reservation, found: &mut Vec<Violation>) {
    if reservation.id != *id {
        found.push(Violation::WrongKey(*id));
    }
    let amount = (1..=INSTANCES_MAX).contains(&reservation.count) && reservation.size > 0;
    let covered = || ledger.ladders.get(&reservation.class).is_some_and(|it| it.rung_for(reservation.size).is_some());
    if !amount || (reservation.holds() && !covered()) {
        found.push(Violation::BadAmount(*id));
    }
    if matches!(reservation.phase, Phase::Released { at, .. } if at < reservation.starts) {
        found.push(Violation::ReleasedTooEarly(*id));
    }
}

fn check_tags(reservation: &Reservation, found: &mut Vec<Violation>) {
    let keys: BTreeSet<&str> = reservation.tags.iter().map(|tag| &*tag.key).collect();
    if reservation.tags.len() > TAGS_MAX || keys.len() < reservation.tags.len() {
        found.push(Violation::BadTags(reservation.id));
    }
}

#[cfg(test)]
mod tests;

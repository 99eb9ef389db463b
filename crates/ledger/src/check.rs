//! The invariants again, in the plainest and slowest way: from the hosts and the reservations alone, without the
//! pools' arithmetic or the indices. Run after every step in tests, and by the server when it has loaded a journal.
//! A shortfall (hosts went away) is no violation: the ledger must only know of it.

mod instances;
mod pools;

use crate::ledger::Index;
use crate::limits::{HOST_UNITS_MAX, HOSTS_MAX, INSTANCES_MAX, TAGS_MAX};
use crate::{ClassName, HostId, InstanceId, Ladder, Ledger, Phase, Reservation, ReservationId, Tag, ZoneName};
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
    /// This one was released before it was made.
    ReleasedTooEarly(ReservationId),
    /// More of this one's slots are used than it has.
    Overused(ReservationId),
    /// This one's tags are too many, or have a key twice.
    BadTags(ReservationId),
    /// This instance is kept under another id, or stands on a host that it cannot stand on.
    BadInstance(InstanceId),
    /// This instance is in a slot that is not for it.
    WrongSlot(InstanceId),
    /// This instance's tags are too many, or have a key twice.
    BadInstanceTags(InstanceId),
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
    instances::index(ledger, &mut index);
    for reservation in ledger.reservations.values() {
        index.insert(reservation);
        if !are_tags(&reservation.tags) {
            found.push(Violation::BadTags(reservation.id));
        }
    }
    let alike = [
        ("by owner", index.by_owner == ledger.index.by_owner),
        ("held by owner", index.held_by_owner == ledger.index.held_by_owner),
        ("due", index.due == ledger.index.due),
        ("released", index.released == ledger.index.released),
        ("open", index.open == ledger.index.open),
        ("users", index.users == ledger.index.users),
        ("instances", index.instances == ledger.index.instances),
    ];
    found.extend(alike.into_iter().filter(|(_, alike)| !alike).map(|(which, _)| Violation::WrongIndex(which)));
    let bad = ledger.instances.values().filter(|it| !are_tags(&it.tags));
    found.extend(bad.map(|it| Violation::BadInstanceTags(it.id)));
    pools::check_moments(ledger, &mut found);
    found
}

/// All but the indices, the tags and the moments to come: whether every promise can be kept. For the start: one pass
/// over reservations and instances, and one over the hosts for each size.
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
    instances::check(ledger, &mut found);
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
    if matches!(reservation.phase, Phase::Released { at, .. } if at < reservation.made) {
        found.push(Violation::ReleasedTooEarly(*id));
    }
    if ledger.used(id) > if reservation.phase == Phase::Active { reservation.count } else { 0 } {
        found.push(Violation::Overused(*id));
    }
}

fn are_tags(tags: &[Tag]) -> bool {
    let keys: BTreeSet<&str> = tags.iter().map(|tag| &*tag.key).collect();
    tags.len() <= TAGS_MAX && keys.len() == tags.len()
}

#[cfg(test)]
mod tests;

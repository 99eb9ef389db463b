//! Which facts are about one reservation, instance or host, told one after another in their order. Knows no journal: whoever
//! reads one passes its facts by a [`Watch`].

use ledger::{Entry, Halt, HostId, InstanceId, Place, ReservationId};
use std::collections::BTreeSet;

/// Whose life is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A reservation's, with the instances that came into its slots and left them.
    Reservation(ReservationId),
    /// An instance's.
    Instance(InstanceId),
    /// A host's, with the instances that came to stand on it and left it.
    Host(HostId),
}

/// How a fact is about a subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    /// It is a fact of its own.
    Itself,
    /// An instance came into its slots, or to stand on it.
    Enters(InstanceId),
    /// Something about an instance that is there, and stays.
    Inside(InstanceId),
    /// An instance left.
    Leaves(InstanceId),
}

/// Looks at facts in their order and tells which are about the subject.
#[derive(Clone, Debug)]
pub struct Watch {
    subject: Subject,
    /// The instances that are in its slots, or stand on it.
    inside: BTreeSet<InstanceId>,
}

impl Subject {
    /// Whether a fact says how the subject came to be.
    #[must_use]
    pub fn begins_with(&self, fact: &Entry) -> bool {
        match (self, fact) {
            (Self::Reservation(id), Entry::Reserved(it)) => it.id == *id,
            (Self::Instance(id), Entry::Launched(it)) => it.id == *id,
            (Self::Host(name), Entry::HostAdded { host, .. }) => host == name,
            _ => false,
        }
    }

    /// Whether it is a fact of its own.
    fn owns(&self, fact: &Entry) -> bool {
        match self {
            Self::Reservation(id) => reservation_of(fact).as_ref() == Some(id),
            Self::Instance(id) => instance_of(fact).as_ref() == Some(id),
            Self::Host(host) => host_of(fact) == Some(host),
        }
    }

    fn holds(&self, place: &Place) -> bool {
        match self {
            Self::Reservation(id) => place.reservation.as_ref() == Some(id),
            Self::Host(host) => place.host == *host,
            Self::Instance(_) => false,
        }
    }
}

impl Watch {
    /// From the beginning of its life, or from wherever the facts are passed.
    #[must_use]
    pub const fn new(subject: Subject) -> Self {
        Self { subject, inside: BTreeSet::new() }
    }

    /// The instances that are in its slots, or stand on it, as far as facts were passed.
    #[must_use]
    pub const fn inside(&self) -> &BTreeSet<InstanceId> {
        &self.inside
    }

    /// Whether the next fact is about the subject, and how.
    #[must_use]
    pub fn look(&self, fact: &Entry) -> Option<About> {
        if self.subject.owns(fact) {
            return Some(About::Itself);
        }
        let id = instance_of(fact)?;
        let was_inside = self.inside.contains(&id);
        let is_inside = match moved(fact) {
            Some(place) => place.is_some_and(|place| self.subject.holds(place)),
            None => was_inside,
        };
        match (was_inside, is_inside) {
            (false, false) => None,
            (false, true) => Some(About::Enters(id)),
            (true, true) => Some(About::Inside(id)),
            (true, false) => Some(About::Leaves(id)),
        }
    }

    /// Goes on to the fact after this one. Says what [`Watch::look`] does.
    pub fn pass(&mut self, fact: &Entry) -> Option<About> {
        let about = self.look(fact);
        match about {
            Some(About::Enters(id)) => drop(self.inside.insert(id)),
            Some(About::Leaves(id)) => drop(self.inside.remove(&id)),
            // Whatever is in its slots goes on outside them.
            Some(About::Itself) if matches!(fact, Entry::Released { .. }) => self.inside.clear(),
            _ => {}
        }
        about
    }
}

fn reservation_of(fact: &Entry) -> Option<ReservationId> {
    match fact {
        Entry::Reserved(reservation) => Some(reservation.id),
        Entry::Modified { id, .. }
        | Entry::Rescheduled { id, .. }
        | Entry::Began { id, .. }
        | Entry::Noticed { id, .. }
        | Entry::Renewed { id, .. }
        | Entry::RenewalSet { id, .. }
        | Entry::RulesSet { id, .. }
        | Entry::Released { id, .. }
        | Entry::Tagged { id, .. }
        | Entry::Untagged { id, .. }
        | Entry::Forgotten { id } => Some(*id),
        _ => None,
    }
}

fn instance_of(fact: &Entry) -> Option<InstanceId> {
    match fact {
        Entry::Launched(instance) => Some(instance.id),
        Entry::Started { id, .. }
        | Entry::Stopped { id, .. }
        | Entry::Attached { id, .. }
        | Entry::InstanceTagged { id, .. }
        | Entry::InstanceUntagged { id, .. }
        | Entry::Deleted { id, .. } => Some(*id),
        _ => None,
    }
}

fn host_of(fact: &Entry) -> Option<&HostId> {
    match fact {
        Entry::HostAdded { host, .. } | Entry::HostMarked { host, .. } | Entry::HostRemoved { host } => Some(host),
        _ => None,
    }
}

/// Where an instance stands after a fact that changes its place; nothing if it changes none.
fn moved(fact: &Entry) -> Option<Option<&Place>> {
    match fact {
        Entry::Launched(instance) => Some(instance.place()),
        Entry::Started { place: Some(place), .. } | Entry::Attached { place: Some(place), .. } => Some(Some(place)),
        Entry::Stopped { how: Halt::Giving | Halt::Reclaimed, .. } | Entry::Deleted { .. } => Some(None),
        _ => None,
    }
}

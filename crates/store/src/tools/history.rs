//! The life of one reservation, instance or host, as far back as the journal goes.
//! Reads the journal from its oldest record, and the checkpoint only where the journal begins later.

use super::{Progress, Steps, undecodable};
use crate::format::{decode_batch, decode_chunk};
use crate::store::{Control, Failure, Loaded, Store};
use crate::{Origin, Piece};
use ledger::{Entry, Halt, HostId, InstanceId, Moment, Place, ReservationId};
use std::collections::BTreeSet;

/// One fact of a life, with who brought it about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Happening {
    /// The revision of the batch it was decided in.
    pub revision: u64,
    /// When; none for a state that a checkpoint kept after its history was trimmed.
    pub at: Option<Moment>,
    /// Account, key, source address, RequestId and action; none as for `at`.
    pub origin: Option<Origin>,
    /// What happened. Its fields as JSON: [`crate::format::fact_to_json`].
    pub fact: Entry,
}

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

/// Looks at facts in their order and tells which are about the subject.
struct Watch<'a> {
    subject: &'a Subject,
    /// The instances that are in its slots, or stand on it.
    inside: BTreeSet<InstanceId>,
}

impl Watch<'_> {
    fn concerns(&mut self, fact: &Entry) -> bool {
        let was_inside = instance_of(fact).is_some_and(|id| self.inside.contains(&id));
        if let Some((id, place)) = moved(fact) {
            let is_inside = place.is_some_and(|place| match self.subject {
                Subject::Reservation(id) => place.reservation.as_ref() == Some(id),
                Subject::Host(host) => place.host == *host,
                Subject::Instance(_) => false,
            });
            if is_inside {
                self.inside.insert(id);
            } else {
                self.inside.remove(&id);
            }
            return was_inside || is_inside || *self.subject == Subject::Instance(id);
        }
        was_inside
            || match self.subject {
                Subject::Reservation(id) => reservation_of(fact).as_ref() == Some(id),
                Subject::Instance(id) => instance_of(fact).as_ref() == Some(id),
                Subject::Host(host) => host_of(fact) == Some(host),
            }
    }
}

/// Whether a fact says how the subject came to be.
fn is_beginning(subject: &Subject, fact: &Entry) -> bool {
    match (subject, fact) {
        (Subject::Reservation(id), Entry::Reserved(it)) => it.id == *id,
        (Subject::Instance(id), Entry::Launched(it)) => it.id == *id,
        (Subject::Host(name), Entry::HostAdded { host, .. }) => host == name,
        _ => false,
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

/// An instance whose place a fact changes, and where it stands afterwards.
fn moved(fact: &Entry) -> Option<(InstanceId, Option<&Place>)> {
    match fact {
        Entry::Launched(instance) => Some((instance.id, instance.place())),
        Entry::Started { id, place: Some(place), .. } | Entry::Attached { id, place: Some(place), .. } => {
            Some((*id, Some(place)))
        }
        Entry::Stopped { id, how: Halt::Giving | Halt::Reclaimed, .. } | Entry::Deleted { id, .. } => Some((*id, None)),
        _ => None,
    }
}

/// Every fact about a subject, oldest first. Where the journal no longer reaches back to its
/// beginning, the checkpoint's state of it comes first.
///
/// # Errors
/// When the store cannot be read or is damaged.
pub fn history(store: &dyn Store, subject: &Subject, progress: &mut Progress<'_>) -> Result<Vec<Happening>, Failure> {
    let mut steps = Steps { store: "", done: 0, progress };
    let mut watch = Watch { subject, inside: BTreeSet::new() };
    let mut life = Vec::new();
    store.journal(0, &mut |frame| {
        steps.step(frame.revision);
        let batch = decode_batch::<Entry>(frame).map_err(|it| undecodable(frame.revision, &it))?;
        for record in batch.records {
            for fact in record.entries.into_iter().filter(|fact| watch.concerns(fact)) {
                let (at, origin) = (Some(record.at), Some(record.origin.clone()));
                life.push(Happening { revision: frame.revision, at, origin, fact });
            }
        }
        Ok(Control::Continue)
    })?;
    if !life.iter().any(|it| is_beginning(subject, &it.fact)) {
        life.extend(kept(store, subject)?);
        life.sort_by_key(|it| it.revision);
    }
    Ok(life)
}

fn kept(store: &dyn Store, subject: &Subject) -> Result<Option<Happening>, Failure> {
    let mut found = None;
    let stop = || Failure::Caller("the checkpoint has been read".into());
    let done = store.load(&mut |loaded| {
        let Loaded::Chunk { revision, bytes } = loaded else { return Err(stop()) };
        for piece in decode_chunk::<Entry>(bytes).map_err(|it| undecodable(revision, &it))? {
            let Piece::Entries(facts) = piece else { continue };
            let fact = facts.into_iter().find(|fact| is_beginning(subject, fact));
            found = fact.map(|fact| Happening { revision, at: None, origin: None, fact }).or(found.take());
        }
        Ok(())
    });
    match done {
        Err(failure) if failure != stop() => Err(failure),
        _ => Ok(found),
    }
}

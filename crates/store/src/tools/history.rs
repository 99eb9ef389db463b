//! The life of one reservation, as far back as the journal goes.
//! Reads the journal from its oldest record, and the checkpoint only where the journal begins later.

use super::{Progress, Steps, undecodable};
use crate::format::{decode_batch, decode_chunk};
use crate::store::{Control, Failure, Loaded, Store};
use crate::{Origin, Piece};
use ledger::{Entry, Moment, ReservationId};

/// One fact of a reservation's life, with who brought it about.
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

/// The reservation that a fact is about.
fn about(fact: &Entry) -> Option<ReservationId> {
    match fact {
        Entry::Reserved(reservation) => Some(reservation.id),
        Entry::Modified { id, .. }
        | Entry::Released { id, .. }
        | Entry::Tagged { id, .. }
        | Entry::Untagged { id, .. }
        | Entry::Forgotten { id } => Some(*id),
        Entry::LadderSet { .. } | Entry::HostAdded { .. } | Entry::HostRemoved { .. } => None,
    }
}

/// Every fact about a reservation, oldest first. Where the journal no longer reaches back to its
/// beginning, the checkpoint's state of it comes first.
///
/// # Errors
/// When the store cannot be read or is damaged.
pub fn history(store: &dyn Store, id: &ReservationId, progress: &mut Progress<'_>) -> Result<Vec<Happening>, Failure> {
    let mut steps = Steps { store: "", done: 0, progress };
    let mut life = Vec::new();
    store.journal(0, &mut |frame| {
        steps.step(frame.revision);
        let batch = decode_batch::<Entry>(frame).map_err(|it| undecodable(frame.revision, &it))?;
        for record in batch.records {
            for fact in record.entries.into_iter().filter(|fact| about(fact).as_ref() == Some(id)) {
                let (at, origin) = (Some(record.at), Some(record.origin.clone()));
                life.push(Happening { revision: frame.revision, at, origin, fact });
            }
        }
        Ok(Control::Continue)
    })?;
    if !life.iter().any(|it| matches!(it.fact, Entry::Reserved(_))) {
        life.extend(kept(store, id)?);
        life.sort_by_key(|it| it.revision);
    }
    Ok(life)
}

fn kept(store: &dyn Store, id: &ReservationId) -> Result<Option<Happening>, Failure> {
    let mut found = None;
    let stop = || Failure::Caller("the checkpoint has been read".into());
    let done = store.load(&mut |loaded| {
        let Loaded::Chunk { revision, bytes } = loaded else { return Err(stop()) };
        for piece in decode_chunk::<Entry>(bytes).map_err(|it| undecodable(revision, &it))? {
            let Piece::Entries(facts) = piece else { continue };
            let fact = facts.into_iter().find(|fact| about(fact).as_ref() == Some(id));
            found = fact.map(|fact| Happening { revision, at: None, origin: None, fact }).or(found.take());
        }
        Ok(())
    });
    match done {
        Err(failure) if failure != stop() => Err(failure),
        _ => Ok(found),
    }
}

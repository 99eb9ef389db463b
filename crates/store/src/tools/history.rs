//! The life of one reservation, instance or host, as far back as the journal goes.
//! Reads the journal from its oldest record, and the checkpoint only where the journal begins later.

use super::{Progress, Steps, undecodable};
use crate::format::{decode_batch, decode_chunk};
use crate::store::{Control, Failure, Loaded, Store};
use crate::{Origin, Piece, Subject, Watch};
use ledger::{Entry, Moment};

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

/// Every fact about a subject, oldest first. Where the journal no longer reaches back to its
/// beginning, the checkpoint's state of it comes first.
///
/// # Errors
/// When the store cannot be read or is damaged.
pub fn history(store: &dyn Store, subject: &Subject, progress: &mut Progress<'_>) -> Result<Vec<Happening>, Failure> {
    let mut steps = Steps { store: "", done: 0, progress };
    let mut watch = Watch::new(subject.clone());
    let mut life = Vec::new();
    store.journal(0, &mut |frame| {
        steps.step(frame.revision);
        let batch = decode_batch::<Entry>(frame).map_err(|it| undecodable(frame.revision, &it))?;
        for record in batch.records {
            for fact in record.entries.into_iter().filter(|fact| watch.pass(fact).is_some()) {
                let (at, origin) = (Some(record.at), Some(record.origin.clone()));
                life.push(Happening { revision: frame.revision, at, origin, fact });
            }
        }
        Ok(Control::Continue)
    })?;
    if !life.iter().any(|it| subject.begins_with(&it.fact)) {
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
            let fact = facts.into_iter().find(|fact| subject.begins_with(fact));
            found = fact.map(|fact| Happening { revision, at: None, origin: None, fact }).or(found.take());
        }
        Ok(())
    });
    match done {
        Err(failure) if failure != stop() => Err(failure),
        _ => Ok(found),
    }
}

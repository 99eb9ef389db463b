//! Where in a journal a moment lies. Knows no engine.

use crate::Batch;
use crate::format::{Fact, decode_batch};
use crate::store::{Control, Failure, Store};
use ledger::Moment;

/// The batch at a revision; at 0 the oldest that is kept. Nothing if the journal has none yet.
///
/// # Errors
/// When the journal cannot be read, or no longer has it.
pub fn batch_at<E: Fact>(store: &dyn Store, revision: u64) -> Result<Option<Batch<E>>, Failure> {
    let mut found = None;
    if store.head()?.revision > 0 {
        store.journal(revision, &mut |frame| {
            found = Some(decode_batch(frame).map_err(|error| error.at(frame.revision))?);
            Ok(Control::Stop)
        })?;
    }
    Ok(found)
}

/// The first revision kept whose facts were decided at `moment` or later; the next one to come if there is none. Time
/// never goes back in a journal, so this needs only some twenty looks into a long one.
///
/// # Errors
/// When the journal cannot be read.
pub fn revision_at<E: Fact>(store: &dyn Store, moment: Moment) -> Result<u64, Failure> {
    let head = store.head()?.revision;
    let Some(first) = batch_at::<E>(store, 0)? else { return Ok(head + 1) };
    // Everything before `low` is earlier, everything from `high` on is not.
    let (mut low, mut high) = (first.revision, head + 1);
    while low < high {
        let middle = low + (high - low) / 2;
        match batch_at::<E>(store, middle)? {
            Some(batch) if batch.records.last().is_some_and(|record| record.at < moment) => low = middle + 1,
            _ => high = middle,
        }
    }
    Ok(low)
}

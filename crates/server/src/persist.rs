//! What a journal tells beside what a desk loads: where in it a moment lies, and which nonces were used. Knows no thread
//! and no engine.

use crate::limits::NONCES_BACK_SECONDS;
use crate::nonces::Nonces;
use ledger::Moment;
use store::format::{Fact, decode_batch};
use store::{Batch, Control, Failure, Frame, Origin, Store};

fn batch<E: Fact>(frame: &Frame) -> Result<Batch<E>, Failure> {
    decode_batch(frame).map_err(|error| error.at(frame.revision))
}

/// The first revision kept whose facts were decided at `moment` or later; the next one to come if there is none. Time
/// never goes back in a journal, so this needs only some twenty looks into a long one.
///
/// # Errors
/// When the journal cannot be read.
pub fn revision_at<E: Fact>(store: &dyn Store, moment: Moment) -> Result<u64, Failure> {
    let head = store.head()?.revision;
    let Some((first, _)) = look::<E>(store, 0)? else { return Ok(head + 1) };
    // Everything before `low` is earlier, everything from `high` on is not.
    let (mut low, mut high) = (first, head + 1);
    while low < high {
        let middle = low + (high - low) / 2;
        match look::<E>(store, middle)? {
            Some((_, at)) if at < moment => low = middle + 1,
            _ => high = middle,
        }
    }
    Ok(low)
}

/// The batch at a revision, by its number and its last moment; at 0 the oldest that is kept.
fn look<E: Fact>(store: &dyn Store, revision: u64) -> Result<Option<(u64, Moment)>, Failure> {
    let mut found = None;
    if store.head()?.revision > 0 {
        store.journal(revision, &mut |frame| {
            let last = batch::<E>(frame)?.records.last().map_or(Moment(0), |record| record.at);
            found = Some((frame.revision, last));
            Ok(Control::Stop)
        })?;
    }
    Ok(found)
}

/// Knows again the nonces of everything that was written in the last half hour, so that it cannot be replayed.
///
/// # Errors
/// When the journal cannot be read.
pub fn recall_nonces<E: Fact>(store: &dyn Store, nonces: &Nonces, now: Moment) -> Result<(), Failure> {
    let from = revision_at::<E>(store, Moment(now.0.saturating_sub(NONCES_BACK_SECONDS)))?;
    if from > store.head()?.revision {
        return Ok(());
    }
    store.journal(from, &mut |frame| {
        for record in batch::<E>(frame)?.records {
            if let Origin::Caller { key, nonce, .. } = &record.origin {
                nonces.recall(key, nonce, record.at);
            }
        }
        Ok(Control::Continue)
    })
}

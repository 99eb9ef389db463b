//! What a journal tells beside what a desk loads: which nonces were used. Knows no thread and no engine.

use crate::limits::NONCES_BACK_SECONDS;
use crate::nonces::Nonces;
use ledger::Moment;
use store::format::{Fact, decode_batch};
use store::{Control, Failure, Origin, Store, revision_at};

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
        for record in decode_batch::<E>(frame).map_err(|error| error.at(frame.revision))?.records {
            if let Origin::Caller { key, nonce, .. } = &record.origin {
                nonces.recall(key, nonce, record.at);
            }
        }
        Ok(Control::Continue)
    })
}

//! What falls due by the clock is a command too: ends that have come, records that need not be kept longer.

use super::Command;
use crate::{Entry, Ledger, Moment, Why};
use std::convert::Infallible;

/// Does what is due now, at most so much of it at a time: ends first. Old records are forgotten along with that, and
/// are never due by themselves; `Ledger::next_due` does not count them.
#[derive(Clone, Copy, Debug)]
pub struct Settle {
    /// At most so many facts; ask again while there are any.
    pub most: usize,
    /// For how long released reservations stay known, in seconds.
    pub keep_released_seconds: u64,
}

impl Command for Settle {
    type Done = ();
    type Refusal = Infallible;

    fn decide(&self, ledger: &Ledger, now: Moment) -> Result<(Vec<Entry>, ()), Infallible> {
        let ended = ledger.ended_by(now).map(|(at, id)| Entry::Released { id, at, why: Why::Expired });
        let old = Moment(now.0.saturating_sub(self.keep_released_seconds));
        let forgotten = ledger.released_before(old).map(|id| Entry::Forgotten { id });
        Ok((ended.chain(forgotten).take(self.most).collect(), ()))
    }
}

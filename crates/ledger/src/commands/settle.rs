//! What falls due by the clock is a command too: beginnings, notices and ends that have come, records that need not be
//! kept longer.

use super::Command;
use crate::ledger::Due;
use crate::{Course, Entry, Halt, Ledger, Moment, Reservation, Why};
use std::convert::Infallible;

/// Does what is due now, at most so much of it at a time, in the order in which it fell due. Old records are forgotten
/// along with that, and are never due by themselves; `Ledger::next_due` does not count them.
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
        let due = ledger.due_by(now).flat_map(|(at, due, reservation)| done(ledger, at, due, reservation));
        let old = Moment(now.0.saturating_sub(self.keep_released_seconds));
        let forgotten = ledger.released_before(old).map(|id| Entry::Forgotten { id });
        Ok((due.chain(forgotten).take(self.most).collect(), ()))
    }
}

/// What is done when something falls due. If only a part of it fits into one answer, the rest is still due afterwards.
fn done(ledger: &Ledger, at: Moment, due: Due, reservation: &Reservation) -> Vec<Entry> {
    let id = reservation.id;
    match (due, &reservation.course) {
        (Due::Begin, _) => vec![Entry::Began { id, at }],
        (Due::Notice, _) => vec![Entry::Noticed { id, at }],
        (Due::End, Course::Assured(paid)) if Ledger::renews(reservation) => {
            let period = paid.renewal.period;
            vec![Entry::Renewed { id, period, end: period.after(at).max(at.plus(1)) }]
        }
        (Due::End, Course::Windowed { .. }) => {
            let users = ledger.users(&id, None);
            let reclaimed = users.map(|user| Entry::Stopped { id: user.id, at, how: Halt::Reclaimed });
            reclaimed.chain([Entry::Released { id, at, why: Why::Expired }]).collect()
        }
        (Due::End, _) => vec![Entry::Released { id, at, why: Why::Expired }],
    }
}

//! Give a reservation's capacity back before its end.

use super::Command;
use crate::{AccountId, End, Entry, Ledger, Moment, Phase, ReservationId, Why};

/// Releases a reservation by hand.
#[derive(Clone, Debug)]
pub struct Release {
    /// Which.
    pub id: ReservationId,
    /// Who asks.
    pub by: AccountId,
}

/// Why it cannot be released, in the order in which it is checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReleaseRefusal {
    /// The asker has none of this id.
    NotFound,
    /// It is over already.
    AlreadyReleased,
    /// It has not begun.
    NotBegun,
    /// It ends by itself.
    EndsByItself,
}

impl Command for Release {
    type Done = ();
    type Refusal = ReleaseRefusal;

    fn decide(&self, ledger: &Ledger, now: Moment) -> Result<(Vec<Entry>, ()), ReleaseRefusal> {
        let found = ledger.reservation(&self.id).filter(|found| found.owner == self.by);
        let reservation = found.ok_or(ReleaseRefusal::NotFound)?;
        match (reservation.phase, reservation.end) {
            (Phase::Released { .. }, _) => Err(ReleaseRefusal::AlreadyReleased),
            (Phase::Prepared, _) => Err(ReleaseRefusal::NotBegun),
            (Phase::Active, End::At(_)) => Err(ReleaseRefusal::EndsByItself),
            (Phase::Active, End::ByHand) => Ok((vec![Entry::Released { id: self.id, at: now, why: Why::ByHand }], ())),
        }
    }
}

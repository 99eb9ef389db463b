//! Move a window: its beginning while it has not begun, its end at any time. What it holds already needs no room.

use super::{Command, Shortage};
use crate::{AccountId, Entry, Ledger, Moment, Phase, Reservation, ReservationId, Room, Why, Window};

/// Gives a window other moments.
#[derive(Clone, Debug)]
pub struct Reschedule {
    /// Which.
    pub id: ReservationId,
    /// Who asks.
    pub by: AccountId,
    /// When it is to begin; nothing: as before.
    pub starts: Option<Moment>,
    /// When it is to end; nothing: as before. Not after its beginning, or not after now: it is over at once.
    pub end: Option<Moment>,
}

/// Why a window cannot be moved, in the order in which it is checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RescheduleRefusal {
    /// The asker has no window of this id.
    NotFound,
    /// It is over.
    Over,
    /// It has begun, so its beginning stays.
    HasBegun,
    /// It would begin before now.
    StartInPast,
    /// Not enough is left for the moments that it does not hold yet.
    NoStock(Shortage),
}

impl Command for Reschedule {
    type Done = ();
    type Refusal = RescheduleRefusal;

    fn decide(&self, ledger: &Ledger, now: Moment) -> Result<(Vec<Entry>, ()), RescheduleRefusal> {
        let found = ledger.reservation(&self.id).filter(|found| found.owner == self.by);
        let (window, until) = found.and_then(|it| Some((it, it.reclaims_at()?))).ok_or(RescheduleRefusal::NotFound)?;
        if !window.holds() {
            return Err(RescheduleRefusal::Over);
        }
        let starts = self.starts.unwrap_or(window.starts);
        if starts != window.starts && window.phase == Phase::Active {
            return Err(RescheduleRefusal::HasBegun);
        }
        if starts != window.starts && starts < now {
            return Err(RescheduleRefusal::StartInPast);
        }
        let end = self.end.unwrap_or(until).max(now);
        if end <= starts || end <= now {
            return Ok((ended(ledger, window, now), ()));
        }
        for news in [
            Window { start: starts, end: Some(end.min(window.starts)) },
            Window { start: starts.max(until), end: Some(end) },
        ] {
            fits(ledger, window, news).map_err(RescheduleRefusal::NoStock)?;
        }
        Ok((vec![Entry::Rescheduled { id: self.id, starts, end }], ()))
    }
}

/// It is over now: its instances are reclaimed.
fn ended(ledger: &Ledger, window: &Reservation, at: Moment) -> Vec<Entry> {
    let id = window.id;
    let users = ledger.users(&id, None);
    let reclaimed = users.map(|user| Entry::Stopped { id: user.id, at, how: crate::Halt::Reclaimed });
    reclaimed.chain([Entry::Released { id, at, why: Why::ByHand }]).collect()
}

/// Whether there is room for moments that it does not hold yet.
fn fits(ledger: &Ledger, held: &Reservation, news: Window) -> Result<(), Shortage> {
    if news.end.is_some_and(|end| end <= news.start) {
        return Ok(());
    }
    let pool = ledger.pool(&held.zone, &held.class);
    let room = pool.and_then(|pool| pool.room(news, held.size)).unwrap_or(Room { count: 0, rung: held.size });
    let short = room.count < u64::from(held.count);
    if short { Err(Shortage { rung: room.rung, could: room.count }) } else { Ok(()) }
}

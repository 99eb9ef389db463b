//! Move a window, and give it another amount: its beginning while it has not begun, its end at any time. What it holds
//! already needs no room.
//!
//! Each moment may be looked at by itself, because a chain takes each rung at one moment only: what is added at others
//! is not in it.

use super::{Command, Shortage};
use crate::{AccountId, Entry, Halt, Ledger, Moment, Phase, Pool, Reservation, ReservationId, Room, Why, Window};
use std::collections::BTreeSet;

/// Gives a window other moments, or another amount, or both.
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
    /// New number of instances, 1 to [`INSTANCES_MAX`](crate::limits::INSTANCES_MAX); nothing: as before.
    pub count: Option<u32>,
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
    /// The new beginning is not before the end that it has.
    StartTooLate,
    /// So many of its slots are used: it cannot have fewer.
    BelowUsed(u32),
    /// Not enough is left for the moments or the instances that it does not hold yet.
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
        if self.end.is_none() && starts >= until {
            // Who moves its beginning alone does not mean to call it off.
            return Err(RescheduleRefusal::StartTooLate);
        }
        let end = self.end.unwrap_or(until);
        if end <= starts || end <= now {
            return Ok((ended(ledger, window, now), ()));
        }
        let used = ledger.used(&self.id);
        if self.count.is_some_and(|count| count < used) {
            return Err(RescheduleRefusal::BelowUsed(used));
        }
        let wanted = Wanted { window, until, starts, end, count: self.count.unwrap_or(window.count) };
        wanted.fits(ledger).map_err(RescheduleRefusal::NoStock)?;
        Ok((self.facts(&wanted), ()))
    }
}

impl Reschedule {
    fn facts(&self, wanted: &Wanted<'_>) -> Vec<Entry> {
        let (id, starts, end, count) = (self.id, wanted.starts, wanted.end, self.count);
        let moved = (starts, end) != (wanted.window.starts, wanted.until);
        let moved = moved.then_some(Entry::Rescheduled { id, starts, end });
        let changed = count.map(|_| Entry::Modified { id, name: None, description: None, end: None, count });
        moved.into_iter().chain(changed).collect()
    }
}

/// It is over now: its instances are reclaimed.
fn ended(ledger: &Ledger, window: &Reservation, at: Moment) -> Vec<Entry> {
    let id = window.id;
    let users = ledger.users(&id, None);
    let reclaimed = users.map(|user| Entry::Stopped { id: user.id, at, how: Halt::Reclaimed });
    reclaimed.chain([Entry::Released { id, at, why: Why::ByHand }]).collect()
}

/// A window as it stands, and as it would be.
struct Wanted<'a> {
    window: &'a Reservation,
    until: Moment,
    starts: Moment,
    end: Moment,
    count: u32,
}

impl Wanted<'_> {
    /// Whether there is room for what it does not hold yet: more instances at the moments that it keeps, and all of
    /// them at the new ones.
    fn fits(&self, ledger: &Ledger) -> Result<(), Shortage> {
        let (held, count) = (self.window, self.count);
        let size = held.size;
        let Some(pool) = ledger.pool(&held.zone, &held.class) else {
            return Err(Shortage { rung: size, could: 0 });
        };
        let before = Window { start: self.starts, end: Some(self.end.min(held.starts)) };
        let kept = Window { start: self.starts.max(held.starts), end: Some(self.end.min(self.until)) };
        let after = Window { start: self.starts.max(self.until), end: Some(self.end) };
        let already = count.min(held.count);
        let mut needs = vec![(before, size, count, 0), (kept, size, count - already, already)];
        needs.extend(self.longer(ledger, pool).into_iter().map(|(size, count)| (after, size, count, 0)));
        needs.into_iter().try_for_each(|(window, size, more, already)| {
            if more == 0 || window.end.is_some_and(|end| end <= window.start) {
                return Ok(());
            }
            let room = pool.room(window, size).unwrap_or(Room { count: 0, rung: size });
            let short = room.count < u64::from(more);
            let shortage = Shortage { rung: room.rung, could: u64::from(already) + room.count.min(u64::from(count)) };
            if short { Err(shortage) } else { Ok(()) }
        })
    }

    /// For what there must be room after its old end: sizes, and how many. That is its own size and amount, unless the
    /// ladder was changed under its instances: then what they hold, and give back later now, may be other slots than
    /// the promised, and each of these rungs must have room for all of it.
    fn longer(&self, ledger: &Ledger, pool: &Pool) -> Vec<(u32, u32)> {
        let (rungs, size, id) = (pool.ladder().rungs(), self.window.size, self.window.id);
        let Some(promised) = pool.ladder().rung_for(size) else { return vec![(size, self.count)] };
        let places = ledger.users(&id, None).filter_map(|user| user.place());
        let serving = places.filter(|place| ledger.host(&place.host).is_some_and(crate::Host::serves));
        let unused = self.count.saturating_sub(ledger.used(&id));
        let mut units = u64::from(unused) * u64::from(rungs[promised]);
        let mut concerned: BTreeSet<usize> = (unused > 0).then_some(promised).into_iter().collect();
        for place in serving {
            units += u64::from(place.units);
            concerned.extend(pool.ladder().slots(place.units).map(|(rung, _)| rung));
        }
        let slots = |rung: u32| u32::try_from(units.div_ceil(u64::from(rung))).unwrap_or(u32::MAX);
        concerned.into_iter().map(|rung| (rungs[rung], slots(rungs[rung]))).collect()
    }
}

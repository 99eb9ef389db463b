//! Change a reservation: its name, its text, its end, its amount. Only a greater number asks for stock: all else is
//! granted in a shortfall too.

use super::{Command, Shortage};
use crate::{AccountId, Course, End, Entry, Ledger, Moment, Reservation, ReservationId, Room};

/// Changes what is given and leaves the rest.
#[derive(Clone, Debug)]
pub struct Modify {
    /// Which.
    pub id: ReservationId,
    /// Who asks.
    pub by: AccountId,
    /// New display name.
    pub name: Option<Box<str>>,
    /// New free text.
    pub description: Option<Box<str>>,
    /// New end.
    pub end: Option<End>,
    /// New number of instances, 1 to [`INSTANCES_MAX`](crate::limits::INSTANCES_MAX).
    pub count: Option<u32>,
}

/// Why it cannot be changed, in the order in which it is checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ModifyRefusal {
    /// The asker has none of this id.
    NotFound,
    /// It is over.
    NotActive,
    /// The new end is not after now.
    EndInPast,
    /// A window, or an assurance, does not end by this.
    OtherEnd,
    /// So many of its slots are used: it cannot have fewer.
    BelowUsed(u32),
    /// Not enough is left for the greater number.
    NoStock(Shortage),
}

impl Command for Modify {
    type Done = ();
    type Refusal = ModifyRefusal;

    fn decide(&self, ledger: &Ledger, now: Moment) -> Result<(Vec<Entry>, ()), ModifyRefusal> {
        let found = ledger.reservation(&self.id).filter(|found| found.owner == self.by);
        let reservation = found.ok_or(ModifyRefusal::NotFound)?;
        if !reservation.holds() {
            return Err(ModifyRefusal::NotActive);
        }
        if matches!(self.end, Some(End::At(end)) if end <= now) {
            return Err(ModifyRefusal::EndInPast);
        }
        if self.end.is_some() && !matches!(reservation.course, Course::Immediate) {
            return Err(ModifyRefusal::OtherEnd);
        }
        let used = ledger.used(&self.id);
        if self.count.is_some_and(|count| count < used) {
            return Err(ModifyRefusal::BelowUsed(used));
        }
        if let Some(shortage) = shortage(ledger, reservation, self.count.unwrap_or(0)) {
            return Err(ModifyRefusal::NoStock(shortage));
        }
        let (name, description) = (self.name.clone(), self.description.clone());
        Ok((vec![Entry::Modified { id: self.id, name, description, end: self.end, count: self.count }], ()))
    }
}

/// What is in the way of the greater number; nothing in the way of any other.
fn shortage(ledger: &Ledger, held: &Reservation, count: u32) -> Option<Shortage> {
    let more = count.checked_sub(held.count).filter(|more| *more > 0)?;
    let pool = ledger.pool(&held.zone, &held.class);
    let room = pool.and_then(|pool| pool.room(held.counts_for(), held.size));
    let room = room.unwrap_or(Room { count: 0, rung: held.size });
    let could = u64::from(held.count) + room.count;
    (u64::from(more) > room.count).then_some(Shortage { rung: room.rung, could })
}

//! Change a reservation: its name, its text, its end, its amount.

use super::{Command, Shortage};
use crate::{AccountId, End, Entry, Ledger, Moment, ReservationId};

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
    /// New number of instances, 1 or more.
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
        let more = self.count.unwrap_or(reservation.count).saturating_sub(reservation.count);
        let pool = ledger.pool(&reservation.zone, &reservation.class);
        let could = pool.map_or(0, |pool| pool.available(reservation.size));
        if u64::from(more) > could {
            let rung = pool.and_then(|pool| Some(pool.ladder().rungs()[pool.ladder().rung_for(reservation.size)?]));
            let could = u64::from(reservation.count) + could;
            return Err(ModifyRefusal::NoStock(Shortage { rung: rung.unwrap_or(0), could }));
        }
        let (name, description) = (self.name.clone(), self.description.clone());
        Ok((vec![Entry::Modified { id: self.id, name, description, end: self.end, count: self.count }], ()))
    }
}

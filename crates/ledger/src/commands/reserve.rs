//! Promise capacity from now on.

use super::Command;
use crate::{End, Entry, Ledger, Moment, Phase, Reservation, Window};

/// Makes a reservation that takes effect now.
#[derive(Clone, Debug)]
pub struct Reserve {
    /// The reservation as it would be, with 1 to [`INSTANCES_MAX`](crate::limits::INSTANCES_MAX) instances and tags of
    /// unique keys. It begins at the moment of the decision and is Active, whatever stands here.
    pub reservation: Reservation,
}

/// How far from a yes a refusal for stock was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shortage {
    /// The rung, in units, that has too little.
    pub rung: u32,
    /// How many instances would have been granted.
    pub could: u64,
}

/// Why a reservation cannot be made, in the order in which it is checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReserveRefusal {
    /// Its id is taken already.
    IdTaken,
    /// Its end is not after now.
    EndInPast,
    /// No host of the class stands in the zone.
    NoPool,
    /// No host of the class could ever hold the size.
    TooLarge,
    /// Not enough is left.
    NoStock(Shortage),
}

impl Command for Reserve {
    type Done = ();
    type Refusal = ReserveRefusal;

    fn decide(&self, ledger: &Ledger, now: Moment) -> Result<(Vec<Entry>, ()), ReserveRefusal> {
        let wanted = &self.reservation;
        if ledger.reservation(&wanted.id).is_some() {
            return Err(ReserveRefusal::IdTaken);
        }
        if matches!(wanted.end, End::At(end) if end <= now) {
            return Err(ReserveRefusal::EndInPast);
        }
        let pool = ledger.pool(&wanted.zone, &wanted.class).filter(|pool| pool.hosts() > 0);
        let pool = pool.ok_or(ReserveRefusal::NoPool)?;
        let room = pool.room(Window::from(now), wanted.size).ok_or(ReserveRefusal::TooLarge)?;
        if room.count < u64::from(wanted.count) {
            return Err(ReserveRefusal::NoStock(Shortage { rung: room.rung, could: room.count }));
        }
        let made = Reservation { starts: now, phase: Phase::Active, ..wanted.clone() };
        Ok((vec![Entry::Reserved(Box::new(made))], ()))
    }
}

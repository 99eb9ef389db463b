//! Promise capacity, from now on or from a later moment.

use super::Command;
use crate::{Course, End, Entry, Ledger, Moment, Phase, Reservation};

/// Makes a reservation.
#[derive(Clone, Debug)]
pub struct Reserve {
    /// The reservation as it would be, with 1 to [`INSTANCES_MAX`](crate::limits::INSTANCES_MAX) instances and tags of
    /// unique keys. It is made at the moment of the decision, and begins then if it is Immediate or its beginning is
    /// past; its phase is decided here, whatever stands there. A windowed one has an end.
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
    /// Its end is not after now, or not after its beginning; or a window has none.
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
        let made = begun(wanted, now);
        let over = matches!(made.end, End::At(end) if end <= made.starts);
        let endless = matches!(made.course, Course::Windowed { .. }) && made.reclaims_at().is_none();
        if over || endless {
            return Err(ReserveRefusal::EndInPast);
        }
        let pool = ledger.pool(&made.zone, &made.class).filter(|pool| pool.hosts() > 0);
        let pool = pool.ok_or(ReserveRefusal::NoPool)?;
        let room = pool.room(made.counts_for(), made.size).ok_or(ReserveRefusal::TooLarge)?;
        if room.count < u64::from(made.count) {
            return Err(ReserveRefusal::NoStock(Shortage { rung: room.rung, could: room.count }));
        }
        Ok((vec![Entry::Reserved(Box::new(made))], ()))
    }
}

/// As it is from the decision on.
fn begun(wanted: &Reservation, now: Moment) -> Reservation {
    let at_once = matches!(wanted.course, Course::Immediate) || wanted.starts <= now;
    let (starts, phase) = if at_once { (now, Phase::Active) } else { (wanted.starts, Phase::Prepared) };
    Reservation { made: now, starts, phase, ..wanted.clone() }
}

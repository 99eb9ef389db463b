//! Change which reservations an instance may use. One that holds a place moves into the slot it may use now, or out of
//! the one it may use no more, where it stands; one that holds none is matched when it is started.

use super::Command;
use super::instance::{InstanceRefusal, owned};
use super::scratch::{PlaceRefusal, Scratch, Wish, is_open};
use crate::{
    AccountId, Attachment, Choice, Entry, Host, Instance, InstanceId, Ledger, Moment, Place, Reservation, Window,
};

/// From now on this instance may use these reservations.
#[derive(Clone, Debug)]
pub struct Attach {
    /// Which.
    pub id: InstanceId,
    /// Who asks.
    pub by: AccountId,
    /// Which it may use.
    pub attachment: Attachment,
}

impl Command for Attach {
    type Done = ();
    type Refusal = InstanceRefusal;

    fn decide(&self, ledger: &Ledger, now: Moment) -> Result<(Vec<Entry>, ()), InstanceRefusal> {
        let instance = owned(ledger, &self.id, &self.by)?;
        let refuse = |refusal| InstanceRefusal::Place(self.id, refusal);
        let place = match instance.place() {
            Some(stands) => Some(self.moved(ledger, instance, stands, now).map_err(refuse)?),
            None => {
                self.target(ledger, instance, now).map_err(refuse)?;
                None
            }
        };
        Ok((vec![Entry::Attached { id: self.id, attachment: self.attachment, place }], ()))
    }
}

impl Attach {
    /// What it names must be there for it also when it does not move yet.
    fn target(&self, ledger: &Ledger, instance: &Instance, now: Moment) -> Result<(), PlaceRefusal> {
        match self.attachment {
            Attachment::Target(id) => Scratch::of(ledger, now).target(&Wish::of(instance), &id).map(drop),
            Attachment::Open | Attachment::None => Ok(()),
        }
    }

    fn moved(&self, ledger: &Ledger, instance: &Instance, stands: &Place, now: Moment) -> Result<Place, PlaceRefusal> {
        let scratch = Scratch::of(ledger, now);
        let wish = Wish { attachment: self.attachment, ..Wish::of(instance) };
        match self.attachment {
            Attachment::Target(id) if stands.reservation == Some(id) => {
                Ok(Place { choice: Choice::Named, ..stands.clone() })
            }
            Attachment::Target(id) => {
                let wanted = scratch.target(&wish, &id)?;
                enter(ledger, stands, wanted, Choice::Named).ok_or(PlaceRefusal::NoStock)
            }
            Attachment::Open => {
                let current = stands.reservation.and_then(|id| ledger.reservation(&id));
                if current.is_some_and(is_open) {
                    return Ok(stands.clone());
                }
                let first = scratch.first_open(&wish);
                let entered = first.and_then(|(wanted, among)| enter(ledger, stands, wanted, Choice::First { among }));
                entered.map_or_else(|| leave(ledger, instance, stands, Choice::NoneMatched), Ok)
            }
            Attachment::None => leave(ledger, instance, stands, Choice::NotAsked),
        }
    }
}

/// Into a slot, where it stands: its host must have what the slot keeps beyond what it has. The slot that it leaves, if
/// it leaves one, must be free to be promised again.
fn enter(ledger: &Ledger, stands: &Place, wanted: &Reservation, choice: Choice) -> Option<Place> {
    let ladder = ledger.ladder(&wanted.class)?;
    let units = ladder.rungs()[ladder.rung_for(wanted.size)?];
    let host = ledger.host(&stands.host)?;
    let left = stands.reservation.and_then(|id| ledger.reservation(&id));
    let swaps = left.is_none_or(|left| swaps(ledger, stands, (left, wanted), units));
    let fits = units <= stands.units || (units - stands.units <= host.free && keeps(ledger, stands, units));
    (swaps && fits).then(|| Place { host: stands.host.clone(), units, reservation: Some(wanted.id), choice })
}

/// Whether the slot that it leaves can be promised again once it takes so many units in the wanted one's stead. The two cancel out
/// at every moment, as far as its place comes back to the pool at the end of either. On a host out of service nothing
/// comes back: there must be room from the wanted one's end to the end of the one it leaves.
fn swaps(ledger: &Ledger, stands: &Place, (left, wanted): (&Reservation, &Reservation), units: u32) -> bool {
    let (until, from) = (left.reclaims_at(), wanted.reclaims_at());
    if left.size != wanted.size || until == from {
        return left.size == wanted.size;
    }
    let serves = ledger.host(&stands.host).is_some_and(Host::serves);
    let Some(start) = from.filter(|from| !serves && until.is_none_or(|until| *from < until)) else {
        return units == stands.units;
    };
    let pool = ledger.pool(&left.zone, &left.class);
    units == stands.units && pool.is_some_and(|pool| pool.admits(Window { start, end: until }, left.size, 1))
}

/// Whether nothing promised is lost when it takes so many units of its host, for the moment before its promise goes.
fn keeps(ledger: &Ledger, stands: &Place, units: u32) -> bool {
    let Some(host) = ledger.host(&stands.host) else { return false };
    let Some(pool) = ledger.pool(&host.zone, &host.class) else { return false };
    let cost = pool.cost(host.free, units - stands.units);
    cost.iter().zip(pool.slack_row()).all(|(cost, slack)| *cost == 0 || *cost <= slack)
}

/// Out of its slot onto open capacity, where it stands: the slot stays promised, so there must be room for one more, for
/// good; on a host out of service, from which nothing would have come back, for as long as the slot is promised.
fn leave(ledger: &Ledger, instance: &Instance, stands: &Place, choice: Choice) -> Result<Place, PlaceRefusal> {
    let Some(left) = stands.reservation.and_then(|id| ledger.reservation(&id)) else {
        return Ok(Place { choice, ..stands.clone() });
    };
    let pool = ledger.pool(&left.zone, &left.class).ok_or(PlaceRefusal::NoPool)?;
    let serves = ledger.host(&stands.host).is_some_and(Host::serves);
    let end = left.reclaims_at().filter(|_| !serves);
    if !pool.admits(Window { start: pool.present(), end }, left.size, 1) {
        return Err(PlaceRefusal::NoStock);
    }
    let units = instance.size.min(stands.units);
    Ok(Place { host: stands.host.clone(), units, reservation: None, choice })
}

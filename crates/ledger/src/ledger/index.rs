//! What is kept beside the reservations to find them by other things than their id. Nothing here that could not be
//! computed from the reservations; `check` does so.

use crate::{AccountId, End, Moment, Phase, Reservation, ReservationId};
use std::collections::{BTreeMap, BTreeSet};

/// A reservation's place in an order of moments.
pub(crate) type Place = (Moment, ReservationId);

/// Reservations by owner, by end, by when they were released.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Index {
    /// By owner, in order of their beginning. No owner without any.
    pub(crate) by_owner: BTreeMap<AccountId, BTreeSet<Place>>,
    /// Of these the ones that hold: an owner may have few of them beside very many that are over.
    pub(crate) held_by_owner: BTreeMap<AccountId, BTreeSet<Place>>,
    /// Those that hold and end by themselves.
    pub(crate) ends: BTreeSet<Place>,
    /// Those that are over.
    pub(crate) released: BTreeSet<Place>,
}

impl Index {
    /// Takes a reservation in; gives back the one copy of its owner's name.
    pub(crate) fn insert(&mut self, reservation: &Reservation) -> AccountId {
        self.place(reservation);
        let place = (reservation.starts, reservation.id);
        if let Some((owner, _)) = self.by_owner.get_key_value(&reservation.owner) {
            let owner = owner.clone();
            self.by_owner.entry(owner.clone()).or_default().insert(place);
            return owner;
        }
        self.by_owner.insert(reservation.owner.clone(), BTreeSet::from([place]));
        reservation.owner.clone()
    }

    /// Lets a reservation go.
    pub(crate) fn remove(&mut self, reservation: &Reservation) {
        self.displace(reservation);
        take_out(&mut self.by_owner, reservation);
    }

    /// Notes its end or release: to be called after a change of either.
    pub(crate) fn place(&mut self, reservation: &Reservation) {
        if reservation.holds() {
            let place = (reservation.starts, reservation.id);
            match self.held_by_owner.get_mut(&reservation.owner) {
                Some(held) => drop(held.insert(place)),
                None => drop(self.held_by_owner.insert(reservation.owner.clone(), BTreeSet::from([place]))),
            }
        }
        match (reservation.phase, reservation.end) {
            (Phase::Released { at, .. }, _) => drop(self.released.insert((at, reservation.id))),
            (Phase::Active, End::At(at)) => drop(self.ends.insert((at, reservation.id))),
            (Phase::Active, End::ByHand) => {}
        }
    }

    /// Strikes its end or release: to be called before a change of either.
    pub(crate) fn displace(&mut self, reservation: &Reservation) {
        if reservation.holds() {
            take_out(&mut self.held_by_owner, reservation);
        }
        match (reservation.phase, reservation.end) {
            (Phase::Released { at, .. }, _) => drop(self.released.remove(&(at, reservation.id))),
            (Phase::Active, End::At(at)) => drop(self.ends.remove(&(at, reservation.id))),
            (Phase::Active, End::ByHand) => {}
        }
    }
}

/// Takes a reservation out of its owner's, and the owner with the last.
fn take_out(by_owner: &mut BTreeMap<AccountId, BTreeSet<Place>>, reservation: &Reservation) {
    if let Some(places) = by_owner.get_mut(&reservation.owner) {
        places.remove(&(reservation.starts, reservation.id));
        if places.is_empty() {
            by_owner.remove(&reservation.owner);
        }
    }
}

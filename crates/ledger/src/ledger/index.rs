//! What is kept beside reservations and instances to find them by other things than their id. Nothing here that could
//! not be computed from them; `check` does so.

use crate::{
    AccountId, Course, End, Instance, InstanceId, Kind, MatchCriteria, Moment, Phase, RenewalStatus, Reservation,
    ReservationId, TypeName, ZoneName,
};
use std::collections::{BTreeMap, BTreeSet};

/// A reservation's place in an order of moments.
pub(crate) type Place = (Moment, ReservationId);

/// An owner's reservations of one kind: the kinds are listed apart.
pub(crate) type Book = (AccountId, Kind);

/// What falls due for a reservation. At one moment ends come first, so that what begins then finds their slots free.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Due {
    /// Its end.
    End,
    /// Notice to its instances.
    Notice,
    /// Its beginning.
    Begin,
}

/// For whom open reservations are, as far as can be looked up.
pub(crate) type Field = (AccountId, ZoneName, TypeName);

/// The order in which open reservations are taken: the one that ends first, then the one with the least unused, then
/// the oldest.
pub(crate) type Turn = (End, u32, Moment, ReservationId);

/// Reservations by owner, by what falls due, by when they were released, by whom they may serve; instances by owner and
/// by reservation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Index {
    /// By owner and kind, in order of their making. No key without any.
    pub(crate) by_owner: BTreeMap<Book, BTreeSet<Place>>,
    /// Of these the ones that hold: an owner may have few of them beside very many that are over.
    pub(crate) held_by_owner: BTreeMap<Book, BTreeSet<Place>>,
    /// What falls due of those that hold.
    pub(crate) due: BTreeSet<(Moment, Due, ReservationId)>,
    /// Those that are over.
    pub(crate) released: BTreeSet<Place>,
    /// Open ones in effect that have slots left, in the order in which they are taken.
    pub(crate) open: BTreeMap<Field, BTreeSet<Turn>>,
    /// Instances in the slots of each. No reservation without any.
    pub(crate) users: BTreeMap<ReservationId, BTreeSet<InstanceId>>,
    /// Instances by owner, in order of their making. No owner without any.
    pub(crate) instances: BTreeMap<AccountId, BTreeSet<(Moment, InstanceId)>>,
}

impl Index {
    /// Takes a reservation in; gives back the one copy of its owner's name.
    pub(crate) fn insert(&mut self, reservation: &Reservation) -> AccountId {
        self.place(reservation);
        add_to(&mut self.by_owner, &book(reservation), (reservation.made, reservation.id)).0
    }

    /// Lets a reservation go.
    pub(crate) fn remove(&mut self, reservation: &Reservation) {
        self.displace(reservation);
        take_from(&mut self.by_owner, &book(reservation), &(reservation.made, reservation.id));
    }

    /// How many of its slots are used.
    pub(crate) fn used(&self, id: &ReservationId) -> u32 {
        self.users.get(id).map_or(0, |users| u32::try_from(users.len()).unwrap_or(u32::MAX))
    }

    /// Notes what it depends on: to be called after a change of its amount, use, moments or phase.
    pub(crate) fn place(&mut self, reservation: &Reservation) {
        if let Phase::Released { at, .. } = reservation.phase {
            self.released.insert((at, reservation.id));
            return;
        }
        add_to(&mut self.held_by_owner, &book(reservation), (reservation.made, reservation.id));
        self.due.extend(dues(reservation));
        if let Some((field, turn)) = self.turn(reservation) {
            self.open.entry(field).or_default().insert(turn);
        }
    }

    /// Strikes what it depends on: to be called before a change of its amount, use, moments or phase.
    pub(crate) fn displace(&mut self, reservation: &Reservation) {
        if let Phase::Released { at, .. } = reservation.phase {
            self.released.remove(&(at, reservation.id));
            return;
        }
        take_from(&mut self.held_by_owner, &book(reservation), &(reservation.made, reservation.id));
        for due in dues(reservation) {
            self.due.remove(&due);
        }
        if let Some((field, turn)) = self.turn(reservation) {
            take_from(&mut self.open, &field, &turn);
        }
    }

    /// An instance comes into a slot of a reservation.
    pub(crate) fn enter(&mut self, reservation: &Reservation, instance: InstanceId) {
        self.change_use(reservation, |users| users.insert(instance));
    }

    /// An instance leaves its slot of a reservation.
    pub(crate) fn leave(&mut self, reservation: &Reservation, instance: InstanceId) {
        self.change_use(reservation, |users| users.remove(&instance));
    }

    fn change_use(&mut self, reservation: &Reservation, change: impl FnOnce(&mut BTreeSet<InstanceId>) -> bool) {
        let before = self.turn(reservation);
        let users = self.users.entry(reservation.id).or_default();
        change(users);
        if users.is_empty() {
            self.users.remove(&reservation.id);
        }
        if let Some((field, turn)) = before {
            take_from(&mut self.open, &field, &turn);
        }
        if let Some((field, turn)) = self.turn(reservation) {
            self.open.entry(field).or_default().insert(turn);
        }
    }

    /// Takes an instance in; gives back the one copy of its owner's name.
    pub(crate) fn insert_instance(&mut self, instance: &Instance) -> AccountId {
        add_to(&mut self.instances, &instance.owner, (instance.made, instance.id))
    }

    /// Lets an instance go.
    pub(crate) fn remove_instance(&mut self, instance: &Instance) {
        take_from(&mut self.instances, &instance.owner, &(instance.made, instance.id));
    }

    fn turn(&self, reservation: &Reservation) -> Option<(Field, Turn)> {
        let unused = reservation.count.saturating_sub(self.used(&reservation.id));
        let open = reservation.matching == MatchCriteria::Open && reservation.phase == Phase::Active && unused > 0;
        open.then(|| {
            let field = (reservation.owner.clone(), reservation.zone.clone(), reservation.instance_type.clone());
            (field, (reservation.end, unused, reservation.made, reservation.id))
        })
    }
}

fn book(reservation: &Reservation) -> Book {
    (reservation.owner.clone(), reservation.id.kind())
}

/// What falls due of a reservation that holds.
fn dues(reservation: &Reservation) -> impl Iterator<Item = (Moment, Due, ReservationId)> {
    let begin = (reservation.phase == Phase::Prepared).then_some((reservation.starts, Due::Begin));
    let end = match reservation.end {
        End::At(end) => Some((end, Due::End)),
        End::ByHand => None,
    };
    let notice = match (&reservation.course, reservation.end) {
        (Course::Windowed { notice_seconds, noticed: false }, End::At(end)) if *notice_seconds > 0 => {
            Some((Moment(end.0.saturating_sub(*notice_seconds)).max(reservation.starts), Due::Notice))
        }
        _ => None,
    };
    let id = reservation.id;
    [end, notice, begin].into_iter().flatten().map(move |(at, due)| (at, due, id))
}

/// Whether it renews itself at its end.
pub(crate) fn renews(reservation: &Reservation) -> bool {
    matches!(&reservation.course, Course::Assured(paid) if paid.renewal.status == RenewalStatus::Auto)
}

/// Adds to the set of a key; gives back the one copy of the key.
fn add_to<K: Ord + Clone, V: Ord>(sets: &mut BTreeMap<K, BTreeSet<V>>, key: &K, value: V) -> K {
    if let Some((shared, _)) = sets.get_key_value(key) {
        let shared = shared.clone();
        if let Some(set) = sets.get_mut(key) {
            set.insert(value);
        }
        return shared;
    }
    sets.insert(key.clone(), BTreeSet::from([value]));
    key.clone()
}

/// Takes out of the set of a key, and the key with the last.
fn take_from<K: Ord, V: Ord>(sets: &mut BTreeMap<K, BTreeSet<V>>, key: &K, value: &V) {
    if let Some(set) = sets.get_mut(key) {
        set.remove(value);
        if set.is_empty() {
            sets.remove(key);
        }
    }
}

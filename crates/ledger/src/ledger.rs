//! The fold of all facts of a region, and the questions that can be asked of it.

use crate::{
    AccountId, ClassName, End, Entry, HostId, Ladder, Moment, Phase, Pool, Reservation, ReservationId, Tag, ZoneName,
};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;

/// A host and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Host {
    /// Its zone.
    pub zone: ZoneName,
    /// Its class.
    pub class: ClassName,
    /// Units it holds.
    pub units: u32,
}

/// Everything a region knows.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    ladders: BTreeMap<ClassName, Ladder>,
    hosts: BTreeMap<HostId, Host>,
    pools: BTreeMap<(ZoneName, ClassName), Pool>,
    reservations: BTreeMap<ReservationId, Reservation>,
    by_owner: BTreeMap<AccountId, BTreeSet<(Moment, ReservationId)>>,
    ends: BTreeSet<(Moment, ReservationId)>,
    released: BTreeSet<(Moment, ReservationId)>,
}

impl Ledger {
    /// A reservation, whoever owns it.
    #[must_use]
    pub fn reservation(&self, id: &ReservationId) -> Option<&Reservation> {
        self.reservations.get(id)
    }

    /// All reservations of an account, the oldest first (ties in order of id); only those after `after`.
    pub fn reservations_of(
        &self,
        owner: &AccountId,
        after: Option<(Moment, ReservationId)>,
    ) -> impl Iterator<Item = &Reservation> {
        let from = after.map_or(Bound::Unbounded, Bound::Excluded);
        let places = self.by_owner.get(owner).into_iter().flat_map(move |all| all.range((from, Bound::Unbounded)));
        places.filter_map(|(_, id)| self.reservations.get(id))
    }

    /// The hosts of a class in a zone, as one; nothing if there never were any.
    #[must_use]
    pub fn pool(&self, zone: &ZoneName, class: &ClassName) -> Option<&Pool> {
        self.pools.get(&(zone.clone(), class.clone()))
    }

    /// All pools.
    pub fn pools(&self) -> impl Iterator<Item = (&ZoneName, &ClassName, &Pool)> {
        self.pools.iter().map(|((zone, class), pool)| (zone, class, pool))
    }

    /// The ladder of a class.
    #[must_use]
    pub fn ladder(&self, class: &ClassName) -> Option<&Ladder> {
        self.ladders.get(class)
    }

    /// A host.
    #[must_use]
    pub fn host(&self, host: &HostId) -> Option<&Host> {
        self.hosts.get(host)
    }

    /// All hosts.
    #[must_use]
    pub const fn hosts(&self) -> &BTreeMap<HostId, Host> {
        &self.hosts
    }

    /// When the next reservation ends by itself.
    #[must_use]
    pub fn next_due(&self) -> Option<Moment> {
        self.ends.first().map(|(at, _)| *at)
    }

    /// Active reservations whose end has come, the earliest first.
    pub fn ended_by(&self, now: Moment) -> impl Iterator<Item = (Moment, ReservationId)> {
        self.ends.iter().copied().take_while(move |(at, _)| *at <= now)
    }

    /// Reservations that were released before a moment, the earliest first.
    pub fn released_before(&self, before: Moment) -> impl Iterator<Item = ReservationId> {
        self.released.iter().take_while(move |(at, _)| *at < before).map(|(_, id)| *id)
    }

    /// Takes a fact in. Cannot fail: it has been decided.
    pub fn apply(&mut self, entry: &Entry) {
        match entry {
            Entry::LadderSet { class, rungs } => self.set_ladder(class, rungs),
            Entry::HostAdded { host, zone, class, units } => {
                let (zone, class) = (zone.clone(), class.clone());
                self.supply(&zone, &class, *units, true);
                self.hosts.insert(host.clone(), Host { zone, class, units: *units });
            }
            Entry::HostRemoved { host } => {
                if let Some(gone) = self.hosts.remove(host) {
                    self.supply(&gone.zone, &gone.class, gone.units, false);
                }
            }
            Entry::Reserved(reservation) => self.put(Reservation::clone(reservation)),
            Entry::Modified { id, name, description, end, count } => self.change(id, |reservation| {
                reservation.name = name.clone().unwrap_or_else(|| reservation.name.clone());
                reservation.description = description.clone().unwrap_or_else(|| reservation.description.clone());
                reservation.end = end.unwrap_or(reservation.end);
                reservation.count = count.unwrap_or(reservation.count);
            }),
            Entry::Released { id, at, why } => {
                self.change(id, |reservation| reservation.phase = Phase::Released { at: *at, why: *why });
            }
            Entry::Tagged { id, tags } => self.change(id, |reservation| {
                let old = reservation.tags.iter().filter(|tag| tags.iter().all(|new| new.key != tag.key));
                let mut all: Vec<Tag> = old.chain(tags).cloned().collect();
                all.sort();
                reservation.tags = all.into();
            }),
            Entry::Untagged { id, keys } => self.change(id, |reservation| {
                let kept = reservation.tags.iter().filter(|tag| !keys.contains(&tag.key));
                reservation.tags = kept.cloned().collect();
            }),
            Entry::Forgotten { id } => drop(self.take(id)),
        }
    }

    fn set_ladder(&mut self, class: &ClassName, rungs: &[u32]) {
        let ladder = Ladder::new(rungs.to_vec()).expect("a ladder that was checked when it was decided");
        self.ladders.insert(class.clone(), ladder.clone());
        for ((zone, of), pool) in &mut self.pools {
            if of == class {
                let mut anew = Pool::new(ladder.clone());
                let here = |(in_zone, of_class): (&ZoneName, &ClassName)| in_zone == zone && of_class == class;
                for host in self.hosts.values().filter(|host| here((&host.zone, &host.class))) {
                    anew.supply(host.units, true);
                }
                for held in self.reservations.values().filter(|held| held.holds() && here((&held.zone, &held.class))) {
                    anew.promise(held.size, held.count, true);
                }
                *pool = anew;
            }
        }
    }

    fn supply(&mut self, zone: &ZoneName, class: &ClassName, units: u32, came: bool) {
        let ladder = self.ladders.get(class).expect("a class has its ladder before its first host");
        let pool = self.pools.entry((zone.clone(), class.clone())).or_insert_with(|| Pool::new(ladder.clone()));
        pool.supply(units, came);
    }

    fn promise(&mut self, reservation: &Reservation, made: bool) {
        if reservation.holds() {
            let key = (reservation.zone.clone(), reservation.class.clone());
            if let Some(pool) = self.pools.get_mut(&key) {
                pool.promise(reservation.size, reservation.count, made);
            }
        }
    }

    fn put(&mut self, reservation: Reservation) {
        let id = reservation.id;
        self.promise(&reservation, true);
        match (reservation.phase, reservation.end) {
            (Phase::Released { at, .. }, _) => drop(self.released.insert((at, id))),
            (Phase::Active, End::At(at)) => drop(self.ends.insert((at, id))),
            (Phase::Active, End::ByHand) => {}
        }
        self.by_owner.entry(reservation.owner.clone()).or_default().insert((reservation.starts, id));
        self.reservations.insert(id, reservation);
    }

    fn take(&mut self, id: &ReservationId) -> Option<Reservation> {
        let reservation = self.reservations.remove(id)?;
        self.promise(&reservation, false);
        match (reservation.phase, reservation.end) {
            (Phase::Released { at, .. }, _) => drop(self.released.remove(&(at, *id))),
            (Phase::Active, End::At(at)) => drop(self.ends.remove(&(at, *id))),
            (Phase::Active, End::ByHand) => {}
        }
        if let Some(ids) = self.by_owner.get_mut(&reservation.owner) {
            ids.remove(&(reservation.starts, *id));
        }
        Some(reservation)
    }

    fn change(&mut self, id: &ReservationId, how: impl FnOnce(&mut Reservation)) {
        if let Some(mut reservation) = self.take(id) {
            how(&mut reservation);
            self.put(reservation);
        }
    }
}

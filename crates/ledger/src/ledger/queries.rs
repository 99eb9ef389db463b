//! What can be asked of a ledger. Only reads.

use super::index::{Due, Place, Turn, renews};
use super::{Host, Ledger};
use crate::{
    AccountId, ClassName, HostId, Instance, InstanceId, Kind, Ladder, Moment, Pool, Reservation, ReservationId,
    TypeName, ZoneName,
};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;

impl Ledger {
    /// A reservation, whoever owns it.
    #[must_use]
    pub fn reservation(&self, id: &ReservationId) -> Option<&Reservation> {
        self.reservations.get(id).map(Box::as_ref)
    }

    /// All reservations of one kind of an account, the oldest first (ties in order of id); only those after `after`.
    pub fn reservations_of(
        &self,
        owner: &AccountId,
        kind: Kind,
        after: Option<(Moment, ReservationId)>,
    ) -> impl Iterator<Item = &Reservation> {
        self.at(self.index.by_owner.get(&(owner.clone(), kind)), after)
    }

    /// Those of them that hold, in the same order.
    pub fn held_of(
        &self,
        owner: &AccountId,
        kind: Kind,
        after: Option<(Moment, ReservationId)>,
    ) -> impl Iterator<Item = &Reservation> {
        self.at(self.index.held_by_owner.get(&(owner.clone(), kind)), after)
    }

    /// How many reservations of one kind of an account are known. Takes no longer for many than for few.
    #[must_use]
    pub fn count_of(&self, owner: &AccountId, kind: Kind) -> usize {
        self.index.by_owner.get(&(owner.clone(), kind)).map_or(0, BTreeSet::len)
    }

    /// How many of them hold. Takes no longer for many than for few.
    #[must_use]
    pub fn held_count_of(&self, owner: &AccountId, kind: Kind) -> usize {
        self.index.held_by_owner.get(&(owner.clone(), kind)).map_or(0, BTreeSet::len)
    }

    fn at<'a>(
        &'a self,
        places: Option<&'a BTreeSet<Place>>,
        after: Option<Place>,
    ) -> impl Iterator<Item = &'a Reservation> {
        let from = after.map_or(Bound::Unbounded, Bound::Excluded);
        let places = places.into_iter().flat_map(move |all| all.range((from, Bound::Unbounded)));
        places.filter_map(|(_, id)| self.reservation(id))
    }

    /// How many reservations are known, released ones too.
    #[must_use]
    pub fn reservations_count(&self) -> usize {
        self.reservations.len()
    }

    /// The hosts of a class in a zone, as one; nothing if there are none and nothing is promised of them.
    #[must_use]
    pub fn pool(&self, zone: &ZoneName, class: &ClassName) -> Option<&Pool> {
        self.pools.get(&(zone.clone(), class.clone()))
    }

    /// All pools that have hosts or promises, in order of zone, then class.
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

    /// How many of a reservation's slots are used.
    #[must_use]
    pub fn used(&self, id: &ReservationId) -> u32 {
        self.index.used(id)
    }

    /// The instances in the slots of a reservation, in order of id; only those after `after`.
    pub fn users(&self, id: &ReservationId, after: Option<InstanceId>) -> impl Iterator<Item = &Instance> {
        let from = after.map_or(Bound::Unbounded, Bound::Excluded);
        let users = self.index.users.get(id).into_iter().flat_map(move |all| all.range((from, Bound::Unbounded)));
        users.filter_map(|id| self.instance(id))
    }

    /// An instance, whoever owns it.
    #[must_use]
    pub fn instance(&self, id: &InstanceId) -> Option<&Instance> {
        self.instances.get(id).map(Box::as_ref)
    }

    /// All instances of an account, the oldest first (ties in order of id); only those after `after`.
    pub fn instances_of(
        &self,
        owner: &AccountId,
        after: Option<(Moment, InstanceId)>,
    ) -> impl Iterator<Item = &Instance> {
        let from = after.map_or(Bound::Unbounded, Bound::Excluded);
        let places = self.index.instances.get(owner);
        let places = places.into_iter().flat_map(move |all| all.range((from, Bound::Unbounded)));
        places.filter_map(|(_, id)| self.instance(id))
    }

    /// How many instances an account has. Takes no longer for many than for few.
    #[must_use]
    pub fn instances_count_of(&self, owner: &AccountId) -> usize {
        self.index.instances.get(owner).map_or(0, BTreeSet::len)
    }

    /// How many instances are known.
    #[must_use]
    pub fn instances_count(&self) -> usize {
        self.instances.len()
    }

    /// When an instance will be reclaimed, and whether it has been given notice; nothing if nobody will reclaim it.
    #[must_use]
    pub fn reclaimed_at(&self, instance: &Instance) -> Option<(Moment, bool)> {
        let reservation = self.reservation(&instance.reservation()?)?;
        let noticed = matches!(reservation.course, crate::Course::Windowed { noticed: true, .. });
        reservation.reclaims_at().map(|end| (end, noticed))
    }

    /// Open reservations of an account for a type in a zone that have slots left, in the order in which they are taken.
    pub(crate) fn open_for(
        &self,
        owner: &AccountId,
        zone: &ZoneName,
        instance_type: &TypeName,
    ) -> impl Iterator<Item = &Reservation> {
        let turns: Option<&BTreeSet<Turn>> = self.index.open.get(&(owner.clone(), zone.clone(), instance_type.clone()));
        turns.into_iter().flatten().filter_map(|(.., id)| self.reservation(id))
    }

    /// When the next reservation begins, ends or is to give notice: until then nothing changes unless somebody asks for
    /// it. Forgetting old reservations is not due at any moment: nobody's capacity waits for it, so
    /// [`Settle`](crate::commands::Settle) does it whenever it is asked to settle.
    #[must_use]
    pub fn next_due(&self) -> Option<Moment> {
        self.index.due.first().map(|(at, ..)| *at)
    }

    /// What has fallen due, in the order in which it is to be done.
    pub(crate) fn due_by(&self, now: Moment) -> impl Iterator<Item = (Moment, Due, &Reservation)> {
        let due = self.index.due.iter().take_while(move |(at, ..)| *at <= now);
        due.filter_map(|(at, due, id)| Some((*at, *due, self.reservation(id)?)))
    }

    /// Whether a reservation renews itself at its end.
    pub(crate) fn renews(reservation: &Reservation) -> bool {
        renews(reservation)
    }

    /// Reservations that were released before a moment, the earliest first.
    pub fn released_before(&self, before: Moment) -> impl Iterator<Item = ReservationId> {
        self.index.released.iter().take_while(move |(at, _)| *at < before).map(|(_, id)| *id)
    }

    /// How many facts could not be taken in because they contradicted the ones before: always 0, unless the journal
    /// is damaged or was written by somebody else. `check` reports it.
    #[must_use]
    pub const fn anomalies(&self) -> u64 {
        self.anomalies
    }
}

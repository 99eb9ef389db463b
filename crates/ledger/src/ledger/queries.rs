//! What can be asked of a ledger. Only reads.

use super::index::Place;
use super::{Host, Ledger};
use crate::{AccountId, ClassName, HostId, Ladder, Moment, Pool, Reservation, ReservationId, ZoneName};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;

impl Ledger {
    /// A reservation, whoever owns it.
    #[must_use]
    pub fn reservation(&self, id: &ReservationId) -> Option<&Reservation> {
        self.reservations.get(id).map(Box::as_ref)
    }

    /// All reservations of an account, the oldest first (ties in order of id); only those after `after`.
    pub fn reservations_of(
        &self,
        owner: &AccountId,
        after: Option<(Moment, ReservationId)>,
    ) -> impl Iterator<Item = &Reservation> {
        self.at(self.index.by_owner.get(owner), after)
    }

    /// Those of them that hold, in the same order.
    pub fn held_of(
        &self,
        owner: &AccountId,
        after: Option<(Moment, ReservationId)>,
    ) -> impl Iterator<Item = &Reservation> {
        self.at(self.index.held_by_owner.get(owner), after)
    }

    /// How many reservations of an account are known. Takes no longer for many than for few.
    #[must_use]
    pub fn count_of(&self, owner: &AccountId) -> usize {
        self.index.by_owner.get(owner).map_or(0, BTreeSet::len)
    }

    /// How many of them hold. Takes no longer for many than for few.
    #[must_use]
    pub fn held_count_of(&self, owner: &AccountId) -> usize {
        self.index.held_by_owner.get(owner).map_or(0, BTreeSet::len)
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

    /// When the next reservation ends by itself: until then nothing changes unless somebody asks for it.
    /// Forgetting old reservations is not due at any moment: nobody's capacity waits for it, so
    /// [`Settle`](crate::commands::Settle) does it whenever it is asked to settle.
    #[must_use]
    pub fn next_due(&self) -> Option<Moment> {
        self.index.ends.first().map(|(at, _)| *at)
    }

    /// Active reservations whose end has come, the earliest first.
    pub fn ended_by(&self, now: Moment) -> impl Iterator<Item = (Moment, ReservationId)> {
        self.index.ends.iter().copied().take_while(move |(at, _)| *at <= now)
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

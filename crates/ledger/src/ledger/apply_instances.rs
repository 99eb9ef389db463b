//! How facts about instances change a ledger: where they stand, in whose slot, and what that leaves on the hosts.

use super::Ledger;
use super::apply::Taken;
use crate::{Attachment, Halt, HostId, Instance, InstanceId, Moment, Phase, Place, State};

impl Ledger {
    /// An instance made just now, or one that a checkpoint kept. Its names give way to the copies that are here.
    pub(super) fn launch(&mut self, mut new: Box<Instance>) -> Taken {
        if self.instances.contains_key(&new.id) || new.size == 0 {
            return None;
        }
        if let Some(place) = new.place() {
            let (host, at) = self.hosts.get_key_value(&place.host)?;
            if (&at.zone, &at.class) != (&new.zone, &new.class) {
                return None;
            }
            let (zone, class, host) = (at.zone.clone(), at.class.clone(), host.clone());
            self.occupy(&new.id, place)?;
            (new.zone, new.class) = (zone, class);
            if let Some(place) = new.place_mut() {
                place.host = host;
            }
        }
        let known = self.types.get(&new.instance_type).unwrap_or(&new.instance_type).clone();
        self.types.insert(known.clone());
        new.instance_type = known;
        new.owner = self.index.insert_instance(&new);
        self.instances.insert(new.id, new);
        Some(())
    }

    pub(super) fn start(&mut self, id: &InstanceId, at: Moment, place: Option<&Place>) -> Taken {
        let state = match (&self.instances.get(id)?.state, place) {
            (State::Stopped(kept), None) => State::Running(kept.clone()),
            (State::Parked { .. }, Some(place)) => {
                self.occupy(id, place)?;
                State::Running(place.clone())
            }
            _ => return None,
        };
        let instance = self.instances.get_mut(id)?;
        (instance.state, instance.started) = (state, Some(at));
        Some(())
    }

    pub(super) fn stop(&mut self, id: &InstanceId, how: Halt) -> Taken {
        let place = self.instances.get(id)?.place()?.clone();
        let state = match how {
            Halt::Keeping => State::Stopped(place),
            Halt::Giving | Halt::Reclaimed => {
                self.vacate(id, &place)?;
                State::Parked { reclaimed: how == Halt::Reclaimed }
            }
        };
        self.instances.get_mut(id)?.state = state;
        Some(())
    }

    pub(super) fn attach(&mut self, id: &InstanceId, attachment: Attachment, place: Option<&Place>) -> Taken {
        let before = self.instances.get(id)?.place().cloned();
        match (before, place) {
            (None, None) => {}
            (Some(before), Some(place)) if before.host == place.host => {
                self.vacate(id, &before)?;
                self.occupy(id, place)?;
            }
            _ => return None,
        }
        let instance = self.instances.get_mut(id)?;
        instance.attachment = attachment;
        if let (Some(stands), Some(place)) = (instance.place_mut(), place) {
            *stands = place.clone();
        }
        Some(())
    }

    pub(super) fn delete(&mut self, id: &InstanceId) -> Taken {
        if let Some(place) = self.instances.get(id)?.place().cloned() {
            self.vacate(id, &place)?;
        }
        self.index.remove_instance(&*self.instances.remove(id)?);
        Some(())
    }

    /// The reservation in whose slot it stands is over: it goes on on open capacity, and keeps no more than it needs.
    pub(super) fn outlive(&mut self, id: &InstanceId) -> Taken {
        let instance = self.instances.get(id)?;
        let (size, before) = (instance.size, instance.place()?.clone());
        self.vacate(id, &before)?;
        let place = Place { units: size.min(before.units), reservation: None, ..before };
        self.occupy(id, &place)?;
        *self.instances.get_mut(id)?.place_mut()? = place;
        Some(())
    }

    /// Takes the units of the host, and the slot of the reservation.
    fn occupy(&mut self, id: &InstanceId, place: &Place) -> Taken {
        let host = self.hosts.get(&place.host)?;
        if host.free < place.units || host.instances.contains(id) {
            return None;
        }
        if let Some(reservation) = place.reservation.map(|id| self.reservations.get(&id)) {
            let reservation = reservation?;
            let has_slot = self.index.used(&reservation.id) < reservation.count;
            let here = reservation.zone == host.zone && reservation.class == host.class;
            if reservation.phase != Phase::Active || !has_slot || !here {
                return None;
            }
        }
        self.stand(id, &place.host, -i64::from(place.units))?;
        self.fill(id, place, 1)
    }

    /// Gives the units of the host back, and the slot of the reservation.
    fn vacate(&mut self, id: &InstanceId, place: &Place) -> Taken {
        self.fill(id, place, -1)?;
        self.stand(id, &place.host, i64::from(place.units))
    }

    /// So much more is free on a host, or less.
    fn stand(&mut self, id: &InstanceId, name: &HostId, units: i64) -> Taken {
        let host = self.hosts.get_mut(name)?;
        let before = host.free;
        host.free = u32::try_from(i64::from(before) + units).ok()?;
        match units < 0 {
            true => host.instances.insert(*id),
            false => host.instances.remove(id),
        };
        if host.serves() {
            let pool = self.pools.get_mut(&(host.zone.clone(), host.class.clone()))?;
            pool.retire(name, before);
            pool.serve(name, host.free);
        }
        Some(())
    }

    /// One promise less to keep, and one place more that comes back at the end of a window; or the other way round.
    fn fill(&mut self, id: &InstanceId, place: &Place, sign: i64) -> Taken {
        let Some(reservation) = place.reservation else { return Some(()) };
        let reservation = self.reservations.get(&reservation)?;
        let pool = self.pools.get_mut(&(reservation.zone.clone(), reservation.class.clone()))?;
        pool.promise(reservation.counts_for(), reservation.size, -sign);
        if let Some(end) = reservation.reclaims_at()
            && self.hosts.get(&place.host).is_some_and(super::Host::serves)
        {
            pool.give_back(end, place.units, sign);
        }
        match sign > 0 {
            true => self.index.enter(reservation, *id),
            false => self.index.leave(reservation, *id),
        }
        Some(())
    }
}

//! How facts about hosts and ladders change a ledger.

use super::apply::{Taken, with_pool};
use super::{Host, HostState, Ledger};
use crate::limits::HOST_UNITS_MAX;
use crate::{ClassName, HostId, Ladder, Pool, ZoneName};
use std::collections::BTreeSet;

impl Ledger {
    /// Counts all pools of the class anew; they may fall short by it.
    pub(super) fn set_ladder(&mut self, class: &ClassName, rungs: &[u32]) -> Taken {
        let ladder = Ladder::new(rungs.to_vec()).ok()?;
        let mut held = self.reservations.values().filter(|held| held.holds() && held.class == *class);
        if held.any(|held| ladder.rung_for(held.size).is_none()) {
            return None;
        }
        self.ladders.insert(class.clone(), ladder.clone());
        for ((_, _), pool) in self.pools.iter_mut().filter(|((_, of), _)| of == class) {
            let mut anew = Pool::new(ladder.clone());
            anew.forget_before(pool.present());
            *pool = anew;
        }
        for (name, host) in self.hosts.iter().filter(|(_, host)| host.class == *class) {
            let pool = self.pools.get_mut(&(host.zone.clone(), class.clone()))?;
            pool.add_host();
            if host.serves() {
                pool.count_whole(host.units, true);
                pool.serve(name, host.free);
            }
        }
        let held = self.reservations.values().filter(|held| held.holds() && held.class == *class);
        let ids: Vec<_> = held.map(|held| (held.id, held.zone.clone())).collect();
        for (id, zone) in ids {
            self.pools.get_mut(&(zone, class.clone()))?.join();
            self.count(&id, 1)?;
        }
        Some(())
    }

    pub(super) fn add_host(&mut self, host: &HostId, zone: &ZoneName, class: &ClassName, units: u32) -> Taken {
        if self.hosts.contains_key(host) || !(1..=HOST_UNITS_MAX).contains(&units) {
            return None;
        }
        let (zone, class) = with_pool(&mut self.pools, &self.ladders, (zone, class), |pool| {
            pool.add_host();
            pool.count_whole(units, true);
            pool.serve(host, units);
        })?;
        let (state, instances) = (HostState::InService, BTreeSet::new());
        self.hosts.insert(host.clone(), Host { zone, class, units, free: units, state, instances });
        Some(())
    }

    /// What it supplies comes and goes at once, and what its instances are to give back with it.
    pub(super) fn mark_host(&mut self, name: &HostId, state: HostState) -> Taken {
        let host = self.hosts.get_mut(name)?;
        let before = host.serves();
        host.state = state;
        if host.serves() == before {
            return Some(());
        }
        let pool = self.pools.get_mut(&(host.zone.clone(), host.class.clone()))?;
        let sign = if before { -1 } else { 1 };
        pool.count_whole(host.units, !before);
        match before {
            true => pool.retire(name, host.free),
            false => pool.serve(name, host.free),
        }
        for place in host.instances.iter().filter_map(|id| self.instances.get(id)?.place()) {
            let reservation = place.reservation.and_then(|id| self.reservations.get(&id));
            if let Some(end) = reservation.and_then(|it| it.reclaims_at()) {
                pool.give_back(end, place.units, sign);
            }
        }
        Some(())
    }

    pub(super) fn remove_host(&mut self, name: &HostId) -> Taken {
        if !self.hosts.get(name)?.instances.is_empty() {
            return None;
        }
        let host = self.hosts.remove(name)?;
        with_pool(&mut self.pools, &self.ladders, (&host.zone, &host.class), |pool| {
            if host.serves() {
                pool.count_whole(host.units, false);
                pool.retire(name, host.free);
            }
            pool.remove_host();
        })
        .map(drop)
    }
}

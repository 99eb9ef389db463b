//! How facts change a ledger. No rule of admission, no refusal, no panic: what is here has been decided.
//!
//! A fact that contradicts the ones before it (an unknown id, a name that is taken, a size that no rung covers) cannot
//! come from a command. If a damaged journal holds one, it is passed over as a whole and counted as an anomaly; `check`
//! reports that, and whoever loaded the journal must not serve from it.

use super::{Host, Ledger};
use crate::limits::HOST_UNITS_MAX;
use crate::{ClassName, Entry, HostId, Ladder, Moment, Phase, Pool, Reservation, ReservationId, Tag, Window, ZoneName};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry as Slot;

/// Nothing: the fact contradicts the ones before.
type Taken = Option<()>;

type Pools = BTreeMap<(ZoneName, ClassName), Pool>;

impl Ledger {
    /// Takes a fact in. Cannot fail: it has been decided.
    pub fn apply(&mut self, entry: &Entry) {
        let taken = match entry {
            Entry::LadderSet { class, rungs } => self.set_ladder(class, rungs),
            Entry::HostAdded { host, zone, class, units } => self.add_host(host, zone, class, *units),
            Entry::HostRemoved { host } => self.remove_host(host),
            Entry::Reserved(reservation) => self.take_in(reservation),
            Entry::Modified { .. } => self.modify(entry),
            Entry::Released { id, at, why } => self.release(id, Phase::Released { at: *at, why: *why }),
            Entry::Tagged { id, tags } => self.tag(id, tags),
            Entry::Untagged { id, keys } => self.untag(id, keys),
            Entry::Forgotten { id } => self.forget(id),
        };
        if taken.is_none() {
            self.anomalies = self.anomalies.saturating_add(1);
        }
    }

    /// Counts all pools of the class anew; they may fall short by it.
    fn set_ladder(&mut self, class: &ClassName, rungs: &[u32]) -> Taken {
        let ladder = Ladder::new(rungs.to_vec()).ok()?;
        let held = || self.reservations.values().filter(|held| held.holds() && held.class == *class);
        if held().any(|held| ladder.rung_for(held.size).is_none()) {
            return None;
        }
        let mut pools = std::mem::take(&mut self.pools);
        for ((zone, _), pool) in pools.iter_mut().filter(|((_, of), _)| of == class) {
            let mut anew = Pool::new(ladder.clone());
            let hosts = self.hosts.values().filter(|host| host.zone == *zone && host.class == *class);
            hosts.for_each(|host| anew.add_host(host.units));
            for held in held().filter(|held| held.zone == *zone) {
                anew.forget_before(held.starts);
                anew.promise(counts_for(held), held.size, held.count);
            }
            *pool = anew;
        }
        self.pools = pools;
        self.ladders.insert(class.clone(), ladder);
        Some(())
    }

    fn add_host(&mut self, host: &HostId, zone: &ZoneName, class: &ClassName, units: u32) -> Taken {
        if self.hosts.contains_key(host) || !(1..=HOST_UNITS_MAX).contains(&units) {
            return None;
        }
        let (zone, class) = with_pool(&mut self.pools, &self.ladders, (zone, class), |pool| pool.add_host(units))?;
        self.hosts.insert(host.clone(), Host { zone, class, units });
        Some(())
    }

    fn remove_host(&mut self, host: &HostId) -> Taken {
        let Host { zone, class, units } = self.hosts.remove(host)?;
        with_pool(&mut self.pools, &self.ladders, (&zone, &class), |pool| pool.remove_host(units)).map(drop)
    }

    /// A reservation made just now, or one that a checkpoint kept. Its names give way to the copies that are here.
    fn take_in(&mut self, new: &Reservation) -> Taken {
        let Slot::Vacant(slot) = self.reservations.entry(new.id) else {
            return None;
        };
        let place = (&new.zone, &new.class);
        let (zone, class) = if new.holds() {
            self.ladders.get(&new.class)?.rung_for(new.size)?;
            with_pool(&mut self.pools, &self.ladders, place, |pool| {
                pool.forget_before(new.starts);
                pool.promise(counts_for(new), new.size, new.count);
            })?
        } else {
            let key = (new.zone.clone(), new.class.clone());
            self.pools.get_key_value(&key).map_or(key, |(shared, _)| shared.clone())
        };
        let instance_type = self.types.get(&new.instance_type).unwrap_or(&new.instance_type).clone();
        self.types.insert(instance_type.clone());
        let owner = self.index.insert(new);
        slot.insert(Box::new(Reservation { owner, zone, class, instance_type, ..new.clone() }));
        Some(())
    }

    fn modify(&mut self, entry: &Entry) -> Taken {
        let Entry::Modified { id, name, description, end, count } = entry else {
            return None;
        };
        let reservation = self.reservations.get_mut(id).filter(|found| found.holds())?;
        if let Some(name) = name {
            reservation.name.clone_from(name);
        }
        if let Some(description) = description {
            reservation.description.clone_from(description);
        }
        if let Some(end) = *end {
            self.index.displace(reservation);
            reservation.end = end;
            self.index.place(reservation);
        }
        if let Some(count) = *count {
            let old = std::mem::replace(&mut reservation.count, count);
            let pool = self.pools.get_mut(&(reservation.zone.clone(), reservation.class.clone()))?;
            pool.withdraw(counts_for(reservation), reservation.size, old);
            pool.promise(counts_for(reservation), reservation.size, count);
        }
        Some(())
    }

    fn release(&mut self, id: &ReservationId, phase: Phase) -> Taken {
        let reservation = self.reservations.get_mut(id).filter(|found| found.holds())?;
        self.index.displace(reservation);
        reservation.phase = phase;
        self.index.place(reservation);
        let (window, size, count) = (counts_for(reservation), reservation.size, reservation.count);
        let place = (&reservation.zone, &reservation.class);
        with_pool(&mut self.pools, &self.ladders, place, |pool| pool.withdraw(window, size, count)).map(drop)
    }

    fn tag(&mut self, id: &ReservationId, tags: &[Tag]) -> Taken {
        let reservation = self.reservations.get_mut(id)?;
        let kept = reservation.tags.iter().filter(|tag| tags.iter().all(|new| new.key != tag.key));
        let mut all: Vec<Tag> = kept.chain(tags).cloned().collect();
        all.sort();
        reservation.tags = all.into();
        Some(())
    }

    fn untag(&mut self, id: &ReservationId, keys: &[Box<str>]) -> Taken {
        let reservation = self.reservations.get_mut(id)?;
        let kept = reservation.tags.iter().filter(|tag| !keys.contains(&tag.key));
        reservation.tags = kept.cloned().collect();
        Some(())
    }

    fn forget(&mut self, id: &ReservationId) -> Taken {
        let Slot::Occupied(slot) = self.reservations.entry(*id) else {
            return None;
        };
        if slot.get().holds() {
            return None;
        }
        self.index.remove(&slot.remove());
        Some(())
    }
}

/// Changes the pool of a zone and class, which comes with its first use and goes when nothing is left in it; gives
/// back the pool's copies of the names. Nothing if the class has no ladder.
fn with_pool(
    pools: &mut Pools,
    ladders: &BTreeMap<ClassName, Ladder>,
    (zone, class): (&ZoneName, &ClassName),
    change: impl FnOnce(&mut Pool),
) -> Option<(ZoneName, ClassName)> {
    let mut slot = match pools.entry((zone.clone(), class.clone())) {
        Slot::Occupied(slot) => slot,
        Slot::Vacant(slot) => slot.insert_entry(Pool::new(ladders.get(class)?.clone())),
    };
    change(slot.get_mut());
    let names = slot.key().clone();
    if slot.get().is_empty() {
        slot.remove();
    }
    Some(names)
}

/// For which window a reservation counts when others ask. Its instances outlive it, so its end makes no difference.
pub(crate) const fn counts_for(reservation: &Reservation) -> Window {
    Window::from(Moment(reservation.starts.0))
}

//! How facts change a ledger. No rule of admission, no refusal, no panic: what is here has been decided. Reservations
//! are here, hosts in `apply_hosts`, instances in `apply_instances`.
//!
//! A fact that contradicts the ones before it (an unknown id, a name that is taken, a size that no rung covers) cannot
//! come from a command. If a damaged journal holds one, it is passed over as a whole and counted as an anomaly; `check`
//! reports that, and whoever loaded the journal must not serve from it.

use super::Ledger;
use crate::{ClassName, Course, End, Entry, Ladder, Moment, Phase, Pool, Reservation, ReservationId, Tag, ZoneName};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry as Slot;

/// Nothing: the fact contradicts the ones before.
pub(super) type Taken = Option<()>;

pub(super) type Pools = BTreeMap<(ZoneName, ClassName), Pool>;

impl Ledger {
    /// Takes a fact in. Cannot fail: it has been decided.
    pub fn apply(&mut self, entry: &Entry) {
        let taken = self.taken(entry);
        self.note(taken);
    }

    /// The same for a fact that nobody else needs: what it holds is not copied.
    pub fn take(&mut self, entry: Entry) {
        let taken = match entry {
            Entry::Reserved(reservation) => self.take_in(reservation),
            Entry::Launched(instance) => self.launch(instance),
            other => self.taken(&other),
        };
        self.note(taken);
    }

    fn note(&mut self, taken: Taken) {
        if taken.is_none() {
            self.anomalies = self.anomalies.saturating_add(1);
        }
    }

    fn taken(&mut self, entry: &Entry) -> Taken {
        match entry {
            Entry::LadderSet { class, rungs } => self.set_ladder(class, rungs),
            Entry::HostAdded { host, zone, class, units } => self.add_host(host, zone, class, *units),
            Entry::HostMarked { host, state } => self.mark_host(host, *state),
            Entry::HostRemoved { host } => self.remove_host(host),
            Entry::Reserved(reservation) => self.take_in(reservation.clone()),
            Entry::Modified { .. } => self.modify(entry),
            Entry::Rescheduled { id, starts, end } => self.reschedule(id, *starts, *end),
            Entry::Began { id, at } => self.begin(id, *at),
            Entry::Noticed { id, .. } => self.notice(id),
            Entry::Renewed { id, period, end } => self.with_assurance(id, |reservation| {
                reservation.end = End::At(*end);
                if let Course::Assured(paid) = &mut reservation.course {
                    paid.period = *period;
                }
            }),
            Entry::RenewalSet { id, renewal } => self.with_assurance(id, |reservation| {
                if let Course::Assured(paid) = &mut reservation.course {
                    paid.renewal = *renewal;
                }
            }),
            Entry::RulesSet { id, rules } => self.with_assurance(id, |reservation| {
                if let Course::Assured(paid) = &mut reservation.course {
                    paid.rules.clone_from(rules);
                }
            }),
            Entry::Released { id, at, why } => self.release(id, *at, Phase::Released { at: *at, why: *why }),
            Entry::Tagged { id, tags } => self.reservations.get_mut(id).map(|it| it.tags = tagged(&it.tags, tags)),
            Entry::Untagged { id, keys } => self.reservations.get_mut(id).map(|it| it.tags = untagged(&it.tags, keys)),
            Entry::Forgotten { id } => self.forget(id),
            Entry::Launched(instance) => self.launch(instance.clone()),
            Entry::Started { id, at, place } => self.start(id, *at, place.as_ref()),
            Entry::Stopped { id, how, .. } => self.stop(id, *how),
            Entry::Attached { id, attachment, place } => self.attach(id, *attachment, place.as_ref()),
            Entry::InstanceTagged { id, tags } => self.instances.get_mut(id).map(|it| it.tags = tagged(&it.tags, tags)),
            Entry::InstanceUntagged { id, keys } => {
                self.instances.get_mut(id).map(|it| it.tags = untagged(&it.tags, keys))
            }
            Entry::Deleted { id, .. } => self.delete(id),
        }
    }

    /// A reservation made just now, or one that a checkpoint kept. Its names give way to the copies that are here.
    fn take_in(&mut self, mut new: Box<Reservation>) -> Taken {
        let Slot::Vacant(slot) = self.reservations.entry(new.id) else {
            return None;
        };
        let place = (&new.zone, &new.class);
        let (zone, class) = if new.holds() {
            self.ladders.get(&new.class)?.rung_for(new.size)?;
            with_pool(&mut self.pools, &self.ladders, place, |pool| {
                pool.forget_before(if new.phase == Phase::Active { new.starts } else { new.made });
                pool.join();
                pool.promise(new.counts_for(), new.size, i64::from(new.count));
            })?
        } else {
            let key = (new.zone.clone(), new.class.clone());
            self.pools.get_key_value(&key).map_or(key, |(shared, _)| shared.clone())
        };
        let instance_type = self.types.get(&new.instance_type).unwrap_or(&new.instance_type).clone();
        self.types.insert(instance_type.clone());
        new.owner = self.index.insert(&new);
        (new.zone, new.class, new.instance_type) = (zone, class, instance_type);
        slot.insert(new);
        Some(())
    }

    fn modify(&mut self, entry: &Entry) -> Taken {
        let Entry::Modified { id, name, description, end, count } = entry else {
            return None;
        };
        let used = self.index.used(id);
        let reservation = self.reservations.get_mut(id).filter(|found| found.holds())?;
        if count.is_some_and(|count| count < used) {
            return None;
        }
        if let Some(name) = name {
            reservation.name.clone_from(name);
        }
        if let Some(description) = description {
            reservation.description.clone_from(description);
        }
        if end.is_none() && count.is_none() {
            return Some(());
        }
        self.index.displace(reservation);
        reservation.end = end.unwrap_or(reservation.end);
        let old = reservation.count;
        reservation.count = count.unwrap_or(old);
        self.index.place(reservation);
        let pool = self.pools.get_mut(&(reservation.zone.clone(), reservation.class.clone()))?;
        pool.promise(reservation.counts_for(), reservation.size, i64::from(reservation.count) - i64::from(old));
        Some(())
    }

    /// Moves a window: what it promises, and when its instances give their places back.
    fn reschedule(&mut self, id: &ReservationId, starts: Moment, end: Moment) -> Taken {
        let held = self.reservations.get(id).filter(|found| found.holds() && found.reclaims_at().is_some())?;
        if end < starts {
            return None;
        }
        let mut moved = held.clone();
        (moved.starts, moved.end) = (starts, End::At(end));
        if let Course::Windowed { noticed, .. } = &mut moved.course {
            *noticed = false;
        }
        self.count(id, -1)?;
        let reservation = self.reservations.get_mut(id)?;
        self.index.displace(reservation);
        *reservation = moved;
        self.index.place(reservation);
        self.count(id, 1)
    }

    /// Counts what a reservation promises and what its instances give back, or no longer does.
    pub(super) fn count(&mut self, id: &ReservationId, sign: i64) -> Taken {
        let reservation = self.reservations.get(id)?;
        let users = self.index.users.get(id);
        let used = users.map_or(0, |users| i64::try_from(users.len()).unwrap_or(i64::MAX));
        let pool = self.pools.get_mut(&(reservation.zone.clone(), reservation.class.clone()))?;
        pool.promise(reservation.counts_for(), reservation.size, sign * (i64::from(reservation.count) - used));
        let Some(end) = reservation.reclaims_at() else { return Some(()) };
        for place in users.into_iter().flatten().filter_map(|user| self.instances.get(user)?.place()) {
            if self.hosts.get(&place.host).is_some_and(super::Host::serves) {
                pool.give_back(end, place.units, sign);
            }
        }
        Some(())
    }

    fn begin(&mut self, id: &ReservationId, at: Moment) -> Taken {
        let reservation = self.reservations.get_mut(id).filter(|found| found.phase == Phase::Prepared)?;
        self.index.displace(reservation);
        reservation.phase = Phase::Active;
        self.index.place(reservation);
        self.pools.get_mut(&(reservation.zone.clone(), reservation.class.clone()))?.forget_before(at);
        Some(())
    }

    fn notice(&mut self, id: &ReservationId) -> Taken {
        let reservation = self.reservations.get_mut(id).filter(|found| found.holds())?;
        self.index.displace(reservation);
        if let Course::Windowed { noticed, .. } = &mut reservation.course {
            *noticed = true;
        }
        self.index.place(reservation);
        Some(())
    }

    fn with_assurance(&mut self, id: &ReservationId, change: impl FnOnce(&mut Reservation)) -> Taken {
        let assured = |found: &&mut Box<Reservation>| found.holds() && matches!(found.course, Course::Assured(_));
        let reservation = self.reservations.get_mut(id).filter(assured)?;
        self.index.displace(reservation);
        change(reservation);
        self.index.place(reservation);
        Some(())
    }

    fn release(&mut self, id: &ReservationId, at: Moment, phase: Phase) -> Taken {
        let reservation = self.reservations.get(id).filter(|found| found.holds())?;
        let place = (reservation.zone.clone(), reservation.class.clone());
        self.pools.get_mut(&place)?.forget_before(at);
        let users: Vec<_> = self.index.users.get(id).into_iter().flatten().copied().collect();
        for user in users {
            self.outlive(&user)?;
        }
        self.count(id, -1)?;
        let reservation = self.reservations.get_mut(id)?;
        self.index.displace(reservation);
        reservation.phase = phase;
        self.index.place(reservation);
        with_pool(&mut self.pools, &self.ladders, (&place.0, &place.1), Pool::part).map(drop)
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

fn tagged(tags: &[Tag], new: &[Tag]) -> Box<[Tag]> {
    let kept = tags.iter().filter(|tag| new.iter().all(|new| new.key != tag.key));
    let mut all: Vec<Tag> = kept.chain(new).cloned().collect();
    all.sort();
    all.into()
}

fn untagged(tags: &[Tag], keys: &[Box<str>]) -> Box<[Tag]> {
    tags.iter().filter(|tag| !keys.contains(&tag.key)).cloned().collect()
}

/// Changes the pool of a zone and class, which comes with its first use and goes when nothing is left in it; gives
/// back the pool's copies of the names. Nothing if the class has no ladder.
pub(super) fn with_pool(
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

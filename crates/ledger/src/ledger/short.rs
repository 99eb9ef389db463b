//! Which reservations a shortfall may touch: hosts went away, and not every promised slot has room now.

use super::Ledger;
use crate::{Moment, Pool, Reservation, ReservationId};
use std::collections::BTreeMap;

/// A reservation of which some slots may find no room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Short {
    /// Which.
    pub id: ReservationId,
    /// So many of its unused slots, at the worst moment.
    pub slots: u32,
}

impl Ledger {
    /// The reservations of a pool of which not every unused slot has room, in order of id. The larger sizes are given
    /// room first, and among those of a size the ones that were made first. Looks at the present and at the first
    /// `moments` changes after it.
    #[must_use]
    pub fn short(&self, zone: &crate::ZoneName, class: &crate::ClassName, moments: usize) -> Vec<Short> {
        let Some(pool) = self.pool(zone, class).filter(|pool| pool.shortfall().next().is_some()) else {
            return Vec::new();
        };
        let mut held: Vec<&Reservation> = self.reservations.values().map(Box::as_ref).collect();
        held.retain(|it| it.holds() && it.zone == *zone && it.class == *class);
        held.sort_unstable_by_key(|it| (it.made, it.id));
        let mut worst: BTreeMap<ReservationId, u32> = BTreeMap::new();
        let later = pool.need_after(pool.present()).into_iter().map(|(at, _)| at).take(moments);
        for at in std::iter::once(pool.present()).chain(later) {
            for (id, slots) in self.short_at(pool, &held, at) {
                let known = worst.entry(id).or_default();
                *known = slots.max(*known);
            }
        }
        worst.into_iter().map(|(id, slots)| Short { id, slots }).collect()
    }

    fn short_at(&self, pool: &Pool, held: &[&Reservation], at: Moment) -> Vec<(ReservationId, u32)> {
        let rungs = pool.ladder().rungs();
        let (mut short, mut taken) = (Vec::new(), vec![0_i64; rungs.len()]);
        for rung in (0..rungs.len()).rev() {
            let ending = |it: &&&Reservation| it.reclaims_at().is_some_and(|end| end <= at);
            let back: i64 = held.iter().filter(ending).map(|it| self.comes_back(it, rungs[rung])).sum();
            let mut left = pool.supply()[rung] + back - taken[rung];
            let here = |it: &&&Reservation| {
                let window = it.counts_for();
                let now = window.start <= at && window.end.is_none_or(|end| at < end);
                now && pool.ladder().rung_for(it.size) == Some(rung)
            };
            for it in held.iter().filter(here) {
                let unused = i64::from(it.count.saturating_sub(self.used(&it.id)));
                let kept = unused.min(left.max(0));
                left -= kept;
                taken.iter_mut().zip(rungs).take(rung).for_each(|(slots, below)| {
                    *slots += kept * i64::from(rungs[rung] / below);
                });
                if let Some(lacking) = u32::try_from(unused - kept).ok().filter(|lacking| *lacking > 0) {
                    short.push((it.id, lacking));
                }
            }
        }
        short
    }

    /// Slots of a rung that the instances of a window leave when they are reclaimed.
    fn comes_back(&self, window: &Reservation, rung: u32) -> i64 {
        let places = self.users(&window.id, None).filter_map(|user| user.place());
        let served = places.filter(|place| self.host(&place.host).is_some_and(super::Host::serves));
        served.map(|place| i64::from(place.units / rung)).sum()
    }
}

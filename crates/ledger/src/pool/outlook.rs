//! What a pool has to offer over time: the earliest window for so many instances, how many at each moment, and why
//! there are no more.

use super::Pool;
use crate::{Moment, Window};

/// A stretch of time during which the same number of instances of a size could be had: for any window within it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Offer {
    /// Its first moment.
    pub from: Moment,
    /// The first moment after it.
    pub to: Moment,
    /// So many.
    pub count: u64,
}

/// What stands in the way of more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bound {
    /// The rung, in units, that has room for no more.
    pub rung: u32,
    /// Slots of it on the hosts in service.
    pub supply: i64,
    /// Slots of it that are spoken for, along the moments that weigh the most.
    pub demand: i64,
    /// These moments: of the rung itself, and of each larger one.
    pub moments: Vec<Moment>,
}

impl Pool {
    /// The earliest start in `[from, to - seconds]` of a window of so many seconds for so many instances of a size.
    #[must_use]
    pub fn first_window(&self, from: Moment, to: Moment, seconds: u64, size: u32, count: u32) -> Option<Moment> {
        let promised = self.ladder.rung_for(size)?;
        let wanted = i64::from(self.ladder.rungs()[promised]) * i64::from(count);
        let units = self.ladder.rungs().iter().zip(self.supply()).map(|(rung, slots)| i64::from(*rung) * slots);
        let limits: Vec<i64> = units.take(promised + 1).map(|units| units - wanted).collect();
        self.need.first_fit(from, to, seconds, promised, &limits)
    }

    /// How many instances of a size could be had at each moment of `[from, to)`: so many stretches at most, fewer where
    /// neighbours offer the same, and where to go on. Nothing if the size is above the ladder.
    #[must_use]
    pub fn over_time(&self, from: Moment, to: Moment, size: u32, most: usize) -> Option<(Vec<Offer>, Option<Moment>)> {
        let promised = self.ladder.rung_for(size)?;
        let drawn = self.need.heaviest_over(from, to, promised, most);
        let ends = drawn.stretches.iter().skip(1).map(|it| it.from).chain([drawn.rest.unwrap_or(to)]);
        let mut offers: Vec<Offer> = Vec::new();
        for (it, to) in drawn.stretches.iter().zip(ends) {
            let count = self.room_beside(&it.heaviest, promised).map_or(0, |room| room.count);
            match offers.last_mut().filter(|last| last.count == count) {
                Some(last) => last.to = to,
                None => offers.push(Offer { from: it.from, to, count }),
            }
        }
        Some((offers, drawn.rest))
    }

    /// What keeps more instances of a size from being promised for a window. Nothing if the size is above the ladder.
    #[must_use]
    pub fn bound(&self, window: Window, size: u32) -> Option<Bound> {
        let promised = self.ladder.rung_for(size)?;
        let chains = self.need.heaviest_in(window, promised);
        let rung = self.room_beside(&chains, promised)?.rung;
        let at = self.ladder.rungs().iter().position(|it| *it == rung)?;
        let demand = chains[at].div_euclid(i64::from(rung));
        Some(Bound { rung, supply: self.supply[at], demand, moments: self.need.tightest(window, promised, at) })
    }

    /// How many instances of a size the hosts in service would have room for if nothing stood on them and nothing were
    /// promised.
    #[must_use]
    pub fn total(&self, size: u32) -> u64 {
        let rung = self.ladder.rung_for(size).map(|rung| self.ladder.rungs()[rung]);
        rung.map_or(0, |rung| self.whole.iter().map(|(units, hosts)| u64::from(units / rung) * hosts).sum())
    }

    /// Units of the hosts in service on which something stands.
    #[must_use]
    pub fn standing(&self) -> u64 {
        let whole: u64 = self.whole.iter().map(|(units, hosts)| u64::from(*units) * hosts).sum();
        let free: u64 = self.free.iter().map(|(units, hosts)| u64::from(*units) * hosts.len() as u64).sum();
        whole.saturating_sub(free)
    }

    /// Hosts out of service.
    #[must_use]
    pub fn out_of_service(&self) -> u64 {
        self.hosts.saturating_sub(self.whole.values().sum())
    }
}

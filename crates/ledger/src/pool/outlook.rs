//! What a pool has to offer over time: the earliest window for so many instances, how many at each moment, and why
//! there are no more.

use super::Pool;
use crate::{Moment, Window};

/// A stretch of time during which the same number of instances of a size could be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Offer {
    /// Its first moment.
    pub from: Moment,
    /// The first moment after it.
    pub to: Moment,
    /// So many, for a window within it.
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

    /// How many instances of a size could be had at each moment of `[from, to)`: so many stretches at most, and where to
    /// go on. Nothing if the size is above the ladder.
    #[must_use]
    pub fn over_time(&self, from: Moment, to: Moment, size: u32, most: usize) -> Option<(Vec<Offer>, Option<Moment>)> {
        let promised = self.ladder.rung_for(size)?;
        let drawn = self.need.heaviest_over(from, to, promised, most);
        let ends = drawn.stretches.iter().skip(1).map(|it| it.from).chain([drawn.rest.unwrap_or(to)]);
        let offers = drawn.stretches.iter().zip(ends);
        let offers = offers.map(|(it, to)| Offer {
            from: it.from,
            to,
            count: self.room_beside(&it.heaviest, promised).map_or(0, |room| room.count),
        });
        Some((offers.collect(), drawn.rest))
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

    /// Units that are promised and not launched at a moment that is not past, by everybody, less what will have come
    /// back by then from instances that run now.
    #[must_use]
    pub fn needed_at(&self, moment: Moment) -> i64 {
        self.need.at(moment).iter().sum()
    }
}

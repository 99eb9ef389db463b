//! A pool: all hosts of one class in one zone, and what is promised of them. Counted, not placed.
//!
//! What all of it fits on, and why counting is exact: a timeline a rung of slots supplied less slots promised, where a
//! promise of one rung takes as many slots of each rung below as go into it, and none above. No slot may be promised
//! twice: no slack may become negative by a promise. It does become negative when hosts go: a shortfall.
//! Knows no reservation and no account: who promised what to whom is the ledger's.

use crate::limits::{HOST_UNITS_MAX, HOSTS_MAX, INSTANCES_MAX, RUNGS_MAX};
use crate::timeline::{Step, Timeline};
use crate::{Ladder, Moment, Window};

/// Supply less demand of one zone and class, a rung each, from the present on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pool {
    ladder: Ladder,
    slack: Timeline,
    hosts: u64,
    promises: u64,
}

/// How many more instances of a size could be promised, and what stands in the way of more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Room {
    /// Instances that could be promised now.
    pub count: u64,
    /// The rung, in units, that has room for no more; the largest such.
    pub rung: u32,
}

// No sum of a pool comes near the ends of an i64. Supply is at most every host at its largest. What is promised was
// once within a supply at the rung of one unit, so no more instances are promised than there may be units; and a new
// ladder can raise each to the largest rung at most. A single promise is far smaller still.
const _: () = assert!((HOSTS_MAX as u64) * (HOST_UNITS_MAX as u64) * (HOST_UNITS_MAX as u64) <= 1 << 60);
const _: () = assert!((INSTANCES_MAX as u64) * (HOST_UNITS_MAX as u64) <= 1 << 31);

type Row = [i64; RUNGS_MAX];

impl Pool {
    /// An empty pool that counts in these rungs.
    #[must_use]
    pub fn new(ladder: Ladder) -> Self {
        Self { slack: Timeline::new(ladder.rungs().len()), ladder, hosts: 0, promises: 0 }
    }

    /// In which rungs it counts.
    #[must_use]
    pub const fn ladder(&self) -> &Ladder {
        &self.ladder
    }

    /// Hosts that supply it.
    #[must_use]
    pub const fn hosts(&self) -> u64 {
        self.hosts
    }

    /// Promises made of it and not withdrawn.
    #[must_use]
    pub const fn promises(&self) -> u64 {
        self.promises
    }

    /// The first moment it still knows of.
    #[must_use]
    pub const fn present(&self) -> Moment {
        self.slack.present()
    }

    /// Whether nothing supplies it and nothing is promised of it.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.hosts == 0 && self.promises == 0
    }

    /// Slots left for good at each rung: the least from the present on. Negative: a shortfall.
    #[must_use]
    pub fn slack(&self) -> &[i64] {
        self.slack.least()
    }

    /// Slots left at each rung within a window; negative: a shortfall.
    #[must_use]
    pub fn slack_in(&self, window: Window) -> Vec<i64> {
        self.slack.least_in(window).into_owned()
    }

    /// Each later moment at which the slack changes, with the slack from then on.
    #[must_use]
    pub fn slack_after(&self, after: Moment) -> Vec<Step> {
        self.slack.steps_after(after)
    }

    /// The rungs, in units, that are short of slots at some moment from the present on, each with how many it lacks.
    /// Nothing more is promised at these rungs and those above until it is made good.
    pub fn shortfall(&self) -> impl Iterator<Item = (u32, u64)> {
        let rungs = self.ladder.rungs().iter().zip(self.slack.least());
        rungs.filter(|(_, slack)| **slack < 0).map(|(rung, slack)| (*rung, slack.unsigned_abs()))
    }

    /// How many more instances of this size could be promised for a window, and which rung sets the bound; nothing
    /// if the size is above the ladder.
    #[must_use]
    pub fn room(&self, window: Window, size: u32) -> Option<Room> {
        let promised = self.ladder.rung_for(size)?;
        let slack = self.slack.least_in(window);
        let rungs = self.ladder.rungs();
        let each = slack.iter().zip(rungs).take(promised + 1);
        let counts = each.map(|(slack, rung)| {
            let count = slack.div_euclid(i64::from(rungs[promised] / rung));
            Room { count: u64::try_from(count).unwrap_or(0), rung: *rung }
        });
        counts.rev().min_by_key(|room| room.count)
    }

    /// How many more instances of this size could be promised from the present on for ever.
    #[must_use]
    pub fn available(&self, size: u32) -> u64 {
        self.available_in(Window::from(self.slack.present()), size)
    }

    /// How many more instances of this size could be promised for a window.
    #[must_use]
    pub fn available_in(&self, window: Window, size: u32) -> u64 {
        self.room(window, size).map_or(0, |room| room.count)
    }

    /// Whether so many more instances of this size can be promised for a window.
    #[must_use]
    pub fn admits(&self, window: Window, size: u32, count: u32) -> bool {
        self.room(window, size).is_some_and(|room| u64::from(count) <= room.count)
    }

    /// Promises instances of a size for a window; whether it may, [`Pool::admits`] has said. A size above the ladder
    /// cannot be counted.
    pub fn promise(&mut self, window: Window, size: u32, count: u32) {
        self.promises = self.promises.saturating_add(1);
        self.demand(window, size, -i64::from(count));
    }

    /// Takes back a promise that was made with the same words.
    pub fn withdraw(&mut self, window: Window, size: u32, count: u32) {
        self.promises = self.promises.saturating_sub(1);
        self.demand(window, size, i64::from(count));
    }

    /// A host of so many units came.
    pub fn add_host(&mut self, units: u32) {
        self.hosts = self.hosts.saturating_add(1);
        self.supply(units, 1);
    }

    /// A host of so many units went.
    pub fn remove_host(&mut self, units: u32) {
        self.hosts = self.hosts.saturating_sub(1);
        self.supply(units, -1);
    }

    /// Moves the present on: what was before is forgotten. Never moves it back.
    pub fn forget_before(&mut self, present: Moment) {
        self.slack.forget_before(present);
    }

    fn supply(&mut self, units: u32, sign: i64) {
        let mut row: Row = [0; RUNGS_MAX];
        let rungs = self.ladder.rungs();
        row.iter_mut().zip(rungs).for_each(|(slots, rung)| *slots = sign * i64::from(units / rung));
        self.slack.add(Window::from(Moment(0)), &row[..rungs.len()]);
    }

    fn demand(&mut self, window: Window, size: u32, instances: i64) {
        let Some(promised) = self.ladder.rung_for(size) else {
            return;
        };
        let mut row: Row = [0; RUNGS_MAX];
        let rungs = self.ladder.rungs();
        let below = row.iter_mut().zip(&rungs[..=promised]);
        below.for_each(|(slots, rung)| *slots = instances * i64::from(rungs[promised] / rung));
        self.slack.add(window, &row[..rungs.len()]);
    }
}

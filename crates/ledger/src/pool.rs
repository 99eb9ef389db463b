//! A pool: all hosts of one class in one zone, what stands on them, and what is promised of them. What is promised is
//! counted, not placed; what runs is placed.
//!
//! Counting: each host supplies slots of each rung, as many as fit into what is free on it now. Against them stand the
//! slots needed of each rung over time: promises that nobody has launched into, less what instances with a known end
//! will give back, which is slots of their own size. Everything promised can be kept if for each rung no *chain* weighs
//! more than its slots: what is needed of this rung at some moment, of the next larger rung at the same moment or a
//! later one, and so on up the ladder. Smaller rungs may be looked at earlier, because a small instance that was
//! launched stays where it is, though elsewhere other small slots become free. Without windows nothing depends on
//! time, and the rule is exact. `docs/design/0004-chains.md` has the proof.
//!
//! Knows no reservation, no instance and no account: who promised what to whom is the ledger's.

mod outlook;

pub use outlook::{Bound, Offer};

use crate::limits::{HOST_UNITS_MAX, HOSTS_MAX, INSTANCES_MAX, RUNGS_MAX};
use crate::timeline::{Step, Timeline};
use crate::{HostId, Ladder, Moment, Window};
use std::collections::{BTreeMap, BTreeSet};

/// Supply and need of one zone and class, from the present on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pool {
    ladder: Ladder,
    /// Units needed of each rung.
    need: Timeline,
    /// Slots of each rung on the hosts in service, as they are now.
    supply: Row,
    /// The hosts in service, by units free.
    free: BTreeMap<u32, BTreeSet<HostId>>,
    /// How many hosts in service there are of so many units, whatever stands on them.
    whole: BTreeMap<u32, u64>,
    /// Hosts, in service or not.
    hosts: u64,
    /// Reservations that promise of it.
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

/// A number for each rung; those above the ladder's top are 0.
pub(crate) type Row = [i64; RUNGS_MAX];

impl Pool {
    /// An empty pool that counts in these rungs.
    #[must_use]
    pub fn new(ladder: Ladder) -> Self {
        let need = Timeline::new(ladder.rungs().len());
        Self {
            need,
            ladder,
            supply: [0; RUNGS_MAX],
            free: BTreeMap::new(),
            whole: BTreeMap::new(),
            hosts: 0,
            promises: 0,
        }
    }

    /// In which rungs it counts.
    #[must_use]
    pub const fn ladder(&self) -> &Ladder {
        &self.ladder
    }

    /// Hosts, in service or not.
    #[must_use]
    pub const fn hosts(&self) -> u64 {
        self.hosts
    }

    /// Hosts in service that have so many units free: with the units, the fewest first.
    pub fn free(&self) -> impl Iterator<Item = (u32, &BTreeSet<HostId>)> {
        self.free.iter().map(|(units, hosts)| (*units, hosts))
    }

    /// How many hosts in service there are of so many units: with the units, the fewest first.
    pub fn whole(&self) -> impl Iterator<Item = (u32, u64)> {
        self.whole.iter().map(|(units, hosts)| (*units, *hosts))
    }

    /// Reservations that promise of it.
    #[must_use]
    pub const fn promises(&self) -> u64 {
        self.promises
    }

    /// The first moment it still knows of.
    #[must_use]
    pub const fn present(&self) -> Moment {
        self.need.present()
    }

    /// Whether it has no host and nothing is promised of it.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.hosts == 0 && self.promises == 0
    }

    /// Slots of each rung on the hosts in service, as they are now.
    #[must_use]
    pub fn supply(&self) -> &[i64] {
        &self.supply[..self.ladder.rungs().len()]
    }

    /// Units needed of each rung from the present on.
    #[must_use]
    pub const fn need(&self) -> &Timeline {
        &self.need
    }

    /// Slots of each rung that could still be promised for good: supply less the heaviest chain. Negative: a shortfall.
    #[must_use]
    pub fn slack(&self) -> Vec<i64> {
        self.slack_row()[..self.ladder.rungs().len()].to_vec()
    }

    pub(crate) fn slack_row(&self) -> Row {
        self.slack_of(self.need.heaviest())
    }

    /// Supply less chains, in slots. Each chain is a whole number of slots: larger rungs are multiples of smaller ones.
    fn slack_of(&self, chains: &[i64]) -> Row {
        let mut slack = [0; RUNGS_MAX];
        let rungs = self.ladder.rungs().iter().map(|rung| i64::from(*rung));
        let each = slack.iter_mut().zip(&self.supply).zip(chains).zip(rungs);
        each.for_each(|(((slack, supply), chain), rung)| *slack = supply - chain.div_euclid(rung));
        slack
    }

    /// Each later moment at which the need changes, with the units needed of each rung from then on.
    #[must_use]
    pub fn need_after(&self, after: Moment) -> Vec<Step> {
        self.need.steps_after(after)
    }

    /// The rungs, in units, that are short of slots, each with how many it lacks. Nothing more is promised at these
    /// rungs and those above until it is made good.
    pub fn shortfall(&self) -> impl Iterator<Item = (u32, u64)> {
        let rungs = self.ladder.rungs().iter().zip(self.slack_row());
        rungs.filter(|(_, slack)| *slack < 0).map(|(rung, slack)| (*rung, slack.unsigned_abs()))
    }

    /// How many more instances of this size could be promised for a window, and which rung sets the bound; nothing
    /// if the size is above the ladder.
    #[must_use]
    pub fn room(&self, window: Window, size: u32) -> Option<Room> {
        let promised = self.ladder.rung_for(size)?;
        self.room_beside(&self.need.heaviest_in(window, promised), promised)
    }

    /// How many more of a rung there is room for beside chains through it.
    fn room_beside(&self, chains: &[i64], promised: usize) -> Option<Room> {
        let slack = self.slack_of(chains);
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
        self.available_in(Window::from(self.need.present()), size)
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

    /// A reservation begins to promise of it.
    pub(crate) const fn join(&mut self) {
        self.promises = self.promises.saturating_add(1);
    }

    /// A reservation promises of it no more.
    pub(crate) const fn part(&mut self) {
        self.promises = self.promises.saturating_sub(1);
    }

    /// Promises so many more instances of a size for a window, or fewer; whether it may, [`Pool::admits`] has said. A
    /// size above the ladder cannot be counted.
    pub fn promise(&mut self, window: Window, size: u32, count: i64) {
        if let Some(rung) = self.ladder.rung_for(size) {
            let units = i64::from(self.ladder.rungs()[rung]) * count;
            self.need.add(window, rung, units);
        }
    }

    /// At a moment so many more units of one host come back, or fewer: as slots of the largest rungs that go into them.
    pub(crate) fn give_back(&mut self, at: Moment, units: u32, count: i64) {
        for (rung, whole) in self.ladder.slots(units) {
            self.need.add(Window::from(at), rung, -i64::from(whole) * count);
        }
    }

    /// A host came, in service or not yet.
    pub const fn add_host(&mut self) {
        self.hosts = self.hosts.saturating_add(1);
    }

    /// A host went; it was out of service.
    pub const fn remove_host(&mut self) {
        self.hosts = self.hosts.saturating_sub(1);
    }

    /// A host of so many units is put into service, or taken out of it: what of it is free, [`Pool::serve`] and
    /// [`Pool::retire`] tell.
    pub fn count_whole(&mut self, units: u32, comes: bool) {
        let hosts = self.whole.entry(units).or_default();
        *hosts = if comes { hosts.saturating_add(1) } else { hosts.saturating_sub(1) };
        if *hosts == 0 {
            self.whole.remove(&units);
        }
    }

    /// So much is free on a host in service.
    pub fn serve(&mut self, host: &HostId, free: u32) {
        self.free.entry(free).or_default().insert(host.clone());
        self.supply_more(free, 1);
    }

    /// So much is free on it no longer: it is about to be something else, or goes out of service.
    pub fn retire(&mut self, host: &HostId, free: u32) {
        if let Some(hosts) = self.free.get_mut(&free) {
            hosts.remove(host);
            if hosts.is_empty() {
                self.free.remove(&free);
            }
        }
        self.supply_more(free, -1);
    }

    /// Moves the present on: what was before is forgotten. Never moves it back.
    pub fn forget_before(&mut self, present: Moment) {
        self.need.forget_before(present);
    }

    fn supply_more(&mut self, free: u32, sign: i64) {
        let rungs = self.ladder.rungs();
        self.supply.iter_mut().zip(rungs).for_each(|(slots, rung)| *slots += sign * i64::from(free / rung));
    }

    /// The slots of each rung that a host with so much free loses with so many units.
    pub(crate) fn cost(&self, free: u32, units: u32) -> Row {
        let mut cost = [0; RUNGS_MAX];
        let rungs = self.ladder.rungs();
        cost.iter_mut().zip(rungs).for_each(|(slots, rung)| {
            *slots = i64::from(free / rung) - i64::from(free.saturating_sub(units) / rung);
        });
        cost
    }
}

//! Where instances would stand: the hosts of one pool, as they would be after some launches that are only thought of.
//!
//! A host that gives up some units loses slots: those that fit into the units, and one of each larger rung up to some
//! rung that is broken, and none beyond. The host at which the least of the large is broken is the best at every moment
//! at once. A launch into a promised slot always finds one, as long as the pool has no shortfall; a launch into open
//! capacity must leave everything promised possible.
//! Knows no instance: who stands where is the ledger's.

use crate::HostId;
use crate::pool::{Pool, Row};
use std::collections::BTreeMap;

/// A pool, and what has been taken of its hosts in thought.
#[derive(Debug)]
pub(crate) struct Placing<'a> {
    pool: &'a Pool,
    /// Slots that could still be promised.
    slack: Row,
    /// Hosts of which something has been taken, with what is free on them now.
    touched: BTreeMap<&'a HostId, u32>,
}

impl<'a> Placing<'a> {
    pub(crate) fn of(pool: &'a Pool) -> Self {
        Self { pool, slack: pool.slack_row(), touched: BTreeMap::new() }
    }

    /// The pool, as if nothing had been taken.
    pub(crate) const fn pool(&self) -> &'a Pool {
        self.pool
    }

    /// The host for one more instance in a promised slot of this size, with the units to keep for it: those of the
    /// rung. Nothing only in a shortfall.
    pub(crate) fn promised(&mut self, size: u32) -> Option<(HostId, u32)> {
        let rung = self.pool.ladder().rung_for(size)?;
        let units = self.pool.ladder().rungs()[rung];
        let (host, free) = self.best(units, |_| true)?;
        let cost = self.pool.cost(free, units);
        // The promise that goes makes up for the slots that go, up to its own rung.
        self.slack.iter_mut().zip(cost).skip(rung + 1).for_each(|(slack, cost)| *slack -= cost);
        self.touched.insert(host, free - units);
        Some((host.clone(), units))
    }

    /// The host for one more instance on open capacity, with its units. Nothing if it would take what is promised.
    pub(crate) fn open(&mut self, units: u32) -> Option<(HostId, u32)> {
        let slack = self.slack;
        let spared = |cost: &Row| cost.iter().zip(slack).all(|(cost, slack)| *cost == 0 || *cost <= slack);
        let (host, free) = self.best(units, spared)?;
        let cost = self.pool.cost(free, units);
        self.slack.iter_mut().zip(cost).for_each(|(slack, cost)| *slack -= cost);
        self.touched.insert(host, free - units);
        Some((host.clone(), units))
    }

    /// Among the hosts that have room the one that loses the least, the larger rungs first; then the one with the least
    /// free; then the first by name.
    fn best(&self, units: u32, may: impl Fn(&Row) -> bool) -> Option<(&'a HostId, u32)> {
        let untouched = self.pool.free().filter(|(free, _)| *free >= units).filter_map(|(free, hosts)| {
            hosts.iter().find(|host| !self.touched.contains_key(host)).map(|host| (host, free))
        });
        let touched = self.touched.iter().map(|(host, free)| (*host, *free)).filter(|(_, free)| *free >= units);
        let priced = untouched.chain(touched).map(|(host, free)| (self.pool.cost(free, units), free, host));
        let legal = priced.filter(|(cost, ..)| may(cost));
        // Rungs in a row from the smallest up: compared from the other end.
        let larger_first = |one: &Row, other: &Row| one.iter().rev().cmp(other.iter().rev());
        let best = legal
            .min_by(|one, other| larger_first(&one.0, &other.0).then_with(|| (one.1, one.2).cmp(&(other.1, other.2))));
        best.map(|(_, free, host)| (host, free))
    }
}

//! A pool: all hosts of one class in one zone, and what is promised of them. Counted, not placed.

use crate::Ladder;

/// Supply, demand and slack of one zone and class, a rung each.
#[derive(Clone, Debug)]
pub struct Pool {
    ladder: Ladder,
    slack: Vec<i64>,
    hosts: u64,
}

impl Pool {
    /// An empty pool that counts in these rungs.
    #[must_use]
    pub fn new(ladder: Ladder) -> Self {
        Self { slack: vec![0; ladder.rungs().len()], ladder, hosts: 0 }
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

    /// Slots left at each rung; negative: a shortfall.
    #[must_use]
    pub fn slack(&self) -> &[i64] {
        &self.slack
    }

    /// How many more instances of this size could be promised from now on for ever.
    #[must_use]
    pub fn available(&self, size: u32) -> u64 {
        let Some(rung) = self.ladder.rung_for(size) else {
            return 0;
        };
        let promised = i64::from(self.ladder.rungs()[rung]);
        let each = self.slack.iter().zip(self.ladder.rungs()).take(rung + 1);
        let least = each.map(|(slack, below)| slack / (promised / i64::from(*below))).min().unwrap_or(0);
        u64::try_from(least).unwrap_or(0)
    }

    /// A host of so many units came (or went).
    pub(crate) fn supply(&mut self, units: u32, came: bool) {
        let sign = if came { 1 } else { -1 };
        self.hosts = self.hosts.saturating_add_signed(sign);
        for (slack, rung) in self.slack.iter_mut().zip(self.ladder.rungs()) {
            *slack += sign * i64::from(units / rung);
        }
    }

    /// So many instances of a size were promised (or are no longer).
    pub(crate) fn promise(&mut self, size: u32, count: u32, made: bool) {
        let Some(index) = self.ladder.rung_for(size) else {
            return;
        };
        let promised = self.ladder.rungs()[index];
        let sign = if made { -1 } else { 1 };
        for (slack, rung) in self.slack.iter_mut().zip(self.ladder.rungs()).take(index + 1) {
            *slack += sign * i64::from(count) * i64::from(promised / rung);
        }
    }
}

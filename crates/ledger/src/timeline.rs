//! Stand-in with the interface of the timeline: plain and slow.

use crate::{Moment, Window};
use std::collections::BTreeMap;

/// Numbers over time. The past is not kept.
#[derive(Clone, Debug)]
pub struct Timeline {
    present: Moment,
    now: Vec<i64>,
    heaviest: Vec<i64>,
    changes: BTreeMap<u64, Vec<i64>>,
}

/// A breakpoint and the numbers from it on, up to the next one.
pub type Step = (Moment, Vec<i64>);

const NONE: i64 = i64::MIN / 4;

impl Timeline {
    /// All zero.
    #[must_use]
    pub fn new(width: usize) -> Self {
        Self { present: Moment(0), now: vec![0; width], heaviest: vec![0; width], changes: BTreeMap::new() }
    }
    /// The first moment it still knows of.
    #[must_use]
    pub const fn present(&self) -> Moment {
        self.present
    }
    /// The row at the present.
    #[must_use]
    pub fn now(&self) -> &[i64] {
        &self.now
    }
    /// Adds.
    pub fn add(&mut self, window: Window, rung: usize, units: i64) {
        let start = window.start.max(self.present).0;
        let end = window.end.map_or(u64::MAX, |end| end.0);
        if end <= start {
            return;
        }
        if start == self.present.0 {
            self.now[rung] += units;
        } else {
            self.change(start, rung, units);
        }
        if end < u64::MAX {
            self.change(end, rung, -units);
        }
        self.heaviest = self.heaviest_in(Window::from(self.present), self.now.len() - 1);
    }
    fn change(&mut self, at: u64, rung: usize, units: i64) {
        let width = self.now.len();
        let row = self.changes.entry(at).or_insert_with(|| vec![0; width]);
        row[rung] += units;
        if row.iter().all(|n| *n == 0) {
            self.changes.remove(&at);
        }
    }
    /// Moves the present on.
    pub fn forget_before(&mut self, present: Moment) {
        if present > self.present {
            self.present = present;
            while let Some(entry) = self.changes.first_entry().filter(|it| *it.key() <= present.0) {
                entry.remove().iter().zip(&mut self.now).for_each(|(by, now)| *now += by);
            }
            self.heaviest = self.heaviest_in(Window::from(self.present), self.now.len() - 1);
        }
    }
    /// The heaviest chain from each rung.
    #[must_use]
    pub fn heaviest(&self) -> &[i64] {
        &self.heaviest
    }
    fn rows(&self) -> Vec<Step> {
        let mut rows = vec![(self.present, self.now.clone())];
        let mut sum = self.now.clone();
        for (at, row) in &self.changes {
            row.iter().zip(&mut sum).for_each(|(by, now)| *now += by);
            rows.push((Moment(*at), sum.clone()));
        }
        rows
    }
    /// The heaviest chains that take `rung` inside a window.
    #[must_use]
    pub fn heaviest_in(&self, window: Window, rung: usize) -> Vec<i64> {
        let width = self.now.len();
        let start = window.start.max(self.present).0;
        let end = window.end.map_or(u64::MAX, |end| end.0).max(start + 1);
        let rows = self.rows();
        let mut best = vec![NONE; width + 1];
        best[width] = 0;
        for (i, (at, row)) in rows.iter().enumerate().rev() {
            let next = rows.get(i + 1).map_or(u64::MAX, |(at, _)| at.0);
            let inside = at.0 < end && next > start;
            for level in (0..width).rev() {
                if level == rung && !inside || level < rung && at.0 >= end || level > rung && next <= start {
                    continue;
                }
                best[level] = best[level].max(row[level] + best[level + 1]);
            }
        }
        best.truncate(width);
        best
    }
    /// Each later moment at which something changes.
    #[must_use]
    pub fn steps_after(&self, after: Moment) -> Vec<Step> {
        self.rows().into_iter().skip(1).filter(|(at, _)| *at > after).collect()
    }
    /// How many breakpoints lie after the present.
    #[must_use]
    pub fn breakpoints(&self) -> usize {
        self.changes.len()
    }
}

impl PartialEq for Timeline {
    fn eq(&self, other: &Self) -> bool {
        let from = self.present.max(other.present);
        let cut = |line: &Self| {
            let mut line = line.clone();
            line.forget_before(from);
            (line.now, line.changes)
        };
        cut(self) == cut(other)
    }
}

impl Eq for Timeline {}

//! What is left, from the present on for ever, as exact steps: one row of numbers (one a rung) between each two
//! breakpoints. Knows windows and numbers, no ladder, no host, no reservation.
//!
//! Only the *changes* at the breakpoints are kept, in a tree whose nodes know the sum of what lies below them and the
//! least that any running sum below them comes to. So adding to a window is two changes of one row each, the least
//! over a window is one walk, both O(log n); and a breakpoint whose changes have cancelled out is simply not there.

mod node;

use crate::{Moment, Window};
use node::{Node, Walk, lower, raise};
use std::borrow::Cow;

/// Numbers over time. The past is not kept.
#[derive(Clone, Debug)]
pub struct Timeline {
    present: Moment,
    /// The numbers at the present.
    now: Vec<i64>,
    /// The least of each number from the present on.
    least: Vec<i64>,
    /// What changes after the present, and when.
    changes: Node,
}

/// A breakpoint and the numbers from it on, up to the next one.
pub type Step = (Moment, Vec<i64>);

impl Timeline {
    /// All zero, for so many numbers a moment.
    #[must_use]
    pub fn new(width: usize) -> Self {
        Self { present: Moment(0), now: vec![0; width], least: vec![0; width], changes: Node::default() }
    }

    /// The first moment it still knows of.
    #[must_use]
    pub const fn present(&self) -> Moment {
        self.present
    }

    /// The numbers at the present.
    #[must_use]
    pub fn now(&self) -> &[i64] {
        &self.now
    }

    /// The least of each number from the present on, for ever.
    #[must_use]
    pub fn least(&self) -> &[i64] {
        &self.least
    }

    /// The least of each number within a window. What lies before the present is passed over; of a window that holds
    /// no moment, the numbers where it begins.
    #[must_use]
    pub fn least_in(&self, window: Window) -> Cow<'_, [i64]> {
        let start = window.start.max(self.present);
        let end = end_of(window).max(start.plus(1).0);
        if self.changes.is_empty() {
            return Cow::Borrowed(&self.now);
        }
        if start == self.present && end == FOR_EVER {
            return Cow::Borrowed(&self.least);
        }
        let mut walk = Walk { start: start.0, end, sum: self.now.clone(), least: self.now.clone() };
        self.changes.walk(0, FOR_EVER, &mut walk);
        Cow::Owned(walk.least)
    }

    /// Adds a row to every moment of a window. A window that has begun already counts from the present on; one that is
    /// over, or holds no moment, changes nothing.
    pub fn add(&mut self, window: Window, row: &[i64]) {
        let (start, end) = (window.start.max(self.present).0, end_of(window));
        if end <= start || row.iter().all(|number| *number == 0) {
            return;
        }
        if start == self.present.0 {
            raise(&mut self.now, row);
            if end == FOR_EVER {
                raise(&mut self.least, row); // everything moved alike
                return;
            }
        } else {
            self.changes.change_root(start, row);
        }
        if end < FOR_EVER {
            let back: Vec<i64> = row.iter().map(|number| -number).collect();
            self.changes.change_root(end, &back);
        }
        self.find_least();
    }

    /// Moves the present on, and forgets what was before; never moves it back.
    pub fn forget_before(&mut self, present: Moment) {
        if present > self.present {
            self.present = present;
            if !self.changes.is_empty() {
                self.changes.forget_root(present.0, &mut self.now);
                self.find_least();
            }
        }
    }

    /// How many breakpoints lie after the present.
    #[must_use]
    pub fn breakpoints(&self) -> usize {
        self.changes.count()
    }

    /// The numbers after each breakpoint that is later than `after`, in order.
    #[must_use]
    pub fn steps_after(&self, after: Moment) -> Vec<Step> {
        let (mut steps, mut sum) = (Vec::new(), self.now.clone());
        self.changes.visit(&mut |at, row| {
            raise(&mut sum, row);
            if at > after.0 {
                steps.push((Moment(at), sum.clone()));
            }
        });
        steps
    }

    fn find_least(&mut self) {
        self.least.clone_from(&self.now);
        if !self.changes.is_empty() {
            let (_, low) = self.changes.summary(self.now.len());
            let lowest: Vec<i64> = self.now.iter().zip(&low).map(|(now, low)| now + low).collect();
            lower(&mut self.least, &lowest);
        }
    }
}

/// Equal from the later of the two presents on: how much of the past is forgotten makes no difference.
impl PartialEq for Timeline {
    fn eq(&self, other: &Self) -> bool {
        let from = self.present.max(other.present);
        let at = |line: &Self| line.least_in(Window { start: from, end: Some(from.plus(1)) }).into_owned();
        at(self) == at(other) && self.steps_after(from) == other.steps_after(from)
    }
}

impl Eq for Timeline {}

/// No breakpoint lies here: a window that ends at the last representable moment never ends.
const FOR_EVER: u64 = u64::MAX;

const fn end_of(window: Window) -> u64 {
    match window.end {
        Some(end) => end.0,
        None => FOR_EVER,
    }
}

#[cfg(test)]
mod tests;

//! What is needed of each rung, from the present on for ever, as exact steps: one row of numbers between each two
//! breakpoints; and the heaviest *chains* of these. Knows windows and numbers, no ladder, no host, no reservation.
//!
//! A chain from rung `i` is a choice of moments, one for `i` and one for each rung above it, each no earlier than that
//! of the rung below; it weighs what is needed of each of these rungs at its moment, together. Why the moments may
//! differ: a slot that was broken for smaller instances is whole again only after the last of them has gone, and which
//! of them stay is not ours to say. So what the smaller rungs ever needed at once may be missing later to the larger
//! ones, although by then the smaller ones need less. And it may be all that is missing: who always launches into
//! slots already broken never breaks more than the smaller rungs needed at their worst. The other way round nothing is
//! lost: a large instance that goes leaves slots for any smaller. So what is needed can be had for certain if, and
//! without knowing who stays only if, no chain from any rung is heavier than what there is of slots of that rung.
//!
//! Only the *changes* at the breakpoints are kept, in a tree ([`node`]) whose nodes know the heaviest chains among the
//! rows below them, for each first and last rung; two such tables join into one ([`chains`]). So adding to a window is
//! two changes, each O(log n) joins; the heaviest chain through a window is one walk ([`through`]), the first moment
//! at which no chain is too heavy a few ([`fit`]), a drawing is one pass ([`stretches`]). A breakpoint whose changes have
//! cancelled out is simply not there; a timeline without breakpoints is two rows.
//!
//! No sum overflows as long as the greatest numbers of all rungs, taken positive, stay together below 2^59.

mod chains;
mod fit;
mod node;
mod seen;
mod stretches;
mod through;

use crate::limits::RUNGS_MAX;
use crate::{Moment, Window};
use chains::{After, Change, NEVER, Row};
use node::{Node, Visitor};
use std::ops::ControlFlow;

pub use stretches::{Stretch, Stretches};

/// Numbers over time. The past is not kept.
#[derive(Clone, Debug)]
pub struct Timeline {
    width: usize,
    present: Moment,
    /// The numbers at the present.
    now: Row,
    /// The heaviest chain from each rung, from the present on.
    heaviest: Row,
    /// What changes after the present, and when.
    changes: Node,
}

/// A breakpoint and the numbers from it on, up to the next one.
pub type Step = (Moment, Vec<i64>);

impl Timeline {
    /// All zero, for so many rungs; at least one, at most [`RUNGS_MAX`].
    #[must_use]
    pub fn new(width: usize) -> Self {
        let width = width.clamp(1, RUNGS_MAX);
        let none = [0; RUNGS_MAX];
        Self { width, present: Moment(0), now: none, heaviest: none, changes: Node::default() }
    }

    /// The first moment it still knows of.
    #[must_use]
    pub const fn present(&self) -> Moment {
        self.present
    }

    /// The numbers at the present.
    #[must_use]
    pub fn now(&self) -> &[i64] {
        &self.now[..self.width]
    }

    /// The heaviest chain from each rung, from the present on.
    #[must_use]
    pub fn heaviest(&self) -> &[i64] {
        &self.heaviest[..self.width]
    }

    /// Adds to the number of a rung at every moment of a window. A window that has begun already counts from the
    /// present on; one that is over, or holds no moment, changes nothing, and neither does a rung there is not.
    pub fn add(&mut self, window: Window, rung: usize, units: i64) {
        let (start, end) = (window.start.max(self.present).0, end_of(window));
        if end <= start || units == 0 || rung >= self.width {
            return;
        }
        let (begun, ends) = (start == self.present.0, end < FOR_EVER);
        if begun {
            self.now[rung] += units;
        }
        if begun && !ends {
            self.heaviest[..=rung].iter_mut().for_each(|chain| *chain += units); // each takes this rung once
            return;
        }
        let changes = [Change { at: start, rung, by: units }, Change { at: end, rung, by: -units }];
        self.changes.change_root(&changes[usize::from(begun)..1 + usize::from(ends)], self.width);
        self.find_heaviest();
    }

    /// Moves the present on, and forgets what was before; never moves it back.
    pub fn forget_before(&mut self, present: Moment) {
        if present > self.present {
            self.present = present;
            if self.changes.first() <= present.0 && !self.changes.is_empty() {
                self.changes.forget_root(present.0, &mut self.now, self.width);
                self.find_heaviest();
            }
        }
    }

    /// How many breakpoints lie after the present.
    #[must_use]
    pub fn breakpoints(&self) -> usize {
        let mut count = 0;
        self.changes.visit(&mut |_, _| count += 1);
        count
    }

    /// The numbers after each breakpoint that is later than `after`, in order.
    #[must_use]
    pub fn steps_after(&self, after: Moment) -> Vec<Step> {
        let (mut steps, mut row) = (Vec::new(), self.now);
        self.changes.visit(&mut |at, changes| {
            changes.iter().for_each(|change| row[change.rung] += change.by);
            if at > after.0 {
                steps.push((Moment(at), row[..self.width].to_vec()));
            }
        });
        steps
    }

    /// The numbers at a moment that is not past.
    #[must_use]
    pub fn at(&self, at: Moment) -> Vec<i64> {
        self.row_at(at)[..self.width].to_vec()
    }

    fn row_at(&self, at: Moment) -> Row {
        let mut row = self.now;
        self.changes.sum_upto(at.0, self.width, &mut row);
        row
    }

    /// What lies after the last moment: no row any more, the last row ends there; no chain but the empty one.
    fn end(&self, from: usize) -> After {
        let mut after =
            After { row: self.now, chains: [NEVER; RUNGS_MAX + 1], from, upto: self.width, width: self.width };
        self.changes.sum(self.width, &mut after.row);
        after.chains[self.width] = 0;
        after
    }

    /// Shows everything from the present on, from the right to the left.
    fn leftward<V: Visitor>(&self, after: &mut After, visitor: &mut V) -> ControlFlow<V::Found> {
        self.changes.leftward(FOR_EVER, after, visitor)?;
        visitor.row(self.present.0, self.changes.first(), after)
    }

    fn find_heaviest(&mut self) {
        let mut after = self.end(0);
        self.changes.over(&mut after);
        after.row();
        self.heaviest.copy_from_slice(&after.chains[..RUNGS_MAX]);
        self.heaviest[self.width..].fill(0);
    }
}

/// Equal from the later of the two presents on: how much of the past is forgotten makes no difference.
impl PartialEq for Timeline {
    fn eq(&self, other: &Self) -> bool {
        let from = self.present.max(other.present);
        self.width == other.width
            && self.row_at(from) == other.row_at(from)
            && self.steps_after(from) == other.steps_after(from)
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

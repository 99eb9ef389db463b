//! The first window of some length in which no chain through a rung is heavier than a limit.
//!
//! A moment is *bad* if some chain that takes the rung at it is too heavy. Two steps take turns: find the last bad row
//! in the window, which rules out every start up to its end; then the first good row from there on, so that a stretch
//! that is full for months costs one step. Each two rounds the start moves on by the length of the window or more.
//!
//! Both walk down the tree with what lies before and after each piece. The chains before are told as an excess: how
//! much a chain that comes to a place weighs more than the limit of the rung that it began with, at most. So it makes no
//! difference which rung that was, and a row or a piece is bad if a chain through it has an excess above 0.

use super::chains::{After, Before, Change, NEVER, Places};
use super::node::{CHANGES_MAX, CHILDREN_MAX, Inner, Node, moments};
use super::{FOR_EVER, Timeline};
use crate::Moment;
use crate::limits::RUNGS_MAX;
use std::ops::ControlFlow::{self, Break, Continue};

/// Beyond this, a limit is none: no chain comes to it.
const LIMIT_MAX: i64 = 1 << 60;

/// What a search broke off with: the moment found, or that there is none.
type Search = ControlFlow<Option<u64>>;

/// The moments looked at: of the last bad row, those of a window; of the first good one, those at which it may be.
#[derive(Clone, Copy)]
struct Span {
    start: u64,
    end: u64,
}

impl Timeline {
    /// The earliest start, not before `from`, of a window of so many seconds that ends by `to`, such that
    /// [`Timeline::heaviest_in`] it is within the limits, one for each rung up to `rung`. A missing limit is none. Of
    /// no seconds, as of one. It is `from` itself (or the present, if that is later) or a breakpoint.
    #[must_use]
    pub fn first_fit(&self, from: Moment, to: Moment, seconds: u64, rung: usize, limits: &[i64]) -> Option<Moment> {
        let rung = rung.min(self.width - 1);
        let latest = to.0.checked_sub(seconds)?;
        let before = self.beginning(rung, limits);
        let mut start = from.max(self.present).0;
        while start <= latest {
            let window = Span { start, end: start.saturating_add(seconds.max(1)) };
            let Some(bad_upto) = self.last_bad(before, window) else {
                return Some(Moment(start));
            };
            start = self.first_good(before, Span { start: bad_upto, end: latest })?;
        }
        None
    }

    /// What lies before the present: chains of no rung yet, in each place as much in excess as its limit allows.
    fn beginning(&self, rung: usize, limits: &[i64]) -> Before {
        let mut chains: Places = [NEVER; RUNGS_MAX + 1];
        for (level, excess) in chains.iter_mut().enumerate().take(rung + 1) {
            *excess = -limits.get(level).map_or(LIMIT_MAX, |limit| (*limit).clamp(-LIMIT_MAX, LIMIT_MAX));
        }
        Before { row: self.now, chains, upto: rung }
    }

    /// The end of the last bad row in a window.
    fn last_bad(&self, mut before: Before, window: Span) -> Option<u64> {
        before.same_row();
        let mut after = self.end(before.upto + 1);
        if let Break(found) = self.changes.last_bad(FOR_EVER, before, &mut after, window) {
            return found;
        }
        after.row();
        let upto = self.changes.first();
        (upto > window.start && before.taken_now() + after.beyond(before.upto) > 0).then_some(upto)
    }

    /// The first good moment of a span, its end included. It lies after a bad row, so not in the first of all.
    fn first_good(&self, mut before: Before, span: Span) -> Option<u64> {
        before.same_row();
        let after = self.end(before.upto + 1);
        match self.changes.first_good(FOR_EVER, &mut before, after, span) {
            Break(found) => found,
            Continue(()) => None,
        }
    }
}

impl Node {
    /// Looks for the last bad row, leftward from `after`, where the node ends at `upto`. Goes over it if there is none.
    fn last_bad(&self, upto: u64, before: Before, after: &mut After, window: Span) -> Search {
        match self {
            Self::Leaf(changes) => last_bad_row(changes, upto, before, after, window),
            Self::Inner(inner) => inner.last_bad(upto, before, after, window),
        }
    }

    /// Looks for the first good row, rightward from `before`, where the node ends at `upto` and `after` begins.
    fn first_good(&self, upto: u64, before: &mut Before, after: After, span: Span) -> Search {
        match self {
            Self::Leaf(changes) => first_good_row(changes, before, after, span),
            Self::Inner(inner) => inner.first_good(upto, before, after, span),
        }
    }
}

impl Inner {
    fn last_bad(&self, mut upto: u64, mut before: Before, after: &mut After, window: Span) -> Search {
        let begun = self.begun(window.end - 1);
        let first = self.begun(window.start).saturating_sub(1);
        let mut befores = [const { None }; CHILDREN_MAX];
        for (i, (_, _, piece)) in self.pieces(after.width).enumerate().take(begun) {
            if i >= first {
                befores[i] = Some(before);
            }
            if i + 1 < begun {
                before.piece(piece);
            }
        }
        for ((from, child, piece), before) in self.pieces(after.width).zip(befores).rev() {
            if from < window.end && upto <= window.start {
                return Break(None);
            }
            match before.filter(|before| before.through(piece, after) > 0) {
                Some(before) => child.last_bad(upto, before, after, window)?,
                None => after.piece(piece),
            }
            upto = from;
        }
        Continue(())
    }

    fn first_good(&self, upto: u64, before: &mut Before, mut after: After, span: Span) -> Search {
        let first = self.begun(span.start).saturating_sub(1);
        let mut afters = [const { None }; CHILDREN_MAX];
        let mut next = upto;
        for ((from, _, piece), slot) in self.pieces(after.width).zip(&mut afters).skip(first).rev() {
            *slot = Some((after, next));
            after.piece(piece);
            next = from;
        }
        for ((from, child, piece), after) in self.pieces(after.width).zip(afters) {
            if from > span.end {
                return Break(None);
            }
            match after.filter(|(after, upto)| *upto > span.start && before.through_each(piece, after) <= 0) {
                Some((after, upto)) => child.first_good(upto, before, after, span)?,
                None => before.piece(piece),
            }
        }
        Continue(())
    }
}

fn last_bad_row(changes: &[Change], mut upto: u64, mut before: Before, after: &mut After, window: Span) -> Search {
    let mut excesses = [NEVER; CHANGES_MAX];
    for (excess, (_, of_one)) in excesses.iter_mut().zip(moments(changes)) {
        before.row(of_one);
        *excess = before.taken_now();
    }
    let count = moments(changes).count();
    for ((from, of_one), excess) in moments(changes).rev().zip(excesses[..count].iter().rev()) {
        after.row();
        if from < window.end {
            if upto <= window.start {
                return Break(None);
            }
            if excess + after.beyond(before.upto) > 0 {
                return Break(Some(upto));
            }
        }
        after.undo(of_one);
        upto = from;
    }
    Continue(())
}

fn first_good_row(changes: &[Change], before: &mut Before, mut after: After, span: Span) -> Search {
    let mut beyond = [NEVER; CHANGES_MAX];
    let count = moments(changes).count();
    for (beyond, (_, of_one)) in beyond[..count].iter_mut().rev().zip(moments(changes).rev()) {
        after.row();
        *beyond = after.beyond(before.upto);
        after.undo(of_one);
    }
    for ((from, of_one), beyond) in moments(changes).zip(beyond) {
        if from > span.end {
            return Break(None);
        }
        before.row(of_one);
        if from >= span.start && before.taken_now() + beyond <= 0 {
            return Break(Some(from));
        }
    }
    Continue(())
}

//! The first window of some length in which no chain through a rung is heavier than a limit.
//!
//! A moment is *bad* if some chain that takes the rung at it is too heavy. Two steps take turns: find the last bad row
//! in the window, which rules out every start up to its end; then the first good row from there on, so that a stretch
//! that is full for months costs one step. Each two rounds the start moves on by the length of the window or more.
//!
//! Which rows are bad depends on all that lies before and after them, not on the window. So what a step has found out
//! about a node ([`Seen`]) is true for the next, which mostly looks at the same nodes or at their neighbours: the way
//! down to the node looked at last is kept.

use super::chains::{Before, NEVER, Places};
use super::seen::{Part, Rows, Seen};
use super::{FOR_EVER, Timeline};
use crate::Moment;
use crate::limits::RUNGS_MAX;
use std::ops::ControlFlow::{self, Break, Continue};

/// Beyond this, a limit is none: no chain comes to it.
const LIMIT_MAX: i64 = 1 << 60;

/// What a step broke off with: the moment found, or that there is none.
type Found = ControlFlow<Option<u64>>;

/// The moments looked at: of the last bad row, those of a window; of the first good one, those at which it may be, its
/// end included.
#[derive(Clone, Copy)]
struct Span {
    start: u64,
    end: u64,
}

/// A search under way.
struct Search<'a> {
    /// The row before the first change.
    first: Part,
    /// The nodes down to the one looked at last, beginning with the root.
    way: Vec<Seen<'a>>,
}

impl Timeline {
    /// The earliest start, not before `from`, of a window of so many seconds that ends by `to`, such that
    /// [`Timeline::heaviest_in`] it is within the limits, one for each rung up to `rung`. A missing limit is none. Of
    /// no seconds, as of one. It is `from` itself (or the present, if that is later) or a breakpoint.
    #[must_use]
    pub fn first_fit(&self, from: Moment, to: Moment, seconds: u64, rung: usize, limits: &[i64]) -> Option<Moment> {
        let latest = to.0.checked_sub(seconds)?;
        let mut search = self.search(rung.min(self.width - 1), limits);
        let mut start = from.max(self.present).0;
        while start <= latest {
            let window = Span { start, end: start.saturating_add(seconds.max(1)) };
            let Break(Some(bad_upto)) = search.last_bad(window) else {
                return Some(Moment(start));
            };
            let Break(Some(good_from)) = search.first_good_from(0, Span { start: bad_upto, end: latest }) else {
                return None;
            };
            start = good_from;
        }
        None
    }

    /// Begins to search. The chains before are told as an excess: how much a chain that comes to a place weighs more than
    /// the limit of the rung that it began with, at most. So it makes no difference which rung that was, and a row or a
    /// piece is bad if a chain through it has an excess above 0.
    fn search(&self, rung: usize, limits: &[i64]) -> Search<'_> {
        let mut chains: Places = [NEVER; RUNGS_MAX + 1];
        for (level, excess) in chains.iter_mut().enumerate().take(rung + 1) {
            *excess = -limits.get(level).map_or(LIMIT_MAX, |limit| (*limit).clamp(-LIMIT_MAX, LIMIT_MAX));
        }
        let mut before = Before { row: self.now, chains, upto: rung };
        before.same_row();
        let mut root = Seen::default();
        let mut after = root.look(&self.changes, 0, FOR_EVER, before, self.end(rung + 1));
        let first = Part::row(self.present.0, self.changes.first(), before.taken_now(), rung, &mut after);
        Search { first, way: vec![root] }
    }
}

impl Search<'_> {
    /// The end of the last bad row in a window.
    fn last_bad(&mut self, window: Span) -> Found {
        self.last_bad_from(0, window)?;
        let first = self.first;
        let is_in = first.upto > window.start && matches!(first.rows, Rows::Bad);
        if is_in { Break(Some(first.upto)) } else { Continue(()) }
    }

    /// The same in a node of the way, and in what lies below it.
    fn last_bad_from(&mut self, depth: usize, window: Span) -> Found {
        for i in 0..self.way[depth].parts.len() {
            let part = self.way[depth].parts[i];
            if part.from >= window.end {
                continue;
            }
            if part.upto <= window.start {
                return Break(None);
            }
            match part.rows {
                Rows::Good => {}
                Rows::Bad => return Break(Some(part.upto)),
                Rows::Either => {
                    self.go_down(depth, i, window.start);
                    self.last_bad_from(depth + 1, window)?;
                }
            }
        }
        Continue(())
    }

    /// The first good moment of a span, in a node of the way and below. It lies after a bad row, so it is not in the
    /// first of all.
    fn first_good_from(&mut self, depth: usize, span: Span) -> Found {
        for i in (0..self.way[depth].parts.len()).rev() {
            let part = self.way[depth].parts[i];
            if part.upto <= span.start {
                continue;
            }
            if part.from > span.end {
                return Break(None);
            }
            match part.rows {
                Rows::Good => return Break(Some(part.from.max(span.start))),
                Rows::Bad => {}
                Rows::Either => {
                    self.go_down(depth, i, span.start);
                    self.first_good_from(depth + 1, span)?;
                }
            }
        }
        Continue(())
    }

    /// Makes what a part of a node consists of the next of the way, unless it is already. What ends by `since` need not be
    /// seen: a search never goes back.
    fn go_down(&mut self, depth: usize, part: usize, since: u64) {
        if self.way.len() == depth + 1 {
            self.way.push(Seen::default());
        }
        let (upto_here, below) = self.way.split_at_mut(depth + 1);
        if let ([.., here], [below, ..]) = (upto_here, below) {
            here.look_below(part, since, below);
        }
    }
}

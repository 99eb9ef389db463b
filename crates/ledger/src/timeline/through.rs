//! The heaviest chains that take one rung inside a window, and the moments of one of them. One walk from the right to
//! the left: when it comes into the window, chains that took the rung later count no more; when it leaves the window,
//! those that have yet to take it. So right of the window the places up to the rung need not be looked at, and left of
//! it those after the rung need not.

use super::chains::{After, Piece, Row};
use super::node::Visitor;
use super::{FOR_EVER, Timeline, end_of};
use crate::limits::RUNGS_MAX;
use crate::{Moment, Window};
use std::ops::ControlFlow;

/// Where the walk is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Right,
    Inside,
    Left,
}

/// The rung, the window that its moment must lie in, and where the walk is.
#[derive(Clone, Copy)]
struct Through {
    start: u64,
    end: u64,
    rung: usize,
    side: Side,
}

/// The same walk, up to the last moment at which the heaviest chain from a rung is heavy enough.
struct Seek {
    through: Through,
    from: usize,
    weight: i64,
}

impl Timeline {
    /// The heaviest chain from each rung up to `rung` whose moment of `rung` lies in a window; nothing is told of the
    /// rungs above. What lies before the present is passed over; of a window that holds no moment, the moment where it
    /// begins. The last rung, if there is no such rung.
    #[must_use]
    pub fn heaviest_in(&self, window: Window, rung: usize) -> [i64; RUNGS_MAX] {
        let mut through = self.through(window, rung);
        let mut heaviest: Row = [0; RUNGS_MAX];
        let told = &mut heaviest[..=through.rung];
        if self.changes.is_empty() || (through.start <= self.present.0 && through.end == FOR_EVER) {
            told.copy_from_slice(&self.heaviest[..=through.rung]);
        } else {
            let mut after = self.end(through.rung + 1);
            let ControlFlow::Continue(()) = self.leftward(&mut after, &mut through);
            told.copy_from_slice(&after.chains[..=through.rung]);
        }
        heaviest
    }

    /// The moments of a heaviest chain from `first` that takes `rung` in a window, for each rung from `first` on: one
    /// that weighs what [`Timeline::heaviest_in`] says. Nothing if `first` is above `rung`.
    #[must_use]
    pub fn tightest(&self, window: Window, rung: usize, first: usize) -> Vec<Moment> {
        let through = self.through(window, rung);
        let (mut moments, mut latest) = (Vec::new(), self.present);
        if first > through.rung {
            return moments;
        }
        let mut weight = self.heaviest_in(window, rung)[first];
        for level in first..self.width {
            let mut seek = Seek { through, from: level, weight };
            let ControlFlow::Break((at, number)) = self.leftward(&mut self.end(through.rung + 1), &mut seek) else {
                break; // not reached: the chain goes on with a chain from this rung
            };
            latest = latest.max(at);
            if level == through.rung {
                latest = latest.max(Moment(through.start));
            }
            moments.push(latest);
            weight -= number;
        }
        moments
    }

    fn through(&self, window: Window, rung: usize) -> Through {
        let start = window.start.max(self.present).0.min(FOR_EVER - 1);
        Through { start, end: end_of(window).max(start + 1), rung: rung.min(self.width - 1), side: Side::Right }
    }
}

impl Through {
    /// The walk has come to where rows are in force from a moment up to another.
    fn come_to(&mut self, from: u64, upto: u64, after: &mut After) {
        if self.side == Side::Right && from < self.end {
            self.side = Side::Inside;
            after.from = 0;
        }
        if self.side == Side::Inside && upto <= self.start {
            self.side = Side::Left;
            after.upto = self.rung;
        }
    }

    /// Whether these rows all lie on one side of it, or in it.
    const fn is_one_side(&self, from: u64, upto: u64) -> bool {
        from >= self.end || upto <= self.start || (from >= self.start && upto <= self.end)
    }
}

impl Visitor for Through {
    type Found = std::convert::Infallible;

    fn piece(&mut self, from: u64, upto: u64, piece: Piece<'_>, after: &mut After) -> bool {
        let whole = self.is_one_side(from, upto);
        if whole {
            self.come_to(from, upto, after);
            after.piece(piece);
        }
        whole
    }

    fn row(&mut self, from: u64, upto: u64, after: &mut After) -> ControlFlow<Self::Found> {
        self.come_to(from, upto, after);
        after.row();
        ControlFlow::Continue(())
    }
}

impl Seek {
    fn has_found(&self, after: &After) -> bool {
        after.chains[self.from] >= self.weight
    }
}

impl Visitor for Seek {
    /// The moment, and the number of the rung then.
    type Found = (Moment, i64);

    fn piece(&mut self, from: u64, upto: u64, piece: Piece<'_>, after: &mut After) -> bool {
        let before = (self.through, *after);
        let whole = self.through.piece(from, upto, piece, after);
        if whole && self.has_found(after) {
            (self.through, *after) = before; // it is among these rows
            return false;
        }
        whole
    }

    fn row(&mut self, from: u64, upto: u64, after: &mut After) -> ControlFlow<Self::Found> {
        let ControlFlow::Continue(()) = self.through.row(from, upto, after);
        if self.has_found(after) {
            ControlFlow::Break((Moment(from), after.row[self.from]))
        } else {
            ControlFlow::Continue(())
        }
    }
}

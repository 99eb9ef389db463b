//! The heaviest chains through each moment of a window, stretch by stretch, to draw what is left over time. One pass
//! forward for what each chain takes up to the rung, and one back for what it takes beyond.

use super::chains::{After, Change, Growing, Piece, numbers};
use super::node::{Node, Visitor, moments};
use super::{FOR_EVER, Timeline};
use crate::Moment;
use crate::limits::RUNGS_MAX;
use std::ops::ControlFlow::{self, Break, Continue};

/// A stretch without breakpoints.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// Its first moment.
    pub from: Moment,
    /// The heaviest chain from each rung up to the one asked for, which it takes here; nothing is told of the others.
    pub heaviest: [i64; RUNGS_MAX],
}

/// Stretches that follow one another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stretches {
    /// In order; each lasts up to the next, the last one up to `rest`.
    pub stretches: Vec<Stretch>,
    /// Where those begin that were asked for but were too many.
    pub rest: Option<Moment>,
}

/// The pass forward.
struct Forward<'a> {
    start: u64,
    end: u64,
    rung: usize,
    most: usize,
    gone: Growing<'a>,
    drawn: Stretches,
    /// Where the last stretch ends.
    upto: u64,
}

/// The pass back over what was drawn.
struct Back<'a> {
    stretches: &'a mut [Stretch],
    upto: u64,
    rung: usize,
}

impl Timeline {
    /// Of each stretch between breakpoints in `[from, to)`, and from the present on: what
    /// [`Timeline::heaviest_in`] says of any moment in it. So many stretches at most; the answer tells where to go on.
    #[must_use]
    pub fn heaviest_over(&self, from: Moment, to: Moment, rung: usize, most: usize) -> Stretches {
        let rung = rung.min(self.width - 1);
        let (start, end) = (from.max(self.present).0, to.0);
        let mut memory = vec![0; numbers(self.width)];
        let gone = Growing::begin(&mut memory, self.width);
        let drawn = Stretches { stretches: Vec::new(), rest: None };
        let mut forward = Forward { start, end, rung, most, gone, drawn, upto: start };
        let now: [Change; RUNGS_MAX] =
            std::array::from_fn(|rung| Change { at: self.present.0, rung, by: self.now[rung] });
        if forward.row(self.present.0, self.changes.first(), &now[..self.width]).is_continue() {
            let _ = self.changes.forward(FOR_EVER, &mut forward); // broken off or not, it has drawn what it could
        }
        let Forward { mut drawn, upto, .. } = forward;
        let mut back = Back { stretches: &mut drawn.stretches, upto, rung };
        let _ = self.leftward(&mut self.end(rung + 1), &mut back);
        drawn
    }
}

impl Node {
    fn forward(&self, upto: u64, forward: &mut Forward<'_>) -> ControlFlow<()> {
        match self {
            Self::Leaf(changes) => {
                let mut moments = moments(changes).peekable();
                while let Some((from, of_one)) = moments.next() {
                    let upto = moments.peek().map_or(upto, |(next, _)| *next);
                    forward.row(from, upto, of_one)?;
                }
            }
            Self::Inner(inner) => {
                let mut pieces = inner.pieces(forward.gone.width()).peekable();
                while let Some((_, child, piece)) = pieces.next() {
                    let upto = pieces.peek().map_or(upto, |(next, _, _)| *next);
                    if upto <= forward.start {
                        forward.gone.piece(piece);
                    } else {
                        child.forward(upto, forward)?;
                    }
                }
            }
        }
        Continue(())
    }
}

impl Forward<'_> {
    fn row(&mut self, from: u64, upto: u64, changes: &[Change]) -> ControlFlow<()> {
        let first = from.max(self.start);
        if first >= self.end {
            return Break(());
        }
        if upto > self.start && self.drawn.stretches.len() >= self.most {
            self.drawn.rest = Some(Moment(first));
            return Break(());
        }
        self.gone.row(changes);
        if upto > self.start {
            let mut heaviest = [0; RUNGS_MAX];
            for (level, heaviest) in heaviest.iter_mut().enumerate().take(self.rung + 1) {
                *heaviest = self.gone.chain_to_last_row(level, self.rung);
            }
            self.drawn.stretches.push(Stretch { from: Moment(first), heaviest });
            self.upto = upto;
        }
        Continue(())
    }
}

impl Visitor for Back<'_> {
    type Found = ();

    fn piece(&mut self, from: u64, _: u64, piece: Piece<'_>, after: &mut After) -> bool {
        let beyond = from >= self.upto;
        if beyond {
            after.piece(piece);
        }
        beyond
    }

    fn row(&mut self, from: u64, _: u64, after: &mut After) -> ControlFlow<()> {
        after.row();
        if from < self.upto {
            let Some((last, others)) = std::mem::take(&mut self.stretches).split_last_mut() else {
                return Break(());
            };
            let beyond = after.beyond(self.rung);
            last.heaviest[..=self.rung].iter_mut().for_each(|chain| *chain += beyond);
            self.stretches = others;
        }
        Continue(())
    }
}

//! What a search sees of a node: which of its rows are bad. Knows pieces and chains, no window and no way down.

use super::chains::{After, Before, Change, Piece};
use super::node::{CHANGES_MAX, Inner, Node, moments};

/// What is known of some rows that follow one another.
#[derive(Clone, Copy, Debug)]
pub(super) enum Rows {
    Good,
    Bad,
    /// Some are bad and some are not, or it is not known.
    Either,
}

/// Rows in force from a moment up to another: one of a leaf, or those of a child.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part {
    pub(super) from: u64,
    pub(super) upto: u64,
    pub(super) rows: Rows,
}

/// A node and what is known of its parts. What lies before and after each child is kept, to look into it later.
#[derive(Default)]
pub(super) struct Seen<'a> {
    node: Option<&'a Node>,
    /// From the last to the first that was looked at, as the others are.
    pub(super) parts: Vec<Part>,
    befores: Vec<Before>,
    afters: Vec<After>,
}

impl Part {
    /// One row, by the heaviest chain up to this level in it. At its end lies `after`, which goes on over it.
    pub(super) fn row(from: u64, upto: u64, taken_now: i64, level: usize, after: &mut After) -> Self {
        after.row();
        let rows = if taken_now + after.beyond(level) > 0 { Rows::Bad } else { Rows::Good };
        Self { from, upto, rows }
    }

    fn piece(from: u64, upto: u64, piece: Piece<'_>, before: &Before, after: &After) -> Self {
        let rows = if before.through_each(piece, after) > 0 {
            Rows::Bad
        } else if before.through(piece, after) > 0 {
            Rows::Either
        } else {
            Rows::Good
        };
        Self { from, upto, rows }
    }
}

impl<'a> Seen<'a> {
    /// Sees those parts of a node that end after `since`. It lies between these two and ends at `upto`. Gives back what
    /// lies after the beginning of the parts.
    pub(super) fn look(&mut self, node: &'a Node, since: u64, upto: u64, before: Before, after: After) -> After {
        self.node = Some(node);
        self.parts.clear();
        self.befores.clear();
        self.afters.clear();
        match node {
            Node::Leaf(changes) => self.look_at_rows(changes, since, upto, before, after),
            Node::Inner(inner) => self.look_at_children(inner, since, upto, before, after),
        }
    }

    /// Lets `below` see what this part consists of, unless it does already.
    pub(super) fn look_below(&self, part: usize, since: u64, below: &mut Self) {
        let Some(Node::Inner(inner)) = self.node else { return };
        let child = inner.children.len() - 1 - part;
        let node = &inner.children[child];
        if !below.node.is_some_and(|seen| std::ptr::eq(seen, node)) {
            below.look(node, since, self.parts[part].upto, self.befores[child], self.afters[part]);
        }
    }

    fn look_at_rows(
        &mut self,
        changes: &[Change],
        since: u64,
        mut upto: u64,
        mut before: Before,
        mut after: After,
    ) -> After {
        let (mut taken, mut count) = ([0; CHANGES_MAX], 0);
        for (_, of_one) in moments(changes) {
            before.row(of_one);
            taken[count] = before.taken_now();
            count += 1;
        }
        for ((from, of_one), taken_now) in moments(changes).rev().zip(taken[..count].iter().rev()) {
            if upto <= since {
                break;
            }
            self.parts.push(Part::row(from, upto, *taken_now, before.upto, &mut after));
            after.undo(of_one);
            upto = from;
        }
        after
    }

    fn look_at_children(
        &mut self,
        inner: &Inner,
        since: u64,
        mut upto: u64,
        mut before: Before,
        mut after: After,
    ) -> After {
        for (_, _, piece) in inner.pieces(after.width) {
            self.befores.push(before);
            before.piece(piece);
        }
        for ((from, _, piece), before) in inner.pieces(after.width).zip(&self.befores).rev() {
            if upto <= since {
                break;
            }
            self.parts.push(Part::piece(from, upto, piece, before, &after));
            self.afters.push(after);
            after.piece(piece);
            upto = from;
        }
        after
    }
}

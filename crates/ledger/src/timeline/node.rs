//! The tree under a timeline: changes in order of moment and rung. Knows nothing of windows or the present.
//!
//! A B+ tree that owns its children: what is told of the children of one node lies together in memory, nothing is ever
//! moved as a whole, and no index can dangle. The changes of one moment always lie in one leaf: its row is one.

use super::chains::{After, Change, Growing, Piece, Row, numbers, raise};
use crate::limits::RUNGS_MAX;
use std::ops::ControlFlow;

/// A leaf is split when it has so many changes; more than two moments can have, so there is a place to split it.
pub(super) const CHANGES_MAX: usize = 48;
/// A node above is split when it has so many children. Few: writing a node down anew joins all of them.
pub(super) const CHILDREN_MAX: usize = 8;

const _: () = assert!(CHANGES_MAX >= 2 * RUNGS_MAX);

#[derive(Clone, Debug)]
pub(super) enum Node {
    Leaf(Vec<Change>),
    Inner(Inner),
}

#[derive(Clone, Debug)]
pub(super) struct Inner {
    /// The first moment of each child.
    keys: Vec<u64>,
    pub(super) children: Vec<Node>,
    /// What each child comes to, as a [`Piece`].
    numbers: Vec<i64>,
}

/// Sees a timeline from the right to the left.
pub(super) trait Visitor {
    /// What it may find, so that nothing further left need be seen.
    type Found;

    /// Rows in force from a moment up to another, after which lies `after`. Whether it has gone over them; if not, it
    /// is shown what they consist of.
    fn piece(&mut self, from: u64, upto: u64, piece: Piece<'_>, after: &mut After) -> bool;

    /// A row in force from a moment up to another; it ends where `after` begins.
    fn row(&mut self, from: u64, upto: u64, after: &mut After) -> ControlFlow<Self::Found>;
}

/// Changes by moment.
pub(super) fn moments(changes: &[Change]) -> impl DoubleEndedIterator<Item = (u64, &[Change])> {
    changes.chunk_by(|one, other| one.at == other.at).filter_map(|of_one| Some((of_one.first()?.at, of_one)))
}

impl Default for Node {
    fn default() -> Self {
        Self::Leaf(Vec::new())
    }
}

impl Inner {
    /// The children from left to right: the first moment of each, and what it comes to.
    pub(super) fn pieces(
        &self,
        width: usize,
    ) -> impl DoubleEndedIterator<Item = (u64, &Node, Piece<'_>)> + ExactSizeIterator {
        let pieces = self.numbers.chunks_exact(numbers(width)).map(move |numbers| Piece::of(numbers, width));
        self.keys.iter().zip(&self.children).zip(pieces).map(|((key, child), piece)| (*key, child, piece))
    }

    /// How many of the children begin by a moment.
    pub(super) fn begun(&self, by: u64) -> usize {
        self.keys.partition_point(|key| *key <= by)
    }

    /// Writes down again what child `i` comes to.
    fn refresh(&mut self, i: usize, width: usize) {
        let size = numbers(width);
        self.keys[i] = self.children[i].first();
        self.children[i].come_to(&mut self.numbers[i * size..(i + 1) * size], width);
    }

    /// Puts a child behind child `i`.
    fn insert_after(&mut self, i: usize, child: Node, width: usize) {
        let size = numbers(width);
        self.keys.insert(i + 1, child.first());
        self.children.insert(i + 1, child);
        self.numbers.splice((i + 1) * size..(i + 1) * size, std::iter::repeat_n(0, size));
        self.refresh(i + 1, width);
    }

    fn remove(&mut self, i: usize, width: usize) -> Node {
        let size = numbers(width);
        self.keys.remove(i);
        self.numbers.drain(i * size..(i + 1) * size);
        self.children.remove(i)
    }

    /// Adds changes to child `i`.
    fn change(&mut self, i: usize, changes: &[Change], width: usize) {
        match self.children[i].change(changes, width) {
            Some(right) => {
                self.insert_after(i, right, width);
                self.refresh(i, width);
            }
            None => self.settle(i, width),
        }
    }

    /// After child `i` has changed: forgets it if nothing is left of it, or merges it with a neighbour if it has become
    /// small and the neighbour has room.
    fn settle(&mut self, i: usize, width: usize) {
        if self.children[i].is_empty() {
            self.remove(i, width);
            return;
        }
        let fits = |left: &usize| self.children.get(left + 1).is_some_and(|right| self.children[*left].may_take(right));
        let left = [i.checked_sub(1), Some(i)].into_iter().flatten().find(fits);
        if let Some(left) = left.filter(|_| self.children[i].is_small()) {
            let right = self.remove(left + 1, width);
            self.children[left].append(right);
            self.refresh(left, width);
        } else {
            self.refresh(i, width);
        }
    }
}

impl Node {
    pub(super) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Its changes, or its children.
    fn len(&self) -> usize {
        match self {
            Self::Leaf(changes) => changes.len(),
            Self::Inner(inner) => inner.children.len(),
        }
    }

    const fn most(&self) -> usize {
        match self {
            Self::Leaf(_) => CHANGES_MAX,
            Self::Inner(_) => CHILDREN_MAX,
        }
    }

    /// Whether it should be merged with a neighbour.
    fn is_small(&self) -> bool {
        self.len() <= self.most() / 4
    }

    /// Whether the merged node would not have to be split again at once.
    fn may_take(&self, right: &Self) -> bool {
        self.len() + right.len() <= self.most() * 3 / 4
    }

    /// The first moment at which something changes; of an empty one, none that there is.
    pub(super) fn first(&self) -> u64 {
        match self {
            Self::Leaf(changes) => changes.first().map_or(u64::MAX, |change| change.at),
            Self::Inner(inner) => inner.keys.first().copied().unwrap_or(u64::MAX),
        }
    }

    /// Every moment with its changes, in order.
    pub(super) fn visit(&self, see: &mut impl FnMut(u64, &[Change])) {
        match self {
            Self::Leaf(changes) => moments(changes).for_each(|(at, of_one)| see(at, of_one)),
            Self::Inner(inner) => inner.children.iter().for_each(|child| child.visit(see)),
        }
    }

    /// Adds up all changes to a moment, and at it.
    pub(super) fn sum_upto(&self, upto: u64, width: usize, into: &mut Row) {
        match self {
            Self::Leaf(changes) => {
                let passed = changes.iter().take_while(|change| change.at <= upto);
                passed.for_each(|change| into[change.rung] += change.by);
            }
            Self::Inner(inner) => {
                let begun = inner.begun(upto);
                for (i, (_, child, piece)) in inner.pieces(width).take(begun).enumerate() {
                    if i + 1 < begun {
                        raise(into, piece.sum);
                    } else {
                        child.sum_upto(upto, width, into);
                    }
                }
            }
        }
    }

    /// Adds up all changes.
    pub(super) fn sum(&self, width: usize, into: &mut Row) {
        match self {
            Self::Leaf(changes) => changes.iter().for_each(|change| into[change.rung] += change.by),
            Self::Inner(inner) => inner.pieces(width).for_each(|(_, _, piece)| raise(into, piece.sum)),
        }
    }

    /// Comes from the right over all of it.
    pub(super) fn over(&self, after: &mut After) {
        match self {
            Self::Leaf(changes) => moments(changes).rev().for_each(|(_, of_one)| {
                after.row();
                after.undo(of_one);
            }),
            Self::Inner(inner) => inner.pieces(after.width).rev().for_each(|(_, _, piece)| after.piece(piece)),
        }
    }

    /// Shows all of it from the right to the left; it ends at `upto`, where `after` begins.
    pub(super) fn leftward<V: Visitor>(
        &self,
        mut upto: u64,
        after: &mut After,
        visitor: &mut V,
    ) -> ControlFlow<V::Found> {
        match self {
            Self::Leaf(changes) => {
                for (at, of_one) in moments(changes).rev() {
                    visitor.row(at, upto, after)?;
                    after.undo(of_one);
                    upto = at;
                }
            }
            Self::Inner(inner) => {
                for (from, child, piece) in inner.pieces(after.width).rev() {
                    if !visitor.piece(from, upto, piece, after) {
                        child.leftward(upto, after, visitor)?;
                    }
                    upto = from;
                }
            }
        }
        ControlFlow::Continue(())
    }

    /// Writes down what it comes to.
    pub(super) fn come_to(&self, numbers: &mut [i64], width: usize) {
        let mut growing = Growing::begin(numbers, width);
        match self {
            Self::Leaf(changes) => moments(changes).for_each(|(_, of_one)| growing.row(of_one)),
            Self::Inner(inner) => inner.pieces(width).for_each(|(_, _, piece)| growing.piece(piece)),
        }
        growing.finish();
    }

    /// Adds changes, at most two and in order, in a root.
    pub(super) fn change_root(&mut self, changes: &[Change], width: usize) {
        if let Some(right) = self.change(changes, width) {
            let left = std::mem::take(self);
            let mut root = Inner { keys: vec![0], children: vec![left], numbers: vec![0; numbers(width)] };
            root.refresh(0, width);
            root.insert_after(0, right, width);
            *self = Self::Inner(root);
        }
        self.shrink_root();
    }

    /// Adds the changes up to a moment (and at it) to a row and forgets them, in a root.
    pub(super) fn forget_root(&mut self, upto: u64, into: &mut Row, width: usize) {
        self.forget(upto, into, width);
        self.shrink_root();
    }

    fn shrink_root(&mut self) {
        while let Self::Inner(inner) = self
            && inner.children.len() < 2
        {
            *self = inner.children.pop().unwrap_or_default();
        }
    }

    /// Adds changes, at most two and in order; gives back what was split off. Both in one go: where their ways are the
    /// same, as those of a short window mostly are, what lies there is written down anew only once.
    fn change(&mut self, changes: &[Change], width: usize) -> Option<Self> {
        match self {
            Self::Leaf(own) => changes.iter().for_each(|change| change_leaf(own, *change)),
            Self::Inner(inner) => {
                let mut changes = changes;
                while let Some(last) = changes.last() {
                    let i = inner.keys.iter().skip(1).take_while(|key| **key <= last.at).count();
                    let others = if i == 0 { 0 } else { changes.partition_point(|change| change.at < inner.keys[i]) };
                    inner.change(i, &changes[others..], width);
                    changes = &changes[..others];
                }
            }
        }
        (self.len() >= self.most()).then(|| self.split(width))
    }

    fn split(&mut self, width: usize) -> Self {
        match self {
            Self::Leaf(changes) => {
                let middle = changes[changes.len() / 2].at;
                let before = changes.partition_point(|change| change.at < middle);
                let upto = changes.partition_point(|change| change.at <= middle);
                Self::Leaf(changes.split_off(if before == 0 { upto } else { before }))
            }
            Self::Inner(inner) => {
                let half = inner.children.len() / 2;
                Self::Inner(Inner {
                    keys: inner.keys.split_off(half),
                    children: inner.children.split_off(half),
                    numbers: inner.numbers.split_off(half * numbers(width)),
                })
            }
        }
    }

    /// Takes in its neighbour; both are leaves, or both are not.
    fn append(&mut self, right: Self) {
        match (self, right) {
            (Self::Leaf(changes), Self::Leaf(mut right)) => changes.append(&mut right),
            (Self::Inner(inner), Self::Inner(mut right)) => {
                inner.keys.append(&mut right.keys);
                inner.children.append(&mut right.children);
                inner.numbers.append(&mut right.numbers);
            }
            _ => unreachable!("all leaves lie equally deep"),
        }
    }

    /// Adds the changes up to a moment (and at it) to a row and forgets them. Whole children go unread.
    fn forget(&mut self, upto: u64, into: &mut Row, width: usize) {
        match self {
            Self::Leaf(changes) => {
                let gone = changes.partition_point(|change| change.at <= upto);
                changes.drain(..gone).for_each(|change| into[change.rung] += change.by);
            }
            Self::Inner(inner) => {
                let begun = inner.begun(upto);
                let gone = begun.saturating_sub(1); // the last that began may go on
                inner.pieces(width).take(gone).for_each(|(_, _, piece)| raise(into, piece.sum));
                inner.keys.drain(..gone);
                inner.children.drain(..gone);
                inner.numbers.drain(..gone * numbers(width));
                if begun > 0 {
                    inner.children[0].forget(upto, into, width);
                    inner.settle(0, width);
                }
            }
        }
    }
}

/// Adds a change to those of a leaf; one that comes to nothing vanishes.
fn change_leaf(changes: &mut Vec<Change>, change: Change) {
    match changes.binary_search_by_key(&(change.at, change.rung), |change| (change.at, change.rung)) {
        Ok(i) => {
            changes[i].by += change.by;
            if changes[i].by == 0 {
                changes.remove(i);
            }
        }
        Err(i) => changes.insert(i, change),
    }
}

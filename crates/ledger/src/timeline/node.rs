//! The tree under a timeline: moments in order, each with a row of changes. Knows nothing of windows or the present.
//!
//! A B+ tree that owns its children: rows of one node lie together in memory, nothing is ever moved as a whole, and
//! no index can dangle. Rows are `width` numbers long, all alike; the callers' rows say how long.

/// A node is split when it has so many entries: a leaf of eight rungs is then at most 2 KiB of numbers.
pub(super) const ENTRIES_MAX: usize = 32;
/// A node with fewer entries looks for a neighbour to merge with.
const ENTRIES_FEW: usize = ENTRIES_MAX / 4;
/// Merged nodes have at most so many entries, so that they are not split again at once.
const ENTRIES_MERGED: usize = ENTRIES_MAX * 3 / 4;

/// A leaf (then without children), or a node above.
#[derive(Clone, Debug, Default)]
pub(super) struct Node {
    /// Leaf: the moments. Above: nothing in child `i` lies before `keys[i]`; that of the first child says nothing.
    keys: Vec<u64>,
    children: Vec<Node>,
    /// Leaf: the change at each moment. Above: the sum of all changes in each child.
    sums: Vec<i64>,
    /// Leaf: empty. Above: the least running sum in each child, beginning with its first change.
    lows: Vec<i64>,
}

/// On the way through a window: where it begins and ends, the running sum so far, the least of it within.
pub(super) struct Walk {
    pub(super) start: u64,
    pub(super) end: u64,
    pub(super) sum: Vec<i64>,
    pub(super) least: Vec<i64>,
}

/// Adds a row to another.
pub(super) fn raise(row: &mut [i64], by: &[i64]) {
    row.iter_mut().zip(by).for_each(|(number, by)| *number += by);
}

/// Takes the lesser of each two numbers.
pub(super) fn lower(row: &mut [i64], other: &[i64]) {
    row.iter_mut().zip(other).for_each(|(number, other)| *number = (*number).min(*other));
}

impl Node {
    pub(super) const fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    const fn is_leaf(&self) -> bool {
        self.children.is_empty()
    }

    /// How many moments lie in it.
    pub(super) fn count(&self) -> usize {
        if self.is_leaf() { self.keys.len() } else { self.children.iter().map(Self::count).sum() }
    }

    /// Every moment with its change, in order.
    pub(super) fn visit(&self, see: &mut impl FnMut(u64, &[i64])) {
        if let Some(width) = self.sums.len().checked_div(self.keys.len()).filter(|_| self.is_leaf()) {
            self.keys.iter().zip(self.sums.chunks_exact(width)).for_each(|(key, row)| see(*key, row));
        }
        self.children.iter().for_each(|child| child.visit(see));
    }

    /// The sum of all changes, and the least running sum; the greatest number there is if there are none.
    pub(super) fn summary(&self, width: usize) -> (Vec<i64>, Vec<i64>) {
        let (mut sum, mut low) = (vec![0; width], vec![i64::MAX; width]);
        self.summarise(&mut sum, &mut low);
        (sum, low)
    }

    fn summarise(&self, sum: &mut [i64], low: &mut [i64]) {
        let width = sum.len();
        if self.is_leaf() {
            for row in self.sums.chunks_exact(width) {
                raise(sum, row);
                lower(low, sum);
            }
            return;
        }
        for (row, lowest) in self.sums.chunks_exact(width).zip(self.lows.chunks_exact(width)) {
            for ((low, sum), lowest) in low.iter_mut().zip(&*sum).zip(lowest) {
                *low = (*low).min(sum + lowest);
            }
            raise(sum, row);
        }
    }

    /// Goes through the moments of a window; all of this node's lie in `[from, upto)`.
    pub(super) fn walk(&self, from: u64, upto: u64, walk: &mut Walk) {
        let width = walk.sum.len();
        if self.is_leaf() {
            for (key, row) in self.keys.iter().zip(self.sums.chunks_exact(width)) {
                if *key >= walk.end {
                    return;
                }
                raise(&mut walk.sum, row);
                walk.passed(*key <= walk.start);
            }
            return;
        }
        for (i, child) in self.children.iter().enumerate() {
            let first = if i == 0 { from } else { self.keys[i] };
            let next = self.keys.get(i + 1).copied().unwrap_or(upto);
            let row = i * width..(i + 1) * width;
            if first >= walk.end {
                return;
            } else if next <= walk.start {
                raise(&mut walk.sum, &self.sums[row]);
                walk.passed(true);
            } else if first > walk.start && next <= walk.end {
                for ((least, sum), low) in walk.least.iter_mut().zip(&walk.sum).zip(&self.lows[row.clone()]) {
                    *least = (*least).min(sum + low);
                }
                raise(&mut walk.sum, &self.sums[row]);
            } else {
                child.walk(first, next, walk);
            }
        }
    }

    /// Changes the row of a moment, in a root.
    pub(super) fn change_root(&mut self, at: u64, by: &[i64]) {
        if let Some((key, right)) = self.change(at, by) {
            let left = std::mem::take(self);
            let width = by.len();
            self.keys = vec![0, key];
            self.children = vec![left, right];
            self.sums = vec![0; 2 * width];
            self.lows = vec![0; 2 * width];
            self.refresh(0, width);
            self.refresh(1, width);
        }
        self.shrink_root();
    }

    /// Adds the changes up to a moment (and at it) to a row and forgets them, in a root.
    pub(super) fn forget_root(&mut self, upto: u64, into: &mut [i64]) {
        self.forget(upto, into);
        self.shrink_root();
    }

    fn shrink_root(&mut self) {
        while self.children.len() == 1 {
            *self = self.children.swap_remove(0);
        }
    }

    /// Changes the row of a moment; gives back what was split off, and where it begins.
    fn change(&mut self, at: u64, by: &[i64]) -> Option<(u64, Self)> {
        let width = by.len();
        if self.is_leaf() {
            match self.keys.binary_search(&at) {
                Ok(i) => self.change_entry(i, by),
                Err(i) => {
                    self.keys.insert(i, at);
                    self.sums.splice(i * width..i * width, by.iter().copied());
                }
            }
        } else {
            let i = self.keys[1..].partition_point(|key| *key <= at);
            let split = self.children[i].change(at, by);
            if self.children[i].is_empty() {
                self.remove(i, width);
            } else if let Some((key, right)) = split {
                self.keys.insert(i + 1, key);
                self.children.insert(i + 1, right);
                self.sums.splice(i * width..i * width, std::iter::repeat_n(0, width));
                self.lows.splice(i * width..i * width, std::iter::repeat_n(0, width));
                self.refresh(i, width);
                self.refresh(i + 1, width);
            } else {
                self.refresh(i, width);
                self.merge_around(i, width);
            }
        }
        (self.keys.len() >= ENTRIES_MAX).then(|| self.split(width))
    }

    /// Changes a leaf's row, and removes it when nothing of it is left.
    fn change_entry(&mut self, i: usize, by: &[i64]) {
        let width = by.len();
        let row = &mut self.sums[i * width..(i + 1) * width];
        raise(row, by);
        if row.iter().all(|number| *number == 0) {
            self.keys.remove(i);
            self.sums.drain(i * width..(i + 1) * width);
        }
    }

    fn split(&mut self, width: usize) -> (u64, Self) {
        let half = self.keys.len() / 2;
        let right = Self {
            keys: self.keys.split_off(half),
            children: if self.is_leaf() { Vec::new() } else { self.children.split_off(half) },
            sums: self.sums.split_off(half * width),
            lows: if self.lows.is_empty() { Vec::new() } else { self.lows.split_off(half * width) },
        };
        (right.keys[0], right)
    }

    /// Forgets child `i`.
    fn remove(&mut self, i: usize, width: usize) {
        self.keys.remove(i);
        self.children.remove(i);
        self.sums.drain(i * width..(i + 1) * width);
        self.lows.drain(i * width..(i + 1) * width);
    }

    /// Writes down again what child `i` sums up to.
    fn refresh(&mut self, i: usize, width: usize) {
        let row = i * width..(i + 1) * width;
        let (sum, low) = (&mut self.sums[row.clone()], &mut self.lows[row]);
        sum.fill(0);
        low.fill(i64::MAX);
        self.children[i].summarise(sum, low);
    }

    /// Merges child `i` with a neighbour, if it has few entries and the neighbour has room.
    fn merge_around(&mut self, i: usize, width: usize) {
        let few = |node: &Self, i: usize| node.children[i].keys.len();
        if few(self, i) >= ENTRIES_FEW {
            return;
        }
        let lefts = [i.checked_sub(1), Some(i)].into_iter().flatten();
        let fits =
            |left: &usize| left + 1 < self.children.len() && few(self, *left) + few(self, left + 1) <= ENTRIES_MERGED;
        let Some(left) = lefts.into_iter().find(fits) else {
            return;
        };
        let mut right = self.children.remove(left + 1);
        right.keys[0] = if right.is_leaf() { right.keys[0] } else { self.keys[left + 1] };
        let into = &mut self.children[left];
        into.keys.append(&mut right.keys);
        into.children.append(&mut right.children);
        into.sums.append(&mut right.sums);
        into.lows.append(&mut right.lows);
        self.keys.remove(left + 1);
        self.sums.drain((left + 1) * width..(left + 2) * width);
        self.lows.drain((left + 1) * width..(left + 2) * width);
        self.refresh(left, width);
    }

    /// Adds the changes up to a moment (and at it) to a row and forgets them. Whole children go unread.
    fn forget(&mut self, upto: u64, into: &mut [i64]) {
        let width = into.len();
        let passed = |key: &u64| *key <= upto;
        let gone = if self.is_leaf() {
            self.keys.partition_point(passed)
        } else {
            self.keys[1..].partition_point(passed) // a child is past when the next begins in the past
        };
        self.sums[..gone * width].chunks_exact(width).for_each(|row| raise(into, row));
        self.keys.drain(..gone);
        self.sums.drain(..gone * width);
        if self.is_leaf() {
            return;
        }
        self.children.drain(..gone);
        self.lows.drain(..gone * width);
        self.children[0].forget(upto, into);
        if self.children[0].is_empty() {
            self.remove(0, width);
        } else {
            self.refresh(0, width);
            self.merge_around(0, width);
        }
    }
}

impl Walk {
    /// A step was passed: one that is in force where the window begins replaces what was before it.
    fn passed(&mut self, before: bool) {
        if before {
            self.least.clone_from(&self.sum);
        } else {
            lower(&mut self.least, &self.sum);
        }
    }
}

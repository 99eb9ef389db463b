//! How chains add up: over one row, over a piece of the timeline, over pieces that follow one another. Knows levels and
//! numbers; no tree, no window, and no moment but that of a change.
//!
//! A piece is some rows that follow one another, known by what they come to ([`Piece`]). Everything in it is told
//! relative to the row in force at its end: then what a change does to all rows before it is one addition each.
//! Levels are counted from 0, and *places* lie between them: at place `p` the levels below `p` have their moments and
//! those from `p` on have not.

use crate::limits::RUNGS_MAX;

/// A number for each level; those above the width are 0.
pub(super) type Row = [i64; RUNGS_MAX];
/// A number for each place.
pub(super) type Places = [i64; RUNGS_MAX + 1];

/// Lighter than any chain: there is none. Far enough from the end that a chain may be added to it.
pub(super) const NEVER: i64 = i64::MIN / 2;

/// From a moment on one number is another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Change {
    pub(super) at: u64,
    pub(super) rung: usize,
    pub(super) by: i64,
}

/// Of some rows that follow one another: what the changes before each of them sum up to, the least number of each
/// level, and the heaviest chain for each two places; the latter two relative to the last row.
#[derive(Clone, Copy, Debug)]
pub(super) struct Piece<'a> {
    pub(super) sum: &'a [i64],
    pub(super) low: &'a [i64],
    chains: &'a [i64],
}

/// A piece that grows at its end.
pub(super) struct Growing<'a> {
    sum: &'a mut [i64],
    low: &'a mut [i64],
    chains: &'a mut [i64],
    begun: bool,
}

/// What lies before a boundary between two rows: the row that ends there, and the heaviest chains that come to each
/// place by then. Levels from `upto` on are not looked at.
#[derive(Clone, Copy)]
pub(super) struct Before {
    pub(super) row: Row,
    pub(super) chains: Places,
    pub(super) upto: usize,
}

/// What lies after a boundary between two rows: the row that *ends* there, and the heaviest chains that go on from each
/// place after it. Levels below `from` are not looked at.
#[derive(Clone, Copy)]
pub(super) struct After {
    pub(super) row: Row,
    pub(super) chains: Places,
    pub(super) from: usize,
    pub(super) width: usize,
}

/// How many numbers a piece takes.
pub(super) const fn numbers(width: usize) -> usize {
    2 * width + width * (width + 1) / 2
}

/// The chains that begin with a level: first that of this level alone, then with the next, up to the last.
fn chains_from(chains: &[i64], width: usize, level: usize) -> &[i64] {
    let start = level * (2 * width + 1 - level) / 2;
    &chains[start..start + width - level]
}

/// Adds a row to another.
pub(super) fn raise(row: &mut [i64], by: &[i64]) {
    row.iter_mut().zip(by).for_each(|(number, by)| *number += by);
}

/// Takes a row from another.
pub(super) fn lower(row: &mut [i64], by: &[i64]) {
    row.iter_mut().zip(by).for_each(|(number, by)| *number -= by);
}

/// Adds to each place what a row comes to below it (`sign` 1), or takes it away (-1).
fn shift(places: &mut [i64], row: &[i64], sign: i64) {
    let mut at = 0;
    for (place, number) in places.iter_mut().skip(1).zip(row) {
        at += sign * number;
        *place += at;
    }
}

/// Each place after the first is reached at least as well as by coming to the first and going on from there.
fn reach(places: &mut [i64], chains: &[i64]) {
    if let Some((first, others)) = places.split_first_mut() {
        others.iter_mut().zip(chains).for_each(|(place, chain)| *place = (*place).max(*first + chain));
    }
}

/// From the first place one goes on at least as well as by coming to another and going on from there.
fn go_on(places: &mut [i64], chains: &[i64]) {
    if let Some((first, others)) = places.split_first_mut() {
        let ways = others.iter().zip(chains).map(|(place, chain)| place + chain);
        *first = ways.fold(*first, i64::max);
    }
}

impl<'a> Piece<'a> {
    pub(super) fn of(numbers: &'a [i64], width: usize) -> Self {
        let (sum, others) = numbers.split_at(width);
        let (low, chains) = others.split_at(width);
        Self { sum, low, chains }
    }

    const fn width(&self) -> usize {
        self.sum.len()
    }

    fn chains_from(&self, level: usize) -> &'a [i64] {
        chains_from(self.chains, self.width(), level)
    }
}

impl<'a> Growing<'a> {
    /// Nothing yet, written into these numbers.
    pub(super) fn begin(numbers: &'a mut [i64], width: usize) -> Self {
        numbers.fill(0);
        let (sum, others) = numbers.split_at_mut(width);
        let (low, chains) = others.split_at_mut(width);
        Self { sum, low, chains, begun: false }
    }

    pub(super) const fn width(&self) -> usize {
        self.sum.len()
    }

    /// One more row, by the changes that lead to it.
    pub(super) fn row(&mut self, changes: &[Change]) {
        if !self.begun {
            self.begun = true;
            changes.iter().for_each(|change| self.sum[change.rung] += change.by);
            return;
        }
        // What falls first, what rises then: so no row on the way outweighs both the one before and the one after.
        changes.iter().filter(|change| change.by < 0).for_each(|change| self.change(*change));
        changes.iter().filter(|change| change.by > 0).for_each(|change| self.change(*change));
    }

    /// One more row that differs in one level. Chains that have taken this level weigh so much less beside it; unless
    /// they take it, and those above it, now.
    fn change(&mut self, Change { rung, by, .. }: Change) {
        let width = self.sum.len();
        self.sum[rung] += by;
        self.low[rung] = (self.low[rung] - by).min(0);
        let mut begin = 0;
        for level in 0..=rung {
            let row = &mut self.chains[begin..begin + width - level];
            begin += width - level;
            let (below, taken) = row.split_at_mut(rung - level);
            let now = below.last().copied().unwrap_or(0);
            taken.iter_mut().for_each(|chain| *chain = (*chain - by).max(now));
        }
    }

    /// The rows of a piece.
    pub(super) fn piece(&mut self, next: Piece<'_>) {
        raise(self.sum, next.sum);
        if !self.begun {
            self.begun = true;
            self.low.copy_from_slice(next.low);
            self.chains.copy_from_slice(next.chains);
            return;
        }
        let lows = self.low.iter_mut().zip(next.sum).zip(next.low);
        lows.for_each(|((low, sum), next)| *low = (*low - sum).min(*next));
        let width = self.sum.len();
        let mut others = &mut *self.chains;
        for level in 0..width {
            let (row, below) = others.split_at_mut(width - level);
            others = below;
            join(row, next, level);
        }
    }

    /// The heaviest chain of the levels from the first to the last of these, the last of them in the last row.
    pub(super) fn chain_to_last_row(&self, first: usize, last: usize) -> i64 {
        let width = self.sum.len();
        let chains = chains_from(self.chains, width, first);
        let below = last.checked_sub(first + 1).map_or(0, |i| chains[i]);
        below + self.sum[first..=last].iter().sum::<i64>()
    }
}

/// Lets the chains that begin with a level go on into a piece.
fn join(row: &mut [i64], next: Piece<'_>, level: usize) {
    let mut sum = 0;
    for (chain, by) in row.iter_mut().zip(&next.sum[level..]) {
        sum += by;
        *chain -= sum;
    }
    for i in (0..row.len() - 1).rev() {
        reach(&mut row[i..], next.chains_from(level + i + 1));
    }
    row.iter_mut().zip(next.chains_from(level)).for_each(|(chain, all)| *chain = (*chain).max(*all));
}

impl Before {
    /// Goes on over a row, by the changes that lead to it.
    pub(super) fn row(&mut self, changes: &[Change]) {
        changes.iter().for_each(|change| self.row[change.rung] += change.by);
        self.same_row();
    }

    /// Goes on over the row it has.
    pub(super) fn same_row(&mut self) {
        for level in 0..self.upto {
            self.chains[level + 1] = self.chains[level + 1].max(self.chains[level] + self.row[level]);
        }
    }

    /// Goes on over a piece.
    pub(super) fn piece(&mut self, piece: Piece<'_>) {
        raise(&mut self.row, piece.sum);
        let places = &mut self.chains[..=self.upto];
        shift(places, &self.row, -1);
        for level in (0..self.upto).rev() {
            reach(&mut places[level..], piece.chains_from(level));
        }
        shift(places, &self.row, 1);
    }

    /// The heaviest chain that comes to the level `upto` and takes it in the row that ends here.
    pub(super) fn taken_now(&self) -> i64 {
        self.chains[self.upto] + self.row[self.upto]
    }

    /// The heaviest chain through a piece that takes the level `upto` in it.
    pub(super) fn through(&self, piece: Piece<'_>, after: &After) -> i64 {
        let (mut here, mut there) = (self.chains, after.chains);
        shift(&mut here[..=self.upto], &after.row, -1);
        shift(&mut there, &after.row, 1);
        let from = self.upto + 1;
        let mut heaviest = NEVER;
        for (level, here) in here.iter().enumerate().take(from) {
            let chains = &piece.chains_from(level)[self.upto - level..];
            let chains = chains.iter().zip(&there[from..]).map(|(chain, there)| chain + there);
            heaviest = chains.fold(heaviest, |heaviest, chain| heaviest.max(here + chain));
        }
        heaviest
    }

    /// A bound from below of the heaviest chain through any one row of a piece, the level `upto` in that row.
    pub(super) fn through_each(&self, piece: Piece<'_>, after: &After) -> i64 {
        self.chains[self.upto] + after.row[self.upto] + piece.low[self.upto] + after.chains[self.upto + 1]
    }
}

impl After {
    /// Comes from the right over the row that ends here.
    pub(super) fn row(&mut self) {
        for level in (self.from..self.width).rev() {
            self.chains[level] = self.chains[level].max(self.row[level] + self.chains[level + 1]);
        }
    }

    /// The heaviest chain that goes on after a level.
    pub(super) fn beyond(&self, level: usize) -> i64 {
        self.chains[level + 1]
    }

    /// Steps back over the changes that led to the row.
    pub(super) fn undo(&mut self, changes: &[Change]) {
        changes.iter().for_each(|change| self.row[change.rung] -= change.by);
    }

    /// Comes from the right over a piece that ends here.
    pub(super) fn piece(&mut self, piece: Piece<'_>) {
        let places = &mut self.chains[..=self.width];
        shift(places, &self.row, 1);
        for level in self.from..self.width {
            go_on(&mut places[level..], piece.chains_from(level));
        }
        shift(places, &self.row, -1);
        lower(&mut self.row, piece.sum);
    }
}

//! How chains add up: over one row, over a piece of the timeline, over pieces that follow one another. Knows levels and
//! numbers; no tree, no window, and no moment but that of a change.
//!
//! A piece is some rows that follow one another, known by what they come to ([`Piece`]). Its chains are told relative to
//! the row in force at its end: then what a change does to all rows before it is one addition each. Levels are counted
//! from 0, and *places* lie between them: at place `p` the levels below `p` have their moments and those from `p` on
//! have not. So a chain leads from one place to a later one.

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
/// level, and the heaviest chain from each place to each later one; the latter two relative to the last row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Piece<'a> {
    pub(super) sum: &'a [i64],
    low: &'a [i64],
    chains: &'a [i64],
}

/// A piece that grows at its end. Until it is finished its numbers are not relative to the last row.
pub(super) struct Growing<'a> {
    sum: &'a mut [i64],
    low: &'a mut [i64],
    chains: &'a mut [i64],
    begun: bool,
}

/// What lies before a boundary between two rows: the row that ends there, and the heaviest chains that come to each
/// place by then. Places beyond `upto` are not looked at.
#[derive(Clone, Copy)]
pub(super) struct Before {
    pub(super) row: Row,
    pub(super) chains: Places,
    pub(super) upto: usize,
}

/// What lies after a boundary between two rows: the row that *ends* there, and the heaviest chains that go on from each
/// place after it. Only the places from `from` up to `upto` are looked at.
#[derive(Clone, Copy)]
pub(super) struct After {
    pub(super) row: Row,
    pub(super) chains: Places,
    pub(super) from: usize,
    pub(super) upto: usize,
    pub(super) width: usize,
}

/// How many numbers a piece takes.
pub(super) const fn numbers(width: usize) -> usize {
    2 * width + column(width + 1)
}

/// Where the chains to a place are: one from each earlier place. Before them are the chains to all earlier places.
const fn column(place: usize) -> usize {
    place * (place + 1) / 2 - place
}

/// The chains to a place.
fn chains_to(chains: &[i64], place: usize) -> &[i64] {
    &chains[column(place)..column(place + 1)]
}

/// Adds a row to another.
pub(super) fn raise(row: &mut [i64], by: &[i64]) {
    row.iter_mut().zip(by).for_each(|(number, by)| *number += by);
}

/// What a row comes to before each place.
fn before_each(row: &[i64]) -> Places {
    let (mut places, mut sum) = ([0; RUNGS_MAX + 1], 0);
    for (place, number) in places.iter_mut().skip(1).zip(row) {
        sum += number;
        *place = sum;
    }
    places
}

/// The heaviest of some ways on.
fn heaviest<'a>(ways: impl Iterator<Item = (&'a i64, &'a i64)>) -> i64 {
    ways.map(|(here, there)| here + there).fold(NEVER, i64::max)
}

impl<'a> Piece<'a> {
    pub(super) fn of(numbers: &'a [i64], width: usize) -> Self {
        let (sum, others) = numbers.split_at(width);
        let (low, chains) = others.split_at(width);
        Self { sum, low, chains }
    }
}

impl<'a> Growing<'a> {
    /// Nothing yet, written into these numbers.
    pub(super) fn begin(numbers: &'a mut [i64], width: usize) -> Self {
        let (sum, others) = numbers.split_at_mut(width);
        let (low, chains) = others.split_at_mut(width);
        sum.fill(0);
        low.fill(i64::MAX);
        chains.fill(NEVER);
        Self { sum, low, chains, begun: false }
    }

    pub(super) const fn width(&self) -> usize {
        self.sum.len()
    }

    /// One more row, by the changes that lead to it.
    pub(super) fn row(&mut self, changes: &[Change]) {
        let mut risen = self.width();
        for change in changes {
            let number = &mut self.sum[change.rung];
            *number += change.by;
            self.low[change.rung] = self.low[change.rung].min(*number);
            if change.by > 0 {
                risen = risen.min(change.rung);
            }
        }
        if !self.begun {
            self.begun = true;
            self.low.copy_from_slice(self.sum);
            risen = 0;
        }
        // To places below the first number that has risen, the row before leads as well as this one.
        for place in risen + 1..=self.width() {
            let (upto, chains) = self.chains.split_at_mut(column(place));
            let (before, number) = (&upto[column(place - 1)..], self.sum[place - 1]);
            chains.iter_mut().zip(before).for_each(|(chain, before)| *chain = (*chain).max(before + number));
            chains[place - 1] = chains[place - 1].max(number);
        }
    }

    /// The rows of a piece.
    pub(super) fn piece(&mut self, next: Piece<'_>) {
        raise(self.sum, next.sum);
        let lows = self.low.iter_mut().zip(&*self.sum).zip(next.low);
        lows.for_each(|((low, sum), next)| *low = (*low).min(sum + next));
        let at = before_each(self.sum);
        if !self.begun {
            self.begun = true;
            self.chains.copy_from_slice(next.chains);
            shift(self.chains, &at, 1);
        } else if let Some(join) = JOIN.get(self.width() - 1) {
            join(self.chains, &at, next.chains);
        }
    }

    /// Nothing is to follow.
    pub(super) fn finish(self) {
        self.low.iter_mut().zip(&*self.sum).for_each(|(low, sum)| *low -= sum);
        shift(self.chains, &before_each(self.sum), -1);
    }

    /// The heaviest chain of the levels from the first to the last of these, the last of them in the last row.
    pub(super) fn chain_to_last_row(&self, first: usize, last: usize) -> i64 {
        chains_to(self.chains, last).get(first).copied().unwrap_or(0) + self.sum[last]
    }
}

/// Adds to each chain what a row comes to along it, or takes it away.
fn shift(chains: &mut [i64], at: &Places, sign: i64) {
    let mut others = chains;
    for place in 1..=RUNGS_MAX {
        let Some((chains, beyond)) = others.split_at_mut_checked(place) else { return };
        others = beyond;
        chains.iter_mut().zip(at).for_each(|(chain, before)| *chain += sign * (at[place] - before));
    }
}

type Join = fn(&mut [i64], &Places, &[i64]);

/// [`join`] for each width.
const JOIN: [Join; RUNGS_MAX] = [
    join::<1>, join::<2>, join::<3>, join::<4>, join::<5>, join::<6>, join::<7>, join::<8>, join::<9>, join::<10>,
    join::<11>, join::<12>, join::<13>, join::<14>, join::<15>, join::<16>,
];

/// Lets chains go on into a piece whose last row comes to `at` before each place: to each place they lead in the piece
/// alone, or lead to an earlier one before it.
///
/// Most of what it costs to change a timeline is spent here. With the width known the compiler unrolls the loops, which
/// makes them four times as fast at 8 levels.
fn join<const WIDTH: usize>(chains: &mut [i64], at: &Places, next: &[i64]) {
    let numbers = column(WIDTH + 1);
    let (chains, next) = (&mut chains[..numbers], &next[..numbers]);
    for place in (1..=WIDTH).rev() {
        let to = column(place);
        let mut heaviest = [NEVER; WIDTH];
        for middle in 1..place {
            let (begin, on) = (column(middle), next[to + middle] + at[place] - at[middle]);
            for from in 0..middle {
                heaviest[from] = heaviest[from].max(chains[begin + from] + on);
            }
        }
        for from in 0..place {
            let alone = next[to + from] + at[place] - at[from];
            chains[to + from] = chains[to + from].max(alone).max(heaviest[from]);
        }
    }
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
        let at = before_each(&self.row[..self.upto]);
        let mut here = self.relative(&at);
        for place in (1..=self.upto).rev() {
            here[place] = here[place].max(heaviest(here.iter().zip(chains_to(piece.chains, place))));
            self.chains[place] = here[place] + at[place];
        }
    }

    /// The heaviest chain that comes to the place `upto` and takes the next level in the row that ends here.
    pub(super) fn taken_now(&self) -> i64 {
        self.chains[self.upto] + self.row[self.upto]
    }

    /// The heaviest chain through a piece that takes the level after `upto` in it.
    pub(super) fn through(&self, piece: Piece<'_>, after: &After) -> i64 {
        let at = before_each(&after.row[..after.width]);
        let here = self.relative(&at);
        let places = (self.upto + 1..=after.width).map(|place| {
            let chains = chains_to(piece.chains, place);
            heaviest(here[..=self.upto].iter().zip(chains)) + at[place] + after.chains[place]
        });
        places.fold(NEVER, i64::max)
    }

    /// No chain through any one row of a piece that takes the level after `upto` in it, if heaviest, is lighter.
    pub(super) fn through_each(&self, piece: Piece<'_>, after: &After) -> i64 {
        self.chains[self.upto] + after.row[self.upto] + piece.low[self.upto] + after.chains[self.upto + 1]
    }

    /// The chains, relative to a row.
    fn relative(&self, at: &Places) -> Places {
        let mut here = self.chains;
        here.iter_mut().zip(at).take(self.upto + 1).for_each(|(chain, at)| *chain -= at);
        here
    }
}

impl After {
    /// Comes from the right over the row that ends here.
    pub(super) fn row(&mut self) {
        for level in (self.from..self.upto).rev() {
            self.chains[level] = self.chains[level].max(self.row[level] + self.chains[level + 1]);
        }
    }

    /// Steps back over the changes that led to the row.
    pub(super) fn undo(&mut self, changes: &[Change]) {
        changes.iter().for_each(|change| self.row[change.rung] -= change.by);
    }

    /// Comes from the right over a piece that ends here.
    pub(super) fn piece(&mut self, piece: Piece<'_>) {
        let (from, upto) = (self.from, self.upto);
        let at = before_each(&self.row[..upto]);
        let mut there = [NEVER; RUNGS_MAX + 1];
        for place in from + 1..=upto {
            let on = at[place] + self.chains[place];
            let ways = there[from..place].iter_mut().zip(&chains_to(piece.chains, place)[from..]);
            ways.for_each(|(there, chain)| *there = (*there).max(chain + on));
        }
        let chains = self.chains[from..upto].iter_mut().zip(&there[from..]).zip(&at[from..]);
        chains.for_each(|((chain, there), at)| *chain = (*chain).max(there - at));
        self.row.iter_mut().zip(piece.sum).for_each(|(number, by)| *number -= by);
    }

    /// The heaviest chain that goes on after a level.
    pub(super) fn beyond(&self, level: usize) -> i64 {
        self.chains[level + 1]
    }
}

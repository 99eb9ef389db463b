//! The tree against the plainest thing that can do the same: a map from moment to change.

use super::node::ENTRIES_MAX;
use super::{Step, Timeline};
use crate::{Moment, Window};
use proptest::prelude::*;
use proptest::test_runner::FileFailurePersistence::Direct;
use std::collections::BTreeMap;

const WIDTH: usize = 3;

#[derive(Debug, Default)]
struct Plain {
    present: u64,
    changes: BTreeMap<u64, [i64; WIDTH]>,
}

impl Plain {
    fn add(&mut self, window: Window, row: &[i64]) {
        let start = window.start.0.max(self.present);
        let end = window.end.map_or(u64::MAX, |end| end.0);
        if end > start {
            for (at, sign) in [(start, 1), (end, -1)] {
                let change = self.changes.entry(at).or_default();
                change.iter_mut().zip(row).for_each(|(change, by)| *change += sign * by);
            }
            self.changes.retain(|_, change| change.iter().any(|number| *number != 0));
        }
    }

    fn at(&self, moment: u64) -> Vec<i64> {
        let mut sum = vec![0; WIDTH];
        for change in self.changes.range(..=moment).map(|(_, change)| change) {
            sum.iter_mut().zip(change).for_each(|(sum, by)| *sum += by);
        }
        sum
    }

    fn least_in(&self, window: Window) -> Vec<i64> {
        let start = window.start.0.max(self.present);
        let end = window.end.map_or(u64::MAX, |end| end.0);
        let mut sum = self.at(start);
        let mut least = sum.clone();
        for (_, change) in self.changes.range(start..).filter(|(at, _)| **at > start && **at < end) {
            sum.iter_mut().zip(change).for_each(|(sum, by)| *sum += by);
            least.iter_mut().zip(&sum).for_each(|(least, number)| *least = (*least).min(*number));
        }
        least
    }

    fn steps_after(&self, after: u64) -> Vec<Step> {
        let mut sum = vec![0; WIDTH];
        let mut steps = Vec::new();
        for (at, change) in self.changes.range(..u64::MAX) {
            sum.iter_mut().zip(change).for_each(|(sum, by)| *sum += by);
            if *at > after {
                steps.push((Moment(*at), sum.clone()));
            }
        }
        steps
    }
}

#[derive(Clone, Debug)]
enum Move {
    Add(Window, [i64; WIDTH]),
    Undo(usize),
    Forget(u64),
    Ask(Window),
}

fn window(moments: u64) -> impl Strategy<Value = Window> {
    let end = prop_oneof![4 => (0..moments).prop_map(Some), 1 => Just(None), 1 => Just(Some(u64::MAX))];
    (0..moments, end).prop_map(|(start, end)| Window { start: Moment(start), end: end.map(Moment) })
}

fn moves(moments: u64, most: usize) -> impl Strategy<Value = Vec<Move>> {
    let one = prop_oneof![
        8 => (window(moments), [-3..3_i64, -3..3_i64, -3..3_i64]).prop_map(|(window, row)| Move::Add(window, row)),
        6 => any::<prop::sample::Index>().prop_map(|index| Move::Undo(index.index(1 << 20))),
        1 => (0..moments / 40 + 1).prop_map(Move::Forget),
        3 => window(moments).prop_map(Move::Ask),
    ];
    prop::collection::vec(one, 1..most)
}

fn play(moves: Vec<Move>) {
    let (mut line, mut plain, mut done) = (Timeline::new(WIDTH), Plain::default(), Vec::new());
    for each in moves {
        match each {
            Move::Add(window, row) => {
                line.add(window, &row);
                plain.add(window, &row);
                done.push((window, row));
            }
            Move::Undo(index) if !done.is_empty() => {
                let (window, row) = done.swap_remove(index % done.len());
                line.add(window, &row.map(|number| -number));
                plain.add(window, &row.map(|number| -number));
            }
            Move::Undo(_) => {}
            Move::Forget(by) => {
                plain.present += by;
                line.forget_before(Moment(plain.present));
            }
            Move::Ask(window) => assert_eq!(&*line.least_in(window), plain.least_in(window), "{window:?}"),
        }
        let ever = plain.least_in(Window::from(Moment(0)));
        assert_eq!((line.now(), line.least()), (&*plain.at(plain.present), &*ever));
        assert_eq!(line.breakpoints(), plain.steps_after(plain.present).len());
    }
    assert_eq!(line.steps_after(Moment(0)), plain.steps_after(plain.present));
    for (window, row) in done {
        line.add(window, &row.map(|number| -number));
    }
    let present = line.present();
    assert_eq!((line.now(), line.steps_after(present)), (&[0; WIDTH][..], Vec::new()), "everything undone");
}

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        failure_persistence: Some(Box::new(Direct("tests/regressions/timeline.txt"))),
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(config(300))]

    #[test]
    fn few_moments(moves in moves(12, 60)) {
        play(moves);
    }
}

proptest! {
    #![proptest_config(config(24))]

    #[test]
    fn many_moments(moves in moves(100_000, 800)) {
        play(moves);
    }
}

/// Enough breakpoints for a tree of several levels, forgotten bit by bit.
#[test]
fn a_tall_tree_grows_and_goes() {
    let count = u64::try_from(ENTRIES_MAX.pow(3)).expect("small");
    let scatter = |i: u64| (i * 7919) % count * 10 + 1;
    let mut line = Timeline::new(1);
    for i in 0..count {
        line.add(Window { start: Moment(scatter(i)), end: Some(Moment(scatter(i) + 5)) }, &[-1]);
    }
    assert_eq!(line.breakpoints(), ENTRIES_MAX.pow(3) * 2);
    assert_eq!(line.least(), [-1]);
    for half in 1..=count {
        line.forget_before(Moment(half * 10 + 3)); // amid the window that began at half * 10 + 1
        let inside = half < count;
        assert_eq!(line.now(), [-i64::from(inside)], "at {half}");
    }
    assert_eq!((line.breakpoints(), line.least()), (0, &[0][..]));
}

/// Windows that begin and end exactly where nodes of the tree do, and beside them.
#[test]
fn every_window_of_a_small_tree() {
    let (mut line, mut plain) = (Timeline::new(WIDTH), Plain::default());
    let moments = 8 * u64::try_from(ENTRIES_MAX).expect("small");
    for i in 1..moments {
        let window = Window { start: Moment(i * 37 % moments), end: Some(Moment(i * 101 % moments)) };
        let row = [1, -1, if i % 3 == 0 { -2 } else { 1 }];
        line.add(window, &row);
        plain.add(window, &row);
    }
    for start in 0..moments {
        for end in start + 1..=moments {
            let window = Window { start: Moment(start), end: Some(Moment(end)) };
            assert_eq!(&*line.least_in(window), plain.least_in(window), "{window:?}");
        }
    }
}

/// Stretches of a tall tree are emptied and filled again elsewhere, so that nodes merge and split at every level.
#[test]
fn a_tall_tree_thins_out_and_thickens() {
    let (mut line, mut held) = (Timeline::new(1), BTreeMap::new());
    let count = u64::try_from(ENTRIES_MAX.pow(2) * 8).expect("small");
    let mut dice = 1_u64;
    for round in 0..80_u64 {
        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let (from, many) = (1 + (dice >> 33) % (count * 8), (dice >> 20) % count);
        let gone: Vec<(u64, i64)> = held.range(from..from + many * 8).map(|(at, by)| (*at, *by)).collect();
        for (at, by) in gone {
            held.remove(&at);
            line.add(Window::from(Moment(at)), &[-by]);
        }
        for i in 0..many / 2 {
            let at = 1 + (from + i * (round % 7 + 1) * 5) % (count * 8);
            held.entry(at).or_insert_with(|| {
                let by = 1 + i64::try_from(i % 5).expect("small");
                line.add(Window::from(Moment(at)), &[by]);
                by
            });
        }
        let mut sum = 0;
        let steps = held.iter().map(|(at, by)| {
            sum += by;
            (Moment(*at), vec![sum])
        });
        assert!(line.steps_after(Moment(0)).into_iter().eq(steps), "round {round}");
    }
}

#[test]
fn what_began_before_the_present_makes_no_breakpoint() {
    let mut line = Timeline::new(2);
    line.forget_before(Moment(100));
    line.add(Window::from(Moment(7)), &[-2, -1]);
    line.add(Window::from(Moment(100)), &[5, 5]);
    line.add(Window { start: Moment(1), end: Some(Moment(100)) }, &[9, 9]);
    line.add(Window { start: Moment(200), end: Some(Moment(200)) }, &[9, 9]);
    assert_eq!((line.now(), line.breakpoints()), (&[3, 4][..], 0));
    line.add(Window { start: Moment(50), end: Some(Moment(101)) }, &[1, 0]);
    assert_eq!((line.now(), line.breakpoints()), (&[4, 4][..], 1));
}

#[test]
fn equal_lines_may_have_forgotten_differently() {
    let mut line = Timeline::new(1);
    line.add(Window { start: Moment(10), end: Some(Moment(20)) }, &[-1]);
    let mut later = line.clone();
    later.forget_before(Moment(15));
    assert_eq!(line, later);
    later.add(Window { start: Moment(15), end: Some(Moment(16)) }, &[1]);
    assert_ne!(line, later);
}

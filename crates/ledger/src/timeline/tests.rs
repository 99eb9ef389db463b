//! The tree against the plainest thing that can do the same: a row for each second, and chains tried out one by one.

mod plain;

use super::chains::{Piece, numbers};
use super::node::{CHANGES_MAX, Node};
use super::{Stretch, Stretches, Timeline};
use crate::{Moment, Window};
use plain::Plain;
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::FileFailurePersistence::Direct;
use std::collections::BTreeMap;
use std::ops::Range;

#[derive(Clone, Debug)]
enum Move {
    Add(Window, usize, i64),
    Withdraw(Index),
    Forget(u64),
    Ask(Question),
}

/// One of everything that can be asked.
#[derive(Clone, Debug)]
struct Question {
    window: Window,
    rung: usize,
    first: usize,
    seconds: u64,
    limits: Vec<i64>,
    most: usize,
}

fn window(moments: u64) -> impl Strategy<Value = Window> {
    let end = prop_oneof![6 => (0..moments).prop_map(Some), 1 => Just(None), 1 => Just(Some(u64::MAX))];
    (0..moments, end).prop_map(|(start, end)| Window { start: Moment(start), end: end.map(Moment) })
}

fn question(moments: u64) -> impl Strategy<Value = Question> {
    let limits = prop::collection::vec(prop_oneof![8 => -9..9_i64, 1 => Just(i64::MAX), 1 => Just(i64::MIN)], 0..6);
    let numbers = (0..7_usize, 0..7_usize, 0..moments / 3, 0..9_usize);
    (window(moments), numbers, limits).prop_map(|(window, (rung, first, seconds, most), limits)| Question {
        window,
        rung,
        first,
        seconds,
        limits,
        most,
    })
}

fn promise(moments: u64) -> impl Strategy<Value = (Window, usize, i64)> {
    (window(moments), 0..7_usize, -3..4_i64)
}

fn moves(moments: u64, most: usize) -> impl Strategy<Value = Vec<Move>> {
    let one = prop_oneof![
        8 => promise(moments).prop_map(|(window, rung, units)| Move::Add(window, rung, units)),
        5 => any::<Index>().prop_map(Move::Withdraw),
        1 => (0..moments / 20 + 1).prop_map(Move::Forget),
        4 => question(moments).prop_map(Move::Ask),
    ];
    prop::collection::vec(one, 1..most)
}

fn play(width: usize, seconds: u64, filled: Vec<(Window, usize, i64)>, moves: Vec<Move>) {
    let (mut line, mut plain, mut done) = (Timeline::new(width), Plain::new(width, seconds), Vec::new());
    for (window, rung, units) in filled {
        line.add(window, rung, units);
        plain.add(window, rung, units);
        done.push((window, rung, units));
    }
    for each in moves {
        let mut add = |(window, rung, units): (Window, usize, i64)| {
            line.add(window, rung, units);
            plain.add(window, rung, units);
        };
        match each {
            Move::Add(window, rung, units) => {
                add((window, rung, units));
                done.push((window, rung, units));
            }
            Move::Withdraw(index) if !done.is_empty() => {
                let (window, rung, units) = done.swap_remove(index.index(done.len()));
                add((window, rung, -units));
            }
            Move::Withdraw(_) => {}
            Move::Forget(by) => {
                plain.present = seconds.min(plain.present + by);
                line.forget_before(Moment(plain.present));
            }
            Move::Ask(question) => ask(&line, &plain, &question),
        }
        assert_eq!((line.present(), line.now()), (Moment(plain.present), plain.row(plain.present)));
        assert_eq!(line.heaviest(), plain.heaviest_in(Window::from(line.present()), width - 1));
    }
    assert_eq!(line.steps_after(Moment(0)), plain.steps_after(plain.present));
    assert_eq!(line.breakpoints(), plain.steps_after(plain.present).len());
    assert_sound(&line.changes, width);
    for (window, rung, units) in done {
        line.add(window, rung, -units);
    }
    let present = line.present();
    assert_eq!((line.now(), line.steps_after(present)), (&vec![0; width][..], Vec::new()), "everything undone");
}

fn ask(line: &Timeline, plain: &Plain, question: &Question) {
    let Question { window, rung, first, seconds, limits, most } = question;
    let last = (*rung).min(plain.width - 1);
    let heaviest = plain.heaviest_in(*window, last);
    assert_eq!(line.heaviest_in(*window, *rung)[..=last], heaviest[..=last], "{question:?}");

    let moments = line.tightest(*window, *rung, *first);
    if *first <= last {
        assert_eq!(plain.weigh(*window, last, &moments), Some(heaviest[*first]), "{question:?} {moments:?}");
    } else {
        assert!(moments.is_empty());
    }

    let (from, to) = (window.start, window.end.unwrap_or(Moment(u64::MAX)));
    let fit = line.first_fit(from, to, *seconds, *rung, limits);
    assert_eq!(fit, plain.first_fit(from, to, *seconds, last, limits), "{question:?}");

    let all = plain.stretches(from, to, last);
    let drawn = line.heaviest_over(from, to, *rung, *most);
    let rest = all.get(*most).map(|(at, _)| *at);
    let shown = |stretch: &Stretch| (stretch.from, stretch.heaviest[..=last].to_vec());
    assert_eq!(drawn.stretches.iter().map(shown).collect::<Vec<_>>(), all[..all.len().min(*most)], "{question:?}");
    assert_eq!(drawn.rest, rest, "{question:?}");
    if let Some(rest) = rest {
        let drawn = line.heaviest_over(rest, to, *rung, usize::MAX);
        assert_eq!(drawn.stretches.iter().map(shown).collect::<Vec<_>>(), all[*most..], "{question:?}");
    }
}

/// What the tree knows of each child is what the child comes to, and each is as long as it may be.
fn assert_sound(node: &Node, width: usize) {
    let Node::Inner(inner) = node else { return };
    for (key, child, piece) in inner.pieces(width) {
        let mut numbers = vec![0; numbers(width)];
        child.come_to(&mut numbers, width);
        assert_eq!(piece, Piece::of(&numbers, width));
        assert_eq!(key, child.first());
        assert!(!child.is_empty());
        assert_sound(child, width);
    }
}

/// With `PROPTEST_MAX_SHRINK_ITERS=0` a failure is enough, and nothing is written: see `cargo xtask mutants`.
fn config(cases: u32) -> ProptestConfig {
    let default = ProptestConfig::default();
    let kept = (default.max_shrink_iters > 0).then(|| Box::new(Direct("tests/regressions/timeline.txt")) as _);
    ProptestConfig { cases, failure_persistence: kept, ..default }
}

proptest! {
    #![proptest_config(config(400))]

    #[test]
    fn few_moments(width in 1..6_usize, moves in moves(12, 60)) {
        play(width, 15, Vec::new(), moves);
    }
}

proptest! {
    #![proptest_config(config(12))]

    #[test]
    fn many_moments(
        width in 1..6_usize,
        filled in prop::collection::vec(promise(400), 1..900),
        moves in moves(400, 150),
    ) {
        play(width, 400, filled, moves);
    }
}

proptest! {
    #![proptest_config(config(100))]

    /// The plain model finds chains moment by moment; here all of them are tried.
    #[test]
    fn the_plain_model_against_all_chains(
        width in 1..4_usize,
        adds in prop::collection::vec((window(8), 0..3_usize, -3..4_i64), 1..12),
        present in 0..6_u64,
        window in window(8),
        rung in 0..3_usize,
    ) {
        let mut plain = Plain::new(width, 10);
        adds.into_iter().for_each(|(window, rung, units)| plain.add(window, rung, units));
        plain.present = present;
        let rung = rung.min(width - 1);
        let heaviest = plain.heaviest_in(window, rung);
        for (first, heaviest) in heaviest.iter().enumerate().take(rung + 1) {
            assert_eq!(plain.try_all(window, rung, first, 10), Some(*heaviest), "{window:?} {rung} {first}");
        }
    }
}

/// The reason for chains: where a small instance begins to run now, a large one cannot later, although the number of
/// small ones has gone down by then. The other way round it can.
#[test]
fn what_the_small_ones_needed_is_missing_later() {
    let during = |start, end| Window { start: Moment(start), end: Some(Moment(end)) };
    let mut line = Timeline::new(2);
    line.add(during(0, 10), 0, 4);
    line.add(during(20, 30), 1, 8);
    assert_eq!(line.heaviest(), [12, 8]);
    assert_eq!(line.tightest(during(0, 99), 0, 0), [Moment(0), Moment(20)]);
    assert_eq!(line.heaviest_in(during(25, 99), 0)[0], 8);
    line.forget_before(Moment(10));
    assert_eq!(line.heaviest(), [8, 8]);
    line.add(during(40, 50), 0, 4);
    assert_eq!(line.heaviest(), [8, 8]);
}

/// Changes of all rungs at each moment, in an order that makes the tree split and merge everywhere, and the widest rows
/// there may be.
#[test]
fn many_rungs_a_moment() {
    let width = 16;
    let count = u64::try_from(CHANGES_MAX).expect("small") * 2;
    let (mut line, mut plain) = (Timeline::new(width), Plain::new(width, count + 10));
    for round in 0..3_u64 {
        for i in 0..count {
            let at = 1 + i * 37 % count;
            let window = Window { start: Moment(at), end: Some(Moment(at + 2 + i % 3 + round)) };
            for rung in 0..width {
                let units = [3, -1, 2, -4, 5][(usize::try_from(i).expect("small") * 7 + rung) % 5];
                line.add(window, rung, units);
                plain.add(window, rung, units);
            }
            if i % 16 == 0 {
                assert_eq!(line.heaviest(), plain.heaviest_in(Window::from(Moment(0)), width - 1), "{round} {i}");
            }
        }
        assert_sound(&line.changes, width);
        for (start, rung) in (0..count).step_by(11).zip((0..width).cycle()) {
            let window = Window { start: Moment(start), end: Some(Moment(start + 30)) };
            let question = Question { window, rung, first: 0, seconds: 5, limits: vec![60; 16], most: 9 };
            ask(&line, &plain, &question);
        }
    }
}

/// Enough breakpoints for a tree of several levels, forgotten bit by bit.
#[test]
fn a_tall_tree_grows_and_goes() {
    let count = 30_000;
    let scatter = |i: u64| (i * 7919) % count * 10 + 1;
    let mut line = Timeline::new(1);
    for i in 0..count {
        line.add(Window { start: Moment(scatter(i)), end: Some(Moment(scatter(i) + 5)) }, 0, 1);
    }
    assert_eq!(line.breakpoints(), 60_000);
    assert_eq!(line.heaviest(), [1]);
    for half in 1..=count {
        line.forget_before(Moment(half * 10 + 3)); // amid the window that began at half * 10 + 1
        let inside = half < count;
        assert_eq!(line.now(), [i64::from(inside)], "at {half}");
    }
    assert_eq!((line.breakpoints(), line.heaviest()), (0, &[0][..]));
}

/// Windows that begin and end exactly where nodes of the tree do, and beside them.
#[test]
fn every_window_of_a_small_tree() {
    let width = 3;
    let moments = 3 * u64::try_from(CHANGES_MAX).expect("small");
    let (mut line, mut plain) = (Timeline::new(width), Plain::new(width, moments));
    for i in 1..moments {
        let window = Window { start: Moment(i * 37 % moments), end: Some(Moment(i * 101 % moments)) };
        let (rung, units) = (usize::try_from(i % 3).expect("small"), if i % 5 == 0 { -2 } else { 1 });
        line.add(window, rung, units);
        plain.add(window, rung, units);
    }
    for start in 0..moments {
        for end in start + 1..=moments {
            let window = Window { start: Moment(start), end: Some(Moment(end)) };
            for rung in 0..width {
                let heaviest = plain.heaviest_in(window, rung);
                assert_eq!(line.heaviest_in(window, rung)[..=rung], heaviest[..=rung], "{window:?} {rung}");
            }
        }
    }
}

/// Stretches of a tall tree are emptied and filled again elsewhere, so that nodes merge and split at every level.
#[test]
fn a_tall_tree_thins_out_and_thickens() {
    let (mut line, mut held) = (Timeline::new(2), BTreeMap::new());
    let count = 8_000;
    let mut roll = dice();
    for round in 0..60_u64 {
        let (from, many) = (1 + roll(count * 8), roll(count));
        let gone: Vec<(u64, i64)> = held.range(from..from + many * 8).map(|(at, by)| (*at, *by)).collect();
        for (at, by) in gone {
            held.remove(&at);
            line.add(Window::from(Moment(at)), 1, -by);
        }
        for i in 0..many / 2 {
            let at = 1 + (from + i * (round % 7 + 1) * 5) % (count * 8);
            held.entry(at).or_insert_with(|| {
                let by = 1 + i64::try_from(i % 5).expect("small");
                line.add(Window::from(Moment(at)), 1, by);
                by
            });
        }
        let mut sum = 0;
        let steps = held.iter().map(|(at, by)| {
            sum += by;
            (Moment(*at), vec![0, sum])
        });
        assert!(line.steps_after(Moment(0)).into_iter().eq(steps), "round {round}");
        assert_sound(&line.changes, 2);
    }
}

/// Full for most of a long time, with many short gaps and one long enough at the end.
#[test]
fn the_first_fit_in_a_full_year() {
    let mut line = Timeline::new(2);
    let days = 3_000;
    for day in 0..days {
        let window = Window { start: Moment(1 + day * 100), end: Some(Moment(1 + day * 100 + 90)) };
        line.add(window, 0, 5);
    }
    let fit = |from, to, seconds| line.first_fit(Moment(from), Moment(to), seconds, 0, &[4]);
    assert_eq!(fit(0, u64::MAX, 1), Some(Moment(0)));
    assert_eq!(fit(1, u64::MAX, 10), Some(Moment(91)));
    assert_eq!(fit(95, u64::MAX, 6), Some(Moment(95)));
    assert_eq!(fit(96, u64::MAX, 6), Some(Moment(191)));
    assert_eq!(fit(1, u64::MAX, 11), Some(Moment((days - 1) * 100 + 91)));
    assert_eq!(fit(1, days * 100, 11), None);
    assert_eq!(fit(1, 5, 6), None);
    for gap in (0..days).map(|day| day * 100 + 91) {
        assert_eq!(fit(gap - 90, gap + 10, 10), Some(Moment(gap)), "it just fits");
        assert_eq!(fit(gap - 90, gap + 9, 10), None);
    }
}

/// Numbers that look random and are the same in every run.
fn dice() -> impl FnMut(u64) -> u64 {
    let mut dice = 1_u64;
    move |below| {
        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (dice >> 33) % below
    }
}

/// Which of all stretches have a moment in `[start, upto)`.
fn during(stretches: &[Stretch], start: u64, upto: u64) -> Range<usize> {
    let first = stretches.partition_point(|stretch| stretch.from.0 <= start) - 1;
    first..stretches.partition_point(|stretch| stretch.from.0 < upto)
}

/// The first fit, found by looking at one stretch after the other.
fn scan(stretches: &[Stretch], from: u64, seconds: u64, rung: usize, limits: &[i64]) -> Option<Moment> {
    let is_good =
        |i: &usize| stretches[*i].heaviest.iter().zip(limits).take(rung + 1).all(|(chain, limit)| chain <= limit);
    let mut start = from;
    while let Some(bad) = during(stretches, start, start + seconds).find(|i| !is_good(i)) {
        start = stretches.get(bad + 1)?.from.0;
    }
    Some(Moment(start))
}

/// In a tree of many levels: what is found at once is what is found by looking at one stretch after the other.
#[test]
fn a_tall_tree_answers_as_its_stretches_do() {
    let (width, mut roll, mut line) = (3, dice(), Timeline::new(3));
    for rung in (0..width).cycle().take(6_000) {
        let start = roll(40_000);
        let window = Window { start: Moment(start), end: Some(Moment(start + 1 + roll(3_000))) };
        line.add(window, rung, 1 << rung);
    }
    assert_sound(&line.changes, width);
    let drawn = |rung| line.heaviest_over(Moment(0), Moment(u64::MAX), rung, usize::MAX).stretches;
    let all: Vec<_> = (0..width).map(drawn).collect();
    let mut waits = 0;
    for rung in (0..width).cycle().take(900) {
        let (stretches, from, seconds) = (&all[rung], roll(40_000), 1 + roll(1_500));
        let heaviest = line.heaviest_in(Window { start: Moment(from), end: Some(Moment(from + seconds)) }, rung);
        for (level, heaviest) in heaviest.iter().enumerate().take(rung + 1) {
            let most = during(stretches, from, from + seconds).map(|i| stretches[i].heaviest[level]).max();
            assert_eq!(Some(*heaviest), most, "{from} {seconds} {rung} {level}");
        }
        let other = during(stretches, roll(40_000), 0).start;
        let limits = stretches[other].heaviest; // no more than at some other time
        let fit = line.first_fit(Moment(from), Moment(u64::MAX), seconds, rung, &limits);
        assert_eq!(fit, scan(stretches, from, seconds, rung, &limits), "{from} {seconds} {rung} {limits:?}");
        waits += usize::from(fit > Some(Moment(from)));
    }
    assert!(waits > 200, "{waits}");
}

#[test]
fn what_began_before_the_present_makes_no_breakpoint() {
    let mut line = Timeline::new(2);
    line.forget_before(Moment(100));
    line.add(Window::from(Moment(7)), 0, -2);
    line.add(Window::from(Moment(100)), 1, 5);
    line.add(Window { start: Moment(1), end: Some(Moment(100)) }, 0, 9);
    line.add(Window { start: Moment(200), end: Some(Moment(200)) }, 0, 9);
    line.add(Window { start: Moment(300), end: Some(Moment(200)) }, 0, 9);
    line.add(Window::from(Moment(200)), 2, 9);
    assert_eq!((line.now(), line.heaviest(), line.breakpoints()), (&[-2, 5][..], &[3, 5][..], 0));
    line.add(Window { start: Moment(50), end: Some(Moment(101)) }, 0, 1);
    assert_eq!((line.now(), line.breakpoints()), (&[-1, 5][..], 1));
    line.add(Window { start: Moment(90), end: Some(Moment(101)) }, 0, -1);
    assert_eq!((line.now(), line.breakpoints()), (&[-2, 5][..], 0));
}

/// The ends of time, and of what may be asked.
#[test]
fn the_last_moments() {
    let end = u64::MAX;
    let mut line = Timeline::new(3);
    line.add(Window { start: Moment(end - 1), end: None }, 2, 7);
    for window in [Window::from(Moment(end - 1)), Window::from(Moment(end)), Window::from(Moment(3))] {
        assert_eq!(line.heaviest_in(window, 2)[..3], [7, 7, 7], "{window:?}");
    }
    assert_eq!(line.heaviest_in(Window { start: Moment(5), end: Some(Moment(5)) }, 2)[2], 0);
    assert_eq!(line.first_fit(Moment(0), Moment(end), end, 2, &[9, 9, 6]), None);
    assert_eq!(line.first_fit(Moment(0), Moment(end), end - 1, 2, &[9, 9, 6]), Some(Moment(0)));
    assert_eq!(line.first_fit(Moment(0), Moment(0), 1, 2, &[]), None);
    assert_eq!(line.first_fit(Moment(0), Moment(end), end, 9, &[]), Some(Moment(0)));
    line.forget_before(Moment(end));
    assert_eq!((line.now(), line.breakpoints()), (&[0, 0, 7][..], 0));
    line.add(Window::from(Moment(end)), 0, 1);
    assert_eq!(line.now(), [0, 0, 7]);
    assert_eq!(line.heaviest_in(Window::from(Moment(0)), 1)[..2], [7, 7]);
    assert_eq!(line.heaviest_over(Moment(0), Moment(end), 1, 9), Stretches { stretches: Vec::new(), rest: None });
}

#[test]
fn equal_lines_may_have_forgotten_differently() {
    let mut line = Timeline::new(1);
    line.add(Window { start: Moment(10), end: Some(Moment(20)) }, 0, 1);
    let mut later = line.clone();
    later.forget_before(Moment(15));
    assert_eq!(line, later);
    later.add(Window { start: Moment(15), end: Some(Moment(16)) }, 0, -1);
    assert_ne!(line, later);
    assert_ne!(Timeline::new(1), Timeline::new(2));
}

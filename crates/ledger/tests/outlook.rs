//! The outlook of a pool against trying: the earliest window is one, and there is none before; at each moment as many
//! can be promised as are drawn, and no more; and what is found, one window after another, can be had all together.

use crate::common::config;
use ledger::{HostId, Ladder, Moment, Offer, Pool, Window};
use proptest::prelude::*;

const LADDERS: [&[u32]; 4] = [&[1], &[1, 2, 4], &[1, 3, 6], &[1, 5]];
const END: u64 = 40;

fn window(start: u64, lasts: u64) -> Window {
    Window { start: Moment(start), end: Some(Moment(start + lasts)) }
}

fn pool(rungs: &[u32], hosts: &[u32], asked: &[(usize, u32, u64, u64)]) -> Pool {
    let mut pool = Pool::new(Ladder::new(rungs.to_vec()).expect("a ladder"));
    for (number, units) in hosts.iter().enumerate() {
        pool.add_host();
        pool.count_whole(*units, true);
        pool.serve(&HostId::from(format!("{number}").as_str()), *units);
    }
    for (rung, count, start, lasts) in asked {
        let (size, window) = (rungs[rung % rungs.len()], window(*start, *lasts));
        if pool.admits(window, size, *count) {
            pool.promise(window, size, i64::from(*count));
        }
    }
    pool
}

/// How many could be had over time, in pages of so many stretches.
fn drawn(pool: &Pool, from: u64, size: u32, most: usize) -> Option<Vec<Offer>> {
    let (mut all, mut next) = (Vec::new(), Some(Moment(from)));
    while let Some(from) = next {
        let (page, rest) = pool.over_time(from, Moment(END), size, most)?;
        assert!((1..=most).contains(&page.len()), "{page:?}");
        all.extend(page);
        next = rest;
    }
    Some(all)
}

proptest! {
    #![proptest_config(config(600, "tests/regressions/outlook.txt"))]

    #[test]
    fn the_outlook_is_what_trying_finds(
        ladder in prop::sample::select(&LADDERS[..]),
        hosts in prop::collection::vec(1..14_u32, 1..4),
        asked in prop::collection::vec((0..4_usize, 1..4_u32, 0..END - 8, 1..9_u64), 0..12),
        size in 1..5_u32, count in 1..4_u32, from in 0..20_u64, lasts in 1..12_u64,
    ) {
        let mut pool = pool(ladder, &hosts, &asked);
        let tried = (from..=END - lasts).find(|start| pool.admits(window(*start, lasts), size, count));
        let found = pool.first_window(Moment(from), Moment(END), lasts, size, count);
        prop_assert_eq!(found, tried.map(Moment));

        for most in [1, 2, 1000] {
            let Some(offers) = drawn(&pool, from, size, most) else { break };
            let mut next = from;
            for offer in &offers {
                prop_assert_eq!(offer.from, Moment(next));
                prop_assert!(offer.to > offer.from);
                for at in offer.from.0..offer.to.0 {
                    prop_assert_eq!(pool.available_in(window(at, 1), size), offer.count);
                }
                next = offer.to.0;
            }
            prop_assert_eq!(next, END);
            prop_assert!(most < 1000 || offers.windows(2).all(|pair| pair[0].count != pair[1].count));
            // For a longer window as many as at its worst moment.
            let touched = offers.iter().filter(|it| it.from.0 < from + lasts).map(|it| it.count);
            prop_assert_eq!(touched.min(), Some(pool.available_in(window(from, lasts), size)));
        }

        let room = pool.room(window(from, lasts), size);
        let bound = pool.bound(window(from, lasts), size);
        prop_assert_eq!(room.is_some(), bound.is_some());
        if let (Some(room), Some(bound)) = (room, bound) {
            prop_assert_eq!(room.rung, bound.rung);
            let rung = pool.ladder().rung_for(size).expect("there is room");
            let slots = i64::from(pool.ladder().rungs()[rung] / bound.rung);
            prop_assert_eq!(room.count, u64::try_from((bound.supply - bound.demand).div_euclid(slots)).unwrap_or(0));
            prop_assert!(bound.moments.is_sorted());
            // What is needed at these moments, of each rung at its own, is what stands in the way.
            let at = pool.ladder().rungs().iter().position(|rung| *rung == bound.rung).expect("a rung");
            let needed = bound.moments.iter().enumerate().map(|(above, moment)| pool.need().at(*moment)[at + above]);
            prop_assert_eq!(needed.sum::<i64>().div_euclid(i64::from(bound.rung)), bound.demand);
        }

        let rungs = pool.ladder().rungs().to_vec();
        if let Some(rung) = pool.ladder().rung_for(size) {
            prop_assert_eq!(pool.total(size), hosts.iter().map(|units| u64::from(units / rungs[rung])).sum::<u64>());
        }

        // Windows found one after another do not stand in each other's way.
        let mut all = Vec::new();
        while let Some(start) = pool.first_window(Moment(all.last().map_or(from, |last| last + lasts)), Moment(END), lasts, size, count) {
            all.push(start.0);
        }
        for start in all {
            prop_assert!(pool.admits(window(start, lasts), size, count));
            pool.promise(window(start, lasts), size, i64::from(count));
        }
    }
}

#[test]
fn later_needs_begin_after_the_moment_asked_for() {
    let pool = pool(&[1], &[4], &[(0, 1, 10, 10)]);
    let later =
        |after| pool.need_after(Moment(after)).into_iter().map(|(at, need)| (at.0, need[0])).collect::<Vec<_>>();
    assert_eq!((later(9), later(10), later(20)), (vec![(10, 1), (20, 0)], vec![(20, 0)], vec![]));
}

/// In a year with thousands of windows the need at a moment is that of the last step by then.
#[test]
fn the_need_at_any_moment_of_many() {
    let (mut pool, mut at) = (pool(&[1, 2], &[4], &[]), 1_u64);
    for number in 0..3_000_u64 {
        at = at * 48_271 % 2_147_483_647;
        pool.promise(window(1 + at % 40_000, 1 + number % 700), 1 + u32::try_from(number % 2).expect("small"), 1);
    }
    let steps = pool.need_after(Moment(0));
    assert!(steps.len() > 4_000, "{}", steps.len());
    for pair in steps.windows(2) {
        let [(from, need), (upto, _)] = pair else { continue };
        assert_eq!(pool.need().at(*from), *need);
        assert_eq!(pool.need().at(Moment(upto.0 - 1)), *need);
    }
}

//! The outlook of a pool against trying: the earliest window is one, and there is none before; at each moment as many
//! can be promised as are drawn, and no more.

mod common;

use common::config;
use ledger::{HostId, Ladder, Moment, Pool, Window};
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

proptest! {
    #![proptest_config(config(600, "tests/regressions/outlook.txt"))]

    #[test]
    fn the_outlook_is_what_trying_finds(
        ladder in prop::sample::select(&LADDERS[..]),
        hosts in prop::collection::vec(1..14_u32, 1..4),
        asked in prop::collection::vec((0..4_usize, 1..4_u32, 0..END - 8, 1..9_u64), 0..12),
        size in 1..5_u32, count in 1..4_u32, from in 0..20_u64, lasts in 1..12_u64,
    ) {
        let pool = pool(ladder, &hosts, &asked);
        let tried = (from..=END - lasts).find(|start| pool.admits(window(*start, lasts), size, count));
        let found = pool.first_window(Moment(from), Moment(END), lasts, size, count);
        prop_assert_eq!(found, tried.map(Moment));

        if let Some((offers, rest)) = pool.over_time(Moment(from), Moment(END), size, 1000) {
            prop_assert_eq!(rest, None);
            let mut next = from;
            for offer in offers {
                prop_assert_eq!(offer.from, Moment(next));
                prop_assert!(offer.to > offer.from);
                for at in offer.from.0..offer.to.0 {
                    prop_assert_eq!(pool.available_in(window(at, 1), size), offer.count);
                }
                next = offer.to.0;
            }
            prop_assert_eq!(next, END);
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
        }
    }
}

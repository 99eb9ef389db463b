//! Counting against trying everything, on small pools: on ladder sizes whatever fits is admitted, and whatever does
//! not fit is refused. Also that everything given back is whole again.

use crate::common::plain::pack;
use crate::common::{config, ever, pool};
use ledger::{Moment, Window};
use proptest::prelude::*;

const LADDERS: [&[u32]; 5] = [&[1], &[1, 2, 4], &[1, 3, 6], &[1, 5], &[1, 2, 6, 12]];

/// Promises what the pool admits, one after another, and looks whether trying everything agrees.
fn both_ways(rungs: &[u32], hosts: &[u32], asked: &[(usize, u32)]) {
    let mut pool = pool(rungs, hosts);
    let mut held: Vec<u32> = Vec::new();
    for (rung, count) in asked {
        let size = rungs[rung % rungs.len()];
        let mut wanted = held.clone();
        wanted.extend(std::iter::repeat_n(size, *count as usize));
        wanted.sort_unstable_by(|one, other| other.cmp(one));
        let fits = pack(&wanted, &mut hosts.to_vec());
        assert_eq!(pool.admits(ever(), size, *count), fits, "{rungs:?} {hosts:?} {held:?} + {count} of {size}");
        if fits {
            pool.promise(ever(), size, i64::from(*count));
            held = wanted;
        }
    }
    assert_eq!(pool.shortfall().next(), None);
}

proptest! {
    #![proptest_config(config(1500, "tests/regressions/admission.txt"))]

    #[test]
    fn what_fits_is_admitted_and_what_does_not_is_refused(
        ladder in prop::sample::select(&LADDERS[..]),
        hosts in prop::collection::vec(1..14_u32, 0..4),
        asked in prop::collection::vec((0..4_usize, 1..4_u32), 1..9),
    ) {
        both_ways(ladder, &hosts, &asked);
    }

    #[test]
    fn between_rungs_too_little_is_promised_never_too_much(
        ladder in prop::sample::select(&LADDERS[..]),
        hosts in prop::collection::vec(1..14_u32, 1..4),
        sizes in prop::collection::vec(1..13_u32, 1..9),
    ) {
        let (mut pool, mut held) = (pool(ladder, &hosts), Vec::new());
        for size in sizes {
            if pool.admits(ever(), size, 1) {
                pool.promise(ever(), size, 1);
                held.push(size);
            }
        }
        held.sort_unstable_by(|one, other| other.cmp(one));
        prop_assert!(pack(&held, &mut hosts.clone()), "{held:?} on {hosts:?}");
    }

    /// At each moment of its window a promise must fit beside all the others. That is enough where all are of one rung.
    #[test]
    fn windows_are_admitted_moment_by_moment(
        ladder in prop::sample::select(&LADDERS[..]),
        hosts in prop::collection::vec(1..9_u32, 1..3),
        asked in prop::collection::vec((0..4_usize, 1..3_u32, 0..8_u64, prop::option::of(1..8_u64)), 1..9),
    ) {
        let mut pool = pool(ladder, &hosts);
        let mut held: Vec<(Window, u32, u32)> = Vec::new();
        for (rung, count, start, lasts) in asked {
            let size = ladder[rung % ladder.len()];
            let window = Window { start: Moment(start), end: lasts.map(|lasts| Moment(start + lasts)) };
            let within = |window: Window, at: u64| window.start.0 <= at && window.end.is_none_or(|end| at < end.0);
            let fits = (0..20).filter(|at| within(window, *at)).all(|at| {
                let beside = held.iter().filter(|(other, ..)| within(*other, at)).map(|(_, size, n)| (*size, *n));
                let mut sizes: Vec<u32> =
                    beside.chain([(size, count)]).flat_map(|(size, n)| vec![size; n as usize]).collect();
                sizes.sort_unstable_by(|one, other| other.cmp(one));
                pack(&sizes, &mut hosts.clone())
            });
            let admitted = pool.admits(window, size, count);
            prop_assert!(fits || !admitted);
            prop_assert!(!fits || admitted || ladder.len() > 1);
            if admitted {
                pool.promise(window, size, i64::from(count));
                held.push((window, size, count));
            }
        }
        for (window, size, count) in held {
            pool.promise(window, size, -i64::from(count));
        }
        prop_assert_eq!(pool, crate::common::pool(ladder, &hosts), "all given back, all whole");
    }
}

/// Every small pool with two hosts there is, filled in every order of up to four single promises.
#[test]
fn every_small_pool() {
    for rungs in LADDERS {
        for (one, two) in (0..49_u32).map(|n| (n / 7 + 1, n % 7 + 1)) {
            for order in 0..256_usize {
                let asked: Vec<(usize, u32)> = (0..4).map(|n| (order >> (2 * n) & 3, 1)).collect();
                both_ways(rungs, &[one, two], &asked);
            }
        }
    }
}

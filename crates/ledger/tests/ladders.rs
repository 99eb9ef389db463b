//! How long ladders get: a place stays free for a top, and no ladder is longer than the limit.

use ledger::Ladder;
use ledger::limits::RUNGS_MAX;

fn powers(exponents: std::ops::Range<u32>) -> Vec<u32> {
    exponents.map(|exponent| 1 << exponent).collect()
}

#[test]
fn of_more_sizes_than_rungs_the_largest_is_the_top() {
    let ladder = Ladder::covering(&powers(0..20));
    assert_eq!(ladder.rungs().len(), RUNGS_MAX);
    assert_eq!(ladder.rungs()[..RUNGS_MAX - 1], powers(0..15));
    assert_eq!(ladder.rungs().last(), Some(&(1 << 19)));
}

#[test]
fn a_rung_comes_in_between_while_a_place_stays_free() {
    let without = |exponents: std::ops::Range<u32>| {
        let rungs = powers(exponents).into_iter().filter(|rung| *rung != 1 << 7).collect();
        Ladder::new(rungs).expect("a ladder")
    };
    let (short, long) = (without(0..15), without(0..16));
    assert_eq!(short.with(1 << 7).map(|it| it.rungs().to_vec()), Ok(powers(0..15)));
    assert_eq!(long.rungs().len(), RUNGS_MAX - 1);
    assert_eq!(long.with(1 << 7), Ok(long.clone()), "the next rung above has room for it");
}

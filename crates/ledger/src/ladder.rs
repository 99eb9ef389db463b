//! The ladder of a host class: the sizes in which its pools count.

use crate::limits::{HOST_UNITS_MAX, RUNGS_MAX};

/// Rungs in units, ascending, each dividing the next, the first 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ladder(Vec<u32>);

/// Why some numbers are no ladder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LadderError {
    /// It does not begin with 1.
    FirstNotOne,
    /// This rung is not a multiple of, or not greater than, the one before.
    Broken(u32),
    /// More than [`RUNGS_MAX`] rungs, or one above [`HOST_UNITS_MAX`].
    TooLarge,
}

impl Ladder {
    /// A ladder from its rungs.
    ///
    /// # Errors
    /// Says which rule the numbers break.
    pub fn new(rungs: Vec<u32>) -> Result<Self, LadderError> {
        if rungs.first() != Some(&1) {
            return Err(LadderError::FirstNotOne);
        }
        if rungs.len() > RUNGS_MAX || rungs.last().is_some_and(|top| *top > HOST_UNITS_MAX) {
            return Err(LadderError::TooLarge);
        }
        match rungs.windows(2).find(|pair| pair[1] <= pair[0] || !pair[1].is_multiple_of(pair[0])) {
            Some(pair) => Err(LadderError::Broken(pair[1])),
            None => Ok(Self(rungs)),
        }
    }

    /// The ladder an operator gets who names none: from the smallest size up, each size that the rung below
    /// divides; and above them the least multiple that covers the largest size.
    #[must_use]
    pub fn covering(sizes: &[u32]) -> Self {
        let mut sizes: Vec<u32> = sizes.iter().copied().filter(|size| (1..=HOST_UNITS_MAX).contains(size)).collect();
        sizes.sort_unstable();
        let mut rungs = vec![1_u32];
        for size in &sizes {
            let below = rungs[rungs.len() - 1];
            if *size > below && size.is_multiple_of(below) && rungs.len() + 1 < RUNGS_MAX {
                rungs.push(*size);
            }
        }
        let (top, largest) = (rungs[rungs.len() - 1], sizes.last().copied().unwrap_or(1));
        let covering = largest.div_ceil(top).saturating_mul(top);
        if covering > top && covering <= HOST_UNITS_MAX {
            rungs.push(covering);
        }
        Self(rungs)
    }

    /// This ladder with a rung for this size too, where there is none: between two rungs if it divides so, or above the
    /// top the least multiple that covers it. All rungs stay, so what was promised in them finds room as before.
    ///
    /// # Errors
    /// When the size is covered by no rung that a ladder may have.
    pub fn with(&self, size: u32) -> Result<Self, LadderError> {
        let mut rungs = self.0.clone();
        let at = rungs.partition_point(|rung| *rung < size);
        let (below, above) = (at.checked_sub(1).map_or(1, |below| rungs[below]), rungs.get(at).copied());
        let fits = |above: u32| above != size && size.is_multiple_of(below) && above.is_multiple_of(size);
        match above {
            // One place stays free for a top.
            Some(above) if fits(above) && rungs.len() + 1 < RUNGS_MAX => rungs.insert(at, size),
            Some(_) => {}
            None => rungs.push(size.div_ceil(below).checked_mul(below).ok_or(LadderError::TooLarge)?),
        }
        Self::new(rungs)
    }

    /// The rungs, ascending.
    #[must_use]
    pub fn rungs(&self) -> &[u32] {
        &self.0
    }

    /// The index of the rung a size is promised as: the least that covers it; nothing above the top.
    #[must_use]
    pub fn rung_for(&self, size: u32) -> Option<usize> {
        let index = self.0.partition_point(|rung| *rung < size);
        (index < self.0.len()).then_some(index)
    }

    /// So many units as slots of the largest rungs that go into them: the index of each rung, and its units.
    pub(crate) fn slots(&self, units: u32) -> impl Iterator<Item = (usize, u32)> {
        let mut left = units;
        let each = self.0.iter().enumerate().rev().map(move |(rung, size)| {
            let whole = left - left % size;
            left -= whole;
            (rung, whole)
        });
        each.filter(|(_, whole)| *whole > 0)
    }
}

#[cfg(test)]
mod tests {
    use super::{Ladder, LadderError};
    use crate::limits::HOST_UNITS_MAX;

    #[test]
    fn a_ladder_takes_sizes_in_any_order_and_keeps_its_rungs() {
        let table: [(&[u32], &[u32], &[u32]); 8] = [
            (&[1], &[2, 4, 8], &[1, 2, 4, 8]),
            (&[1], &[8, 4, 2], &[1, 2, 4, 8]),
            (&[1], &[64, 2, 16, 2], &[1, 2, 16, 64]),
            (&[1, 4], &[6], &[1, 4, 8]),
            (&[1, 4], &[3, 1, 4], &[1, 4]),
            (&[1, 6], &[4], &[1, 6]),
            (&[1, 6], &[3, 2], &[1, 3, 6]),
            (&[1, 48], &[32, 96], &[1, 48, 96]),
        ];
        for (begin, sizes, end) in table {
            let mut ladder = Ladder::new(begin.to_vec()).expect("a ladder");
            for size in sizes {
                let longer = ladder.with(*size).expect("a longer one");
                assert!(ladder.rungs().iter().all(|rung| longer.rungs().contains(rung)), "{ladder:?} {size}");
                assert!(longer.rung_for(*size).is_some(), "{longer:?} {size}");
                ladder = longer;
            }
            assert_eq!(ladder.rungs(), end, "{begin:?} {sizes:?}");
        }
    }

    #[test]
    fn a_ladder_made_for_sizes_covers_them_all() {
        let table: [(&[u32], &[u32]); 7] = [
            (&[], &[1]),
            (&[8, 2, 4, 2], &[1, 2, 4, 8]),
            (&[2, 6, 16], &[1, 2, 6, 18]),
            (&[3, 7], &[1, 3, 9]),
            (&[2, 3], &[1, 2, 4]),
            (&[0, 2, HOST_UNITS_MAX + 1], &[1, 2]),
            (&[2, HOST_UNITS_MAX], &[1, 2, HOST_UNITS_MAX]),
        ];
        for (sizes, rungs) in table {
            let ladder = Ladder::covering(sizes);
            assert_eq!(ladder.rungs(), rungs, "{sizes:?}");
            assert_eq!(Ladder::new(rungs.to_vec()), Ok(ladder), "{sizes:?}");
        }
    }

    #[test]
    fn a_ladder_that_is_full_takes_one_more_top_and_no_further_one() {
        let powers = |count: u32| (0..count).map(|power| 1 << power).collect();
        let full = Ladder::new(powers(15)).expect("15 rungs");
        assert_eq!(Ladder::new(vec![1, 4]).expect("a ladder").with(HOST_UNITS_MAX + 1), Err(LadderError::TooLarge));
        let topped = full.with(1 << 15).expect("16 rungs");
        assert_eq!(topped.with(1 << 16), Err(LadderError::TooLarge));
        assert_eq!(topped.with(u32::MAX), Err(LadderError::TooLarge));
        assert_eq!(topped.with(3), Ok(topped.clone()));
    }
}

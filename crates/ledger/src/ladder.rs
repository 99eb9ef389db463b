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
}

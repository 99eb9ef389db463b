//! Numbers drawn from a seed: the same seed, the same numbers, on every machine; or chosen by bytes, as a fuzzer gives
//! them. Knows nothing of what they decide.

use std::collections::VecDeque;

/// Where numbers come from.
#[derive(Clone, Debug)]
pub enum Dice {
    /// A generator (splitmix64): short, and good enough to choose with.
    Seeded(u64),
    /// The bytes that are left; zeros after the last.
    Chosen(VecDeque<u8>),
}

impl Dice {
    /// The generator of a seed.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self::Seeded(seed)
    }

    /// Numbers that these bytes choose.
    #[must_use]
    pub fn chosen(bytes: &[u8]) -> Self {
        Self::Chosen(bytes.to_vec().into())
    }

    /// Whether all numbers from here on are 0.
    #[must_use]
    pub fn is_used_up(&self) -> bool {
        matches!(self, Self::Chosen(bytes) if bytes.is_empty())
    }

    /// The next number.
    pub fn roll(&mut self) -> u64 {
        match self {
            Self::Chosen(bytes) => next(bytes, 8),
            Self::Seeded(state) => {
                *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
                let mut mixed = *state;
                mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
                mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
                mixed ^ (mixed >> 31)
            }
        }
    }

    /// A number below `bound`, which is not 0. Of chosen bytes it takes no more than it needs.
    pub fn below(&mut self, bound: u64) -> u64 {
        let bound = bound.max(1);
        match self {
            Self::Seeded(_) => self.roll() % bound,
            Self::Chosen(bytes) => {
                let needed = if bound <= 1 << 8 { 1 } else { 4 };
                next(bytes, needed) % bound
            }
        }
    }

    /// True once in so many times.
    pub fn one_in(&mut self, times: u64) -> bool {
        self.below(times) == 0
    }

    /// One of several.
    pub fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        let at = usize::try_from(self.below(of.len() as u64)).unwrap_or(0);
        &of[at]
    }

    /// One of several, each as often as its weight says.
    pub fn weighed<'a, T>(&mut self, of: &'a [(u64, T)]) -> &'a T {
        let mut left = self.below(of.iter().map(|(weight, _)| weight).sum());
        for (weight, it) in of {
            match left.checked_sub(*weight) {
                None => return it,
                Some(rest) => left = rest,
            }
        }
        &of[0].1
    }
}

/// The number that the next bytes make.
fn next(bytes: &mut VecDeque<u8>, count: usize) -> u64 {
    (0..count).fold(0, |sum, _| sum << 8 | u64::from(bytes.pop_front().unwrap_or_default()))
}

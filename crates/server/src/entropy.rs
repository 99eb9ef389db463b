//! Randomness, and what is made of it: draws, RequestIds and keys. The only place that
//! asks the operating system for it, and the only one that knows of a seed in its stead. Knows no request.

use sha2::{Digest, Sha256};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Bytes drawn from the operating system at once, a thread.
const POOL_BYTES: usize = 4096;

struct Pool {
    bytes: Box<[u8; POOL_BYTES]>,
    used: usize,
}

thread_local! {
    static POOL: RefCell<Pool> = RefCell::new(Pool { bytes: Box::new([0; POOL_BYTES]), used: POOL_BYTES });
}

/// Sixteen bytes never given out before. Without randomness no id and no secret can be made and nothing may go on, so
/// a system that has none ends the thread.
#[must_use]
pub fn draw() -> u128 {
    POOL.with_borrow_mut(|pool| {
        if pool.used + 16 > POOL_BYTES {
            getrandom::fill(pool.bytes.as_mut_slice()).expect("the operating system gives randomness");
            pool.used = 0;
        }
        let mut drawn = [0; 16];
        drawn.copy_from_slice(&pool.bytes[pool.used..pool.used + 16]);
        pool.bytes[pool.used..pool.used + 16].fill(0);
        pool.used += 16;
        u128::from_ne_bytes(drawn)
    })
}

/// Where a server's draws come from.
#[derive(Debug, Default)]
pub enum Draws {
    /// The operating system: nobody can tell the next one.
    #[default]
    System,
    /// A seed: everybody who knows it can tell all of them. For `berth dev` alone.
    Seeded(Seed),
}

/// A number, and how often was drawn from it.
#[derive(Debug)]
pub struct Seed {
    number: u64,
    drawn: Mutex<BTreeMap<(Purpose, &'static str), u64>>,
}

/// How often was drawn from a seed, for each purpose.
#[derive(Clone, Debug, Default)]
pub struct Drawn(BTreeMap<(Purpose, &'static str), u64>);

/// What is drawn for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Purpose {
    RequestId,
    Call,
    PageKey,
}

impl Draws {
    /// All draws from this number.
    #[must_use]
    pub fn from_seed(number: u64) -> Self {
        Self::Seeded(Seed { number, drawn: Mutex::default() })
    }

    /// Of what ids and keys are made that a call of this operation makes.
    #[must_use]
    pub fn call(&self, action: &'static str) -> u128 {
        self.draw(Purpose::Call, action)
    }

    /// The RequestId of a call of this operation: a UUID (version 4) in capitals.
    #[must_use]
    pub fn request_id(&self, action: &'static str) -> Box<str> {
        request_id(self.draw(Purpose::RequestId, action))
    }

    /// A key of 32 bytes for page tokens.
    #[must_use]
    pub fn page_key(&self) -> [u8; 32] {
        let mut key = [0; 32];
        for half in key.chunks_exact_mut(16) {
            half.copy_from_slice(&self.draw(Purpose::PageKey, "").to_be_bytes());
        }
        key
    }

    /// How often was drawn; of draws from the operating system there is no such thing.
    #[must_use]
    pub fn drawn(&self) -> Drawn {
        match self {
            Self::System => Drawn::default(),
            Self::Seeded(seed) => Drawn(seed.lock().clone()),
        }
    }

    /// Goes on as after so many draws. Draws from the operating system are new at any time.
    pub fn put(&self, drawn: &Drawn) {
        if let Self::Seeded(seed) = self {
            *seed.lock() = drawn.0.clone();
        }
    }

    fn draw(&self, purpose: Purpose, action: &'static str) -> u128 {
        match self {
            Self::System => draw(),
            Self::Seeded(seed) => seed.draw(purpose, action),
        }
    }
}

impl Seed {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<(Purpose, &'static str), u64>> {
        // Nothing that is done under it can panic half-way through a change.
        self.drawn.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Each operation has draws of its own, so that how often one is called moves nothing of what another makes.
    fn draw(&self, purpose: Purpose, action: &'static str) -> u128 {
        let at = {
            let mut drawn = self.lock();
            let at = drawn.entry((purpose, action)).or_default();
            *at += 1;
            *at
        };
        let purpose = match purpose {
            Purpose::RequestId => "RequestId",
            Purpose::Call => "call",
            Purpose::PageKey => "page key",
        };
        let text = format!("berth dev 1\n{}\n{purpose}\n{action}\n{at}", self.number);
        let digest = Sha256::digest(text.as_bytes());
        digest.iter().take(16).fold(0, |number, byte| number << 8 | u128::from(*byte))
    }
}

/// A UUID (version 4) in capitals.
fn request_id(draw: u128) -> Box<str> {
    const VERSION: u128 = 0xf << 76;
    const VARIANT: u128 = 0b11 << 62;
    let bits = (draw & !VERSION & !VARIANT) | (4 << 76) | (0b10 << 62);
    let mut text = String::with_capacity(36);
    for nibble in (0..32).rev() {
        let digit = (bits >> (nibble * 4)) & 0xf;
        text.push(char::from(b"0123456789ABCDEF"[usize::try_from(digit).unwrap_or_default()]));
        if matches!(nibble, 24 | 20 | 16 | 12) {
            text.push('-');
        }
    }
    text.into_boxed_str()
}

#[cfg(test)]
mod tests {
    use super::{Draws, draw};
    use std::collections::BTreeSet;

    #[test]
    fn a_request_id_is_a_uuid_of_version_4_in_capitals() {
        let seeded = Draws::from_seed(7);
        for at in 0..1000 {
            let id = if at % 2 == 0 { &Draws::System } else { &seeded }.request_id("DescribeZones");
            let parts: Vec<usize> = id.split('-').map(str::len).collect();
            assert_eq!(parts, [8, 4, 4, 4, 12], "{id}");
            assert!(id.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'A'..=b'F' | b'-')), "{id}");
            assert_eq!(&id[14..15], "4", "{id}");
            assert!(matches!(&id[19..20], "8" | "9" | "A" | "B"), "{id}");
        }
    }

    #[test]
    fn draws_differ() {
        let drawn: BTreeSet<u128> = (0..10_000).map(|_| draw()).collect();
        assert_eq!(drawn.len(), 10_000);
    }

    #[test]
    fn a_seed_gives_the_same_draws_and_each_operation_its_own() {
        let (one, other, another) = (Draws::from_seed(1), Draws::from_seed(1), Draws::from_seed(2));
        let mut seen = BTreeSet::new();
        for at in 0..100 {
            // How often something else is called between makes no difference.
            (0..at % 7).for_each(|_| drop(other.request_id("DescribeZones")));
            let draw = one.call("RunInstances");
            assert_eq!(draw, other.call("RunInstances"));
            assert!(seen.insert(draw) && seen.insert(another.call("RunInstances")) && seen.insert(one.call("Other")));
            assert_eq!(one.request_id("RunInstances"), other.request_id("RunInstances"));
        }
        assert_eq!(one.page_key(), other.page_key());
        assert_ne!(Draws::from_seed(1).page_key(), another.page_key());
    }
}

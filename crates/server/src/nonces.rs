//! Nonces already used: a request that comes again with the same nonce is a replay. Bounded, and never with a hole:
//! nothing is forgotten while its timestamp would still be accepted, and when there is no room left the request is
//! refused. Knows neither requests nor keys but by name. How the next process knows them is `nonces/written.rs`.

pub mod written;

use ledger::{KeyId, Moment};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Nonces are dropped together, those whose timestamps lie in the same so many seconds.
const SPAN_SECONDS: u64 = 120;
/// Parts that are locked and grow each by itself, so that no request waits long for a table that grows.
const SHARDS: usize = 64;

/// What is kept of a nonce.
pub type NonceDigest = [u8; 16];

/// The digest of a key's nonce.
#[must_use]
pub fn digest(key: &str, nonce: &str) -> NonceDigest {
    let mut hash = Sha256::new();
    hash.update(key.len().to_le_bytes());
    hash.update(key);
    hash.update(nonce);
    let whole = hash.finalize();
    let mut part = [0; 16];
    part.copy_from_slice(&whole[..16]);
    part
}

/// What became of a nonce.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// It is new and remembered from now on.
    Fresh,
    /// It was used before.
    Used,
    /// There is no room to remember it, so it must not be used.
    Full,
    /// The clock went back, and what was used with such timestamps has been forgotten already.
    Forgotten,
}

/// Nonces of one key with timestamps of one span.
#[derive(Default)]
struct Group {
    digests: Vec<NonceDigest>,
    /// So many of them have been written down.
    written: usize,
}

#[derive(Default)]
struct Shard {
    /// Every digest remembered; the key is part of it.
    used: HashSet<NonceDigest>,
    /// The same by span of timestamps and by key: what goes together.
    spans: BTreeMap<u64, HashMap<KeyId, Group>>,
    of_key: HashMap<KeyId, usize>,
    /// Spans before this one are forgotten.
    first: u64,
}

/// All nonces that may not come again.
pub struct Nonces {
    shards: Vec<Mutex<Shard>>,
    window_seconds: u64,
    /// Of one shard.
    total_max: usize,
    /// Of one key in one shard.
    key_max: usize,
}

impl Nonces {
    /// Room for `total_max` nonces, `key_max` of them of one key. A timestamp is accepted up to `window_seconds`
    /// before and after now.
    #[must_use]
    pub fn new(window_seconds: u64, total_max: usize, key_max: usize) -> Self {
        let shards = (0..SHARDS).map(|_| Mutex::default()).collect();
        let (total_max, key_max) = (total_max.div_ceil(SHARDS), key_max.div_ceil(SHARDS));
        Self { shards, window_seconds, total_max, key_max }
    }

    /// Takes a nonce that came with this timestamp, which has been found to be within the window.
    pub fn take(&self, key: &KeyId, nonce: &NonceDigest, timestamp: u64, now: Moment) -> Taken {
        let mut shard = self.shard(nonce);
        shard.expire(now.0.saturating_sub(self.window_seconds));
        if timestamp / SPAN_SECONDS < shard.first {
            return Taken::Forgotten;
        }
        let of_key = shard.of_key.get(key).copied().unwrap_or(0);
        if of_key >= self.key_max || shard.used.len() >= self.total_max {
            return if shard.used.contains(nonce) { Taken::Used } else { Taken::Full };
        }
        if shard.insert(key, *nonce, timestamp / SPAN_SECONDS, false) { Taken::Fresh } else { Taken::Used }
    }

    /// Knows a nonce again that was used at this moment, before a restart. Its timestamp is not known any more, so it
    /// is kept for as long as the latest that would have been accepted.
    pub fn recall(&self, key: &KeyId, nonce: &NonceDigest, at: Moment) {
        self.shard(nonce).insert(key, *nonce, at.0.saturating_add(self.window_seconds) / SPAN_SECONDS, true);
    }

    /// Hands over what has not been written down yet, a span and a key at a time, and takes it for written.
    fn unwritten(&self, mut hand_over: impl FnMut(u64, &KeyId, &[NonceDigest])) {
        for shard in &self.shards {
            let mut shard = lock(shard);
            for (span, keys) in &mut shard.spans {
                for (key, group) in keys {
                    if group.written < group.digests.len() {
                        hand_over(*span, key, &group.digests[group.written..]);
                        group.written = group.digests.len();
                    }
                }
            }
        }
    }

    /// What was handed over could not be written: nothing counts as written any more.
    fn nothing_is_written(&self) {
        for shard in &self.shards {
            lock(shard).spans.values_mut().flat_map(HashMap::values_mut).for_each(|group| group.written = 0);
        }
    }

    /// Knows a nonce again that was written down, if it could still come.
    fn recall_written(&self, span: u64, key: &KeyId, nonce: &NonceDigest, now: Moment) {
        if span >= now.0.saturating_sub(self.window_seconds) / SPAN_SECONDS {
            self.shard(nonce).insert(key, *nonce, span, true);
        }
    }

    /// How many are remembered.
    #[must_use]
    pub fn len(&self) -> usize {
        self.shards.iter().map(|shard| lock(shard).used.len()).sum()
    }

    /// Whether none is remembered.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn shard(&self, nonce: &NonceDigest) -> MutexGuard<'_, Shard> {
        lock(&self.shards[usize::from(nonce[0]) % SHARDS])
    }
}

/// Changes what stands by a key. The key is copied only when it is new: who has copies of a name is counted in one place for all
/// processors.
fn change<T: Default>(by_key: &mut HashMap<KeyId, T>, key: &KeyId, change: impl FnOnce(&mut T)) {
    match by_key.get_mut(key) {
        Some(slot) => change(slot),
        None => change(by_key.entry(key.clone()).or_default()),
    }
}

fn lock(shard: &Mutex<Shard>) -> MutexGuard<'_, Shard> {
    shard.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Shard {
    /// Says whether it is new. `written`: the next process will find it where this one did.
    fn insert(&mut self, key: &KeyId, nonce: NonceDigest, span: u64, written: bool) -> bool {
        if !self.used.insert(nonce) {
            return false;
        }
        change(&mut self.of_key, key, |count| *count += 1);
        change(self.spans.entry(span).or_default(), key, |group: &mut Group| {
            group.digests.push(nonce);
            if written {
                group.written = group.digests.len();
            }
        });
        true
    }

    /// Drops the spans all of whose timestamps are before `oldest`, the oldest that is still accepted.
    fn expire(&mut self, oldest: u64) {
        self.first = self.first.max(oldest / SPAN_SECONDS);
        while let Some(first) = self.spans.first_entry()
            && *first.key() < self.first
        {
            for (key, gone) in first.remove() {
                for nonce in &gone.digests {
                    self.used.remove(nonce);
                }
                let left = self.of_key.get(&key).map_or(0, |count| count.saturating_sub(gone.digests.len()));
                if left == 0 {
                    self.of_key.remove(&key);
                } else {
                    self.of_key.insert(key, left);
                }
            }
            self.used.shrink_to(2 * self.used.len());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Nonces, Taken, digest};
    use ledger::{KeyId, Moment};

    const WINDOW: u64 = 900;
    const NOW: u64 = 1_800_000_000;

    #[test]
    fn a_nonce_is_used_once_for_as_long_as_its_timestamp_is_accepted() {
        let nonces = Nonces::new(WINDOW, 10_000, 10_000);
        let key = KeyId::from("k");
        for timestamp in [NOW - WINDOW, NOW, NOW + WINDOW] {
            let nonce = digest("k", &timestamp.to_string());
            assert_eq!(nonces.take(&key, &nonce, timestamp, Moment(NOW)), Taken::Fresh);
            for now in [NOW, timestamp, timestamp + WINDOW] {
                let again = nonces.take(&key, &nonce, timestamp, Moment(now.max(NOW)));
                assert_eq!(again, Taken::Used, "{timestamp} at {now}");
            }
        }
        assert_eq!(nonces.len(), 3);
    }

    #[test]
    fn what_cannot_come_again_is_forgotten() {
        let nonces = Nonces::new(WINDOW, 10_000, 10_000);
        let key = KeyId::from("k");
        for number in 0..1000_u64 {
            let nonce = digest("k", &number.to_string());
            assert_eq!(nonces.take(&key, &nonce, NOW + number * 60, Moment(NOW + number * 60)), Taken::Fresh);
        }
        // Each shard forgets when it is next used, so a few old ones may be left; never as many as a tenth.
        assert!(nonces.len() < 100, "{}", nonces.len());
    }

    #[test]
    fn a_full_store_refuses_and_one_key_cannot_fill_it_for_another() {
        let nonces = Nonces::new(WINDOW, 64 * 8, 64 * 4);
        let take = |key: &str, number: u32| {
            nonces.take(&KeyId::from(key), &digest(key, &number.to_string()), NOW, Moment(NOW))
        };
        let fresh = |key: &str| (0..5000).filter(|number| take(key, *number) == Taken::Fresh).count();
        assert_eq!(fresh("greedy"), 64 * 4);
        assert_eq!(take("greedy", 9999), Taken::Full);
        assert_eq!(take("greedy", 0), Taken::Used, "what is remembered stays remembered");
        assert_eq!(fresh("modest"), 64 * 4);
        assert_eq!(take("third", 1), Taken::Full);
    }

    #[test]
    fn a_recalled_nonce_is_used_until_the_latest_timestamp_is_over() {
        let nonces = Nonces::new(WINDOW, 10_000, 10_000);
        let (key, nonce) = (KeyId::from("k"), digest("k", "n"));
        nonces.recall(&key, &nonce, Moment(NOW));
        assert_eq!(nonces.take(&key, &nonce, NOW + WINDOW, Moment(NOW + 2 * WINDOW)), Taken::Used);
    }

    #[test]
    fn a_clock_that_goes_back_does_not_open_a_hole() {
        let nonces = Nonces::new(WINDOW, 10_000, 10_000);
        let (key, nonce) = (KeyId::from("k"), digest("k", "n"));
        assert_eq!(nonces.take(&key, &nonce, NOW, Moment(NOW)), Taken::Fresh);
        let later = NOW + 3 * WINDOW;
        assert_eq!(nonces.take(&key, &nonce, later, Moment(later)), Taken::Fresh);
        assert_eq!(nonces.take(&key, &nonce, NOW, Moment(NOW)), Taken::Forgotten);
    }

    #[test]
    fn key_and_nonce_do_not_run_into_each_other() {
        assert_ne!(digest("ab", "c"), digest("a", "bc"));
    }
}

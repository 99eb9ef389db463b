//! Client tokens: a request that comes again is answered again and done once. Remembered with the effect, in the same
//! batch. Knows nothing of what was answered.

use crate::limits::{TOKEN_CHARS_MAX, TOKEN_LIFE_SECONDS, TOKENS_MAX, TOKENS_OF_ACCOUNT_MAX};
use ledger::{AccountId, Moment};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use store::Remembered;

/// Per account and operation, told apart by case.
pub(crate) type Key = (AccountId, Box<str>, Box<str>);

/// A remembered answer and the revision that made it durable.
type Kept = (u64, Arc<Remembered>);

#[derive(Debug, Default)]
pub(crate) struct Tokens {
    kept: BTreeMap<Key, Kept>,
    by_age: BTreeSet<(Moment, Key)>,
    of_account: BTreeMap<AccountId, usize>,
}

/// Whether a text may be a client token: 1 to 64 printable ASCII characters.
pub(crate) fn is_legal(token: &str) -> bool {
    (1..=TOKEN_CHARS_MAX).contains(&token.len()) && token.bytes().all(|byte| byte.is_ascii_graphic())
}

impl Tokens {
    pub(crate) fn find(&self, key: &Key) -> Option<&Remembered> {
        self.kept.get(key).map(|(_, remembered)| &**remembered)
    }

    pub(crate) fn is_full(&self, account: &AccountId) -> bool {
        let own = self.of_account.get(account).copied().unwrap_or(0);
        self.kept.len() >= TOKENS_MAX || own >= TOKENS_OF_ACCOUNT_MAX
    }

    /// Remembers a token from now on. In a journal that is read again it may come anew while the one before, long over,
    /// has not been dropped yet: then it takes that one's place.
    pub(crate) fn remember(&mut self, revision: u64, remembered: Remembered) {
        let key = (remembered.account.clone(), remembered.action.clone(), remembered.token.clone());
        if let Some((_, before)) = self.kept.remove(&key) {
            self.drop_age(&(before.at, key.clone()));
        }
        *self.of_account.entry(remembered.account.clone()).or_default() += 1;
        self.by_age.insert((remembered.at, key.clone()));
        self.kept.insert(key, (revision, Arc::new(remembered)));
    }

    /// Drops what is over, [`TOKEN_LIFE_SECONDS`] after it was first brought.
    pub(crate) fn expire(&mut self, now: Moment) {
        while self.by_age.first().is_some_and(|(at, _)| at.plus(TOKEN_LIFE_SECONDS) <= now) {
            if let Some(oldest) = self.by_age.first().cloned() {
                self.kept.remove(&oldest.1);
                self.drop_age(&oldest);
            }
        }
    }

    fn drop_age(&mut self, of: &(Moment, Key)) {
        if self.by_age.remove(of)
            && let Some(count) = self.of_account.get_mut(&of.1.0)
        {
            *count -= 1;
        }
    }

    /// The next few after `after` that were durable with `revision`, and where to go on; nothing when there are no more.
    pub(crate) fn walk(&self, after: Option<&Key>, revision: u64, most: usize) -> Option<(Key, Vec<Arc<Remembered>>)> {
        use std::ops::Bound;
        let from = after.map_or(Bound::Unbounded, Bound::Excluded);
        let mut last = None;
        let mut found = Vec::new();
        for (key, (of, remembered)) in self.kept.range((from, Bound::Unbounded)).take(most) {
            last = Some(key);
            if *of <= revision {
                found.push(Arc::clone(remembered));
            }
        }
        last.map(|key| (key.clone(), found))
    }
}

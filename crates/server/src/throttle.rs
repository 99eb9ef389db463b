//! How often an account may call an operation. Counts in fixed windows of time; knows no request.

use ledger::{AccountId, Moment};
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// So many calls in so many seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    /// Calls in one window; 1 or more.
    pub calls: u32,
    /// Length of a window, in seconds; 1 or more.
    pub seconds: u32,
}

/// The published quota of `ReleaseCapacityReservation`, taken for operations of which none is published too.
pub const PUBLISHED: Quota = Quota { calls: 1000, seconds: 60 };

/// What each operation allows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Quotas {
    /// For operations that `actions` does not name; nothing: as often as they like.
    pub other: Option<Quota>,
    /// By name of the operation; nothing: as often as they like.
    pub actions: BTreeMap<String, Option<Quota>>,
}

impl Quotas {
    /// The quota of an operation.
    #[must_use]
    pub fn of(&self, action: &str) -> Option<Quota> {
        self.actions.get(action).copied().unwrap_or(self.other)
    }
}

/// Which window, and how many calls it has seen.
type Seen = (u64, u32);

/// Counts calls by account and operation. There are as many counters as accounts times operations, no more.
#[derive(Debug)]
pub struct Throttle {
    quotas: Quotas,
    seen: Mutex<BTreeMap<(AccountId, &'static str), Seen>>,
}

impl Throttle {
    /// Nobody has called yet.
    #[must_use]
    pub fn new(quotas: Quotas) -> Self {
        Self { quotas, seen: Mutex::default() }
    }

    /// Counts a call.
    ///
    /// # Errors
    /// In how many seconds the next window begins, if this one is full.
    pub fn take(&self, account: &AccountId, action: &'static str, now: Moment) -> Result<(), u64> {
        let Some(quota) = self.quotas.of(action) else { return Ok(()) };
        let length = u64::from(quota.seconds.max(1));
        let window = now.0 / length;
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let (of, calls) = seen.entry((account.clone(), action)).or_default();
        if *of != window {
            (*of, *calls) = (window, 0);
        }
        if *calls >= quota.calls {
            return Err((window + 1) * length - now.0);
        }
        *calls += 1;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{Quota, Quotas, Throttle};
    use ledger::{AccountId, Moment};

    #[test]
    fn a_window_lets_its_calls_through_and_no_more() {
        let quotas = Quotas { other: Some(Quota { calls: 3, seconds: 60 }), actions: [("Free".into(), None)].into() };
        let throttle = Throttle::new(quotas);
        let (one, two) = (AccountId::from("1"), AccountId::from("2"));
        let calls = [
            (&one, "A", 600, Ok(())),
            (&one, "A", 601, Ok(())),
            (&one, "A", 602, Ok(())),
            (&one, "A", 603, Err(57)),
            (&one, "B", 603, Ok(())),
            (&two, "A", 603, Ok(())),
            (&one, "A", 659, Err(1)),
            (&one, "A", 660, Ok(())),
        ];
        for (account, action, at, expected) in calls {
            assert_eq!(throttle.take(account, action, Moment(at)), expected, "{account} {action} at {at}");
        }
        assert!((0..100).all(|_| throttle.take(&one, "Free", Moment(600)).is_ok()));
    }
}

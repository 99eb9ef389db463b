//! The hour. The only place that reads the wall clock; everyone else is told. Knows no calendar and no timer.

use ledger::Moment;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// Tells the hour. Read once a request.
pub trait Clock: Send + Sync {
    /// Now, in whole seconds.
    fn now(&self) -> Moment;
}

/// The clock of the machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wall;

impl Clock for Wall {
    fn now(&self) -> Moment {
        // A machine set before 1970 is at the epoch: every signature is refused then, which is what should happen.
        #[expect(clippy::disallowed_methods, reason = "this is the one place")]
        let now = SystemTime::now();
        Moment(now.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs()))
    }
}

/// A clock that stands still until it is set: for tests.
#[derive(Debug)]
pub struct Hand(AtomicU64);

impl Hand {
    /// A clock that shows this moment.
    #[must_use]
    pub const fn at(moment: Moment) -> Self {
        Self(AtomicU64::new(moment.0))
    }

    /// Shows this moment from now on.
    pub fn set(&self, moment: Moment) {
        self.0.store(moment.0, Ordering::SeqCst);
    }
}

impl Clock for Hand {
    fn now(&self) -> Moment {
        Moment(self.0.load(Ordering::SeqCst))
    }
}

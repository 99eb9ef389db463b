//! The hour. The only place that reads the wall clock; everyone else is told. Knows no calendar and no timer.

use ledger::Moment;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
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

/// Another clock, until it is set: then it goes on from there at the same pace, or stands still.
pub struct Adjustable {
    wall: Arc<dyn Clock>,
    setting: Mutex<Setting>,
}

/// What an adjustable clock goes by.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    hour: Moment,
    /// When it was set, by the other clock; nothing: it stands still.
    since: Option<Moment>,
}

impl Setting {
    /// Whether the clock goes on.
    #[must_use]
    pub const fn runs(&self) -> bool {
        self.since.is_some()
    }
}

impl Adjustable {
    /// A clock that shows what this one shows.
    #[must_use]
    pub fn like(wall: Arc<dyn Clock>) -> Self {
        let now = wall.now();
        Self { wall, setting: Mutex::new(Setting { hour: now, since: Some(now) }) }
    }

    /// Shows this hour from now on, and goes on from there or stands still; nothing: as before.
    pub fn set(&self, hour: Moment, runs: Option<bool>) {
        let mut setting = self.lock();
        let runs = runs.unwrap_or(setting.since.is_some());
        *setting = Setting { hour, since: runs.then(|| self.wall.now()) };
    }

    /// How it is set.
    #[must_use]
    pub fn setting(&self) -> Setting {
        *self.lock()
    }

    /// Is set so again: shows what it would show if it had not been set otherwise since.
    pub fn put(&self, setting: Setting) {
        *self.lock() = setting;
    }

    fn lock(&self) -> MutexGuard<'_, Setting> {
        // It is replaced as a whole.
        self.setting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Clock for Adjustable {
    fn now(&self) -> Moment {
        let Setting { hour, since } = *self.lock();
        let passed = since.map_or(0, |since| self.wall.now().0.saturating_sub(since.0));
        Moment(hour.0.saturating_add(passed))
    }
}

#[cfg(test)]
mod tests {
    use super::{Adjustable, Clock, Hand};
    use ledger::Moment;
    use std::sync::Arc;

    #[test]
    fn an_adjustable_clock_goes_on_or_stands() {
        let wall = Arc::new(Hand::at(Moment(100)));
        let clock = Adjustable::like(Arc::clone(&wall) as Arc<dyn Clock>);
        wall.set(Moment(110));
        assert_eq!(clock.now(), Moment(110));
        clock.set(Moment(1000), None);
        wall.set(Moment(115));
        assert_eq!(clock.now(), Moment(1005), "it goes on");
        clock.set(Moment(2000), Some(false));
        wall.set(Moment(200));
        assert_eq!(clock.now(), Moment(2000), "it stands");
        clock.set(Moment(2001), None);
        wall.set(Moment(300));
        assert_eq!(clock.now(), Moment(2001), "it stands still");
        clock.set(Moment(2001), Some(true));
        wall.set(Moment(301));
        assert_eq!(clock.now(), Moment(2002));
        wall.set(Moment(1));
        assert_eq!(clock.now(), Moment(2001), "never before what it was set to");
    }
}

//! What an elasticity assurance has beside a reservation: a paid period, what follows on it, and perhaps hours at which
//! alone it may be used.

use crate::Moment;
use crate::calendar;

/// In what a period is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PeriodUnit {
    /// 24 hours.
    Day,
    /// 7 days.
    Week,
    /// A month of the calendar.
    Month,
    /// Twelve of them.
    Year,
}

/// For how long an assurance is paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Period {
    /// How many.
    pub count: u32,
    /// Of what.
    pub unit: PeriodUnit,
}

impl Period {
    /// The end of a period that begins at a moment.
    #[must_use]
    pub fn after(self, start: Moment) -> Moment {
        let count = u64::from(self.count);
        match self.unit {
            PeriodUnit::Day => calendar::plus_days(start, count),
            PeriodUnit::Week => calendar::plus_days(start, 7 * count),
            PeriodUnit::Month => calendar::plus_months(start, count),
            PeriodUnit::Year => calendar::plus_months(start, 12 * count),
        }
    }
}

/// What happens when its period is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RenewalStatus {
    /// It is renewed by itself.
    Auto,
    /// It ends, unless it is renewed by hand.
    Normal,
    /// It ends, and nobody wants to be reminded.
    Never,
}

/// Whether and for how long it is renewed by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Renewal {
    /// Whether.
    pub status: RenewalStatus,
    /// For how long.
    pub period: Period,
}

/// On which days a rule holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Recurrence {
    /// Each so many days, counted from the day it begins.
    Daily(u8),
    /// On these days of the week: bit 0 is Sunday.
    Weekly(u8),
    /// From one day of the month to another, both included.
    Monthly(u8, u8),
}

/// Hours at which a time-division assurance may be used, UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rule {
    /// On which days.
    pub recurrence: Recurrence,
    /// The first full hour, 0 to 23.
    pub from_hour: u8,
    /// The hour at which it ends, 1 to 24.
    pub to_hour: u8,
}

impl Rule {
    fn holds(&self, starts: Moment, now: Moment) -> bool {
        let (today, seconds) = calendar::split(now);
        let (first, _) = calendar::split(starts);
        let hours = u64::from(self.from_hour) * 3600..u64::from(self.to_hour) * 3600;
        let on_day = match self.recurrence {
            Recurrence::Daily(each) => today.saturating_sub(first).checked_rem(u64::from(each)) == Some(0),
            // The epoch was a Thursday.
            Recurrence::Weekly(days) => u64::from(days) >> ((today + 4) % 7) & 1 == 1,
            Recurrence::Monthly(from, to) => (u64::from(from)..=u64::from(to)).contains(&calendar::day(today).day),
        };
        on_day && hours.contains(&seconds)
    }
}

/// The paid side of an assurance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assurance {
    /// For how long it was last paid.
    pub period: Period,
    /// What follows.
    pub renewal: Renewal,
    /// When alone it may be used; always, if empty.
    pub rules: Box<[Rule]>,
}

impl Assurance {
    /// Whether it may be used at a moment: one that began at `starts`.
    #[must_use]
    pub fn is_usable(&self, starts: Moment, now: Moment) -> bool {
        self.rules.is_empty() || self.rules.iter().any(|rule| rule.holds(starts, now))
    }
}

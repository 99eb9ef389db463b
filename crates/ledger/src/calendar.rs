//! The civil calendar, as far as periods need it: days, months and years of UTC. Nothing here reads a clock.

use crate::Moment;

const DAY_SECONDS: u64 = 24 * 3600;
/// Days from the first of March of the year 0 to the first of January 1970.
const EPOCH_DAYS: u64 = 719_468;
/// Days of 400 years.
const ERA_DAYS: u64 = 146_097;

/// A day of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Day {
    pub(crate) year: u64,
    /// 1 to 12.
    pub(crate) month: u64,
    /// 1 to 31.
    pub(crate) day: u64,
}

/// The days since the epoch, and the seconds since the day began.
pub(crate) const fn split(moment: Moment) -> (u64, u64) {
    (moment.0 / DAY_SECONDS, moment.0 % DAY_SECONDS)
}

/// Which day it is. Years are counted from March on, so that the leap day is the last.
pub(crate) const fn day(days: u64) -> Day {
    let shifted = days + EPOCH_DAYS;
    let (era, of_era) = (shifted / ERA_DAYS, shifted % ERA_DAYS);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    let year = year_of_era + era * 400 + if month <= 2 { 1 } else { 0 };
    Day { year, month, day }
}

/// The days since the epoch of a day that is not before it.
const fn days(day: Day) -> u64 {
    let (year, from_march) =
        if day.month > 2 { (day.year, day.month - 3) } else { (day.year.saturating_sub(1), day.month + 9) };
    let (era, of_era) = (year / 400, year % 400);
    let of_year = (153 * from_march + 2) / 5 + day.day - 1;
    (era * ERA_DAYS + of_era * 365 + of_era / 4 - of_era / 100 + of_year).saturating_sub(EPOCH_DAYS)
}

const fn month_days(year: u64, month: u64) -> u64 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        _ => 31,
    }
}

/// So many months later, at the same time of day; on the last day of the month if that has no such day.
pub(crate) const fn plus_months(moment: Moment, months: u64) -> Moment {
    let (number, seconds) = split(moment);
    let Day { year, month, day } = day(number);
    let total = year * 12 + (month - 1) + months;
    let (year, month) = (total / 12, total % 12 + 1);
    let last = month_days(year, month);
    let day = if day < last { day } else { last };
    Moment(days(Day { year, month, day }) * DAY_SECONDS + seconds)
}

/// So many days later.
pub(crate) const fn plus_days(moment: Moment, count: u64) -> Moment {
    moment.plus(count.saturating_mul(DAY_SECONDS))
}

#[cfg(test)]
mod tests {
    use super::{Day, day, days, plus_months, split};
    use crate::Moment;

    #[test]
    fn every_day_of_four_centuries_has_its_number() {
        let mut before = Day { year: 1969, month: 12, day: 31 };
        for number in 0..150_000 {
            let today = day(number);
            assert_eq!(days(today), number);
            let next_day = today == Day { day: before.day + 1, ..before };
            let next_month = today.day == 1 && before.day >= 28 && today.month == before.month % 12 + 1;
            assert!(next_day || next_month, "{before:?} {today:?}");
            before = today;
        }
        assert_eq!(day(20_516), Day { year: 2026, month: 3, day: 4 });
    }

    #[test]
    fn a_month_later_is_the_same_day_or_the_last() {
        let at = |year, month, day| Moment(days(Day { year, month, day }) * 86_400 + 3_661);
        for (from, months, to) in [
            ((2026, 1, 31), 1, (2026, 2, 28)),
            ((2028, 1, 31), 1, (2028, 2, 29)),
            ((2026, 11, 24), 1, (2026, 12, 24)),
            ((2026, 11, 24), 2, (2027, 1, 24)),
            ((2028, 2, 29), 12, (2029, 2, 28)),
            ((2026, 12, 31), 60, (2031, 12, 31)),
        ] {
            let later = plus_months(at(from.0, from.1, from.2), months);
            assert_eq!(later, at(to.0, to.1, to.2));
            assert_eq!(split(later).1, 3_661);
        }
    }
}

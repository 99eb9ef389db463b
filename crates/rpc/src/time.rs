//! Times on the wire: UTC text to and from seconds since the epoch.
//!
//! Reads no clock and knows no time zone. Our own arithmetic, since the calendar needed here is small and
//! strict; `tests/time.rs` walks it day by day against a plain second model.
//! Source: protocol reference, section 8.

/// How finely a time is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Precision {
    /// `yyyy-MM-ddTHH:mmZ`, as answers of this family carry it.
    Minutes,
    /// `yyyy-MM-ddTHH:mm:ssZ`, as requests and signatures carry it.
    Seconds,
}

/// The last second that can be written: 9999-12-31T23:59:59Z, in seconds since the epoch.
pub const LATEST_SECONDS: u64 = 253_402_300_799;

const DAY_SECONDS: u64 = 86_400;
const FIRST_YEAR: u64 = 1970;
const LAST_YEAR: u64 = 9999;
const MONTH_DAYS: [u64; 12] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/// Seconds since the epoch of a time in exactly this precision, years 1970 to 9999. `None` for any other
/// text: offsets, small letters, a second 60, days that the calendar lacks, blanks.
#[must_use]
pub fn parse(text: &str, precision: Precision) -> Option<u64> {
    let (shape, length): (&[u8], usize) = match precision {
        Precision::Minutes => (b"0000-00-00T00:00Z", 17),
        Precision::Seconds => (b"0000-00-00T00:00:00Z", 20),
    };
    let bytes = text.as_bytes();
    let fits = |(&byte, &wanted): (&u8, &u8)| match wanted {
        b'0' => byte.is_ascii_digit(),
        literal => byte == literal,
    };
    if bytes.len() != length || !bytes.iter().zip(shape).all(fits) {
        return None;
    }
    let number = |from: usize, to: usize| bytes[from..to].iter().fold(0, |sum, byte| sum * 10 + u64::from(byte - b'0'));
    let second = match precision {
        Precision::Minutes => 0,
        Precision::Seconds => number(17, 19),
    };
    let (hour, minute) = (number(11, 13), number(14, 16));
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let days = days_of(number(0, 4), number(5, 7), number(8, 10))?;
    Some(days * DAY_SECONDS + hour * 3600 + minute * 60 + second)
}

/// Seconds since the epoch of a time in either precision. Requests may send both.
#[must_use]
pub fn parse_either(text: &str) -> Option<u64> {
    parse(text, Precision::Seconds).or_else(|| parse(text, Precision::Minutes))
}

/// Text of a moment in this precision, cut (not rounded) to it. What lies after [`LATEST_SECONDS`] is
/// written as that.
#[must_use]
pub fn format(seconds: u64, precision: Precision) -> String {
    let seconds = seconds.min(LATEST_SECONDS);
    let (year, month, day) = date_of(seconds / DAY_SECONDS);
    let (hour, minute) = (seconds / 3600 % 24, seconds / 60 % 60);
    match precision {
        Precision::Minutes => format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}Z"),
        Precision::Seconds => {
            let second = seconds % 60;
            format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
        }
    }
}

/// Days from the epoch to the first of January.
const fn days_before_year(year: u64) -> u64 {
    let past = year - 1;
    let leap_days = past / 4 - past / 100 + past / 400;
    // 477 leap days lie before 1970.
    (year - FIRST_YEAR) * 365 + leap_days - 477
}

/// Days of a month, counted from 1.
fn days_in_month(year: u64, month: u64) -> Option<u64> {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = MONTH_DAYS.get(usize::try_from(month).ok()?.checked_sub(1)?)?;
    Some(days + u64::from(leap && month == 2))
}

/// Days from the epoch to a date, if there is such a date.
fn days_of(year: u64, month: u64, day: u64) -> Option<u64> {
    if !(FIRST_YEAR..=LAST_YEAR).contains(&year) || !(1..=days_in_month(year, month)?).contains(&day) {
        return None;
    }
    let months: u64 = (1..month).filter_map(|earlier| days_in_month(year, earlier)).sum();
    Some(days_before_year(year) + months + day - 1)
}

/// Year, month and day of a count of days since the epoch.
fn date_of(days: u64) -> (u64, u64, u64) {
    // 366 days a year never overshoots, and falls short by 15 years at most.
    let mut year = FIRST_YEAR + days / 366;
    while days_before_year(year + 1) <= days {
        year += 1;
    }
    let (mut month, mut left) = (1, days - days_before_year(year));
    while let Some(length) = days_in_month(year, month).filter(|&length| length <= left) {
        left -= length;
        month += 1;
    }
    (year, month, left + 1)
}

//! Wire times against a calendar that is walked day by day.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use proptest::prelude::*;
use rpc::time::{LATEST_SECONDS, Precision, format, parse, parse_either};

/// Every day from 1970-01-01 to 9999-12-31, found by adding one day to the one before.
fn walk() -> impl Iterator<Item = (u64, (u32, u32, u32))> {
    let next = |&(year, month, day): &(u32, u32, u32)| {
        let leap = year % 400 == 0 || year % 4 == 0 && year % 100 != 0;
        let last = match month {
            2 if leap => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        };
        Some(match (month, day) {
            (12, 31) => (year + 1, 1, 1),
            (_, day) if day == last => (year, month + 1, 1),
            (_, day) => (year, month, day + 1),
        })
    };
    (0..).zip(std::iter::successors(Some((1970, 1, 1)), next)).take_while(|(_, date)| date.0 < 10_000)
}

#[test]
fn every_day_is_written_and_read() {
    let mut days = 0;
    for (day, (year, month, of_month)) in walk() {
        let moment = day * 86_400 + (day * 7919) % 86_400;
        let (hour, minute, second) = (moment / 3600 % 24, moment / 60 % 60, moment % 60);
        let seconds = format!("{year:04}-{month:02}-{of_month:02}T{hour:02}:{minute:02}:{second:02}Z");
        assert_eq!(format(moment, Precision::Seconds), seconds);
        assert_eq!(parse(&seconds, Precision::Seconds), Some(moment));
        // The other precision shares the calendar; one day a month is enough for it.
        if of_month == 28 {
            let minutes = format!("{}Z", &seconds[..16]);
            assert_eq!(format(moment, Precision::Minutes), minutes);
            assert_eq!(parse(&minutes, Precision::Minutes), Some(moment - second));
            assert_eq!(parse(&seconds, Precision::Minutes), None);
            assert_eq!(parse(&minutes, Precision::Seconds), None);
        }
        days = day;
    }
    assert_eq!(days * 86_400 + 86_399, LATEST_SECONDS);
    assert_eq!(format(u64::MAX, Precision::Seconds), "9999-12-31T23:59:59Z");
}

#[test]
fn every_text_of_a_date_is_a_day_or_refused() {
    let mut days = walk().peekable();
    for year in 1969..2105 {
        for month in 0..14 {
            for day in 0..33 {
                let text = format!("{year:04}-{month:02}-{day:02}T00:00Z");
                let known = days.next_if(|(_, date)| *date == (year, month, day));
                assert_eq!(parse(&text, Precision::Minutes), known.map(|(day, _)| day * 86_400), "{text}");
            }
        }
    }
}

#[test]
fn other_texts_are_refused() {
    for text in [
        "",
        "Z",
        "2026-11-23",
        "2026-11-23T00:15:00",
        "2026-11-23t00:15:00Z",
        "2026-11-23T00:15:00z",
        "2026-11-23 00:15:00Z",
        "2026-11-23T00:15:00+00:00",
        "2026-11-23T00:15:00+08:00",
        "2026-11-23T00:15:60Z",
        "2026-11-23T00:60:00Z",
        "2026-11-23T24:00:00Z",
        "26-11-23T00:15:00Z",
        "2026-02-29T00:00:00Z",
        "2026-11-31T00:00:00Z",
        "2026-00-01T00:00:00Z",
        "2026-13-01T00:00:00Z",
        "2026-01-00T00:00:00Z",
        "1969-12-31T23:59:59Z",
        "0000-01-01T00:00:00Z",
        "12026-11-23T00:15:00Z",
        " 2026-11-23T00:15:00Z",
        "2026-11-23T00:15:00Z ",
        "2026-11-23T00:15:00.5Z",
        "2026-1-23T00:15:00Z",
        "+026-11-23T00:15:00Z",
        "2026-11-23T0a:15:00Z",
        "２026-11-23T00:15Z",
        "2026-11-23T00Z",
        "2026-11-23T00:15:00Z\0",
    ] {
        assert_eq!(parse_either(text), None, "{text:?}");
    }
    assert_eq!(parse_either("1970-01-01T00:00Z"), Some(0));
    assert_eq!(parse_either("2023-10-26T10:22:32Z"), Some(1_698_315_752));
}

proptest! {
    #[test]
    fn any_text_is_a_time_or_refused(text in "\\PC{0,24}|[0-9TZ:-]{17}|[0-9TZ:-]{20}") {
        if let Some(moment) = parse_either(&text) {
            let precision = if text.len() == 17 { Precision::Minutes } else { Precision::Seconds };
            prop_assert_eq!(format(moment, precision), text);
        }
    }

    #[test]
    fn any_moment_survives(moment in 0..=LATEST_SECONDS) {
        prop_assert_eq!(parse(&format(moment, Precision::Seconds), Precision::Seconds), Some(moment));
    }
}

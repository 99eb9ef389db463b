//! Times on the wire, against the calendar of a library: a text that is taken means the same there, and is the only way to
//! write its moment; a moment that is written is read again.

use crate::drawn::Drawn;
use jiff::civil::{DateTime, date};
use jiff::fmt::strtime;
use rpc::time::{LATEST_SECONDS, Precision, format, parse, parse_either};

pub(crate) fn holds(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    for (precision, pattern) in [(Precision::Seconds, "%Y-%m-%dT%H:%M:%SZ"), (Precision::Minutes, "%Y-%m-%dT%H:%MZ")] {
        let theirs = strtime::parse(pattern, &*text).ok().and_then(|it| it.to_datetime().ok());
        match parse(&text, precision) {
            Some(seconds) => {
                assert!(seconds <= LATEST_SECONDS);
                assert_eq!(theirs.map(since_epoch), i64::try_from(seconds).ok(), "{text}");
                assert_eq!(format(seconds, precision), text, "one moment, one text");
                assert_eq!(parse_either(&text), Some(seconds));
            }
            // The library takes other ways of writing too; ours is the one that it would write itself.
            None => {
                let canonical = theirs.filter(|it| since_epoch(*it) >= 0).map(|it| it.strftime(pattern).to_string());
                assert_ne!(canonical.as_deref(), Some(&*text), "a time that is not taken");
            }
        }
    }
    let mut drawn = Drawn(bytes);
    let moment = (0..5).fold(0, |sum, _| sum << 8 | u64::from(drawn.byte())) % (LATEST_SECONDS + 1);
    assert_eq!(parse(&format(moment, Precision::Seconds), Precision::Seconds), Some(moment));
    assert_eq!(parse(&format(moment, Precision::Minutes), Precision::Minutes), Some(moment - moment % 60));
}

/// Seconds, in the other calendar.
fn since_epoch(moment: DateTime) -> i64 {
    moment.duration_since(date(1970, 1, 1).at(0, 0, 0, 0)).as_secs()
}

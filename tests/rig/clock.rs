//! The hour, for timestamps and end times. The one place of these tests that reads it.

use std::time::{SystemTime, UNIX_EPOCH};

/// Seconds since the epoch.
#[must_use]
pub fn now() -> u64 {
    nanoseconds() / 1_000_000_000
}

/// Nanoseconds since the epoch; a source of seeds.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "a client has to say when it signed")]
pub fn nanoseconds() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)
}

/// `2026-12-30T06:32:00Z`.
#[must_use]
pub fn seconds_text(moment: u64) -> String {
    rpc::time::format(moment, rpc::time::Precision::Seconds)
}

/// `2026-12-30T06:32Z`.
#[must_use]
pub fn minutes_text(moment: u64) -> String {
    rpc::time::format(moment, rpc::time::Precision::Minutes)
}

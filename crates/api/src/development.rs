//! What only a server for development can be told, and what those operations share. Knows no clock: the hour is told,
//! and what it is to become is an [`Order`] for whoever keeps it.

use ledger::Moment;
use rpc::body::Body;
use rpc::fault::{Fault, common};
use rpc::params::Params;
use rpc::time::{self, LATEST_SECONDS, Precision};
use rpc::values;

use crate::Draft;

/// What the server is to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// The clock shows another hour, never one before the one that it shows.
    Clock {
        /// Which hour.
        hour: Moment,
        /// Whether it goes on from there or stands still; nothing: as before.
        runs: Option<bool>,
    },
}

/// The hour is before what the clock shows, or after what can be written.
pub const OUT_OF_RANGE: Fault =
    Fault::new(400, "InvalidClock.OutOfRange", "The clock only goes forward, and no further than the year 9999.");

/// Whether the clock goes on: the parameter.
pub const RUNS: &str = "Runs";

/// Sets the clock to this hour, if it is not before `now`; the answer tells it.
///
/// # Errors
/// When it is, or when it cannot be written; or when `Runs` is no truth value.
pub fn set(params: &Params, now: Moment, hour: Option<u64>) -> Result<Draft<Order>, Fault> {
    let runs = params.text(RUNS).map(|text| values::flag(text).ok_or_else(|| common::INVALID_PARAMETER.because(RUNS)));
    let runs = runs.transpose()?;
    let hour = hour.filter(|hour| (now.0..=LATEST_SECONDS).contains(hour)).ok_or(OUT_OF_RANGE)?;
    let body = Body::new().text("Time", time::format(hour, Precision::Seconds));
    Ok(Draft { entries: vec![Order::Clock { hour: Moment(hour), runs }], body })
}

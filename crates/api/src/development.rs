//! What only a server for development can be told, and what those operations share. Knows no clock: the hour is told,
//! and what is to become of anything is an [`Order`] for whoever keeps it. Stock is no order: it is a region's.

use std::collections::BTreeMap;

use ledger::Moment;
use rpc::body::Body;
use rpc::fault::{Fault, common};
use rpc::params::Params;
use rpc::time::{self, LATEST_SECONDS, Precision};
use rpc::values;

use crate::injection::Rule;
use crate::{Context, Draft, Row, Strike, fleet, injection};

/// What the server is to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Order {
    /// The clock shows another hour, never one before the one that it shows.
    Clock {
        /// Which hour.
        hour: Moment,
        /// Whether it goes on from there or stands still; nothing: as before.
        runs: Option<bool>,
    },
    /// From now on requests meet this.
    Inject(Box<Rule>),
    /// The rules for this action are gone; nothing: all of them.
    Clear(Option<&'static str>),
    /// Everything as it stands is kept under this name.
    Snapshot(Box<str>),
    /// Everything is as it was when that was kept.
    Restore(Box<str>),
    /// Everything is as it was when the server began to serve, and nothing is kept.
    Reset,
}

/// What a server for development was told, as far as its operations look at it.
#[derive(Clone, Debug, Default)]
pub struct DevelopmentState {
    /// What requests meet, the first one that does.
    pub rules: Vec<Rule>,
    /// How many were injected.
    pub injected: u64,
    /// Snapshots by name.
    pub snapshots: BTreeMap<Box<str>, Kept>,
}

/// What of a snapshot these operations look at.
#[derive(Clone, Debug)]
pub struct Kept {
    /// What the clock showed.
    pub hour: Moment,
    /// Where the chance of each rule stood, by its number.
    places: BTreeMap<u64, u64>,
}

impl DevelopmentState {
    /// What meets a request of this operation.
    pub fn strike(&mut self, row: &Row) -> Option<Strike> {
        injection::strike(&mut self.rules, row)
    }

    /// Takes in what of an order is told here; `hour` is what the clock shows. The rest is the server's.
    pub fn follow(&mut self, order: &Order, hour: Moment) {
        match order {
            Order::Inject(rule) => {
                self.injected += 1;
                self.rules.push(Rule { number: self.injected, ..(**rule).clone() });
            }
            Order::Clear(None) => self.rules.clear(),
            Order::Clear(action) => self.rules.retain(|rule| rule.action != *action),
            Order::Snapshot(name) => {
                let places = self.rules.iter().map(|rule| (rule.number, rule.place)).collect();
                self.snapshots.insert(name.clone(), Kept { hour, places });
            }
            Order::Restore(name) => {
                let Some(kept) = self.snapshots.get(name) else { return };
                let place = |rule: &Rule| kept.places.get(&rule.number).copied().unwrap_or_default();
                self.rules.iter_mut().for_each(|rule| rule.place = place(rule));
            }
            Order::Reset => *self = Self::default(),
            Order::Clock { .. } => {}
        }
    }
}

/// What the server was told. Only a server for development asks these operations, and it knows.
pub fn state<'a>(context: &Context<'a>) -> Result<&'a DevelopmentState, Fault> {
    context.development.ok_or(common::INVALID_ACTION)
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
    let runs = flag(params, RUNS)?;
    let hour = hour.filter(|hour| (now.0..=LATEST_SECONDS).contains(hour)).ok_or(OUT_OF_RANGE)?;
    let body = Body::new().text("Time", written(Moment(hour)));
    Ok(Draft { entries: vec![Order::Clock { hour: Moment(hour), runs }], body })
}

/// A moment as these operations answer it.
pub fn written(hour: Moment) -> String {
    time::format(hour.0, Precision::Seconds)
}

/// A truth value, if it is given.
///
/// # Errors
/// When it is none.
pub fn flag(params: &Params, name: &str) -> Result<Option<bool>, Fault> {
    let read = |text| values::flag(text).ok_or_else(|| common::INVALID_PARAMETER.because(name));
    params.text(name).map(read).transpose()
}

/// The name of a snapshot: the parameter.
pub const SNAPSHOT: &str = "SnapshotName";
/// It is absent or empty.
pub const MISSING_SNAPSHOT: Fault =
    Fault::new(400, "MissingSnapshotName", "SnapshotName is mandatory for this action.");
/// It breaks the rules of names.
pub const INVALID_SNAPSHOT: Fault =
    Fault::new(400, "InvalidSnapshotName.Malformed", "The specified SnapshotName is not valid.");

/// `SnapshotName`: letters, digits, `.`, `_` and `-`.
///
/// # Errors
/// When it is no name.
pub fn snapshot(params: &Params) -> Result<&str, Fault> {
    params.text(SNAPSHOT).filter(|name| fleet::is_name(name)).ok_or(INVALID_SNAPSHOT)
}

//! What is counted, for Prometheus. Label values are bounded: operations by the table, codes by the faults. Knows no
//! connection.

use crate::region::Region;
use prometheus_client::encoding::text::encode;
use prometheus_client::encoding::{EncodeLabelSet, EncodeLabelValue, LabelValueEncoder};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::Registry;
use std::fmt::{Error, Write};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// A text that is part of the program, so that there are only so many.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Word(&'static str);

impl EncodeLabelValue for Word {
    fn encode(&self, encoder: &mut LabelValueEncoder<'_>) -> Result<(), Error> {
        encoder.write_str(self.0)
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Outcome {
    action: Word,
    status: u16,
    code: Word,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfPool {
    region: String,
    zone: String,
    class: String,
    rung: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfRegion {
    region: String,
}

/// All counters.
pub struct Metrics {
    registry: Registry,
    requests: Family<Outcome, Counter>,
    seconds: Histogram,
    commit_seconds: Histogram,
    commit_records: Histogram,
    commit_failures: Counter,
    checkpoint_seconds: Histogram,
    connections: Gauge,
    refused: Counter,
    displaced: Counter,
    nonces: Gauge,
    slack: Family<OfPool, Gauge>,
    shortfall: Family<OfPool, Gauge>,
    reservations: Family<OfRegion, Gauge>,
    available: Family<OfRegion, Gauge>,
    /// Held while the gauges are set and written.
    writing: Mutex<()>,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("berth");
        let times = || Histogram::new(exponential_buckets(0.000_1, 2.0, 18));
        let sizes = Histogram::new(exponential_buckets(1.0, 2.0, 14));
        let metrics = Self {
            requests: Family::default(),
            seconds: times(),
            commit_seconds: times(),
            commit_records: sizes,
            commit_failures: Counter::default(),
            checkpoint_seconds: Histogram::new(exponential_buckets(0.01, 2.0, 16)),
            connections: Gauge::default(),
            refused: Counter::default(),
            displaced: Counter::default(),
            nonces: Gauge::default(),
            slack: Family::default(),
            shortfall: Family::default(),
            reservations: Family::default(),
            available: Family::default(),
            writing: Mutex::default(),
            registry: Registry::default(),
        };
        let it = &metrics;
        registry.register("requests", "Requests answered", it.requests.clone());
        registry.register("request_seconds", "Time from a whole request to its answer", it.seconds.clone());
        registry.register("commit_seconds", "Time to make a batch durable", it.commit_seconds.clone());
        registry.register("commit_records", "Records of a batch", it.commit_records.clone());
        registry.register("commit_failures", "Batches that could not be made durable", it.commit_failures.clone());
        registry.register("checkpoint_seconds", "Time to write a checkpoint", it.checkpoint_seconds.clone());
        registry.register("connections", "Open connections", it.connections.clone());
        registry.register("connections_refused", "Connections above the limit", it.refused.clone());
        registry.register("connections_displaced", "Connections closed to make room", it.displaced.clone());
        registry.register("nonces", "Signature nonces remembered", it.nonces.clone());
        registry.register("pool_slack", "Slots left in a pool at a rung of so many units", it.slack.clone());
        registry.register("pool_shortfall", "Slots promised that a pool lacks at a rung", it.shortfall.clone());
        registry.register("reservations", "Reservations known, released ones too", it.reservations.clone());
        registry.register("region_available", "1 if the region serves requests", it.available.clone());
        Self { registry, ..metrics }
    }
}

impl Metrics {
    /// A request was answered. `action` is a name of the table, or one word for all others.
    pub fn answered(&self, action: &'static str, status: u16, code: &'static str, took: Duration) {
        let outcome = Outcome { action: Word(action), status, code: Word(code) };
        self.requests.get_or_create(&outcome).inc();
        self.seconds.observe(took.as_secs_f64());
    }

    /// A batch is durable.
    pub fn committed(&self, records: usize, took: Duration) {
        self.commit_seconds.observe(took.as_secs_f64());
        self.commit_records.observe(f64::from(u32::try_from(records).unwrap_or(u32::MAX)));
    }

    /// A batch could not be made durable.
    pub fn failed(&self) {
        self.commit_failures.inc();
    }

    /// A checkpoint was written.
    pub fn checkpointed(&self, took: Duration) {
        self.checkpoint_seconds.observe(took.as_secs_f64());
    }

    /// A connection was opened.
    pub fn connected(&self) {
        self.connections.inc();
    }

    /// A connection was closed.
    pub fn disconnected(&self) {
        self.connections.dec();
    }

    /// A connection was refused.
    pub fn refused(&self) {
        self.refused.inc();
    }

    /// Connections were told to leave, for others to have a place.
    pub fn displaced(&self, count: usize) {
        self.displaced.inc_by(u64::try_from(count).unwrap_or(u64::MAX));
    }

    /// Everything as text, with the gauges as they stand now.
    #[must_use]
    pub fn text<'a>(&self, nonces: usize, regions: impl Iterator<Item = &'a Arc<Region>>) -> String {
        let _writing = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        self.nonces.set(gauge(nonces));
        // A pool that is no more must not go on with what it was last.
        self.slack.clear();
        self.shortfall.clear();
        for region in regions {
            self.look(region);
        }
        let mut text = String::new();
        // Writing to memory does not fail.
        encode(&mut text, &self.registry).ok();
        text
    }

    fn look(&self, region: &Region) {
        let name = region.setup.name.to_string();
        let of = OfRegion { region: name.clone() };
        let seen = region.look(|ledger| {
            for (zone, class, pool) in ledger.pools() {
                let (zone, class) = (zone.to_string(), class.to_string());
                for (rung, slack) in pool.ladder().rungs().iter().zip(pool.slack()) {
                    let of = OfPool { region: name.clone(), zone: zone.clone(), class: class.clone(), rung: *rung };
                    self.slack.get_or_create(&of).set(slack);
                    self.shortfall.get_or_create(&of).set(slack.saturating_neg().max(0));
                }
            }
            self.reservations.get_or_create(&of).set(gauge(ledger.reservations_count()));
        });
        self.available.get_or_create(&of).set(i64::from(seen.is_some()));
    }
}

fn gauge(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

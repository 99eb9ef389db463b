//! One journal as the judge sees it: which requests have facts in it, and what everything durable comes to, told fact by
//! fact. The region has one, the directory another.

use super::Violation;
use ledger::directory::{self, Directory};
use ledger::{Entry, Ledger, Moment};
use std::collections::{BTreeMap, BTreeSet};
use store::{Batch, Origin};

/// What facts come to.
pub(crate) trait Fold: Default {
    /// One of them.
    type Fact;
    /// Takes it in.
    fn take(&mut self, fact: &Self::Fact);
}

impl Fold for Ledger {
    type Fact = Entry;

    fn take(&mut self, fact: &Entry) {
        self.apply(fact);
    }
}

impl Fold for Directory {
    type Fact = directory::Entry;

    fn take(&mut self, fact: &directory::Entry) {
        self.apply(fact);
    }
}

/// Requests whose answers have left.
#[derive(Debug, Default)]
pub(crate) struct Told {
    pub(crate) done: BTreeSet<u64>,
    pub(crate) refused: BTreeSet<u64>,
}

/// A journal.
#[derive(Debug, Default)]
pub(crate) struct Journal<S> {
    /// What everything durable comes to.
    pub(crate) durable: S,
    /// The revision of the last batch that is durable.
    pub(crate) committed: u64,
    /// Of each request that has facts, the batch they are in.
    batches: BTreeMap<u64, u64>,
    /// Of the newest record, and of the newest that is durable.
    latest: Moment,
    durable_until: Moment,
}

/// The request that a record is of.
pub(crate) fn number_of(origin: &Origin) -> Option<u64> {
    match origin {
        Origin::Caller { request_id, .. } => request_id.parse().ok(),
        Origin::System => None,
    }
}

impl<S: Fold> Journal<S> {
    /// A batch is handed to the store for the first time.
    pub(crate) fn appending(&mut self, batch: &Batch<S::Fact>, told: &Told) -> Result<(), Violation> {
        if batch.revision != self.committed + 1 {
            return Err(format!("batch {} follows batch {}", batch.revision, self.committed));
        }
        for record in &batch.records {
            if record.at < self.latest {
                return Err(format!("time goes back in batch {}", batch.revision));
            }
            self.latest = record.at;
            let Some(number) = number_of(&record.origin) else { continue };
            if told.done.contains(&number) {
                return Err(format!("request {number} was answered before it was handed to the store"));
            }
            if told.refused.contains(&number) {
                return Err(format!("request {number} was refused and has an effect"));
            }
            if self.batches.insert(number, batch.revision).is_some() {
                return Err(format!("request {number} has its effect twice"));
            }
        }
        Ok(())
    }

    /// A batch has become durable; says whether it is the first time that this is heard.
    pub(crate) fn committed(&mut self, batch: &Batch<S::Fact>) -> bool {
        if batch.revision <= self.committed {
            return false;
        }
        self.committed = batch.revision;
        self.durable_until = batch.records.last().map_or(self.durable_until, |record| record.at);
        batch.records.iter().flat_map(|record| &record.entries).for_each(|fact| self.durable.take(fact));
        true
    }

    /// Whether what a request has brought about is durable; nothing if it has brought about nothing.
    pub(crate) fn is_durable(&self, number: u64) -> Option<bool> {
        self.batches.get(&number).map(|revision| *revision <= self.committed)
    }

    /// The moment of the newest record that is durable.
    pub(crate) const fn durable_until(&self) -> Moment {
        self.durable_until
    }

    /// A batch was given up: what it held may be asked for again.
    pub(crate) fn lost(&mut self) {
        let committed = self.committed;
        self.batches.retain(|_, revision| *revision <= committed);
        self.latest = self.durable_until;
    }
}

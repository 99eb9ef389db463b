//! A second judge: reservations once more, written from the recorded operations and not from the ledger, in the plainest way
//! (lists that are walked, sums that are added up anew). It is told each request in the order in which they are decided
//! and says what the answer is, byte for byte. What it cannot know is taken from the real answer and checked: an id must be
//! new, and a page token is bound to where its page ended.
//!
//! It knows the operations of [`KNOWS`] alone, so its runs ask for those alone. It must not use anything of the ledger, the
//! operations or the desk.

mod answers;
mod listing;
mod reservations;
mod tags;

use crate::judge::{Sent, Violation};
use listing::Pages;
use reservations::{Model, Told};
use std::collections::{BTreeMap, BTreeSet};

/// The operations that it knows.
pub(crate) const KNOWS: [&str; 6] = [
    "CreateCapacityReservation",
    "DescribeCapacityReservations",
    "ModifyCapacityReservation",
    "ReleaseCapacityReservation",
    "TagResources",
    "UntagResources",
];

/// A request that was decided, and when.
#[derive(Clone, Debug)]
struct Decided {
    number: u64,
    sent: Sent,
    now: u64,
    /// The id that a creation made.
    made: Option<String>,
}

/// The judge of one run.
#[derive(Debug, Default)]
pub(crate) struct Second {
    model: Model,
    /// No request is decided earlier.
    latest: u64,
    /// All that had an effect, in the order in which they were decided.
    history: Vec<Decided>,
    /// What is expected of each that waits for its answer.
    expected: BTreeMap<u64, Told>,
    pages: Pages,
    made: BTreeSet<String>,
}

impl Second {
    /// Of a region whose first record is of this moment.
    pub(crate) fn new(latest: u64) -> Self {
        Self { latest, ..Self::default() }
    }

    /// A request was decided at this hour of the wall clock; `made` is the id of the reservation that came into being.
    pub(crate) fn decided(&mut self, number: u64, sent: &Sent, wall: u64, made: Option<&str>) -> Result<(), Violation> {
        let now = wall.max(self.latest);
        if self.model.settle(now) {
            self.latest = now;
        }
        let decided = Decided { number, sent: sent.clone(), now, made: made.map(str::to_owned) };
        let (told, changed) = self.model.decide(&decided.sent, now, made, &self.pages);
        if changed {
            self.latest = now;
            self.history.push(decided);
        }
        match made {
            Some(_) if !matches!(&told, Told::Done(_)) => {
                return Err(format!(
                    "request {number} made a reservation, and the second judge would have said {told:?}"
                ));
            }
            Some(id) if !self.made.insert(id.to_owned()) => return Err(format!("{id} is not new")),
            _ => {}
        }
        self.expected.insert(number, told);
        Ok(())
    }

    /// Time went by, and the desk was woken.
    pub(crate) fn woken(&mut self, wall: u64) {
        let now = wall.max(self.latest);
        if self.model.settle(now) {
            self.latest = now;
        }
    }

    /// An answer leaves: the text of a success, or code and message.
    pub(crate) fn answered(&mut self, number: u64, answer: Result<&str, (&str, &str)>) -> Result<(), Violation> {
        let Some(told) = self.expected.remove(&number) else { return Ok(()) };
        let right = match (&told, answer) {
            (Told::Done(text), Ok(answer)) => text == answer,
            (Told::Page(text, page), Ok(answer)) => self.pages.fits(text, page, answer),
            (Told::Refused(code, message), Err(given)) => (*code, *message) == given,
            _ => false,
        };
        if right {
            return Ok(());
        }
        Err(format!("request {number} is answered\n{answer:?}\nand the second judge says\n{told:?}"))
    }

    /// The desk was loaded anew: only what is durable counts, and time goes on from the last record.
    pub(crate) fn loaded(&mut self, is_durable: impl Fn(u64) -> bool, latest: u64) -> Result<(), Violation> {
        self.expected.clear();
        self.history.retain(|decided| is_durable(decided.number));
        (self.model, self.latest) = (Model::default(), latest);
        for it in &self.history {
            self.model.settle(it.now);
            let (_, changed) = self.model.decide(&it.sent, it.now, it.made.as_deref(), &self.pages);
            if !changed {
                return Err(format!("request {} would not have been done without what was lost", it.number));
            }
        }
        // What was due by then was written down before.
        self.model.settle(latest);
        Ok(())
    }
}

//! What the second judge hears of a run, and the page tokens that callers bring back.

use super::World;
use crate::judge::{Sent, Violation, number_of};
use crate::script::ACCOUNTS;
use crate::second::{KNOWS, Known, Seen, SeenPlace};
use desk::Reply;
use ledger::{Entry, Kind};
use rpc::body::Node;
use rpc::fault::common;
use std::rc::Rc;
use store::Batch;

impl World {
    /// A request for a page: of the list that its token was told for, and now and then of another one.
    pub(super) fn paged(&self, mut sent: Sent) -> Sent {
        let chosen = sent.pairs.iter().find_map(|(_, value)| value.strip_prefix("@n")?.parse::<usize>().ok());
        let Some(chosen) = chosen else { return sent };
        let known = self.pages.get(chosen % self.pages.len().max(1));
        let token = known.map_or_else(|| "made-up".to_owned(), |(_, token)| token.clone());
        sent.pairs.retain(|(name, _)| *name != "NextToken");
        if let Some((first, _)) = known.filter(|_| !chosen.is_multiple_of(5)) {
            let filters = first.pairs.iter().filter(|(name, _)| !matches!(*name, "NextToken" | "MaxResults"));
            sent.pairs.extend(filters.cloned());
            sent.action = first.action;
            // Mostly by whom it was told to.
            sent.who = if chosen.is_multiple_of(7) { sent.who } else { first.who };
        }
        sent.pairs.push(("NextToken", token));
        sent
    }

    /// Tells the second judge of a request that was decided just now.
    pub(super) fn heard(&mut self, number: u64, sent: &Sent, found: Rc<Known>) -> Result<(), Violation> {
        if !KNOWS.contains(&sent.action) {
            return Err(format!("the second judge does not know {}", sent.action));
        }
        let ledger = self.desk.ledger();
        let owner = ACCOUNTS[sent.who].into();
        let kinds = [Kind::CapacityReservation, Kind::ElasticityAssurance];
        let held = kinds.into_iter().flat_map(|kind| ledger.held_of(&owner, kind, None));
        let places = ledger.instances_of(&owner, None).filter_map(|it| {
            let place = it.place()?;
            let reservation = place.reservation.map(|id| id.to_string());
            Some(SeenPlace { instance: it.id.to_string(), host: place.host.to_string(), reservation })
        });
        let seen = Seen { reservations: held.map(|it| it.id.to_string()).collect(), places: places.collect() };
        self.second.decided(number, sent, self.wall, found, seen)
    }

    /// Tells it of what has become durable.
    pub(super) fn heard_durable(&mut self, batch: &Batch) {
        for record in &batch.records {
            let number = number_of(&record.origin);
            self.second.durable(number, record.at.0);
            // The first record of all tells of hosts too.
            let of_ladders = |fact: &Entry| matches!(fact, Entry::LadderSet { .. });
            if number.is_none() && !record.entries.is_empty() && record.entries.iter().all(of_ladders) {
                self.second.ladders_durable();
            }
        }
    }

    /// The second judge's opinion of an answer.
    pub(super) fn compared(&mut self, number: u64, sent: &Sent, reply: &Reply) -> Result<(), Violation> {
        if let Ok(body) = reply
            && let Some(Node::Text(token)) = body.get("NextToken")
            && !token.is_empty()
        {
            self.pages.push((sent.clone(), token.to_string()));
        }
        let text = match reply {
            Ok(body) => Ok(body.to_json_text()),
            // Whoever is told of a failure knows nothing.
            Err(fault) if fault.code == common::INTERNAL_ERROR.code => return Ok(()),
            Err(fault) => Err((fault.code, &*fault.message)),
        };
        let answer = text.as_deref().map_err(|fault| *fault);
        if self.second_of_directory.expects(number) {
            self.counts.foretold += 1;
            return self.second_of_directory.answered(number, answer);
        }
        self.counts.foretold += 1;
        self.second.answered(number, answer)
    }
}

//! What happened to each reservation, and the pages on which that is told. A page is told of what is durable then, so it is put
//! together when it leaves and not when it is asked for.

use super::answers;
use super::faults::POOL_NOT_FOUND;
use super::listing::{Page, Pages, told};
use super::model::{Model, Outcome, Reservation, Tags, Told, value};
use super::outlook::seconds;
use super::reservations::is_reservation;
use crate::judge::{Sent, Violation};
use crate::script::ACCOUNTS;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// Stands for one of the instances that a request launched together: which of them came first is known once it is told.
const NEWCOMER: &str = "\u{1}newcomer\u{1}";

/// Something that happened to a reservation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Change {
    reservation: String,
    /// The text of the answer, with [`NEWCOMER`] where that stands.
    text: String,
    by: By,
    /// Where an instance came with others: which of them it is in the order of the launch, and those that came into these slots.
    newcomer: Option<(usize, BTreeSet<String>)>,
}

/// Who did it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum By {
    /// The request of this number.
    Request(u64),
    /// The clock, at this moment, after the request of this number.
    Clock { after: u64, moment: u64 },
}

/// A page that was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Looked {
    sent: Sent,
    page: Option<Page>,
    id: String,
    made: u64,
}

/// What is durable, and what of it had to be told before it was known.
#[derive(Debug, Default)]
pub(super) struct Written {
    /// The last request that is.
    request: u64,
    /// What the clock has done after it: up to this moment.
    clock: Option<u64>,
    /// Of a request that launched several together: the instances, each with its turn.
    turns: BTreeMap<(u64, usize), String>,
}

impl Written {
    /// A record became durable: of a request, or of the clock.
    pub(super) fn add(&mut self, number: Option<u64>, moment: u64) {
        match number {
            Some(number) => (self.request, self.clock) = (number, None),
            None => self.clock = Some(moment),
        }
    }

    fn has(&self, by: By) -> bool {
        match by {
            By::Request(number) => number <= self.request,
            By::Clock { after, moment } => {
                after < self.request || (after == self.request && self.clock >= Some(moment))
            }
        }
    }

    /// A request launched an instance as this one of several. It is told the same each time.
    pub(super) fn came(&mut self, number: u64, turn: usize, id: &str) -> Result<(), Violation> {
        let known = self.turns.entry((number, turn)).or_insert_with(|| id.to_owned());
        if known != id {
            return Err(format!("{id} came {turn}. by request {number}, and before it was {known}"));
        }
        let of_it = self.turns.range((number, 0)..=(number, usize::MAX));
        if of_it.filter(|(_, it)| *it == id).count() > 1 {
            return Err(format!("{id} came twice by request {number}"));
        }
        Ok(())
    }

    /// What a page has to be. The answer tells in which order those came that were launched together, if nothing has told it before.
    pub(super) fn page(&mut self, changes: &[Change], looked: &Looked, answer: &str) -> Result<Told, Violation> {
        let answer: serde_json::Value = serde_json::from_str(answer).unwrap_or_default();
        let mut all = Vec::new();
        let durable = changes.iter().filter(|it| it.reservation == looked.id && self.has(it.by));
        for (at, change) in durable.enumerate() {
            all.push(((at as u64, String::new()), change.clone()));
        }
        let begun = looked.page.as_ref().map_or(0, |page| page.goes_on_at());
        for (at, change) in all.iter_mut().map(|(_, change)| change).enumerate() {
            let (By::Request(number), Some((turn, those))) = (change.by, &change.newcomer) else { continue };
            let shown = at.checked_sub(begun).map(|place| &answer["Changes"]["Change"][place]["InstanceId"]);
            if let Some(id) = shown.and_then(|id| id.as_str()).filter(|id| those.contains(*id)) {
                self.came(number, *turn, id)?;
                change.text = change.text.replace(NEWCOMER, id);
            }
        }
        let (id, begins) = (&looked.id, seconds(looked.made));
        let text = |_, size, token: &str, shown: &[Change]| {
            let shown: Vec<&str> = shown.iter().map(|it| it.text.as_str()).collect();
            answers::history(id, &begins, size, token, &shown)
        };
        let page = told(&looked.sent, looked.page.as_ref(), 10, all, text);
        page.map(|(told, _)| told).map_err(|fault| format!("{fault:?}"))
    }
}

/// What is told of an event without more.
pub(super) fn event(event: &str) -> String {
    format!("\"Event\":\"{event}\"")
}

/// What is told of an instance.
pub(super) fn of_instance(event: &str, id: &str) -> String {
    format!("\"Event\":\"{event}\",\"InstanceId\":\"{id}\"")
}

impl Model {
    /// DescribeCapacityReservationHistory.
    pub(super) fn look_back(&self, sent: &Sent, pages: &Pages) -> Outcome {
        let page = pages.asked(sent)?.cloned();
        let it = &self.reservations[self.named(sent, is_reservation).ok_or(POOL_NOT_FOUND)?];
        Ok((Told::Looked(Looked { sent: sent.clone(), page, id: it.id.clone(), made: it.made }), false))
    }

    fn note(&mut self, change: Change) {
        Rc::make_mut(&mut self.changes).push(change);
    }

    /// The clock, which shows `now`, did what was due at a moment.
    pub(super) fn clock_did(&mut self, id: &str, due: u64, now: u64, said: &str) {
        let text = format!("{{\"Time\":\"{}\",{said},\"Actor\":\"System\"}}", seconds(due));
        let by = By::Clock { after: self.last, moment: now };
        self.note(Change { reservation: id.to_owned(), text, by, newcomer: None });
    }

    /// The request that is asked now did it.
    pub(super) fn happens(&mut self, sent: &Sent, id: &str, said: &str) {
        self.come(sent, id, said, None);
    }

    fn come(&mut self, sent: &Sent, id: &str, said: &str, newcomer: Option<(usize, BTreeSet<String>)>) {
        let (number, now) = self.asked;
        let text = format!(
            "{{\"Time\":\"{}\",{said},\"Actor\":\"Caller\",\"AccountId\":\"{}\",\"AccessKeyId\":\"key\",\
             \"SourceIp\":\"127.0.0.1\",\"Action\":\"{}\",\"RequestId\":\"{number}\"}}",
            seconds(now),
            ACCOUNTS[sent.who],
            sent.action,
        );
        self.note(Change { reservation: id.to_owned(), text, by: By::Request(number), newcomer });
    }

    /// A reservation was made.
    pub(super) fn begins(&mut self, sent: &Sent, it: &Reservation) {
        self.happens(sent, &it.id, &answers::made(it));
    }

    /// An instance goes from one slot to another, or out of one, or into one.
    pub(super) fn moves(&mut self, sent: &Sent, instance: &str, from: Option<&str>, to: Option<&str>) {
        if from != to {
            let ways = [("InstanceLeft", from), ("InstanceEntered", to)];
            for (event, id) in ways.into_iter().filter_map(|(event, id)| Some((event, id?))) {
                self.happens(sent, id, &of_instance(event, instance));
            }
        }
    }

    /// Instances were launched, each into its slot or into none.
    pub(super) fn launches(&mut self, sent: &Sent, launched: &[(String, Option<String>)]) {
        for (turn, (id, slot)) in launched.iter().enumerate() {
            let Some(slot) = slot else { continue };
            if launched.len() == 1 {
                self.moves(sent, id, None, Some(slot));
                continue;
            }
            let those = launched.iter().filter(|(_, other)| other.as_ref() == Some(slot)).map(|(id, _)| id.clone());
            let newcomer = Some((turn, those.collect()));
            self.come(sent, slot, &of_instance("InstanceEntered", NEWCOMER), newcomer);
        }
    }

    /// Tags were put on a reservation.
    pub(super) fn tagged(&mut self, sent: &Sent, tags: &Tags) {
        self.happens(sent, value(sent, "ResourceId.1").unwrap_or_default(), &answers::tagged(tags));
    }

    /// Tags were taken off a reservation.
    pub(super) fn untagged(&mut self, sent: &Sent, tags: &Tags) {
        self.happens(sent, value(sent, "ResourceId.1").unwrap_or_default(), &answers::untagged(tags));
    }
}

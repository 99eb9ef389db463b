//! A second judge: the whole region once more, written from the recorded operations, COMPAT.md and the manual and not from the ledger,
//! in the plainest way (lists that are walked, sums that are added up anew). It is told each request in the order in which they are
//! decided and says what the answer is, byte for byte. What it cannot know is taken from what was done and checked: an id
//! must be new, a host must be one of the best, and a page token is bound to where its page ended.
//!
//! It knows the operations of [`KNOWS`], each with the classes and types that the request found; [`Directory`] says which those are,
//! and what those are answered who ask for them or change them. It must not use anything of the ledger, the operations or the desk.

mod answers;
mod assurances;
mod classes;
mod explaining;
mod faults;
mod fleet;
mod history;
mod instances;
mod known;
mod listing;
mod matching;
mod model;
mod offers;
mod outlook;
mod reservations;
mod room;
mod tags;
mod windows;

use crate::judge::{Sent, Violation};
use history::Written;
use instances::Unclaimed;
use known::Class;
use listing::Pages;
use model::{DAY, Fault, Ladders, Model, Outcome, Status, Told, value};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

pub(crate) use classes::Directory;
pub(crate) use known::Known;
pub(crate) use model::{Seen, SeenPlace};

/// The operations that it knows.
pub(crate) const KNOWS: [&str; 41] = [
    "CreateCapacityReservation",
    "CreateElasticityAssurance",
    "CreateInstance",
    "DeleteInstance",
    "DeleteInstances",
    "DescribeAvailableResource",
    "DescribeCapacityReservationHistory",
    "DescribeCapacityReservationInstances",
    "DescribeCapacityReservations",
    "DescribeCapacityTimeline",
    "DescribeElasticityAssuranceAutoRenewAttribute",
    "DescribeElasticityAssuranceInstances",
    "DescribeElasticityAssurances",
    "DescribeHosts",
    "DescribeInstanceAttachmentAttributes",
    "DescribeInstances",
    "DescribePools",
    "DescribeZones",
    "DrainHosts",
    "ExplainCapacity",
    "FailHosts",
    "FindWindow",
    "ListTagResources",
    "ModifyCapacityReservation",
    "ModifyElasticityAssurance",
    "ModifyElasticityAssuranceAutoRenewAttribute",
    "ModifyInstanceAttachmentAttributes",
    "ModifyWindow",
    "RegisterHosts",
    "ReleaseCapacityReservation",
    "RemoveHosts",
    "RenewElasticityAssurances",
    "ReserveWindow",
    "RunInstances",
    "StartInstance",
    "StartInstances",
    "StopInstance",
    "StopInstances",
    "TagResources",
    "UndrainHosts",
    "UntagResources",
];

/// A request that was decided, and when.
#[derive(Clone, Debug)]
struct Decided {
    number: u64,
    sent: Sent,
    now: u64,
    /// The latest hour that the wall clock had shown by then.
    peak: u64,
    seen: Seen,
    found: Rc<Known>,
}

/// What had an effect on the region.
#[derive(Clone, Debug)]
enum Event {
    /// A request.
    Decided(Box<Decided>),
    /// The region was told of ladders, at this moment, so many times by then.
    Ladders { times: u64, now: u64, ladders: Ladders },
}

/// The judge of one run.
#[derive(Debug)]
pub(crate) struct Second {
    model: Model,
    /// No request is decided earlier.
    latest: u64,
    /// The latest hour that the wall clock has shown.
    peak: u64,
    /// What there was when the desk was loaded last.
    loaded: Model,
    /// All that had an effect since then, in the order in which they were decided.
    history: Vec<Event>,
    /// How often the region was told of ladders, and how often durably.
    ladders: (u64, u64),
    /// What is expected of each that waits for its answer.
    expected: BTreeMap<u64, Told>,
    pages: Pages,
    /// What of all that is durable.
    written: Written,
    /// Ids that were ever made.
    made: BTreeSet<String>,
}

impl Second {
    /// Of a region whose first record, of this moment, is of so many hosts.
    pub(crate) fn new(latest: u64, hosts: usize) -> Self {
        let (model, loaded) = (Model::new(hosts), Model::new(hosts));
        let (history, ladders, expected) = Default::default();
        let (pages, written, made) = Default::default();
        Self { model, latest, peak: latest, loaded, history, ladders, expected, pages, written, made }
    }

    /// A request was decided at this hour of the wall clock, with what it found of the directory, and what could be seen of it
    /// afterwards.
    pub(crate) fn decided(
        &mut self,
        number: u64,
        sent: &Sent,
        wall: u64,
        found: Rc<Known>,
        seen: Seen,
    ) -> Result<(), Violation> {
        self.woken(wall);
        let now = wall.max(self.latest);
        let (reservations, instances) = (self.model.reservations.len(), self.model.instances.len());
        let it = Decided { number, sent: sent.clone(), now, peak: self.peak, seen, found };
        let (told, changed) = decide(&mut self.model, &it, &self.pages)
            .map_err(|violation| format!("after request {number}, {}: {violation}", sent.action))?;
        if changed {
            self.latest = now;
            self.history.push(Event::Decided(Box::new(it)));
        }
        // What is made is put at the end of its list.
        let new = self.model.reservations.iter().skip(reservations).map(|it| &it.id);
        for id in new.chain(self.model.instances.iter().skip(instances).map(|it| &it.id)) {
            if !self.made.insert(id.clone()) {
                return Err(format!("{id} is not new"));
            }
        }
        self.expected.insert(number, told);
        Ok(())
    }

    /// The region was told of this directory: it counts the classes that it knows in their ladders from now on.
    pub(crate) fn ladders_told(&mut self, found: &Known, wall: u64) {
        let known = |(class, _): &(&String, &Class)| self.model.ladders.contains_key(*class);
        let ladders = found.classes.iter().filter(known).map(|(name, class)| (name.clone(), class.rungs.clone()));
        let mut ladders: Ladders = ladders.collect();
        ladders.retain(|class, rungs| self.model.rungs(class) != rungs.as_slice());
        if ladders.is_empty() {
            return;
        }
        self.woken(wall);
        self.latest = wall.max(self.latest);
        self.model.ladders.extend(ladders.clone());
        self.ladders.0 += 1;
        self.history.push(Event::Ladders { times: self.ladders.0, now: self.latest, ladders });
    }

    /// What the region was told of ladders next became durable.
    pub(crate) const fn ladders_durable(&mut self) {
        self.ladders.1 += 1;
    }

    /// Time went by, and the desk was woken.
    pub(crate) fn woken(&mut self, wall: u64) {
        self.peak = self.peak.max(wall);
        let now = wall.max(self.latest);
        if self.model.settle(now) {
            self.latest = now;
        }
    }

    /// An answer leaves: the text of a success, or code and message.
    pub(crate) fn answered(&mut self, number: u64, answer: Result<&str, (&str, &str)>) -> Result<(), Violation> {
        let Some(mut told) = self.expected.remove(&number) else { return Ok(()) };
        if let Told::Either(known, fault) = told {
            let forgotten = answer == Err((fault.code, &*fault.message));
            told = if forgotten { Told::Refused(fault) } else { *known };
        }
        if let (Told::Looked(looked), Ok(answer)) = (&told, answer) {
            told = self.written.page(&self.model.changes, looked, answer)?;
        }
        let right = match (&told, answer) {
            (Told::Done(text), Ok(answer)) => text == answer,
            (Told::Page(text, page), Ok(answer)) => self.pages.fits(text, page, answer),
            (Told::OneOf(texts), Ok(answer)) => texts.iter().any(|text| text == answer),
            (Told::Ordered(text), Ok(answer)) => answers::is_ordered(text, answer),
            (Told::Launched(launched), Ok(answer)) => instances::are_listed(launched, answer),
            (Told::Refused(fault), Err(given)) => (fault.code, fault.message.as_str()) == given,
            _ => false,
        };
        if right {
            return self.hear(number, &told, answer);
        }
        if let (Told::Done(text) | Told::Page(text, _), Ok(answer)) = (&told, answer) {
            let same = answer.chars().zip(text.chars()).take_while(|(one, other)| one == other).count();
            let around = |text: &str| text.chars().skip(same.saturating_sub(200)).take(300).collect::<String>();
            let (answer, text) = (around(answer), around(text));
            return Err(format!("request {number} is answered\n..{answer}..\nand the second judge says\n..{text}.."));
        }
        Err(format!("request {number} is answered\n{answer:?}\nand the second judge says\n{told:?}"))
    }

    /// Who was launched together is answered in the order in which they came.
    fn hear(&mut self, number: u64, told: &Told, answer: Result<&str, (&str, &str)>) -> Result<(), Violation> {
        let (Told::Launched(_), Ok(answer)) = (told, answer) else { return Ok(()) };
        let mut ids = instances::listed(answer).into_iter().enumerate();
        ids.try_for_each(|(turn, id)| self.written.came(number, turn, id))
    }

    /// A record became durable: of the request of this number, or of the clock.
    pub(crate) fn durable(&mut self, number: Option<u64>, moment: u64) {
        self.written.add(number, moment);
    }

    /// The desk was loaded anew: only what is durable counts, and time goes on from the last record.
    pub(crate) fn loaded(&mut self, is_durable: impl Fn(u64) -> bool, latest: u64) -> Result<(), Violation> {
        self.expected.clear();
        self.ladders.0 = self.ladders.1;
        (self.model, self.latest) = (self.loaded.clone(), latest);
        for event in self.history.drain(..) {
            match event {
                Event::Decided(it) if is_durable(it.number) => {
                    self.model.settle(it.now);
                    let (_, changed) = decide(&mut self.model, &it, &self.pages)?;
                    if !changed {
                        return Err(format!("request {} would not have been done without what was lost", it.number));
                    }
                }
                Event::Ladders { times, now, ladders } if times <= self.ladders.1 => {
                    self.model.settle(now);
                    self.model.ladders.extend(ladders);
                }
                Event::Decided(_) | Event::Ladders { .. } => {}
            }
        }
        // What was due by then was written down before.
        self.model.settle(latest);
        self.loaded = self.model.clone();
        Ok(())
    }
}

/// What a request is answered, and whether it is written down.
fn decide(model: &mut Model, it: &Decided, pages: &Pages) -> Result<(Told, bool), Violation> {
    let Decided { number, sent, now, peak, seen, found } = it;
    model.asked = (*number, *now);
    model.found = Rc::clone(found);
    let key = value(sent, "ClientToken").map(|token| (sent.who, sent.action, token.to_owned()));
    let mut unclaimed = Unclaimed::of(model, seen);
    // Where its day was over before the clock was set back and a crash undid that, a token may be remembered or not.
    let token = key.as_ref().and_then(|key| model.tokens.get(key));
    let doubtful = token.is_some_and(|(_, _, at)| *peak >= at + DAY);
    let made = model.new_reservation(seen).is_some() || unclaimed.check().is_err();
    if let (true, true, Some(key)) = (doubtful, made, &key) {
        model.tokens.remove(key);
    }
    let anew = (doubtful && !made).then(|| perform(&mut model.clone(), sent, *now, seen, &mut unclaimed, pages));
    let outcome = match key.as_ref().and_then(|key| model.tokens.get(key)) {
        Some((pairs, told, _)) if *pairs == sent.pairs => Ok((told.clone(), false)),
        Some(_) => Err(Fault::from(faults::MISMATCH)),
        None => {
            let outcome = perform(model, sent, *now, seen, &mut unclaimed, pages);
            outcome.map(|(told, changed)| {
                let remembered = key.is_some();
                model.tokens.extend(key.map(|key| (key, (sent.pairs.clone(), told.clone(), *now))));
                (told, changed || remembered)
            })
        }
    };
    // What is refused has put nothing anywhere.
    let left = if outcome.is_err() { Unclaimed::of(model, seen) } else { unclaimed };
    left.check()?;
    if let Some(id) = model.new_reservation(seen) {
        return Err(format!("{id} was made, and is not expected: {outcome:?}"));
    }
    let (mut told, changed) = outcome.unwrap_or_else(|fault| (Told::Refused(fault), false));
    if let Some(Err(fault)) = anew {
        told = Told::Either(Box::new(told), fault);
    }
    if changed {
        model.last = *number;
    }
    Ok((told, changed))
}

/// Does what a request asks for.
fn perform(
    model: &mut Model,
    sent: &Sent,
    now: u64,
    seen: &Seen,
    unclaimed: &mut Unclaimed<'_>,
    pages: &Pages,
) -> Outcome {
    match sent.action {
        "CreateCapacityReservation" => model.create(sent, now, seen),
        "ModifyCapacityReservation" => model.modify(sent, now),
        "ReleaseCapacityReservation" => model.release(sent, now),
        "DescribeCapacityReservations" | "DescribeElasticityAssurances" => model.list_reservations(sent, pages),
        "DescribeCapacityReservationInstances" | "DescribeElasticityAssuranceInstances" => {
            model.list_users(sent, pages)
        }
        "DescribeCapacityReservationHistory" => model.look_back(sent, pages),
        "ListTagResources" => model.list_tags(sent, pages),
        "RunInstances" | "CreateInstance" => model.launch(sent, now, unclaimed),
        "DescribeInstances" => model.list_instances(sent, pages),
        "ModifyInstanceAttachmentAttributes" => model.attach(sent, now),
        "DescribeInstanceAttachmentAttributes" => model.list_attachments(sent),
        "ReserveWindow" => model.reserve_window(sent, now, seen),
        "ModifyWindow" => model.modify_window(sent, now),
        "CreateElasticityAssurance" => model.assure(sent, now, seen),
        "ModifyElasticityAssurance" => model.modify_assurance(sent, now),
        "RenewElasticityAssurances" => model.renew(sent),
        "ModifyElasticityAssuranceAutoRenewAttribute" => model.set_renewal(sent),
        "DescribeElasticityAssuranceAutoRenewAttribute" => model.list_renewals(sent),
        "TagResources" => model.tag(sent),
        "UntagResources" => model.untag(sent),
        "RegisterHosts" => model.register_hosts(sent),
        "RemoveHosts" => model.remove_hosts(sent),
        "DrainHosts" => model.turn_hosts(sent, Status::Draining),
        "UndrainHosts" => model.turn_hosts(sent, Status::InService),
        "FailHosts" => model.turn_hosts(sent, Status::Failed),
        "DescribeHosts" => model.list_hosts(sent, pages),
        "DescribePools" => model.list_pools(sent, now),
        "DescribeAvailableResource" => model.list_offers(sent, now),
        "DescribeZones" => Model::list_zones(),
        "ExplainCapacity" => model.explain(sent, now),
        "FindWindow" => model.find_window(sent, now),
        "DescribeCapacityTimeline" => model.timeline(sent, now),
        _ => model.change(sent, now, unclaimed),
    }
}

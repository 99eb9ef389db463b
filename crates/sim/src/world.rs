//! One run: the real desk, the real operations and the real ledger, over a store in memory whose every answer is the
//! script's. Drives the desk as the server's commit thread does. Judges nothing itself.

mod directory;
mod ending;
mod import;
mod listening;
mod looking_back;

use crate::dice::Dice;
use crate::fixture;
use crate::judge::{Judge, Sent, Violation};
use crate::script::fleet::IMPORTERS;
use crate::script::{ACCOUNTS, Book, Fate, OPERATOR, Step};
use crate::second::{self, Second};
use api::{Caller, Change, operations};
use desk::{Action, Call, Desk, Looker, Reply, Settings};
use directory::Live;
use import::Importer;
use ledger::{Host, InstanceId, KeyId, Moment, Phase, Place, ReservationId};
use rpc::body::Body;
use rpc::encode::percent;
use rpc::params::Params;
use rpc::time::{self, Precision};
use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;
use store::format::{Chunks, decode_batch, encode_batch};
use store::{Appended, Batch, Failure, Memory, Refused, Store};

/// 2026-11-23T00:00:00Z
const BEGIN: u64 = 1_795_392_000;
const HOUR: u64 = 3600;
/// Operations that promise and give nothing back.
const PROMISING: [&str; 3] = ["CreateCapacityReservation", "ReserveWindow", "CreateElasticityAssurance"];
const KEEP_RELEASED_SECONDS: u64 = 30 * 24 * HOUR;
/// Longer than anything that is promised lasts.
const LONG: u64 = 400 * 24 * HOUR;
/// One in so many ids is looked for among those of all accounts.
const STRANGERS: usize = 8;
/// Requests that can be sent again.
const RECENT: usize = 16;

/// What a run came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Requests decided.
    pub asked: u64,
    /// Answers that the second judge has said before.
    pub foretold: u64,
    /// Failures of the store and crashes.
    pub faults: u64,
    /// How often each operation was answered with each code; `OK` where it succeeded.
    pub answers: BTreeMap<(&'static str, &'static str), u64>,
}

/// A checkpoint that is being written.
struct Writing {
    revision: u64,
    chunks: Option<Chunks>,
}

/// A region and everyone around it.
pub struct World {
    desk: Desk<u64>,
    store: Memory,
    looker: Looker,
    directory: Live,
    judge: Judge,
    second: Second,
    second_of_directory: second::Directory,
    dice: Dice,
    wall: u64,
    run: u128,
    number: u64,
    under_way: Option<Arc<Batch>>,
    between: bool,
    writing: Option<Writing>,
    recent: Vec<Sent>,
    /// Ids that have been told, each with the number of the account.
    reservations: Vec<(usize, String)>,
    instances: Vec<(usize, String)>,
    /// Page tokens that have been told, each with the request.
    pages: Vec<(Sent, String)>,
    importers: [Importer; IMPORTERS],
    trace: DefaultHasher,
    /// What has happened so far.
    pub counts: Counts,
}

fn settings(run: u128) -> Settings {
    Settings { region: fixture::REGION.into(), run, keep_released_seconds: KEEP_RELEASED_SECONDS }
}

fn trouble(what: &str) -> Failure {
    Failure::Medium { file: "the simulated store".into(), what: what.into() }
}

impl World {
    /// A region with some hosts and no promise.
    ///
    /// # Errors
    /// When even that is not right.
    pub fn new(seed: u64) -> Result<Self, Violation> {
        let hosts = if Book::of(seed) == Book::Fleet { 3 } else { 6 };
        let mut world = Self {
            desk: Desk::new(settings(1)),
            store: Memory::unbounded(),
            looker: Looker::default(),
            directory: Live::new(),
            judge: Judge::default(),
            second: Second::new(BEGIN, hosts),
            second_of_directory: second::Directory::default(),
            dice: Dice::new(!seed),
            wall: BEGIN,
            run: 1,
            number: 0,
            under_way: None,
            between: false,
            writing: None,
            recent: Vec::new(),
            reservations: Vec::new(),
            instances: Vec::new(),
            pages: Vec::new(),
            importers: Default::default(),
            trace: DefaultHasher::new(),
            counts: Counts::default(),
        };
        world.judge.peak = BEGIN;
        world.describe()?;
        let mut actions = Vec::new();
        world.desk.record(Moment(BEGIN), &fixture::fleet(hosts), &mut actions);
        world.act(actions)?;
        world.settle()?;
        Ok(world)
    }

    /// Plays one step, and gives what the trace has come to.
    ///
    /// # Errors
    /// What does not hold.
    pub fn play(&mut self, step: &Step) -> Result<u64, Violation> {
        self.judge.peak = self.judge.peak.max(self.wall);
        match step {
            Step::Ask { who, action, pairs } => {
                let pairs = pairs.iter().map(|(name, value)| (*name, self.resolved(*who, value))).collect();
                let sent = Sent { who: *who, action, pairs };
                self.ask(&self.paged(self.typed(sent)))?;
            }
            Step::Again { back, changed } => self.again(*back, *changed)?,
            Step::Store(fate) => self.store_does(*fate)?,
            Step::GoOn => self.go_on()?,
            Step::Wait(seconds) => self.wall += seconds,
            Step::WaitUntilDue => {
                let due = self.desk.ledger().next_due().filter(|due| due.0 < self.wall + LONG);
                self.wall = due.map_or(self.wall, |due| due.0.max(self.wall));
            }
            Step::Back(seconds) => self.wall = self.wall.saturating_sub(*seconds),
            Step::Tick => self.tick()?,
            Step::Crash { durable, directory } => self.crash(*durable, *directory)?,
            Step::Checkpoint(items) => self.checkpoint(*items)?,
            Step::WholeCheckpoint => {
                self.checkpoint(usize::MAX)?;
                while self.writing.as_ref().is_some_and(|it| it.revision <= self.judge.region.committed) {
                    self.checkpoint(usize::MAX)?;
                }
            }
            Step::Directory(fate) => self.directory_does(*fate)?,
            Step::Tell => self.tell()?,
            Step::DirectoryCheckpoint { whole } => self.checkpoint_directory(*whole)?,
            Step::Late => self.directory.late = true,
            Step::Import(who, import) => self.import(*who, import)?,
        }
        self.look()?;
        (self.desk.revision(), self.judge.region.committed, self.wall).hash(&mut self.trace);
        self.judge.directory.committed.hash(&mut self.trace);
        Ok(self.trace.finish())
    }

    /// What must hold after each step.
    fn look(&mut self) -> Result<(), Violation> {
        self.judge.look(self.desk.ledger())?;
        self.look_at_directory()?;
        self.watch_imports();
        Ok(())
    }

    /// The store does all that it is asked to.
    fn settle(&mut self) -> Result<(), Violation> {
        while self.under_way.is_some() || self.between || !self.directory.is_idle() {
            self.go_on()?;
            self.store_does(Fate::Commits)?;
            self.directory_does(Fate::Commits)?;
            if !self.directory.is_idle() {
                self.tell()?;
            }
        }
        Ok(())
    }

    /// The value that a word of the script stands for. Ids are mostly the caller's own.
    fn resolved(&self, who: usize, value: &str) -> String {
        let nth = |of: &[(usize, String)], at: &str| {
            let at: usize = at.parse().unwrap_or(0);
            let strangers = at.is_multiple_of(STRANGERS);
            let of: Vec<&String> =
                of.iter().filter(|(whose, _)| strangers || *whose == who).map(|(_, id)| id).collect();
            of.get((at / STRANGERS) % of.len().max(1)).map(|id| (*id).clone())
        };
        let hour = |seconds| time::format(seconds, Precision::Seconds);
        let two = |of: &str, at: &str| {
            let (one, other) = (self.resolved(who, &format!("{of}{at}")), self.resolved(who, &format!("{of}1{at}")));
            format!("[\"{one}\",\"{other}\"]")
        };
        if let Some(at) = value.strip_prefix("@R") {
            two("@r", at)
        } else if let Some(at) = value.strip_prefix("@I") {
            two("@i", at)
        } else if let Some(at) = value.strip_prefix("@r") {
            nth(&self.reservations, at).unwrap_or_else(|| "crp-bp1neverissued000000".into())
        } else if let Some(at) = value.strip_prefix("@i") {
            nth(&self.instances, at).unwrap_or_else(|| "i-bp1neverissued000000".into())
        } else if let Some(seconds) = value.strip_prefix("@+") {
            hour(self.wall + seconds.parse::<u64>().unwrap_or(0))
        } else if let Some(hours) = value.strip_prefix("@h") {
            hour((self.wall / HOUR + hours.parse::<u64>().unwrap_or(0)) * HOUR)
        } else {
            value.to_owned()
        }
    }

    /// A request for the type of the reservation that it names.
    fn typed(&self, mut sent: Sent) -> Sent {
        let named = sent.pairs.iter().find(|(name, _)| *name == "PrivatePoolOptions.Id");
        let named = named.and_then(|(_, id)| self.desk.ledger().reservation(&ReservationId::parse(id)?));
        let its = named.map_or_else(|| "ecs.g6.large".to_owned(), |it| it.instance_type.to_string());
        sent.pairs.iter_mut().filter(|(_, value)| value == "@same").for_each(|(_, value)| value.clone_from(&its));
        sent
    }

    fn again(&mut self, back: usize, changed: bool) -> Result<(), Violation> {
        let at = self.recent.len().checked_sub(1 + back);
        let Some(mut sent) = at.and_then(|at| self.recent.get(at)).cloned() else { return Ok(()) };
        if changed {
            for (_, value) in sent.pairs.iter_mut().filter(|(name, _)| name.ends_with("Amount")) {
                *value = if value == "1" { "2" } else { "1" }.into();
            }
        }
        self.ask(&sent)
    }

    fn ask(&mut self, sent: &Sent) -> Result<(), Violation> {
        let Some(row) = operations::find(sent.action) else { return Err(format!("no operation {}", sent.action)) };
        let query: Vec<String> =
            sent.pairs.iter().map(|(name, value)| format!("{}={}", percent(name), percent(value))).collect();
        let query = format!("RegionId={}&{}", fixture::REGION, query.join("&"));
        let Ok(params) = Params::read(Some(&query), b"") else { return Ok(()) };
        // What is absent is told at the gate.
        if row.present(&params).is_err() {
            return Ok(());
        }
        self.recent.push(sent.clone());
        if self.recent.len() > RECENT {
            self.recent.remove(0);
        }
        self.number += 1;
        self.counts.asked += 1;
        let number = self.number;
        self.judge.asked(number, sent, self.wall);
        let call = Call {
            waiter: number,
            row,
            params,
            caller: Caller { account: ACCOUNTS[sent.who].into(), key: KeyId::from("key") },
            source: "127.0.0.1".into(),
            request_id: number.to_string().into(),
            nonce: [0; 16],
            directory: self.directory.found(),
            wall: Moment(self.wall),
            draw: u128::from(self.dice.roll()) << 64 | u128::from(self.dice.roll()),
        };
        if let Change::Directory(_) = row.change {
            return self.ask_directory(call);
        }
        // What falls due before it may stop instances too.
        let calm = self.desk.next_due().is_none_or(|due| due.0 > self.wall);
        let (short, stood) = (self.is_short(), self.stood(sent).into_iter().filter(|_| calm).collect::<Vec<_>>());
        let (hosts, as_counted) = (self.desk.ledger().hosts().clone(), self.are_as_counted());
        let found = self.second_of_directory.finds(!Arc::ptr_eq(&call.directory, &self.directory.published));
        let mut actions = Vec::new();
        self.desk.call(call, &mut actions);
        self.registered_well(sent, &hosts)?;
        self.heard(number, sent, found)?;
        // A slot that is given back on a host out of service is promised still, and has no room: that is no fault.
        let all_serve = self.desk.ledger().hosts().values().all(Host::serves);
        let only_promises = calm && PROMISING.contains(&sent.action);
        let roomy = all_serve && as_counted;
        if sent.who != OPERATOR && (roomy || only_promises) && !short && self.is_short() {
            return Err(format!("after request {number} more is promised than there is: {}", sent.action));
        }
        self.stopped_well(sent, &stood)?;
        let (promised, strangers) = (self.asks_for_promised(sent), self.names_strangers(sent));
        if let Some(asked) = self.judge.waiting.get_mut(&number) {
            (asked.promised, asked.strangers) = (promised, strangers);
        }
        let own = |action: &Action<u64>| match action {
            Action::Answer(waiter, _) | Action::Search(waiter, _) => *waiter == number,
            Action::Append(_) => false,
        };
        let at_once = actions.iter().any(own);
        if at_once && *self.desk.ledger() != self.judge.region.durable {
            return Err(format!("request {number} is answered while something that it saw is not durable"));
        }
        self.act(actions)?;
        // What it made may be due at once, as the notice of a short window is.
        match self.desk.next_due() {
            Some(due) if due.0 <= self.wall => self.tick(),
            _ => Ok(()),
        }
    }

    /// Whether it names something of another account's, and is to be refused as a whole for that.
    fn names_strangers(&self, sent: &Sent) -> bool {
        let leaves_out = sent.action == "ListTagResources";
        if leaves_out || sent.pairs.iter().any(|(_, value)| value == "SuccessFirst") {
            return false;
        }
        let known = || self.reservations.iter().chain(&self.instances);
        let stranger = |value: &String| known().any(|(whose, id)| id == value && *whose != sent.who);
        sent.pairs.iter().any(|(_, value)| stranger(value))
    }

    fn is_short(&self) -> bool {
        self.desk.ledger().pools().any(|(_, _, pool)| pool.shortfall().next().is_some())
    }

    /// Whether each slot in use is of the size in which it will be promised again. It is not where the class has got other rungs
    /// since; then giving it back may show that those rungs are too few.
    fn are_as_counted(&self) -> bool {
        let ledger = self.desk.ledger();
        let as_counted = |place: &Place| {
            let Some(it) = place.reservation.and_then(|id| ledger.reservation(&id)) else { return true };
            let rung = ledger.ladder(&it.class).and_then(|ladder| Some(ladder.rungs()[ladder.rung_for(it.size)?]));
            rung == Some(place.units)
        };
        ACCOUNTS.iter().all(|id| {
            let owner = (*id).into();
            ledger.instances_of(&owner, None).all(|it| it.place().is_none_or(as_counted))
        })
    }

    /// The places of the running instances that are to be stopped.
    fn stood(&self, sent: &Sent) -> Vec<(InstanceId, Place)> {
        let named =
            sent.pairs.iter().filter(|(name, _)| sent.action == "StopInstances" && name.starts_with("InstanceId"));
        let ids = named.filter_map(|(_, id)| InstanceId::parse(id));
        let runs = ids.filter_map(|id| self.desk.ledger().instance(&id).filter(|it| it.runs()));
        runs.filter_map(|it| Some((it.id, it.place()?.clone()))).collect()
    }

    /// Those that were stopped kept their places, or gave them back, as was asked.
    fn stopped_well(&self, sent: &Sent, stood: &[(InstanceId, Place)]) -> Result<(), Violation> {
        let keeps = !sent.pairs.iter().any(|(_, value)| value == "StopCharging");
        for (id, before) in stood {
            let Some(now) = self.desk.ledger().instance(id).filter(|it| !it.runs()) else { continue };
            let right = match now.place() {
                // What fell due just before may have ended its reservation: the place on the host is what is kept.
                Some(place) => keeps && place.host == before.host,
                None => !keeps || self.desk.ledger().reclaimed_at(now).is_some(),
            };
            if !right {
                return Err(format!("{id} was stopped and stands in {:?}", now.place()));
            }
        }
        Ok(())
    }

    /// Whether a request, if it was refused, asked for slots of its own reservation that were promised and are there.
    fn asks_for_promised(&self, sent: &Sent) -> bool {
        let value = |wanted: &str| sent.pairs.iter().find(|(name, _)| *name == wanted).map(|(_, value)| value.as_str());
        let id = value("PrivatePoolOptions.Id").and_then(ReservationId::parse);
        let ledger = self.desk.ledger();
        let Some(it) = id.and_then(|id| ledger.reservation(&id)) else { return false };
        let few: u32 = value("Amount").and_then(|text| text.parse().ok()).unwrap_or(1);
        sent.action == "RunInstances"
            && value("PrivatePoolOptions.MatchCriteria") == Some("Target")
            && it.owner.as_str() == ACCOUNTS[sent.who]
            && it.phase == Phase::Active
            && value("InstanceType") == Some(it.instance_type.as_str())
            && value("ZoneId").is_none_or(|zone| zone == it.zone.as_str())
            && ledger.used(&it.id) + few <= it.count
            && ledger.short(&it.zone, &it.class, usize::MAX).is_empty()
    }

    fn act(&mut self, actions: Vec<Action<u64>>) -> Result<(), Violation> {
        for action in actions {
            match action {
                Action::Append(closed) => {
                    let batch = decode_batch(&closed.frame).map_err(|it| format!("a batch cannot be read: {it}"))?;
                    match &self.under_way {
                        None => self.judge.appending(&batch)?,
                        Some(before) if **before == batch => {}
                        Some(_) => return Err("two batches are under way".into()),
                    }
                    self.under_way = Some(Arc::new(batch));
                }
                Action::Answer(number, reply) => self.answered(number, &reply)?,
                Action::Search(number, search) => self.looks_back(number, &search)?,
            }
        }
        Ok(())
    }

    fn answered(&mut self, number: u64, reply: &Reply) -> Result<(), Violation> {
        let asked = self.judge.answer(number, reply)?;
        self.compared(number, &asked.sent, reply)?;
        self.import_hears(number, reply);
        let (code, text) = match reply {
            Ok(body) => {
                self.learn(asked.sent.who, body);
                ("OK", body.to_json_text())
            }
            Err(fault) => (fault.code, fault.message.to_string()),
        };
        (number, code, text).hash(&mut self.trace);
        *self.counts.answers.entry((asked.sent.action, code)).or_default() += 1;
        Ok(())
    }

    /// Ids that a caller has been told.
    fn learn(&mut self, who: usize, body: &Body) {
        let value: serde_json::Value = serde_json::from_str(&body.to_json_text()).unwrap_or_default();
        let one = |field: &str| value[field].as_str().map(str::to_owned);
        let many = value["InstanceIdSets"]["InstanceIdSet"].as_array().into_iter().flatten();
        let ids = many.filter_map(|id| id.as_str().map(str::to_owned)).chain(one("InstanceId"));
        self.instances.extend(ids.map(|id| (who, id)));
        self.reservations.extend(one("PrivatePoolOptionsId").map(|id| (who, id)));
    }

    fn store_does(&mut self, fate: Fate) -> Result<(), Violation> {
        let Some(batch) = self.under_way.clone() else { return Ok(()) };
        if fate != Fate::Commits {
            self.counts.faults += 1;
        }
        if matches!(fate, Fate::Commits | Fate::CommitsUnknown | Fate::FailsDurable) {
            self.keep(&batch)?;
        }
        let outcome = match fate {
            Fate::Commits => Appended::Committed,
            Fate::CommitsUnknown | Fate::LostUnknown => Appended::Unknown(trouble("no answer")),
            Fate::Refused => Appended::Refused(Refused::Owner),
            Fate::Fails | Fate::FailsDurable => Appended::Failed(trouble("a sync failed")),
        };
        let mut actions = Vec::new();
        let goes_on = self.desk.appended(&outcome, &mut actions);
        if fate == Fate::Commits {
            self.under_way = None;
            self.between = true;
        }
        self.act(actions)?;
        match (goes_on, outcome) {
            (true, _) => Ok(()),
            (false, Appended::Unknown(_)) => Err("the desk gave up a batch that may have become durable".into()),
            (false, _) => self.load(),
        }
    }

    fn keep(&mut self, batch: &Batch) -> Result<(), Violation> {
        // It may have been kept before, and nobody could say so.
        let new = batch.revision > self.judge.region.committed;
        match self.store.append(&encode_batch(batch)) {
            Appended::Committed => self.judge.committed(batch),
            other => return Err(format!("the store answers {other:?} to the next batch")),
        }
        if new {
            self.heard_durable(batch);
        }
        Ok(())
    }

    fn go_on(&mut self) -> Result<(), Violation> {
        if !std::mem::take(&mut self.between) {
            return Ok(());
        }
        let mut actions = Vec::new();
        self.desk.go_on(&mut actions);
        self.act(actions)
    }

    fn tick(&mut self) -> Result<(), Violation> {
        let mut actions = Vec::new();
        self.desk.tick(Moment(self.wall), &mut actions);
        self.second.woken(self.wall);
        self.judge.settled(self.desk.ledger(), self.wall)?;
        self.act(actions)
    }

    fn crash(&mut self, durable: bool, directory: bool) -> Result<(), Violation> {
        self.counts.faults += 1;
        if let Some(batch) = self.under_way.clone().filter(|_| durable) {
            self.keep(&batch)?;
        }
        self.crash_directory(directory)?;
        self.judge.died();
        self.importers = Default::default();
        self.start_directory()?;
        self.load()?;
        self.agree()
    }

    /// Begins anew from what is durable.
    fn load(&mut self) -> Result<(), Violation> {
        self.run += 1;
        (self.under_way, self.between, self.writing) = (None, false, None);
        self.judge.lost();
        self.store.reopen().map_err(|failure| failure.to_string())?;
        self.desk = Desk::load(&self.store, settings(self.run)).map_err(|failure| failure.to_string())?;
        self.judge.loaded(self.desk.ledger())?;
        let judge = &self.judge;
        self.second.loaded(|number| judge.is_durable(number), judge.durable_until())
    }

    fn checkpoint(&mut self, items: usize) -> Result<(), Violation> {
        let Some(mut writing) = self.writing.take() else {
            if self.desk.checkpoint_revision().is_none() {
                self.desk.want_checkpoint();
            }
            self.writing = self.desk.checkpoint_revision().map(|revision| Writing { revision, chunks: None });
            return Ok(());
        };
        if self.judge.region.committed < writing.revision {
            self.writing = Some(writing);
            return Ok(());
        }
        let told = |failure: Failure| failure.to_string();
        let mut chunks = match writing.chunks.take() {
            Some(chunks) => chunks,
            None => match self.store.begin_checkpoint(writing.revision) {
                Ok(writer) => Chunks::new(writer),
                // There is one of this revision already: nothing has happened since.
                Err(Failure::Caller(_)) => {
                    while self.desk.checkpoint_next(items).is_some() {}
                    return Ok(());
                }
                Err(failure) => return Err(told(failure)),
            },
        };
        match self.desk.checkpoint_next(items) {
            Some(piece) => {
                chunks.piece(&piece).map_err(told)?;
                writing.chunks = Some(chunks);
                self.writing = Some(writing);
            }
            None => chunks.finish().map_err(told)?,
        }
        Ok(())
    }
}

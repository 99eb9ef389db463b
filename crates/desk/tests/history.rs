//! The history that is told of a reservation, against what the test saw itself: who was in its slots before and after
//! each call, and which calls were done. Page by page, with a reader that remembers and one that does not.
#![allow(clippy::expect_used, reason = "a test that cannot go on has failed")]

use api::{Caller, operations};
use desk::{Action, Call, Desk, Looker, Reply, Settings, limits};
use ledger::{Entry, Moment, Phase, ReservationId};
use proptest::prelude::*;
use rpc::params::Params;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use store::format::encode_batch;
use store::{Batch, Memory, Origin, Record, Store};

mod common;
use common::directory;

/// 2026-11-23T00:00:00Z
const BEGIN: u64 = 1_795_392_000;
const OWNER: &str = "1111111111111111";
const POOL: &str = "PrivatePoolOptions.Id";

/// RequestId (none for what fell due), event, instance.
type Told = (String, String, String);
/// A reservation, who is in its slots, and whether it is over.
type Stands = (String, BTreeSet<String>, bool);

struct Region {
    desk: Desk<()>,
    store: Memory,
    /// The reader that remembers.
    looker: Looker,
    now: u64,
    calls: u32,
    reservations: Vec<String>,
    instances: Vec<String>,
    /// What has to be told of each.
    lives: BTreeMap<String, Vec<Told>>,
}

impl Region {
    fn new() -> Self {
        let settings = Settings { region: "cn-hangzhou".into(), run: 1, keep_released_seconds: 30 * 86_400 };
        let mut region = Self {
            desk: Desk::new(settings),
            store: Memory::unbounded(),
            looker: Looker::default(),
            now: BEGIN,
            calls: 0,
            reservations: Vec::new(),
            instances: Vec::new(),
            lives: BTreeMap::new(),
        };
        let ladder = Entry::LadderSet { class: "g6".into(), rungs: vec![1, 2] };
        let host = |name: &str| Entry::HostAdded {
            host: name.into(),
            zone: "cn-hangzhou-h".into(),
            class: "g6".into(),
            units: 8,
        };
        let mut actions = Vec::new();
        region.desk.record(Moment(BEGIN), &[ladder, host("h1"), host("h2")], &mut actions);
        region.commit(actions, false);
        region
    }

    /// Makes everything durable; gives the answer. `forgetful`: by a reader that knows nothing yet.
    fn commit(&mut self, mut actions: Vec<Action<()>>, forgetful: bool) -> Option<Reply> {
        let mut answer = None;
        while let Some(action) = actions.pop() {
            match action {
                Action::Append(batch) => {
                    let outcome = self.store.append(&batch.frame);
                    assert!(self.desk.appended(&outcome, &mut actions), "the desk goes on");
                    self.desk.go_on(&mut actions);
                }
                Action::Answer((), reply) => answer = Some(reply),
                Action::Search((), search) => {
                    let mut stranger = Looker::default();
                    let looker = if forgetful { &mut stranger } else { &mut self.looker };
                    answer = Some(Ok(looker.look(&self.store, &search, &mut |_| {}).expect("memory can be read")));
                }
            }
        }
        answer
    }

    fn ask(&mut self, action: &str, pairs: &[(&str, &str)], forgetful: bool) -> Result<Value, String> {
        self.calls += 1;
        let query: Vec<String> = pairs.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let query = format!("RegionId=cn-hangzhou&{}", query.join("&"));
        let call = Call {
            waiter: (),
            row: operations::find(action).expect("an operation of the table"),
            params: Params::read(Some(&query), b"").expect("a legal query"),
            caller: Caller { account: OWNER.into(), key: "key".into() },
            source: "127.0.0.1".into(),
            request_id: self.calls.to_string().into(),
            nonce: [0; 16],
            directory: directory(),
            wall: Moment(self.now),
            draw: u128::from(self.calls).wrapping_mul(0x9E37_79B9_7F4A_7C15_F39C_C060_5CED_C835),
        };
        let mut actions = Vec::new();
        self.desk.call(call, &mut actions);
        let reply = self.commit(actions, forgetful).expect("it is durable, so it is answered");
        let text = reply.map_err(|fault| fault.code.to_owned())?.to_json_text();
        Ok(serde_json::from_str(&text).expect("JSON"))
    }

    fn users(&self, id: &str) -> BTreeSet<String> {
        let id = ReservationId::parse(id).expect("an id");
        self.desk.ledger().users(&id, None).map(|it| it.id.to_string()).collect()
    }

    fn is_over(&self, id: &str) -> bool {
        let id = ReservationId::parse(id).expect("an id");
        let found = self.desk.ledger().reservation(&id);
        found.is_some_and(|it| matches!(it.phase, Phase::Released { .. }))
    }

    /// How each reservation stands: who is in its slots, and whether it is over.
    fn look(&self) -> Vec<Stands> {
        self.reservations.iter().map(|id| (id.clone(), self.users(id), self.is_over(id))).collect()
    }

    /// Lets what is due happen, and notes what came of it.
    fn settle(&mut self) {
        let (before, mut actions) = (self.look(), Vec::new());
        self.desk.tick(Moment(self.now), &mut actions);
        self.commit(actions, false);
        self.noted("", &before, None);
    }

    /// Asks for something that changes, and notes what came of it.
    fn change(&mut self, action: &str, event: Option<&str>, pairs: &[(&str, &str)]) -> Option<Value> {
        self.settle();
        let before = self.look();
        let answer = self.ask(action, pairs, false).ok()?;
        let named = self.reservations.iter().find(|id| pairs.iter().any(|(_, value)| value == id)).cloned();
        self.noted(&self.calls.to_string(), &before, named.as_deref().zip(event));
        Some(answer)
    }

    fn noted(&mut self, request: &str, before: &[Stands], own: Option<(&str, &str)>) {
        let after = self.look();
        for ((id, was, was_over), (_, is, is_over)) in before.iter().zip(&after) {
            let life = self.lives.entry(id.clone()).or_default();
            let told = |event: &str, instance: &str| (request.to_owned(), event.to_owned(), instance.to_owned());
            life.extend(is.difference(was).map(|it| told("InstanceEntered", it)));
            // Where it ended by that, they have gone on outside it.
            if is_over == was_over {
                life.extend(was.difference(is).map(|it| told("InstanceLeft", it)));
            }
            if request.is_empty() && is_over > was_over {
                life.push(told("Expired", ""));
            }
            life.extend(own.iter().filter(|(named, _)| named == id).map(|(_, event)| told(event, "")));
        }
    }

    /// The whole history of one, in pages of this size.
    fn history(&mut self, id: &str, size: usize, forgetful: bool) -> Vec<Told> {
        let (mut told, mut token) = (Vec::new(), String::new());
        loop {
            let size = size.to_string();
            let mut pairs = vec![(POOL, id), ("MaxResults", size.as_str())];
            if !token.is_empty() {
                pairs.push(("NextToken", token.as_str()));
            }
            let page = self.ask("DescribeCapacityReservationHistory", &pairs, forgetful).expect("it is one's own");
            for change in page["Changes"]["Change"].as_array().expect("a list") {
                let text = |name: &str| change[name].as_str().unwrap_or_default().to_owned();
                assert_eq!(text("Actor") == "System", text("RequestId").is_empty(), "{change}");
                told.push((text("RequestId"), text("Event"), text("InstanceId")));
            }
            token = page["NextToken"].as_str().expect("a token").to_owned();
            if token.is_empty() {
                return told;
            }
        }
    }

    fn step(&mut self, what: u8, one: usize, other: usize) {
        let of = |all: &[String], at: usize| all.get(at % all.len().max(1)).cloned().unwrap_or_default();
        let (id, instance) = (of(&self.reservations, one), of(&self.instances, other));
        let amount = (1 + other % 4).to_string();
        let soon = rpc::time::format(self.now + 600, rpc::time::Precision::Seconds);
        let place = [("ZoneId", "cn-hangzhou-h"), ("InstanceType", "ecs.g6.large")];
        match what {
            0 => {
                let mut pairs =
                    vec![("ZoneId.1", "cn-hangzhou-h"), ("InstanceType", "ecs.g6.large"), ("InstanceAmount", &amount)];
                if one.is_multiple_of(3) {
                    pairs.extend([("EndTimeType", "Limited"), ("EndTime", soon.as_str())]);
                }
                if let Some(made) = self.change("CreateCapacityReservation", None, &pairs) {
                    let id = made["PrivatePoolOptionsId"].as_str().expect("an id").to_owned();
                    self.lives.insert(id.clone(), vec![(self.calls.to_string(), "Created".into(), String::new())]);
                    self.reservations.push(id);
                }
            }
            1 => drop(self.change(
                "ModifyCapacityReservation",
                Some("Modified"),
                &[(POOL, &id), ("InstanceAmount", &amount), ("Description", &format!("now-{}", self.calls))],
            )),
            2 | 3 => {
                let target = [(POOL, id.as_str()), ("PrivatePoolOptions.MatchCriteria", "Target"), ("Amount", &amount)];
                let open = [("PrivatePoolOptions.MatchCriteria", "Open"), ("Amount", amount.as_str())];
                let more: &[_] = if what == 2 { &target } else { &open };
                let made = self.change("RunInstances", None, &[&place, more].concat());
                let ids =
                    made.iter().flat_map(|it| it["InstanceIdSets"]["InstanceIdSet"].as_array().into_iter().flatten());
                self.instances.extend(ids.filter_map(|id| id.as_str().map(str::to_owned)));
            }
            4 => drop(self.change("StopInstance", None, &[("InstanceId", &instance), ("StoppedMode", "StopCharging")])),
            5 => drop(self.change("StopInstance", None, &[("InstanceId", &instance), ("StoppedMode", "KeepCharging")])),
            6 => drop(self.change("StartInstance", None, &[("InstanceId", &instance)])),
            7 => drop(self.change("DeleteInstance", None, &[("InstanceId", &instance), ("Force", "true")])),
            8 => {
                let wish = ["None", "Open"][one % 2];
                let pairs = [("InstanceId", instance.as_str()), ("PrivatePoolOptions.MatchCriteria", wish)];
                self.change("ModifyInstanceAttachmentAttributes", None, &pairs);
            }
            9 => {
                let pairs = [("ResourceType", "capacityreservation"), ("ResourceId.1", &id), ("Tag.1.Key", "a")];
                self.change("TagResources", Some("Tagged"), &pairs);
            }
            10 => drop(self.change("ReleaseCapacityReservation", Some("Released"), &[(POOL, &id)])),
            _ => self.now += 200,
        }
    }
}

/// Within one request the order is of no account here.
fn sorted(mut told: Vec<Told>) -> Vec<Told> {
    let mut from = 0;
    for at in 1..=told.len() {
        if at == told.len() || told[at].0 != told[from].0 {
            told[from..at].sort();
            from = at;
        }
    }
    told
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn everything_that_happened_is_told_and_nothing_else(
        steps in prop::collection::vec((0..13_u8, 0..6_usize, 0..12_usize), 1..90),
        size in 1..8_usize,
    ) {
        let mut region = Region::new();
        for (what, one, other) in steps {
            region.step(what, one, other);
        }
        region.settle();
        for id in region.reservations.clone() {
            let wanted = sorted(region.lives[&id].clone());
            for (size, forgetful) in [(100, true), (size, false), (size, true)] {
                let told = region.history(&id, size, forgetful);
                prop_assert_eq!(sorted(told), wanted.clone(), "{} in pages of {}, forgetful: {}", id, size, forgetful);
            }
        }
    }
}

/// A reservation with one change, then so much of others that no call looks through all of it, then one more change.
#[test]
fn a_long_journal_is_read_in_parts() {
    let mut region = Region::new();
    region.step(0, 1, 3);
    let id = region.reservations[0].clone();
    let first = sorted(region.lives[&id].clone());
    // Others' batches, of a few megabytes each.
    let hosts = (0..30_000).map(|at| Entry::HostRemoved { host: format!("{at:0>120}").as_str().into() }).collect();
    let record = Record { at: Moment(BEGIN), origin: Origin::System, entries: hosts, remembered: None };
    let mut batch =
        Batch { revision: region.store.head().expect("memory").revision, id: [9; 16], records: vec![record] };
    let bytes = encode_batch(&batch).body.len();
    for _ in 0..limits::SEARCH_BYTES_MAX / bytes + 2 {
        batch.revision += 1;
        batch.id = u128::from(batch.revision).wrapping_mul(0x1234_5678_9abc_def0_1234_5678_9abc_def1).to_be_bytes();
        assert_eq!(region.store.append(&encode_batch(&batch)), store::Appended::Committed);
    }
    let modified = Entry::Modified {
        id: ReservationId::parse(&id).expect("an id"),
        name: Some("late".into()),
        description: None,
        end: None,
        count: None,
    };
    let origin = Origin::Caller {
        account: "2222222222222222".into(),
        key: "theirs".into(),
        source: "192.0.2.1".into(),
        request_id: "LATE".into(),
        action: "ModifyCapacityReservation".into(),
        nonce: [0; 16],
    };
    let record = Record { at: Moment(BEGIN + 9), origin, entries: vec![modified], remembered: None };
    let late = Batch { revision: batch.revision + 1, id: [1; 16], records: vec![record] };
    assert_eq!(region.store.append(&encode_batch(&late)), store::Appended::Committed);

    let page = region.ask("DescribeCapacityReservationHistory", &[(POOL, &id)], false).expect("its own");
    assert_eq!(page["Changes"]["Change"].as_array().map(Vec::len), Some(first.len()));
    let token = page["NextToken"].as_str().expect("a token").to_owned();
    assert!(!token.is_empty(), "more of the journal is to be read");
    let pairs = [(POOL, id.as_str()), ("NextToken", token.as_str())];
    let page = region.ask("DescribeCapacityReservationHistory", &pairs, false).expect("its own");
    assert_eq!(page["NextToken"], "");
    // After a restart it has to be found out again what the first call learnt: one page is empty.
    region.looker = Looker::default();
    let empty = region.ask("DescribeCapacityReservationHistory", &pairs, false).expect("its own");
    assert_eq!((&empty["Changes"]["Change"], &empty["NextToken"]), (&serde_json::json!([]), &Value::from(&*token)));
    assert_eq!(region.ask("DescribeCapacityReservationHistory", &pairs, false), Ok(page.clone()));
    // What another account did is told, and nothing of that account.
    let late = serde_json::json!({
        "Time": "2026-11-23T00:00:09Z", "Event": "Modified", "PrivatePoolOptionsName": "late", "Actor": "Operator",
        "Action": "ModifyCapacityReservation", "RequestId": "LATE",
    });
    assert_eq!(page["Changes"]["Change"], serde_json::json!([late]));
}

/// Where the journal has been trimmed, the history begins where the journal does, and says so.
#[test]
fn a_trimmed_journal_is_told_of() {
    let mut region = Region::new();
    region.step(0, 1, 3);
    let id = region.reservations[0].clone();
    region.now += 100;
    region.step(1, 0, 1);
    let keep_from = region.store.head().expect("memory").revision;
    let checkpoint = region.store.begin_checkpoint(keep_from).expect("the first");
    checkpoint.finish().expect("it is whole");
    region.store.trim(keep_from).expect("memory can be trimmed");
    region.now += 100;
    region.step(9, 0, 0);
    let page = region.ask("DescribeCapacityReservationHistory", &[(POOL, &id)], true).expect("its own");
    let events: Vec<_> = page["Changes"]["Change"].as_array().expect("a list").iter().map(|it| &it["Event"]).collect();
    assert_eq!(events, ["Modified", "Tagged"]);
    assert_eq!(page["HistoryBeginsAt"], "2026-11-23T00:01:40Z");
}

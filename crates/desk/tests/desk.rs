//! The desk's own duties, against the real ledger and the real operations: what is answered when, dry runs, client
//! tokens, what falls due, checkpoints, and what becomes of everyone when the store fails. The store is this test.
#![allow(clippy::expect_used, reason = "a test that cannot go on has failed")]

use api::{Caller, operations};
use desk::{Action, Call, Desk, Reply, Settings};
use ledger::directory::Directory;
use ledger::{Entry, KeyId, Moment, Phase, ReservationId};
use rpc::body::Node;
use rpc::params::Params;
use std::sync::Arc;
use store::format::decode_batch;
use store::{Appended, Batch, Failure, Piece};

mod common;
use common::directory;

const HOUR: u64 = 3600;
const DAY: u64 = 24 * HOUR;
/// 2026-11-23T00:00:00Z
const BEGIN: u64 = 1_795_392_000;

/// A desk with one host of four units, a clock that the test sets, and the answers that have left.
struct Bench {
    desk: Desk<u32>,
    directory: Arc<Directory>,
    now: u64,
    drawn: u128,
    calls: u32,
    journal: Vec<Batch>,
    appending: Option<Arc<Batch>>,
    answers: Vec<(u32, Reply)>,
}

fn settings(run: u128) -> Settings {
    Settings { region: "cn-hangzhou".into(), run, keep_released_seconds: 30 * DAY }
}

impl Bench {
    fn new() -> Self {
        let mut bench = Self {
            desk: Desk::new(settings(1)),
            directory: directory(),
            now: BEGIN,
            drawn: 7,
            calls: 0,
            journal: Vec::new(),
            appending: None,
            answers: Vec::new(),
        };
        let ladder = Entry::LadderSet { class: "g6".into(), rungs: vec![1, 2] };
        let host = Entry::HostAdded { host: "h1".into(), zone: "cn-hangzhou-h".into(), class: "g6".into(), units: 4 };
        let mut actions = Vec::new();
        bench.desk.record(Moment(BEGIN), &[ladder, host], &mut actions);
        bench.act(actions);
        bench.commit();
        bench
    }

    fn act(&mut self, actions: Vec<Action<u32>>) {
        for action in actions {
            match action {
                Action::Append(batch) => {
                    assert!(self.appending.is_none(), "two batches under way");
                    self.appending = Some(Arc::new(decode_batch(&batch.frame).expect("what was just written")));
                }
                Action::Answer(waiter, reply) => self.answers.push((waiter, reply)),
                Action::Search(waiter, _) => panic!("{waiter} asks for no history"),
            }
        }
    }

    /// Sends a request as `account`; gives the number its answer will have.
    fn send(&mut self, account: &str, action: &str, query: &str) -> u32 {
        self.calls += 1;
        self.drawn = self.drawn.wrapping_mul(0x9E37_79B9_7F4A_7C15_F39C_C060_5CED_C835).wrapping_add(11);
        let call = Call {
            waiter: self.calls,
            row: operations::find(action).expect("an operation of the table"),
            params: Params::read(Some(query), b"").expect("a legal query"),
            caller: Caller { account: account.into(), key: KeyId::from("key") },
            source: "127.0.0.1".into(),
            request_id: "REQUEST".into(),
            nonce: [0; 16],
            directory: Arc::clone(&self.directory),
            wall: Moment(self.now),
            draw: self.drawn,
        };
        let mut actions = Vec::new();
        self.desk.call(call, &mut actions);
        self.act(actions);
        self.calls
    }

    /// What becomes of the batch under way; says whether the desk goes on.
    fn appended(&mut self, outcome: &Appended) -> bool {
        let batch = self.appending.take().expect("a batch is under way");
        if matches!(outcome, Appended::Committed) {
            self.journal.push(Batch::clone(&batch));
        }
        let mut actions = Vec::new();
        let goes_on = self.desk.appended(outcome, &mut actions);
        if matches!(outcome, Appended::Committed) {
            self.desk.go_on(&mut actions);
        }
        self.act(actions);
        goes_on
    }

    /// Everything decided becomes durable.
    fn commit(&mut self) {
        while self.appending.is_some() {
            self.appended(&Appended::Committed);
        }
    }

    fn answer(&self, number: u32) -> Option<&Reply> {
        self.answers.iter().find(|(waiter, _)| *waiter == number).map(|(_, reply)| reply)
    }

    fn ask(&mut self, account: &str, action: &str, query: &str) -> Reply {
        let number = self.send(account, action, query);
        self.commit();
        self.answer(number).expect("durable, so answered").clone()
    }

    fn reserve(&mut self, amount: u32, more: &str) -> Reply {
        let query = format!(
            "RegionId=cn-hangzhou&ZoneId.1=cn-hangzhou-h&InstanceType=ecs.g6.large&InstanceAmount={amount}{more}"
        );
        self.ask("alice", "CreateCapacityReservation", &query)
    }

    fn release(&mut self, id: &str, more: &str) -> Reply {
        let query = format!("RegionId=cn-hangzhou&PrivatePoolOptions.Id={id}{more}");
        self.ask("alice", "ReleaseCapacityReservation", &query)
    }

    /// The desk again, from what was remembered.
    fn reload(&self) -> Desk<u32> {
        let mut desk = Desk::new(settings(2));
        self.journal.iter().cloned().for_each(|batch| desk.replay(batch));
        desk
    }

    fn phase(&self, id: &str) -> Option<Phase> {
        let id = ReservationId::parse(id).expect("an id of ours");
        self.desk.ledger().reservation(&id).map(|reservation| reservation.phase)
    }
}

fn id_of(reply: &Reply) -> String {
    match reply.as_ref().expect("made").get("PrivatePoolOptionsId") {
        Some(Node::Text(text)) => text.to_string(),
        other => panic!("no id but {other:?}"),
    }
}

fn code(reply: &Reply) -> &'static str {
    reply.as_ref().expect_err("a fault").code
}

const LIST: &str = "RegionId=cn-hangzhou&Status=All";

#[test]
fn nothing_is_answered_before_all_it_could_have_seen_is_durable() {
    let mut bench = Bench::new();
    let before = bench.send("bob", "DescribeCapacityReservations", LIST);
    assert!(bench.answer(before).is_some(), "nothing is under way, so a read is answered at once");
    let query = "RegionId=cn-hangzhou&ZoneId.1=cn-hangzhou-h&InstanceType=ecs.g6.large&InstanceAmount=4";
    let first = bench.send("alice", "CreateCapacityReservation", query);
    let read = bench.send("bob", "DescribeCapacityReservations", LIST);
    let refused = bench.send("bob", "CreateCapacityReservation", query);
    for number in [first, read, refused] {
        assert!(bench.answer(number).is_none(), "{number} is answered too early");
    }
    bench.appended(&Appended::Committed);
    assert!(bench.answer(first).expect("durable").is_ok());
    assert!(bench.answer(read).expect("durable").is_ok());
    assert_eq!(code(bench.answer(refused).expect("durable")), "OperationDenied.NoStock");
}

#[test]
fn while_one_batch_is_made_durable_the_next_is_filled() {
    let mut bench = Bench::new();
    let query = "RegionId=cn-hangzhou&ZoneId.1=cn-hangzhou-h&InstanceType=ecs.g6.large&InstanceAmount=1";
    let numbers: Vec<u32> = (0..3).map(|_| bench.send("alice", "CreateCapacityReservation", query)).collect();
    assert_eq!(bench.appending.as_ref().expect("under way").records.len(), 1);
    bench.appended(&Appended::Committed);
    assert!(bench.answer(numbers[0]).is_some() && bench.answer(numbers[1]).is_none());
    assert_eq!(bench.appending.as_ref().expect("under way").records.len(), 2, "the others became one batch");
    bench.commit();
    assert!(numbers.iter().all(|number| bench.answer(*number).is_some_and(Result::is_ok)));
    let revisions: Vec<u64> = bench.journal.iter().map(|batch| batch.revision).collect();
    assert_eq!(revisions, [1, 2, 3]);
}

#[test]
fn between_two_batches_requests_gather_and_reads_are_answered() {
    let mut bench = Bench::new();
    let query = "RegionId=cn-hangzhou&ZoneId.1=cn-hangzhou-h&InstanceType=ecs.g6.large&InstanceAmount=1";
    bench.send("alice", "CreateCapacityReservation", query);
    bench.appending = None;
    let mut actions = Vec::new();
    assert!(bench.desk.appended(&Appended::Committed, &mut actions));
    let read = bench.send("bob", "DescribeCapacityReservations", LIST);
    assert!(bench.answer(read).is_some(), "all that it could see is durable");
    let numbers = [1, 2].map(|_| bench.send("alice", "CreateCapacityReservation", query));
    assert!(bench.appending.is_none(), "not before the driver is ready");
    bench.desk.go_on(&mut actions);
    bench.act(actions);
    assert_eq!(bench.appending.as_ref().expect("one batch for both").records.len(), 2);
    bench.commit();
    assert!(numbers.iter().all(|number| bench.answer(*number).is_some_and(Result::is_ok)));
}

#[test]
fn a_dry_run_checks_everything_and_changes_nothing() {
    let mut bench = Bench::new();
    let id = id_of(&bench.reserve(1, ""));
    let written = bench.journal.len();
    assert_eq!(code(&bench.release(&id, "&DryRun=True")), "DryRunOperation");
    assert_eq!(code(&bench.release("crp-bp100000000000000000", "&DryRun=true")), "Invalid.PrivatePoolOptions.Ids");
    assert_eq!(code(&bench.release(&id, "&DryRun=perhaps")), "InvalidParameter");
    assert_eq!((bench.journal.len(), bench.phase(&id)), (written, Some(Phase::Active)));
    assert!(bench.release(&id, "&DryRun=false").is_ok());
    assert_eq!(code(&bench.release(&id, "&DryRun=true")), "Invalid.PrivatePoolOptions.status");
}

#[test]
fn a_client_token_is_answered_again_and_done_once() {
    let mut bench = Bench::new();
    let first = bench.reserve(1, "&ClientToken=t1");
    let written = bench.journal.len();
    assert_eq!(bench.reserve(1, "&ClientToken=t1"), first);
    assert_eq!(code(&bench.reserve(2, "&ClientToken=t1")), "IdempotentParameterMismatch");
    assert_eq!(bench.journal.len(), written, "neither wrote anything");
    assert_ne!(bench.reserve(1, "&ClientToken=T1"), first, "tokens are told apart by case");
    let query = "RegionId=cn-hangzhou&ZoneId.1=cn-hangzhou-h&InstanceType=ecs.g6.large&InstanceAmount=1&ClientToken=t1";
    let others = bench.ask("bob", "CreateCapacityReservation", query);
    assert_ne!(others, first, "tokens belong to an account");
    for bad in ["%C3%A9", "a%20b", &"x".repeat(65)] {
        assert_eq!(code(&bench.reserve(1, &format!("&ClientToken={bad}"))), "InvalidClientToken.ValueNotSupported");
    }
    assert!(bench.reserve(1, &format!("&ClientToken={}", "x".repeat(64))).is_ok());
    assert_eq!(code(&bench.reserve(1, "&ClientToken=t2")), "OperationDenied.NoStock", "a fault is not remembered");
    bench.now += DAY - 1;
    assert_eq!(bench.reserve(1, "&ClientToken=t1"), first, "a second before a day is over");
    bench.now += 1;
    assert_eq!(code(&bench.reserve(1, "&ClientToken=t1")), "OperationDenied.NoStock", "forgotten after a day");
}

#[test]
fn a_token_that_came_again_after_its_day_is_remembered_across_a_restart() {
    let mut bench = Bench::new();
    let first = id_of(&bench.reserve(1, "&ClientToken=t"));
    bench.now += DAY;
    let second = id_of(&bench.reserve(1, "&ClientToken=t"));
    assert_ne!(first, second, "the first was over");
    bench.desk = bench.reload();
    bench.now += DAY - 1;
    assert_eq!(id_of(&bench.reserve(1, "&ClientToken=t")), second);
    bench.now += 1;
    assert_ne!(id_of(&bench.reserve(1, "&ClientToken=t")), second);
}

#[test]
fn a_token_is_remembered_across_a_restart() {
    let mut bench = Bench::new();
    let first = bench.reserve(1, "&ClientToken=t1");
    bench.desk = bench.reload();
    assert_eq!(bench.reserve(1, "&ClientToken=t1"), first);
}

#[test]
fn a_limited_reservation_ends_at_its_end_whoever_asks_or_nobody() {
    let mut bench = Bench::new();
    let id = id_of(&bench.reserve(4, "&EndTimeType=Limited&EndTime=2026-11-23T02:00:00Z"));
    assert_eq!(bench.desk.next_due(), Some(Moment(BEGIN + 2 * HOUR)));
    bench.now = BEGIN + 2 * HOUR - 1;
    assert_eq!(code(&bench.reserve(1, "")), "OperationDenied.NoStock");
    bench.now += 1;
    let mut actions = Vec::new();
    bench.desk.tick(Moment(bench.now), &mut actions);
    bench.act(actions);
    bench.commit();
    let released = Phase::Released { at: Moment(BEGIN + 2 * HOUR), why: ledger::Why::Expired };
    assert_eq!(bench.phase(&id), Some(released));
    assert!(bench.reserve(4, "").is_ok(), "what it held is free again");
}

#[test]
fn an_end_that_came_while_nobody_was_there_is_settled_first() {
    let mut bench = Bench::new();
    let id = id_of(&bench.reserve(4, "&EndTime=2026-11-23T02:00:00Z"));
    bench.desk = bench.reload();
    bench.now = BEGIN + 5 * HOUR;
    assert!(bench.reserve(4, "").is_ok());
    let at = Moment(BEGIN + 2 * HOUR);
    assert_eq!(bench.phase(&id), Some(Phase::Released { at, why: ledger::Why::Expired }), "at its end, not when seen");
}

#[test]
fn time_never_goes_back_behind_what_was_written() {
    let mut bench = Bench::new();
    bench.now = BEGIN + 2 * HOUR;
    let id = id_of(&bench.reserve(1, ""));
    bench.now = BEGIN;
    assert!(bench.release(&id, "").is_ok());
    assert!(bench.journal.windows(2).all(|pair| pair[0].records[0].at <= pair[1].records[0].at));
    assert_eq!(
        bench.phase(&id),
        Some(Phase::Released { at: Moment(BEGIN + 2 * HOUR), why: ledger::Why::ByHand }),
        "the later of the wall clock and what was written"
    );
}

#[test]
fn released_reservations_are_known_for_their_time_and_then_forgotten() {
    let mut bench = Bench::new();
    let id = id_of(&bench.reserve(1, ""));
    assert!(bench.release(&id, "").is_ok());
    bench.now += 30 * DAY;
    assert_eq!(code(&bench.release(&id, "")), "Invalid.PrivatePoolOptions.status");
    bench.now += 1;
    assert_eq!(code(&bench.release(&id, "")), "Invalid.PrivatePoolOptions.Ids");
}

#[test]
fn an_unknown_outcome_is_resolved_by_sending_the_same_batch_again() {
    let mut bench = Bench::new();
    let query = "RegionId=cn-hangzhou&ZoneId.1=cn-hangzhou-h&InstanceType=ecs.g6.large&InstanceAmount=1";
    let number = bench.send("alice", "CreateCapacityReservation", query);
    let sent = Arc::clone(bench.appending.as_ref().expect("under way"));
    assert!(bench.appended(&Appended::Unknown(Failure::Caller("no answer".to_owned()))));
    assert_eq!(bench.appending.as_ref(), Some(&sent));
    assert!(bench.answer(number).is_none());
    bench.commit();
    assert!(bench.answer(number).is_some_and(Result::is_ok));
}

#[test]
fn a_failed_store_ends_the_desk_and_everyone_is_told_of_a_failure() {
    let mut bench = Bench::new();
    let query = "RegionId=cn-hangzhou&ZoneId.1=cn-hangzhou-h&InstanceType=ecs.g6.large&InstanceAmount=1";
    let numbers: Vec<u32> = (0..3).map(|_| bench.send("alice", "CreateCapacityReservation", query)).collect();
    assert!(!bench.appended(&Appended::Failed(Failure::Caller("the disk is gone".to_owned()))));
    let later = bench.send("bob", "DescribeCapacityReservations", LIST);
    for number in numbers.into_iter().chain([later]) {
        assert_eq!(code(bench.answer(number).expect("told")), "InternalError");
    }
    assert!(bench.appending.is_none(), "a desk that is over writes nothing");
    assert_eq!(
        bench.reload().ledger().reservations_of(&"alice".into(), ledger::Kind::CapacityReservation, None).count(),
        0
    );
}

#[test]
fn a_checkpoint_is_the_state_at_its_revision_whatever_happens_meanwhile() {
    let mut bench = Bench::new();
    let kept = id_of(&bench.reserve(1, "&ClientToken=t1"));
    let released_later = id_of(&bench.reserve(1, ""));
    bench.desk.want_checkpoint();
    let revision = bench.desk.checkpoint_revision().expect("nothing was open, so it began at once");
    let as_of_then = bench.reload();
    let mut pieces = vec![bench.desk.checkpoint_next(1).expect("a first piece")];
    assert!(bench.release(&released_later, "").is_ok());
    let made_later = id_of(&bench.reserve(1, "&ClientToken=t2"));
    while let Some(piece) = bench.desk.checkpoint_next(1) {
        pieces.push(piece);
    }
    let mut restored: Desk<u32> = Desk::new(settings(3));
    pieces.into_iter().for_each(|piece| restored.restore(revision, piece));
    assert_eq!(restored.revision(), revision);
    let all = |desk: &Desk<u32>| {
        desk.ledger()
            .reservations_of(&"alice".into(), ledger::Kind::CapacityReservation, None)
            .cloned()
            .collect::<Vec<_>>()
    };
    assert_eq!(all(&restored), all(&as_of_then));
    for batch in bench.journal.iter().filter(|batch| batch.revision > revision) {
        restored.replay(batch.clone());
    }
    assert_eq!(all(&restored), all(&bench.desk));
    bench.desk = restored;
    assert_eq!(id_of(&bench.reserve(1, "&ClientToken=t1")), kept, "its token was in the checkpoint");
    assert_eq!(id_of(&bench.reserve(1, "&ClientToken=t2")), made_later, "its token was in the journal");
}

#[test]
fn a_checkpoint_asked_for_under_load_begins_at_a_batch_s_end() {
    let mut bench = Bench::new();
    let query = "RegionId=cn-hangzhou&ZoneId.1=cn-hangzhou-h&InstanceType=ecs.g6.large&InstanceAmount=1";
    bench.send("alice", "CreateCapacityReservation", query);
    bench.send("alice", "CreateCapacityReservation", query);
    bench.desk.want_checkpoint();
    assert_eq!(bench.desk.checkpoint_revision(), None, "a batch is open");
    bench.appended(&Appended::Committed);
    assert_eq!(bench.desk.checkpoint_revision(), Some(3));
    let mut found = 0;
    while let Some(piece) = bench.desk.checkpoint_next(512) {
        if let Piece::Entries(entries) = piece {
            found += entries.iter().filter(|entry| matches!(entry, Entry::Reserved(_))).count();
        }
    }
    assert_eq!(found, 2);
}

#[test]
fn a_checkpoint_that_nobody_fetched_is_dropped_when_another_is_asked_for() {
    let mut bench = Bench::new();
    let query = "RegionId=cn-hangzhou&ZoneId.1=cn-hangzhou-h&InstanceType=ecs.g6.large&InstanceAmount=1";
    for expected in [3, 5] {
        bench.send("alice", "CreateCapacityReservation", query);
        bench.send("alice", "CreateCapacityReservation", query);
        bench.desk.want_checkpoint();
        // Whoever fetched the one before now would have had it replaced under their hands.
        assert_eq!(bench.desk.checkpoint_revision(), None, "a batch is open");
        bench.appended(&Appended::Committed);
        assert_eq!(bench.desk.checkpoint_revision(), Some(expected));
        bench.appended(&Appended::Committed);
    }
}

#[test]
fn what_the_journal_says_is_who_did_it() {
    let mut bench = Bench::new();
    bench.reserve(1, "").expect("made");
    let record = &bench.journal.last().expect("written").records[0];
    let store::Origin::Caller { account, key, source, request_id, action, .. } = &record.origin else {
        panic!("no caller in {record:?}");
    };
    assert_eq!((account.as_str(), key.as_str()), ("alice", "key"));
    assert_eq!((&**source, &**request_id, &**action), ("127.0.0.1", "REQUEST", "CreateCapacityReservation"));
}

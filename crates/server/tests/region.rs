//! A region by itself: whoever calls is answered, whoever else is at it; an operation that panics ends its desk, not the
//! region.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on ends")]

mod common;

use api::{Caller, Change, Context, Draft, Resource, Row};
use desk::Call;
use ledger::commands::{AddHost, Command, SetLadder};
use ledger::{AccountId, ClassName, HostId, KeyId, Ladder, Ledger, Moment, RegionName, ZoneName};
use rpc::body::Body;
use rpc::fault::{Fault, common as faults};
use rpc::params::Params;
use server::checkpoint::Plan;
use server::clock::Hand;
use server::lanes::{Lanes, Waiter, waiter};
use server::region::{Region, Setup, Worker};
use std::sync::{Arc, Mutex, mpsc};
use store::Memory;

const fn row(name: &'static str, change: Change) -> Row {
    Row {
        name,
        version: api::operations::ECS,
        operator: false,
        development: false,
        resource: Resource::Any,
        params: &[],
        faults: &[],
        unknown_region: faults::INVALID_REGION_ID,
        region_by: None,
        dry_run: faults::DRY_RUN,
        change,
    }
}

static PANICS: Row = row(
    "Panics",
    Change::Region(|_: &Params, _: &Context<'_>| -> Result<Draft, Fault> { panic!("as it should, for a test") }),
);

fn call(row: &'static Row, waiter: Waiter) -> Call<Waiter> {
    let caller = Caller { account: AccountId::from("1000000000000001"), key: KeyId::from("k") };
    Call {
        waiter,
        row,
        params: Params::read(Some("RegionId=here"), b"").unwrap(),
        caller,
        source: "127.0.0.1".into(),
        request_id: "R".into(),
        nonce: [0; 16],
        directory: Arc::default(),
        wall: Moment(common::NOW),
        draw: 7,
    }
}

/// A region without a fleet, in memory.
fn region() -> (Arc<Region>, Worker) {
    let setup = Setup {
        name: RegionName::from("here"),
        store: Arc::new(Memory::default()),
        clock: Arc::new(Hand::at(Moment(common::NOW))),
        metrics: Arc::default(),
        keep_released_seconds: 60,
        plan: Plan { every_records: None, history_seconds: None },
        searches: Arc::default(),
        lanes: Lanes::default(),
    };
    Region::start(setup).unwrap()
}

fn reads() -> &'static Row {
    api::operations::find("DescribeCapacityReservations").unwrap()
}

#[test]
fn a_call_that_finds_the_desk_taken_is_decided_when_it_is_let_go() {
    let (region, worker) = region();
    let ((entered, has_entered), (go_on, goes_on)) = (mpsc::channel(), mpsc::channel());
    std::thread::scope(|scope| {
        let region = &region;
        scope.spawn(move || {
            region.look(|_| {
                entered.send(()).unwrap();
                goes_on.recv().unwrap();
            })
        });
        has_entered.recv().unwrap();
        let (own, mut answer) = waiter();
        region.call(call(reads(), own));
        assert!(answer.try_recv().is_err(), "nobody has decided it");
        go_on.send(()).unwrap();
        assert!(answer.blocking_recv().unwrap().is_ok());
    });
    drop(worker);
}

#[test]
fn whoever_calls_at_once_with_others_is_answered() {
    let (region, worker) = region();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..2_000 {
                    let (own, answer) = waiter();
                    region.call(call(reads(), own));
                    assert!(answer.blocking_recv().unwrap().is_ok());
                }
            });
        }
        scope.spawn(|| (0..2_000).for_each(|_| region.catch_up()));
    });
    drop(worker);
}

/// Where [`CALLS_ON`] calls, and with whom for each call that is still to come.
static CALLED_ON: Mutex<(Option<Arc<Region>>, Vec<Waiter>)> = Mutex::new((None, Vec::new()));

static CALLS_ON: Row = row(
    "CallsOn",
    Change::Region(|_: &Params, _: &Context<'_>| -> Result<Draft, Fault> {
        let mut called = CALLED_ON.lock().unwrap();
        let next = called.0.clone().zip(called.1.pop());
        drop(called);
        if let Some((region, waiter)) = next {
            region.call(call(&CALLS_ON, waiter));
        }
        Ok(Draft { entries: Vec::new(), body: Body::new() })
    }),
);

#[test]
fn calls_that_never_end_keep_nobody_at_the_desk() {
    let (region, worker) = region();
    let (waiters, answers): (Vec<_>, Vec<_>) = (0..1_000).map(|_| waiter()).unzip();
    *CALLED_ON.lock().unwrap() = (Some(Arc::clone(&region)), waiters);
    let (own, answer) = waiter();
    region.call(call(&CALLS_ON, own));
    assert!(answer.blocking_recv().unwrap().is_ok());
    assert!(answers.into_iter().all(|answer| answer.blocking_recv().unwrap().is_ok()));
    CALLED_ON.lock().unwrap().0 = None;
    drop(worker);
}

#[test]
fn a_panic_ends_the_desk_and_the_region_is_loaded_anew() {
    let (region, worker) = region();
    let (class, now) = (ClassName::from("c"), Moment(common::NOW));
    let ladder = SetLadder { class: class.clone(), ladder: Ladder::new(vec![1]).unwrap() };
    let mut ledger = Ledger::default();
    let mut entries = ladder.decide(&ledger, now).unwrap().0;
    entries.iter().for_each(|entry| ledger.apply(entry));
    let host = AddHost { host: HostId::from("h"), zone: ZoneName::from("z"), class, units: 4 };
    entries.extend(host.decide(&ledger, now).unwrap().0);
    region.record(&entries).unwrap();
    common::until("the host is durable", || region.is_idle());

    let (own, mut answer) = waiter();
    region.call(call(&PANICS, own));
    assert!(answer.try_recv().is_err(), "whoever waited is told of a failure");
    common::until("the region is back", || region.look(|_| ()).is_some());
    assert_eq!(region.look(|ledger| ledger.hosts().len()), Some(1), "what was durable is there");

    let (own, mut answer) = waiter();
    region.call(call(reads(), own));
    assert!(answer.try_recv().unwrap().is_ok());
    drop(worker);
}

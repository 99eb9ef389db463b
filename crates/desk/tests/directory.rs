//! The directory's desk: what it decides on, what it remembers, and that nothing is known before it is durable.
#![allow(clippy::expect_used, reason = "a test that cannot go on has failed")]

use api::{Caller, operations};
use desk::{Call, DirectoryDesk, differ, ladders, look};
use ledger::directory::{Account, Entry};
use ledger::{Entry as Fact, Ledger, Moment};
use rpc::encode::percent;
use rpc::fault::common;
use rpc::params::Params;
use std::sync::Arc;
use store::Origin;

const NOW: Moment = Moment(1_000_000);

fn call(desk: &DirectoryDesk, action: &str, pairs: &[(&str, &str)], wall: Moment) -> Call<()> {
    let query: Vec<String> =
        pairs.iter().map(|(name, value)| format!("{}={}", percent(name), percent(value))).collect();
    Call {
        waiter: (),
        row: operations::find(action).expect("a row"),
        params: Params::read(Some(&query.join("&")), b"").expect("parameters"),
        caller: Caller { account: "1000000000000001".into(), key: "key".into() },
        source: "127.0.0.1".into(),
        request_id: "REQUEST".into(),
        nonce: [7; 16],
        directory: Arc::clone(desk.directory()),
        wall,
        // Another request has another draw.
        draw: query.concat().bytes().fold(1, |draw: u128, byte| draw.wrapping_mul(31).wrapping_add(byte.into())),
    }
}

/// Decides a call and makes what it decided durable.
fn done(desk: &mut DirectoryDesk, action: &str, pairs: &[(&str, &str)], wall: Moment) {
    let decided = desk.call(&call(desk, action, pairs, wall)).expect("it is done");
    desk.keep(&decided.batch.expect("something changes"));
}

#[test]
fn nothing_is_known_before_it_is_durable() {
    let mut desk = DirectoryDesk::new(1);
    let one = call(&desk, "CreateAccount", &[("AccountName", "one")], NOW);
    let decided = desk.call(&one).expect("it may");
    assert!(desk.directory().accounts.is_empty() && desk.revision() == 0);
    let before = Arc::clone(desk.directory());
    let batch = decided.batch.expect("something changes");
    assert!(
        matches!(&batch.records[0].origin, Origin::Caller { action, nonce, .. } if &**action == "CreateAccount" && *nonce == [7; 16])
    );
    desk.keep(&batch);
    assert_eq!((desk.directory().accounts.len(), desk.revision()), (1, 1));
    assert!(before.accounts.is_empty(), "who looks at it sees the same throughout");
    // Decided on what is there, and not on what the request found when it came.
    assert_eq!(desk.call(&one).expect_err("the name is taken").code, "InvalidAccountName.Duplicate");
    let other = desk.call(&call(&desk, "CreateAccount", &[("AccountName", "two")], NOW)).expect("it may");
    assert!(other.batch.is_some_and(|other| other.id != batch.id && other.revision == 2));
}

#[test]
fn only_what_changes_something_needs_the_desk() {
    let mut desk = DirectoryDesk::new(1);
    done(&mut desk, "CreateAccount", &[("AccountName", "one")], NOW);
    let name = [("AccountName", "two")];
    assert_eq!(look(&call(&desk, "CreateAccount", &name, NOW)), Ok(None));
    assert!(matches!(look(&call(&desk, "DescribeAccounts", &[], NOW)), Ok(Some(_))));
    let dry = [name[0], ("DryRun", "true")];
    assert_eq!(look(&call(&desk, "CreateAccount", &dry, NOW)), Err(common::DRY_RUN));
    assert_eq!(desk.call(&call(&desk, "CreateAccount", &dry, NOW)).err(), Some(common::DRY_RUN));
    let class = [("HostClass", "c"), ("Vcpus", "1"), ("MemoryGib", "1")];
    done(&mut desk, "PutHostClass", &class, NOW);
    assert!(matches!(look(&call(&desk, "PutHostClass", &class, NOW)), Ok(Some(_))), "the same again");
    let again = desk.call(&call(&desk, "PutHostClass", &class, NOW)).expect("the same again");
    assert!(again.batch.is_none());
    let region = [("RegionId", "here")];
    assert_eq!(look(&call(&desk, "DescribeCapacityReservations", &region, NOW)), Err(common::INTERNAL_ERROR));
}

#[test]
fn a_desk_that_is_restored_goes_on_where_the_other_was() {
    let mut desk = DirectoryDesk::new(1);
    done(&mut desk, "CreateAccount", &[("AccountName", "one")], NOW);
    let (pieces, revision) = (desk.pieces(), desk.revision());
    let account = Account { id: "2000000000000002".into(), name: "configured".into(), operator: false };
    let facts = vec![Entry::AccountPut(account)];
    let batch = desk.record(NOW, facts.clone()).expect("it is news");
    desk.keep(&batch);
    assert_eq!(desk.record(NOW, facts), None, "it is no news any more");
    let mut other = DirectoryDesk::new(2);
    pieces.into_iter().for_each(|piece| other.restore(revision, piece));
    other.keep(&batch);
    assert_eq!((other.directory(), other.revision()), (desk.directory(), 2));
    // Time does not go back, though the clock does.
    let late = other.call(&call(&other, "CreateAccount", &[("AccountName", "late")], Moment(5))).expect("it may");
    assert_eq!(late.batch.map(|batch| batch.records[0].at), Some(NOW));
}

#[test]
fn a_region_is_told_the_ladders_that_it_has_otherwise() {
    let mut desk = DirectoryDesk::new(1);
    for class in ["new", "other", "same"] {
        done(&mut desk, "PutHostClass", &[("HostClass", class), ("Vcpus", "8"), ("MemoryGib", "8")], NOW);
    }
    done(
        &mut desk,
        "PutHostClass",
        &[("HostClass", "other"), ("Vcpus", "8"), ("MemoryGib", "8"), ("Rungs", "[1,4]")],
        NOW,
    );
    let mut ledger = Ledger::default();
    for (class, rungs) in [("other", vec![1, 2, 4]), ("same", vec![1])] {
        ledger.apply(&Fact::LadderSet { class: class.into(), rungs });
    }
    assert!(differ(desk.directory(), &ledger));
    let told: Vec<Fact> = ladders(desk.directory(), &ledger).flat_map(|(_, told)| told.expect("it is taken")).collect();
    assert_eq!(told, [Fact::LadderSet { class: "other".into(), rungs: vec![1, 4] }], "of `new` it has no hosts");
    told.iter().for_each(|fact| ledger.apply(fact));
    assert!(!differ(desk.directory(), &ledger));
}

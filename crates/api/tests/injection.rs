//! Faults that are injected, and snapshots: what may be asked for, what is listed then, and what meets a request.

use crate::common::causes::check;
use crate::common::{self, BOB, World, flag, list, number, refused, row, text};
use api::{Strike, Told};

const INJECT: &str = "InjectFault";

fn strike(world: &mut World, action: &str) -> Option<Strike> {
    world.development.strike(row(action))
}

#[test]
fn each_trouble_is_told_in_order() {
    let world = World::new();
    let good = vec![("Code", "Own.Code"), ("Message", "m"), ("HttpStatus", "418")];
    check(
        &world,
        INJECT,
        &good,
        &[
            &[("Probability", "0")],
            &[("Code", "-"), ("Message", "-"), ("HttpStatus", "-")],
            &[("Message", "-")],
            &[("HttpStatus", "-")],
        ],
    );
    for wrong in [
        ("ActionName", ""),
        ("ActionName", "runInstances"),
        ("ActionName", "Reset"),
        ("ActionName", "SetStock"),
        ("When", "before"),
        ("Cut", "perhaps"),
        ("Cut", "true"),
        ("Code", ""),
        ("Code", "1st"),
        ("Code", "a b"),
        ("Code", "a<b"),
        ("Message", ""),
        ("Message", "one\ntwo"),
        ("HttpStatus", "200"),
        ("HttpStatus", "399"),
        ("HttpStatus", "600"),
        ("DelayMilliseconds", "-1"),
        ("DelayMilliseconds", "60001"),
        ("Probability", "101"),
        ("Probability", "0.5"),
        ("Seed", "-1"),
        ("Count", "0"),
        ("Count", "1000001"),
    ] {
        let params = common::with(&good, &[wrong]);
        let fault = world.ask(BOB, INJECT, &params).expect_err("a trouble");
        let name = if wrong.0 == "Cut" && wrong.1 == "true" { "Cut" } else { wrong.0 };
        assert_eq!((fault.status, fault.code), (400, "InvalidParameter"), "{wrong:?}");
        assert!(fault.message.ends_with(name), "{wrong:?}: {}", fault.message);
    }
    // A message without a code belongs to nothing.
    for alone in [("Message", "m"), ("HttpStatus", "500")] {
        assert_eq!(refused(world.ask(BOB, INJECT, &[("Cut", "true"), alone])).1, "InvalidParameter");
    }
}

#[test]
fn a_fault_that_berth_sends_is_told_as_berth_tells_it() {
    let mut world = World::new();
    for (action, code, status, message) in [
        // Of the operation itself, though others send it otherwise.
        ("TagResources", "MissingParameter.RegionId", 404, "The parameter - RegionId should not be null"),
        ("CreateCapacityReservation", "MissingParameter.RegionId", 400, "The specified RegionId should not be null."),
        // Of every call.
        ("RunInstances", "Throttling.User", 400, "Request was denied due to user flow control."),
        // Of another operation.
        ("DescribeRegions", "InvalidHostClass.Malformed", 400, "The specified HostClass is not valid."),
    ] {
        world.done(BOB, INJECT, &[("ActionName", action), ("Code", code), ("Count", "1")]);
        let told = Told::Fault { status, code: code.into(), message: message.into() };
        let expected = Strike { told, after: false, delay_milliseconds: 0 };
        assert_eq!(strike(&mut world, action), Some(expected), "{action} {code}");
    }
    world.done(BOB, INJECT, &[("Code", "Throttling"), ("HttpStatus", "503"), ("Message", "slow"), ("When", "After")]);
    let told = Told::Fault { status: 503, code: "Throttling".into(), message: "slow".into() };
    let strike = strike(&mut world, "RunInstances").expect("it is met");
    assert_eq!((strike.after, strike.prevents(), strike.told), (true, false, told));
}

#[test]
fn what_is_injected_is_listed_and_cleared() {
    let mut world = World::new();
    world.done(BOB, INJECT, &[("ActionName", "RunInstances"), ("Code", "Throttling"), ("Count", "3")]);
    world.done(BOB, INJECT, &[("DelayMilliseconds", "20"), ("Probability", "50"), ("Seed", "9")]);
    world.done(BOB, INJECT, &[("Cut", "true"), ("When", "After")]);
    strike(&mut world, "RunInstances");
    let body = world.done(BOB, "DescribeFaults", &[]);
    let told: Vec<_> = list(&body, "Faults")
        .into_iter()
        .map(|it| {
            let count = it.get("Count").map(|_| number(it, "Count"));
            let code = it.get("Code").map(|_| text(it, "Code"));
            let met = (count, number(it, "SeenCount"), number(it, "MetCount"));
            let how = (number(it, "DelayMilliseconds"), number(it, "Probability"), number(it, "Seed"));
            (text(it, "ActionName"), code, flag(it, "Cut"), text(it, "When"), how, met)
        })
        .collect();
    let row = |action: &str, code: Option<&str>, cut, when: &str, how, met| {
        (action.to_owned(), code.map(str::to_owned), cut, when.to_owned(), how, met)
    };
    assert_eq!(
        told,
        [
            row("RunInstances", Some("Throttling"), false, "Before", (0, 100, 0), (Some(2), 1, 1)),
            row("", None, false, "Before", (20, 50, 9), (None, 0, 0)),
            row("", None, true, "After", (0, 100, 0), (None, 0, 0)),
        ]
    );
    let clear =
        |world: &mut World, params: &[(&str, &str)]| number(&world.done(BOB, "ClearFaults", params), "ClearedCount");
    assert_eq!(clear(&mut world, &[("ActionName", "StartInstance")]), 0);
    assert_eq!(clear(&mut world, &[("ActionName", "RunInstances")]), 1);
    assert_eq!(clear(&mut world, &[]), 2);
    assert_eq!(strike(&mut world, "RunInstances"), None);
    assert_eq!(refused(world.ask(BOB, "ClearFaults", &[("ActionName", "Reset")])), (400, "InvalidParameter"));
}

#[test]
fn there_is_an_end_to_faults_and_to_snapshots() {
    let mut world = World::new();
    for _ in 0..100 {
        world.done(BOB, INJECT, &[("Cut", "true")]);
    }
    assert_eq!(refused(world.call(BOB, INJECT, &[("Cut", "true")])), (403, "QuotaExceed.Faults"));
    for number in 0..16 {
        world.done(BOB, "Snapshot", &[("SnapshotName", &format!("s{number}"))]);
    }
    assert_eq!(refused(world.call(BOB, "Snapshot", &[("SnapshotName", "s16")])), (403, "QuotaExceed.Snapshots"));
    // One of a name that there is takes its place.
    world.done(BOB, "Snapshot", &[("SnapshotName", "s7")]);
    for (action, name, expected) in [
        ("Snapshot", "", (400, "MissingSnapshotName")),
        ("Snapshot", "a b", (400, "InvalidSnapshotName.Malformed")),
        ("Restore", "-", (400, "InvalidSnapshotName.Malformed")),
        ("Restore", "s16", (404, "InvalidSnapshotName.NotFound")),
    ] {
        assert_eq!(refused(world.call(BOB, action, &[("SnapshotName", name)])), expected, "{action} {name:?}");
    }
    assert_eq!(list(&world.done(BOB, "DescribeSnapshots", &[]), "Snapshots").len(), 16);
    world.done(BOB, "Reset", &[]);
    assert!(list(&world.done(BOB, "DescribeSnapshots", &[]), "Snapshots").is_empty());
    assert!(list(&world.done(BOB, "DescribeFaults", &[]), "Faults").is_empty());
}

/// After Restore the same requests meet the same as after the snapshot; a fault that came since begins anew. All stay.
#[test]
fn chance_goes_back_with_a_snapshot() {
    let mut world = World::new();
    let half = [("DelayMilliseconds", "1"), ("Probability", "50"), ("Seed", "3")];
    world.done(BOB, INJECT, &half);
    let met = |world: &mut World| -> Vec<bool> { (0..100).map(|_| strike(world, "RunInstances").is_some()).collect() };
    let first = met(&mut world);
    world.done(BOB, "Snapshot", &[("SnapshotName", "s")]);
    let second = met(&mut world);
    assert_ne!(first, second);
    // Those that meet the first do not come to this one; before and after its own beginning it is the same.
    world.done(BOB, INJECT, &[("DelayMilliseconds", "2"), ("Probability", "50"), ("Seed", "4")]);
    world.done(BOB, "Restore", &[("SnapshotName", "s")]);
    let (mut once, mut told) = (Vec::new(), Vec::new());
    for seen in [&mut once, &mut told] {
        seen.extend((0..100).map(|_| strike(&mut world, "RunInstances").map(|strike| strike.delay_milliseconds)));
        world.done(BOB, "Restore", &[("SnapshotName", "s")]);
    }
    assert_eq!(once, told);
    assert_eq!(once.iter().map(|delay| *delay == Some(1)).collect::<Vec<_>>(), second);
    assert!(once.contains(&Some(2)) && once.contains(&None));
    assert_eq!(world.development.rules.iter().map(|rule| rule.seen).max(), Some(400), "what is counted stays");
}

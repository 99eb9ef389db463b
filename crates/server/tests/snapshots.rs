//! `berth dev` goes back to what it held before: all of it, together.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on ends")]

mod common;

use common::dev::{Dev, one};
use common::{Ask, NOW, REGION};
use ledger::Moment;
use rpc::time::{Precision, format};
use server::clock::Hand;
use server::dev::Options;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

const HERE: (&str, &str) = ("RegionId", REGION);
const THERE: (&str, &str) = ("RegionId", "cn-beijing");
const NAME: (&str, &str) = ("SnapshotName", "base");
const G6: (&str, &str) = ("InstanceType", "ecs.g6.large");

fn at(ahead: u64) -> String {
    format(NOW + ahead, Precision::Seconds)
}

/// All that can be seen, of two regions and of the directory.
fn look(dev: &Dev) -> Vec<String> {
    let mut seen = vec![dev.body("DescribeAccounts", &[]), dev.body("DescribeInstanceTypes", &[])];
    for region in [HERE, THERE] {
        let all = [region, ("Status", "All"), ("MaxResults", "100")];
        let tags = [region, ("ResourceType", "capacityreservation")];
        for (action, params) in [
            ("DescribeCapacityReservations", &all[..]),
            ("DescribeInstances", &[region]),
            ("DescribePools", &[region]),
            ("DescribeHosts", &[region]),
            ("ListTagResources", &tags),
        ] {
            seen.push(dev.body(action, params));
        }
    }
    seen
}

/// Tells no more than the one that differs: all of them are long.
fn same(one: &[String], other: &[String]) {
    one.iter().zip(other).for_each(|(one, other)| assert_eq!(one, other));
}

/// Changes something of everything that can be changed.
fn change(dev: &Dev, word: &str) {
    let beijing = [THERE, ("ZoneId.1", "cn-beijing-h"), G6, ("InstanceAmount", "2"), ("ClientToken", word)];
    dev.done("CreateCapacityReservation", &beijing);
    let id = dev.reserve(&[("Tag.1.Key", word), ("Tag.1.Value", "v")]);
    dev.done("RunInstances", &[HERE, ("ZoneId", "cn-hangzhou-h"), G6, ("ImageId", "i"), ("Amount", "3")]);
    dev.done("SetStock", &[HERE, ("ZoneId", "cn-hangzhou-i"), G6, ("InstanceAmount", "5")]);
    dev.done("DrainHosts", &[THERE, ("HostIds", "[\"cn-beijing-i-c6-0001\"]")]);
    let account = dev.done("CreateAccount", &[("AccountName", word)]).field("AccountId");
    dev.done("CreateAccessKey", &[("AccountId", &account)]);
    let class = [("HostClass", word), ("Vcpus", "64"), ("MemoryGib", "256")];
    dev.done("PutHostClass", &class);
    let name = format!("ecs.{word}.large");
    let kind = [("InstanceType", &*name), ("HostClass", word), ("Vcpus", "2"), ("MemoryGib", "8")];
    dev.done("PutInstanceType", &kind);
    dev.done("ReleaseCapacityReservation", &[HERE, ("PrivatePoolOptions.Id", &id)]);
    dev.done("AdvanceClock", &[("Seconds", "3600"), ("Runs", "false")]);
}

#[test]
fn everything_is_as_it_was_when_the_snapshot_was_made() {
    let dev = Dev::new();
    change(&dev, "before");
    let token = [THERE, ("ZoneId.1", "cn-beijing-h"), G6, ("InstanceAmount", "2"), ("ClientToken", "before")];
    let first = dev.done("CreateCapacityReservation", &token).field("PrivatePoolOptionsId");
    let (seen, hour) = (look(&dev), dev.hour());
    dev.done("Snapshot", &[NAME]);
    for word in ["after", "again"] {
        change(&dev, word);
        let changed = look(&dev);
        let differing = seen.iter().zip(&changed).filter(|(one, other)| one != other).count();
        assert!(differing >= 7, "{differing}");
        assert_eq!(dev.told("Restore", &[NAME, ("DryRun", "true")]), (400, "DryRunOperation".into()));
        same(&look(&dev), &changed);
        assert_eq!(dev.done("Restore", &[NAME]).field("Time"), hour);
        same(&look(&dev), &seen);
        assert_eq!(dev.hour(), hour);
        // What was asked for before is known by its token, what was asked for since is not.
        assert_eq!(dev.done("CreateCapacityReservation", &token).field("PrivatePoolOptionsId"), first);
        same(&look(&dev), &seen);
    }
    // The clock stands as it stood then.
    dev.wall.set(Moment(NOW + 60));
    assert_eq!(dev.hour(), hour);
    dev.server.stop();
}

#[test]
fn reset_is_the_start_again() {
    let dev = Dev::new();
    let seen = look(&dev);
    change(&dev, "since");
    dev.done("Snapshot", &[NAME]);
    dev.done("InjectFault", &[("Code", "Throttling")]);
    assert_eq!(dev.told("Reset", &[("DryRun", "true")]), (400, "DryRunOperation".into()));
    assert_eq!(dev.told("DescribeRegions", &[]).0, 400);
    dev.wall.set(Moment(NOW + 7));
    dev.done("Reset", &[]);
    same(&look(&dev), &seen);
    assert_eq!(dev.hour(), at(7), "the real hour");
    dev.wall.set(Moment(NOW + 8));
    assert_eq!(dev.hour(), at(8), "and it goes on");
    assert_eq!(dev.told("Restore", &[NAME]), (404, "InvalidSnapshotName.NotFound".into()));
    change(&dev, "since");
    dev.done("Reset", &[]);
    same(&look(&dev), &seen);
    dev.server.stop();
}

/// What came with the start is there again after a reset: what a state file made, its clock, and the ids of a seed.
#[test]
fn reset_is_the_start_that_was_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().join("state.toml");
    let text = r#"
[clock]
time = "2030-01-01T00:00:00Z"
runs = false
[[call]]
Action = "CreateCapacityReservation"
RegionId = "cn-hangzhou"
ZoneId = ["cn-hangzhou-h"]
InstanceType = "ecs.g6.large"
InstanceAmount = 2
[[call]]
Action = "InjectFault"
ActionName = "DescribeZones"
Code = "Throttling"
"#;
    std::fs::write(&state, text).unwrap();
    let wall = Arc::new(Hand::at(Moment(NOW)));
    let options = Options { seed: Some(7), state: Some(state), ..Options::at("127.0.0.1:0".parse().unwrap()) };
    let dev = Dev::with(&options, Arc::clone(&wall), wall);
    let seen = look(&dev);
    let mut ids = Vec::new();
    for _ in 0..2 {
        dev.done("ClearFaults", &[]);
        change(&dev, "since");
        ids.push((dev.reserve(&[]), dev.done("DescribeRegions", &[]).field("RequestId")));
        dev.done("Reset", &[]);
        same(&look(&dev), &seen);
        assert_eq!(dev.hour(), "2030-01-01T00:00:00Z");
        assert_eq!(dev.told("DescribeZones", &[HERE]).0, 400, "the injected fault is there again");
    }
    assert_eq!(ids[0], ids[1]);
    dev.server.stop();
}

/// Histories are read from the journal, which goes back with everything else; what was read of another one is forgotten.
#[test]
fn a_history_is_that_of_what_is_there() {
    let dev = Dev::new();
    let id = dev.reserve(&[]);
    let wanted = [HERE, ("PrivatePoolOptions.Id", &*id)];
    let history = || dev.body("DescribeCapacityReservationHistory", &wanted);
    let name = |name: &str| {
        dev.done("ModifyCapacityReservation", &[&wanted[..], &[("PrivatePoolOptions.Name", name)]].concat());
    };
    name("first");
    dev.done("Snapshot", &[NAME]);
    let then = history();
    assert!(then.contains("first"), "{then}");
    for word in ["second", "third"] {
        for number in 0..3 {
            name(&format!("{word}-{number}"));
        }
        let page = [&wanted[..], &[("MaxResults", "2")]].concat();
        let first = dev.done("DescribeCapacityReservationHistory", &page).field("NextToken");
        let rest = [&page[..], &[("NextToken", &*first)]].concat();
        let next = dev.done("DescribeCapacityReservationHistory", &rest).body;
        assert!(next.contains(word), "{next}");
        assert!(history().contains(&format!("{word}-2")));
        dev.done("Restore", &[NAME]);
        assert_eq!(history(), then);
    }
    dev.server.stop();
}

/// What falls due after the hour of a snapshot happens again.
#[test]
fn what_ended_since_ends_again() {
    let dev = Dev::new();
    let end = at(86_400);
    dev.reserve(&[("EndTimeType", "Limited"), ("EndTime", &end)]);
    dev.done("Snapshot", &[NAME]);
    let active = || dev.done("DescribeCapacityReservations", &[HERE]).body.matches("\"Active\"").count();
    for _ in 0..3 {
        dev.done("SetClock", &[("Time", &end)]);
        assert_eq!(active(), 0);
        dev.done("Restore", &[NAME]);
        assert_eq!(active(), 1);
        assert_eq!(dev.hour(), at(0));
    }
    dev.server.stop();
}

/// A request that was taken is not taken again, whatever is restored.
#[test]
fn nonces_stay_used() {
    let dev = Dev::new();
    dev.done("Snapshot", &[NAME]);
    let create = dev.ask("CreateCapacityReservation", &[]);
    let params = one();
    let once = Ask { params: &params, nonce: "only-once".into(), ..create };
    assert_eq!(once.send().status, 200);
    for back in [("Restore", &[NAME][..]), ("Reset", &[])] {
        dev.done(back.0, back.1);
        assert_eq!(once.send().code(), "SignatureNonceUsed", "{}", back.0);
    }
    dev.server.stop();
}

/// Callers make a reservation here, and when it is answered one there: so at no moment are there more there than here, and
/// never two fewer of one caller.
#[test]
fn a_snapshot_is_of_one_moment() {
    const CALLERS: usize = 3;
    let dev = Dev::new();
    let (stop, names) = (AtomicBool::new(false), ["s0", "s1", "s2", "s3", "s4", "s5", "s6", "s7"]);
    let count = |region| dev.done("DescribeCapacityReservations", &[region]).field_count();
    std::thread::scope(|threads| {
        for _ in 0..CALLERS {
            threads.spawn(|| {
                // No more than there is room for, however long it takes.
                for _ in 0..200 {
                    if stop.load(Ordering::SeqCst) {
                        break;
                    }
                    dev.reserve(&[]);
                    let there = [THERE, ("ZoneId.1", "cn-beijing-h"), G6, ("InstanceAmount", "1")];
                    dev.done("CreateCapacityReservation", &there);
                }
            });
        }
        for name in names {
            dev.done("Snapshot", &[("SnapshotName", name)]);
        }
        // Back and forth while they go on.
        for name in names {
            dev.done("Restore", &[("SnapshotName", name)]);
        }
        stop.store(true, Ordering::SeqCst);
    });
    let mut before = 0;
    for name in names {
        dev.done("Restore", &[("SnapshotName", name)]);
        let (here, there) = (count(HERE), count(THERE));
        assert!(here >= there && here <= there + CALLERS, "{name}: {here} here, {there} there");
        assert!(here >= before, "{name}");
        before = here;
    }
    dev.server.stop();
}

trait Counted {
    fn field_count(&self) -> usize;
}

impl Counted for common::Answer {
    /// `TotalCount`.
    fn field_count(&self) -> usize {
        let json: serde_json::Value = serde_json::from_str(&self.body).unwrap();
        json["TotalCount"].as_u64().unwrap_or_else(|| panic!("{self:?}")).try_into().unwrap()
    }
}

//! Stock that is set against trying: so many can be had, by whatever asks, and one more cannot; what is given back can be
//! had again; and when it is lifted everything is as it was.

use crate::common::{ALICE, BOB, ID, Pairs, REGION, START, World, create, list, number, refused, text, with};
use ledger::check::check;
use proptest::prelude::*;
use rpc::time::{self, Precision};

const SET: &str = "SetStock";
const NO_STOCK: (u16, &str) = (403, "OperationDenied.NoStock");
const NONE: (&str, &str) = ("PrivatePoolOptions.MatchCriteria", "None");
const ZONE: (&str, &str) = ("ZoneId", "cn-hangzhou-h");
const LARGE: (&str, &str) = ("InstanceType", "ecs.g6.large");

fn stock(amount: &str) -> Pairs<'_> {
    vec![REGION, ZONE, LARGE, ("InstanceAmount", amount)]
}

fn set(world: &mut World, amount: &str) -> i64 {
    let told = number(&world.done(BOB, SET, &stock(amount)), "AvailableAmount");
    assert!(check(&world.ledger).is_empty(), "{:?}", check(&world.ledger));
    told
}

fn lift(world: &mut World) -> i64 {
    number(&world.done(BOB, SET, &[REGION, ZONE, LARGE]), "AvailableAmount")
}

fn second(after: u64) -> String {
    time::format(START + after, Precision::Seconds)
}

/// Whether DescribeAvailableResource has any in zone h.
fn told(world: &World) -> bool {
    let asked = [REGION, ("DestinationResource", "InstanceType"), LARGE, ZONE];
    let body = world.ask(ALICE, "DescribeAvailableResource", &asked).expect("an answer").body;
    text(list(&body, "AvailableZones")[0], "StatusCategory") == "WithStock"
}

#[test]
fn nothing_admits_what_there_is_no_stock_for() {
    let mut world = World::new();
    let running = world.launch(ALICE, &[NONE]).remove(0);
    let stopped = world.launch(ALICE, &[NONE]).remove(0);
    world.done(ALICE, "StopInstance", &[("InstanceId", &stopped), ("StoppedMode", "StopCharging")]);
    let held = world.reserve(ALICE, &[("PrivatePoolOptions.MatchCriteria", "Target")]);
    assert_eq!(set(&mut world, "0"), 0);
    assert!(!told(&world));
    let (hour, day) = (second(3600), second(86_400));
    let window = [REGION, ZONE, LARGE, ("InstanceAmount", "1"), ("StartTime", &hour), ("EndTime", &day)];
    let assurance = [REGION, ("ZoneId.1", ZONE.1), ("InstanceType.1", LARGE.1), ("InstanceAmount", "1")];
    for (action, params) in [
        ("CreateCapacityReservation", create()),
        ("ModifyCapacityReservation", vec![REGION, (ID, &held), ("InstanceAmount", "2")]),
        ("CreateElasticityAssurance", assurance.to_vec()),
        ("ReserveWindow", window.to_vec()),
        ("RunInstances", vec![REGION, ZONE, LARGE, ("ImageId", "i"), NONE]),
        ("CreateInstance", vec![REGION, ZONE, LARGE, ("ImageId", "i"), NONE]),
        ("StartInstance", vec![("InstanceId", &stopped)]),
    ] {
        assert_eq!(refused(world.call(ALICE, action, &params)), NO_STOCK, "{action}");
    }
    let explained = world.ask(ALICE, "ExplainCapacity", &window).expect("an answer").body;
    assert_eq!(number(&explained, "AvailableAmount"), 0);
    // What was promised is still there for its owner, and what ends can be had again.
    world.launch(ALICE, &[("PrivatePoolOptions.MatchCriteria", "Target"), (ID, &held)]);
    assert_eq!(refused(world.call(ALICE, "CreateCapacityReservation", &create())), NO_STOCK);
    world.done(ALICE, "DeleteInstance", &[("InstanceId", &running), ("Force", "true")]);
    assert!(told(&world));
    world.reserve(ALICE, &[]);
    assert!(!told(&world));
    assert_eq!(lift(&mut world), 6);
    assert!(told(&world));
}

#[test]
fn of_the_hosts_of_a_class_every_type_takes() {
    let mut world = World::new();
    assert_eq!(set(&mut world, "3"), 3);
    world.reserve(ALICE, &[("InstanceType", "ecs.g6.xlarge")]);
    assert_eq!(
        refused(world.call(ALICE, "CreateCapacityReservation", &with(&create(), &[("InstanceAmount", "2")]))),
        NO_STOCK
    );
    world.reserve(ALICE, &[]);
    // Another class, another zone, another region: nothing of theirs.
    world.reserve(ALICE, &[("InstanceType", "ecs.c6.large"), ("InstanceAmount", "4")]);
    world.reserve(ALICE, &[("ZoneId.1", "cn-hangzhou-i"), ("InstanceAmount", "4")]);
}

#[test]
fn nobodys_reservations_are_seen_and_used_by_nobody() {
    let mut world = World::new();
    set(&mut world, "1");
    for who in [ALICE, BOB] {
        assert!(world.listed(who, &[("Status", "All")]).is_empty());
    }
    let id = world.ledger.reservations_of(&"nobody".into(), ledger::Kind::CapacityReservation, None).next();
    let id = id.expect("one is held").id.to_string();
    let never = refused(world.call(ALICE, "ReleaseCapacityReservation", &[REGION, (ID, "crp-bp1aaaaaaaaaaaaaaaaa")]));
    assert_eq!(refused(world.call(ALICE, "ReleaseCapacityReservation", &[REGION, (ID, &id)])), never);
    // One open slot is left, and it is no slot of theirs that an instance takes.
    world.launch(ALICE, &[]);
    let one = with(&vec![REGION, ZONE, LARGE], &[("ImageId", "i")]);
    assert_eq!(refused(world.call(ALICE, "RunInstances", &one)), NO_STOCK);
    lift(&mut world);
    assert_eq!(world.ledger.reservations_of(&"nobody".into(), ledger::Kind::CapacityReservation, None).count(), 0);
}

#[test]
fn more_than_there_is_room_for_is_refused() {
    let mut world = World::new();
    assert_eq!(refused(world.call(BOB, SET, &stock("9"))), NO_STOCK);
    assert_eq!(set(&mut world, "8"), 8);
    set(&mut world, "0");
    // What is held already counts as room.
    assert_eq!(set(&mut world, "8"), 8);
    for (wrong, code) in [
        (("InstanceAmount", "-1"), "InvalidInstanceAmount.ValueNotSupported"),
        (("InstanceAmount", "many"), "InvalidInstanceAmount.ValueNotSupported"),
        (("InstanceAmount", "1000001"), "InvalidInstanceAmount.ValueNotSupported"),
        (("ZoneId", "cn-shanghai-b"), "InvalidZoneId.NotFound"),
        (("InstanceType", "ecs.g6.huge"), "InvalidInstanceType.NotSupported"),
        (("InstanceType", "ecs.r6.large"), "ResourceNotAvailable"),
        (("InstanceType", "ecs.g6.8xlarge"), "ResourceNotAvailable"),
    ] {
        assert_eq!(refused(world.call(BOB, SET, &with(&stock("1"), &[wrong]))).1, code, "{wrong:?}");
    }
}

proptest! {
    /// Whatever was promised, at whatever hours: any window finds as many as were left, and no more.
    #[test]
    fn any_window_finds_what_was_left(
        asked in prop::collection::vec((any::<bool>(), 1..4_u32, 0..30_u64, 1..12_u64), 0..10),
        left in 0..8_u64,
        (starts, lasts) in (0..40_u64, 1..40_u64),
    ) {
        let mut world = World::new();
        for (big, count, starts, lasts) in asked {
            let kind = if big { "ecs.g6.xlarge" } else { "ecs.g6.large" };
            let (count, from, to) = (count.to_string(), second(starts), second(starts + lasts));
            let window = [("InstanceType", kind), ("InstanceAmount", &*count), ("StartTime", &*from), ("EndTime", &*to)];
            // Whether it fits is not of interest here.
            world.call(ALICE, "ReserveWindow", &with(&stock("1"), &window)).ok();
        }
        let before = world.ledger.pool(&ZONE.1.into(), &"g6".into()).expect("a pool").clone();
        let free = u64::try_from(lift(&mut world)).expect("a number");
        let left = left.min(free);
        set(&mut world, &left.to_string());
        let (from, to) = (second(starts), second(starts + lasts));
        for (count, fits) in [(left, true), (left + 1, false)] {
            let count = count.to_string();
            let window = with(&stock(&count), &[("StartTime", &from), ("EndTime", &to)]);
            if count != "0" {
                prop_assert_eq!(world.ask(ALICE, "ReserveWindow", &window).is_ok(), fits, "{} of {}", count, left);
            }
        }
        lift(&mut world);
        prop_assert_eq!(world.ledger.pool(&ZONE.1.into(), &"g6".into()).expect("a pool"), &before);
    }
}

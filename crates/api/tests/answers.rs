//! What each operation answers when it goes well, byte for byte, in both formats.

use crate::common::{self, ALICE, BOB, ID, REGION, START, Sent, World, create, shown, with};
use ledger::Moment;

fn full() -> common::Pairs<'static> {
    with(
        &create(),
        &[
            ("InstanceAmount", "2"),
            ("PrivatePoolOptions.Name", "crpTestName"),
            ("PrivatePoolOptions.MatchCriteria", "Target"),
            ("Description", "a <b> & \"c\" 容量"),
            ("StartTime", "Now"),
            ("EndTimeType", "Limited"),
            ("EndTime", "2026-12-30T06:32:59Z"),
            ("InstanceChargeType", "PostPaid"),
            ("Platform", "WINDOWS"),
            ("Tag.2.Key", "env"),
            ("Tag.2.Value", "test"),
            ("Tag.7.Key", "empty"),
            ("ResourceGroupId", "rg-bp67acfmxazb4p1234"),
        ],
    )
}

#[test]
fn creating() {
    let mut world = World::new();
    let body = world.done(ALICE, "CreateCapacityReservation", &full());
    insta::assert_snapshot!("create", shown("CreateCapacityReservation", &body));
}

#[test]
fn listing() {
    let mut world = World::new();
    let first = world.reserve(ALICE, &full());
    world.now = Moment(START + 61);
    let second = world.reserve(ALICE, &[]);
    world.reserve(BOB, &[]);
    let all = [REGION, ("Status", "All")];
    let body = world.done(ALICE, "DescribeCapacityReservations", &all);
    assert_eq!(common::ids(&body), [first, second.clone()]);
    insta::assert_snapshot!("list", shown("DescribeCapacityReservations", &body));
    world.done(ALICE, "ReleaseCapacityReservation", &[REGION, (ID, &second)]);
    let body = world.done(ALICE, "DescribeCapacityReservations", &[REGION, ("Status", "Released")]);
    insta::assert_snapshot!("list_released", shown("DescribeCapacityReservations", &body));
}

#[test]
fn listing_nothing() {
    let mut world = World::new();
    let body = world.done(ALICE, "DescribeCapacityReservations", &[REGION, ("MaxResults", "100")]);
    insta::assert_snapshot!("list_nothing", shown("DescribeCapacityReservations", &body));
}

#[test]
fn instances() {
    let mut world = World::new();
    let id = world.reserve(ALICE, &[]);
    let body = world.done(ALICE, "DescribeCapacityReservationInstances", &[REGION, (ID, &id)]);
    insta::assert_snapshot!("instances", shown("DescribeCapacityReservationInstances", &body));
}

#[test]
fn changing_and_releasing() {
    let mut world = World::new();
    let id = world.reserve(ALICE, &[]);
    let kind = ("ResourceType", "capacityreservation");
    let calls: [(&str, Sent<'_>); 4] = [
        ("ModifyCapacityReservation", &[REGION, (ID, &id), ("PrivatePoolOptions.Name", "other")]),
        ("TagResources", &[REGION, kind, ("ResourceId.1", &id), ("Tag.1.Key", "env"), ("Tag.1.Value", "prod")]),
        ("UntagResources", &[REGION, kind, ("ResourceId.1", &id), ("TagKey.1", "env")]),
        ("ReleaseCapacityReservation", &[REGION, (ID, &id), ("DryRun", "false")]),
    ];
    for (action, pairs) in calls {
        let shown = shown(action, &world.done(ALICE, action, pairs));
        let xml = format!(
            "<?xml version='1.0' encoding='UTF-8'?><{action}Response><RequestId>473469C7-AA6F-4DC5-B3DB-A3DC0DE3C83E\
             </RequestId></{action}Response>"
        );
        assert_eq!(shown, format!("{{\"RequestId\":\"473469C7-AA6F-4DC5-B3DB-A3DC0DE3C83E\"}}\n{xml}"));
    }
}

#[test]
fn listing_tags() {
    let mut world = World::new();
    world.reserve(ALICE, &full());
    world.reserve(BOB, &full());
    let pairs = [REGION, ("ResourceType", "capacityreservation")];
    let body = world.done(ALICE, "ListTagResources", &pairs);
    insta::assert_snapshot!("list_tags", shown("ListTagResources", &body));
}

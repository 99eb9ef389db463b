//! When two things are wrong, the earlier check is told. For each operation each of its faults has a cause; every two
//! causes that can stand together are sent together.

use crate::common::causes::{Cause, borrowed, check, tags_21};
use crate::common::{self, ALICE, ID, REGION, World, create, refused, with};

const KIND: (&str, &str) = ("ResourceType", "capacityreservation");

#[test]
fn create_tells_the_earlier_fault() {
    let tags = tags_21();
    let tags = borrowed(&tags);
    check(
        &World::new(),
        "CreateCapacityReservation",
        &create(),
        &[
            &[("RegionId", "-")],
            &[("ZoneId.1", "-")],
            &[("InstanceType", "-")],
            &[("InstanceAmount", "-")],
            &[("ZoneId.2", "cn-hangzhou-i")],
            &[("InstanceAmount", "1001")],
            &[("PrivatePoolOptions.Name", "1name")],
            &[("PrivatePoolOptions.MatchCriteria", "None")],
            &[("Description", "https://example.org")],
            &[("StartTime", "2026-12-01T00:00:00Z")],
            &[("StartTime", "soon")],
            &[("EndTimeType", "Sometimes")],
            &[("EndTime", "2026-11-23T02:01:00Z")],
            &[("InstanceChargeType", "PrePaid")],
            &[("Platform", "BeOS")],
            &tags,
            &[("Tag.1.Key", "aliyun-1")],
            &[("Tag.3.Key", "k"), ("Tag.3.Value", "acs:1")],
            &[("Tag.4.Key", "twice"), ("Tag.5.Key", "twice")],
            &[("ResourceGroupId", "group")],
            &[("ZoneId.1", "cn-shanghai-b")],
            &[("InstanceType", "ecs.g6.huge")],
            &[("ZoneId.1", "cn-hangzhou-k")],
            &[("InstanceType", "ecs.r6.large")],
            &[("InstanceAmount", "9")],
        ],
    );
}

#[test]
fn modify_tells_the_earlier_fault() {
    let mut world = World::new();
    let over = world.reserve(ALICE, &[]);
    world.done(ALICE, "ReleaseCapacityReservation", &[REGION, (ID, &over)]);
    let id = world.reserve(ALICE, &[]);
    let window = world.window(&id, "w", 0, 60);
    let used = world.reserve(ALICE, &[("InstanceAmount", "2"), ("PrivatePoolOptions.MatchCriteria", "Target")]);
    let launch = [("InstanceType", "ecs.g6.large"), ("PrivatePoolOptions.MatchCriteria", "Target"), (ID, &*used)];
    world.done(ALICE, "RunInstances", &[&[REGION, ("Amount", "2")][..], &launch].concat());
    check(
        &world,
        "ModifyCapacityReservation",
        &vec![REGION, (ID, &id)],
        &[
            &[("RegionId", "")],
            &[(ID, "-")],
            &[(ID, "")],
            &[("PrivatePoolOptions.Name", "n")],
            &[("Description", "d")],
            &[("StartTime", "2026-12-01T00:00:00Z")],
            &[("Platform", "BeOS")],
            &[("InstanceAmount", "0")],
            &[("EndTimeType", "limited")],
            &[("EndTimeType", "Limited")],
            &[(ID, common::NEVER_ISSUED)],
            &[(ID, &over)],
            &[("Platform", "Windows")],
            &[(ID, &window), ("EndTimeType", "Unlimited")],
            &[(ID, &used), ("InstanceAmount", "1")],
            &[("InstanceAmount", "9")],
        ],
    );
}

#[test]
fn release_tells_the_earlier_fault() {
    let mut world = World::new();
    let over = world.reserve(ALICE, &[("EndTime", "2026-11-23T03:00:00Z")]);
    let unlimited = [REGION, (ID, &*over), ("EndTimeType", "Unlimited")];
    world.done(ALICE, "ModifyCapacityReservation", &unlimited);
    world.done(ALICE, "ReleaseCapacityReservation", &[REGION, (ID, &over)]);
    let limited = world.reserve(ALICE, &[("EndTime", "2026-11-23T03:00:00Z")]);
    let id = world.reserve(ALICE, &[]);
    let prepared = world.window(&id, "w", 60, 120);
    check(
        &world,
        "ReleaseCapacityReservation",
        &vec![REGION, (ID, &id)],
        &[
            &[("RegionId", "-")],
            &[(ID, "-")],
            &[(ID, "")],
            &[(ID, "eap-bp1000000000000000000")],
            &[(ID, common::NEVER_ISSUED)],
            &[(ID, &over)],
            &[(ID, &prepared)],
            &[(ID, &limited)],
        ],
    );
}

#[test]
fn a_reservation_that_ended_by_itself_is_released_rather_than_limited() {
    let mut world = World::new();
    let limited = world.reserve(ALICE, &[("EndTime", "2026-11-23T03:00:00Z")]);
    let id = ledger::ReservationId::parse(&limited).expect("an id");
    let end = ledger::Moment(common::START + 3540);
    world.ledger.apply(&ledger::Entry::Released { id, at: end, why: ledger::Why::Expired });
    world.now = end;
    let answer = world.call(ALICE, "ReleaseCapacityReservation", &[REGION, (ID, &limited)]);
    assert_eq!(refused(answer), (400, "Invalid.PrivatePoolOptions.status"));
}

#[test]
fn the_listings_tell_the_earlier_fault() {
    let mut world = World::new();
    let id = world.reserve(ALICE, &[]);
    let many = format!("[{}]", vec!["\"crp-1\""; 101].join(","));
    check(
        &world,
        "DescribeCapacityReservations",
        &vec![REGION],
        &[
            &[("RegionId", "-")],
            &[("PrivatePoolOptions.Ids", "crp-1")],
            &[("PrivatePoolOptions.Ids", &many)],
            &[("MaxResults", "0")],
        ],
    );
    check(
        &world,
        "DescribeCapacityReservationInstances",
        &vec![REGION, (ID, &id)],
        &[&[("RegionId", "-")], &[(ID, "-")], &[(ID, "")], &[("MaxResults", "101")], &[(ID, common::NEVER_ISSUED)]],
    );
}

#[test]
fn the_tag_operations_tell_the_earlier_fault() {
    let mut world = World::new();
    let id = world.reserve(ALICE, &[]);
    let full = world.reserve(ALICE, &borrowed(&tags_21()[..20]));
    let good = vec![REGION, KIND, ("ResourceId.1", id.as_str())];
    let ids: Vec<(String, String)> = (1..=51).map(|at| (format!("ResourceId.{at}"), id.clone())).collect();
    let (ids, tags) = (borrowed(&ids), tags_21());
    let tags = borrowed(&tags);
    let keys: Vec<(String, String)> = (1..=21).map(|at| (format!("TagKey.{at}"), "k".to_owned())).collect();
    let stranger = [("ResourceId.2", common::NEVER_ISSUED)];
    let gone: Cause<'_> = &[("ResourceType", "-")];
    let unknown: Cause<'_> = &[("ResourceType", "bucket")];
    let absent: Cause<'_> = &[("ResourceId.1", "-")];
    let region: Cause<'_> = &[("RegionId", "-")];
    check(
        &world,
        "TagResources",
        &with(&good, &[("Tag.2.Key", "env")]),
        &[
            region,
            gone,
            absent,
            &[("Tag.2.Key", "-")],
            &[("Tag.2.Key", "")],
            unknown,
            &ids,
            &tags,
            &[("Tag.3.Key", "acs:x")],
            &[("Tag.4.Key", "v"), ("Tag.4.Value", "http://")],
            &[("Tag.5.Key", "env")],
            &stranger,
            &[("ResourceId.3", &full)],
        ],
    );
    check(
        &world,
        "UntagResources",
        &good,
        &[region, gone, absent, unknown, &ids, &borrowed(&keys), &[("All", "yes")], &stranger],
    );
    check(
        &world,
        "ListTagResources",
        &good,
        &[region, gone, unknown, &ids, &tags, &[("Tag.3.Value", "v")], &[("NextToken", "x")]],
    );
}

#[test]
fn create_assurance_tells_the_earlier_fault() {
    let tags = tags_21();
    let tags = borrowed(&tags);
    let zone = ("ZoneId.1", "cn-hangzhou-h");
    check(
        &World::new(),
        "CreateElasticityAssurance",
        &vec![REGION, zone, ("InstanceType.1", "ecs.g6.large"), ("InstanceAmount", "1")],
        &[
            &[("RegionId", "-")],
            &[("ZoneId.1", "-")],
            &[("InstanceType.1", "-")],
            &[("InstanceAmount", "-")],
            &[("ZoneId.2", "cn-hangzhou-i")],
            &[("InstanceType.2", "ecs.g6.xlarge")],
            &[("InstanceCpuCoreCount", "")],
            &[("InstanceCpuCoreCount", "2")],
            &[("InstanceAmount", "1001")],
            &[("PeriodUnit", "Day")],
            &[("Period", "6")],
            &[("AssuranceTimes", "1")],
            &[("PrivatePoolOptions.Name", "1name")],
            &[("PrivatePoolOptions.MatchCriteria", "None")],
            &[("Description", "https://example.org")],
            &[("StartTime", "2027-12-01T00:00:00Z")],
            &[("StartTime", "soon")],
            &[("AutoRenew", "perhaps")],
            &tags,
            &[("Tag.1.Key", "aliyun-1")],
            &[("Tag.3.Key", "k"), ("Tag.3.Value", "acs:1")],
            &[("Tag.4.Key", "twice"), ("Tag.5.Key", "twice")],
            &[("ResourceGroupId", "group")],
            &[("ZoneId.1", "cn-shanghai-b")],
            &[("InstanceType.1", "ecs.g6.huge")],
            &[("ZoneId.1", "cn-hangzhou-k")],
            &[("InstanceType.1", "ecs.r6.large")],
            &[("InstanceAmount", "9")],
        ],
    );
}

#[test]
fn the_other_operations_on_assurances_tell_the_earlier_fault() {
    use common::assurances::{FIRST, MORNINGS, NEVER_ISSUED, assure, at};
    let mut world = World::new();
    let over = assure(&mut world, ALICE, &[("PeriodUnit", "Month")]);
    at(&mut world, 40 * 86_400);
    let id = assure(&mut world, ALICE, &[("InstanceAmount", "2")]);
    let launch = [REGION, ("InstanceType", "ecs.g6.large"), ("PrivatePoolOptions.MatchCriteria", "Target"), (ID, &*id)];
    world.done(ALICE, "RunInstances", &with(&launch.to_vec(), &[("Amount", "2")]));
    let region: Cause<'_> = &[("RegionId", "-")];
    check(
        &world,
        "ModifyElasticityAssurance",
        &vec![REGION, (ID, &id)],
        &[
            region,
            &[(ID, "-")],
            &[(ID, "")],
            &[("PrivatePoolOptions.Name", "n")],
            &[("Description", "d")],
            &[("InstanceAmount", "0")],
            &[("RecurrenceRules.7.StartHour", "1")],
            &[(ID, NEVER_ISSUED)],
            &[(ID, &over)],
            MORNINGS,
            &[("InstanceAmount", "1")],
            &[("InstanceAmount", "9")],
        ],
    );
    let ids = |count: usize| -> Vec<(String, String)> {
        (1..=count).map(|at| (format!("PrivatePoolOptions.Id.{at}"), id.clone())).collect()
    };
    let (many, more) = (ids(21), ids(51));
    let (many, more) = (borrowed(&many), borrowed(&more));
    let absent: Cause<'_> = &[(FIRST, "")];
    let stranger: Cause<'_> = &[("PrivatePoolOptions.Id.60", NEVER_ISSUED)];
    check(
        &world,
        "RenewElasticityAssurances",
        &vec![REGION, (FIRST, &id)],
        &[
            absent,
            &[("PeriodUnit", "Day")],
            &[("Period", "x")],
            &[("AutoPay", "x")],
            &[("AutoRenew", "true")],
            &many,
            stranger,
            &[("PrivatePoolOptions.Id.70", &over)],
        ],
    );
    let describe = "DescribeElasticityAssuranceAutoRenewAttribute";
    check(&world, describe, &vec![REGION, (FIRST, &id)], &[region, absent, &more, stranger]);
    check(
        &world,
        "ModifyElasticityAssuranceAutoRenewAttribute",
        &vec![REGION, (FIRST, &id)],
        &[region, absent, &[("PeriodUnit", "Day")], &[("Period", "x")], &[("RenewalStatus", "x")], &more, stranger],
    );
    let many = format!("[{}]", vec!["\"eap-1\""; 101].join(","));
    check(
        &world,
        "DescribeElasticityAssurances",
        &vec![REGION],
        &[
            region,
            &[("PackageType", "Other")],
            &[("PrivatePoolOptions.Ids", "eap-1")],
            &[("PrivatePoolOptions.Ids", &many)],
            &[("MaxResults", "0")],
        ],
    );
}

#[test]
fn the_operations_on_the_directory_tell_the_earlier_fault() {
    let mut world = World::new();
    let lean = [("HostClass", "lean"), ("Vcpus", "8"), ("MemoryGib", "32")];
    let rungs = [("Unit.Vcpus", "2"), ("Unit.MemoryGib", "8"), ("Rungs", "[1,2]")];
    world.done(ALICE, "PutHostClass", &[lean, rungs].concat());
    let kind = [("InstanceType", "ecs.lean.xlarge"), ("HostClass", "lean"), ("Vcpus", "4"), ("MemoryGib", "16")];
    world.done(ALICE, "PutInstanceType", &kind);
    check(
        &world,
        "PutHostClass",
        &lean.to_vec(),
        &[
            &[("HostClass", "-")],
            &[("Vcpus", "-")],
            &[("MemoryGib", "")],
            &[("HostClass", "_")],
            &[("Gpus", "none")],
            &[("Rungs", "[2]")],
            &[("HostClass", "r6")],
            &[("Rungs", "[1]")],
        ],
    );
    check(
        &world,
        "PutInstanceType",
        &with(&kind.to_vec(), &[("InstanceType", "ecs.lean.large"), ("Vcpus", "2"), ("MemoryGib", "8")]),
        &[
            &[("InstanceType", "-")],
            &[("HostClass", "-")],
            &[("Vcpus", "-")],
            &[("MemoryGib", "-")],
            &[("InstanceType", "_")],
            &[("Gpus", "none")],
            &[("HostClass", "none")],
            &[("InstanceType", "ecs.lean.xlarge")],
            &[("Vcpus", "9")],
            &[("MemoryGib", "32")],
        ],
    );
    check(
        &world,
        "CreateAccount",
        &vec![("AccountName", "research")],
        &[&[("AccountName", "-")], &[("AccountName", "1")], &[("Operator", "yes")], &[("AccountName", "alice")]],
    );
    check(
        &world,
        "CreateAccessKey",
        &vec![("AccountId", ALICE)],
        &[&[("AccountId", "")], &[("Permits", "all")], &[("AccountId", "1")]],
    );
    check(&world, "DescribeAccounts", &vec![], &[&[("AccountIds", "1")], &[("MaxResults", "0")]]);
}

//! When two things are wrong with a request about instances, the earlier check is told.

use crate::common::causes::{Cause, borrowed, check, tags_21};
use crate::common::{self, ALICE, BOB, ID, REGION, World, create, with};
use ledger::{Attachment, Entry, Halt, InstanceId, ReservationId};

/// Instances that are stopped and hold nothing, one for each reason why a place could be refused to it, in the order of the
/// faults; and before them one that has no such trouble, the id of none, and one that runs.
fn stopped_for_every_reason() -> (World, Vec<String>) {
    const TARGET: (&str, &str) = ("PrivatePoolOptions.MatchCriteria", "Target");
    let mut world = World::large();
    let full = world.reserve(ALICE, &[TARGET]);
    let over = world.reserve(ALICE, &[]);
    world.done(ALICE, "ReleaseCapacityReservation", &[REGION, (ID, &over)]);
    let other_type = world.reserve(ALICE, &[TARGET, ("InstanceType", "ecs.g6.xlarge")]);
    let other_zone = world.reserve(ALICE, &[TARGET, ("ZoneId.1", "cn-hangzhou-i")]);
    let any = world.reserve(ALICE, &[TARGET, ("InstanceAmount", "2")]);
    let windows = world.reserve(ALICE, &[TARGET, ("Platform", "Windows")]);
    // It is two hours past midnight.
    let rule = [("RecurrenceType", "Daily"), ("RecurrenceValue", "1"), ("StartHour", "20"), ("EndHour", "24")];
    let rule = rule.map(|(name, value)| (format!("RecurrenceRules.1.{name}"), value));
    let rule: Vec<(&str, &str)> = rule.iter().map(|(name, value)| (name.as_str(), *value)).collect();
    let evenings =
        with(&create(), &[("InstanceType", "-"), ("InstanceType.1", "ecs.g6.large"), ("Period", "1"), TARGET]);
    let evenings = world.done(ALICE, "CreateElasticityAssurance", &with(&evenings, &rule));
    let evenings = common::text(&evenings, "PrivatePoolOptionsId");

    let good = world.launch(ALICE, &[]).remove(0);
    let runs = world.launch(ALICE, &[]).remove(0);
    let mut ids = vec![good, "i-bp1neverissued000000".to_owned(), runs];
    let prepaid: Cause<'_> = &[("InstanceChargeType", "PrePaid")];
    for (pool, pairs) in [
        (common::NEVER_ISSUED, &[][..]),
        (&over, &[]),
        (&other_type, &[]),
        (&other_zone, &[]),
        (&any, prepaid),
        (&windows, &[]),
        (&evenings, &[]),
        (&full, &[]),
        ("", &[("InstanceType", "ecs.c6.large")]),
        ("", &[("ZoneId", "cn-hangzhou-i")]),
    ] {
        let text = world.launch(ALICE, pairs).remove(0);
        let id = InstanceId::parse(&text).expect("an id");
        world.ledger.apply(&Entry::Stopped { id, at: world.now, how: Halt::Giving });
        if let Some(pool) = ReservationId::parse(pool) {
            world.ledger.apply(&Entry::Attached { id, attachment: Attachment::Target(pool), place: None });
        }
        ids.push(text);
    }
    let good = InstanceId::parse(&ids[0]).expect("an id");
    world.ledger.apply(&Entry::Stopped { id: good, at: world.now, how: Halt::Giving });
    world.launch(ALICE, &[TARGET, (ID, &full)]);
    world.ledger.apply(&Entry::HostRemoved { host: "h3".into() });
    world.launch(BOB, &[("ZoneId", "cn-hangzhou-i"), ("Amount", "3")]);
    (world, ids)
}

/// `InstanceId.2` to `InstanceId.102`.
fn ids_101(id: &str) -> Vec<(String, String)> {
    (2..=102).map(|at| (format!("InstanceId.{at}"), id.to_owned())).collect()
}

#[test]
fn the_starts_tell_the_earlier_fault() {
    let (world, ids) = stopped_for_every_reason();
    let absent: Cause<'_> = &[("InstanceId", "-")];
    let named: Vec<_> = ids.iter().map(|id| [("InstanceId", id.as_str())]).collect();
    let causes: Vec<Cause<'_>> = [absent].into_iter().chain(named[1..].iter().map(|cause| &cause[..])).collect();
    check(&world, "StartInstance", &named[0].to_vec(), &causes);

    let named: Vec<_> = ids.iter().map(|id| [("InstanceId.1", id.as_str())]).collect();
    let many = ids_101(&ids[0]);
    let many = borrowed(&many);
    let first: [Cause<'_>; 4] =
        [&[("RegionId", "-")], &[("InstanceId.1", "-")], &[("BatchOptimization", "Perhaps")], &many];
    let causes: Vec<Cause<'_>> = first.into_iter().chain(named[1..].iter().map(|cause| &cause[..])).collect();
    check(&world, "StartInstances", &[&[REGION], &named[0][..]].concat(), &causes);
}

#[test]
fn the_stops_and_deletions_tell_the_earlier_fault() {
    let mut world = World::new();
    let good = world.launch(ALICE, &[]).remove(0);
    let paid = world.launch(ALICE, &[("InstanceChargeType", "PrePaid")]).remove(0);
    let spot = world.launch(ALICE, &[("SpotStrategy", "SpotAsPriceGo")]).remove(0);
    let stopped = world.launch(ALICE, &[]).remove(0);
    world.done(ALICE, "StopInstance", &[("InstanceId", &stopped)]);
    let never = "i-bp1neverissued000000";
    let give = ("StoppedMode", "StopCharging");
    let many = ids_101(&good);
    let many = borrowed(&many);
    let (mode, force): (Cause<'_>, Cause<'_>) = (&[("StoppedMode", "Sometimes")], &[("Force", "perhaps")]);
    let absent: Cause<'_> = &[("InstanceId", "-")];
    let one = |id| [("InstanceId", id)];
    check(
        &world,
        "StopInstance",
        &vec![("InstanceId", &*good), give],
        &[absent, mode, &one(never), &one(&paid), &one(&spot), &one(&stopped)],
    );
    check(&world, "DeleteInstance", &vec![("InstanceId", &*stopped)], &[absent, force, &one(never), &one(&good)]);
    let (region, absent): (Cause<'_>, Cause<'_>) = (&[("RegionId", "")], &[("InstanceId.1", "")]);
    let one = |id| [("InstanceId.1", id)];
    check(
        &world,
        "StopInstances",
        &vec![REGION, ("InstanceId.1", &*good), give],
        &[region, absent, mode, &many, &one(never), &one(&paid), &one(&spot), &one(&stopped)],
    );
    check(
        &world,
        "DeleteInstances",
        &vec![REGION, ("InstanceId.1", &*stopped)],
        &[region, absent, force, &many, &one(never), &one(&good)],
    );
}

#[test]
fn the_listing_of_instances_tells_the_earlier_fault() {
    let (tags, world) = (tags_21(), World::new());
    check(
        &world,
        "DescribeInstances",
        &vec![REGION],
        &[
            &[("RegionId", "-")],
            &[("InstanceIds", "nothing")],
            &[("InstanceChargeType", "Later")],
            &[("Status", "Asleep")],
            &borrowed(&tags),
            &[("Tag.30.Value", "v")],
        ],
    );
}

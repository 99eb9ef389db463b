//! What changing, releasing and tagging do to a reservation.

use crate::common::{self, ALICE, BOB, ID, REGION, Sent, World, list, refused, text, with};
use ledger::Entry;
use rpc::body::Body;

const KIND: (&str, &str) = ("ResourceType", "capacityreservation");
const FREE_END: &str = "2099-12-31T15:59Z";

/// The reservation as the listing shows it.
fn item(world: &World, id: &str) -> Body {
    let ids = format!("[{id:?}]");
    let pairs = [REGION, ("PrivatePoolOptions.Ids", &*ids), ("Status", "All")];
    let body = world.ask(ALICE, "DescribeCapacityReservations", &pairs).expect("a list").body;
    list(&body, "CapacityReservationSet")[0].clone()
}

/// Its tags, `key=value`.
fn tags(world: &World, id: &str) -> Vec<String> {
    let item = item(world, id);
    let tag = |tag: &&Body| format!("{}={}", text(tag, "TagKey"), text(tag, "TagValue"));
    list(&item, "Tags").iter().map(tag).collect()
}

#[test]
fn an_end_is_set_moved_and_taken_away() {
    let mut world = World::new();
    let id = world.reserve(ALICE, &[]);
    let rows: [(Sent<'_>, &str, &str); 6] = [
        // Effective only with Limited.
        (&[("EndTime", "2026-12-01T00:00:00Z")], "Unlimited", FREE_END),
        (&[("EndTimeType", "Limited"), ("EndTime", "2026-12-01T00:00:00Z")], "Limited", "2026-12-01T00:00Z"),
        (&[("EndTime", "2026-12-02T00:00Z")], "Limited", "2026-12-02T00:00Z"),
        (&[("EndTimeType", "Limited"), ("EndTime", "2026-11-24T00:00:59Z")], "Limited", "2026-11-24T00:00Z"),
        (&[("PrivatePoolOptions.Name", "name")], "Limited", "2026-11-24T00:00Z"),
        (&[("EndTimeType", "Unlimited"), ("EndTime", "whatever")], "Unlimited", FREE_END),
    ];
    for (pairs, kind, end) in rows {
        world.done(ALICE, "ModifyCapacityReservation", &with(&vec![REGION, (ID, &*id)], pairs));
        let item = item(&world, &id);
        assert_eq!((text(&item, "EndTimeType").as_str(), text(&item, "EndTime").as_str()), (kind, end), "{pairs:?}");
    }
}

#[test]
fn a_change_that_is_refused_in_part_changes_nothing() {
    let mut world = World::new();
    let id = world.reserve(ALICE, &[]);
    let before = item(&world, &id);
    let pairs = [REGION, (ID, &*id), ("PrivatePoolOptions.Name", "other"), ("InstanceAmount", "9")];
    assert_eq!(refused(world.call(ALICE, "ModifyCapacityReservation", &pairs)), (403, "OperationDenied.NoStock"));
    assert_eq!(item(&world, &id), before);
}

#[test]
fn changing_nothing_keeps_no_fact() {
    let mut world = World::new();
    let id = world.reserve(ALICE, &[]);
    for pairs in [&[][..], &[("StartTime", "Now"), ("Platform", "linux")], &[("EndTime", "2026-12-01T00:00:00Z")]] {
        let draft = world.ask(ALICE, "ModifyCapacityReservation", &with(&vec![REGION, (ID, &*id)], pairs));
        assert_eq!(draft.expect("nothing to refuse").entries, [], "{pairs:?}");
    }
}

#[test]
fn what_is_released_cannot_be_changed_but_tagged() {
    let mut world = World::new();
    let id = world.reserve(ALICE, &[("Tag.1.Key", "env")]);
    world.done(ALICE, "ReleaseCapacityReservation", &[REGION, (ID, &id)]);
    let again = world.call(ALICE, "ReleaseCapacityReservation", &[REGION, (ID, &id)]).expect_err("over");
    assert_eq!((again.status, again.code), (400, "Invalid.PrivatePoolOptions.status"));
    assert_eq!(again.message, "The PrivatePool is expired or inactive.");
    for pairs in [&[][..], &[("EndTimeType", "Unlimited")], &[("Platform", "Windows")]] {
        let pairs = with(&vec![REGION, (ID, &*id)], pairs);
        let answer = world.call(ALICE, "ModifyCapacityReservation", &pairs);
        assert_eq!(refused(answer), (403, "IncorrectPrivatePoolStatus"), "{pairs:?}");
    }
    world.done(ALICE, "TagResources", &[REGION, KIND, ("ResourceId.1", &id), ("Tag.1.Key", "late")]);
    assert_eq!(tags(&world, &id), ["env=", "late="]);
    let body = world.done(ALICE, "DescribeCapacityReservationInstances", &[REGION, (ID, &id)]);
    assert!(list(&body, "CapacityReservationItem").is_empty());
}

#[test]
fn tags_are_added_overwritten_and_taken_off() {
    let mut world = World::new();
    let one = world.reserve(ALICE, &[("Tag.1.Key", "env"), ("Tag.1.Value", "test")]);
    let two = world.reserve(ALICE, &[]);
    let both = vec![REGION, KIND, ("ResourceId.1", one.as_str()), ("ResourceId.3", two.as_str())];
    let rows: [(&str, Sent<'_>, &[&str], &[&str]); 6] = [
        (
            "TagResources",
            &[("Tag.4.Key", "b"), ("Tag.2.Key", "env"), ("Tag.2.Value", "prod")],
            &["b=", "env=prod"],
            &["b=", "env=prod"],
        ),
        (
            "TagResources",
            &[("Tag.1.Key", "a"), ("Tag.1.Value", "1"), ("ResourceId.3", &one)],
            &["a=1", "b=", "env=prod"],
            &["b=", "env=prod"],
        ),
        ("UntagResources", &[], &["a=1", "b=", "env=prod"], &["b=", "env=prod"]),
        ("UntagResources", &[("All", "false")], &["a=1", "b=", "env=prod"], &["b=", "env=prod"]),
        // All counts only without keys.
        (
            "UntagResources",
            &[("TagKey.3", "b"), ("TagKey.9", "none"), ("All", "true")],
            &["a=1", "env=prod"],
            &["env=prod"],
        ),
        ("UntagResources", &[("All", "True")], &[], &[]),
    ];
    for (action, pairs, on_one, on_two) in rows {
        world.done(ALICE, action, &with(&both, pairs));
        assert_eq!(
            (tags(&world, &one), tags(&world, &two)),
            (on_one.iter().map(|it| (*it).to_owned()).collect(), on_two.iter().map(|it| (*it).to_owned()).collect()),
            "{action} {pairs:?}"
        );
    }
    let found = ledger::ReservationId::parse(&one).expect("an id");
    let creation = &world.ledger.reservation(&found).expect("it is there").creation_tags;
    assert_eq!(creation.len(), 1, "the tags of the creation stay what they were");
}

#[test]
fn twenty_tags_are_the_quota_of_a_reservation() {
    let mut world = World::new();
    let id = world.reserve(ALICE, &[]);
    let named = vec![REGION, KIND, ("ResourceId.1", id.as_str())];
    let keys: Vec<String> = (1..=20).map(|at| format!("key-{at}")).collect();
    let names: Vec<String> = (1..=20).map(|at| format!("Tag.{at}.Key")).collect();
    let twenty: Vec<(&str, &str)> = names.iter().map(String::as_str).zip(keys.iter().map(String::as_str)).collect();
    world.done(ALICE, "TagResources", &with(&named, &twenty));
    let one_more = with(&named, &[("Tag.1.Key", "one-more")]);
    assert_eq!(refused(world.call(ALICE, "TagResources", &one_more)), (400, "OperationDenied.QuotaExceed"));
    let same = with(&named, &[("Tag.1.Key", "key-7"), ("Tag.1.Value", "new")]);
    world.done(ALICE, "TagResources", &same);
    assert_eq!(tags(&world, &id).len(), 20);
}

#[test]
fn all_named_reservations_are_tagged_or_none() {
    let mut world = World::new();
    let (mine, foreign) = (world.reserve(ALICE, &[("Tag.1.Key", "k")]), world.reserve(BOB, &[]));
    for other in [&*foreign, common::NEVER_ISSUED, "", "crp-"] {
        let pairs =
            [REGION, KIND, ("ResourceId.1", &*mine), ("ResourceId.2", other), ("Tag.1.Key", "new"), ("All", "1")];
        for action in ["TagResources", "UntagResources"] {
            assert_eq!(refused(world.call(ALICE, action, &pairs)), (404, "InvalidResourceId.NotFound"), "{other}");
        }
    }
    assert_eq!(tags(&world, &mine), ["k="]);
    // There are other kinds of resources in the world, but none of them is here.
    let pairs = [REGION, ("ResourceType", "elasticityassurance"), ("ResourceId.1", &*mine), ("Tag.1.Key", "new")];
    assert_eq!(refused(world.call(ALICE, "TagResources", &pairs)), (404, "InvalidResourceId.NotFound"));
}

#[test]
fn an_id_begins_with_the_code_of_its_region_and_is_taken_once() {
    let mut world = World::new();
    let id = world.reserve(ALICE, &[]);
    assert!(id.starts_with("crp-bp1") && id.len() == 24, "{id}");
    world.draw = 1;
    assert_eq!(refused(world.call(ALICE, "CreateCapacityReservation", &common::create())), (503, "ServiceUnavailable"));
    let before = world.draw;
    let draft = world.ask(ALICE, "ModifyCapacityReservation", &[REGION, (ID, &id), ("InstanceAmount", "2")]);
    assert!(matches!(draft.expect("enough").entries[..], [Entry::Modified { count: Some(2), name: None, .. }]));
    assert_eq!(world.draw, before);
}

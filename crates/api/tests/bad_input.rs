//! What a parameter may not look like, and what just about may. A refused request has no effect, because nothing was
//! decided; that is in the type of an answer.

use crate::common::{self, ALICE, BOB, ID, REGION, START, Sent, World, create, refused, with};
use ledger::Moment;

/// Integers in forms that one reader takes and another does not.
const BAD_INTEGERS: [&str; 17] = [
    "",
    "0",
    "-1",
    "+1",
    "01",
    "1e3",
    "1.0",
    " 1",
    "1 ",
    "0x10",
    "1,000",
    "2147483648",
    "9223372036854775808",
    "１",
    "-0",
    "one",
    "1\0",
];

fn create_with(world: &World, changes: &[(&str, &str)]) -> (u16, &'static str) {
    refused(world.ask(ALICE, "CreateCapacityReservation", &with(&create(), changes)))
}

#[test]
fn amounts() {
    let mut world = World::large();
    let bad = (400, "InvalidInstanceAmount.ValueNotSupported");
    for text in BAD_INTEGERS.into_iter().chain(["1001"]).filter(|text| !text.is_empty()) {
        assert_eq!(create_with(&world, &[("InstanceAmount", text)]), bad, "{text:?}");
    }
    assert_eq!(create_with(&world, &[("InstanceAmount", "")]), (400, "MissingParameter.InstanceAmount"));
    for text in ["1", "1000"] {
        let id = world.reserve(ALICE, &[("InstanceAmount", text)]);
        for bad_text in BAD_INTEGERS.into_iter().chain(["1001"]) {
            let pairs = [REGION, (ID, &id), ("InstanceAmount", bad_text)];
            assert_eq!(refused(world.ask(ALICE, "ModifyCapacityReservation", &pairs)), bad, "{bad_text:?}");
        }
    }
}

#[test]
fn page_sizes() {
    let mut world = World::new();
    let id = world.reserve(ALICE, &[]);
    for text in BAD_INTEGERS.into_iter().chain(["101"]) {
        let bad = (400, "InvalidParameter");
        let answer = world.ask(ALICE, "DescribeCapacityReservations", &[REGION, ("MaxResults", text)]);
        assert_eq!(refused(answer), bad, "{text:?}");
        let pairs = [REGION, (ID, &id), ("MaxResults", text)];
        assert_eq!(refused(world.ask(ALICE, "DescribeCapacityReservationInstances", &pairs)), bad, "{text:?}");
    }
    for text in ["1", "100"] {
        assert_eq!(world.listed(ALICE, &[("MaxResults", text)]).first(), Some(&id));
    }
}

#[test]
fn ends() {
    let mut world = World::new();
    let id = world.reserve(ALICE, &[("EndTime", "2026-11-24T00:00:00Z")]);
    let bad = (400, "InvalidEndTime.ValueNotSupported");
    for text in [
        "",
        "2026-11-23T02:00:59Z",
        "2026-11-23T02:01:00Z",
        "2026-11-23T02:01Z",
        "1969-12-31T23:59:59Z",
        "2026-12-30T06:32:60Z",
        "2026-12-30T24:00:00Z",
        "2026-02-29T00:00:00Z",
        "2026-13-01T00:00:00Z",
        "2026-12-30T06:32:00",
        "2026-12-30T06:32:00z",
        "2026-12-30 06:32:00Z",
        "2026-12-30T06:32:00.5Z",
        "2026-12-30T06:32:00+08:00",
        "2026-12-30T06Z",
        "2026-12-30",
        "2099-12-31T15:59:01Z",
        "9999-12-31T23:59:59Z",
        "10000-01-01T00:00:00Z",
        "1798612320",
        "Now",
    ] {
        assert_eq!(create_with(&world, &[("EndTime", text)]), bad, "{text:?}");
        assert_eq!(create_with(&world, &[("EndTimeType", "Limited"), ("EndTime", text)]), bad, "{text:?}");
        let pairs = [REGION, (ID, &*id), ("EndTime", text)];
        assert_eq!(refused(world.ask(ALICE, "ModifyCapacityReservation", &pairs)), bad, "{text:?}");
        // With Unlimited nobody looks at it.
        world.done(ALICE, "ModifyCapacityReservation", &with(&pairs.to_vec(), &[("EndTimeType", "Unlimited")]));
        world.done(
            ALICE,
            "ModifyCapacityReservation",
            &[REGION, (ID, &id), ("EndTimeType", "Limited"), ("EndTime", "2026-11-24T00:00:00Z")],
        );
    }
    assert_eq!(create_with(&world, &[("EndTimeType", "Limited")]), bad);
    for text in ["", "limited", "UNLIMITED", "Never"] {
        assert_eq!(create_with(&world, &[("EndTimeType", text)]), (400, "InvalidParameter"), "{text:?}");
    }
    for text in ["2026-11-23T02:01:01Z", "2026-11-23T02:02Z", "2099-12-31T15:59:00Z"] {
        world.ask(ALICE, "CreateCapacityReservation", &with(&create(), &[("EndTime", text)])).expect(text);
    }
}

#[test]
fn starts() {
    let world = World::new();
    for (text, code) in [
        ("2026-11-23T02:01:00Z", "InvalidStartTime.NotSupported"),
        ("2026-12-01T00:00Z", "InvalidStartTime.NotSupported"),
        ("", "InvalidStartTime.MalFormed"),
        ("now", "InvalidStartTime.MalFormed"),
        ("Later", "InvalidStartTime.MalFormed"),
        ("2026-12-01", "InvalidStartTime.MalFormed"),
    ] {
        assert_eq!(create_with(&world, &[("StartTime", text)]), (400, code), "{text:?}");
    }
}

#[test]
fn names_and_descriptions() {
    let mut world = World::new();
    let id = world.reserve(ALICE, &[]);
    let (long_name, long_text) = ("n".repeat(129), "d".repeat(257));
    let name = (403, "InvalidPrivatePoolOptionsName.ValueNotSupported");
    let text = (400, "InvalidDescription.ValueNotSupported");
    for (field, value, fault) in [
        ("PrivatePoolOptions.Name", "", name),
        ("PrivatePoolOptions.Name", "n", name),
        ("PrivatePoolOptions.Name", &long_name, name),
        ("PrivatePoolOptions.Name", "1name", name),
        ("PrivatePoolOptions.Name", "_name", name),
        ("PrivatePoolOptions.Name", "a name", name),
        ("PrivatePoolOptions.Name", "http://name", name),
        ("PrivatePoolOptions.Name", "https://name", name),
        ("PrivatePoolOptions.Name", "na\nme", name),
        ("Description", "", text),
        ("Description", "d", text),
        ("Description", &long_text, text),
        ("Description", "http://text", text),
        ("Description", "https://text", text),
    ] {
        assert_eq!(create_with(&world, &[(field, value)]), fault, "{field} {value:?}");
        let pairs = [REGION, (ID, &id), (field, value)];
        assert_eq!(refused(world.ask(ALICE, "ModifyCapacityReservation", &pairs)), fault, "{field} {value:?}");
    }
    let (name, text) = ("容".repeat(128), "容".repeat(256));
    for (name, text) in [("ab", "12"), ("a1:b_c-d.e", "see http://text"), ("éa", " -"), (&name, &text)] {
        let pairs = [REGION, (ID, &id), ("PrivatePoolOptions.Name", name), ("Description", text)];
        world.done(ALICE, "ModifyCapacityReservation", &pairs);
        let body = world.done(ALICE, "DescribeCapacityReservations", &[REGION]);
        let item = common::list(&body, "CapacityReservationSet")[0];
        assert_eq!(common::text(item, "PrivatePoolOptionsName"), name);
        assert_eq!(common::text(item, "Description"), text);
    }
}

#[test]
fn words() {
    let mut world = World::new();
    let id = world.reserve(ALICE, &[]);
    for (field, value, fault) in [
        ("PrivatePoolOptions.MatchCriteria", "open", (400, "Invalid.PrivatePoolOptions.MatchCriteria")),
        ("PrivatePoolOptions.MatchCriteria", "None", (400, "Invalid.PrivatePoolOptions.MatchCriteria")),
        ("PrivatePoolOptions.MatchCriteria", "", (400, "Invalid.PrivatePoolOptions.MatchCriteria")),
        ("InstanceChargeType", "PrePaid", (400, "Invalid.InstanceChargeType")),
        ("InstanceChargeType", "postpaid", (400, "Invalid.InstanceChargeType")),
        ("InstanceChargeType", "", (400, "Invalid.InstanceChargeType")),
        ("Platform", "all", (403, "InvalidPlatform.ValueNotSupported")),
        ("Platform", "", (403, "InvalidPlatform.ValueNotSupported")),
        ("InstanceType", "ecs.g6", (403, "InvalidInstanceType.NotSupported")),
        ("InstanceType", "ECS.G6.LARGE", (403, "InvalidInstanceType.NotSupported")),
        ("InstanceType", "", (400, "MissingInstanceType")),
        ("InstanceType", "ecs.g6.8xlarge", (400, "ResourceNotAvailable")),
        ("InstanceType", "ecs.r6.large", (400, "ResourceNotAvailable")),
        ("ZoneId.1", "", (400, "MissingZoneId")),
        ("ZoneId.1", "CN-HANGZHOU-H", (404, "InvalidZoneId.NotFound")),
        ("ZoneId.1", "cn-hangzhou-k", (403, "Zone.NotOnSale")),
        ("ZoneId.2", "cn-hangzhou-h", (400, "Invalid.TooManyZoneIds")),
        ("ZoneId.9", "", (400, "Invalid.TooManyZoneIds")),
        ("ZoneId.01", "cn-hangzhou-h", (400, "InvalidParameter")),
        ("ResourceGroupId", "", (404, "InvalidResourceGroup.NotFound")),
        ("ResourceGroupId", "rg-", (404, "InvalidResourceGroup.NotFound")),
        ("ResourceGroupId", "rg-UPPER", (404, "InvalidResourceGroup.NotFound")),
        ("ResourceGroupId", "rg-012345678901234567890", (404, "InvalidResourceGroup.NotFound")),
    ] {
        assert_eq!(create_with(&world, &[(field, value)]), fault, "{field} {value:?}");
    }
    for value in ["LINUX", "linux", "Linux"] {
        world.done(ALICE, "ModifyCapacityReservation", &[REGION, (ID, &id), ("Platform", value), ("StartTime", "Now")]);
    }
    let other = [REGION, (ID, &id), ("Platform", "windows")];
    let answer = world.call(ALICE, "ModifyCapacityReservation", &other);
    assert_eq!(refused(answer), (403, "OperationDenied.PlatformNotSupported"));
    let zone = with(&create(), &[("ZoneId.1", "-"), ("ZoneId.7", "cn-hangzhou-i")]);
    world.done(ALICE, "CreateCapacityReservation", &zone);
}

#[test]
fn tags() {
    let mut world = World::new();
    let (key, value) = ("k".repeat(129), "v".repeat(129));
    let bad_key = (400, "InvalidTagKey.Malformed");
    let bad_value = (400, "InvalidTagValue.Malformed");
    let (key, value) = (key.as_str(), value.as_str());
    let rows: &[(Sent<'_>, (u16, &str))] = &[
        (&[("Tag.1.Key", "")], bad_key),
        (&[("Tag.1.Value", "v")], bad_key),
        (&[("Tag.1.Other", "v")], bad_key),
        (&[("Tag.1.Key", "k"), ("Tag.2.Value", "v")], bad_key),
        (&[("Tag.1.Key", key)], bad_key),
        (&[("Tag.1.Key", "aliyun")], bad_key),
        (&[("Tag.1.Key", "acs:rm")], bad_key),
        (&[("Tag.1.Key", "x-http://")], bad_key),
        (&[("Tag.1.Key", "x-https://")], bad_key),
        (&[("Tag.1.Key", "k"), ("Tag.1.Value", value)], bad_value),
        (&[("Tag.1.Key", "k"), ("Tag.1.Value", "acs:rm")], bad_value),
        (&[("Tag.1.Key", "k"), ("Tag.1.Value", "at https://x")], bad_value),
        (&[("Tag.1.Key", "k"), ("Tag.9.Key", "k")], (400, "Duplicate.TagKey")),
        (&[("Tag.0.Key", "k")], (400, "InvalidParameter")),
        (&[("Tag.01.Key", "k")], (400, "InvalidParameter")),
        (&[("Tag.+1.Key", "k")], (400, "InvalidParameter")),
        (&[("Tag.9223372036854775808.Key", "k")], (400, "InvalidParameter")),
    ];
    for (pairs, fault) in rows {
        assert_eq!(create_with(&world, pairs), *fault, "{pairs:?}");
    }
    let names: Vec<String> = (1..=21).map(|at| format!("Tag.{}.Key", at * 40_000)).collect();
    let keys: Vec<String> = (1..=21).map(|at| format!("{at}-aliyun")).collect();
    let pairs: Vec<(&str, &str)> = names.iter().map(String::as_str).zip(keys.iter().map(String::as_str)).collect();
    assert_eq!(create_with(&world, &pairs), (400, "NumberExceed.Tags"));
    world.reserve(ALICE, &pairs[..20]);
    world.reserve(ALICE, &[("Tag.1.Key", &key[..128]), ("Tag.1.Value", &value[..128]), ("Tag.3.Key", "Aliyun")]);
}

#[test]
fn ids_that_are_not_the_callers() {
    let mut world = World::new();
    let foreign = world.reserve(BOB, &[]);
    let mut longer = foreign.clone();
    longer.push('0');
    let ids = [
        &*foreign,
        common::NEVER_ISSUED,
        "crp-bp67acfmxazb4****",
        &longer,
        &foreign.to_uppercase(),
        &foreign[4..],
        "crp-",
        "i-bp1neverissued00000000",
        "crp-bp1neverissued00000é",
        "eap-bp1neverissued000000",
        "../../etc",
    ];
    let kind = ("ResourceType", "capacityreservation");
    for id in ids {
        let modify = world.ask(ALICE, "ModifyCapacityReservation", &[REGION, (ID, id)]);
        assert_eq!(refused(modify), (404, "InvalidPrivatePoolId.NotFound"), "{id}");
        let instances = world.ask(ALICE, "DescribeCapacityReservationInstances", &[REGION, (ID, id)]);
        assert_eq!(refused(instances), (400, "InvalidParameter.PrivatePoolOptions.Id"), "{id}");
        let release = refused(world.ask(ALICE, "ReleaseCapacityReservation", &[REGION, (ID, id)]));
        let expected =
            if id.starts_with("eap-") { "Invalid.PrivatePoolOptions.Id" } else { "Invalid.PrivatePoolOptions.Ids" };
        assert_eq!(release, (400, expected), "{id}");
        let named = [REGION, kind, ("ResourceId.1", id), ("Tag.1.Key", "k")];
        for action in ["TagResources", "UntagResources"] {
            assert_eq!(refused(world.ask(ALICE, action, &named)), (404, "InvalidResourceId.NotFound"), "{id}");
        }
        let tags = world.ask(ALICE, "ListTagResources", &named[..3]).expect("a list").body;
        assert_eq!(common::list(&tags, "TagResources").len(), 0);
        let ids = format!("[{:?}]", id);
        assert!(world.listed(ALICE, &[("PrivatePoolOptions.Ids", &ids), ("Status", "All")]).is_empty(), "{id}");
    }
    assert_eq!(world.listed(BOB, &[]), [foreign]);
}

/// A stranger's id and one that never was are answered with the same bytes, whatever is asked about them.
#[test]
fn a_stranger_cannot_tell_that_an_id_exists() {
    let mut world = World::new();
    let active = world.reserve(BOB, &[("Platform", "Windows")]);
    let limited = world.reserve(BOB, &[("EndTime", "2026-11-24T00:00:00Z")]);
    let over = world.reserve(BOB, &[]);
    world.done(BOB, "ReleaseCapacityReservation", &[REGION, (ID, &over)]);
    let kind = ("ResourceType", "capacityreservation");
    let requests: [(&str, &str, Sent<'_>); 8] = [
        ("ReleaseCapacityReservation", ID, &[]),
        ("ModifyCapacityReservation", ID, &[("InstanceAmount", "1000")]),
        ("ModifyCapacityReservation", ID, &[("Platform", "Linux")]),
        ("DescribeCapacityReservationInstances", ID, &[]),
        ("TagResources", "ResourceId.1", &[kind, ("Tag.1.Key", "k")]),
        ("UntagResources", "ResourceId.1", &[kind, ("All", "true")]),
        ("ListTagResources", "ResourceId.1", &[kind]),
        ("DescribeCapacityReservations", "PrivatePoolOptions.Ids", &[("Status", "All")]),
    ];
    for (action, name, rest) in requests {
        let answer = |id: &str| {
            let value = if name.ends_with("Ids") { format!("[{id:?}]") } else { id.to_owned() };
            let pairs = with(&with(&vec![REGION], rest), &[(name, &value)]);
            world.ask(ALICE, action, &pairs).map(|draft| draft.body)
        };
        for id in [&active, &limited, &over] {
            assert_eq!(answer(id), answer(common::NEVER_ISSUED), "{action} {rest:?} on {id}");
        }
    }
}

#[test]
fn filters() {
    let world = World::new();
    let many = format!("[{}]", vec!["\"crp-1\""; 101].join(","));
    for (field, value, fault) in [
        ("PrivatePoolOptions.Ids", "", (400, "InvalidParameter.PrivatePoolOptions.Ids")),
        ("PrivatePoolOptions.Ids", "crp-1", (400, "InvalidParameter.PrivatePoolOptions.Ids")),
        ("PrivatePoolOptions.Ids", "[1]", (400, "InvalidParameter.PrivatePoolOptions.Ids")),
        ("PrivatePoolOptions.Ids", "[\"a\"", (400, "InvalidParameter.PrivatePoolOptions.Ids")),
        ("PrivatePoolOptions.Ids", "{\"a\":\"b\"}", (400, "InvalidParameter.PrivatePoolOptions.Ids")),
        ("PrivatePoolOptions.Ids", "[[\"a\"]]", (400, "InvalidParameter.PrivatePoolOptions.Ids")),
        ("PrivatePoolOptions.Ids", &many, (400, "Invalid.TooManyPrivatePoolOptions.Ids")),
        ("InstanceChargeType", "postpaid", (400, "InvalidParameter")),
        ("Platform", "beos", (400, "InvalidParameter")),
        ("Status", "active", (400, "InvalidParameter")),
        ("Status", "Gone", (400, "InvalidParameter")),
        ("Tag.1.Key", "", (400, "InvalidParameter")),
        ("Tag.1.Value", "v", (400, "InvalidParameter")),
    ] {
        let answer = world.ask(ALICE, "DescribeCapacityReservations", &[REGION, (field, value)]);
        assert_eq!(refused(answer), fault, "{field} {value:?}");
    }
    for (field, value) in [
        ("TagFilter.1.TagKey", ""),
        ("TagFilter.1.TagValues.1", "v"),
        ("NextToken", "caeba0bbb2be03f84eb48b699f0a4883"),
    ] {
        let pairs = [REGION, ("ResourceType", "capacityreservation"), (field, value)];
        assert_eq!(
            refused(world.ask(ALICE, "ListTagResources", &pairs)),
            (400, "InvalidParameter"),
            "{field} {value:?}"
        );
    }
    for kind in ["Capacityreservation", "CAPACITYRESERVATION", "bucket", "*"] {
        let pairs = [REGION, ("ResourceType", kind)];
        assert_eq!(refused(world.ask(ALICE, "ListTagResources", &pairs)), (404, "InvalidResourceType.NotFound"));
    }
}

#[test]
fn booleans() {
    let mut world = World::new();
    let id = world.reserve(ALICE, &[("Tag.1.Key", "k")]);
    let all =
        |value| vec![REGION, ("ResourceType", "capacityreservation"), ("ResourceId.1", id.as_str()), ("All", value)];
    for value in ["", "yes", "2", " true"] {
        assert_eq!(refused(world.ask(ALICE, "UntagResources", &all(value))), (400, "InvalidParameter"), "{value:?}");
    }
    for (value, entries) in [("True", 1), ("TRUE", 1), ("1", 1), ("False", 0), ("0", 0)] {
        let draft = world.ask(ALICE, "UntagResources", &all(value)).expect(value);
        assert_eq!(draft.entries.len(), entries, "{value:?}");
    }
}

#[test]
fn stock_runs_out_with_the_words_of_each_operation() {
    let mut world = World::new();
    let id = world.reserve(ALICE, &[("InstanceAmount", "8")]);
    let create = world.call(BOB, "CreateCapacityReservation", &create()).expect_err("no stock");
    assert_eq!((create.status, create.code), (403, "OperationDenied.NoStock"));
    assert!(create.message.starts_with("The resource is out of stock in the specified zone."), "{create:?}");
    let more = [REGION, (ID, &id), ("InstanceAmount", "9")];
    let modify = world.call(ALICE, "ModifyCapacityReservation", &more).expect_err("no stock");
    assert_eq!((modify.status, modify.code), (403, "OperationDenied.NoStock"));
    assert!(modify.message.starts_with("The requested resource is sold out in the specified zone;"), "{modify:?}");
    world.done(ALICE, "ModifyCapacityReservation", &[REGION, (ID, &id), ("InstanceAmount", "7")]);
    world.reserve(BOB, &[]);
    world.done(ALICE, "ReleaseCapacityReservation", &[REGION, (ID, &id)]);
    world.reserve(BOB, &[("InstanceAmount", "7")]);
    assert_eq!(world.now, Moment(START));
}

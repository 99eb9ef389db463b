//! What the parameters of the operations on instances may not look like. A refused request has no effect, because nothing
//! was decided; that is in the type of an answer.

use crate::common::{self, ALICE, BOB, REGION, Sent, World, refused, with};
use rpc::body::Body;

const NEVER: &str = "i-bp1neverissued000000";
const BAD: (u16, &str) = (400, "InvalidParameter");

#[test]
fn of_one() {
    let mut world = World::new();
    let id = world.launch(ALICE, &[]).remove(0);
    let stopped = world.launch(ALICE, &[]).remove(0);
    world.done(ALICE, "StopInstance", &[("InstanceId", &stopped)]);
    let missing = (400, "MissingInstanceId");
    let rows: &[(&str, &str, &str, (u16, &str))] = &[
        ("StartInstance", "InstanceId", "-", missing),
        ("StartInstance", "InstanceId", "", missing),
        ("StopInstance", "InstanceId", "-", missing),
        ("StopInstance", "InstanceId", "", missing),
        ("StopInstance", "StoppedMode", "stopcharging", BAD),
        ("StopInstance", "StoppedMode", "Not-applicable", BAD),
        ("StopInstance", "StoppedMode", " KeepCharging", BAD),
        ("DeleteInstance", "InstanceId", "-", missing),
        ("DeleteInstance", "InstanceId", "", missing),
        ("DeleteInstance", "Force", "", BAD),
        ("DeleteInstance", "Force", "yes", BAD),
        ("DeleteInstance", "Force", "2", BAD),
    ];
    for (action, field, value, fault) in rows {
        let id = if *action == "StartInstance" { &stopped } else { &id };
        let good = vec![("InstanceId", id.as_str()), ("Force", "1")];
        world.ask(ALICE, action, &good).expect("nothing is wrong with it");
        let answer = world.ask(ALICE, action, &with(&good, &[(field, value)]));
        assert_eq!(refused(answer), *fault, "{action} {field}={value:?}");
    }
    // What was never issued is nobody's, however it looks.
    let (longer, upper) = (format!("{id}0"), id.to_uppercase());
    let long = "i-".to_owned() + &"0".repeat(60_000);
    for text in [
        NEVER,
        &*longer,
        &*upper,
        &id[2..],
        "i-",
        "crp-bp1000000000000000000",
        "i-bp1neverissued00000é",
        "../..",
        &long,
    ] {
        for action in ["StartInstance", "StopInstance", "DeleteInstance"] {
            let answer = world.ask(ALICE, action, &[("InstanceId", text)]);
            assert_eq!(refused(answer), (404, "InvalidInstanceId.NotFound"), "{action} {text}");
        }
    }
    // An empty mode counts as none.
    world.ask(ALICE, "StopInstance", &[("InstanceId", &id), ("StoppedMode", "")]).expect("as if it were not there");
}

#[test]
fn of_many() {
    let mut world = World::new();
    let running = world.launch(ALICE, &[]).remove(0);
    let stopped = world.launch(ALICE, &[]).remove(0);
    world.done(ALICE, "StopInstance", &[("InstanceId", &stopped)]);
    let names: Vec<String> = (1..=101).map(|at| format!("InstanceId.{at}")).collect();
    for action in ["StartInstances", "StopInstances", "DeleteInstances"] {
        let id = if action == "StartInstances" { stopped.as_str() } else { running.as_str() };
        let good = vec![REGION, ("InstanceId.1", id), ("Force", "true")];
        let rows: &[(Sent<'_>, (u16, &str))] = &[
            (&[("RegionId", "-")], (400, "MissingRegionId")),
            (&[("RegionId", "")], (400, "MissingRegionId")),
            (&[("InstanceId.1", "-")], (400, "MissingInstanceId")),
            (&[("InstanceId.1", "")], (400, "MissingInstanceId")),
            (&[("InstanceId.1", "-"), ("InstanceId", id)], (400, "MissingInstanceId")),
            (&[("InstanceId.2", "")], (404, "InvalidInstanceId.NotFound")),
            (&[("InstanceId.2", "node")], (404, "InvalidInstanceId.NotFound")),
            (&[("InstanceId.0", id)], BAD),
            (&[("InstanceId.01", id)], BAD),
            (&[("InstanceId.1e3", id)], BAD),
            (&[("InstanceId.9223372036854775808", id)], BAD),
        ];
        for (pairs, fault) in rows {
            assert_eq!(refused(world.ask(ALICE, action, &with(&good, pairs))), *fault, "{action} {pairs:?}");
        }
        // The same one a hundred times is one; a hundred and one times is too many to be looked at.
        let hundred: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), id)).collect();
        let draft = world.ask(ALICE, action, &with(&good, &hundred[..100])).expect("a hundred");
        assert_eq!(draft.entries.len(), 1, "{action}");
        let answer = world.ask(ALICE, action, &with(&good, &hundred));
        assert_eq!(refused(answer), (403, "InvalidParameter.TooManyInstanceIds"), "{action}");
        let far = with(&good, &[("InstanceId.1", "-"), ("InstanceId.999999", id)]);
        assert_eq!(world.ask(ALICE, action, &far).expect("gaps are nothing").entries.len(), 1);
    }
    let many = vec![REGION, ("InstanceId.1", running.as_str())];
    for (action, field, values) in [
        ("StartInstances", "BatchOptimization", &["alltogether", "Perhaps", " "][..]),
        ("StopInstances", "BatchOptimization", &["successfirst", "1"]),
        ("StopInstances", "StoppedMode", &["Sometimes", "KEEPCHARGING"]),
        ("DeleteInstances", "Force", &["", "force", "01"]),
    ] {
        for value in values {
            let answer = world.ask(ALICE, action, &with(&many, &[(field, value)]));
            assert_eq!(refused(answer), BAD, "{action} {field}={value:?}");
        }
    }
}

#[test]
fn of_the_listing() {
    let mut world = World::new();
    world.launch(ALICE, &[]);
    let many = format!("[{}]", vec!["\"i-1\""; 101].join(","));
    let tags: Vec<String> = (1..=21).map(|at| format!("Tag.{at}.Key")).collect();
    let tags: Vec<(&str, &str)> = tags.iter().map(|name| (name.as_str(), "k")).collect();
    let ids = [&many, "i-1", "[1]", "[null]", "[[\"i-1\"]]", "{}", "[\"i-1\"", "[\"i-1\",]", "\"i-1\"", " "];
    let integers = ["", "0", "-1", "+1", "01", "1e1", "1.0", " 1", "１", "9223372036854775808"];
    let numbers =
        |field: &'static str, more: &'static str| integers.into_iter().chain([more]).map(move |text| (field, text));
    let rows = ids.into_iter().map(|text| ("InstanceIds", text)).chain(numbers("MaxResults", "101"));
    let rows = rows.chain(numbers("PageSize", "101")).chain(numbers("PageNumber", "4294967296"));
    for pair in rows.chain([("NextToken", "i-1"), ("NextToken", "caeba0bbb2be03f84eb48b699f0a4883")]) {
        assert_eq!(refused(world.ask(ALICE, "DescribeInstances", &[REGION, pair])), BAD, "{pair:?}");
    }
    let rows: &[(Sent<'_>, (u16, &str))] = &[
        (&[("RegionId", "-")], (400, "MissingRegionId")),
        (&[("Status", "running")], (404, "InvalidStatus.NotFound")),
        (&[("Status", "Deleted")], (404, "InvalidStatus.NotFound")),
        (&[("InstanceChargeType", "postpaid")], (404, "InvalidInstanceChargeType.NotFound")),
        (&[("Tag.1.Value", "v")], (400, "InvalidTag.Mismatch")),
        (&[("Tag.1.Key", ""), ("Tag.1.Value", "v")], (400, "InvalidTag.Mismatch")),
        (&tags, (400, "InvalidTagCount")),
    ];
    for (pairs, fault) in rows {
        let answer = world.ask(ALICE, "DescribeInstances", &with(&vec![REGION], pairs));
        assert_eq!(refused(answer), *fault, "{pairs:?}");
    }
}

/// A stranger's instance and one that never was are answered with the same bytes, whatever is asked about them.
#[test]
fn a_stranger_cannot_tell_that_an_instance_exists() {
    let mut world = World::new();
    let states: [Sent<'_>; 4] = [&[], &[("InstanceChargeType", "PrePaid")], &[("SpotStrategy", "SpotAsPriceGo")], &[]];
    let ids = states.map(|pairs| world.launch(BOB, &[&[("Tag.1.Key", "k")], pairs].concat()).remove(0));
    world.done(BOB, "StopInstance", &[("InstanceId", &ids[3]), ("StoppedMode", "StopCharging")]);
    let (give, each) = (("StoppedMode", "StopCharging"), ("BatchOptimization", "SuccessFirst"));
    let kind = ("ResourceType", "instance");
    let requests: &[(&str, &str, Sent<'_>)] = &[
        ("StartInstance", "InstanceId", &[]),
        ("StopInstance", "InstanceId", &[]),
        ("StopInstance", "InstanceId", &[give]),
        ("DeleteInstance", "InstanceId", &[("Force", "true")]),
        ("StartInstances", "InstanceId.1", &[]),
        ("StartInstances", "InstanceId.1", &[each]),
        ("StopInstances", "InstanceId.7", &[give]),
        ("StopInstances", "InstanceId.1", &[give, each]),
        ("DeleteInstances", "InstanceId.1", &[("Force", "true")]),
        ("DescribeInstances", "InstanceIds", &[]),
        ("TagResources", "ResourceId.1", &[kind, ("Tag.1.Key", "k")]),
        ("UntagResources", "ResourceId.1", &[kind, ("All", "true")]),
        ("ListTagResources", "ResourceId.1", &[kind]),
    ];
    for (action, name, rest) in requests {
        let answer = |id: &str| -> Result<String, _> {
            let value = if name.ends_with("Ids") { format!("[{id:?}]") } else { id.to_owned() };
            let draft = world.ask(ALICE, action, &with(&with(&vec![REGION], rest), &[(name, &value)]));
            // What was asked for comes back in some answers; that tells nothing.
            draft.map(|draft| shown(&draft.body).replace(id, "ID"))
        };
        for id in &ids {
            assert_eq!(answer(id), answer(NEVER), "{action} {rest:?} on {id}");
        }
    }
    for id in &ids {
        assert!(world.instance(BOB, id).is_some());
    }
}

fn shown(body: &Body) -> String {
    common::shown("Any", body)
}

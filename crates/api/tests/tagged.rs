//! Tags of every kind of resource that has them: put on, overwritten, taken off, listed.

use crate::common::{self, ALICE, BOB, Pairs, REGION, Sent, World, create, list, refused, text, with};
use ledger::limits::TAGS_MAX;

const KINDS: [&str; 3] = ["capacityreservation", "elasticityassurance", "instance"];

/// Makes a resource of a kind and gives its id.
fn make(world: &mut World, who: &str, kind: &str, pairs: &[(&str, &str)]) -> String {
    match kind {
        "instance" => world.launch(who, pairs).remove(0),
        "elasticityassurance" => {
            let one = with(&create(), &[("InstanceType", "-"), ("InstanceType.1", "ecs.g6.large"), ("Period", "1")]);
            text(&world.done(who, "CreateElasticityAssurance", &with(&one, pairs)), "PrivatePoolOptionsId")
        }
        _ => world.reserve(who, pairs),
    }
}

/// `kind id key=value` of each that is listed, without what they have in common.
fn listed(world: &World, kind: &str, pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    let pairs = with(&vec![REGION, ("ResourceType", kind)], pairs);
    let body = world.ask(ALICE, "ListTagResources", &pairs).expect("a list").body;
    let shown = |it: &&rpc::body::Body| {
        assert_eq!(text(it, "ResourceType"), kind, "it comes back as sent");
        (text(it, "ResourceId"), text(it, "TagKey") + "=" + &text(it, "TagValue"))
    };
    list(&body, "TagResources").iter().map(shown).collect()
}

#[test]
fn tags_come_change_and_go() {
    for kind in KINDS {
        let mut world = World::new();
        let one = make(&mut world, ALICE, kind, &[("Tag.1.Key", "env"), ("Tag.1.Value", "test")]);
        world.now = world.now.plus(1);
        let two = make(&mut world, ALICE, kind, &[]);
        make(&mut world, BOB, kind, &[("Tag.1.Key", "env")]);
        let both: Pairs<'_> = vec![REGION, ("ResourceType", kind), ("ResourceId.1", &one), ("ResourceId.2", &two)];
        let rows: [(&str, Sent<'_>, &[&str], &[&str]); 5] = [
            ("TagResources", &[("Tag.1.Key", "b"), ("Tag.2.Key", "env")], &["b=", "env="], &["b=", "env="]),
            (
                "TagResources",
                &[("Tag.1.Key", "b"), ("Tag.1.Value", "2"), ("ResourceId.2", "-")],
                &["b=2", "env="],
                &["b=", "env="],
            ),
            ("UntagResources", &[], &["b=2", "env="], &["b=", "env="]),
            ("UntagResources", &[("TagKey.1", "env"), ("TagKey.2", "none")], &["b=2"], &["b="]),
            ("UntagResources", &[("All", "true"), ("ResourceId.1", "-")], &["b=2"], &[]),
        ];
        for (action, pairs, on_one, on_two) in rows {
            world.done(ALICE, action, &with(&both, pairs));
            let tags =
                |id: &String, tags: &[&str]| tags.iter().map(|tag| (id.clone(), (*tag).to_owned())).collect::<Vec<_>>();
            let expected = [tags(&one, on_one), tags(&two, on_two)].concat();
            assert_eq!(listed(&world, kind, &[]), expected, "{kind} {action} {pairs:?}");
            let named = [("ResourceId.4", two.as_str()), ("ResourceId.2", &one), ("ResourceId.9", &one)];
            assert_eq!(listed(&world, kind, &named), expected, "{kind}: the oldest first, each once");
        }
        assert_eq!(listed(&world, kind, &[("Tag.1.Key", "env")]), [], "{kind}");
        assert_eq!(listed(&world, kind, &[("TagFilter.1.TagKey", "b")]).len(), 1, "{kind}");
    }
}

#[test]
fn all_of_the_named_or_none_and_of_one_kind() {
    for kind in KINDS {
        let mut world = World::new();
        let mine = make(&mut world, ALICE, kind, &[("Tag.1.Key", "k")]);
        let foreign = make(&mut world, BOB, kind, &[]);
        let others = KINDS.into_iter().filter(|other| *other != kind);
        let others: Vec<String> = others.map(|other| make(&mut world, ALICE, other, &[])).collect();
        let prefix = mine.split_once('-').expect("an id").0;
        let never = format!("{prefix}-bp1neverissued000000");
        let strangers = [&foreign, &never, &mine.to_uppercase(), &format!("{mine} ")];
        for stranger in others.iter().chain(strangers) {
            let pairs: Pairs<'_> =
                vec![REGION, ("ResourceType", kind), ("ResourceId.1", &mine), ("ResourceId.2", stranger)];
            for (action, rest) in [("TagResources", ("Tag.1.Key", "new")), ("UntagResources", ("All", "true"))] {
                let answer = world.call(ALICE, action, &with(&pairs, &[rest]));
                assert_eq!(refused(answer), (404, "InvalidResourceId.NotFound"), "{kind} {action} {stranger}");
            }
            assert_eq!(listed(&world, kind, &[("ResourceId.1", stranger)]), [], "{kind} {stranger}");
            assert_eq!(listed(&world, kind, &[("ResourceId.1", stranger), ("ResourceId.2", &mine)]).len(), 1, "{kind}");
        }
        assert_eq!(listed(&world, kind, &[]), [(mine, "k=".to_owned())], "{kind}");
    }
}

#[test]
fn twenty_tags_are_enough() {
    for kind in KINDS {
        let mut world = World::new();
        let id = make(&mut world, ALICE, kind, &[]);
        let names: Vec<String> = (1..=TAGS_MAX).map(|at| format!("Tag.{at}.Key")).collect();
        let keys: Vec<String> = (1..=TAGS_MAX).map(|at| format!("key-{at:02}")).collect();
        let tags: Pairs<'_> = names.iter().map(String::as_str).zip(keys.iter().map(String::as_str)).collect();
        let on = vec![REGION, ("ResourceType", kind), ("ResourceId.1", id.as_str())];
        world.done(ALICE, "TagResources", &with(&on, &tags));
        // One of those that are there may be set anew.
        world.done(ALICE, "TagResources", &with(&on, &[("Tag.1.Key", "key-07"), ("Tag.1.Value", "7")]));
        let answer = world.call(ALICE, "TagResources", &with(&on, &[("Tag.1.Key", "one-more")]));
        assert_eq!(refused(answer), (400, "OperationDenied.QuotaExceed"), "{kind}");
        assert_eq!(listed(&world, kind, &[]).len(), TAGS_MAX, "{kind}");
        assert_eq!(listed(&world, kind, &[("Tag.1.Key", "key-07"), ("Tag.1.Value", "7")]).len(), 1, "{kind}");
    }
}

#[test]
fn pages_end_with_a_resource() {
    for kind in KINDS {
        let mut world = World::large();
        let names: Vec<String> = (1..=7).map(|at| format!("Tag.{at}.Key")).collect();
        let tags: Pairs<'_> = names.iter().map(|name| (name.as_str(), name.as_str())).collect();
        let mut expected = Vec::new();
        for at in 0..20 {
            world.now = world.now.plus(at % 3 / 2);
            let id = make(&mut world, ALICE, kind, &tags);
            expected.extend(tags.iter().map(|(name, _)| (id.clone(), format!("{name}="))));
            make(&mut world, ALICE, kind, &[]);
        }
        let (mut token, mut sizes, mut seen) = (String::new(), Vec::new(), Vec::new());
        loop {
            let pairs = [REGION, ("ResourceType", kind), ("NextToken", &*token)];
            let body = world.ask(ALICE, "ListTagResources", &pairs).expect("a page").body;
            let page = listed(&world, kind, &pairs[2..]);
            sizes.push(page.len());
            seen.extend(page);
            token = text(&body, "NextToken");
            if token.is_empty() {
                break;
            }
        }
        assert_eq!(sizes, [56, 56, 28], "{kind}: 7 tags each, 8 to a page");
        seen.sort();
        expected.sort();
        assert_eq!(seen, expected, "{kind}");
    }
}

/// An open reservation serves instances by the tags of their creation, whatever is put on or taken off later.
#[test]
fn what_is_tagged_later_steers_nothing() {
    let mut world = World::new();
    let team = ("Tag.1.Key", "team");
    let pool = world.reserve(ALICE, &[team]);
    let [tagged, plain] = [&[team][..], &[]].map(|tags| {
        let open = [&[("PrivatePoolOptions.MatchCriteria", "Open")], tags].concat();
        let id = world.launch(ALICE, &open).remove(0);
        world.done(ALICE, "StopInstance", &[("InstanceId", &id), ("StoppedMode", "StopCharging")]);
        id
    });
    let kind = ("ResourceType", "instance");
    world.done(ALICE, "TagResources", &[REGION, kind, ("ResourceId.1", &plain), team]);
    world.done(ALICE, "UntagResources", &[REGION, kind, ("ResourceId.1", &tagged), ("All", "true")]);
    let shown = |world: &World, id: &str| list(&world.instance(ALICE, id).expect("it is there"), "Tags").len();
    assert_eq!((shown(&world, &tagged), shown(&world, &plain)), (0, 1));
    for (id, users) in [(&plain, vec![]), (&tagged, vec![tagged.clone()])] {
        world.done(ALICE, "StartInstance", &[("InstanceId", id)]);
        let body = world.done(ALICE, "DescribeCapacityReservationInstances", &[REGION, (common::ID, &pool)]);
        let found: Vec<String> =
            list(&body, "CapacityReservationItem").iter().map(|it| text(it, "InstanceId")).collect();
        assert_eq!(found, users);
    }
}

//! Filters and pages of the listings, among them against a plain second model.

use crate::common::{self, ALICE, BOB, ID, Pairs, REGION, START, Sent, World, list, number, refused, text, with};
use ledger::Moment;

/// One reservation of each sort: a name, and how it is made.
const SORTS: [(&str, &[(&str, &str)]); 6] = [
    ("plain", &[]),
    ("windows", &[("Platform", "Windows"), ("Tag.1.Key", "env"), ("Tag.1.Value", "test")]),
    ("zone-i", &[("ZoneId.1", "cn-hangzhou-i"), ("Tag.1.Key", "env"), ("Tag.1.Value", "prod"), ("Tag.2.Key", "team")]),
    ("c6", &[("InstanceType", "ecs.c6.large"), ("ResourceGroupId", "rg-one")]),
    ("limited", &[("EndTime", "2026-11-24T00:00:00Z"), ("PrivatePoolOptions.MatchCriteria", "Target")]),
    ("released", &[("Tag.1.Key", "env"), ("Tag.1.Value", "test")]),
];

/// A world with one of each sort, and one of a stranger.
fn sorts() -> (World, Vec<(&'static str, String)>) {
    let mut world = World::new();
    world.reserve(BOB, &[("Tag.1.Key", "env"), ("ResourceGroupId", "rg-one")]);
    let mut ids = Vec::new();
    for (name, pairs) in SORTS {
        ids.push((name, world.reserve(ALICE, pairs)));
        world.now = Moment(world.now.0 + 1);
    }
    world.done(ALICE, "ReleaseCapacityReservation", &[REGION, (ID, &ids[5].1)]);
    (world, ids)
}

#[test]
fn filters_choose() {
    let (world, ids) = sorts();
    let both = format!("[\"{0}\",\"{1}\",\"{0}\",\"{2}\"]", ids[5].1, ids[0].1, common::NEVER_ISSUED);
    let both = ("PrivatePoolOptions.Ids", both.as_str());
    let (any, over) = (("Status", "All"), ("Status", "Released"));
    let alive = &["plain", "windows", "zone-i", "c6", "limited"][..];
    let all = &["plain", "windows", "zone-i", "c6", "limited", "released"][..];
    let rows: &[(Sent<'_>, &[&str])] = &[
        (&[], alive),
        (&[any], all),
        (&[("Status", "Active")], alive),
        (&[over], &["released"]),
        (&[("Status", "Pending")], &[]),
        (&[("Status", "Preparing")], &[]),
        (&[("Status", "Prepared")], &[]),
        (&[both], &["plain"]),
        (&[both, any], &["plain", "released"]),
        (&[both, over], &["released"]),
        (&[both, over, ("InstanceType", "ecs.g6.large")], &["released"]),
        (&[("PrivatePoolOptions.Ids", "[]"), any], &[]),
        (&[("InstanceType", "ecs.c6.large")], &["c6"]),
        (&[("InstanceType", "ecs.g6.large"), any], &["plain", "windows", "zone-i", "limited"]),
        (&[("InstanceType", "ecs.g6.large"), over], &[]),
        (&[("InstanceType", "no.such")], &[]),
        (&[("ZoneId", "cn-hangzhou-i")], &["zone-i"]),
        (&[("ZoneId", "nowhere")], &[]),
        (&[("InstanceChargeType", "PostPaid")], alive),
        (&[("InstanceChargeType", "PrePaid"), any], &[]),
        (&[("Platform", "windows")], &["windows"]),
        (&[("Platform", "Linux")], &["plain", "zone-i", "c6", "limited"]),
        (&[("Platform", "all")], alive),
        (&[("ResourceGroupId", "rg-one")], &["c6"]),
        (&[("ResourceGroupId", "rg-two")], &[]),
        (&[("Tag.1.Key", "env")], &["windows", "zone-i"]),
        (&[("Tag.1.Key", "env"), any], &["windows", "zone-i", "released"]),
        (&[("Tag.1.Key", "env"), ("Tag.1.Value", "prod")], &["zone-i"]),
        (&[("Tag.1.Key", "env"), ("Tag.1.Value", "")], &[]),
        (&[("Tag.1.Key", "team"), ("Tag.1.Value", "")], &["zone-i"]),
        (&[("Tag.1.Key", "env"), ("Tag.2.Key", "team")], &["zone-i"]),
        (&[("Tag.1.Key", "env"), ("Tag.2.Key", "none")], &[]),
        (&[("InstanceType", ""), ("ZoneId", ""), ("Platform", ""), ("Status", ""), ("ResourceGroupId", "")], alive),
    ];
    for (pairs, expected) in rows {
        let expected: Vec<&String> = ids.iter().filter(|(name, _)| expected.contains(name)).map(|(_, id)| id).collect();
        assert_eq!(world.listed(ALICE, pairs).iter().collect::<Vec<_>>(), expected, "{pairs:?}");
    }
}

/// Goes through all pages; each page's items and the tokens on the way.
fn pages(world: &World, who: &str, action: &str, pairs: &Pairs<'_>, items: &str) -> (Vec<Vec<String>>, Vec<String>) {
    let (mut pages, mut tokens) = (Vec::new(), vec![String::new()]);
    loop {
        let token = tokens[tokens.len() - 1].clone();
        let body = world.ask(who, action, &with(pairs, &[("NextToken", &token)])).expect("a page").body;
        let id = |item: &&rpc::body::Body| match items {
            "TagResources" => format!("{} {}", text(item, "ResourceId"), text(item, "TagKey")),
            _ => text(item, "PrivatePoolOptionsId"),
        };
        pages.push(list(&body, items).iter().map(id).collect());
        match text(&body, "NextToken") {
            end if end.is_empty() => return (pages, tokens),
            next => tokens.push(next),
        }
    }
}

#[test]
fn pages_are_the_whole_list_cut() {
    let mut world = World::large();
    for at in 0..25 {
        world.now = Moment(START + at / 4);
        world.reserve(ALICE, &[]);
        world.reserve(BOB, &[]);
    }
    let whole: Vec<String> = world.listed(ALICE, &[("MaxResults", "100")]);
    assert_eq!(whole.len(), 25);
    for (size, count) in [("1", 25), ("7", 4), ("12", 3), ("24", 2), ("25", 1), ("26", 1)] {
        let pairs = vec![REGION, ("MaxResults", size)];
        let (pages, _) = pages(&world, ALICE, "DescribeCapacityReservations", &pairs, "CapacityReservationSet");
        assert_eq!((pages.len(), pages.concat()), (count, whole.clone()), "{size}");
    }
    let pairs = [REGION, ("MaxResults", "5")];
    let body = world.done(ALICE, "DescribeCapacityReservations", &pairs);
    assert_eq!((number(&body, "TotalCount"), number(&body, "MaxResults")), (25, 5));
    assert_eq!(number(&world.done(ALICE, "DescribeCapacityReservations", &[REGION]), "MaxResults"), 10);
}

#[test]
fn pages_neither_repeat_nor_skip_while_others_come_and_go() {
    let mut world = World::large();
    let ids: Vec<String> = (0..9).map(|_| world.reserve(ALICE, &[])).collect();
    let whole = world.listed(ALICE, &[]);
    assert_eq!(whole.len(), ids.len());
    let first = world.done(ALICE, "DescribeCapacityReservations", &[REGION, ("MaxResults", "3")]);
    let token = text(&first, "NextToken");
    // The last one of the page goes, and so does one to come; a new one is made.
    for gone in [&whole[2], &whole[4]] {
        world.done(ALICE, "ReleaseCapacityReservation", &[REGION, (ID, gone)]);
    }
    world.now = Moment(START + 60);
    let new = world.reserve(ALICE, &[]);
    let rest = world.listed(ALICE, &[("MaxResults", "100"), ("NextToken", &token)]);
    let mut expected = vec![whole[3].clone()];
    expected.extend_from_slice(&whole[5..]);
    expected.push(new);
    assert_eq!(rest, expected);
}

#[test]
fn a_token_is_good_for_its_own_question_only() {
    let mut world = World::large();
    for _ in 0..5 {
        world.reserve(ALICE, &[("Tag.1.Key", "k")]);
        world.reserve(BOB, &[]);
    }
    let page = [REGION, ("MaxResults", "2")];
    let token = text(&world.done(ALICE, "DescribeCapacityReservations", &page), "NextToken");
    let ask = |world: &World, who: &str, changes: &[(&str, &str)]| {
        world.ask(who, "DescribeCapacityReservations", &with(&page.to_vec(), changes))
    };
    ask(&world, ALICE, &[("NextToken", &token)]).expect("its own question");
    ask(&world, ALICE, &[("NextToken", &token), ("MaxResults", "3")]).expect("a page may be larger");
    let bad = (400, "InvalidParameter");
    let token = token.as_str();
    assert_eq!(refused(ask(&world, BOB, &[("NextToken", token)])), bad);
    for other in [("ZoneId", "cn-hangzhou-h"), ("Status", "All"), ("Tag.1.Key", "k"), ("PrivatePoolOptions.Ids", "[]")]
    {
        assert_eq!(refused(ask(&world, ALICE, &[("NextToken", token), other])), bad, "{other:?}");
    }
    let (cut, longer, long) = (&token[..token.len() - 1], format!("{token}A"), "A".repeat(5000));
    let flipped = token.replacen(&token[..1], if token.starts_with('A') { "B" } else { "A" }, 1);
    for broken in [cut, &longer, &flipped, &long, "AAAA", "*", "caeba0bbb2be03f84eb48b699f0a4883", " "] {
        assert_eq!(refused(ask(&world, ALICE, &[("NextToken", broken)])), bad, "{broken}");
    }
    // Nor in another region, nor for another operation, nor once the key is another.
    let tags = [REGION, ("ResourceType", "capacityreservation"), ("NextToken", token)];
    assert_eq!(refused(world.ask(ALICE, "ListTagResources", &tags)), bad);
    let id = world.listed(ALICE, &[])[0].clone();
    let instances = [REGION, (ID, &*id), ("NextToken", token)];
    assert_eq!(refused(world.ask(ALICE, "DescribeCapacityReservationInstances", &instances)), bad);
    assert_eq!(refused(ask(&world, ALICE, &[("RegionId", "cn-shanghai"), ("NextToken", token)])), bad);
    world.directory.page_key = ledger::directory::PageKey([8; 32]);
    assert_eq!(refused(ask(&world, ALICE, &[("NextToken", token)])), bad);
}

const KIND: (&str, &str) = ("ResourceType", "capacityreservation");

#[test]
fn tags_are_listed_by_id_and_by_tag() {
    let (world, ids) = sorts();
    let id = |name: &str| ids.iter().find(|(sort, _)| *sort == name).expect("a sort").1.as_str();
    let (windows, zone, released) = (id("windows"), id("zone-i"), id("released"));
    let rows: &[(Sent<'_>, Sent<'_>)] = &[
        (&[], &[(windows, "env"), (zone, "env"), (zone, "team"), (released, "env")]),
        (&[("ResourceId.1", zone)], &[(zone, "env"), (zone, "team")]),
        (
            &[("ResourceId.5", windows), ("ResourceId.2", zone), ("ResourceId.9", zone)],
            &[(windows, "env"), (zone, "env"), (zone, "team")],
        ),
        (&[("ResourceId.1", common::NEVER_ISSUED)], &[]),
        (&[("ResourceId.1", id("plain"))], &[]),
        (&[("Tag.1.Key", "team")], &[(zone, "team")]),
        (&[("Tag.1.Key", "env"), ("Tag.1.Value", "test")], &[(windows, "env"), (released, "env")]),
        (&[("Tag.1.Key", "env"), ("Tag.2.Key", "team")], &[(zone, "env"), (zone, "team")]),
        (&[("ResourceId.1", windows), ("Tag.1.Key", "team")], &[]),
        (&[("TagFilter.1.TagKey", "ea")], &[(zone, "team")]),
        (&[("TagFilter.1.TagKey", "e")], &[(windows, "env"), (zone, "env"), (zone, "team"), (released, "env")]),
        (&[("TagFilter.1.TagKey", "e"), ("TagFilter.1.TagValues.1", "ro")], &[(zone, "env")]),
        (
            &[("TagFilter.1.TagKey", "nv"), ("TagFilter.1.TagValues.1", "x"), ("TagFilter.1.TagValues.2", "es")],
            &[(windows, "env"), (released, "env")],
        ),
        (&[("Tag.1.Key", "env"), ("TagFilter.1.TagKey", "am")], &[(zone, "env"), (zone, "team")]),
    ];
    for (pairs, expected) in rows {
        let body = world.ask(ALICE, "ListTagResources", &with(&vec![REGION, KIND], pairs)).expect("a list").body;
        let items = list(&body, "TagResources");
        let found: Vec<_> = items.iter().map(|item| (text(item, "ResourceId"), text(item, "TagKey"))).collect();
        let expected: Vec<_> = expected.iter().map(|(id, key)| ((*id).to_owned(), (*key).to_owned())).collect();
        assert_eq!(found, expected, "{pairs:?}");
    }
    for kind in ["instance", "elasticityassurance", "managedinstance"] {
        let body = world.ask(ALICE, "ListTagResources", &[REGION, ("ResourceType", kind)]).expect("a list").body;
        assert!(list(&body, "TagResources").is_empty(), "{kind}");
    }
}

#[test]
fn pages_of_tags_end_with_a_reservation() {
    let mut world = World::large();
    let names: Vec<String> = (1..=20).map(|at| format!("Tag.{at}.Key")).collect();
    let keys: Vec<String> = (1..=20).map(|at| format!("key-{at:02}")).collect();
    let tags: Vec<(&str, &str)> = names.iter().map(String::as_str).zip(keys.iter().map(String::as_str)).collect();
    // 7 tags each: a page holds 8 of them, 56 tags.
    for _ in 0..20 {
        world.reserve(ALICE, &tags[..7]);
        world.reserve(ALICE, &[]);
    }
    let pairs = vec![REGION, KIND];
    let (pages, tokens) = pages(&world, ALICE, "ListTagResources", &pairs, "TagResources");
    assert_eq!(pages.iter().map(Vec::len).collect::<Vec<_>>(), [56, 56, 28]);
    let mut all = pages.concat();
    all.sort();
    all.dedup();
    assert_eq!(all.len(), 140);
    let other = with(&pairs, &[("Tag.1.Key", "key-01"), ("NextToken", &tokens[1])]);
    assert_eq!(refused(world.ask(ALICE, "ListTagResources", &other)), (400, "InvalidParameter"));
}

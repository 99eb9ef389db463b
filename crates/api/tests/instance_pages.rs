//! Filters and both kinds of pages of DescribeInstances, against the whole list cut by hand.

use crate::common::{ALICE, BOB, REGION, START, Sent, World, list, number, refused, text, with};
use ledger::Moment;
use rpc::body::Body;

/// One instance of each sort: a name, and how it is made.
const SORTS: [(&str, Sent<'_>); 6] = [
    ("node-1", &[("Tag.1.Key", "env"), ("Tag.1.Value", "test")]),
    (
        "node-2",
        &[("InstanceType", "ecs.c6.large"), ("Tag.1.Key", "env"), ("Tag.1.Value", "prod"), ("Tag.2.Key", "team")],
    ),
    ("zone-i", &[("ZoneId", "cn-hangzhou-i")]),
    ("paid", &[("InstanceChargeType", "PrePaid")]),
    ("kept", &[]),
    ("given", &[("Tag.1.Key", "env")]),
];

/// A world with one of each sort, and one of a stranger; their ids.
fn sorts() -> (World, Vec<(&'static str, String)>) {
    let mut world = World::new();
    world.launch(BOB, &[("InstanceName", "node-1"), ("Tag.1.Key", "env")]);
    let mut ids = Vec::new();
    for (name, pairs) in SORTS {
        ids.push((name, world.launch(ALICE, &[pairs, &[("InstanceName", name)]].concat()).remove(0)));
        world.now = Moment(world.now.0 + 1);
    }
    world.done(ALICE, "StopInstance", &[("InstanceId", &ids[4].1)]);
    world.done(ALICE, "StopInstance", &[("InstanceId", &ids[5].1), ("StoppedMode", "StopCharging")]);
    (world, ids)
}

fn ask(world: &World, who: &str, pairs: &[(&str, &str)]) -> Body {
    world.ask(who, "DescribeInstances", &with(&vec![REGION], pairs)).expect("a list").body
}

fn names(body: &Body) -> Vec<String> {
    list(body, "Instances").iter().map(|it| text(it, "InstanceName")).collect()
}

#[test]
fn filters_choose() {
    let (world, ids) = sorts();
    let some = format!("[\"{0}\",\"{1}\",\"{0}\",\"i-bp1neverissued000000\",\"\"]", ids[5].1, ids[0].1);
    let some = ("InstanceIds", some.as_str());
    let all = &["node-1", "node-2", "zone-i", "paid", "kept", "given"][..];
    let rows: &[(Sent<'_>, &[&str])] = &[
        (&[], all),
        (&[some], &["node-1", "given"]),
        (&[some, ("Status", "Running")], &["node-1"]),
        (&[("InstanceIds", "[]")], &[]),
        (&[("InstanceIds", "")], all),
        (&[("Status", "Running")], &["node-1", "node-2", "zone-i", "paid"]),
        (&[("Status", "Stopped")], &["kept", "given"]),
        (&[("Status", "Pending")], &[]),
        (&[("Status", "Starting")], &[]),
        (&[("Status", "Stopping")], &[]),
        (&[("ZoneId", "cn-hangzhou-i")], &["zone-i"]),
        (&[("ZoneId", "nowhere")], &[]),
        (&[("InstanceType", "ecs.c6.large")], &["node-2"]),
        (&[("InstanceType", "ecs.*")], &[]),
        (&[("InstanceChargeType", "PrePaid")], &["paid"]),
        (&[("InstanceChargeType", "PostPaid"), ("Status", "Stopped")], &["kept", "given"]),
        (&[("InstanceName", "node-1")], &["node-1"]),
        (&[("InstanceName", "node")], &[]),
        (&[("InstanceName", "node*")], &["node-1", "node-2"]),
        (&[("InstanceName", "*e*")], &["node-1", "node-2", "zone-i", "kept", "given"]),
        (&[("InstanceName", "NODE*")], &[]),
        (&[("InstanceName", "*")], all),
        (&[("Tag.1.Key", "env")], &["node-1", "node-2", "given"]),
        (&[("Tag.3.Key", "env"), ("Tag.3.Value", "prod")], &["node-2"]),
        (&[("Tag.1.Key", "env"), ("Tag.1.Value", "")], &["given"]),
        (&[("Tag.1.Key", "env"), ("Tag.2.Key", "team")], &["node-2"]),
        (&[("Tag.1.Key", "env"), ("Tag.2.Key", "none")], &[]),
        (
            &[("Status", ""), ("ZoneId", ""), ("InstanceType", ""), ("InstanceChargeType", ""), ("InstanceName", "")],
            all,
        ),
        (&[("VpcId", "vpc-1"), ("LockReason", "security")], all),
    ];
    for (pairs, expected) in rows {
        let body = ask(&world, ALICE, pairs);
        assert_eq!(names(&body), *expected, "{pairs:?}");
        assert_eq!(number(&body, "TotalCount"), i64::try_from(expected.len()).expect("few"), "{pairs:?}");
    }
}

/// Enough instances for pages, several made at one moment; and those of a stranger among them.
fn many() -> (World, Vec<String>) {
    let mut world = World::large();
    for at in 0..23 {
        world.now = Moment(START + at / 4);
        let zone = if at % 3 == 0 { "cn-hangzhou-h" } else { "-" };
        let kind = if at % 2 == 0 { "ecs.g6.large" } else { "ecs.g6.xlarge" };
        world.launch(ALICE, &[("ZoneId", zone), ("InstanceType", kind)]);
        world.launch(BOB, &[]);
    }
    let whole = names(&ask(&world, ALICE, &[("MaxResults", "100")]));
    assert_eq!(whole.len(), 23);
    (world, whole)
}

/// With a filter each is looked at; without one they are counted by the ledger. Both give the same pages.
const QUESTIONS: [Sent<'static>; 2] = [&[], &[("Status", "Running")]];

#[test]
fn pages_by_token_are_the_whole_list_cut() {
    let (world, whole) = many();
    for question in QUESTIONS {
        for size in ["1", "7", "11", "22", "23", "24"] {
            let (mut token, mut pages) = (String::new(), Vec::new());
            loop {
                let pairs = [question, &[("MaxResults", size), ("NextToken", &token)]].concat();
                let body = ask(&world, ALICE, &pairs);
                assert_eq!((number(&body, "TotalCount"), number(&body, "PageNumber")), (23, 1));
                assert_eq!(number(&body, "PageSize").to_string(), size);
                pages.push(names(&body));
                token = text(&body, "NextToken");
                if token.is_empty() {
                    break;
                }
            }
            let cut = whole.chunks(size.parse().expect("a number")).map(<[String]>::to_vec).collect::<Vec<_>>();
            assert_eq!(pages, cut, "{question:?} {size}");
        }
    }
}

#[test]
fn pages_by_number_are_the_whole_list_cut() {
    let (world, whole) = many();
    for question in QUESTIONS {
        for size in [1, 7, 11, 22, 23, 24, 100] {
            for page in 1..=25 {
                let (size_text, page_text) = (size.to_string(), page.to_string());
                let pairs = [question, &[("PageSize", &*size_text), ("PageNumber", &*page_text)]].concat();
                let body = ask(&world, ALICE, &pairs);
                let expected = whole.chunks(size).nth(page - 1).unwrap_or_default();
                assert_eq!(names(&body), expected, "{question:?} page {page} of {size}");
                assert_eq!((number(&body, "TotalCount"), text(&body, "NextToken")), (23, String::new()));
                assert_eq!(
                    number(&body, "PageNumber").to_string() + &number(&body, "PageSize").to_string(),
                    page_text + &size_text
                );
            }
        }
    }
    let far = ask(&world, ALICE, &[("PageNumber", "4294967295"), ("PageSize", "100")]);
    assert_eq!((names(&far).len(), number(&far, "TotalCount")), (0, 23));
}

#[test]
fn what_is_not_said_is_ten_and_a_token_goes_before_a_number() {
    let (world, whole) = many();
    let first = ask(&world, ALICE, &[]);
    assert_eq!((names(&first), number(&first, "PageSize")), (whole[..10].to_vec(), 10));
    let next = text(&first, "NextToken");
    let second = ask(&world, ALICE, &[("NextToken", &next)]);
    assert_eq!(names(&second), whole[10..20]);
    for pairs in [&[("PageNumber", "2")][..], &[("PageSize", "10"), ("PageNumber", "2")]] {
        assert_eq!(names(&ask(&world, ALICE, pairs)), whole[10..20], "{pairs:?}");
    }
    let both = ask(&world, ALICE, &[("MaxResults", "5"), ("PageNumber", "3"), ("PageSize", "7")]);
    assert_eq!((names(&both), number(&both, "PageSize"), number(&both, "PageNumber")), (whole[..5].to_vec(), 5, 1));
    assert!(!text(&both, "NextToken").is_empty());
}

#[test]
fn pages_neither_repeat_nor_skip_while_others_come_and_go() {
    for question in QUESTIONS {
        let (mut world, whole) = many();
        let page = [question, &[("MaxResults", "5")]].concat();
        let token = text(&ask(&world, ALICE, &page), "NextToken");
        // The last one of the page goes, and so does one to come; a new one is made.
        for gone in [&whole[4], &whole[7]] {
            world.done(ALICE, "DeleteInstance", &[("InstanceId", gone), ("Force", "true")]);
        }
        world.now = Moment(START + 60);
        let new = world.launch(ALICE, &[]).remove(0);
        let following = [question, &[("MaxResults", "100"), ("NextToken", &token)]].concat();
        let rest = names(&ask(&world, ALICE, &following));
        let expected: Vec<String> = whole[5..7].iter().chain(&whole[8..]).chain([&new]).cloned().collect();
        assert_eq!(rest, expected, "{question:?}");
    }
}

#[test]
fn a_token_is_good_for_its_own_question_only() {
    let (world, _) = many();
    let token = text(&ask(&world, ALICE, &[("MaxResults", "5")]), "NextToken");
    let token = token.as_str();
    let refuse = |who: &str, action: &str, pairs: &[(&str, &str)]| {
        refused(world.ask(who, action, &with(&vec![REGION, ("NextToken", token)], pairs)))
    };
    let bad = (400, "InvalidParameter");
    assert_eq!(names(&ask(&world, ALICE, &[("NextToken", token), ("MaxResults", "6")])).len(), 6);
    assert_eq!(refuse(BOB, "DescribeInstances", &[]), bad);
    assert_eq!(refuse(ALICE, "DescribeInstances", &[("Status", "Running")]), bad);
    assert_eq!(refuse(ALICE, "DescribeInstances", &[("PageNumber", "2")]), bad);
    assert_eq!(refuse(ALICE, "DescribeCapacityReservations", &[]), bad);
    assert_eq!(refuse(ALICE, "ListTagResources", &[("ResourceType", "instance")]), bad);
}

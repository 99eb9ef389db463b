//! The operator's operations on hosts, classes and types: what they refuse, which fault is told first, and that a
//! refusal changes nothing.

use crate::common::causes::check;
use crate::common::{self, ALICE, Pairs, REGION, Sent, World, is, refused, row, with};
use ledger::Entry;
use rpc::fault::common as faults;

/// Class and type of the directory, hosts of the region.
const CHANGES: [&str; 7] =
    ["PutHostClass", "PutInstanceType", "RegisterHosts", "DrainHosts", "UndrainHosts", "FailHosts", "RemoveHosts"];
const MARKS: [&str; 3] = ["DrainHosts", "UndrainHosts", "FailHosts"];
const FREE: (&str, &str) = ("HostIds", r#"["h3"]"#);
/// What a host name may not be, as it stands in JSON.
const BAD_NAMES: [&str; 9] = ["", "-h", ".h", "_h", "h 1", "h/1", "hö", "h\\u0000", "../h"];

fn class<'a>() -> Pairs<'a> {
    vec![("HostClass", "g6"), ("Vcpus", "8"), ("MemoryGib", "32")]
}

fn kind<'a>() -> Pairs<'a> {
    vec![("InstanceType", "ecs.g6.new"), ("HostClass", "g6"), ("Vcpus", "2"), ("MemoryGib", "8")]
}

fn host(id: &str, zone: &str, class: &str) -> String {
    format!(r#"{{"HostId":"{id}","ZoneId":"cn-hangzhou-{zone}","HostClass":"{class}"}}"#)
}

/// The world with an instance on host `i1`, and a class of which the rungs were chosen to leave something out.
fn world() -> World {
    let mut world = World::new();
    world.launch(ALICE, &[("ZoneId", "cn-hangzhou-i")]);
    let six = [("HostClass", "x6"), ("Vcpus", "6"), ("MemoryGib", "24"), ("Rungs", "[1,4]")];
    world.done(ALICE, "PutHostClass", &six);
    world
}

/// Asks for what is refused, and looks whether all is as it was; status and code.
fn refuse(world: &mut World, action: &str, pairs: &[(&str, &str)]) -> (u16, &'static str) {
    let before = (world.ledger.clone(), world.directory.clone());
    let answer = refused(world.call(ALICE, action, pairs));
    assert_eq!((&world.ledger, &world.directory), (&before.0, &before.1), "{action} {pairs:?}");
    answer
}

#[test]
fn classes_and_types_tell_the_earlier_fault() {
    let causes: &[Sent<'_>] = &[
        &[("HostClass", "-")],
        &[("Vcpus", "-")],
        &[("MemoryGib", "-")],
        &[("HostClass", "-g")],
        &[("Gpus", "x")],
        &[("Rungs", "[2]")],
        &[("MemoryGib", "33")],
        &[("Rungs", "[1,2]")],
    ];
    check(&world(), "PutHostClass", &class(), causes);
    let causes: &[Sent<'_>] = &[
        &[("InstanceType", "-")],
        &[("HostClass", "-")],
        &[("Vcpus", "-")],
        &[("MemoryGib", "-")],
        &[("InstanceType", "-t")],
        &[("Generation", "ecs-0")],
        &[("HostClass", "none")],
        &[("InstanceType", "ecs.c6.large")],
        &[("MemoryGib", "33")],
        &[("HostClass", "x6"), ("Vcpus", "5")],
    ];
    check(&world(), "PutInstanceType", &kind(), causes);
}

#[test]
fn hosts_tell_the_earlier_fault() {
    let ids: &[Sent<'_>] = &[
        &[("RegionId", "-")],
        &[("HostIds", "")],
        &[("HostIds", "h3")],
        &[("HostIds", r#"["h3","h9"]"#)],
        &[("HostIds", r#"["i1"]"#)],
    ];
    for action in MARKS {
        check(&world(), action, &vec![REGION, FREE], &ids[..4]);
    }
    check(&world(), "RemoveHosts", &vec![REGION, FREE], ids);
    let causes: &[Sent<'_>] = &[&[("RegionId", "")], &[("HostIds", "{}")], &[("Status", "Asleep")]];
    check(&world(), "DescribeHosts", &vec![REGION], causes);
    check(&world(), "DescribePools", &vec![REGION], &[&[("RegionId", "-")]]);
}

/// Of many hosts each can have a trouble of its own; the earlier check is told, wherever its host stands in the list.
#[test]
fn registration_tells_the_earlier_fault() {
    let troubles = [
        ("InvalidHosts.Malformed", r#"{"HostId":"a1","ZoneId":"cn-hangzhou-h"}"#.to_owned()),
        ("InvalidHostId.Malformed", host("a 2", "h", "g6")),
        ("InvalidZoneId.NotFound", host("a3", "z", "g6")),
        ("InvalidHostClass.NotFound", host("a4", "h", "none")),
        ("InvalidHostId.Conflict", host("h1", "h", "c6")),
    ];
    let mut world = world();
    let mut register = |hosts: &[&str]| {
        let hosts = format!("[{}]", hosts.join(","));
        refuse(&mut world, "RegisterHosts", &[REGION, ("Hosts", &hosts)]).1
    };
    for (at, (code, trouble)) in troubles.iter().enumerate() {
        let fine = host("a5", "h", "g6");
        assert_eq!(register(&[&fine, trouble, &host("a6", "h", "g6")]), *code);
        for (_, later) in &troubles[at..] {
            assert_eq!((register(&[trouble, later]), register(&[later, trouble])), (*code, *code), "{later}");
        }
    }
    assert_eq!(register(&[]), "InvalidHosts.Malformed");
}

/// Of several hosts in the way of a registration the first in order of name is told, wherever it stands in the list.
#[test]
fn of_many_hosts_the_first_by_name_is_told() {
    let world = world();
    for (one, other, message) in [
        (host("n 1", "h", "g6"), host("n 2", "h", "g6"), "The specified HostId is not valid: n 1"),
        (host("n1", "z", "g6"), host("n2", "z", "g6"), "The specified zoneId does not exist: n1"),
        (host("n1", "h", "none"), host("n2", "h", "none"), "The specified HostClass does not exist: n1"),
        (host("h1", "h", "c6"), host("h2", "h", "c6"), "The specified HostId names another host already: h1"),
    ] {
        for hosts in [format!("[{one},{other}]"), format!("[{other},{one}]")] {
            let fault = world.ask(ALICE, "RegisterHosts", &[REGION, ("Hosts", &hosts)]).expect_err(&hosts);
            assert_eq!(fault.message, message, "{hosts}");
        }
    }
}

/// A host that is unknown is told before one that is in use, whichever comes first in order of name.
#[test]
fn of_many_hosts_the_unknown_one_is_told_first() {
    let mut world = world();
    for (ids, expected) in [
        (r#"["i1","z9"]"#, "The specified HostId does not exist: z9"),
        (r#"["z9","i1","a1"]"#, "The specified HostId does not exist: a1"),
        (r#"["h1","i1"]"#, "Instances stand on the specified host; they must leave it first: i1"),
    ] {
        let fault = world.call(ALICE, "RemoveHosts", &[REGION, ("HostIds", ids)]).expect_err(ids);
        assert_eq!(fault.message, expected, "{ids}");
    }
    assert_eq!(world.ledger.hosts().len(), 4);
}

#[test]
fn names_of_hosts() {
    let mut world = world();
    let (longest, longer) = ("h".repeat(128), "h".repeat(129));
    for name in BAD_NAMES.into_iter().chain([&*longer]) {
        let hosts = format!("[{}]", host(name, "h", "g6"));
        let answer = refuse(&mut world, "RegisterHosts", &[REGION, ("Hosts", &hosts)]);
        assert_eq!(answer, (400, "InvalidHostId.Malformed"), "{name}");
        // As a name of a host that should be there it is one of none.
        let ids = format!("[\"{name}\"]");
        for action in MARKS.into_iter().chain(["RemoveHosts"]) {
            let answer = refuse(&mut world, action, &[REGION, ("HostIds", &ids)]);
            assert_eq!(answer, (404, "InvalidHostId.NotFound"), "{action} {name}");
        }
    }
    for name in ["0", "Host-1", "h_1.rack-7", &longest] {
        let hosts = format!("[{}]", host(name, "h", "g6"));
        let body = world.done(ALICE, "RegisterHosts", &[REGION, ("Hosts", &hosts)]);
        assert_eq!(common::number(&body, "Registered"), 1, "{name}");
    }
    // What is told of a bad name is short and on one line.
    let hosts = format!("[{}]", host(&format!("{}\\n{}", "a".repeat(60), "b".repeat(1000)), "h", "g6"));
    let fault = world.ask(ALICE, "RegisterHosts", &[REGION, ("Hosts", &hosts)]).expect_err("a bad name");
    assert!(fault.message.len() < 120 && !fault.message.contains('\n'), "{fault:?}");
}

#[test]
fn lists_of_hosts() {
    let mut world = world();
    let many = |count: usize| format!("[{}]", vec!["\"h3\""; count].join(","));
    let (full, over) = (many(1000), many(1001));
    let bad = ["h3", "[", "[h3]", "\"h3\"", "{\"h3\":1}", "[3]", "[null]", "[[\"h3\"]]", "[\"h3\",]", "[]", " ", &over];
    for text in bad {
        for action in MARKS.into_iter().chain(["RemoveHosts", "DescribeHosts"]) {
            let answer = refuse(&mut world, action, &[REGION, ("HostIds", text)]);
            assert_eq!(answer, (400, "InvalidHostIds.Malformed"), "{action} {text:.20}");
        }
    }
    // One that is named a thousand times is meant once.
    let body = world.done(ALICE, "DrainHosts", &[REGION, ("HostIds", &full)]);
    assert_eq!(common::number(&body, "Changed"), 1);
    let good = host("n1", "h", "g6");
    let hosts = |count: usize| {
        let all: Vec<String> = (0..count).map(|at| host(&format!("n{at}"), "h", "g6")).collect();
        format!("[{}]", all.join(","))
    };
    let more = good.replace('}', r#","Rack":"7"}"#);
    let (number, unnamed) = (good.replace("\"n1\"", "1"), good.replace("HostId", "hostid"));
    let bad = ["n1", "{}", "[]", "[{}]", "[[]]", "[\"n1\"]", &good].map(str::to_owned).into_iter();
    for text in bad.chain([hosts(1001)]).chain([more, number, unnamed].map(|one| format!("[{one}]"))) {
        let answer = refuse(&mut world, "RegisterHosts", &[REGION, ("Hosts", &text)]);
        assert_eq!(answer, (400, "InvalidHosts.Malformed"), "{text:.80}");
    }
    let body = world.done(ALICE, "RegisterHosts", &[REGION, ("Hosts", &hosts(1000))]);
    assert_eq!((common::number(&body, "Registered"), common::number(&body, "Unchanged")), (1000, 0));
}

/// All of the named ones, or none.
#[test]
fn nothing_is_done_by_half() {
    let mut world = world();
    let rows: [(&str, Pairs<'_>, (u16, &str)); 6] = [
        ("DrainHosts", vec![("HostIds", r#"["h1","h2","h9"]"#)], (404, "InvalidHostId.NotFound")),
        ("FailHosts", vec![("HostIds", r#"["h1","H2"]"#)], (404, "InvalidHostId.NotFound")),
        ("UndrainHosts", vec![("HostIds", r#"["h1",""]"#)], (404, "InvalidHostId.NotFound")),
        ("RemoveHosts", vec![("HostIds", r#"["h3","i1"]"#)], (403, "OperationDenied.HostInUse")),
        ("RegisterHosts", vec![("Hosts", "twice")], (409, "InvalidHostId.Conflict")),
        ("RegisterHosts", vec![("Hosts", "elsewhere")], (409, "InvalidHostId.Conflict")),
    ];
    let twice = format!("[{0},{0}]", host("n1", "h", "g6"));
    let elsewhere = format!("[{},{}]", host("n1", "h", "g6"), host("h1", "i", "g6"));
    for (action, mut pairs, expected) in rows {
        pairs.iter_mut().for_each(|(_, text)| match *text {
            "twice" => *text = &twice,
            "elsewhere" => *text = &elsewhere,
            _ => {}
        });
        assert_eq!(refuse(&mut world, action, &with(&vec![REGION], &pairs)), expected, "{action} {pairs:?}");
    }
}

#[test]
fn a_class_does_not_change_under_its_instances() {
    let mut world = world();
    let [conflict, uncovered] = [(409, "InvalidHostClass.Conflict"), (403, "InvalidRungs.NotCovering")];
    for (pairs, expected) in [
        (&[("Vcpus", "16")][..], conflict),
        (&[("MemoryGib", "64")], conflict),
        (&[("Gpus", "1")], conflict),
        (&[("Unit.Vcpus", "1"), ("Unit.MemoryGib", "4")], conflict),
        (&[("Rungs", "[1]")], uncovered),
        (&[("Rungs", "[1,8]")], uncovered),
    ] {
        assert_eq!(refuse(&mut world, "PutHostClass", &with(&class(), pairs)), expected, "{pairs:?}");
    }
    // Nor does a type of which one runs, or which no host holds.
    let large = with(&kind(), &[("InstanceType", "ecs.g6.large")]);
    for (pair, expected) in [
        (("Vcpus", "4"), (409, "InvalidInstanceType.Conflict")),
        (("HostClass", "c6"), (409, "InvalidInstanceType.Conflict")),
        (("Gpus", "1"), (409, "InvalidInstanceType.Conflict")),
    ] {
        assert_eq!(refuse(&mut world, "PutInstanceType", &with(&large, &[pair])), expected, "{pair:?}");
    }
    for (pairs, code) in [
        (&[("Vcpus", "9")][..], "InvalidInstanceType.TooLarge"),
        (&[("MemoryGib", "32.5")], "InvalidInstanceType.TooLarge"),
        (&[("Gpus", "1")], "InvalidInstanceType.TooLarge"),
        (&[("HostClass", "x6"), ("Vcpus", "5"), ("MemoryGib", "1")], "InvalidInstanceType.NoRung"),
    ] {
        assert_eq!(refuse(&mut world, "PutInstanceType", &with(&kind(), pairs)), (403, code), "{pairs:?}");
    }
}

/// The operation says whether it can be tried dry, and none of them takes a token: each can be sent again as it is.
#[test]
fn changes_can_be_tried_and_sent_again() {
    for action in CHANGES {
        assert!(!row(action).takes("ClientToken"), "{action}");
        for (text, expected) in [("true", Some(true)), ("False", Some(false)), ("1", Some(true)), ("yes", None)] {
            let params = common::params(&[REGION, ("DryRun", text)]).expect("parameters");
            let told = row(action).is_dry_run(&params);
            assert_eq!(told.clone().ok(), expected, "{action} {text}");
            told.err().into_iter().for_each(|fault| assert!(is(&fault, &faults::INVALID_PARAMETER), "{fault:?}"));
        }
        assert_eq!(row(action).dry_run.code, "DryRunOperation");
    }
    let mut world = world();
    let new = format!("[{}]", host("n1", "h", "g6"));
    let rows: [(&str, Pairs<'_>); 5] = [
        ("PutHostClass", with(&class(), &[("HostClass", "new")])),
        ("PutInstanceType", kind()),
        ("RegisterHosts", vec![REGION, ("Hosts", &new)]),
        ("DrainHosts", vec![REGION, FREE]),
        ("FailHosts", vec![REGION, FREE]),
    ];
    for (action, pairs) in rows {
        let first = world.ask(ALICE, action, &pairs).expect(action);
        assert!(first.entries.len() + first.puts.len() > 0, "{action}");
        world.done(ALICE, action, &pairs);
        let again = world.ask(ALICE, action, &pairs).expect(action);
        assert!(again.entries.is_empty() && again.puts.is_empty(), "{action}: {again:?}");
    }
}

#[test]
fn as_much_as_can_be_counted_is_counted() {
    let mut world = World::new();
    let put = |world: &mut World, pairs: &[(&str, &str)]| refuse(world, "PutHostClass", pairs);
    let gib = "1048576";
    for pairs in [
        &[("HostClass", "big"), ("Vcpus", "1048577"), ("MemoryGib", "2097152")][..],
        &[("HostClass", "big"), ("Vcpus", "4294967295"), ("MemoryGib", "4294967295")],
        &[("HostClass", "big"), ("Vcpus", "8"), ("MemoryGib", "8"), ("Unit.Vcpus", "9"), ("Unit.MemoryGib", "1")],
    ] {
        assert_eq!(put(&mut world, pairs), (400, "InvalidParameter"), "{pairs:?}");
    }
    world.done(ALICE, "PutHostClass", &[("HostClass", "big"), ("Vcpus", gib), ("MemoryGib", gib)]);
    let whole = [("InstanceType", "ecs.big.whole"), ("HostClass", "big"), ("Vcpus", gib), ("MemoryGib", gib)];
    let body = world.done(ALICE, "PutInstanceType", &whole);
    assert_eq!((common::number(&body, "Units"), common::number(&body, "Rung")), (1 << 20, 1 << 20));
    let all: Vec<String> = (0..999).map(|at| host(&format!("b{at}"), "k", "big")).collect();
    world.done(ALICE, "RegisterHosts", &[REGION, ("Hosts", &format!("[{}]", all.join(",")))]);
    let wanted = |amount| {
        let place = [("ZoneId.1", "cn-hangzhou-k"), ("InstanceType", "ecs.big.whole"), ("InstanceAmount", amount)];
        with(&common::create(), &place)
    };
    let none = (403, "OperationDenied.NoStock");
    assert_eq!(refuse(&mut world, "CreateCapacityReservation", &wanted("1000")), none);
    world.done(ALICE, "CreateCapacityReservation", &wanted("999"));
    assert_eq!(refuse(&mut world, "CreateCapacityReservation", &wanted("1")), none);
    let body = world.done(ALICE, "DescribePools", &[REGION, ("HostClass", "big")]);
    let pool = common::list(&body, "Pools")[0];
    let rungs: Vec<[i64; 3]> = common::list(pool, "Rungs")
        .iter()
        .map(|rung| ["Supply", "Demand", "Slack"].map(|field| common::number(rung, field)))
        .collect();
    assert_eq!(rungs, [[999 << 20, 999 << 20, 0], [999, 999, 0]]);
    assert_eq!(ledger::check::check(&world.ledger), []);
}

#[test]
fn a_region_has_no_more_hosts_than_it_may() {
    let mut world = World::new();
    let most = ledger::limits::HOSTS_MAX;
    for at in world.ledger.hosts().len()..most - 1 {
        let (host, zone, class) = (format!("m{at}").as_str().into(), "cn-hangzhou-k".into(), "g6".into());
        world.ledger.apply(&Entry::HostAdded { host, zone, class, units: 4 });
    }
    let two = format!("[{},{}]", host("n1", "h", "g6"), host("n2", "h", "g6"));
    let fault = world.ask(ALICE, "RegisterHosts", &[REGION, ("Hosts", &two)]).expect_err("one too many");
    assert_eq!((fault.status, fault.code), (403, "QuotaExceed.Hosts"));
    assert!(fault.message.ends_with(": n2"), "{fault:?}");
    world.done(ALICE, "RegisterHosts", &[REGION, ("Hosts", &format!("[{}]", host("n1", "h", "g6")))]);
    assert_eq!(world.ledger.hosts().len(), most);
}

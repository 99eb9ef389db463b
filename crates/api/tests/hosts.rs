//! Hosts come, are drained, fail, serve again and go; what is told of them and of their pools meanwhile.

use crate::common::hosts::{OPERATOR, hosts, pool, shown, world};
use crate::common::launching::RUN;
use crate::common::{
    self, ALICE, BOB, Pairs, REGION, Sent, World, list, number, params, refused, row, text, texts, with,
};
use ledger::check::check;
use rpc::body::Body;
use std::collections::BTreeMap;

const RESERVE: &str = "CreateCapacityReservation";
/// Who, what, and the pool afterwards or the fault.
type Step<'a> = (&'a str, &'a str, Pairs<'a>, Result<&'a str, (u16, &'a str)>);

fn ids<'a>(hosts: &'a str) -> Pairs<'a> {
    vec![REGION, ("HostIds", hosts)]
}

#[test]
fn a_pool_is_told_as_its_hosts_come_and_go() {
    let mut world = world();
    let one = r#"[{"HostId":"h9","ZoneId":"cn-hangzhou-h","HostClass":"g6"}]"#;
    let xlarge = [("InstanceType", "ecs.g6.xlarge"), ("InstanceAmount", "2")];
    let run = vec![REGION, ("ZoneId", "cn-hangzhou-h"), ("InstanceType", "ecs.g6.large")];
    let none = (403, "OperationDenied.NoStock");
    let rows: Vec<Step<'_>> = vec![
        (OPERATOR, "DescribePools", vec![REGION], Ok("2/2 free 8 promises 0 | 1: 8-0=8 2: 4-0=4 4: 2-0=2")),
        (ALICE, RESERVE, with(&common::create(), &xlarge), Ok("2/2 free 8 promises 1 | 1: 8-4=4 2: 4-2=2 4: 2-0=2")),
        (BOB, RUN, run.clone(), Ok("2/2 free 7 promises 1 | 1: 7-4=3 2: 3-2=1 4: 1-0=1")),
        // What was free on a host that is drained is gone, and what stands on it stays.
        (OPERATOR, "DrainHosts", ids(r#"["h1"]"#), Ok("1/2 free 4 promises 1 | 1: 4-4=0 2: 2-2=0 4: 1-0=1")),
        (OPERATOR, "DrainHosts", ids(r#"["h1"]"#), Ok("1/2 free 4 promises 1 | 1: 4-4=0 2: 2-2=0 4: 1-0=1")),
        (BOB, RUN, run.clone(), Err(none)),
        (ALICE, RESERVE, common::create(), Err(none)),
        // The other fails too: nothing is left, and what was promised is promised still.
        (
            OPERATOR,
            "FailHosts",
            ids(r#"["h2"]"#),
            Ok("0/2 free 0 promises 1 | 1: 0-4=-4 2: 0-2=-2 4: 0-0=0 | 1 short of 2"),
        ),
        // A host that fails while it is drained is not in service either way.
        (
            OPERATOR,
            "FailHosts",
            ids(r#"["h1","h2"]"#),
            Ok("0/2 free 0 promises 1 | 1: 0-4=-4 2: 0-2=-2 4: 0-0=0 | 1 short of 2"),
        ),
        (
            OPERATOR,
            "UndrainHosts",
            ids(r#"["h1"]"#),
            Ok("1/2 free 3 promises 1 | 1: 3-4=-1 2: 1-2=-1 4: 0-0=0 | 1 short of 1"),
        ),
        // Another one heals it.
        (
            OPERATOR,
            "RegisterHosts",
            vec![REGION, ("Hosts", one)],
            Ok("2/3 free 7 promises 1 | 1: 7-4=3 2: 3-2=1 4: 1-0=1"),
        ),
        (OPERATOR, "RemoveHosts", ids(r#"["h1"]"#), Err((403, "OperationDenied.HostInUse"))),
        (OPERATOR, "RemoveHosts", ids(r#"["h2"]"#), Ok("2/2 free 7 promises 1 | 1: 7-4=3 2: 3-2=1 4: 1-0=1")),
        (OPERATOR, "UndrainHosts", ids(r#"["h2"]"#), Err((404, "InvalidHostId.NotFound"))),
        (BOB, RUN, run.clone(), Ok("2/2 free 6 promises 1 | 1: 6-4=2 2: 3-2=1 4: 1-0=1")),
    ];
    for (who, action, pairs, expected) in rows {
        let before = pool(&world);
        match (world.call(who, action, &pairs), expected) {
            (Ok(_), Ok(expected)) => assert_eq!(pool(&world), expected, "{action} {pairs:?}"),
            (answer, Err(fault)) => assert_eq!((refused(answer), pool(&world)), (fault, before), "{action} {pairs:?}"),
            (Err(fault), Ok(_)) => panic!("{action} {pairs:?}: {fault:?}"),
        }
        assert_eq!(check(&world.ledger), []);
    }
}

#[test]
fn a_pool_is_told_of_while_it_has_hosts_or_promises() {
    let mut world = world();
    let told = |world: &World, pairs: Sent<'_>| {
        let body = world.ask(OPERATOR, "DescribePools", &with(&vec![REGION], pairs)).expect("pools").body;
        let names = |it: &&Body| format!("{} {}", text(it, "ZoneId"), text(it, "HostClass"));
        list(&body, "Pools").iter().map(names).collect::<Vec<_>>()
    };
    let all = ["cn-hangzhou-h c6", "cn-hangzhou-h g6", "cn-hangzhou-i g6"];
    let rows: [(Sent<'_>, &[&str]); 7] = [
        (&[], &all),
        (&[("ZoneId", ""), ("HostClass", "")], &all),
        (&[("ZoneId", "cn-hangzhou-h")], &all[..2]),
        (&[("HostClass", "g6")], &all[1..]),
        (&[("ZoneId", "cn-hangzhou-i"), ("HostClass", "g6")], &all[2..]),
        (&[("ZoneId", "cn-hangzhou-k")], &[]),
        (&[("HostClass", "G6")], &[]),
    ];
    for (pairs, expected) in rows {
        assert_eq!(told(&world, pairs), expected, "{pairs:?}");
    }
    let id = world.reserve(ALICE, &[("ZoneId.1", "cn-hangzhou-i")]);
    world.done(OPERATOR, "RemoveHosts", &ids(r#"["i1","h3"]"#));
    assert_eq!(told(&world, &[]), all[1..], "what is promised of no host is told of");
    world.done(ALICE, "ReleaseCapacityReservation", &[REGION, (common::ID, &id)]);
    assert_eq!(told(&world, &[]), all[1..2]);
}

#[test]
fn hosts_are_told_with_what_stands_on_them() {
    let mut world = world();
    let first = world.launch(ALICE, &[("InstanceType", "ecs.g6.xlarge"), ("ZoneId", "cn-hangzhou-i")]);
    let second = world.launch(BOB, &[("ZoneId", "cn-hangzhou-i")]);
    world.done(OPERATOR, "DrainHosts", &ids(r#"["i1"]"#));
    world.done(OPERATOR, "FailHosts", &ids(r#"["h3"]"#));
    let [h1, h2] = ["h1 h/g6 InService 4/4 x0", "h2 h/g6 InService 4/4 x0"];
    let [h3, i1] = ["h3 h/c6 Failed 4/4 x0", "i1 i/g6 Draining 1/4 x2"];
    let rows: &[(Sent<'_>, &[&str])] = &[
        (&[], &[h1, h2, h3, i1]),
        (&[("HostIds", ""), ("ZoneId", ""), ("HostClass", ""), ("Status", "")], &[h1, h2, h3, i1]),
        (&[("HostIds", r#"["i1","h2","h2","none"]"#)], &[h2, i1]),
        (&[("HostIds", r#"["H1"]"#)], &[]),
        (&[("ZoneId", "cn-hangzhou-h")], &[h1, h2, h3]),
        (&[("ZoneId", "cn-hangzhou-k")], &[]),
        (&[("HostClass", "g6")], &[h1, h2, i1]),
        (&[("Status", "InService")], &[h1, h2]),
        (&[("Status", "Draining")], &[i1]),
        (&[("Status", "Failed")], &[h3]),
        (&[("HostClass", "g6"), ("Status", "Draining"), ("HostIds", r#"["i1"]"#)], &[i1]),
        (&[("HostClass", "g6"), ("Status", "Failed")], &[]),
    ];
    for (pairs, expected) in rows {
        let body = hosts(&world, pairs);
        assert_eq!(shown(&body), *expected, "{pairs:?}");
        assert_eq!(usize::try_from(number(&body, "TotalCount")), Ok(expected.len()), "{pairs:?}");
    }
    // Both tenants' instances are the operator's to see, and gone from there when they are gone.
    let standing = |world: &World| texts(list(&hosts(world, &[("HostIds", r#"["i1"]"#)]), "Hosts")[0], "InstanceIds");
    let mut both = [first, second.clone()].concat();
    both.sort();
    assert_eq!(standing(&world), both);
    world.done(BOB, "DeleteInstance", &[("InstanceId", &second[0]), ("Force", "true")]);
    both.retain(|id| *id != second[0]);
    assert_eq!(standing(&world), both);
    // A stopped instance leaves its host when it gives up its place.
    world.done(ALICE, "StopInstance", &[("InstanceId", &both[0])]);
    assert_eq!(standing(&world), both);
    world.done(ALICE, "StartInstance", &[("InstanceId", &both[0])]);
    world.done(ALICE, "StopInstance", &[("InstanceId", &both[0]), ("StoppedMode", "StopCharging")]);
    assert_eq!(standing(&world), [""; 0]);
    world.done(OPERATOR, "RemoveHosts", &ids(r#"["i1"]"#));
}

#[test]
fn hosts_are_told_page_by_page() {
    let mut world = world();
    let names: Vec<String> = (0..250).map(|at| format!("n{at:03}")).collect();
    let given: Vec<BTreeMap<&str, &str>> = names
        .iter()
        .map(|name| [("HostId", &**name), ("ZoneId", "cn-hangzhou-k"), ("HostClass", "r6")].into())
        .collect();
    let given = serde_json::to_string(&given).expect("JSON");
    world.done(OPERATOR, "RegisterHosts", &[REGION, ("Hosts", &given)]);
    let class = ("HostClass", "r6");
    for (size, pages) in [("-", 3), ("1000", 1), ("250", 1), ("249", 2), ("7", 36)] {
        let (mut seen, mut token, mut count) = (Vec::new(), String::new(), 0);
        loop {
            let body = hosts(&world, &with(&vec![class, ("NextToken", &token)], &[("MaxResults", size)]));
            assert_eq!((number(&body, "TotalCount"), shown(&body).is_empty()), (250, false));
            seen.extend(list(&body, "Hosts").iter().map(|it| text(it, "HostId")));
            (token, count) = (text(&body, "NextToken"), count + 1);
            if token.is_empty() {
                break;
            }
        }
        assert_eq!((&seen, count), (&names, pages), "{size}");
    }
    // Hosts that come and go between the pages shift nothing.
    let first = hosts(&world, &[class, ("MaxResults", "100")]);
    let token = text(&first, "NextToken");
    world.done(OPERATOR, "RemoveHosts", &ids(r#"["n000","n099","n100"]"#));
    let rest = hosts(&world, &[class, ("MaxResults", "1000"), ("NextToken", &token)]);
    assert_eq!(list(&rest, "Hosts").iter().map(|it| text(it, "HostId")).collect::<Vec<_>>(), names[101..]);
    // A token is good for its question, its action and its caller.
    let changed = format!("{}A", &token[..token.len() - 1]);
    for (who, action, pairs) in [
        (OPERATOR, "DescribeHosts", vec![("NextToken", &*token)]),
        (OPERATOR, "DescribeHosts", vec![class, ("Status", "InService"), ("NextToken", &token)]),
        (OPERATOR, "DescribeHosts", vec![class, ("NextToken", &changed)]),
        (OPERATOR, "DescribeHosts", vec![class, ("NextToken", "n100")]),
        (OPERATOR, "DescribeInstances", vec![class, ("NextToken", &token)]),
        (ALICE, "DescribeHosts", vec![class, ("NextToken", &token)]),
        (OPERATOR, "DescribeHosts", vec![class, ("MaxResults", "0")]),
        (OPERATOR, "DescribeHosts", vec![class, ("MaxResults", "1001")]),
        (OPERATOR, "DescribeHosts", vec![class, ("MaxResults", "10.0")]),
        (OPERATOR, "DescribeHosts", vec![class, ("Status", "inservice")]),
    ] {
        let answer = world.ask(who, action, &with(&vec![REGION], &pairs));
        assert_eq!(refused(answer), (400, "InvalidParameter"), "{action} {pairs:?}");
    }
}

/// What is asked dry is decided by all the checks; reading is never dry.
#[test]
fn reading_takes_no_dry_run() {
    for action in ["DescribeHosts", "DescribePools"] {
        let given = params(&[REGION, ("DryRun", "true")]).expect("parameters");
        assert_eq!(row(action).is_dry_run(&given), Ok(false), "{action}");
        assert!(row(action).operator, "{action}");
    }
}

#[test]
fn a_host_that_comes_again_is_as_it_was() {
    let mut world = world();
    let given = r#"[{"HostId":"h1","ZoneId":"cn-hangzhou-h","HostClass":"g6"},
        {"HostClass":"r6","ZoneId":"cn-hangzhou-k","HostId":"k1"}]"#;
    world.done(OPERATOR, "FailHosts", &ids(r#"["h1"]"#));
    for came in [1, 0, 0] {
        let body = world.done(OPERATOR, "RegisterHosts", &[REGION, ("Hosts", given)]);
        assert_eq!((number(&body, "Registered"), number(&body, "Unchanged")), (came, 2 - came));
    }
    // Its class had no hosts here, and its types can be had at once; the one that had failed has failed.
    world.reserve(ALICE, &[("ZoneId.1", "cn-hangzhou-k"), ("InstanceType", "ecs.r6.large"), ("InstanceAmount", "4")]);
    let both = hosts(&world, &[("HostIds", r#"["h1","k1"]"#)]);
    assert_eq!(shown(&both), ["h1 h/g6 Failed 4/4 x0", "k1 k/r6 InService 4/4 x0"]);
    // One that was removed may come again elsewhere.
    world.done(OPERATOR, "RemoveHosts", &ids(r#"["h1","h1"]"#));
    let elsewhere = r#"[{"HostId":"h1","ZoneId":"cn-hangzhou-i","HostClass":"c6"}]"#;
    world.done(OPERATOR, "RegisterHosts", &[REGION, ("Hosts", elsewhere)]);
    assert_eq!(shown(&hosts(&world, &[("HostIds", r#"["h1"]"#)])), ["h1 i/c6 InService 4/4 x0"]);
}

/// However many hosts a page may have, it ends when it has told of many instances; never amid those of one host.
#[test]
fn a_page_of_hosts_ends_after_many_instances() {
    let mut world = world();
    let class = ("HostClass", "wide");
    world.done(OPERATOR, "PutHostClass", &[class, ("Vcpus", "6000"), ("MemoryGib", "6000")]);
    let kind = [("InstanceType", "ecs.wide.tiny"), class, ("Vcpus", "1"), ("MemoryGib", "1")];
    world.done(OPERATOR, "PutInstanceType", &kind);
    let host = |at: u32| format!(r#"{{"HostId":"w{at}","ZoneId":"cn-hangzhou-k","HostClass":"wide"}}"#);
    let all: Vec<String> = (1..=3).map(host).collect();
    world.done(OPERATOR, "RegisterHosts", &[REGION, ("Hosts", &format!("[{}]", all.join(",")))]);
    let hundred = [("ZoneId", "cn-hangzhou-k"), ("InstanceType", "ecs.wide.tiny"), ("Amount", "100")];
    (0..120).for_each(|_| drop(world.launch(ALICE, &hundred)));
    let first = hosts(&world, &[class]);
    let counts = |body: &Body| list(body, "Hosts").iter().map(|it| number(it, "InstanceCount")).collect::<Vec<_>>();
    assert_eq!((counts(&first), number(&first, "TotalCount")), (vec![6000, 6000], 3));
    let rest = hosts(&world, &[class, ("NextToken", &text(&first, "NextToken"))]);
    assert_eq!((counts(&rest), text(&rest, "NextToken")), (vec![0], String::new()));
}

//! The life of instances: started, stopped in both ways, reclaimed, deleted; one by one, together, or each by itself.

use crate::common::{self, ALICE, BOB, ID, Pairs, REGION, START, Sent, World, list, number, refused, text, with};
use ledger::check::check;
use ledger::{Instance, InstanceId, Moment};
use rpc::body::Body;

const MODE: &str = "PrivatePoolOptions.MatchCriteria";
const NEVER: &str = "i-bp1neverissued000000";
const GIVE: (&str, &str) = ("StoppedMode", "StopCharging");
const EACH: (&str, &str) = ("BatchOptimization", "SuccessFirst");
/// Status and code; no code if it is done.
type Told = (u16, &'static str);
const FOREVER: &str = "2099-12-31T15:59Z";

/// `Status StoppedMode StartTime`, or that there is none.
fn state(world: &World, id: &str) -> String {
    let shown = |it: Body| format!("{} {} {}", text(&it, "Status"), text(&it, "StoppedMode"), text(&it, "StartTime"));
    world.instance(ALICE, id).map_or_else(|| "gone".to_owned(), shown)
}

/// How many slots of a reservation are used, as the listing shows it.
fn used(world: &World, id: &str) -> i64 {
    let ids = format!("[{id:?}]");
    let pairs = [REGION, ("PrivatePoolOptions.Ids", &*ids), ("Status", "All")];
    let body = world.ask(ALICE, "DescribeCapacityReservations", &pairs).expect("a list").body;
    let item = list(&body, "CapacityReservationSet")[0].clone();
    number(list(&item, "AllocatedResources")[0], "UsedAmount")
}

const NAMES: [&str; 8] = [
    "InstanceId.1",
    "InstanceId.2",
    "InstanceId.3",
    "InstanceId.4",
    "InstanceId.5",
    "InstanceId.6",
    "InstanceId.7",
    "InstanceId.8",
];

/// `InstanceId.N`, in this order, for the region.
fn named<'a>(ids: &[&'a str]) -> Pairs<'a> {
    NAMES.into_iter().zip(ids.iter().copied()).chain([REGION]).collect()
}

/// `Code PreviousStatus CurrentStatus` of each.
fn responses(body: &Body, ids: &[&str]) -> Vec<String> {
    let items = list(body, "InstanceResponses");
    assert_eq!(items.iter().map(|it| text(it, "InstanceId")).collect::<Vec<_>>(), ids);
    let shown =
        |it: &&Body| format!("{} {} {}", text(it, "Code"), text(it, "PreviousStatus"), text(it, "CurrentStatus"));
    items.iter().map(shown).collect()
}

#[test]
fn a_life_and_what_it_holds_on_the_way() {
    let mut world = World::new();
    let pool = world.reserve(ALICE, &[]);
    let id = world.launch(ALICE, &[(MODE, "Open")]).remove(0);
    let kept = "Stopped KeepCharging";
    let steps: [(&str, Sent<'_>, String, i64); 7] = [
        ("StopInstance", &[], format!("{kept} 2026-11-23T02:01Z"), 1),
        ("StartInstance", &[], "Running Not-applicable 2026-11-23T02:03Z".to_owned(), 1),
        ("StopInstance", &[GIVE], "Stopped StopCharging 2026-11-23T02:03Z".to_owned(), 0),
        ("StartInstance", &[], "Running Not-applicable 2026-11-23T02:05Z".to_owned(), 1),
        (
            "StopInstance",
            &[("StoppedMode", "KeepCharging"), ("ForceStop", "true")],
            format!("{kept} 2026-11-23T02:05Z"),
            1,
        ),
        ("DeleteInstance", &[("Force", "false")], "gone".to_owned(), 0),
        ("DeleteInstance", &[], String::new(), 0),
    ];
    assert_eq!((state(&world, &id), used(&world, &pool)), ("Running Not-applicable 2026-11-23T02:01Z".to_owned(), 1));
    for (action, pairs, expected, slots) in steps {
        world.pass(60);
        let answer = world.call(ALICE, action, &with(&vec![("InstanceId", &*id)], pairs));
        if expected.is_empty() {
            assert_eq!(refused(answer), (404, "InvalidInstanceId.NotFound"), "after its end");
            continue;
        }
        assert_eq!(answer.expect(action), Body::new(), "{action} answers nothing but the RequestId");
        assert_eq!((state(&world, &id), used(&world, &pool)), (expected, slots), "{action} {pairs:?}");
        assert_eq!(check(&world.ledger), []);
    }
}

/// What each operation answers to an instance that runs, that is stopped in either way, and that is none of the caller's.
#[test]
fn each_state_allows_what_it_allows() {
    let mut world = World::new();
    let [running, kept, given] = [0; 3].map(|_| world.launch(ALICE, &[]).remove(0));
    world.done(ALICE, "StopInstance", &[("InstanceId", &kept)]);
    world.done(ALICE, "StopInstance", &[("InstanceId", &given), GIVE]);
    let foreign = world.launch(BOB, &[]).remove(0);
    let (ok, state, unknown) = ((200, ""), (403, "IncorrectInstanceStatus"), (404, "InvalidInstanceId.NotFound"));
    let rows: &[(&str, Sent<'_>, [Told; 3])] = &[
        ("StartInstance", &[], [state, ok, ok]),
        ("StopInstance", &[], [ok, state, state]),
        ("StopInstance", &[GIVE], [ok, state, state]),
        ("DeleteInstance", &[], [state, ok, ok]),
        ("DeleteInstance", &[("Force", "1")], [ok, ok, ok]),
        ("DeleteInstance", &[("Force", "False")], [state, ok, ok]),
    ];
    for (action, pairs, expected) in rows {
        let expected = expected.iter().copied().chain([unknown; 4]);
        for (id, expected) in [&*running, &*kept, &*given, &*foreign, NEVER, "i-bp1", "node"].into_iter().zip(expected)
        {
            let answer = world.ask(ALICE, action, &with(&vec![("InstanceId", id)], pairs));
            let told = answer.map_or_else(|fault| (fault.status, fault.code), |_| (200, ""));
            assert_eq!(told, expected, "{action} {pairs:?} of {id}");
            // The operation on many says the same of one.
            let answer = world.ask(ALICE, &format!("{action}s"), &with(&named(&[id]), pairs));
            let told = answer.map_or_else(|fault| (fault.status, fault.code), |_| (200, ""));
            assert_eq!(told, expected, "{action}s {pairs:?} of {id}");
        }
    }
}

#[test]
fn together_or_not_at_all() {
    let mut world = World::new();
    let [one, two, stopped] = [0; 3].map(|_| world.launch(ALICE, &[]).remove(0));
    world.done(ALICE, "StopInstance", &[("InstanceId", &stopped), GIVE]);
    let before: Vec<String> = [&one, &two, &stopped].map(|id| state(&world, id)).to_vec();
    let rows: [(&str, &[&str], (u16, &str)); 5] = [
        ("StopInstances", &[&one, &two, &stopped], (403, "IncorrectInstanceStatus")),
        ("StopInstances", &[&one, NEVER], (404, "InvalidInstanceId.NotFound")),
        ("StartInstances", &[&stopped, &one], (403, "IncorrectInstanceStatus")),
        ("DeleteInstances", &[&stopped, &one], (403, "IncorrectInstanceStatus")),
        ("DeleteInstances", &[&stopped, NEVER], (404, "InvalidInstanceId.NotFound")),
    ];
    for (action, ids, fault) in rows {
        let pairs = named(ids);
        assert_eq!(refused(world.call(ALICE, action, &pairs)), fault, "{action} {ids:?}");
        assert_eq!([&one, &two, &stopped].map(|id| state(&world, id)).to_vec(), before, "{action} {ids:?}");
    }
    // One that is named twice is named once.
    let pairs = named(&[&two, &one, &two]);
    let body = world.done(ALICE, "StopInstances", &with(&pairs, &[("BatchOptimization", "AllTogether")]));
    assert_eq!(responses(&body, &[&two, &one]), ["200 Running Stopping"; 2]);
    let pairs = named(&[&stopped, &one, &stopped]);
    assert_eq!(responses(&world.done(ALICE, "StartInstances", &pairs), &[&stopped, &one]), ["200 Stopped Starting"; 2]);
    let pairs = named(&[&two, &two, &one, &stopped]);
    assert_eq!(world.done(ALICE, "DeleteInstances", &with(&pairs, &[("Force", "true")])), Body::new());
    assert_eq!(world.ledger.instances_count(), 0);
    assert_eq!(check(&world.ledger), []);
}

#[test]
fn each_by_itself() {
    let mut world = World::new();
    // Zone i has room for four. Three stand there; one more, economically stopped, has room, and then no other has.
    let zone = ("ZoneId", "cn-hangzhou-i");
    let ids = world.launch(ALICE, &[zone, ("Amount", "4")]);
    let [running, kept, first, second] = [0, 1, 2, 3].map(|at| ids[at].as_str());
    let foreign = world.launch(BOB, &[]).remove(0);
    world.done(ALICE, "StopInstance", &[("InstanceId", kept)]);
    for id in [first, second] {
        world.done(ALICE, "StopInstance", &[("InstanceId", id), GIVE]);
    }
    world.launch(BOB, &[zone]);
    let all = [running, second, kept, second, first, &foreign, NEVER, "<node>"];
    let told = [running, second, kept, first, &foreign, NEVER, "<node>"];
    let pairs = named(&all);
    let body = world.done(ALICE, "StartInstances", &with(&pairs, &[EACH]));
    let expected = [
        "IncorrectInstanceStatus Running Running",
        "200 Stopped Starting",
        "200 Stopped Starting",
        "OperationDenied.NoStock Stopped Stopped",
        "InvalidInstanceId.NotFound  ",
        "InvalidInstanceId.NotFound  ",
        "InvalidInstanceId.NotFound  ",
    ];
    assert_eq!(responses(&body, &told), expected);
    let message = text(list(&body, "InstanceResponses")[3], "Message");
    assert!(message.starts_with("The requested resource is sold out in the specified zone;"), "{message}");
    let body = world.done(ALICE, "StopInstances", &with(&pairs, &[EACH, GIVE]));
    let expected = [
        "200 Running Stopping",
        "200 Running Stopping",
        "200 Running Stopping",
        "IncorrectInstanceStatus Stopped Stopped",
        "InvalidInstanceId.NotFound  ",
        "InvalidInstanceId.NotFound  ",
        "InvalidInstanceId.NotFound  ",
    ];
    assert_eq!(responses(&body, &told), expected);
    assert_eq!(text(list(&body, "InstanceResponses")[0], "Message"), "success");
    assert_eq!(check(&world.ledger), []);
}

#[test]
fn what_is_paid_in_advance_or_may_be_taken_away_keeps_its_place() {
    let mut world = World::new();
    let paid = world.launch(ALICE, &[("InstanceChargeType", "PrePaid")]).remove(0);
    let spot = world.launch(ALICE, &[("SpotStrategy", "SpotAsPriceGo")]).remove(0);
    let plain = world.launch(ALICE, &[]).remove(0);
    for (id, message) in [
        (&paid, "Pre pay instance does not support this operation."),
        (&spot, "Spot instance does not support this operation."),
    ] {
        let fault = world.call(ALICE, "StopInstance", &[("InstanceId", id), GIVE]).expect_err("it cannot");
        assert_eq!((fault.status, fault.code, &*fault.message), (403, "InvalidInstanceId.NotSupport", message));
    }
    let pairs = named(&[&plain, &paid]);
    let answer = world.call(ALICE, "StopInstances", &with(&pairs, &[GIVE]));
    assert_eq!(refused(answer), (403, "InvalidInstanceId.NotSupport"));
    let pairs = named(&[&paid, &spot, &plain]);
    let body = world.done(ALICE, "StopInstances", &with(&pairs, &[GIVE, EACH]));
    let refusal = "InvalidInstanceId.NotSupport Running Running";
    assert_eq!(responses(&body, &[&paid, &spot, &plain]), [refusal, refusal, "200 Running Stopping"]);
    let pairs = named(&[&paid, &spot]);
    world.done(ALICE, "StopInstances", &pairs);
    world.done(ALICE, "StartInstances", &pairs);
    // A stranger's is not told apart from one that never was.
    for id in [&*paid, &*spot, NEVER] {
        let answer = world.ask(BOB, "StopInstance", &[("InstanceId", id), GIVE]);
        assert_eq!(refused(answer), (404, "InvalidInstanceId.NotFound"));
    }
}

/// An instance that gave its place back is matched as if it were launched, and refused as it would be then.
#[test]
fn a_start_is_matched_anew() {
    let target = |pool: &str| vec![(MODE, "Target".to_owned()), (ID, pool.to_owned())];
    let mut world = World::new();
    let [full, over, forgotten, room] = [0; 4].map(|_| world.reserve(ALICE, &[(MODE, "Target")]));
    let mut parked = |pool: &str| {
        let pairs = target(pool);
        let pairs: Pairs<'_> = pairs.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let id = world.launch(ALICE, &pairs).remove(0);
        world.done(ALICE, "StopInstance", &[("InstanceId", &id), GIVE]);
        id
    };
    let ids = [&full, &over, &forgotten, &room].map(|pool| parked(pool));
    let open = world.launch(ALICE, &[(MODE, "Open"), ("ZoneId", "cn-hangzhou-i")]).remove(0);
    world.done(ALICE, "StopInstance", &[("InstanceId", &open), GIVE]);
    world.launch(BOB, &[("ZoneId", "cn-hangzhou-i"), ("Amount", "4")]);
    let pairs = target(&full);
    world.launch(ALICE, &pairs.iter().map(|(name, value)| (*name, value.as_str())).collect::<Pairs<'_>>());
    world.done(ALICE, "ReleaseCapacityReservation", &[REGION, (ID, &forgotten)]);
    world.pass(3601);
    world.done(ALICE, "ReleaseCapacityReservation", &[REGION, (ID, &over)]);
    world.pass(0);
    let rows = [
        (&ids[0], (400, "Invalid.PrivatePoolOptions.NoStock")),
        (&ids[1], (400, "Invalid.PrivatePoolOptions.status")),
        (&ids[2], (400, "Invalid.PrivatePoolOptions.Id")),
        (&open, (403, "OperationDenied.NoStock")),
    ];
    for (id, fault) in rows {
        assert_eq!(refused(world.call(ALICE, "StartInstance", &[("InstanceId", id)])), fault);
        let pairs = named(&[&ids[3], id]);
        assert_eq!(refused(world.call(ALICE, "StartInstances", &pairs)), fault);
        let pairs = named(&[id]);
        let body = world.done(ALICE, "StartInstances", &with(&pairs, &[EACH]));
        assert_eq!(responses(&body, &[id]), [format!("{} Stopped Stopped", fault.1)]);
    }
    assert_eq!(used(&world, &room), 0, "a batch that was refused took no slot");
    world.done(ALICE, "StartInstance", &[("InstanceId", &ids[3])]);
    assert_eq!(used(&world, &room), 1);
    let now = Moment(START + 3601);
    let id = InstanceId::parse(&ids[3]).expect("an id");
    assert_eq!(world.ledger.instance(&id).and_then(|it| it.started), Some(now));
    assert_eq!(check(&world.ledger), []);
}

#[test]
fn a_window_gives_notice_and_reclaims() {
    let mut world = World::new();
    let like = world.reserve(ALICE, &[]);
    let window = world.window(&like, "w", 0, 600);
    let into = [(MODE, "Target"), (ID, &*window)];
    let [runs] = [world.launch(ALICE, &into).remove(0)];
    let shown = |world: &World| {
        let it = world.instance(ALICE, &runs).expect("it is there");
        let locks: Vec<String> = list(&it, "OperationLocks").iter().map(|lock| text(lock, "LockReason")).collect();
        (format!("{} {}", text(&it, "Status"), text(&it, "StoppedMode")), text(&it, "ExpiredTime"), locks)
    };
    let running = "Running Not-applicable".to_owned();
    let end = "2026-11-23T02:11Z".to_owned();
    assert_eq!(shown(&world), (running.clone(), end.clone(), vec![]));
    world.pass(540);
    let noticed = vec!["Recycling".to_owned()];
    assert_eq!(shown(&world), (running, end.clone(), noticed.clone()), "a minute ahead");
    // Stopped with its place kept it stands in the slot still; it goes with it.
    world.done(ALICE, "StopInstance", &[("InstanceId", &runs)]);
    assert_eq!(shown(&world), ("Stopped KeepCharging".to_owned(), end, noticed));
    world.pass(60);
    let over = ("Stopped StopCharging".to_owned(), FOREVER.to_owned(), vec![]);
    assert_eq!(shown(&world), over);
    let start = world.call(ALICE, "StartInstance", &[("InstanceId", &runs)]).expect_err("its window is over");
    assert_eq!((start.status, start.code), (400, "Invalid.PrivatePoolOptions.status"));
    assert_eq!(start.message, "The PrivatePool is expired or inactive.");
    world.done(ALICE, "ModifyInstanceAttachmentAttributes", &[REGION, ("InstanceId", &runs), (MODE, "Open")]);
    world.done(ALICE, "StartInstance", &[("InstanceId", &runs)]);
    assert_eq!(used(&world, &like), 1, "it went into the reservation that is left");
    assert_eq!(check(&world.ledger), []);
}

#[test]
fn only_what_is_known_is_shown() {
    let mut world = World::new();
    let pairs = [
        ("ImageId", "win2022_21H2_x64"),
        ("HostName", "node-1"),
        ("Description", "of a test"),
        ("VSwitchId", "vsw-1"),
        ("SecurityGroupId", "sg-1"),
        ("KeyPairName", "pair"),
        ("ResourceGroupId", "rg-1"),
        ("SpotStrategy", "SpotWithPriceLimit"),
        ("Tag.1.Key", "b"),
        ("Tag.2.Key", "a"),
        ("Tag.2.Value", "1"),
    ];
    let id = world.launch(ALICE, &pairs).remove(0);
    let it = world.instance(ALICE, &id).expect("it is there");
    for (field, expected) in [
        ("InstanceId", &*id),
        ("InstanceName", &*id),
        ("ImageId", "win2022_21H2_x64"),
        ("HostName", "node-1"),
        ("Description", "of a test"),
        ("KeyPairName", "pair"),
        ("ResourceGroupId", "rg-1"),
        ("OSType", "windows"),
        ("SpotStrategy", "SpotAsPriceGo"),
        ("InstanceChargeType", "PostPaid"),
        ("InstanceTypeFamily", "ecs.g6"),
        ("ExpiredTime", FOREVER),
    ] {
        assert_eq!(text(&it, field), expected, "{field}");
    }
    assert_eq!((number(&it, "Cpu"), number(&it, "Memory"), number(&it, "GPUAmount")), (2, 8192, 0));
    assert_eq!(common::texts(&it, "SecurityGroupIds"), ["sg-1"]);
    let tags: Vec<String> =
        list(&it, "Tags").iter().map(|tag| text(tag, "TagKey") + "=" + &text(tag, "TagValue")).collect();
    assert_eq!(tags, ["a=1", "b="]);
    // One that was never started has no time of that.
    let made = [REGION, ("ZoneId", "cn-hangzhou-h"), ("InstanceType", "ecs.g6.large"), ("ImageId", "m-1")];
    let made = text(&world.done(ALICE, "CreateInstance", &made), "InstanceId");
    assert_eq!(state(&world, &made), "Stopped KeepCharging ");
    let kept: Option<&Instance> = InstanceId::parse(&made).and_then(|id| world.ledger.instance(&id));
    assert_eq!(kept.and_then(|it| it.started), None);
}

//! Windows against trying: what is found can be reserved, and nothing earlier could; what is drawn is granted, and one
//! more is not; what an explanation proposes would be granted, and it tells nothing of others.

use crate::common::assurances::at;
use crate::common::{ALICE, BOB, ID, Pairs, REGION, START, World, flag, list, number, refused, shown, text, with};
use ledger::{Entry, HostState, Moment};
use proptest::prelude::*;
use rpc::body::{Body, Node};
use rpc::time::{self, Precision};

const KINDS: [&str; 2] = ["ecs.g6.large", "ecs.g6.xlarge"];
const SECONDS: u64 = 30;

/// So many seconds after the beginning.
fn second(after: u64) -> String {
    time::format(START + after, Precision::Seconds)
}

fn after(text: &str) -> u64 {
    time::parse(text, Precision::Seconds).expect("to the second") - START
}

fn wish<'a>(zone: &'a str, kind: &'a str, count: &'a str) -> Pairs<'a> {
    vec![REGION, ("ZoneId", zone), ("InstanceType", kind), ("InstanceAmount", count)]
}

/// Whether a window would be granted.
fn granted(world: &World, wish: &Pairs<'_>, starts: &str, ends: &str) -> bool {
    match world.ask(ALICE, "ReserveWindow", &with(wish, &[("StartTime", starts), ("EndTime", ends)])) {
        Ok(_) => true,
        Err(fault) => {
            assert_eq!(refused::<()>(Err(fault)), (403, "OperationDenied.NoStock"));
            false
        }
    }
}

/// A window that somebody asks for: whose, of which type, how many, from when on, for how long.
type Asked = (bool, usize, u32, u64, u64);

fn asked() -> impl Strategy<Value = Vec<Asked>> {
    prop::collection::vec((any::<bool>(), 0..2_usize, 1..5_u32, 0..SECONDS, 1..12_u64), 0..14)
}

/// A world in which they were asked for, some of them in zone i; those that did not fit are not there. Some slots that
/// could be are used.
fn world(asked: &[Asked]) -> World {
    let mut world = World::new();
    for (number, (bobs, kind, count, starts, lasts)) in asked.iter().enumerate() {
        let who = if *bobs { BOB } else { ALICE };
        let zone = if number % 3 == 0 { "cn-hangzhou-h" } else { "cn-hangzhou-i" };
        let (count, from, to) = (count.to_string(), second(*starts), second(starts + lasts));
        let pairs = with(&wish(zone, KINDS[*kind], &count), &[("StartTime", &from), ("EndTime", &to)]);
        let Ok(made) = world.call(who, "ReserveWindow", &pairs) else { continue };
        if number % 2 == 0 && *starts == 0 {
            let id = text(&made, "PrivatePoolOptionsId");
            let launch = [REGION, ("InstanceType", KINDS[*kind]), (ID, &id)];
            world.done(who, "RunInstances", &[&launch[..], &[("PrivatePoolOptions.MatchCriteria", "Target")]].concat());
        }
    }
    world
}

fn item<'a>(body: &Body, field: &str, of: &'a mut String) -> &'a str {
    *of = text(body, field);
    of
}

proptest! {
    #[test]
    fn what_is_found_can_be_had_and_nothing_earlier(
        asked in asked(), kind in 0..2_usize, count in 1..6_u32, lasts in 1..15_u64, everywhere in any::<bool>(),
        from in 0..20_u64, most in 1..=4_usize,
    ) {
        let mut world = world(&asked);
        let (count, lasts_text, from_text, to, most_text) =
            (count.to_string(), lasts.to_string(), second(from), second(SECONDS + 20), most.to_string());
        let zone = if everywhere { "-" } else { "cn-hangzhou-i" };
        let found = with(&wish(zone, KINDS[kind], &count), &[
            ("DurationSeconds", &lasts_text), ("StartTime", &from_text), ("EndTime", &to), ("MaxResults", &most_text),
            ("ZoneId", zone),
        ]);
        let found = world.done(ALICE, "FindWindow", &found);
        let found: Vec<(u64, String)> = list(&found, "Windows").iter().map(|it| {
            assert_eq!(after(&text(it, "EndTime")), after(&text(it, "StartTime")) + lasts);
            (after(&text(it, "StartTime")), text(it, "ZoneId"))
        }).collect();

        // By trying every second: the earliest of each zone, and the next one when that has ended.
        let zones = if everywhere { &["cn-hangzhou-h", "cn-hangzhou-i"][..] } else { &["cn-hangzhou-i"] };
        let mut tried = Vec::new();
        for zone in zones {
            let mut next = from;
            while next + lasts <= SECONDS + 20 {
                let fits = granted(&world, &wish(zone, KINDS[kind], &count), &second(next), &second(next + lasts));
                if fits {
                    tried.push((next, (*zone).to_owned()));
                }
                next += if fits { lasts } else { 1 };
            }
        }
        tried.sort();
        tried.truncate(most);
        prop_assert_eq!(&found, &tried);

        // They do not stand in each other's way.
        for (starts, zone) in &found {
            let (starts, ends) = (second(*starts), second(starts + lasts));
            let pairs = with(&wish(zone, KINDS[kind], &count), &[("StartTime", &starts), ("EndTime", &ends)]);
            world.done(ALICE, "ReserveWindow", &pairs);
        }
    }

    #[test]
    fn what_is_drawn_is_granted_and_one_more_is_not(asked in asked(), kind in 0..2_usize, from in 0..20_u64, page in 1..4_u32) {
        let world = world(&asked);
        let (from_text, to, page, mut token) = (second(from), second(SECONDS + 20), page.to_string(), String::new());
        let mut next = from;
        loop {
            let pairs = with(&wish("cn-hangzhou-i", KINDS[kind], "-"), &[
                ("InstanceAmount", "-"), ("StartTime", &from_text), ("EndTime", &to), ("MaxResults", &page),
                ("NextToken", &token),
            ]);
            let body = world.ask(ALICE, "DescribeCapacityTimeline", &pairs).expect("it is drawn").body;
            prop_assert_eq!(number(&body, "TotalAmount"), [4, 2][kind]);
            for stretch in list(&body, "Stretches") {
                let (mut starts, mut ends) = (String::new(), String::new());
                let (starts, ends) = (item(stretch, "StartTime", &mut starts), item(stretch, "EndTime", &mut ends));
                prop_assert_eq!(after(starts), next);
                next = after(ends);
                let last = second(next - 1);
                let count = number(stretch, "AvailableAmount");
                for (count, expected) in [(count, true), (count + 1, false)] {
                    let count = count.to_string();
                    let wish = wish("cn-hangzhou-i", KINDS[kind], &count);
                    prop_assert!(count == "0" || granted(&world, &wish, starts, ends) == expected);
                    prop_assert!(count == "0" || granted(&world, &wish, &last, ends) == expected);
                }
            }
            token = text(&body, "NextToken");
            if token.is_empty() {
                break;
            }
        }
        prop_assert_eq!(next, SECONDS + 20);
    }

    #[test]
    fn what_is_proposed_would_be_granted_and_nobody_is_named(
        asked in asked(), kind in 0..2_usize, count in 1..6_u32, starts in 0..20_u64, lasts in prop::option::of(1..15_u64),
    ) {
        let world = world(&asked);
        let (count_text, from, to) = (count.to_string(), second(starts), second(starts + lasts.unwrap_or(0)));
        let wanted = wish("cn-hangzhou-i", KINDS[kind], &count_text);
        let to = if lasts.is_some() { &*to } else { "-" };
        let told = world.ask(ALICE, "ExplainCapacity", &with(&wanted, &[("StartTime", &from), ("EndTime", to)]));
        let body = told.expect("it is explained").body;

        // An ordinary reservation is one that begins now and has no end.
        let granted = |wish: &Pairs<'_>, starts: &str, ends: &str| if ends.is_empty() {
            let zone = wish[1].1;
            let create = with(wish, &[("ZoneId", "-"), ("ZoneId.1", zone)]);
            world.ask(ALICE, "CreateCapacityReservation", &create).is_ok()
        } else {
            granted(&world, wish, starts, ends)
        };
        let fits = flag(&body, "Fits");
        if lasts.is_some() || starts == 0 {
            prop_assert_eq!(fits, granted(&wanted, &from, if lasts.is_some() { to } else { "" }));
        }
        prop_assert_eq!(fits, number(&body, "AvailableAmount") >= i64::from(count));
        prop_assert_eq!(fits, body.get("Bound").is_none());
        let proposals = list(&body, "Proposals");
        prop_assert!(!fits || proposals.is_empty());
        for proposal in proposals {
            let count = number(proposal, "InstanceAmount").to_string();
            let [zone, kind, starts, ends] = ["ZoneId", "InstanceType", "StartTime", "EndTime"].map(|it| text(proposal, it));
            if !ends.is_empty() || starts == second(0) {
                prop_assert!(granted(&wish(&zone, &kind, &count), &starts, &ends), "{proposal:?}");
            }
        }
        for of_bob in [BOB.to_owned(), "crp-".to_owned(), "i-bp1".to_owned()] {
            prop_assert!(!shown("ExplainCapacity", &body).contains(&of_bob), "{body:?}");
        }
        if let Some(Node::Object(bound)) = body.get("Bound") {
            let demand: i64 = list(bound, "Moments").iter().map(|it| number(it, "PromisedUnits")).sum();
            prop_assert_eq!(demand.div_euclid(number(bound, "RungUnits")), number(bound, "Demand"));
            let (slots, rung) = (number(bound, "Supply") - number(bound, "Demand"), number(bound, "RungUnits"));
            let available = slots.div_euclid([1, 2][kind] / rung).max(0);
            prop_assert_eq!(available, number(&body, "AvailableAmount"));
        }
    }
}

/// What an explanation says of the rung that has no room.
fn bound(world: &World, who: &str, wish: &Pairs<'_>) -> Body {
    let body = world.ask(who, "ExplainCapacity", wish).expect("it is explained").body;
    assert!(!flag(&body, "Fits"));
    match body.get("Bound") {
        Some(Node::Object(bound)) => bound.clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_explanation_tells_whose_it_is_by_sums_alone() {
    let mut world = World::new();
    let i = [("ZoneId.1", "cn-hangzhou-i")];
    world.reserve(ALICE, &[("InstanceAmount", "1"), i[0]]);
    let bobs = world.reserve(BOB, &[("InstanceAmount", "2"), ("PrivatePoolOptions.MatchCriteria", "Target"), i[0]]);
    let launch =
        [REGION, ("InstanceType", "ecs.g6.large"), (ID, &*bobs), ("PrivatePoolOptions.MatchCriteria", "Target")];
    world.done(BOB, "RunInstances", &launch);

    // Of four units one is hers, one is promised to Bob and one he uses.
    let two = wish("cn-hangzhou-i", "ecs.g6.large", "2");
    for (who, own) in [(ALICE, 1), (BOB, 1)] {
        let bound = bound(&world, who, &two);
        let numbers =
            ["RungUnits", "Supply", "Demand", "StandingUnits", "HostsOutOfService"].map(|it| number(&bound, it));
        assert_eq!(numbers, [1, 3, 2, 1, 0]);
        assert_eq!(text(&bound, "RungInstanceType"), "ecs.g6.large");
        assert!(!flag(&bound, "Shortfall"));
        let moments: Vec<_> = list(&bound, "Moments")
            .iter()
            .map(|it| (text(it, "Time"), number(it, "PromisedUnits"), number(it, "OwnPromisedUnits")))
            .collect();
        assert_eq!(moments, [(second(0), 2, own)]);
    }

    // The host fails: what was promised has no room, and nothing is counted that stands on it.
    world.ledger.apply(&Entry::HostMarked { host: "i1".into(), state: HostState::Failed });
    let bound = bound(&world, ALICE, &two);
    let numbers = ["Supply", "Demand", "StandingUnits", "HostsOutOfService"].map(|it| number(&bound, it));
    assert_eq!(numbers, [0, 2, 0, 1]);
    assert!(flag(&bound, "Shortfall"));
}

#[test]
fn an_explanation_proposes_the_nearest_first() {
    let mut world = World::new();
    world.reserve(BOB, &[("InstanceAmount", "7"), ("InstanceType", "ecs.g6.large")]);
    let body = |pairs: &Pairs<'_>| {
        let body = world.ask(ALICE, "ExplainCapacity", pairs).expect("it is explained").body;
        let proposals = list(&body, "Proposals");
        let each = proposals.iter().map(|it| {
            let texts = ["Kind", "ZoneId", "InstanceType"].map(|field| text(it, field));
            (texts.join(" "), number(it, "InstanceAmount"))
        });
        each.collect::<Vec<_>>()
    };
    let told =
        |lines: &[(&str, i64)]| lines.iter().map(|(line, count)| ((*line).to_owned(), *count)).collect::<Vec<_>>();
    // For good: never later. Of another class, there is a type on other hosts.
    assert_eq!(
        body(&wish("cn-hangzhou-h", "ecs.g6.large", "2")),
        told(&[
            ("Fewer cn-hangzhou-h ecs.g6.large", 1),
            ("OtherZone cn-hangzhou-i ecs.g6.large", 2),
            ("OtherType cn-hangzhou-h ecs.c6.large", 2),
        ])
    );
    // One of the family first, though it is twice the size of what stands on other hosts.
    assert_eq!(
        body(&wish("cn-hangzhou-h", "ecs.g6.xlarge", "1")),
        told(&[
            ("OtherZone cn-hangzhou-i ecs.g6.xlarge", 1),
            ("OtherType cn-hangzhou-h ecs.g6.large", 1),
            ("OtherType cn-hangzhou-h ecs.c6.large", 1),
        ])
    );
}

#[test]
fn a_proposal_is_not_beyond_what_may_be_reserved() {
    let mut world = World::new();
    let years = 5 * 365 * 24 * 3600;
    let (from, to) = (second(years - 3600), second(years));
    let pairs = with(&wish("cn-hangzhou-i", "ecs.g6.large", "4"), &[("StartTime", &from), ("EndTime", &to)]);
    world.done(BOB, "ReserveWindow", &pairs);
    let body = world.ask(ALICE, "ExplainCapacity", &pairs).expect("it is explained").body;
    let kinds: Vec<_> = list(&body, "Proposals").iter().map(|it| text(it, "Kind")).collect();
    assert_eq!(kinds, ["OtherZone"]);
    let search = with(&pairs, &[("EndTime", "-"), ("DurationHours", "1"), ("MaxResults", "20")]);
    assert_eq!(list(&world.ask(ALICE, "FindWindow", &search).expect("it is searched").body, "Windows").len(), 0);
}

#[test]
fn a_window_goes_through_its_life_in_the_lists() {
    let mut world = World::new();
    let (from, to) = (second(60), second(121));
    let pairs = with(&wish("cn-hangzhou-i", "ecs.g6.large", "4"), &[("StartTime", &from), ("EndTime", &to)]);
    let id = text(&world.done(ALICE, "ReserveWindow", &pairs), "PrivatePoolOptionsId");
    let one = |world: &World| {
        let ids = format!("[\"{id}\"]");
        let listed = [REGION, ("PrivatePoolOptions.Ids", &*ids), ("Status", "All")];
        let body = world.ask(ALICE, "DescribeCapacityReservations", &listed).expect("a list").body;
        let item = list(&body, "CapacityReservationSet")[0].clone();
        ["Status", "StartTimeType", "EndTimeType"].map(|field| text(&item, field)).join(" ")
    };
    let release = |world: &World| refused(world.ask(ALICE, "ReleaseCapacityReservation", &[REGION, (ID, &id)]));
    for (hour, listed, released) in [
        (0, "Prepared Later Limited", (400, "InvalidOperation.ReleasePrivatePoolUnsupported")),
        (59, "Prepared Later Limited", (400, "InvalidOperation.ReleasePrivatePoolUnsupported")),
        (60, "Active Later Limited", (400, "Invalid.Action.ReleaseCapacityReservation")),
        (120, "Active Later Limited", (400, "Invalid.Action.ReleaseCapacityReservation")),
        (121, "Released Later Limited", (400, "Invalid.PrivatePoolOptions.status")),
    ] {
        at(&mut world, hour);
        assert_eq!(one(&world), listed, "after {hour} seconds");
        assert_eq!(release(&world), released, "after {hour} seconds");
    }
    assert_eq!(world.now, Moment(START + 121));
}

#[test]
fn its_end_cannot_be_changed_as_that_of_another_reservation() {
    let mut world = World::new();
    let like = world.reserve(ALICE, &[]);
    let id = world.window(&like, "w", 60, 120);
    for end in [&[("EndTimeType", "Unlimited")][..], &[("EndTimeType", "Limited"), ("EndTime", "2026-12-01T00:00:00Z")]]
    {
        let pairs = [&[REGION, (ID, &*id)], end].concat();
        let answer = world.ask(ALICE, "ModifyCapacityReservation", &pairs);
        assert_eq!(refused(answer), (403, "OperationDenied.EndTimeTypeNotSupported"), "{end:?}");
    }
    // Its name and amount can.
    world.done(ALICE, "ModifyCapacityReservation", &[REGION, (ID, &id), ("InstanceAmount", "3")]);
}

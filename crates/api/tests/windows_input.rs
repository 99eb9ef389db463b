//! What the parameters of the operations on windows may not look like, and what just about may; and what a caller is
//! told of a window that is not hers.

use crate::common::assurances::{INVALID, NUMBERS, judge};
use crate::common::{ALICE, BOB, ID, NEVER_ISSUED, Pairs, REGION, World, refused, with};

const END: (u16, &str) = (400, "InvalidEndTime.ValueNotSupported");
const START: (u16, &str) = (400, "InvalidStartTime.ValueNotSupported");
const AMOUNT: (u16, &str) = (400, "InvalidInstanceAmount.ValueNotSupported");
const ZONE: (u16, &str) = (404, "InvalidZoneId.NotFound");
const KIND: (u16, &str) = (403, "InvalidInstanceType.NotSupported");

/// Neither of them is a time that is not past, whatever the hour.
const NO_TIMES: [&str; 16] = [
    "",
    "now",
    "2026-11-23T02:00:59Z",
    "1969-12-31T23:59:59Z",
    "2026-12-30T06:32:60Z",
    "2026-12-30T24:00:00Z",
    "2027-02-29T00:00:00Z",
    "2026-13-01T00:00:00Z",
    "2026-12-30T06:32:00",
    "2026-12-30T06:32:00z",
    "2026-12-30 06:32:00Z",
    "2026-12-30T06:32:00.5Z",
    "2026-12-30T06:32:00+08:00",
    "2026-12-30",
    "1798612320",
    "9999-12-31T23:59:59Z",
];
/// Five years of 365 days from 2026-11-23T02:01:00Z, and a second more.
const LAST: &str = "2031-11-22T02:01:00Z";
const TOO_LATE: &str = "2031-11-22T02:01:01Z";

fn wish() -> Pairs<'static> {
    vec![
        REGION,
        ("ZoneId", "cn-hangzhou-h"),
        ("InstanceType", "ecs.g6.large"),
        ("InstanceAmount", "1"),
        ("EndTime", "2026-12-31T00:00:00Z"),
    ]
}

fn where_and_what(world: &World, action: &str, good: &Pairs<'_>) {
    judge(
        world,
        action,
        good,
        &[
            ("RegionId", &["", "-"], (400, "MissingParameter.RegionId"), &[]),
            ("ZoneId", &["cn-hangzhou", "CN-HANGZHOU-H", "cn-shanghai-b", " cn-hangzhou-h"], ZONE, &["cn-hangzhou-i"]),
            ("InstanceType", &["", "-"], (400, "MissingInstanceType"), &["ecs.c6.large"]),
            ("InstanceType", &["ecs.g6", "ecs.g6.Large", "ecs.g6.large "], KIND, &["ecs.g6.xlarge"]),
            ("InstanceType", &["ecs.r6.large", "ecs.g6.8xlarge"], (400, "ResourceNotAvailable"), &[]),
        ],
    );
}

fn when(world: &World, action: &str, good: &Pairs<'_>) {
    let starts: Vec<&str> = NO_TIMES.into_iter().chain([TOO_LATE]).collect();
    let ends: Vec<&str> = NO_TIMES.into_iter().filter(|text| !text.is_empty()).chain([TOO_LATE, "Now"]).collect();
    judge(
        world,
        action,
        good,
        &[
            (
                "StartTime",
                &starts,
                START,
                &["Now", "2026-11-23T02:01:00Z", "2026-11-23T02:01Z", "2026-11-23T02:01:01Z"],
            ),
            ("EndTime", &ends, END, &["2026-11-23T02:01:01Z", "2026-11-23T02:02Z", LAST]),
            ("EndTime", &["2026-11-23T02:01:00Z", "2026-11-23T02:01Z"], END, &[]),
            ("StartTime", &["2026-12-31T00:00:00Z", "2027-01-01T00:00Z"], END, &["2026-12-30T23:59:59Z"]),
        ],
    );
}

#[test]
fn what_reserve_window_does_not_take() {
    let world = World::large();
    where_and_what(&world, "ReserveWindow", &wish());
    when(&world, "ReserveWindow", &wish());
    judge(
        &world,
        "ReserveWindow",
        &wish(),
        &[
            ("ZoneId", &["", "-"], (400, "MissingZoneId"), &[]),
            ("ZoneId", &["cn-hangzhou-k"], (403, "Zone.NotOnSale"), &[]),
            ("InstanceAmount", &["", "-"], (400, "MissingParameter.InstanceAmount"), &["1", "1000"]),
            ("InstanceAmount", &NUMBERS[1..], AMOUNT, &[]),
            ("InstanceAmount", &["1001", "4294967297"], AMOUNT, &[]),
            ("EndTime", &["", "-"], (400, "MissingEndTime"), &[]),
            ("NoticeSeconds", &["", "-1", "+1", "01", "1.0", "1e0", " 1", "five"], INVALID, &["0", "1", "86400"]),
            ("NoticeSeconds", &["86401", "9223372036854775808"], INVALID, &["-"]),
            (
                "PrivatePoolOptions.Name",
                &["", "n", "1name", "http://n"],
                (403, "InvalidPrivatePoolOptionsName.ValueNotSupported"),
                &["night.run"],
            ),
            (
                "PrivatePoolOptions.MatchCriteria",
                &["", "None", "open"],
                (400, "Invalid.PrivatePoolOptions.MatchCriteria"),
                &["Open", "Target"],
            ),
            ("Description", &["", "d", "https://d"], (400, "InvalidDescription.ValueNotSupported"), &["text"]),
            ("Platform", &["", "BeOS"], (403, "InvalidPlatform.ValueNotSupported"), &["windows"]),
            ("Tag.1.Key", &["", "aliyun", "acs:x"], (400, "InvalidTagKey.Malformed"), &["env"]),
            ("ResourceGroupId", &["", "group", "rg-"], (404, "InvalidResourceGroup.NotFound"), &["rg-1"]),
        ],
    );
}

#[test]
fn what_the_outlook_does_not_take() {
    let world = World::large();
    let find = with(&wish(), &[("DurationSeconds", "1")]);
    let outlook = [
        ("FindWindow", find.clone()),
        ("DescribeCapacityTimeline", with(&wish(), &[("InstanceAmount", "-")])),
        ("ExplainCapacity", wish()),
    ];
    for (action, good) in &outlook {
        where_and_what(&world, action, good);
        when(&world, action, good);
        judge(&world, action, good, &[("EndTime", &[""], END, &["-"])]);
    }
    for (action, good) in [&outlook[0], &outlook[2]] {
        judge(
            &world,
            action,
            good,
            &[
                ("InstanceAmount", &["", "-"], (400, "MissingParameter.InstanceAmount"), &["1", "1000"]),
                ("InstanceAmount", &NUMBERS[1..], AMOUNT, &[]),
                ("InstanceAmount", &["1001"], AMOUNT, &[]),
            ],
        );
    }
    for (action, good) in &outlook[1..] {
        judge(&world, action, good, &[("ZoneId", &["", "-"], (400, "MissingZoneId"), &[])]);
        judge(&world, action, good, &[("ZoneId", &["cn-hangzhou-k"], (400, "ResourceNotAvailable"), &[])]);
    }
    judge(
        &world,
        "FindWindow",
        &find,
        &[
            ("ZoneId", &[""], ZONE, &["-"]),
            ("DurationSeconds", NUMBERS, INVALID, &["1", "86400", "157680000"]),
            ("DurationSeconds", &["157680001", "-"], INVALID, &[]),
            ("DurationHours", &["1"], INVALID, &[]),
            ("MaxResults", NUMBERS, INVALID, &["1", "20", "-"]),
            ("MaxResults", &["21"], INVALID, &[]),
        ],
    );
    let hours = with(&find, &[("DurationSeconds", "-"), ("DurationHours", "1")]);
    judge(
        &world,
        "FindWindow",
        &hours,
        &[
            ("DurationHours", NUMBERS, INVALID, &["1", "43800"]),
            ("DurationHours", &["43801", "-", "5124095576030432"], INVALID, &[]),
        ],
    );
    judge(
        &world,
        "DescribeCapacityTimeline",
        &outlook[1].1,
        &[
            ("MaxResults", NUMBERS, INVALID, &["1", "1000", "-"]),
            ("MaxResults", &["1001"], INVALID, &[]),
            ("NextToken", &["token", "0", "AAAA"], INVALID, &["", "-"]),
        ],
    );
}

#[test]
fn what_modify_window_does_not_take() {
    let mut world = World::new();
    let like = world.reserve(ALICE, &[]);
    let id = world.window(&like, "w", 3600, 7200);
    let good = vec![REGION, (ID, &*id)];
    let malformed: Vec<&str> =
        NO_TIMES.into_iter().filter(|text| !["2026-11-23T02:00:59Z"].contains(text)).chain([TOO_LATE]).collect();
    judge(
        &world,
        "ModifyWindow",
        &good,
        &[
            ("StartTime", &malformed, START, &["Now", "2026-11-23T02:01Z", "2026-11-23T04:00:59Z"]),
            ("StartTime", &["2026-11-23T02:00:59Z"], START, &[]),
            // An end that is past calls it off.
            ("EndTime", &malformed, END, &["Now", "2026-11-23T02:00:59Z", "2026-11-23T03:01:01Z", LAST]),
            ("InstanceAmount", NUMBERS, AMOUNT, &["1", "2"]),
            ("InstanceAmount", &["1001"], AMOUNT, &[]),
            ("InstanceAmount", &["9"], (403, "OperationDenied.NoStock"), &[]),
            (
                "PrivatePoolOptions.Name",
                &["", "n", "1name"],
                (403, "InvalidPrivatePoolOptionsName.ValueNotSupported"),
                &["night"],
            ),
            ("Description", &["", "d"], (400, "InvalidDescription.ValueNotSupported"), &["text"]),
        ],
    );
    let both = with(&good, &[("StartTime", "2026-11-23T04:00:00Z")]);
    judge(
        &world,
        "ModifyWindow",
        &both,
        &[("EndTime", &["2026-11-23T04:00:00Z", "2026-11-23T03:30:00Z"], END, &["Now"])],
    );
}

#[test]
fn a_window_that_is_not_hers_is_none() {
    let mut world = World::new();
    let like = world.reserve(BOB, &[]);
    let [bobs, over] = [world.window(&like, "b", 60, 120), world.window(&like, "o", 60, 120)];
    world.done(BOB, "ModifyWindow", &[REGION, (ID, &over), ("EndTime", "Now")]);
    let hers = world.reserve(ALICE, &[]);
    let ask =
        |id: &str| world.ask(ALICE, "ModifyWindow", &[REGION, (ID, id), ("EndTime", "Now")]).expect_err("not hers");
    let never = ask(NEVER_ISSUED);
    for id in [&*bobs, &over, &like, &hers, "crp-", "eap-bp1000000000000000000", "window"] {
        assert_eq!(ask(id), never, "{id}");
    }
    assert_eq!(refused::<()>(Err(never)), (404, "InvalidPrivatePoolId.NotFound"));
}

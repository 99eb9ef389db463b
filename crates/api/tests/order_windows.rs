//! When two things are wrong, the earlier check is told: the operations on windows.

use crate::common::causes::{borrowed, check, tags_21};
use crate::common::{ALICE, ID, REGION, World, with};

#[test]
fn the_operations_on_windows_tell_the_earlier_fault() {
    let tags = tags_21();
    let tags = borrowed(&tags);
    let wish = &vec![
        REGION,
        ("ZoneId", "cn-hangzhou-h"),
        ("InstanceType", "ecs.g6.large"),
        ("InstanceAmount", "1"),
        ("EndTime", "2026-12-01T00:00:00Z"),
    ];
    check(
        &World::new(),
        "ReserveWindow",
        wish,
        &[
            &[("RegionId", "-")],
            &[("ZoneId", "-")],
            &[("InstanceType", "-")],
            &[("InstanceAmount", "")],
            &[("EndTime", "-")],
            &[("InstanceAmount", "1001")],
            &[("StartTime", "2026-11-23T02:00:59Z")],
            &[("EndTime", "2026-11-23T02:01:00Z")],
            &[("NoticeSeconds", "-1")],
            &[("PrivatePoolOptions.Name", "1name")],
            &[("PrivatePoolOptions.MatchCriteria", "None")],
            &[("Description", "https://example.org")],
            &[("Platform", "BeOS")],
            &tags,
            &[("Tag.1.Key", "aliyun-1")],
            &[("Tag.3.Key", "k"), ("Tag.3.Value", "acs:1")],
            &[("Tag.4.Key", "twice"), ("Tag.5.Key", "twice")],
            &[("ResourceGroupId", "group")],
            &[("ZoneId", "cn-shanghai-b")],
            &[("InstanceType", "ecs.g6.huge")],
            &[("ZoneId", "cn-hangzhou-k")],
            &[("InstanceType", "ecs.r6.large")],
            &[("InstanceAmount", "9")],
        ],
    );
    let [no_region, no_zone, no_type, no_amount] =
        [[("RegionId", "")], [("ZoneId", "")], [("InstanceType", "-")], [("InstanceAmount", "-")]];
    let (bad_amount, past, early): ([_; 1], [_; 1], [_; 1]) =
        ([("InstanceAmount", "0")], [("StartTime", "Tomorrow")], [("EndTime", "2026-11-23T02:01Z")]);
    let (zone, kind, none): ([_; 1], [_; 1], [_; 1]) =
        ([("ZoneId", "cn-hangzhou")], [("InstanceType", "ecs.g6")], [("InstanceType", "ecs.r6.large")]);
    check(
        &World::new(),
        "FindWindow",
        &with(wish, &[("DurationHours", "1")]),
        &[
            &no_region,
            &no_type,
            &no_amount,
            &bad_amount,
            &[("DurationHours", "0")],
            &past,
            &early,
            &zone[..],
            &kind,
            &none,
        ],
    );
    check(
        &World::new(),
        "DescribeCapacityTimeline",
        &with(wish, &[("InstanceAmount", "-")]),
        &[&no_region, &no_zone, &no_type, &past, &early, &[("MaxResults", "1001")], &zone[..], &kind, &none],
    );
    check(
        &World::new(),
        "ExplainCapacity",
        wish,
        &[&no_region, &no_zone, &no_type, &no_amount, &bad_amount, &past, &early, &zone[..], &kind, &none],
    );
}

#[test]
fn modify_window_tells_the_earlier_fault() {
    let mut world = World::new();
    let like = world.reserve(ALICE, &[]);
    let id = world.window(&like, "w", 60, 120);
    let over = world.window(&like, "o", 60, 120);
    world.done(ALICE, "ModifyWindow", &[REGION, (ID, &over), ("EndTime", "Now")]);
    let begun = world.window(&like, "b", 0, 600);
    world.done(ALICE, "ModifyWindow", &[REGION, (ID, &begun), ("InstanceAmount", "2")]);
    let launch = [("InstanceType", "ecs.g6.large"), ("PrivatePoolOptions.MatchCriteria", "Target"), (ID, &*begun)];
    world.done(ALICE, "RunInstances", &[&[REGION, ("Amount", "2")][..], &launch].concat());
    check(
        &world,
        "ModifyWindow",
        &vec![REGION, (ID, &id)],
        &[
            &[("RegionId", "")],
            &[(ID, "-")],
            &[(ID, "")],
            &[("PrivatePoolOptions.Name", "n")],
            &[("Description", "d")],
            &[("InstanceAmount", "0")],
            &[("StartTime", "2026-11-23")],
            &[("EndTime", "2026-11-23")],
            &[(ID, &like)],
            &[(ID, &over)],
            &[(ID, &begun), ("StartTime", "2026-11-23T02:02:00Z")],
            &[(ID, &begun), ("InstanceAmount", "1")],
            &[("InstanceAmount", "9")],
        ],
    );
}

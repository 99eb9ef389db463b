//! When two things are wrong with a launch, or with what an instance is to be attached to, the earlier check is told.

use crate::common::causes::{Cause, borrowed, check, tags_21};
use crate::common::launching::*;
use crate::common::{self, ALICE, ID, REGION, World, with};

/// A world with what an instance may not use: reservations that are over (0), taken up (1), for one of Linux in zone h
/// (2), and for the mornings alone (3).
fn reserved() -> (World, [String; 4]) {
    let mut world = World::new();
    let over = world.reserve(ALICE, &[]);
    world.done(ALICE, "ReleaseCapacityReservation", &[REGION, (ID, &over)]);
    let full = world.reserve(ALICE, &[TARGET]);
    launch_one(&mut world, ALICE, &[TARGET, (ID, &full)]);
    let one = world.reserve(ALICE, &[TARGET]);
    let mornings = with(&common::assurances::MORNINGS.to_vec(), &[("PeriodUnit", "Day"), ("Period", "30"), TARGET]);
    let mornings = common::assurances::assure(&mut world, ALICE, &mornings);
    (world, [over, full, one, mornings])
}

/// Whoever looks for a place in zone i finds none.
fn fill_zone_i(world: &mut World) {
    world.reserve(common::BOB, &[("ZoneId.1", "cn-hangzhou-i"), ("InstanceAmount", "4")]);
}

#[test]
fn launches_tell_the_earlier_fault() {
    let (mut world, [over, full, one, mornings]) = reserved();
    fill_zone_i(&mut world);
    let tags = tags_21();
    let tags = borrowed(&tags);
    let target = |id| [TARGET, (ID, id)];
    let [to_over, to_full, to_one, to_mornings] = [&*over, &*full, &*one, &*mornings].map(target);
    let of_one = |pair| [TARGET, (ID, &*one), pair];
    let kind = of_one(("InstanceType", "ecs.g6.xlarge"));
    let zone = of_one(("ZoneId", "cn-hangzhou-i"));
    let charge = of_one(("InstanceChargeType", "PrePaid"));
    let image = of_one(("ImageId", "win2022"));
    let alike: [Cause<'_>; 22] = [
        &[("SpotStrategy", "Perhaps")],
        &tags,
        &[("Tag.1.Key", "aliyun-1")],
        &[("Tag.3.Key", "k"), ("Tag.3.Value", "acs:1")],
        &[("Tag.4.Key", "twice"), ("Tag.5.Key", "twice")],
        &[("InstanceType", "ecs.g6.huge")],
        &[("ZoneId", "cn-shanghai-b")],
        &[(MODE, "open")],
        &[TARGET, (ID, "")],
        &[(MODE, "Open"), (ID, &one)],
        &[(MODE, "Open"), ("SpotStrategy", "SpotAsPriceGo")],
        &target(common::NEVER_ISSUED),
        &to_over,
        &kind,
        &zone,
        &charge,
        &image,
        &to_mornings,
        &to_full,
        &[("InstanceType", "ecs.r6.large"), (MODE, "None")],
        &[("ZoneId", "cn-hangzhou-i"), (MODE, "None")],
        &to_one,
    ];
    let (may, causes) = alike.split_last().expect("one that may be used");
    world.ask(ALICE, RUN, &with(&run(), may)).expect("it may be used");
    let own: [Cause<'_>; 4] =
        [&[("RegionId", "-")], &[("InstanceType", "-")], &[("Amount", "0")], &[("MinAmount", "101")]];
    check(&world, RUN, &run(), &[&own, causes].concat());
    let own: [Cause<'_>; 3] = [&[("RegionId", "-")], &[("ImageId", "-")], &[("InstanceType", "-")]];
    check(&world, MAKE, &make(), &[&own, causes].concat());
}

#[test]
fn attachments_tell_the_earlier_fault() {
    let (mut world, [over, full, one, mornings]) = reserved();
    let inside = users(&mut world, &full).remove(0);
    let main = launch_one(&mut world, ALICE, &[]);
    let spot = launch_one(&mut world, ALICE, &[("SpotStrategy", "SpotAsPriceGo")]);
    let paid = launch_one(&mut world, ALICE, &[("InstanceChargeType", "PrePaid")]);
    let windows = launch_one(&mut world, ALICE, &[("ImageId", "win2022")]);
    let zone = ("ZoneId", "cn-hangzhou-i");
    let large = launch_one(&mut world, ALICE, &[zone, ("InstanceType", "ecs.g6.xlarge")]);
    let away = launch_one(&mut world, ALICE, &[zone]);
    // Nothing is left for one that would leave its slot.
    world.reserve(common::BOB, &[]);
    let attached = |id, instance| [TARGET, (ID, id), ("InstanceId", instance)];
    let to_one = |instance| attached(&one, instance);
    check(
        &world,
        ATTACH,
        &vec![REGION, ("InstanceId", &main), (MODE, "Open")],
        &[
            &[("RegionId", "-")],
            &[("InstanceId", "-")],
            &[(MODE, "-")],
            &[(MODE, "Perhaps")],
            &[(MODE, "Open"), (ID, &one)],
            &[TARGET, (ID, "")],
            &[("InstanceId", NEVER_ISSUED)],
            &[("InstanceId", &spot)],
            &[TARGET, (ID, common::NEVER_ISSUED)],
            &[TARGET, (ID, &over)],
            &to_one(&large),
            &to_one(&away),
            &to_one(&paid),
            &to_one(&windows),
            &[TARGET, (ID, &mornings)],
            &[TARGET, (ID, &full)],
            &[(MODE, "None"), ("InstanceId", &inside)],
        ],
    );
    let many = format!("[{}]", vec![format!("{main:?}"); 101].join(","));
    let stranger = format!("[{NEVER_ISSUED:?}]");
    check(
        &world,
        ATTACHED,
        &vec![REGION, ("InstanceIds", &format!("[{main:?}]"))],
        &[
            &[("RegionId", "-")],
            &[("InstanceIds", "-")],
            &[("InstanceIds", &many)],
            &[("InstanceIds", "what")],
            &[("PageSize", "0")],
            &[("InstanceIds", &stranger)],
        ],
    );
}

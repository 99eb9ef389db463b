//! What is launched, where, under which names and into which reservation; and what is told of it afterwards.

use crate::common::launching::*;
use crate::common::{self, ALICE, BOB, ID, Pairs, REGION, Sent, World, refused, with};
use ledger::{Choice, Entry, Instance};

/// The instances that a request would make.
fn asked(world: &World, action: &str, pairs: &Pairs<'_>) -> Vec<Instance> {
    let asked = world.ask(ALICE, action, pairs).unwrap_or_else(|fault| panic!("{pairs:?}: {fault:?}"));
    let launched = |entry: Entry| match entry {
        Entry::Launched(instance) => *instance,
        other => panic!("{other:?}"),
    };
    asked.entries.into_iter().map(launched).collect()
}

/// How many are launched, or the code of the fault.
fn count(world: &mut World, pairs: Sent<'_>) -> Result<usize, &'static str> {
    let made = world.ask(ALICE, RUN, &with(&run(), pairs)).map_err(|fault| fault.code)?;
    Ok(made.entries.len())
}

/// Zone h holds eight: three are reserved and one is launched elsewhere, so four are left on open capacity.
#[test]
fn all_or_as_many_as_there_are() {
    let mut world = World::new();
    let id = world.reserve(ALICE, &[TARGET, ("InstanceAmount", "3")]);
    world.launch(BOB, &[]);
    let table: [(&str, &str, &str, Result<usize, &str>); 13] = [
        ("None", "4", "-", Ok(4)),
        ("None", "5", "-", Err("OperationDenied.NoStock")),
        ("None", "5", "5", Err("OperationDenied.NoStock")),
        ("None", "5", "4", Ok(4)),
        ("None", "100", "1", Ok(4)),
        ("Open", "100", "1", Ok(4)),
        ("Open", "100", "5", Err("OperationDenied.NoStock")),
        ("Target", "3", "-", Ok(3)),
        ("Target", "3", "1", Ok(3)),
        ("Target", "4", "-", Err("Invalid.PrivatePoolOptions.NoStock")),
        ("Target", "4", "4", Err("Invalid.PrivatePoolOptions.NoStock")),
        ("Target", "4", "3", Ok(3)),
        ("Target", "100", "1", Ok(3)),
    ];
    for (mode, amount, least, expected) in table {
        let named = if mode == "Target" { &*id } else { "-" };
        let pairs = [(MODE, mode), (ID, named), ("Amount", amount), ("MinAmount", least)];
        assert_eq!(count(&mut world, &pairs), expected, "{pairs:?}");
    }
}

/// Nobody named a zone: that of the reservation, else the first in order of name that can have them.
#[test]
fn without_a_zone() {
    let mut world = World::new();
    let away = world.reserve(ALICE, &[TARGET, ("ZoneId.1", "cn-hangzhou-i")]);
    let zones = |world: &World, pairs: Sent<'_>| {
        let made = asked(world, RUN, &with(&with(&run(), &[("ZoneId", "-")]), pairs));
        let mut zones: Vec<String> = made.iter().map(|it| it.zone.as_str().replace("cn-hangzhou-", "")).collect();
        zones.dedup();
        (zones.join(" "), made.len())
    };
    let one = |zone: &str, count| (zone.to_owned(), count);
    assert_eq!(zones(&world, &[]), one("h", 1));
    assert_eq!(zones(&world, &[TARGET, (ID, &away)]), one("i", 1));
    assert_eq!(zones(&world, &[("Amount", "8")]), one("h", 8));
    world.launch(BOB, &[("Amount", "6")]);
    // Two are left in h and three in i; they are never spread.
    assert_eq!(zones(&world, &[("Amount", "3")]), one("i", 3));
    assert_eq!(zones(&world, &[("Amount", "3"), ("MinAmount", "2")]), one("h", 2));
    assert_eq!(refused(world.ask(ALICE, RUN, &with(&run(), &[("ZoneId", ""), ("Amount", "4")]))).0, 403);
    world.launch(BOB, &[("Amount", "2")]);
    assert_eq!(zones(&world, &[("MinAmount", "1"), ("Amount", "9")]), one("i", 3));
    world.launch(BOB, &[("ZoneId", "cn-hangzhou-i"), ("Amount", "3")]);
    let sold_out = world.ask(ALICE, RUN, &with(&run(), &[("ZoneId", "-")]));
    assert_eq!(refused(sold_out), (403, "OperationDenied.NoStock"));
}

/// With a number at the end when there are several and it is asked for; without a name the id.
#[test]
fn names() {
    let world = World::large();
    let numbered: Sent<'_> = &[("Amount", "2"), ("UniqueSuffix", "true")];
    let several: Sent<'_> = &[("Amount", "2")];
    let alone: Sent<'_> = &[("UniqueSuffix", "true")];
    let named: Sent<'_> = &[("InstanceName", "node"), ("HostName", "worker")];
    let nameless: Sent<'_> = &[("HostName", "worker")];
    for (how, names, expected) in [
        (numbered, named, &["node001 worker001", "node002 worker002"][..]),
        (several, named, &["node worker", "node worker"]),
        (alone, named, &["node worker"]),
        (numbered, nameless, &["id worker001", "id worker002"]),
        (numbered, &[], &["id", "id"]),
    ] {
        let made = asked(&world, RUN, &with(&with(&run(), how), names));
        let shown = |it: &Instance| {
            let name = if *it.name == it.id.to_string() { "id" } else { &it.name };
            let carried: Vec<String> = it.carried.iter().map(|(_, host)| format!(" {host}")).collect();
            format!("{name}{}", carried.concat())
        };
        assert_eq!(made.iter().map(shown).collect::<Vec<_>>(), expected, "{how:?} {names:?}");
    }
    let hundred = asked(&world, RUN, &with(&with(&run(), named), &[("Amount", "100"), ("UniqueSuffix", "1")]));
    assert_eq!(hundred.last().map(|it| &*it.name), Some("node100"));
}

/// Among open reservations with the instance's very tags: the one that ends first, then that with the least unused, then
/// the oldest. Each launch is noted with what it took and why.
#[test]
fn which_open_reservation_is_taken() {
    let mut world = World::large();
    let mut reserve = |seconds: u64, pairs: Sent<'_>| {
        world.now = ledger::Moment(common::START + seconds);
        world.reserve(ALICE, pairs)
    };
    // These end first of all, and are for others.
    let soon = ("EndTime", "2026-11-23T03:00:00Z");
    reserve(0, &[soon, ("Platform", "Windows")]);
    reserve(0, &[soon, ("ZoneId.1", "cn-hangzhou-i")]);
    reserve(0, &[soon, ("InstanceType", "ecs.g6.xlarge")]);
    reserve(0, &[soon, TARGET]);
    let blue = reserve(0, &[soon, ("Tag.1.Key", "team"), ("Tag.1.Value", "blue")]);
    let wide = reserve(0, &[("InstanceAmount", "2"), ("EndTime", "2026-11-24T00:00:00Z")]);
    let young = reserve(2, &[("EndTime", "2026-11-24T00:00:00Z")]);
    let old = reserve(1, &[("EndTime", "2026-11-24T00:00:00Z")]);
    let endless = reserve(0, &[]);
    world.reserve(BOB, &[("EndTime", "2026-11-23T02:30:00Z")]);

    let open = with(&run(), &[(MODE, "Open"), ("Amount", "6")]);
    let taken: Vec<_> = asked(&world, RUN, &open)
        .iter()
        .map(|it| (it.reservation().map(|id| id.to_string()), it.place().expect("it stands").choice))
        .collect();
    let first = |id: &String, among| (Some(id.clone()), Choice::First { among });
    let expected = [
        first(&old, 4),
        first(&young, 3),
        first(&wide, 2),
        first(&wide, 2),
        first(&endless, 1),
        (None, Choice::NoneMatched),
    ];
    assert_eq!(taken, expected);

    for (pairs, reservation, choice) in [
        (&[("Tag.1.Key", "team"), ("Tag.1.Value", "blue")][..], Some(&blue), Choice::First { among: 1 }),
        (&[("Tag.1.Key", "team"), ("Tag.1.Value", "red")], None, Choice::NoneMatched),
        (&[("Tag.1.Key", "team"), ("Tag.1.Value", "blue"), ("Tag.2.Key", "env")], None, Choice::NoneMatched),
        (&[("InstanceChargeType", "PrePaid")], None, Choice::NoneMatched),
        (&[(MODE, "None")], None, Choice::NotAsked),
        (&[TARGET, (ID, &endless)], Some(&endless), Choice::Named),
        (&[TARGET, (ID, &blue)], Some(&blue), Choice::Named),
    ] {
        let made = asked(&world, RUN, &with(&with(&open, &[("Amount", "1")]), pairs));
        let place = made[0].place().expect("it stands");
        let expected = (reservation.cloned(), choice);
        assert_eq!((place.reservation.map(|id| id.to_string()), place.choice), expected, "{pairs:?}");
    }
}

/// One that is made and not started keeps its place, and starts there.
#[test]
fn made_stopped() {
    let mut world = World::new();
    let id = world.reserve(ALICE, &[TARGET]);
    let made = world.done(ALICE, MAKE, &with(&make(), &[TARGET, (ID, &id)]));
    let made = common::text(&made, "InstanceId");
    assert_eq!(amounts(&mut world, &id), [1, 1, 0]);
    assert_eq!(users(&mut world, &id), std::slice::from_ref(&made));
    let another = world.ask(ALICE, MAKE, &with(&make(), &[TARGET, (ID, &id)]));
    assert_eq!(refused(another), (400, "Invalid.PrivatePoolOptions.NoStock"));
    let item = world.instance(ALICE, &made).expect("it is listed");
    assert_eq!(common::text(&item, "Status") + &common::text(&item, "StoppedMode"), "StoppedKeepCharging");
    world.done(ALICE, "StartInstance", &[("InstanceId", &made)]);
    assert_eq!(attached(&mut world, &made), ("Target".to_owned(), id));
}

/// Instances of one answer, however many pages they are told on.
#[test]
fn attachments_by_the_page() {
    let mut world = World::large();
    let mut all = Vec::new();
    for seconds in 0..5 {
        world.now = ledger::Moment(common::START + seconds);
        all.extend(world.launch(ALICE, &[("Amount", "5")]));
    }
    let mut asked = all.clone();
    asked.reverse();
    let list = format!("[{}]", asked.iter().map(|id| format!("{id:?}")).collect::<Vec<_>>().join(","));
    for size in [1, 7, 25, 100] {
        let mut told = Vec::new();
        for page in 1..=25_usize.div_ceil(size) + 1 {
            let (page, size) = (page.to_string(), size.to_string());
            let pairs = [REGION, ("InstanceIds", &*list), ("PageNumber", &page), ("PageSize", &size)];
            let body = world.done(ALICE, ATTACHED, &pairs);
            assert_eq!(common::number(&body, "TotalCount"), 25);
            told.extend(common::list(&body, "Instances").iter().map(|item| common::text(item, "InstanceId")));
        }
        // The oldest first; those of one moment in order of id.
        let mut expected = all.clone();
        expected.chunks_mut(5).for_each(<[String]>::sort);
        assert_eq!(told, expected, "{size}");
    }
}

//! Rules at the limits: no number overflows, everything given back is whole again, and beyond a limit is refused. These take
//! seconds, so they are a binary of their own, the last to be run.

mod common;

use common::{ever, host_id, instance, instance_id, pool, reservation, serve};
use ledger::check::check_quick;
use ledger::commands::{
    AddHost, Command, HostRefusal, Launch, LaunchRefusal, Own, PlaceRefusal, RegisterHosts, Reserve, ReserveRefusal,
    SetLadder,
};
use ledger::limits::{HOST_UNITS_MAX, HOSTS_MAX, INSTANCES_MAX, INSTANCES_OF_OWNER_MAX, RUNGS_MAX};
use ledger::{Attachment, Ladder, Ledger, Moment, Pool};
use std::collections::BTreeMap;

fn retire(pool: &mut Pool, number: usize, units: u32) {
    pool.retire(&host_id(number), units);
    pool.remove_host();
}

#[test]
fn the_largest_numbers_do_not_overflow() {
    let rungs: Vec<u32> =
        (0..u32::try_from(RUNGS_MAX).expect("few") - 1).map(|n| 1 << n).chain([HOST_UNITS_MAX]).collect();
    let mut pool = pool(&rungs, &[]);
    (0..HOSTS_MAX).for_each(|n| serve(&mut pool, n, HOST_UNITS_MAX));
    let hosts = u64::try_from(HOSTS_MAX).expect("few");
    assert_eq!(pool.available(HOST_UNITS_MAX), hosts);
    assert_eq!(pool.available(1), hosts * u64::from(HOST_UNITS_MAX));
    let whole = pool.clone();
    let times = hosts / u64::from(INSTANCES_MAX);
    (0..times).for_each(|_| pool.promise(ever(), HOST_UNITS_MAX, i64::from(INSTANCES_MAX)));
    assert_eq!(pool.available(HOST_UNITS_MAX), hosts % u64::from(INSTANCES_MAX));
    assert!(!pool.admits(ever(), HOST_UNITS_MAX, INSTANCES_MAX) && !pool.admits(ever(), HOST_UNITS_MAX + 1, 1));
    (0..HOSTS_MAX).for_each(|n| retire(&mut pool, n, HOST_UNITS_MAX));
    assert_eq!(pool.shortfall().last(), Some((HOST_UNITS_MAX, times * u64::from(INSTANCES_MAX))));
    (0..times).for_each(|_| pool.promise(ever(), HOST_UNITS_MAX, -i64::from(INSTANCES_MAX)));
    assert!(pool.is_empty() && pool.slack().iter().all(|slack| *slack == 0));
    (0..HOSTS_MAX).for_each(|n| serve(&mut pool, n, HOST_UNITS_MAX));
    assert_eq!(pool, whole);
}

#[test]
fn a_region_holds_no_more_hosts_than_the_limit() {
    let (mut ledger, now) = (Ledger::default(), Moment(0));
    let ladder = SetLadder { class: "g6".into(), ladder: Ladder::covering(&[]) };
    ladder.decide(&ledger, now).expect("a ladder").0.iter().for_each(|fact| ledger.apply(fact));
    let host =
        |n: usize| AddHost { host: n.to_string().as_str().into(), zone: "h".into(), class: "g6".into(), units: 1 };
    for n in 0..HOSTS_MAX {
        if n + 1 == HOSTS_MAX {
            let both = RegisterHosts { hosts: vec![host(n), host(n + 1)], ladders: BTreeMap::new() };
            let refused = both.decide(&ledger, now).map(|_| ()).map_err(|it| it.refusal);
            assert_eq!(refused, Err(HostRefusal::TooMany), "one of the two would be one too many");
        }
        host(n).decide(&ledger, now).expect("within the limit").0.iter().for_each(|fact| ledger.apply(fact));
    }
    let refusal = host(HOSTS_MAX).decide(&ledger, now).map(|_| ());
    assert_eq!(refusal, Err(HostRefusal::TooMany));
    assert_eq!(check_quick(&ledger), [], "all of them, and no more, are in order");
    let all = INSTANCES_MAX;
    let wanted = Reserve { reservation: reservation("r", "alice", ("h", "g6"), 2, all) };
    assert_eq!(wanted.decide(&ledger, now).map(|_| ()), Err(ReserveRefusal::TooLarge));
}

#[test]
fn an_account_has_no_more_instances_than_the_limit() {
    let own = Own { id: instance_id(1), name: "".into(), carried: Box::default() };
    let refused = |count: usize| {
        let instance = instance("alice", ("h", "g6"), 1, Attachment::None);
        let launch = Launch { instance, each: vec![own.clone(); count], least: 1, run: true };
        launch.decide(&Ledger::default(), Moment(0)).map(|_| ())
    };
    assert_eq!(refused(INSTANCES_OF_OWNER_MAX), Err(LaunchRefusal::Place(PlaceRefusal::NoPool, 0)));
    assert_eq!(refused(INSTANCES_OF_OWNER_MAX + 1), Err(LaunchRefusal::TooMany));
}

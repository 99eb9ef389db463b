//! What the tests share: short names for things, and how random tests are run.
#![allow(dead_code, reason = "each test binary uses its part")]

pub mod plain;

use ledger::{
    AccountId, Attachment, Charge, ClassName, Course, End, HostId, Instance, InstanceId, Kind, Ladder, MatchCriteria,
    Moment, Phase, Platform, Pool, Reservation, ReservationId, State, TypeName, Window, ZoneName,
};
use proptest::test_runner::{Config, FileFailurePersistence};

/// Random cases; what failed once is written to `file` with its seed, and tried again first in every later run.
/// With `PROPTEST_MAX_SHRINK_ITERS=0` a failure is enough, and nothing is written: see `cargo xtask mutants`.
pub fn config(cases: u32, file: &'static str) -> Config {
    let default = Config::default();
    let (shrink, kept) = match default.max_shrink_iters {
        0 => (0, None),
        _ => (20_000, Some(Box::new(FileFailurePersistence::Direct(file)) as _)),
    };
    Config { cases, failure_persistence: kept, max_shrink_iters: shrink, ..default }
}

/// The id with this name in its first characters.
pub fn id(name: &str) -> ReservationId {
    let code = format!("{name:0<20}");
    ReservationId::new(Kind::CapacityReservation, code.as_bytes().try_into().expect("at most 20 characters"))
        .expect("lower case letters and digits")
}

/// An Active, open reservation without name, text or tags.
pub fn reservation(name: &str, owner: &str, place: (&str, &str), size: u32, count: u32) -> Reservation {
    Reservation {
        id: id(name),
        owner: AccountId::from(owner),
        zone: ZoneName::from(place.0),
        class: ClassName::from(place.1),
        instance_type: TypeName::from(format!("{}.{size}", place.1).as_str()),
        size,
        count,
        matching: MatchCriteria::Open,
        platform: Platform::Linux,
        group: Box::from(""),
        name: Box::from(""),
        description: Box::from(""),
        tags: Box::from([]),
        creation_tags: Box::from([]),
        course: Course::Immediate,
        made: Moment(0),
        starts: Moment(0),
        end: End::ByHand,
        phase: Phase::Active,
    }
}

/// The id of this number.
pub fn instance_id(number: usize) -> InstanceId {
    let code = format!("{number:0>20}");
    InstanceId::new(code.as_bytes().try_into().expect("20 digits")).expect("digits")
}

/// An instance that has yet to be launched; its launch gives it its id.
pub fn instance(owner: &str, place: (&str, &str), size: u32, attachment: Attachment) -> Instance {
    Instance {
        id: instance_id(0),
        owner: owner.into(),
        zone: place.0.into(),
        class: place.1.into(),
        instance_type: format!("{}.{size}", place.1).as_str().into(),
        size,
        platform: Platform::Linux,
        charge: Charge::PostPaid,
        spot: false,
        attachment,
        name: Box::from(""),
        carried: Box::from([]),
        tags: Box::from([]),
        creation_tags: Box::from([]),
        made: Moment(0),
        started: None,
        state: State::Parked { reclaimed: false },
    }
}

/// A pool of hosts with these units, on this ladder.
pub fn pool(rungs: &[u32], hosts: &[u32]) -> Pool {
    let mut pool = Pool::new(Ladder::new(rungs.to_vec()).expect("a ladder"));
    hosts.iter().enumerate().for_each(|(number, units)| serve(&mut pool, number, *units));
    pool
}

/// A new host of a pool, in service.
pub fn serve(pool: &mut Pool, number: usize, units: u32) {
    pool.add_host();
    pool.serve(&host_id(number), units);
}

/// The host of this number.
pub fn host_id(number: usize) -> HostId {
    HostId::from(format!("{number}").as_str())
}

/// From the beginning on, without an end.
pub fn ever() -> Window {
    Window::from(Moment(0))
}

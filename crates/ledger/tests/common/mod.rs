//! What the tests share: short names for things, and how random tests are run.
#![allow(dead_code, reason = "each test binary uses its part")]

pub mod plain;

use ledger::{
    AccountId, Attachment, Charge, ClassName, Course, End, Instance, InstanceId, Kind, MatchCriteria, Moment, Phase,
    Platform, Reservation, ReservationId, State, TypeName, ZoneName,
};
use proptest::test_runner::{Config, FileFailurePersistence};

/// Random cases; what failed once is written to `file` with its seed, and tried again first in every later run.
pub fn config(cases: u32, file: &'static str) -> Config {
    let failure_persistence = Some(Box::new(FileFailurePersistence::Direct(file)) as _);
    Config { cases, failure_persistence, max_shrink_iters: 20_000, ..Config::default() }
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

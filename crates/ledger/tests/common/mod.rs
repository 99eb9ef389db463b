//! What the tests share: short names for things, and how random tests are run.
#![allow(dead_code, reason = "each test binary uses its part")]

pub mod plain;

use ledger::{
    AccountId, ClassName, Course, End, Kind, MatchCriteria, Moment, Phase, Platform, Reservation, ReservationId,
    TypeName, ZoneName,
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

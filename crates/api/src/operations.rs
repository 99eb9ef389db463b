//! THE TABLE: every operation that Berth answers, one row each, one file each.

mod release_capacity_reservation;

use crate::Row;

/// Versions of the API, oldest first.
pub const VERSIONS: &[&str] = &["2014-05-26"];

/// Every operation of version 2014-05-26.
pub static TABLE: &[Row] = &[Row::of::<release_capacity_reservation::ReleaseCapacityReservation>()];

/// The row of an operation; names are told apart by case.
#[must_use]
pub fn find(name: &str) -> Option<&'static Row> {
    TABLE.iter().find(|row| row.name == name)
}

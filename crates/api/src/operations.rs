//! THE TABLE: every operation that Berth answers, one row each, one file each.

mod create_capacity_reservation;
mod describe_available_resource;
mod describe_capacity_reservation_instances;
mod describe_capacity_reservations;
mod describe_instance_type_families;
mod describe_instance_types;
mod describe_regions;
mod describe_zones;
mod list_tag_resources;
mod modify_capacity_reservation;
mod release_capacity_reservation;
mod tag_resources;
mod untag_resources;

use crate::Row;

/// The version of the operations that are recorded.
pub const ECS: &str = "2014-05-26";
/// The version of the operations that are our own.
pub const EXTENSION: &str = "2026-11-01";
/// Versions of the API, oldest first.
pub const VERSIONS: &[&str] = &[ECS, EXTENSION];

/// Every operation, of whichever version. No two have one name.
pub static TABLE: &[Row] = &[
    Row::of::<create_capacity_reservation::CreateCapacityReservation>(),
    Row::of::<describe_capacity_reservations::DescribeCapacityReservations>(),
    Row::of::<describe_capacity_reservation_instances::DescribeCapacityReservationInstances>(),
    Row::of::<modify_capacity_reservation::ModifyCapacityReservation>(),
    Row::of::<release_capacity_reservation::ReleaseCapacityReservation>(),
    Row::of::<tag_resources::TagResources>(),
    Row::of::<untag_resources::UntagResources>(),
    Row::of::<list_tag_resources::ListTagResources>(),
    Row::of_directory::<describe_regions::DescribeRegions>(),
    Row::of::<describe_zones::DescribeZones>(),
    Row::of_directory::<describe_instance_types::DescribeInstanceTypes>(),
    Row::of::<describe_instance_type_families::DescribeInstanceTypeFamilies>(),
    Row::of::<describe_available_resource::DescribeAvailableResource>(),
];

/// The row of an operation; names are told apart by case.
#[must_use]
pub fn find(name: &str) -> Option<&'static Row> {
    TABLE.iter().find(|row| row.name == name)
}

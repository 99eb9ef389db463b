//! THE TABLE: every operation that Berth answers, one row each, one file each.

mod advance_clock;
mod clear_faults;
mod create_access_key;
mod create_account;
mod create_capacity_reservation;
mod create_elasticity_assurance;
mod create_instance;
mod delete_instance;
mod delete_instances;
mod describe_accounts;
mod describe_available_resource;
mod describe_capacity_reservation_history;
mod describe_capacity_reservation_instances;
mod describe_capacity_reservations;
mod describe_capacity_timeline;
mod describe_elasticity_assurance_auto_renew_attribute;
mod describe_elasticity_assurance_instances;
mod describe_elasticity_assurances;
mod describe_faults;
mod describe_hosts;
mod describe_instance_attachment_attributes;
mod describe_instance_type_families;
mod describe_instance_types;
mod describe_instances;
mod describe_pools;
mod describe_regions;
mod describe_snapshots;
mod describe_zones;
mod disable_access_key;
mod drain_hosts;
mod explain_capacity;
mod fail_hosts;
mod find_window;
mod inject_fault;
mod list_tag_resources;
mod modify_capacity_reservation;
mod modify_elasticity_assurance;
mod modify_elasticity_assurance_auto_renew_attribute;
mod modify_instance_attachment_attributes;
mod modify_window;
mod purchase_elasticity_assurance;
mod put_host_class;
mod put_instance_type;
mod register_hosts;
mod release_capacity_reservation;
mod remove_hosts;
mod renew_elasticity_assurances;
mod reserve_window;
mod reset;
mod restore;
mod run_instances;
mod set_clock;
mod set_stock;
mod snapshot;
mod start_instance;
mod start_instances;
mod stop_instance;
mod stop_instances;
mod tag_resources;
mod undrain_hosts;
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
    Row::of::<create_elasticity_assurance::CreateElasticityAssurance>(),
    Row::of::<purchase_elasticity_assurance::PurchaseElasticityAssurance>(),
    Row::of::<describe_elasticity_assurances::DescribeElasticityAssurances>(),
    Row::of::<describe_elasticity_assurance_instances::DescribeElasticityAssuranceInstances>(),
    Row::of::<modify_elasticity_assurance::ModifyElasticityAssurance>(),
    Row::of::<renew_elasticity_assurances::RenewElasticityAssurances>(),
    Row::of::<describe_elasticity_assurance_auto_renew_attribute::DescribeElasticityAssuranceAutoRenewAttribute>(),
    Row::of::<modify_elasticity_assurance_auto_renew_attribute::ModifyElasticityAssuranceAutoRenewAttribute>(),
    Row::of::<tag_resources::TagResources>(),
    Row::of::<untag_resources::UntagResources>(),
    Row::of::<list_tag_resources::ListTagResources>(),
    Row::of_directory::<describe_regions::DescribeRegions>(),
    Row::of::<describe_zones::DescribeZones>(),
    Row::of_directory::<describe_instance_types::DescribeInstanceTypes>(),
    Row::of::<describe_instance_type_families::DescribeInstanceTypeFamilies>(),
    Row::of::<describe_available_resource::DescribeAvailableResource>(),
    Row::of::<run_instances::RunInstances>(),
    Row::of::<create_instance::CreateInstance>(),
    Row::of::<describe_instances::DescribeInstances>(),
    Row::of::<start_instance::StartInstance>(),
    Row::of::<start_instances::StartInstances>(),
    Row::of::<stop_instance::StopInstance>(),
    Row::of::<stop_instances::StopInstances>(),
    Row::of::<delete_instance::DeleteInstance>(),
    Row::of::<delete_instances::DeleteInstances>(),
    Row::of::<modify_instance_attachment_attributes::ModifyInstanceAttachmentAttributes>(),
    Row::of::<describe_instance_attachment_attributes::DescribeInstanceAttachmentAttributes>(),
    Row::of::<reserve_window::ReserveWindow>(),
    Row::of::<modify_window::ModifyWindow>(),
    Row::of::<describe_capacity_timeline::DescribeCapacityTimeline>(),
    Row::of::<find_window::FindWindow>(),
    Row::of::<explain_capacity::ExplainCapacity>(),
    Row::of_history::<describe_capacity_reservation_history::DescribeCapacityReservationHistory>(),
    Row::of::<register_hosts::RegisterHosts>(),
    Row::of::<describe_hosts::DescribeHosts>(),
    Row::of::<drain_hosts::DrainHosts>(),
    Row::of::<undrain_hosts::UndrainHosts>(),
    Row::of::<fail_hosts::FailHosts>(),
    Row::of::<remove_hosts::RemoveHosts>(),
    Row::of::<describe_pools::DescribePools>(),
    Row::of_directory::<create_account::CreateAccount>(),
    Row::of_directory::<describe_accounts::DescribeAccounts>(),
    Row::of_directory::<create_access_key::CreateAccessKey>(),
    Row::of_directory::<disable_access_key::DisableAccessKey>(),
    Row::of_directory::<put_host_class::PutHostClass>(),
    Row::of_directory::<put_instance_type::PutInstanceType>(),
    Row::of_development::<set_clock::SetClock>(),
    Row::of_development::<advance_clock::AdvanceClock>(),
    Row::of::<set_stock::SetStock>(),
    Row::of_development::<inject_fault::InjectFault>(),
    Row::of_development::<describe_faults::DescribeFaults>(),
    Row::of_development::<clear_faults::ClearFaults>(),
    Row::of_development::<snapshot::Snapshot>(),
    Row::of_development::<describe_snapshots::DescribeSnapshots>(),
    Row::of_development::<restore::Restore>(),
    Row::of_development::<reset::Reset>(),
];

/// The row of an operation; names are told apart by case.
#[must_use]
pub fn find(name: &str) -> Option<&'static Row> {
    TABLE.iter().find(|row| row.name == name)
}

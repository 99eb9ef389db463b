//! The texts of answers, field by field as the clients get them.

use super::reservations::{NEVER, Reservation};
use crate::script::ACCOUNTS;
use rpc::time::{self, Precision};

/// Of what has nothing to tell.
pub(super) const NOTHING: &str = "{}";

pub(super) fn created(id: &str) -> String {
    format!("{{\"PrivatePoolOptionsId\":\"{id}\"}}")
}

pub(super) fn list(total: usize, size: u64, token: &str, shown: &[&Reservation]) -> String {
    let items: Vec<String> = shown.iter().map(|it| item(it)).collect();
    format!(
        "{{\"TotalCount\":{total},\"MaxResults\":{size},\"NextToken\":\"{token}\",\
         \"CapacityReservationSet\":{{\"CapacityReservationItem\":[{}]}}}}",
        items.join(",")
    )
}

fn item(it: &Reservation) -> String {
    let minutes = |moment| time::format(moment, Precision::Minutes);
    let tags: Vec<String> =
        it.tags.iter().map(|(key, value)| format!("{{\"TagKey\":\"{key}\",\"TagValue\":\"{value}\"}}")).collect();
    let status = if it.released.is_some() { "Released" } else { "Active" };
    let (end, end_type) = (it.end.unwrap_or(NEVER), if it.end.is_some() { "Limited" } else { "Unlimited" });
    format!(
        "{{\"Status\":\"{status}\",\"TimeSlot\":\"\",\"PrivatePoolOptionsMatchCriteria\":\"{}\",\
         \"PrivatePoolOptionsId\":\"{}\",\"PrivatePoolOptionsName\":\"\",\"RegionId\":\"cn-hangzhou\",\
         \"InstanceChargeType\":\"PostPaid\",\"EndTime\":\"{}\",\"StartTime\":\"{}\",\"Description\":\"\",\
         \"EndTimeType\":\"{end_type}\",\"ResourceGroupId\":\"\",\"Platform\":\"linux\",\
         \"AllocatedResources\":{{\"AllocatedResource\":[{{\"UsedAmount\":0,\"TotalAmount\":{},\"AvailableAmount\":{},\
         \"zoneId\":\"{}\",\"InstanceType\":\"{}\",\
         \"CapacityReservationUsages\":{{\"CapacityReservationUsage\":[]}}}}]}},\
         \"Tags\":{{\"Tag\":[{}]}},\"StartTimeType\":\"Now\",\"SavingPlanId\":\"\",\"ReservedInstanceId\":\"\",\
         \"CapacityReservationOwnerId\":\"{}\"}}",
        it.matching,
        it.id,
        minutes(end),
        minutes(it.start),
        it.count,
        it.count,
        it.zone,
        it.instance_type,
        tags.join(","),
        ACCOUNTS[it.owner],
    )
}

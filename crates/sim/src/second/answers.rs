//! The texts of answers, field by field as the clients get them.

use super::history::event;
use super::known::{Class, Type};
use super::model::{Fault, Host, Instance, Kind, NEVER, Reservation, Tags};
use crate::script::ACCOUNTS;
use rpc::time::{self, Precision};
use std::collections::BTreeMap;

/// Of what has nothing to tell.
pub(super) const NOTHING: &str = "{}";

fn minutes(moment: u64) -> String {
    time::format(moment, Precision::Minutes)
}

pub(super) fn created(id: &str) -> String {
    format!("{{\"PrivatePoolOptionsId\":\"{id}\"}}")
}

pub(super) fn reservations(total: usize, size: u64, token: &str, shown: &[String]) -> String {
    format!(
        "{{\"TotalCount\":{total},\"MaxResults\":{size},\"NextToken\":\"{token}\",\
         \"CapacityReservationSet\":{{\"CapacityReservationItem\":[{}]}}}}",
        shown.join(",")
    )
}

fn tags(tags: &Tags) -> String {
    let tags: Vec<String> =
        tags.iter().map(|(key, value)| format!("{{\"TagKey\":\"{key}\",\"TagValue\":\"{value}\"}}")).collect();
    format!("{{\"Tag\":[{}]}}", tags.join(","))
}

pub(super) fn reservation(it: &Reservation, used: u64) -> String {
    let (end, end_type) = (it.end.unwrap_or(NEVER), if it.end.is_some() { "Limited" } else { "Unlimited" });
    let owner = ACCOUNTS[it.owner];
    let usage = if used == 0 {
        String::new()
    } else {
        format!("{{\"AccountId\":\"{owner}\",\"ServiceName\":\"ECS\",\"UsedAmount\":{used}}}")
    };
    format!(
        "{{\"Status\":\"{}\",\"TimeSlot\":\"\",\"PrivatePoolOptionsMatchCriteria\":\"{}\",\
         \"PrivatePoolOptionsId\":\"{}\",\"PrivatePoolOptionsName\":\"\",\"RegionId\":\"cn-hangzhou\",\
         \"InstanceChargeType\":\"PostPaid\",\"EndTime\":\"{}\",\"StartTime\":\"{}\",\"Description\":\"\",\
         \"EndTimeType\":\"{end_type}\",\"ResourceGroupId\":\"\",\"Platform\":\"linux\",\
         \"AllocatedResources\":{{\"AllocatedResource\":[{{\"UsedAmount\":{used},\"TotalAmount\":{},\"AvailableAmount\":{},\
         \"zoneId\":\"{}\",\"InstanceType\":\"{}\",\
         \"CapacityReservationUsages\":{{\"CapacityReservationUsage\":[{usage}]}}}}]}},\
         \"Tags\":{},\"StartTimeType\":\"{}\",\"SavingPlanId\":\"\",\"ReservedInstanceId\":\"\",\
         \"CapacityReservationOwnerId\":\"{owner}\"}}",
        it.status(),
        it.matching,
        it.id,
        minutes(end),
        minutes(it.start),
        it.count,
        it.count - used,
        it.pool.zone,
        it.instance_type,
        tags(&it.tags),
        start_type(it),
    )
}

const fn start_type(it: &Reservation) -> &'static str {
    if it.start == it.made { "Now" } else { "Later" }
}

/// A window that was reserved just now.
pub(super) fn reserved(it: &Reservation) -> String {
    format!("{{\"PrivatePoolOptionsId\":\"{}\",{}", it.id, window(it).trim_start_matches('{'))
}

/// How a window stands.
pub(super) fn window(it: &Reservation) -> String {
    let seconds = |moment| time::format(moment, Precision::Seconds);
    let end = it.released.or(it.end).unwrap_or(NEVER);
    format!(
        "{{\"Status\":\"{}\",\"StartTime\":\"{}\",\"EndTime\":\"{}\"}}",
        it.status(),
        seconds(it.start),
        seconds(end)
    )
}

pub(super) fn tag_list(token: &str, shown: &[String]) -> String {
    format!("{{\"NextToken\":\"{token}\",\"TagResources\":{{\"TagResource\":[{}]}}}}", shown.join(","))
}

pub(super) fn tag_of(kind: &str, id: &str, key: &str, value: &str) -> String {
    format!("{{\"ResourceType\":\"{kind}\",\"ResourceId\":\"{id}\",\"TagKey\":\"{key}\",\"TagValue\":\"{value}\"}}")
}

pub(super) fn assurances(total: usize, size: u64, token: &str, shown: &[String]) -> String {
    format!(
        "{{\"TotalCount\":{total},\"MaxResults\":{size},\"NextToken\":\"{token}\",\
         \"ElasticityAssuranceSet\":{{\"ElasticityAssuranceItem\":[{}]}}}}",
        shown.join(",")
    )
}

pub(super) fn assurance(it: &Reservation, used: u64) -> String {
    let owner = ACCOUNTS[it.owner];
    let usage = if used == 0 {
        String::new()
    } else {
        format!("{{\"AccountId\":\"{owner}\",\"ServiceName\":\"ECS\",\"UsedAmount\":{used}}}")
    };
    let hours = if let Kind::Assurance { hours, .. } = &it.kind { *hours } else { None };
    let package = if hours.is_some() { "TimeDivisionElasticityAssurance" } else { "ElasticityAssurance" };
    let rule = hours.map(|hours| {
        format!(
            "{{\"RecurrenceType\":\"Daily\",\"RecurrenceValue\":\"{}\",\"StartHour\":{},\"EndHour\":{}}}",
            hours.every, hours.from, hours.to
        )
    });
    format!(
        "{{\"Status\":\"{}\",\"PackageType\":\"{package}\",\"InstanceChargeType\":\"PostPaid\",\"StartTimeType\":\"{}\",\
         \"ResourceGroupId\":\"\",\"ElasticityAssuranceOwnerId\":\"{owner}\",\"TotalAssuranceTimes\":\"Unlimited\",\
         \"UsedAssuranceTimes\":0,\"Description\":\"\",\"EndTime\":\"{}\",\"PrivatePoolOptionsName\":\"\",\
         \"LatestStartTime\":\"\",\"StartTime\":\"{}\",\"RegionId\":\"cn-hangzhou\",\
         \"PrivatePoolOptionsMatchCriteria\":\"{}\",\"PrivatePoolOptionsId\":\"{}\",\
         \"AllocatedResources\":{{\"AllocatedResource\":[{{\"UsedAmount\":{used},\"TotalAmount\":{},\"AvailableAmount\":{},\
         \"zoneId\":\"{}\",\"InstanceType\":\"{}\",\
         \"ElasticityAssuranceUsages\":{{\"ElasticityAssuranceUsage\":[{usage}]}}}}]}},\
         \"Tags\":{},\"RecurrenceRules\":{{\"RecurrenceRule\":[{}]}}}}",
        it.status(),
        start_type(it),
        it.end.map(minutes).unwrap_or_default(),
        minutes(it.start),
        it.matching,
        it.id,
        it.count,
        it.count - used,
        it.pool.zone,
        it.instance_type,
        tags(&it.tags),
        rule.unwrap_or_default(),
    )
}

/// Stands for a number of fifteen digits in an expected text.
pub(super) const ORDER: &str = "\u{1}order\u{1}";

pub(super) fn assured(id: &str) -> String {
    format!("{{\"OrderId\":\"{ORDER}\",\"PrivatePoolOptionsId\":\"{id}\"}}")
}

pub(super) fn renewed(id: &str) -> String {
    format!("{{\"OrderId\":\"{ORDER}\",\"PrivatePoolOptionsIdSet\":{{\"PrivatePoolOptionsId\":[\"{id}\"]}}}}")
}

pub(super) fn renewal(id: &str, status: &str) -> String {
    format!(
        "{{\"ElasticityAssuranceRenewAttributes\":{{\"ElasticityAssuranceRenewAttribute\":[{{\"PeriodUnit\":\"Month\",\
         \"Period\":1,\"PrivatePoolOptionsId\":\"{id}\",\"RenewalStatus\":\"{status}\"}}]}}}}"
    )
}

/// Whether an answer is this text with a number of fifteen digits in its place.
pub(super) fn is_ordered(text: &str, answer: &str) -> bool {
    let Some((before, after)) = text.split_once(ORDER) else { return false };
    let order = answer.strip_prefix(before).and_then(|rest| rest.strip_suffix(after));
    order.is_some_and(|order| order.len() == 15 && order.bytes().all(|digit| digit.is_ascii_digit()))
}

pub(super) fn users(wrapper: &str, total: usize, size: u64, token: &str, shown: &[String]) -> String {
    format!(
        "{{\"TotalCount\":{total},\"MaxResults\":{size},\"NextToken\":\"{token}\",\
         \"{wrapper}\":{{\"InstanceIdSet\":[{}]}}}}",
        shown.join(",")
    )
}

pub(super) fn instances(total: usize, page: u64, size: u64, token: &str, shown: &[String]) -> String {
    format!(
        "{{\"TotalCount\":{total},\"PageNumber\":{page},\"PageSize\":{size},\"NextToken\":\"{token}\",\
         \"Instances\":{{\"Instance\":[{}]}}}}",
        shown.join(",")
    )
}

/// An instance, in the slot of a window perhaps, and its type as the request found it; who found none tells nothing of it.
pub(super) fn instance(it: &Instance, window: Option<&Reservation>, today: Option<&Type>) -> String {
    let (status, stopped) = match (it.runs, &it.host) {
        (true, _) => ("Running", "Not-applicable"),
        (false, Some(_)) => ("Stopped", "KeepCharging"),
        (false, None) => ("Stopped", "StopCharging"),
    };
    let noticed = window.is_some_and(|it| matches!(it.kind, Kind::Window { noticed: true, .. }));
    let lock = if noticed { "{\"LockReason\":\"Recycling\"}" } else { "" };
    let (vcpus, gib) = today.map_or((0, 0), |today| today.needs);
    format!(
        "{{\"InstanceId\":\"{id}\",\"InstanceName\":\"{id}\",\"Description\":\"\",\"HostName\":\"\",\"Status\":\"{status}\",\
         \"StoppedMode\":\"{stopped}\",\"InstanceType\":\"{}\",\"InstanceTypeFamily\":\"{family}\",\"ZoneId\":\"{}\",\
         \"RegionId\":\"cn-hangzhou\",\"Cpu\":{},\"Memory\":{},\"GPUAmount\":0,\"GPUSpec\":\"\",\
         \"InstanceChargeType\":\"PostPaid\",\"SpotStrategy\":\"NoSpot\",\"ImageId\":\"{}\",\"KeyPairName\":\"\",\
         \"ResourceGroupId\":\"\",\"OSType\":\"linux\",\"CreationTime\":\"{}\",\"StartTime\":\"{}\",\"ExpiredTime\":\"{}\",\
         \"InstanceNetworkType\":\"vpc\",\"IoOptimized\":true,\"DeletionProtection\":false,\"Recyclable\":false,\
         \"EcsCapacityReservationAttr\":{{\"CapacityReservationId\":\"\",\"CapacityReservationPreference\":\"\"}},\
         \"VpcAttributes\":{{\"VSwitchId\":\"\",\"VpcId\":\"\",\"NatIpAddress\":\"\",\"PrivateIpAddress\":{{\"IpAddress\":[]}}}},\
         \"PublicIpAddress\":{{\"IpAddress\":[]}},\"InnerIpAddress\":{{\"IpAddress\":[]}},\
         \"NetworkInterfaces\":{{\"NetworkInterface\":[]}},\"OperationLocks\":{{\"LockReason\":[{lock}]}},\
         \"SecurityGroupIds\":{{\"SecurityGroupId\":[]}},\"Tags\":{}}}",
        it.instance_type,
        it.pool.zone,
        vcpus,
        1024 * gib,
        it.image,
        minutes(it.made),
        it.started.map(minutes).unwrap_or_default(),
        minutes(window.and_then(|window| window.end).unwrap_or(NEVER)),
        tags(&it.tags),
        id = it.id,
        family = today.map_or("", |_| family(&it.instance_type)),
    )
}

/// What became of one of several instances that were to be started or stopped; `ran` before, or was not there.
pub(super) fn response(action: &str, id: &str, ran: Option<bool>, fault: Option<&Fault>) -> String {
    let before = ran.map_or("", |ran| if ran { "Running" } else { "Stopped" });
    let after = match fault {
        Some(_) => before,
        None if action.starts_with("Start") => "Starting",
        None => "Stopping",
    };
    let (code, message) = fault.map_or(("200", "success"), |fault| (fault.code, fault.message.as_str()));
    format!(
        "{{\"InstanceId\":\"{id}\",\"Code\":\"{code}\",\"Message\":\"{message}\",\"PreviousStatus\":\"{before}\",\
         \"CurrentStatus\":\"{after}\"}}"
    )
}

pub(super) fn attachments(total: usize, page: u64, size: u64, shown: &[String]) -> String {
    format!(
        "{{\"PageSize\":{size},\"PageNumber\":{page},\"TotalCount\":{total},\"Instances\":{{\"Instance\":[{}]}}}}",
        shown.join(",")
    )
}

pub(super) fn attachment(id: &str, mode: &str, reservation: &str) -> String {
    format!(
        "{{\"InstanceId\":\"{id}\",\"PrivatePoolOptionsMatchCriteria\":\"{mode}\",\
         \"PrivatePoolOptionsId\":\"{reservation}\"}}"
    )
}

/// A zone, in short. It has no name but its id.
pub(super) fn zone(id: &str) -> String {
    format!("{{\"ZoneId\":\"{id}\",\"LocalName\":\"{id}\",\"ZoneType\":\"AvailabilityZone\"}}")
}

/// A zone, and whether anything that was asked for is in stock there.
pub(super) fn offering(zone: &str, stocked: bool, list: &str) -> String {
    let status = stock(stocked);
    format!(
        "{{\"ZoneId\":\"{zone}\",\"RegionId\":\"cn-hangzhou\",{status},\
         \"AvailableResources\":{{\"AvailableResource\":[{list}]}}}}"
    )
}

/// What of a kind is offered, and whether each is in stock.
pub(super) fn offers(kind: &str, each: &[(&str, bool)]) -> String {
    let each = each.iter().map(|(value, stocked)| format!("{{\"Value\":\"{value}\",{}}}", stock(*stocked)));
    let each: Vec<String> = each.collect();
    format!("{{\"Type\":\"{kind}\",\"SupportedResources\":{{\"SupportedResource\":[{}]}}}}", each.join(","))
}

const fn stock(stocked: bool) -> &'static str {
    if stocked {
        "\"Status\":\"Available\",\"StatusCategory\":\"WithStock\""
    } else {
        "\"Status\":\"SoldOut\",\"StatusCategory\":\"WithoutStock\""
    }
}

pub(super) fn hosts(total: usize, size: u64, token: &str, shown: &[String]) -> String {
    format!(
        "{{\"TotalCount\":{total},\"MaxResults\":{size},\"NextToken\":\"{token}\",\"Hosts\":{{\"Host\":[{}]}}}}",
        shown.join(",")
    )
}

pub(super) fn host(it: &Host, free: u64, instances: &[&String]) -> String {
    let ids: Vec<String> = instances.iter().map(|id| format!("\"{id}\"")).collect();
    format!(
        "{{\"HostId\":\"{}\",\"ZoneId\":\"{}\",\"HostClass\":\"{}\",\"Status\":\"{}\",\"Units\":{},\
         \"FreeUnits\":{free},\"InstanceCount\":{},\"InstanceIds\":{{\"InstanceId\":[{}]}}}}",
        it.name,
        it.pool.zone,
        it.pool.class,
        it.status.word(),
        it.units,
        instances.len(),
        ids.join(",")
    )
}

pub(super) fn shortfall(it: &Reservation, slots: u64) -> String {
    format!(
        "{{\"PrivatePoolOptionsId\":\"{}\",\"Slots\":{slots},\"AccountId\":\"{}\",\"InstanceType\":\"{}\",\"Status\":\"{}\"}}",
        it.id,
        ACCOUNTS[it.owner],
        it.instance_type,
        it.status(),
    )
}

pub(super) fn history(id: &str, begins: &str, size: u64, token: &str, shown: &[&str]) -> String {
    format!(
        "{{\"PrivatePoolOptionsId\":\"{id}\",\"HistoryBeginsAt\":\"{begins}\",\"MaxResults\":{size},\
         \"NextToken\":\"{token}\",\"Changes\":{{\"Change\":[{}]}}}}",
        shown.join(",")
    )
}

/// What is told of a reservation that was made.
pub(super) fn made(it: &Reservation) -> String {
    format!(
        "{},\"ZoneId\":\"{}\",\"InstanceType\":\"{}\",\"InstanceAmount\":{},\"PrivatePoolOptionsMatchCriteria\":\"{}\",\
         \"Platform\":\"linux\",\"PrivatePoolOptionsName\":\"\",\"Description\":\"\",\"StartTime\":\"{}\",{},\"Tags\":{}",
        event("Created"),
        it.pool.zone,
        it.instance_type,
        it.count,
        it.matching,
        time::format(it.start, Precision::Seconds),
        end_of(it.end),
        tags(&it.tags),
    )
}

fn end_of(end: Option<u64>) -> String {
    let kind = if end.is_some() { "Limited" } else { "Unlimited" };
    format!("\"EndTime\":\"{}\",\"EndTimeType\":\"{kind}\"", time::format(end.unwrap_or(NEVER), Precision::Seconds))
}

/// What is told of another amount or end, each if it was given.
pub(super) fn modified(count: Option<u64>, end: Option<Option<u64>>) -> String {
    let count = count.map(|count| format!(",\"InstanceAmount\":{count}")).unwrap_or_default();
    let end = end.map(|end| format!(",{}", end_of(end))).unwrap_or_default();
    format!("{}{count}{end}", event("Modified"))
}

/// What is told of a window that was moved.
pub(super) fn moved(start: u64, end: u64) -> String {
    let seconds = |moment| time::format(moment, Precision::Seconds);
    format!("{},\"StartTime\":\"{}\",\"EndTime\":\"{}\"", event("Rescheduled"), seconds(start), seconds(end))
}

pub(super) fn tagged(given: &Tags) -> String {
    format!("{},\"Tags\":{}", event("Tagged"), tags(given))
}

pub(super) fn untagged(taken: &Tags) -> String {
    let keys: Vec<String> = taken.keys().map(|key| format!("\"{key}\"")).collect();
    format!("{},\"TagKeys\":{{\"TagKey\":[{}]}}", event("Untagged"), keys.join(","))
}

/// A host class as it is.
pub(super) fn class(it: &Class) -> String {
    let rungs: Vec<String> = it.rungs.iter().map(u64::to_string).collect();
    format!(
        "{{\"Unit\":{{\"Vcpus\":{},\"MemoryGib\":{}.0,\"Gpus\":0}},\"Units\":{},\"Rungs\":{{\"Rung\":[{}]}}}}",
        it.unit.0,
        it.unit.1,
        it.units(),
        rungs.join(",")
    )
}

/// The family of an instance type: its name up to the last dot.
pub(super) fn family(name: &str) -> &str {
    name.rsplit_once('.').map_or("", |(family, _)| family)
}

/// The list of all instance types.
pub(super) fn types(all: &BTreeMap<String, Type>) -> String {
    let each = all.iter().map(|(name, it)| {
        let family = family(name);
        format!(
            "{{\"InstanceTypeId\":\"{name}\",\"InstanceTypeFamily\":\"{family}\",\"CpuCoreCount\":{},\"MemorySize\":{}.0,\
             \"GPUAmount\":0,\"GPUSpec\":\"\",\"CpuArchitecture\":\"X86\",\"InstanceCategory\":\"{}\",\
             \"InstanceFamilyLevel\":\"EnterpriseLevel\"}}",
            it.needs.0, it.needs.1, it.category,
        )
    });
    let each: Vec<String> = each.collect();
    format!("{{\"NextToken\":\"\",\"InstanceTypes\":{{\"InstanceType\":[{}]}}}}", each.join(","))
}

//! DescribeZones: the zones of a region, and what each offers.

use crate::catalogue::{
    DISK_CATEGORIES, INVALID_LANGUAGE, Language, MISSING_REGION_ID, NETWORK, invalid, offered, one_of, region,
};
use crate::{Context, Draft, Operation, Param, Resource, Scope};
use ledger::directory::{InstanceType, Zone};
use rpc::body::{Body, Node};
use rpc::fault::{Fault, common};
use rpc::params::Params;
use rpc::values;
use std::collections::BTreeSet;

const INVALID_CHARGE_TYPE: Fault =
    Fault::new(404, "InvalidInstanceChargeType.NotFound", "The InstanceChargeType does not exist in our records");
const INVALID_SPOT_STRATEGY: Fault = Fault::new(400, "InvalidSpotStrategy", "The specified SpotStrategy is not valid.");

/// The operation.
pub struct DescribeZones;

impl Operation for DescribeZones {
    const NAME: &'static str = "DescribeZones";
    const SCOPE: Scope = Scope::Region;
    const RESOURCE: Resource = Resource::Any;
    const PARAMS: &'static [Param] = &[
        Param::required("RegionId", MISSING_REGION_ID),
        Param::optional("InstanceChargeType"),
        Param::optional("SpotStrategy"),
        Param::optional("AcceptLanguage"),
        Param::optional("Verbose"),
    ];
    const FAULTS: &'static [Fault] =
        &[common::INVALID_REGION_ID, INVALID_CHARGE_TYPE, INVALID_SPOT_STRATEGY, INVALID_LANGUAGE];

    fn prepare(params: &Params, context: &Context<'_>) -> Result<Draft, Fault> {
        let region = region(context, common::INVALID_REGION_ID)?;
        one_of(params, "InstanceChargeType", &["PrePaid", "PostPaid"], INVALID_CHARGE_TYPE)?;
        let strategies = ["NoSpot", "SpotWithPriceLimit", "SpotAsPriceGo"];
        one_of(params, "SpotStrategy", &strategies, INVALID_SPOT_STRATEGY)?;
        let language = Language::read(params)?;
        let verbose = match params.text("Verbose") {
            Some(text) => values::flag(text).ok_or_else(|| invalid("Verbose"))?,
            None => true,
        };
        let describe = |zone: &Zone| {
            let brief = Body::new()
                .text("ZoneId", zone.name.as_str().to_owned())
                .text("LocalName", language.of(&zone.local, zone.name.as_str()))
                .text("ZoneType", "AvailabilityZone");
            if verbose { details(brief, &offered(context, &zone.name).collect::<Vec<_>>()) } else { brief }
        };
        let body = Body::new().list("Zones", "Zone", region.zones.iter().map(describe));
        Ok(Draft { entries: Vec::new(), body })
    }
}

/// What a zone offers; all lists are there even when they are empty.
fn details(zone: Body, types: &[&InstanceType]) -> Body {
    let disks: &[&'static str] = if types.is_empty() { &[] } else { &DISK_CATEGORIES };
    let instances = if types.is_empty() { None } else { Some("Instance") };
    let nothing = || std::iter::empty::<Node>();
    zone.list("AvailableInstanceTypes", "InstanceTypes", names(types))
        .list("AvailableResourceCreation", "ResourceTypes", instances)
        .list("AvailableDiskCategories", "DiskCategories", disks.iter().copied())
        .list("AvailableVolumeCategories", "VolumeCategories", nothing())
        .list("AvailableDedicatedHostTypes", "DedicatedHostType", nothing())
        .list("DedicatedHostGenerations", "DedicatedHostGeneration", nothing())
        .list("AvailableResources", "ResourcesInfo", instances.map(|_| resources(types)))
}

fn resources(types: &[&InstanceType]) -> Body {
    let families = distinct(types.iter().map(|kind| &*kind.family));
    let generations = distinct(types.iter().map(|kind| &*kind.generation));
    Body::new()
        .flag("IoOptimized", true)
        .list("InstanceTypes", "supportedInstanceType", names(types))
        .list("InstanceTypeFamilies", "supportedInstanceTypeFamily", families)
        .list("InstanceGenerations", "supportedInstanceGeneration", generations)
        .list("NetworkTypes", "supportedNetworkCategory", [NETWORK])
        .list("SystemDiskCategories", "supportedSystemDiskCategory", DISK_CATEGORIES)
        .list("DataDiskCategories", "supportedDataDiskCategory", DISK_CATEGORIES)
}

fn names<'a>(types: &[&'a InstanceType]) -> impl Iterator<Item = String> + use<'a> {
    types.iter().map(|kind| kind.name.as_str().to_owned()).collect::<Vec<_>>().into_iter()
}

fn distinct<'a>(texts: impl Iterator<Item = &'a str>) -> impl Iterator<Item = String> {
    let all: BTreeSet<&str> = texts.filter(|text| !text.is_empty()).collect();
    all.into_iter().map(str::to_owned).collect::<Vec<_>>().into_iter()
}

//! DescribeAvailableResource: what could be had in each zone right now, told from the pools.

use crate::catalogue::{DISK_CATEGORIES, MISSING_REGION_ID, NETWORK, count, filter, invalid, offered, one_of, region};
use crate::gib::Gib;
use crate::{Context, Draft, Operation, Param, Resource, Scope};
use ledger::directory::{InstanceType, Region, Zone};
use rpc::body::Body;
use rpc::fault::Fault;
use rpc::params::Params;

const EMPTY_REGION: Fault =
    Fault::new(400, "InvalidRegionId.MalFormed", "The specified parameter RegionId is not valid.");
const UNKNOWN_REGION: Fault = Fault::new(404, "Invalid.RegionId", "The specified RegionId does not exist.");
const NO_ZONES: Fault = Fault::new(404, "Unavailable.Regions", "The available regions does not exists");
const MISSING_DESTINATION: Fault = Fault::new(
    400,
    "Invalid.Param",
    "The input parameter DestinationResource that is mandatory for processing this request is not supplied.",
);
const INVALID_DESTINATION: Fault =
    Fault::new(404, "Invalid.DestinationResource", "The specified DestinationResource is not valid.");
const INVALID_RESOURCE_TYPE: Fault =
    Fault::new(404, "Invalid.ResourceType", "The ResourceType provided does not exist in our records.");
const INVALID_CHARGE_TYPE: Fault =
    Fault::new(400, "Invalid.InstanceChargeType", "The specified InstanceChargeType is not valid.");
const INVALID_IO_OPTIMIZED: Fault = Fault::new(404, "Invalid.IoOptimized", "The specified IoOptimized is not valid.");
const INVALID_NETWORK: Fault =
    Fault::new(404, "Invalid.NetworkCategory", "The specified NetworkCategory is not valid.");
const INVALID_SPOT_STRATEGY: Fault =
    Fault::new(404, "Invalid.SpotStrategy", "The specified SpotStrategy is not valid.");
const NO_DEDICATED_HOST: Fault =
    Fault::new(403, "InvalidDedicatedHostId.NotFound", "The specified DedicatedHostId does not exist.");
const NOT_FOUND: Fault =
    Fault::new(404, "InvalidResourceId.NotFound", "The specified ResourceId is not found in our records");
const CONFLICT: Fault = Fault::new(
    403,
    "InvalidParam.TypeAndCpuMem.Conflict",
    "The specified 'InstanceType' and 'Cores','Memory' are not blank at the same time.",
);
const NEEDLESS_CORES: Fault = Fault::new(403, "InvalidParam.Cores", "The specified parameter 'Cores' should be empty");
const NEEDLESS_MEMORY: Fault =
    Fault::new(403, "InvalidParam.Memory", "The specified parameter 'Memory' should be empty");

const DESTINATIONS: [&str; 7] = ["Zone", "IoOptimized", "InstanceType", "Network", "ddh", "SystemDisk", "DataDisk"];

/// The operation.
pub struct DescribeAvailableResource;

impl Operation for DescribeAvailableResource {
    const NAME: &'static str = "DescribeAvailableResource";
    const SCOPE: Scope = Scope::Region;
    const RESOURCE: Resource = Resource::Any;
    const PARAMS: &'static [Param] = &[
        Param::required_with("RegionId", MISSING_REGION_ID, EMPTY_REGION),
        Param::required("DestinationResource", MISSING_DESTINATION),
        Param::optional("ResourceType"),
        Param::optional("ZoneId"),
        Param::optional("InstanceType"),
        Param::optional("InstanceChargeType"),
        Param::optional("IoOptimized"),
        Param::optional("NetworkCategory"),
        Param::optional("SpotStrategy"),
        Param::optional("SpotDuration"),
        Param::optional("Cores"),
        Param::optional("Memory"),
        Param::optional("SystemDiskCategory"),
        Param::optional("DataDiskCategory"),
        Param::optional("Scope"),
        Param::optional("DedicatedHostId"),
    ];
    const FAULTS: &'static [Fault] = &[
        NO_ZONES,
        INVALID_DESTINATION,
        INVALID_RESOURCE_TYPE,
        INVALID_CHARGE_TYPE,
        INVALID_IO_OPTIMIZED,
        INVALID_NETWORK,
        INVALID_SPOT_STRATEGY,
        CONFLICT,
        NEEDLESS_CORES,
        NEEDLESS_MEMORY,
        NO_DEDICATED_HOST,
        NOT_FOUND,
    ];
    const UNKNOWN_REGION: Fault = UNKNOWN_REGION;

    fn prepare(params: &Params, context: &Context<'_>) -> Result<Draft, Fault> {
        let region = region(context, UNKNOWN_REGION)?;
        if region.zones.is_empty() {
            return Err(NO_ZONES);
        }
        let wanted = Wanted::read(params)?;
        wanted.known(params, context, region)?;
        let zones = region.zones.iter().filter(|zone| wanted.zone.is_none_or(|id| zone.name.as_str() == id));
        let described = zones.filter_map(|zone| describe(zone, region, &wanted, context));
        let body = Body::new().list("AvailableZones", "AvailableZone", described);
        Ok(Draft { entries: Vec::new(), body })
    }
}

/// What is asked for.
struct Wanted<'a> {
    destination: &'a str,
    zone: Option<&'a str>,
    kind: Option<&'a str>,
    cores: Option<u32>,
    memory: Option<Gib>,
    disk: Option<&'a str>,
    /// Whether Berth has such a thing at all: instances, I/O optimized, in a VPC.
    served: bool,
}

impl<'a> Wanted<'a> {
    fn read(params: &'a Params) -> Result<Self, Fault> {
        let destination = one_of(params, "DestinationResource", &DESTINATIONS, INVALID_DESTINATION)?;
        let destination = destination.unwrap_or_default();
        let resources = ["instance", "disk", "reservedinstance", "ddh"];
        let resource = one_of(params, "ResourceType", &resources, INVALID_RESOURCE_TYPE)?;
        one_of(params, "InstanceChargeType", &["PrePaid", "PostPaid"], INVALID_CHARGE_TYPE)?;
        let io = one_of(params, "IoOptimized", &["none", "optimized"], INVALID_IO_OPTIMIZED)?;
        let network = one_of(params, "NetworkCategory", &["vpc", "classic"], INVALID_NETWORK)?;
        let strategies = ["NoSpot", "SpotWithPriceLimit", "SpotAsPriceGo"];
        one_of(params, "SpotStrategy", &strategies, INVALID_SPOT_STRATEGY)?;
        one_of(params, "SpotDuration", &["0", "1"], invalid("SpotDuration"))?;
        one_of(params, "Scope", &["Region", "Zone"], invalid("Scope"))?;
        let kind = filter(params, "InstanceType");
        let (cores, memory) = shape(params, destination, kind.is_some())?;
        let disk = match destination {
            "SystemDisk" => filter(params, "SystemDiskCategory"),
            "DataDisk" => filter(params, "DataDiskCategory"),
            _ => None,
        };
        let served =
            resource != Some("ddh") && destination != "ddh" && io != Some("none") && network != Some("classic");
        Ok(Self { destination, zone: filter(params, "ZoneId"), kind, cores, memory, disk, served })
    }

    /// Whether everything that is named is there.
    fn known(&self, params: &Params, context: &Context<'_>, region: &Region) -> Result<(), Fault> {
        if filter(params, "DedicatedHostId").is_some() {
            return Err(NO_DEDICATED_HOST);
        }
        let zone = self.zone.is_none_or(|id| region.zones.iter().any(|zone| zone.name.as_str() == id));
        let kind = self.kind.is_none_or(|name| context.directory.types.contains_key(name));
        if zone && kind { Ok(()) } else { Err(NOT_FOUND) }
    }

    fn takes(&self, kind: &InstanceType) -> bool {
        self.served
            && self.kind.is_none_or(|name| kind.name.as_str() == name)
            && self.cores.is_none_or(|cores| kind.needs.vcpus == cores)
            && self.memory.is_none_or(|memory| memory.compare(kind.needs.memory_mib).is_eq())
    }
}

/// `Cores` and `Memory`: instead of a type, and only where types are listed.
fn shape(params: &Params, destination: &str, named: bool) -> Result<(Option<u32>, Option<Gib>), Fault> {
    let (cores, memory) = (filter(params, "Cores"), filter(params, "Memory"));
    if named && (cores.is_some() || memory.is_some()) {
        return Err(CONFLICT);
    }
    if destination != "InstanceType" && cores.is_some() {
        return Err(NEEDLESS_CORES);
    }
    if destination != "InstanceType" && memory.is_some() {
        return Err(NEEDLESS_MEMORY);
    }
    let cores = if cores.is_some() { count(params, "Cores")? } else { None };
    let memory = memory.map(|text| Gib::parse(text).ok_or_else(|| invalid("Memory"))).transpose()?;
    Ok((cores, memory))
}

/// A zone, if it offers anything that is asked for.
fn describe(zone: &Zone, region: &Region, wanted: &Wanted<'_>, context: &Context<'_>) -> Option<Body> {
    let types: Vec<(&str, bool)> = offered(context, &zone.name)
        .filter(|kind| wanted.takes(kind))
        .map(|kind| (kind.name.as_str(), in_stock(zone, kind, context)))
        .collect();
    if types.is_empty() {
        return None;
    }
    let any = types.iter().any(|(_, stocked)| *stocked);
    let supported: Vec<(&str, bool)> = match wanted.destination {
        "InstanceType" => types,
        "IoOptimized" => vec![("optimized", any)],
        "Network" => vec![(NETWORK, any)],
        "SystemDisk" | "DataDisk" => {
            let categories = DISK_CATEGORIES.into_iter().filter(|name| wanted.disk.is_none_or(|disk| disk == *name));
            categories.map(|name| (name, any)).collect()
        }
        _ => Vec::new(),
    };
    let resource = (wanted.destination != "Zone").then(|| {
        let supported =
            supported.into_iter().map(|(value, stocked)| status(Body::new().text("Value", value.to_owned()), stocked));
        Body::new().text("Type", wanted.destination.to_owned()).list(
            "SupportedResources",
            "SupportedResource",
            supported,
        )
    });
    let place =
        Body::new().text("ZoneId", zone.name.as_str().to_owned()).text("RegionId", region.name.as_str().to_owned());
    Some(status(place, any).list("AvailableResources", "AvailableResource", resource))
}

/// Whether one more instance could be promised.
fn in_stock(zone: &Zone, kind: &InstanceType, context: &Context<'_>) -> bool {
    let pool = context.ledger.pool(&zone.name, &kind.class);
    let size = context.directory.size(kind);
    pool.zip(size).is_some_and(|(pool, size)| pool.available(size) > 0)
}

fn status(body: Body, stocked: bool) -> Body {
    let (status, category) = if stocked { ("Available", "WithStock") } else { ("SoldOut", "WithoutStock") };
    body.text("Status", status).text("StatusCategory", category)
}

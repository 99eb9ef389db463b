//! DescribeRegions: all regions of the directory.

use crate::catalogue::{INVALID_LANGUAGE, Language, invalid, one_of};
use crate::{Context, Draft, Operation, Param, Resource, Scope};
use ledger::directory::{self, Region};
use rpc::body::Body;
use rpc::fault::Fault;
use rpc::params::Params;

const INVALID_RESOURCE_TYPE: Fault =
    Fault::new(404, "InvalidResourceType.NotFound", "The ResourceType provided does not exist in our records.");
const NO_REGION: Fault =
    Fault::new(403, "Unauthorized.EmptyRegion", "The specified account has no access authority to any region.");

const CHARGE_TYPES: [&str; 4] = ["PrePaid", "PostPaid", "SpotWithPriceLimit", "SpotAsPriceGo"];
const RESOURCE_TYPES: [&str; 4] = ["instance", "disk", "reservedinstance", "scu"];

/// The operation.
pub struct DescribeRegions;

impl Operation<directory::Entry> for DescribeRegions {
    const NAME: &'static str = "DescribeRegions";
    const SCOPE: Scope = Scope::Directory;
    const RESOURCE: Resource = Resource::Any;
    const PARAMS: &'static [Param] =
        &[Param::optional("AcceptLanguage"), Param::optional("InstanceChargeType"), Param::optional("ResourceType")];
    const FAULTS: &'static [Fault] = &[INVALID_LANGUAGE, INVALID_RESOURCE_TYPE, NO_REGION];

    fn prepare(params: &Params, context: &Context<'_>) -> Result<Draft<directory::Entry>, Fault> {
        let language = Language::read(params)?;
        one_of(params, "InstanceChargeType", &CHARGE_TYPES, invalid("InstanceChargeType"))?;
        one_of(params, "ResourceType", &RESOURCE_TYPES, INVALID_RESOURCE_TYPE)?;
        let regions = &context.directory.regions;
        if regions.is_empty() {
            return Err(NO_REGION);
        }
        let body = Body::new().list("Regions", "Region", regions.values().map(|region| describe(region, language)));
        Ok(Draft { entries: Vec::new(), body })
    }
}

/// Stock is a matter of zones and types, which the directory does not know: a region is always `available`.
fn describe(region: &Region, language: Language) -> Body {
    Body::new()
        .text("RegionId", region.name.as_str().to_owned())
        .text("RegionEndpoint", region.endpoint.to_string())
        .text("LocalName", language.of(&region.local, region.name.as_str()))
        .text("Status", "available")
}

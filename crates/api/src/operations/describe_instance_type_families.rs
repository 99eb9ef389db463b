//! DescribeInstanceTypeFamilies: the families of which a region offers a type in any of its zones.

use crate::catalogue::{GENERATIONS, MISSING_REGION_ID, invalid, offered, one_of, region};
use crate::{Context, Draft, Operation, Param, Resource, Scope};
use rpc::body::Body;
use rpc::fault::{Fault, common};
use rpc::params::Params;
use std::collections::BTreeSet;

/// The operation.
pub struct DescribeInstanceTypeFamilies;

impl Operation for DescribeInstanceTypeFamilies {
    const NAME: &'static str = "DescribeInstanceTypeFamilies";
    const SCOPE: Scope = Scope::Region;
    const RESOURCE: Resource = Resource::Any;
    const PARAMS: &'static [Param] = &[Param::required("RegionId", MISSING_REGION_ID), Param::optional("Generation")];
    const FAULTS: &'static [Fault] = &[common::INVALID_REGION_ID];

    fn prepare(params: &Params, context: &Context<'_>) -> Result<Draft, Fault> {
        let region = region(context, common::INVALID_REGION_ID)?;
        let generation = one_of(params, "Generation", &GENERATIONS, invalid("Generation"))?;
        let types = region.zones.iter().flat_map(|zone| offered(context, &zone.name));
        let wanted = types.filter(|kind| generation.is_none_or(|generation| *kind.generation == *generation));
        let families: BTreeSet<(&str, &str)> = wanted.map(|kind| (&*kind.family, &*kind.generation)).collect();
        let describe = |(family, generation): (&str, &str)| {
            Body::new().text("InstanceTypeFamilyId", family.to_owned()).text("Generation", generation.to_owned())
        };
        let body = Body::new().list("InstanceTypeFamilies", "InstanceTypeFamily", families.into_iter().map(describe));
        Ok(Draft { entries: Vec::new(), body })
    }
}

//! DescribeElasticityAssuranceInstances: list the instances in the slots of an assurance, in order of id. Of one that is
//! over there are none.

use crate::assurances::KIND;
use crate::{Context, Draft, Operation, Param, Resource, Scope};
use crate::{faults, pool_id, users};
use rpc::fault::{Fault, common};
use rpc::params::Params;

const ID: &str = "PrivatePoolOptions.Id";

/// The operation.
pub struct DescribeElasticityAssuranceInstances;

impl Operation for DescribeElasticityAssuranceInstances {
    const NAME: &'static str = "DescribeElasticityAssuranceInstances";
    const SCOPE: Scope = Scope::Region;
    const RESOURCE: Resource = Resource::Any;
    const PARAMS: &'static [Param] = &[
        Param::required("RegionId", faults::MISSING_REGION),
        Param::required_with(ID, faults::MISSING_POOL_ID, faults::EMPTY_POOL_ID),
        Param::optional("MaxResults"),
        Param::optional("NextToken"),
    ];
    const FAULTS: &'static [Fault] = &[common::INVALID_PARAMETER, faults::POOL_NOT_FOUND];

    fn prepare(params: &Params, context: &Context<'_>) -> Result<Draft, Fault> {
        let page = users::Page::read(Self::NAME, params, context)?;
        let found = pool_id::own(context, KIND, params.text(ID).unwrap_or_default());
        let assurance = found.ok_or(faults::POOL_NOT_FOUND)?;
        Ok(Draft { entries: Vec::new(), body: page.of(assurance, "ElasticityAssuranceItem") })
    }
}

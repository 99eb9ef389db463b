//! PurchaseElasticityAssurance: buy an assurance that is not paid yet. Here every one counts as paid from its making, so
//! there is never one to buy, and the caller is told so.

use crate::assurances::{self, INVALID_PERIOD, INVALID_PERIOD_UNIT, KIND, MONTHS_AND_YEARS, RESOURCE};
use crate::{Context, Draft, Operation, Param, Resource, Scope};
use crate::{faults, pool_id, reserving};
use rpc::fault::Fault;
use rpc::params::Params;

const ID: &str = "PrivatePoolOptions.Id";

const PAID_ALREADY: Fault = Fault::new(400, "Invalid.PrivatePool.Purchase", "The PrivatePool has already paid.");

/// The operation.
pub struct PurchaseElasticityAssurance;

impl Operation for PurchaseElasticityAssurance {
    const NAME: &'static str = "PurchaseElasticityAssurance";
    const SCOPE: Scope = Scope::Region;
    const RESOURCE: Resource = Resource::Each(RESOURCE, ID);
    const PARAMS: &'static [Param] = &[
        Param::required("RegionId", faults::MISSING_REGION),
        Param::required_with(ID, faults::MISSING_POOL_ID, faults::EMPTY_POOL_ID),
        Param::optional("PrivatePoolOptions.MatchCriteria"),
        Param::optional("Period"),
        Param::optional("PeriodUnit"),
        Param::optional("StartTime"),
        Param::optional("ClientToken"),
    ];
    const FAULTS: &'static [Fault] = &[
        reserving::INVALID_MATCHING,
        INVALID_PERIOD_UNIT,
        INVALID_PERIOD,
        reserving::STARTS_LATER,
        reserving::NO_START,
        faults::POOL_NOT_FOUND,
        PAID_ALREADY,
    ];

    fn prepare(params: &Params, context: &Context<'_>) -> Result<Draft, Fault> {
        reserving::matching(params)?;
        assurances::period(params, MONTHS_AND_YEARS, "Year")?;
        assurances::starts(params, context.now)?;
        let found = pool_id::own(context, KIND, params.text(ID).unwrap_or_default());
        Err(found.map_or(faults::POOL_NOT_FOUND, |_| PAID_ALREADY))
    }
}

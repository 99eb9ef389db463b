//! StartInstances: start stopped instances: all of the named ones or none, or each by itself.

use crate::{Context, Draft, Operation, Param, Resource, Scope};
use crate::{faults, instances};
use ledger::commands::{Command, Start, StartEach};
use rpc::fault::{Fault, common};
use rpc::params::Params;

/// The operation.
pub struct StartInstances;

impl Operation for StartInstances {
    const NAME: &'static str = "StartInstances";
    const SCOPE: Scope = Scope::Region;
    const RESOURCE: Resource = Resource::Each("instance", "InstanceId.N");
    const DRY_RUN: Fault = instances::DRY_RUN_OF_MANY;
    const PARAMS: &'static [Param] = &[
        Param::required("RegionId", instances::MISSING_REGION),
        Param::required("InstanceId.N", instances::MISSING_ID),
        Param::optional("BatchOptimization"),
        Param::optional("DryRun"),
    ];
    const FAULTS: &'static [Fault] = &[
        common::INVALID_PARAMETER,
        instances::TOO_MANY_IDS,
        faults::INSTANCE_NOT_FOUND,
        faults::INSTANCE_STATUS,
        faults::POOL_NOT_FOUND,
        faults::POOL_INACTIVE,
        faults::POOL_OTHER_TYPE,
        faults::POOL_OTHER_ZONE,
        faults::POOL_OTHER_CHARGE,
        faults::POOL_OTHER_PLATFORM,
        faults::POOL_NOT_NOW,
        faults::POOL_FULL,
        faults::TYPE_NOT_IN_ZONE,
        faults::SOLD_OUT,
    ];

    fn prepare(params: &Params, context: &Context<'_>) -> Result<Draft, Fault> {
        let (each, ids) = (instances::is_each(params)?, instances::many(params)?);
        let by = context.caller.account.clone();
        let (entries, done) = if each {
            let (entries, done) =
                StartEach { ids, by }.decide(context.ledger, context.now).map_err(|never| match never {})?;
            (entries, done.into_iter().map(|(id, refused)| (id, refused.map(instances::refuse))).collect())
        } else {
            let done: Vec<_> = ids.iter().map(|id| (*id, None)).collect();
            let (entries, ()) = Start { ids, by }.decide(context.ledger, context.now).map_err(instances::refuse)?;
            (entries, done)
        };
        Ok(Draft { entries, body: instances::responses(context, &done, instances::STARTING) })
    }
}

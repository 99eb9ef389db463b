//! DeleteInstances: delete instances, running ones only by force: all of the named ones, or none.

use crate::{Context, Draft, Operation, Param, Resource, Scope};
use crate::{faults, instances};
use ledger::commands::{Command, Delete};
use rpc::body::Body;
use rpc::fault::{Fault, common};
use rpc::params::Params;
use rpc::values::flag;

/// The operation.
pub struct DeleteInstances;

impl Operation for DeleteInstances {
    const NAME: &'static str = "DeleteInstances";
    const SCOPE: Scope = Scope::Region;
    const RESOURCE: Resource = Resource::Each("instance", "InstanceId.N");
    const DRY_RUN: Fault = instances::DRY_RUN_OF_MANY;
    const PARAMS: &'static [Param] = &[
        Param::required("RegionId", instances::MISSING_REGION),
        Param::required("InstanceId.N", instances::MISSING_ID),
        Param::optional("Force"),
        Param::optional("ClientToken"),
        Param::optional("DryRun"),
    ];
    const FAULTS: &'static [Fault] =
        &[common::INVALID_PARAMETER, instances::TOO_MANY_IDS, faults::INSTANCE_NOT_FOUND, faults::INSTANCE_STATUS];

    fn prepare(params: &Params, context: &Context<'_>) -> Result<Draft, Fault> {
        let force = params.text("Force").map_or(Some(false), flag);
        let force = force.ok_or_else(|| common::INVALID_PARAMETER.because("Force"))?;
        let ids = instances::all(&instances::named(params)?)?;
        let command = Delete { ids, by: context.caller.account.clone(), force };
        let (entries, ()) = command.decide(context.ledger, context.now).map_err(instances::refuse)?;
        Ok(Draft { entries, body: Body::new() })
    }
}

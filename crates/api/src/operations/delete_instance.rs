//! DeleteInstance: delete an instance, a running one only by force.

use crate::{Context, Draft, Operation, Param, Resource, Scope};
use crate::{faults, instances};
use ledger::commands::{Command, Delete};
use rpc::body::Body;
use rpc::fault::{Fault, common};
use rpc::params::Params;
use rpc::values::flag;

/// The operation.
pub struct DeleteInstance;

impl Operation for DeleteInstance {
    const NAME: &'static str = "DeleteInstance";
    const SCOPE: Scope = Scope::Region;
    const RESOURCE: Resource = Resource::Each("instance", "InstanceId");
    const REGION_BY: Option<(&'static str, Fault)> = Some(("InstanceId", faults::INSTANCE_NOT_FOUND));
    const PARAMS: &'static [Param] =
        &[Param::required("InstanceId", instances::MISSING_ID), Param::optional("Force"), Param::optional("DryRun")];
    const FAULTS: &'static [Fault] = &[common::INVALID_PARAMETER, faults::INSTANCE_NOT_FOUND, faults::INSTANCE_STATUS];

    fn prepare(params: &Params, context: &Context<'_>) -> Result<Draft, Fault> {
        let force = params.text("Force").map_or(Some(false), flag);
        let force = force.ok_or_else(|| common::INVALID_PARAMETER.because("Force"))?;
        let command = Delete { ids: vec![instances::one(params)?], by: context.caller.account.clone(), force };
        let (entries, ()) = command.decide(context.ledger, context.now).map_err(instances::refuse)?;
        Ok(Draft { entries, body: Body::new() })
    }
}

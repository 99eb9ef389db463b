//! StartInstance: start a stopped instance. One that gave its place back is given one as if it were launched.

use crate::{Context, Draft, Operation, Param, Resource, Scope};
use crate::{faults, instances};
use ledger::commands::{Command, Start};
use rpc::body::Body;
use rpc::fault::Fault;
use rpc::params::Params;

/// The operation.
pub struct StartInstance;

impl Operation for StartInstance {
    const NAME: &'static str = "StartInstance";
    const SCOPE: Scope = Scope::Region;
    const RESOURCE: Resource = Resource::Each("instance", "InstanceId");
    const REGION_BY: Option<(&'static str, Fault)> = Some(("InstanceId", faults::INSTANCE_NOT_FOUND));
    const PARAMS: &'static [Param] = &[Param::required("InstanceId", instances::MISSING_ID), Param::optional("DryRun")];
    const FAULTS: &'static [Fault] = &[
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
        let command = Start { ids: vec![instances::one(params)?], by: context.caller.account.clone() };
        let (entries, ()) = command.decide(context.ledger, context.now).map_err(instances::refuse)?;
        Ok(Draft { entries, body: Body::new() })
    }
}

//! StopInstance: stop a running instance, and keep its place for it or give that back.

use crate::{Context, Draft, Operation, Param, Resource, Scope};
use crate::{faults, instances};
use rpc::body::Body;
use rpc::fault::{Fault, common};
use rpc::params::Params;

/// The operation.
pub struct StopInstance;

impl Operation for StopInstance {
    const NAME: &'static str = "StopInstance";
    const SCOPE: Scope = Scope::Region;
    const RESOURCE: Resource = Resource::Each("instance", "InstanceId");
    const REGION_BY: Option<(&'static str, Fault)> = Some(("InstanceId", faults::INSTANCE_NOT_FOUND));
    const PARAMS: &'static [Param] = &[
        Param::required("InstanceId", instances::MISSING_ID),
        Param::optional("StoppedMode"),
        Param::optional("DryRun"),
    ];
    const FAULTS: &'static [Fault] = &[
        common::INVALID_PARAMETER,
        faults::INSTANCE_NOT_FOUND,
        instances::PREPAID,
        instances::SPOT,
        faults::INSTANCE_STATUS,
    ];

    fn prepare(params: &Params, context: &Context<'_>) -> Result<Draft, Fault> {
        let keep = instances::keeps(params)?;
        let entries = instances::stop(params.text("InstanceId").unwrap_or_default(), keep, context)?;
        Ok(Draft { entries, body: Body::new() })
    }
}

//! StopInstances: stop running instances, and keep their places or give them back: all of the named ones or none,
//! or each by itself.

use crate::{Context, Draft, Operation, Param, Resource, Scope};
use crate::{faults, instances};
use rpc::fault::{Fault, common};
use rpc::params::Params;

/// The operation.
pub struct StopInstances;

impl Operation for StopInstances {
    const NAME: &'static str = "StopInstances";
    const SCOPE: Scope = Scope::Region;
    const RESOURCE: Resource = Resource::Each("instance", "InstanceId.N");
    const DRY_RUN: Fault = instances::DRY_RUN_OF_MANY;
    const PARAMS: &'static [Param] = &[
        Param::required("RegionId", instances::MISSING_REGION),
        Param::required("InstanceId.N", instances::MISSING_ID),
        Param::optional("StoppedMode"),
        Param::optional("BatchOptimization"),
        Param::optional("DryRun"),
    ];
    const FAULTS: &'static [Fault] = &[
        common::INVALID_PARAMETER,
        instances::TOO_MANY_IDS,
        faults::INSTANCE_NOT_FOUND,
        instances::PREPAID,
        instances::SPOT,
        faults::INSTANCE_STATUS,
    ];

    fn prepare(params: &Params, context: &Context<'_>) -> Result<Draft, Fault> {
        let (keep, each, named) = (instances::keeps(params)?, instances::is_each(params)?, instances::named(params)?);
        let (mut entries, mut done) = (Vec::new(), Vec::new());
        // One stop is no condition of another, so each can be decided by itself.
        for text in named {
            let fault = match instances::stop(text, keep, context) {
                Ok(facts) => {
                    entries.extend(facts);
                    None
                }
                Err(fault) if each => Some(fault),
                Err(fault) => return Err(fault),
            };
            done.push((text, fault));
        }
        Ok(Draft { entries, body: instances::responses(context, &done, instances::STOPPING) })
    }
}

//! CreateInstance: make one instance that is stopped; its place is kept for it.

use crate::launching::{self, Wish};
use crate::{Context, Draft, Operation, Param, Resource, Scope, faults};
use rpc::body::Body;
use rpc::fault::{Fault, common};
use rpc::params::Params;

/// The operation.
pub struct CreateInstance;

impl Operation for CreateInstance {
    const NAME: &'static str = "CreateInstance";
    const SCOPE: Scope = Scope::Region;
    const RESOURCE: Resource = Resource::Any;
    const PARAMS: &'static [Param] = &[
        Param::required("RegionId", launching::MISSING_REGION),
        Param::required("ImageId", launching::MISSING_IMAGE),
        Param::required("InstanceType", launching::MISSING_TYPE),
        Param::optional("ZoneId"),
        Param::optional("PrivatePoolOptions.MatchCriteria"),
        Param::optional("PrivatePoolOptions.Id"),
        Param::optional("InstanceChargeType"),
        Param::optional("SpotStrategy"),
        Param::optional("InstanceName"),
        Param::optional("HostName"),
        Param::optional("Description"),
        Param::optional("VSwitchId"),
        Param::optional("SecurityGroupId"),
        Param::optional("SecurityGroupIds.N"),
        Param::optional("KeyPairName"),
        Param::optional("ResourceGroupId"),
        Param::optional("Tag.N.Key"),
        Param::optional("Tag.N.Value"),
        Param::optional("ClientToken"),
        Param::optional("DryRun"),
    ];
    const FAULTS: &'static [Fault] = &[
        common::INVALID_PARAMETER,
        faults::TOO_MANY_TAGS,
        faults::INVALID_TAG_KEY,
        faults::INVALID_TAG_VALUE,
        faults::DUPLICATE_TAG_KEY,
        launching::UNKNOWN_TYPE,
        faults::UNKNOWN_ZONE,
        launching::UNKNOWN_MODE,
        launching::MISSING_POOL,
        launching::POOL_WITHOUT_TARGET,
        faults::SPOT_AND_POOL,
        faults::POOL_NOT_FOUND,
        launching::TOO_MANY,
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
        let (entries, ids) = Wish::read(params, context)?.launch(context, 1, 1, false, false)?;
        let id = ids.first().ok_or(common::INTERNAL_ERROR)?;
        Ok(Draft { entries, body: Body::new().text("InstanceId", id.to_string()) })
    }
}

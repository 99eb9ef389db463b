//! RunInstances: make instances and start them, in slots of reservations or on open capacity.

use crate::launching::{self, Wish};
use crate::limits::INSTANCES_OF_CALL;
use crate::{Context, Draft, Operation, Param, Resource, Scope, faults};
use rpc::body::{Body, Node};
use rpc::fault::{Fault, common};
use rpc::params::Params;
use rpc::values::{flag, integer};

const INVALID_AMOUNT: Fault = Fault::new(403, "InvalidParam.Amount", "The specified parameter Amount is not valid.");
const INVALID_LEAST: Fault =
    Fault::new(400, "InvalidMinAmount.Malformed", "The specified parameter MinAmount is not valid.");

/// The operation.
pub struct RunInstances;

impl Operation for RunInstances {
    const NAME: &'static str = "RunInstances";
    const SCOPE: Scope = Scope::Region;
    const RESOURCE: Resource = Resource::Any;
    const PARAMS: &'static [Param] = &[
        Param::required("RegionId", launching::MISSING_REGION),
        Param::required("InstanceType", launching::MISSING_TYPE),
        Param::optional("ImageId"),
        Param::optional("Amount"),
        Param::optional("MinAmount"),
        Param::optional("UniqueSuffix"),
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
        INVALID_AMOUNT,
        INVALID_LEAST,
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
        let amount = number(params, "Amount", 1).ok_or(INVALID_AMOUNT)?;
        let least = number(params, "MinAmount", amount).filter(|least| *least <= amount).ok_or(INVALID_LEAST)?;
        let suffix = params.text("UniqueSuffix").map_or(Some(false), flag);
        let suffix = suffix.ok_or_else(|| common::INVALID_PARAMETER.because("UniqueSuffix"))? && amount > 1;
        let wish = Wish::read(params, context)?;
        let (entries, ids) = wish.launch(context, amount, least, suffix, true)?;
        let ids = ids.into_iter().map(|id| Node::Text(id.to_string().into()));
        Ok(Draft { entries, body: Body::new().list("InstanceIdSets", "InstanceIdSet", ids) })
    }
}

/// A number of instances; nothing if it is none from 1 to 100.
fn number(params: &Params, name: &str, absent: usize) -> Option<usize> {
    let Some(text) = params.text(name) else { return Some(absent) };
    integer(text).filter(|number| INSTANCES_OF_CALL.contains(number)).and_then(|number| usize::try_from(number).ok())
}

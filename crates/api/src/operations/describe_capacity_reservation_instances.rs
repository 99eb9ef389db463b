//! DescribeCapacityReservationInstances: list the instances in the slots of a reservation, in order of id. Of one that is
//! over there are none.

use crate::{Context, Draft, Operation, Param, Resource, Scope};
use crate::{faults, pool_id, users};
use ledger::Kind;
use rpc::fault::{Fault, common};
use rpc::params::Params;

const ID: &str = "PrivatePoolOptions.Id";

const INVALID_ID: Fault =
    Fault::new(400, "InvalidParameter.PrivatePoolOptions.Id", "The specified PrivatePoolOptions.Id is invalid.");

/// The operation.
pub struct DescribeCapacityReservationInstances;

impl Operation for DescribeCapacityReservationInstances {
    const NAME: &'static str = "DescribeCapacityReservationInstances";
    const SCOPE: Scope = Scope::Region;
    const RESOURCE: Resource = Resource::Each("capacityreservation", ID);
    const PARAMS: &'static [Param] = &[
        Param::required("RegionId", faults::MISSING_REGION),
        Param::required_with(ID, faults::MISSING_POOL_ID, faults::EMPTY_POOL_ID),
        Param::optional("MaxResults"),
        Param::optional("NextToken"),
    ];
    const FAULTS: &'static [Fault] = &[common::INVALID_PARAMETER, INVALID_ID];

    fn prepare(params: &Params, context: &Context<'_>) -> Result<Draft, Fault> {
        let page = users::Page::read(Self::NAME, params, context)?;
        let found = pool_id::own(context, Kind::CapacityReservation, params.text(ID).unwrap_or_default());
        let reservation = found.ok_or(INVALID_ID)?;
        Ok(Draft { entries: Vec::new(), body: page.of(reservation, "CapacityReservationItem") })
    }
}

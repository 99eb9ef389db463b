//! DescribeCapacityReservationInstances: list the instances that use a reservation.
//!
//! There are no instances yet, so every list is empty; that the reservation is the caller's is checked all the same.

use crate::{Context, Draft, Operation, Param, Resource, Scope};
use crate::{faults, paging, pool_id};
use rpc::body::Body;
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
    const RESOURCE: Resource = Resource::Named(ID);
    const PARAMS: &'static [Param] = &[
        Param::required("RegionId", faults::MISSING_REGION),
        Param::required_with(ID, faults::MISSING_POOL_ID, faults::EMPTY_POOL_ID),
        Param::optional("MaxResults"),
        Param::optional("NextToken"),
    ];
    const FAULTS: &'static [Fault] = &[common::INVALID_PARAMETER, INVALID_ID];

    fn prepare(params: &Params, context: &Context<'_>) -> Result<Draft, Fault> {
        let size = paging::size(params)?;
        paging::after(Self::NAME, params, context)?;
        pool_id::own(context, params.text(ID).unwrap_or_default()).ok_or(INVALID_ID)?;
        let instances: [Body; 0] = [];
        let body = Body::new()
            .integer("TotalCount", instances.len())
            .integer("MaxResults", size)
            .text("NextToken", "")
            .list("CapacityReservationItem", "InstanceIdSet", instances);
        Ok(Draft { entries: Vec::new(), body })
    }
}

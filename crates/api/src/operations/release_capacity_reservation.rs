//! ReleaseCapacityReservation: give a reservation's capacity back before its end.
//!
//! Two rows of the decision table cannot arise: no reservation is PrePaid, and none is shared with another account.

use crate::faults::{EMPTY_POOL_ID, MISSING_POOL_ID, MISSING_REGION};
use crate::pool_id;
use crate::{Context, Draft, Operation, Param, Resource, Scope};
use ledger::Kind;
use ledger::commands::{Command, Release, ReleaseRefusal};
use rpc::body::Body;
use rpc::fault::Fault;
use rpc::params::Params;

const ID: &str = "PrivatePoolOptions.Id";

const NOT_A_CAPACITY_RESERVATION: Fault = Fault::new(
    400,
    "Invalid.PrivatePoolOptions.Id",
    "The specified PrivatePoolOptions.Id is not supported for the action.",
);
const NOT_FOUND: Fault = Fault::new(
    400,
    "Invalid.PrivatePoolOptions.Ids",
    "The specified parameter \"PrivatePoolOptions.Ids\" exist invalid element Id.",
);
const ALREADY_RELEASED: Fault =
    Fault::new(400, "Invalid.PrivatePoolOptions.status", "The PrivatePool is expired or inactive.");
const UNSUPPORTED: Fault = Fault::new(
    400,
    "InvalidOperation.ReleasePrivatePoolUnsupported",
    "The specified private pool does not support release.",
);
const ENDS_BY_ITSELF: Fault = Fault::new(
    400,
    "Invalid.Action.ReleaseCapacityReservation",
    "Release action is not supported when using Limited endTimeType, please change it to Unlimited first.",
);

/// The operation.
pub struct ReleaseCapacityReservation;

impl Operation for ReleaseCapacityReservation {
    const NAME: &'static str = "ReleaseCapacityReservation";
    const SCOPE: Scope = Scope::Region;
    const RESOURCE: Resource = Resource::Each("capacityreservation", ID);
    const PARAMS: &'static [Param] = &[
        Param::required("RegionId", MISSING_REGION),
        Param::required_with(ID, MISSING_POOL_ID, EMPTY_POOL_ID),
        Param::optional("DryRun"),
    ];
    const FAULTS: &'static [Fault] =
        &[NOT_A_CAPACITY_RESERVATION, NOT_FOUND, ALREADY_RELEASED, UNSUPPORTED, ENDS_BY_ITSELF];

    fn prepare(params: &Params, context: &Context<'_>) -> Result<Draft, Fault> {
        let text = params.text(ID).unwrap_or_default();
        if text.starts_with("eap-") {
            return Err(NOT_A_CAPACITY_RESERVATION);
        }
        let id = pool_id::parse(Kind::CapacityReservation, text).ok_or(NOT_FOUND)?;
        let command = Release { id, by: context.caller.account.clone() };
        let (entries, ()) = command.decide(context.ledger, context.now).map_err(refuse)?;
        Ok(Draft { entries, body: Body::new() })
    }
}

fn refuse(refusal: ReleaseRefusal) -> Fault {
    match refusal {
        ReleaseRefusal::NotFound => NOT_FOUND,
        ReleaseRefusal::AlreadyReleased => ALREADY_RELEASED,
        ReleaseRefusal::NotBegun => UNSUPPORTED,
        ReleaseRefusal::EndsByItself => ENDS_BY_ITSELF,
    }
}

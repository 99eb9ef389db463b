//! ModifyCapacityReservation: change a reservation's name, text, amount or end. All of it, or nothing.

use crate::fields::{self, GivenEnd};
use crate::{Context, Draft, Operation, Param, Resource, Scope};
use crate::{faults, pool_id};
use ledger::commands::{Command, Modify, ModifyRefusal};
use ledger::{End, Kind};
use rpc::body::Body;
use rpc::fault::{Fault, common};
use rpc::params::Params;

const ID: &str = "PrivatePoolOptions.Id";

const INVALID_START: Fault =
    Fault::new(400, "InvalidStartTime.ValueNotSupported", "The specified StartTime is invalid.");
const NOT_FOUND: Fault = Fault::new(404, "InvalidPrivatePoolId.NotFound", "The specified private pool does not exist.");
const NOT_ACTIVE: Fault = Fault::new(
    403,
    "IncorrectPrivatePoolStatus",
    "The current status of the private pool does not support this operation.",
);
const OTHER_PLATFORM: Fault = Fault::new(
    403,
    "OperationDenied.PlatformNotSupported",
    "The specified private pool does not support this operation.",
);
const OTHER_END: Fault = Fault::new(
    403,
    "OperationDenied.EndTimeTypeNotSupported",
    "The specified private pool does not support this operation.",
);
const BELOW_USED: Fault =
    Fault::new(403, "InvalidInstanceAmount.ValueNotSupported", "The specified InstanceAmount is invalid.");
const NO_STOCK: Fault = Fault::new(
    403,
    "OperationDenied.NoStock",
    "The requested resource is sold out in the specified zone; try other types of resources or other regions and zones.",
);

/// The operation.
pub struct ModifyCapacityReservation;

impl Operation for ModifyCapacityReservation {
    const NAME: &'static str = "ModifyCapacityReservation";
    const SCOPE: Scope = Scope::Region;
    const RESOURCE: Resource = Resource::Each("capacityreservation", ID);
    const PARAMS: &'static [Param] = &[
        Param::required("RegionId", faults::MISSING_REGION),
        Param::required_with(ID, faults::MISSING_POOL_ID, faults::EMPTY_POOL_ID),
        Param::optional("PrivatePoolOptions.Name"),
        Param::optional("Description"),
        Param::optional("EndTimeType"),
        Param::optional("EndTime"),
        Param::optional("InstanceAmount"),
        Param::optional("Platform"),
        Param::optional("StartTime"),
    ];
    const FAULTS: &'static [Fault] = &[
        faults::INVALID_NAME,
        faults::INVALID_DESCRIPTION,
        INVALID_START,
        faults::INVALID_PLATFORM,
        faults::INVALID_AMOUNT,
        common::INVALID_PARAMETER,
        faults::INVALID_END_TIME,
        NOT_FOUND,
        NOT_ACTIVE,
        OTHER_PLATFORM,
        OTHER_END,
        BELOW_USED,
        NO_STOCK,
    ];

    fn prepare(params: &Params, context: &Context<'_>) -> Result<Draft, Fault> {
        let (name, description) = (fields::name(params)?, fields::description(params)?);
        if params.text("StartTime").is_some_and(|text| text != "Now") {
            return Err(INVALID_START);
        }
        let platform = fields::platform(params)?;
        let count = fields::amount(params)?;
        let end = fields::end(params, context.now)?;
        let reservation =
            pool_id::own(context, Kind::CapacityReservation, params.text(ID).unwrap_or_default()).ok_or(NOT_FOUND)?;
        let end = match (end, reservation.end) {
            (GivenEnd::Whole(end), _) => Some(end),
            (GivenEnd::TimeAlone(time), End::At(_)) => Some(End::At(time)),
            // An EndTime is effective only with Limited.
            (GivenEnd::TimeAlone(_), End::ByHand) | (GivenEnd::Nothing, _) => None,
        };
        if reservation.holds() && platform.is_some_and(|platform| platform != reservation.platform) {
            return Err(OTHER_PLATFORM);
        }
        let command = Modify {
            id: reservation.id,
            by: context.caller.account.clone(),
            name: name.map(Box::from),
            description: description.map(Box::from),
            end,
            count,
        };
        let (entries, ()) = command.decide(context.ledger, context.now).map_err(refuse)?;
        let changes = command.name.is_some() || command.description.is_some() || end.is_some() || count.is_some();
        Ok(Draft { entries: if changes { entries } else { Vec::new() }, body: Body::new() })
    }
}

fn refuse(refusal: ModifyRefusal) -> Fault {
    match refusal {
        ModifyRefusal::NotFound => NOT_FOUND,
        ModifyRefusal::NotActive => NOT_ACTIVE,
        ModifyRefusal::EndInPast => faults::INVALID_END_TIME,
        ModifyRefusal::OtherEnd => OTHER_END,
        ModifyRefusal::BelowUsed(_) => BELOW_USED,
        ModifyRefusal::NoStock(_) => NO_STOCK,
    }
}

//! ModifyInstanceAttachmentAttributes: say which reservations an instance may use. One that runs, or keeps its place,
//! moves into the slot it may use now, or out of the one it may use no more.

use crate::{Context, Draft, Operation, Param, Resource, Scope};
use crate::{faults, instance_id, instances, launching, pool_id};
use ledger::Attachment;
use ledger::commands::{Attach, Command, InstanceRefusal, PlaceRefusal};
use rpc::body::Body;
use rpc::fault::Fault;
use rpc::params::Params;

const MATCHING: &str = "PrivatePoolOptions.MatchCriteria";
const ID: &str = "PrivatePoolOptions.Id";

const INVALID_MODE: Fault = Fault::new(
    400,
    "Invalid.PrivatePoolOptions.MatchCriteria",
    "The specified parameter \"PrivatePoolOptions.MatchCriteria\" is invalid.",
);
const NOT_EMPTY: Fault = Fault::new(
    400,
    "Invalid.PrivatePoolOptions.Id",
    "The specified parameter \"PrivatePoolOptions.Id\" should be empty.",
);
const NO_INSTANCE: Fault = Fault::new(400, "Invalid.InstanceId", "Instance does not exist.");
const SPOT: Fault =
    Fault::new(400, "Invalid.InstanceId", "Modify Spot Instance's attachment attributes is not supported.");
const USED_UP: Fault = Fault::new(400, "Invalid.PrivatePoolOptions.status", "The PrivatePool has been used up.");

/// The operation.
pub struct ModifyInstanceAttachmentAttributes;

impl Operation for ModifyInstanceAttachmentAttributes {
    const NAME: &'static str = "ModifyInstanceAttachmentAttributes";
    const SCOPE: Scope = Scope::Region;
    const RESOURCE: Resource = Resource::Each("instance", "InstanceId");
    const PARAMS: &'static [Param] = &[
        Param::required("RegionId", faults::MISSING_REGION),
        Param::required("InstanceId", instances::MISSING_ID),
        Param::required(MATCHING, INVALID_MODE),
        Param::optional(ID),
    ];
    const FAULTS: &'static [Fault] = &[
        INVALID_MODE,
        NOT_EMPTY,
        faults::MISSING_POOL_ID,
        NO_INSTANCE,
        SPOT,
        faults::POOL_NOT_FOUND,
        faults::POOL_INACTIVE,
        faults::POOL_OTHER_TYPE,
        faults::POOL_OTHER_ZONE,
        faults::POOL_OTHER_CHARGE,
        faults::POOL_OTHER_PLATFORM,
        faults::POOL_NOT_NOW,
        USED_UP,
        faults::SOLD_OUT,
    ];

    fn prepare(params: &Params, context: &Context<'_>) -> Result<Draft, Fault> {
        let target = target(params)?;
        let instance = instance_id::own(context, params.text("InstanceId").unwrap_or_default()).ok_or(NO_INSTANCE)?;
        if instance.spot {
            return Err(SPOT);
        }
        let attachment = match target {
            Target::None => Attachment::None,
            Target::Open => Attachment::Open,
            Target::Named(id) => {
                let reservation = pool_id::own_of_any_kind(context, id).ok_or(faults::POOL_NOT_FOUND)?;
                Attachment::Target(reservation.id)
            }
        };
        let command = Attach { id: instance.id, by: context.caller.account.clone(), attachment };
        let (entries, ()) = command.decide(context.ledger, context.now).map_err(refuse)?;
        Ok(Draft { entries, body: Body::new() })
    }
}

/// Which reservations are asked for.
enum Target<'a> {
    None,
    Open,
    Named(&'a str),
}

fn target(params: &Params) -> Result<Target<'_>, Fault> {
    let id = params.text(ID).filter(|id| !id.is_empty());
    match (params.text(MATCHING).unwrap_or_default(), id) {
        ("None", None) => Ok(Target::None),
        ("Open", None) => Ok(Target::Open),
        ("None" | "Open", Some(_)) => Err(NOT_EMPTY),
        ("Target", None) => Err(faults::MISSING_POOL_ID),
        ("Target", Some(id)) => Ok(Target::Named(id)),
        _ => Err(INVALID_MODE),
    }
}

fn refuse(refusal: InstanceRefusal) -> Fault {
    match refusal {
        InstanceRefusal::NotFound(_) | InstanceRefusal::WrongState(_) => NO_INSTANCE,
        InstanceRefusal::Place(_, PlaceRefusal::Spot) => SPOT,
        InstanceRefusal::Place(_, PlaceRefusal::Full) => USED_UP,
        InstanceRefusal::Place(_, PlaceRefusal::NoPool | PlaceRefusal::TooLarge) => faults::SOLD_OUT,
        InstanceRefusal::Place(_, refusal) => launching::refuse(refusal),
    }
}

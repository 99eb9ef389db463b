//! What the operations on instances share: which instances are named, and what is answered when one is in the way.

use crate::limits::INSTANCES_OF_CALL;
use crate::{Context, faults, instance_id, launching, words};
use ledger::InstanceId;
use ledger::commands::InstanceRefusal;
use rpc::body::Body;
use rpc::fault::Fault;
use rpc::params::Params;

/// `RegionId` is absent or empty.
pub const MISSING_REGION: Fault = Fault::new(400, "MissingRegionId", "RegionId is mandatory for this action.");
/// `InstanceId` is absent or empty, or none of a list.
pub const MISSING_ID: Fault = Fault::new(400, "MissingInstanceId", "InstanceId is mandatory for this action.");
/// More than 100 `InstanceId.N`.
pub const TOO_MANY_IDS: Fault =
    Fault::new(403, "InvalidParameter.TooManyInstanceIds", "Instance ids cannot be more than 100.");
/// Everything was checked and nothing done, in the operations that take many instances.
pub const DRY_RUN_OF_MANY: Fault =
    Fault::new(400, "DRYRUN.SUCCESS", "Request validation has been passed with DryRun flag set.");

/// The instance that `InstanceId` names. What is no id that Berth issues is nobody's.
///
/// # Errors
/// When it is no such id.
pub fn one(params: &Params) -> Result<InstanceId, Fault> {
    InstanceId::parse(params.text("InstanceId").unwrap_or_default()).ok_or(faults::INSTANCE_NOT_FOUND)
}

/// The instances that `InstanceId.N` names, each once.
///
/// # Errors
/// More than 100; one that is no id that Berth issues.
pub fn many(params: &Params) -> Result<Vec<InstanceId>, Fault> {
    let texts: Vec<&str> = params.list("InstanceId").into_iter().map(|(_, id)| id).collect();
    if i64::try_from(texts.len()).map_or(true, |count| count > *INSTANCES_OF_CALL.end()) {
        return Err(TOO_MANY_IDS);
    }
    instance_id::listed(&texts).map_err(|_| faults::INSTANCE_NOT_FOUND)
}

/// What is answered when an instance is in the way.
#[must_use]
pub const fn refuse(refusal: InstanceRefusal) -> Fault {
    match refusal {
        InstanceRefusal::NotFound(_) => faults::INSTANCE_NOT_FOUND,
        InstanceRefusal::WrongState(_) => faults::INSTANCE_STATUS,
        InstanceRefusal::Place(_, refusal) => launching::refuse(refusal),
    }
}

/// What became of each instance: it was stopped and is starting, or the other way round; or why not.
pub fn responses(context: &Context<'_>, each: &[(InstanceId, Option<Fault>)], becomes: &'static str) -> Body {
    let response = |(id, fault): &(InstanceId, Option<Fault>)| {
        let own = context.ledger.instance(id).filter(|it| it.owner == context.caller.account);
        let before = own.map_or("", |it| words::state(&it.state));
        let (code, message, after) = match fault {
            None => ("200", "success".to_owned(), becomes),
            Some(fault) => (fault.code, fault.message.to_string(), before),
        };
        Body::new()
            .text("InstanceId", id.to_string())
            .text("Code", code)
            .text("Message", message)
            .text("PreviousStatus", before)
            .text("CurrentStatus", after)
    };
    Body::new().list("InstanceResponses", "InstanceResponse", each.iter().map(response))
}

/// Whether `BatchOptimization` asks for each by itself.
///
/// # Errors
/// When it is none of its values.
pub fn is_each(params: &Params) -> Result<bool, Fault> {
    match params.text("BatchOptimization").filter(|text| !text.is_empty()) {
        None | Some("AllTogether") => Ok(false),
        Some("SuccessFirst") => Ok(true),
        Some(_) => Err(rpc::fault::common::INVALID_PARAMETER.because("BatchOptimization")),
    }
}

/// Whether `StoppedMode` keeps the places.
///
/// # Errors
/// When it is none of its values.
pub fn keeps(params: &Params) -> Result<bool, Fault> {
    match params.text("StoppedMode").filter(|text| !text.is_empty()) {
        None | Some("KeepCharging") => Ok(true),
        Some("StopCharging") => Ok(false),
        Some(_) => Err(rpc::fault::common::INVALID_PARAMETER.because("StoppedMode")),
    }
}

/// Whether the instance can stop without its place being kept: those paid in advance and spot instances cannot.
///
/// # Errors
/// The fault of its kind.
pub fn can_give(context: &Context<'_>, id: InstanceId) -> Result<(), Fault> {
    let own = context.ledger.instance(&id).filter(|it| it.owner == context.caller.account);
    match own {
        Some(it) if it.charge == ledger::Charge::PrePaid => Err(PREPAID),
        Some(it) if it.spot => Err(SPOT),
        _ => Ok(()),
    }
}

/// A stop that gives the place back, of an instance paid in advance.
pub const PREPAID: Fault =
    Fault::new(403, "InvalidInstanceId.NotSupport", "Pre pay instance does not support this operation.");
/// A stop that gives the place back, of a spot instance.
pub const SPOT: Fault =
    Fault::new(403, "InvalidInstanceId.NotSupport", "Spot instance does not support this operation.");

/// What was asked for is what it is called afterwards, for a moment.
pub const STARTING: &str = "Starting";
/// See [`STARTING`].
pub const STOPPING: &str = "Stopping";

//! What the operations on instances share: which instances are named, and what is answered when one is in the way.

use crate::limits::INSTANCES_OF_CALL;
use crate::{Context, faults, instance_id, launching, words};
use ledger::commands::{Command, InstanceRefusal, Stop};
use ledger::{Charge, Entry, InstanceId};
use rpc::body::Body;
use rpc::fault::Fault;
use rpc::params::Params;
use std::collections::BTreeSet;

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
    id(params.text("InstanceId").unwrap_or_default())
}

fn id(text: &str) -> Result<InstanceId, Fault> {
    InstanceId::parse(text).ok_or(faults::INSTANCE_NOT_FOUND)
}

/// What `InstanceId.N` names, each once, in order of first index.
///
/// # Errors
/// More than 100.
pub fn named(params: &Params) -> Result<Vec<&str>, Fault> {
    let given = params.list("InstanceId");
    if i64::try_from(given.len()).map_or(true, |count| count > *INSTANCES_OF_CALL.end()) {
        return Err(TOO_MANY_IDS);
    }
    let mut seen = BTreeSet::new();
    Ok(given.into_iter().map(|(_, text)| text).filter(|text| seen.insert(*text)).collect())
}

/// The instances of these ids. What is no id that Berth issues is nobody's.
///
/// # Errors
/// When one of them is no such id.
pub fn all(texts: &[&str]) -> Result<Vec<InstanceId>, Fault> {
    texts.iter().map(|text| id(text)).collect()
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
pub fn responses(context: &Context<'_>, each: &[(&str, Option<Fault>)], becomes: &'static str) -> Body {
    let response = |(id, fault): &(&str, Option<Fault>)| {
        let before = instance_id::own(context, id).map_or("", |it| words::state(&it.state));
        let (code, message, after) = match fault {
            None => ("200", "success".to_owned(), becomes),
            Some(fault) => (fault.code, fault.message.to_string(), before),
        };
        Body::new()
            .text("InstanceId", (*id).to_owned())
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

/// Stops the instance of this id: what is to be noted. Without its place being kept, those paid in advance and spot
/// instances cannot stop.
///
/// # Errors
/// The first fault in the order of checks.
pub fn stop(text: &str, keep: bool, context: &Context<'_>) -> Result<Vec<Entry>, Fault> {
    let (id, by) = (id(text)?, &context.caller.account);
    match context.ledger.instance(&id).filter(|it| !keep && it.owner == *by) {
        Some(it) if it.charge == Charge::PrePaid => return Err(PREPAID),
        Some(it) if it.spot => return Err(SPOT),
        _ => {}
    }
    let command = Stop { ids: vec![id], by: by.clone(), keep };
    let (entries, ()) = command.decide(context.ledger, context.now).map_err(refuse)?;
    Ok(entries)
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

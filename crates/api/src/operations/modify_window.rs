//! ModifyWindow: give a window other moments, another amount, another name: all of it, or nothing. An end that is not
//! after its beginning, or not after now, ends it at once: so a window is called off.

use crate::operations::EXTENSION;
use crate::{Context, Draft, Operation, Param, Resource, Scope};
use crate::{faults, fields, windows};
use ledger::commands::{Command, Modify, ModifyRefusal, Reschedule, RescheduleRefusal};
use ledger::{End, Entry, Moment, Phase, Reservation};
use rpc::body::Body;
use rpc::fault::Fault;
use rpc::params::Params;

const ID: &str = "PrivatePoolOptions.Id";

const OVER: Fault = Fault::new(
    403,
    "IncorrectPrivatePoolStatus",
    "The current status of the private pool does not support this operation.",
);
const HAS_BEGUN: Fault = Fault::new(
    403,
    "OperationDenied.StartTimeNotSupported",
    "The specified private pool does not support this operation.",
);
const BELOW_USED: Fault =
    Fault::new(403, "InvalidInstanceAmount.ValueNotSupported", "The specified InstanceAmount is invalid.");

/// The operation.
pub struct ModifyWindow;

impl Operation for ModifyWindow {
    const NAME: &'static str = "ModifyWindow";
    const VERSION: &'static str = EXTENSION;
    const SCOPE: Scope = Scope::Region;
    const RESOURCE: Resource = Resource::Each("capacityreservation", ID);
    const PARAMS: &'static [Param] = &[
        Param::required("RegionId", faults::MISSING_REGION),
        Param::required_with(ID, faults::MISSING_POOL_ID, faults::EMPTY_POOL_ID),
        Param::optional("StartTime"),
        Param::optional("EndTime"),
        Param::optional("InstanceAmount"),
        Param::optional("PrivatePoolOptions.Name"),
        Param::optional("Description"),
        Param::optional("ClientToken"),
        Param::optional("DryRun"),
    ];
    const FAULTS: &'static [Fault] = &[
        faults::INVALID_NAME,
        faults::INVALID_DESCRIPTION,
        faults::INVALID_AMOUNT,
        windows::INVALID_START_TIME,
        faults::INVALID_END_TIME,
        windows::NOT_FOUND,
        OVER,
        HAS_BEGUN,
        BELOW_USED,
        faults::SOLD_OUT,
    ];

    fn prepare(params: &Params, context: &Context<'_>) -> Result<Draft, Fault> {
        let (name, description) = (fields::name(params)?, fields::description(params)?);
        let count = fields::amount(params)?;
        let starts = moment(params, "StartTime", context.now, windows::INVALID_START_TIME)?;
        let end = moment(params, "EndTime", context.now, faults::INVALID_END_TIME)?;
        if starts.zip(end).is_some_and(|(starts, end)| end <= starts && end > context.now) {
            // Who names both means a window, and not to call it off.
            return Err(faults::INVALID_END_TIME);
        }
        let window = windows::own(context, params.text(ID).unwrap_or_default())?;
        let (id, by) = (window.id, context.caller.account.clone());
        let mut entries = Vec::new();
        if name.is_some() || description.is_some() {
            let (name, description) = (name.map(Box::from), description.map(Box::from));
            let modify = Modify { id, by: by.clone(), name, description, end: None, count: None };
            entries.extend(modify.decide(context.ledger, context.now).map_err(refuse_name)?.0);
        }
        let reschedule = Reschedule { id, by, starts, end, count };
        entries.extend(reschedule.decide(context.ledger, context.now).map_err(refuse)?.0);
        let body = stands(window, &entries);
        Ok(Draft { entries, body })
    }
}

/// As it stands after these facts.
fn stands(window: &Reservation, entries: &[Entry]) -> Body {
    let (mut phase, mut starts, mut end) = (window.phase, window.starts, window.end);
    for entry in entries {
        match entry {
            Entry::Rescheduled { starts: new, end: until, .. } => (starts, end) = (*new, End::At(*until)),
            Entry::Released { at, why, .. } => {
                (phase, end) = (Phase::Released { at: *at, why: *why }, End::At(*at));
            }
            _ => {}
        }
    }
    windows::stands(Body::new(), phase, starts, end)
}

/// A moment, past ones too: what it means for the window is the ledger's to say.
fn moment(params: &Params, name: &str, now: Moment, fault: Fault) -> Result<Option<Moment>, Fault> {
    match params.text(name) {
        None => Ok(None),
        Some("Now") => Ok(Some(now)),
        Some(text) => windows::moment(text, now).map(Some).ok_or(fault),
    }
}

fn refuse(refusal: RescheduleRefusal) -> Fault {
    match refusal {
        RescheduleRefusal::NotFound => windows::NOT_FOUND,
        RescheduleRefusal::Over => OVER,
        RescheduleRefusal::HasBegun => HAS_BEGUN,
        RescheduleRefusal::StartInPast | RescheduleRefusal::StartTooLate => windows::INVALID_START_TIME,
        RescheduleRefusal::BelowUsed(_) => BELOW_USED,
        RescheduleRefusal::NoStock(_) => faults::SOLD_OUT,
    }
}

fn refuse_name(refusal: ModifyRefusal) -> Fault {
    match refusal {
        ModifyRefusal::NotFound => windows::NOT_FOUND,
        ModifyRefusal::NotActive => OVER,
        // It is asked for no amount and no end.
        ModifyRefusal::BelowUsed(_) | ModifyRefusal::NoStock(_) => faults::INVALID_AMOUNT,
        ModifyRefusal::EndInPast | ModifyRefusal::OtherEnd => faults::INVALID_END_TIME,
    }
}

//! ModifyWindow: give a window other moments, another amount, another name. An end that is not after its beginning, or
//! not after now, ends it at once: so a window is called off.

use crate::operations::EXTENSION;
use crate::{Context, Draft, Operation, Param, Resource, Scope};
use crate::{faults, fields, windows};
use ledger::commands::{Command, Modify, ModifyRefusal, Reschedule, RescheduleRefusal};
use ledger::{Moment, Phase};
use rpc::body::Body;
use rpc::fault::{Fault, common};
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
        common::INVALID_PARAMETER,
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
        if count.is_some() && (starts.is_some() || end.is_some()) {
            // Whether the one fits depends on the other.
            return Err(common::INVALID_PARAMETER.because("InstanceAmount is changed by itself"));
        }
        let window = windows::own(context, params.text(ID).unwrap_or_default())?;
        if matches!(window.phase, Phase::Released { .. }) {
            return Err(OVER);
        }
        let (id, by) = (window.id, context.caller.account.clone());
        let mut entries = Vec::new();
        if name.is_some() || description.is_some() || count.is_some() {
            let (name, description) = (name.map(Box::from), description.map(Box::from));
            let modify = Modify { id, by: by.clone(), name, description, end: None, count };
            entries.extend(modify.decide(context.ledger, context.now).map_err(refuse_change)?.0);
        }
        if starts.is_some() || end.is_some() {
            let reschedule = Reschedule { id, by, starts, end };
            entries.extend(reschedule.decide(context.ledger, context.now).map_err(refuse)?.0);
        }
        Ok(Draft { entries, body: Body::new() })
    }
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
        RescheduleRefusal::StartInPast => windows::INVALID_START_TIME,
        RescheduleRefusal::NoStock(_) => faults::SOLD_OUT,
    }
}

fn refuse_change(refusal: ModifyRefusal) -> Fault {
    match refusal {
        ModifyRefusal::NotFound => windows::NOT_FOUND,
        ModifyRefusal::NotActive => OVER,
        ModifyRefusal::BelowUsed(_) => BELOW_USED,
        ModifyRefusal::NoStock(_) => faults::SOLD_OUT,
        // It is asked for no end.
        ModifyRefusal::EndInPast | ModifyRefusal::OtherEnd => faults::INVALID_END_TIME,
    }
}

//! SetClock: the clock of a server for development shows another hour, and whatever falls due until then happens before
//! this is answered. Signatures are held against the real hour all the same.

use crate::development::{self, OUT_OF_RANGE, Order, RUNS};
use crate::operations::EXTENSION;
use crate::{Context, Draft, Operation, Param, Resource, Scope};
use rpc::fault::{Fault, common};
use rpc::params::Params;
use rpc::time;

const TIME: &str = "Time";

const MISSING_TIME: Fault = Fault::new(400, "MissingTime", "Time is mandatory for this action.");

/// The operation.
pub struct SetClock;

impl Operation<Order> for SetClock {
    const NAME: &'static str = "SetClock";
    const VERSION: &'static str = EXTENSION;
    const OPERATOR: bool = true;
    const SCOPE: Scope = Scope::Development;
    const RESOURCE: Resource = Resource::Any;
    const PARAMS: &'static [Param] =
        &[Param::required(TIME, MISSING_TIME), Param::optional(RUNS), Param::optional("DryRun")];
    const FAULTS: &'static [Fault] = &[common::INVALID_PARAMETER, OUT_OF_RANGE];

    fn prepare(params: &Params, context: &Context<'_>) -> Result<Draft<Order>, Fault> {
        let hour = params.text(TIME).and_then(time::parse_either);
        let hour = hour.ok_or_else(|| common::INVALID_PARAMETER.because(TIME))?;
        development::set(params, context.now, Some(hour))
    }
}

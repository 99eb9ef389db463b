//! AdvanceClock: the clock of a server for development goes forward, and whatever falls due on the way happens before
//! this is answered. By nothing, it tells the hour.

use crate::development::{self, OUT_OF_RANGE, Order, RUNS};
use crate::operations::EXTENSION;
use crate::{Context, Draft, Operation, Param, Resource, Scope};
use rpc::fault::{Fault, common};
use rpc::params::Params;
use rpc::values;

const SECONDS: &str = "Seconds";

const MISSING_SECONDS: Fault = Fault::new(400, "MissingSeconds", "Seconds is mandatory for this action.");

/// The operation.
pub struct AdvanceClock;

impl Operation<Order> for AdvanceClock {
    const NAME: &'static str = "AdvanceClock";
    const VERSION: &'static str = EXTENSION;
    const OPERATOR: bool = true;
    const SCOPE: Scope = Scope::Development;
    const RESOURCE: Resource = Resource::Any;
    const PARAMS: &'static [Param] =
        &[Param::required(SECONDS, MISSING_SECONDS), Param::optional(RUNS), Param::optional("DryRun")];
    const FAULTS: &'static [Fault] = &[common::INVALID_PARAMETER, OUT_OF_RANGE];

    fn prepare(params: &Params, context: &Context<'_>) -> Result<Draft<Order>, Fault> {
        let seconds = params.text(SECONDS).and_then(values::integer);
        let seconds = seconds.ok_or_else(|| common::INVALID_PARAMETER.because(SECONDS))?;
        let seconds = u64::try_from(seconds).map_err(|_| OUT_OF_RANGE)?;
        development::set(params, context.now, context.now.0.checked_add(seconds))
    }
}

//! FailHosts: hosts have failed: what is free on them is gone at once, and what stood there does not run. All of
//! the named ones, or none.

use crate::hosts;
use crate::operations::EXTENSION;
use crate::{Context, Draft, Operation, Param, Resource, Scope};
use ledger::HostState;
use rpc::fault::Fault;
use rpc::params::Params;

/// The operation.
pub struct FailHosts;

impl Operation for FailHosts {
    const NAME: &'static str = "FailHosts";
    const VERSION: &'static str = EXTENSION;
    const OPERATOR: bool = true;
    const SCOPE: Scope = Scope::Region;
    const RESOURCE: Resource = Resource::Any;
    const PARAMS: &'static [Param] = hosts::PARAMS;
    const FAULTS: &'static [Fault] = &[hosts::INVALID_IDS, hosts::NOT_FOUND];

    fn prepare(params: &Params, context: &Context<'_>) -> Result<Draft, Fault> {
        hosts::mark(params, context, HostState::Failed)
    }
}

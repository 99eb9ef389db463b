//! RemoveHosts: hosts leave the fleet, all of the named ones or none. Nothing may stand on them; what is promised stays
//! promised, so that can make a shortfall.

use crate::hosts;
use crate::operations::EXTENSION;
use crate::{Context, Draft, Operation, Param, Resource, Scope};
use ledger::commands::{Command, RemoveHosts as Remove};
use rpc::body::Body;
use rpc::fault::Fault;
use rpc::params::Params;

/// The operation.
pub struct RemoveHosts;

impl Operation for RemoveHosts {
    const NAME: &'static str = "RemoveHosts";
    const VERSION: &'static str = EXTENSION;
    const OPERATOR: bool = true;
    const SCOPE: Scope = Scope::Region;
    const RESOURCE: Resource = Resource::Any;
    const PARAMS: &'static [Param] = hosts::PARAMS;
    const FAULTS: &'static [Fault] = &[hosts::INVALID_IDS, hosts::NOT_FOUND, hosts::IN_USE];

    fn prepare(params: &Params, context: &Context<'_>) -> Result<Draft, Fault> {
        let hosts = hosts::ids(params)?;
        let (entries, ()) =
            Remove { hosts }.decide(context.ledger, context.now).map_err(|trouble| hosts::refuse(&trouble))?;
        let removed = entries.len();
        Ok(Draft { entries, body: Body::new().integer("Removed", removed) })
    }
}

//! Snapshot: everything that a server for development holds is kept under a name, as of one moment: all regions, the
//! directory, the clock.

use crate::development::{self, INVALID_SNAPSHOT, MISSING_SNAPSHOT, Order, SNAPSHOT};
use crate::limits::SNAPSHOTS_MAX;
use crate::operations::EXTENSION;
use crate::{Context, Draft, Operation, Param, Resource, Scope};
use rpc::body::Body;
use rpc::fault::Fault;
use rpc::params::Params;

const TOO_MANY: Fault = Fault::new(403, "QuotaExceed.Snapshots", "There are as many snapshots as there can be.");

/// The operation.
pub struct Snapshot;

impl Operation<Order> for Snapshot {
    const NAME: &'static str = "Snapshot";
    const VERSION: &'static str = EXTENSION;
    const OPERATOR: bool = true;
    const SCOPE: Scope = Scope::Development;
    const RESOURCE: Resource = Resource::Any;
    const PARAMS: &'static [Param] = &[Param::required(SNAPSHOT, MISSING_SNAPSHOT), Param::optional("DryRun")];
    const FAULTS: &'static [Fault] = &[INVALID_SNAPSHOT, TOO_MANY];

    fn prepare(params: &Params, context: &Context<'_>) -> Result<Draft<Order>, Fault> {
        let name = development::snapshot(params)?;
        let snapshots = &development::state(context)?.snapshots;
        if !snapshots.contains_key(name) && snapshots.len() >= SNAPSHOTS_MAX {
            return Err(TOO_MANY);
        }
        let body = Body::new().text("Time", development::written(context.now));
        Ok(Draft { entries: vec![Order::Snapshot(name.into())], body })
    }
}

//! Restore: everything that a server for development holds is as it was when a snapshot was made, the hour too.

use crate::development::{self, INVALID_SNAPSHOT, MISSING_SNAPSHOT, Order, SNAPSHOT};
use crate::operations::EXTENSION;
use crate::{Context, Draft, Operation, Param, Resource, Scope};
use rpc::body::Body;
use rpc::fault::Fault;
use rpc::params::Params;

const UNKNOWN: Fault = Fault::new(404, "InvalidSnapshotName.NotFound", "The specified SnapshotName does not exist.");

/// The operation.
pub struct Restore;

impl Operation<Order> for Restore {
    const NAME: &'static str = "Restore";
    const VERSION: &'static str = EXTENSION;
    const OPERATOR: bool = true;
    const SCOPE: Scope = Scope::Development;
    const RESOURCE: Resource = Resource::Any;
    const PARAMS: &'static [Param] = &[Param::required(SNAPSHOT, MISSING_SNAPSHOT), Param::optional("DryRun")];
    const FAULTS: &'static [Fault] = &[INVALID_SNAPSHOT, UNKNOWN];

    fn prepare(params: &Params, context: &Context<'_>) -> Result<Draft<Order>, Fault> {
        let name = development::snapshot(params)?;
        let kept = development::state(context)?.snapshots.get(name).ok_or(UNKNOWN)?;
        let body = Body::new().text("Time", development::written(kept.hour));
        Ok(Draft { entries: vec![Order::Restore(name.into())], body })
    }
}

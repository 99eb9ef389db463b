//! DescribeSnapshots: what a server for development could be restored to.

use crate::development::{self, Order};
use crate::operations::EXTENSION;
use crate::{Context, Draft, Operation, Param, Resource, Scope};
use rpc::body::Body;
use rpc::fault::Fault;
use rpc::params::Params;

/// The operation.
pub struct DescribeSnapshots;

impl Operation<Order> for DescribeSnapshots {
    const NAME: &'static str = "DescribeSnapshots";
    const VERSION: &'static str = EXTENSION;
    const OPERATOR: bool = true;
    const SCOPE: Scope = Scope::Development;
    const RESOURCE: Resource = Resource::Any;
    const PARAMS: &'static [Param] = &[];
    const FAULTS: &'static [Fault] = &[];

    fn prepare(_: &Params, context: &Context<'_>) -> Result<Draft<Order>, Fault> {
        let items = development::state(context)?.snapshots.iter().map(|(name, kept)| {
            Body::new().text("SnapshotName", name.to_string()).text("Time", development::written(kept.hour))
        });
        Ok(Draft { entries: Vec::new(), body: Body::new().list("Snapshots", "Snapshot", items) })
    }
}

//! Reset: a server for development is as it was right after its start. Its clock shows the real hour again.

use crate::development::Order;
use crate::operations::EXTENSION;
use crate::{Context, Draft, Operation, Param, Resource, Scope};
use rpc::body::Body;
use rpc::fault::Fault;
use rpc::params::Params;

/// The operation.
pub struct Reset;

impl Operation<Order> for Reset {
    const NAME: &'static str = "Reset";
    const VERSION: &'static str = EXTENSION;
    const OPERATOR: bool = true;
    const SCOPE: Scope = Scope::Development;
    const RESOURCE: Resource = Resource::Any;
    const PARAMS: &'static [Param] = &[Param::optional("DryRun")];
    const FAULTS: &'static [Fault] = &[];

    fn prepare(_: &Params, _: &Context<'_>) -> Result<Draft<Order>, Fault> {
        Ok(Draft { entries: vec![Order::Reset], body: Body::new() })
    }
}

//! ClearFaults: requests to a server for development meet what was injected no more.

use super::inject_fault::met;
use crate::development::{self, Order};
use crate::operations::EXTENSION;
use crate::{Context, Draft, Operation, Param, Resource, Scope};
use rpc::body::Body;
use rpc::fault::{Fault, common};
use rpc::params::Params;

const ACTION: &str = "ActionName";

/// The operation.
pub struct ClearFaults;

impl Operation<Order> for ClearFaults {
    const NAME: &'static str = "ClearFaults";
    const VERSION: &'static str = EXTENSION;
    const OPERATOR: bool = true;
    const SCOPE: Scope = Scope::Development;
    const RESOURCE: Resource = Resource::Any;
    const PARAMS: &'static [Param] = &[Param::optional(ACTION), Param::optional("DryRun")];
    const FAULTS: &'static [Fault] = &[common::INVALID_PARAMETER];

    fn prepare(params: &Params, context: &Context<'_>) -> Result<Draft<Order>, Fault> {
        let row = params.text(ACTION).map(|name| met(name).ok_or_else(|| common::INVALID_PARAMETER.because(ACTION)));
        let action = row.transpose()?.map(|row| row.name);
        let rules = &development::state(context)?.rules;
        let cleared = rules.iter().filter(|rule| action.is_none() || rule.action == action).count();
        let body = Body::new().integer("ClearedCount", cleared);
        Ok(Draft { entries: vec![Order::Clear(action)], body })
    }
}

//! DescribeFaults: what was injected into a server for development, in the order in which requests are held against it.

use crate::development::{self, Order};
use crate::injection::{Rule, Told};
use crate::operations::EXTENSION;
use crate::{Context, Draft, Operation, Param, Resource, Scope};
use rpc::body::Body;
use rpc::fault::Fault;
use rpc::params::Params;

/// The operation.
pub struct DescribeFaults;

impl Operation<Order> for DescribeFaults {
    const NAME: &'static str = "DescribeFaults";
    const VERSION: &'static str = EXTENSION;
    const OPERATOR: bool = true;
    const SCOPE: Scope = Scope::Development;
    const RESOURCE: Resource = Resource::Any;
    const PARAMS: &'static [Param] = &[];
    const FAULTS: &'static [Fault] = &[];

    fn prepare(_: &Params, context: &Context<'_>) -> Result<Draft<Order>, Fault> {
        let items = development::state(context)?.rules.iter().map(item);
        Ok(Draft { entries: Vec::new(), body: Body::new().list("Faults", "Fault", items) })
    }
}

fn item(rule: &Rule) -> Body {
    let body = Body::new().text("ActionName", rule.action.unwrap_or_default());
    let body = match &rule.strike.told {
        Told::Fault { status, code, message } => body
            .text("Code", code.to_string())
            .text("Message", message.to_string())
            .integer("HttpStatus", i64::from(*status)),
        Told::Cut | Told::Late => body,
    };
    let body = body
        .flag("Cut", rule.strike.told == Told::Cut)
        .text("When", if rule.strike.after { "After" } else { "Before" })
        .integer("DelayMilliseconds", rule.strike.delay_milliseconds)
        .integer("Probability", rule.probability)
        .integer("Seed", rule.seed);
    let body = match rule.count {
        Some(count) => body.integer("Count", count),
        None => body,
    };
    body.integer("SeenCount", rule.seen).integer("MetCount", rule.met)
}

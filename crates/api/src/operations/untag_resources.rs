//! UntagResources: take tags off reservations or instances. Off all of them, or none.

use crate::{Context, Draft, Operation, Param, Resource, Scope};
use crate::{faults, tagged};
use ledger::commands::{Command, TagRefusal, Untag};
use ledger::limits::TAGS_MAX;
use rpc::body::Body;
use rpc::fault::{Fault, common};
use rpc::params::Params;
use rpc::values::flag;

/// The operation.
pub struct UntagResources;

impl Operation for UntagResources {
    const NAME: &'static str = "UntagResources";
    const SCOPE: Scope = Scope::Region;
    const RESOURCE: Resource = Resource::Tagged("ResourceId.N");
    const PARAMS: &'static [Param] = &[
        Param::required("RegionId", faults::MISSING_REGION_OF_TAGS),
        Param::required("ResourceType", faults::MISSING_RESOURCE_TYPE),
        Param::required("ResourceId.N", faults::MISSING_RESOURCE_ID),
        Param::optional("TagKey.N"),
        Param::optional("All"),
    ];
    const FAULTS: &'static [Fault] = &[
        faults::UNKNOWN_RESOURCE_TYPE,
        faults::TOO_MANY_RESOURCE_IDS,
        faults::TOO_MANY_TAGS,
        common::INVALID_PARAMETER,
        faults::RESOURCE_NOT_FOUND,
    ];

    fn prepare(params: &Params, context: &Context<'_>) -> Result<Draft, Fault> {
        let kind = tagged::kind(params)?;
        let ids = tagged::ids(params)?;
        let keys: Vec<Box<str>> = params.list("TagKey").into_iter().map(|(_, key)| key.into()).collect();
        if keys.len() > TAGS_MAX {
            return Err(faults::TOO_MANY_TAGS);
        }
        let all = params.text("All").map_or(Some(false), flag);
        let all = all.ok_or_else(|| common::INVALID_PARAMETER.because("All"))?;
        let ids = tagged::own(context, kind, &ids)?;
        // All counts only without keys; with neither, nothing is taken off.
        let keys = (!keys.is_empty() || !all).then_some(keys);
        let command = Untag { ids, by: context.caller.account.clone(), keys };
        let (entries, ()) = command.decide(context.ledger, context.now).map_err(refuse)?;
        Ok(Draft { entries, body: Body::new() })
    }
}

fn refuse(refusal: TagRefusal) -> Fault {
    match refusal {
        // Taking off never makes them more.
        TagRefusal::NotFound(_) | TagRefusal::TooMany(_) => faults::RESOURCE_NOT_FOUND,
    }
}

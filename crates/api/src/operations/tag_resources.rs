//! TagResources: put tags on reservations or instances; a key that is there gets the new value. All of them, or none.

use crate::{Context, Draft, Operation, Param, Resource, Scope};
use crate::{faults, tagged, tags};
use ledger::commands::{Command, TagRefusal, Tags};
use rpc::body::Body;
use rpc::fault::Fault;
use rpc::params::Params;

const QUOTA: Fault =
    Fault::new(400, "OperationDenied.QuotaExceed", "The quota of tags on resource is beyond permitted range.");

/// The operation.
pub struct TagResources;

impl Operation for TagResources {
    const NAME: &'static str = "TagResources";
    const SCOPE: Scope = Scope::Region;
    const RESOURCE: Resource = Resource::Tagged("ResourceId.N");
    const PARAMS: &'static [Param] = &[
        Param::required("RegionId", faults::MISSING_REGION_OF_TAGS),
        Param::required("ResourceType", faults::MISSING_RESOURCE_TYPE),
        Param::required("ResourceId.N", faults::MISSING_RESOURCE_ID),
        Param::required_with("Tag.N.Key", faults::MISSING_TAGS, faults::INVALID_TAG_KEY),
        Param::optional("Tag.N.Value"),
    ];
    const FAULTS: &'static [Fault] = &[
        faults::UNKNOWN_RESOURCE_TYPE,
        faults::TOO_MANY_RESOURCE_IDS,
        faults::TOO_MANY_TAGS,
        faults::INVALID_TAG_KEY,
        faults::INVALID_TAG_VALUE,
        faults::DUPLICATE_TAG_KEY,
        faults::RESOURCE_NOT_FOUND,
        QUOTA,
    ];

    fn prepare(params: &Params, context: &Context<'_>) -> Result<Draft, Fault> {
        let kind = tagged::kind(params)?;
        let ids = tagged::ids(params)?;
        let tags = tags::read(params)?;
        let ids = tagged::own(context, kind, &ids)?;
        let command = Tags { ids, by: context.caller.account.clone(), tags };
        let (entries, ()) = command.decide(context.ledger, context.now).map_err(refuse)?;
        Ok(Draft { entries, body: Body::new() })
    }
}

fn refuse(refusal: TagRefusal) -> Fault {
    match refusal {
        TagRefusal::NotFound(_) => faults::RESOURCE_NOT_FOUND,
        TagRefusal::TooMany(_) => QUOTA,
    }
}

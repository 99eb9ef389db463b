//! DescribeInstanceAttachmentAttributes: which reservations instances may use, and which they use.

use crate::limits::PAGE_ITEMS;
use crate::{Context, Draft, Operation, Param, Resource, Scope};
use crate::{faults, instance_id, words};
use ledger::{Attachment, Instance};
use rpc::body::Body;
use rpc::fault::Fault;
use rpc::params::Params;
use rpc::values::{TextsError, integer};

const IDS: &str = "InstanceIds";

const TOO_MANY: Fault = Fault::new(403, "InvalidParameter.TooManyInstanceIds", "Instance ids cannot be more than 100.");
const MALFORMED: Fault = Fault::new(403, "Abs.InvalidInstanceIds.MalFormed", "The specified InstanceIds is not valid.");
const NOT_FOUND: Fault = Fault::new(404, "InvalidInstanceIds.NotFound", "The specified InstanceIds does not exist.");
const INVALID: Fault = Fault::new(500, "InvalidParameter", "Invalid parameters.");

/// The operation.
pub struct DescribeInstanceAttachmentAttributes;

impl Operation for DescribeInstanceAttachmentAttributes {
    const NAME: &'static str = "DescribeInstanceAttachmentAttributes";
    const SCOPE: Scope = Scope::Region;
    const RESOURCE: Resource = Resource::Listed("instance", IDS);
    const PARAMS: &'static [Param] = &[
        Param::required("RegionId", faults::MISSING_REGION),
        Param::required(IDS, MALFORMED),
        Param::optional("PageNumber"),
        Param::optional("PageSize"),
    ];
    const FAULTS: &'static [Fault] = &[TOO_MANY, MALFORMED, INVALID, NOT_FOUND];

    fn prepare(params: &Params, context: &Context<'_>) -> Result<Draft, Fault> {
        let ids = instance_id::array(params, IDS).map_err(|error| match error {
            TextsError::Malformed => MALFORMED,
            TextsError::TooMany => TOO_MANY,
        })?;
        let ids = ids.filter(|ids| !ids.is_empty()).ok_or(MALFORMED)?;
        let page = number(params, "PageNumber", 1, i64::MAX)?;
        let size = number(params, "PageSize", 10, *PAGE_ITEMS.end())?;
        let found = ids.iter().map(|id| instance_id::own(context, id)).collect::<Option<Vec<_>>>();
        let mut found = found.ok_or(NOT_FOUND)?;
        found.sort_unstable_by_key(|it| (it.made, it.id));
        found.dedup_by_key(|it| it.id);
        let skipped = page.saturating_sub(1).saturating_mul(size);
        let body = Body::new()
            .integer("PageSize", size)
            .integer("PageNumber", page)
            .integer("TotalCount", found.len())
            .list("Instances", "Instance", found.iter().skip(skipped).take(size).map(|it| item(it, context)));
        Ok(Draft { entries: Vec::new(), body })
    }
}

fn number(params: &Params, name: &str, absent: usize, most: i64) -> Result<usize, Fault> {
    let Some(text) = params.text(name) else { return Ok(absent) };
    let number = integer(text).filter(|number| (1..=most).contains(number));
    number.and_then(|number| usize::try_from(number).ok()).ok_or_else(|| INVALID.because(name))
}

/// The mode, and the reservation: with `Target` the named one, with `Open` the one that was chosen. Both are empty when
/// the named one is over, because nothing can be launched into it any more.
fn item(instance: &Instance, context: &Context<'_>) -> Body {
    let uses = match instance.attachment {
        Attachment::Target(id) => context.ledger.reservation(&id).filter(|it| it.holds()).map(|it| it.id),
        Attachment::Open | Attachment::None => instance.reservation(),
    };
    let is_over = uses.is_none() && matches!(instance.attachment, Attachment::Target(_));
    Body::new()
        .text("InstanceId", instance.id.to_string())
        .text("PrivatePoolOptionsMatchCriteria", if is_over { "" } else { words::attachment(instance.attachment) })
        .text("PrivatePoolOptionsId", uses.map_or_else(String::new, |id| id.to_string()))
}

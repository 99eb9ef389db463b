//! What the tag operations name: kinds of resources and ids of theirs.

use crate::faults::{RESOURCE_NOT_FOUND, TOO_MANY_RESOURCE_IDS, UNKNOWN_RESOURCE_TYPE};
use crate::limits::RESOURCE_IDS_MAX;
use crate::{Context, pool_id};
use ledger::commands::Tagged;
use rpc::fault::Fault;
use rpc::params::Params;

/// Kinds of resources that can carry tags. Of all but the first there are none here.
const KINDS: [&str; 19] = [
    "capacityreservation",
    "instance",
    "disk",
    "snapshot",
    "image",
    "securitygroup",
    "volume",
    "eni",
    "ddh",
    "ddhcluster",
    "keypair",
    "launchtemplate",
    "reservedinstance",
    "snapshotpolicy",
    "elasticityassurance",
    "command",
    "invocation",
    "activation",
    "managedinstance",
];

/// Whether `ResourceType` names reservations.
///
/// # Errors
/// When it names nothing that there is.
pub fn is_reservation(params: &Params) -> Result<bool, Fault> {
    let kind = params.text("ResourceType").unwrap_or_default();
    let place = KINDS.iter().position(|known| *known == kind).ok_or(UNKNOWN_RESOURCE_TYPE)?;
    Ok(place == 0)
}

/// `ResourceId.N`, in order of index.
///
/// # Errors
/// When there are more than 50.
pub fn ids(params: &Params) -> Result<Vec<&str>, Fault> {
    let ids = params.list("ResourceId");
    if ids.len() > RESOURCE_IDS_MAX {
        return Err(TOO_MANY_RESOURCE_IDS);
    }
    Ok(ids.into_iter().map(|(_, id)| id).collect())
}

/// The caller's own reservations of these ids, each once.
///
/// # Errors
/// When one of them is not the caller's; with another kind of resource none is.
pub fn own(context: &Context<'_>, is_reservation: bool, ids: &[&str]) -> Result<Vec<Tagged>, Fault> {
    let one =
        |id: &&str| pool_id::own(context, id).filter(|_| is_reservation).map(|found| Tagged::Reservation(found.id));
    let mut found: Vec<_> = ids.iter().map(one).collect::<Option<_>>().ok_or(RESOURCE_NOT_FOUND)?;
    found.sort_unstable();
    found.dedup();
    Ok(found)
}

//! What the tag operations name: kinds of resources and ids of theirs.

use crate::faults::{RESOURCE_NOT_FOUND, TOO_MANY_RESOURCE_IDS, UNKNOWN_RESOURCE_TYPE};
use crate::limits::RESOURCE_IDS_MAX;
use crate::{Context, instance_id, pool_id};
use ledger::Kind;
use ledger::commands::Tagged;
use rpc::fault::Fault;
use rpc::params::Params;

/// Kinds of resources that can carry tags on the wire, of which there are none here.
const STRANGERS: [&str; 16] = [
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
    "command",
    "invocation",
    "activation",
    "managedinstance",
];

/// What `ResourceType` names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResourceKind {
    /// Reservations of a kind.
    Reservation(Kind),
    /// Instances.
    Instance,
    /// Something of which there is nothing here.
    Stranger,
}

/// The kind of resource that `ResourceType` names.
///
/// # Errors
/// When it names nothing that there is.
pub fn kind(params: &Params) -> Result<ResourceKind, Fault> {
    match params.text("ResourceType").unwrap_or_default() {
        "capacityreservation" => Ok(ResourceKind::Reservation(Kind::CapacityReservation)),
        "elasticityassurance" => Ok(ResourceKind::Reservation(Kind::ElasticityAssurance)),
        "instance" => Ok(ResourceKind::Instance),
        other if STRANGERS.contains(&other) => Ok(ResourceKind::Stranger),
        _ => Err(UNKNOWN_RESOURCE_TYPE),
    }
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

/// The caller's own resources of these ids, each once.
///
/// # Errors
/// When one of them is not the caller's, or not of this kind.
pub fn own(context: &Context<'_>, kind: ResourceKind, ids: &[&str]) -> Result<Vec<Tagged>, Fault> {
    let one = |id: &&str| match kind {
        ResourceKind::Reservation(kind) => pool_id::own(context, kind, id).map(|found| Tagged::Reservation(found.id)),
        ResourceKind::Instance => instance_id::own(context, id).map(|found| Tagged::Instance(found.id)),
        ResourceKind::Stranger => None,
    };
    let mut found: Vec<_> = ids.iter().map(one).collect::<Option<_>>().ok_or(RESOURCE_NOT_FOUND)?;
    found.sort_unstable();
    found.dedup();
    Ok(found)
}

//! What the operations on hosts share: how hosts are named in requests, and their faults.

use crate::fleet::is_name_within;
use crate::limits::{HOST_NAME_BYTES_MAX, HOSTS_OF_CALL_MAX};
use crate::{Context, Draft, Param};
use ledger::commands::{Command, HostInTheWay, HostRefusal, MarkHosts};
use ledger::{HostId, HostState};
use rpc::body::Body;
use rpc::fault::Fault;
use rpc::params::Params;
use rpc::values::texts;

/// `RegionId` is absent or empty.
pub const MISSING_REGION: Fault = Fault::new(400, "MissingRegionId", "RegionId is mandatory for this action.");
/// `HostIds` is absent or empty.
pub const MISSING_IDS: Fault = Fault::new(400, "MissingHostIds", "HostIds is mandatory for this action.");
/// `HostIds` is no JSON array of 1 to 1000 names.
pub const INVALID_IDS: Fault =
    Fault::new(400, "InvalidHostIds.Malformed", "The specified HostIds is not a JSON array of 1 to 1000 host ids.");
/// There is no such host in the region.
pub const NOT_FOUND: Fault = Fault::new(404, "InvalidHostId.NotFound", "The specified HostId does not exist.");
/// The host stands elsewhere, is of another class or is named twice.
pub const CONFLICT: Fault =
    Fault::new(409, "InvalidHostId.Conflict", "The specified HostId names another host already.");
/// Instances stand on the host.
pub const IN_USE: Fault =
    Fault::new(403, "OperationDenied.HostInUse", "Instances stand on the specified host; they must leave it first.");
/// The class is not known, or has no ladder.
pub const UNKNOWN_CLASS: Fault =
    Fault::new(404, "InvalidHostClass.NotFound", "The specified HostClass does not exist.");
/// The region has as many hosts as it may.
pub const TOO_MANY: Fault = Fault::new(403, "QuotaExceed.Hosts", "The region has as many hosts as it can have.");

/// `RegionId` and `HostIds`, for operations on hosts that stand there.
pub const PARAMS: &[Param] =
    &[Param::required("RegionId", MISSING_REGION), Param::required("HostIds", MISSING_IDS), Param::optional("DryRun")];

/// Whether a text may be a host's name.
pub fn is_name(text: &str) -> bool {
    is_name_within(text, HOST_NAME_BYTES_MAX)
}

/// The hosts that `HostIds` names.
///
/// # Errors
/// When it is no JSON array of 1 to 1000 texts.
pub fn ids(params: &Params) -> Result<Vec<HostId>, Fault> {
    let text = params.text("HostIds").unwrap_or_default();
    let names = texts(text, HOSTS_OF_CALL_MAX).ok().filter(|names| !names.is_empty()).ok_or(INVALID_IDS)?;
    Ok(names.iter().map(|name| HostId::from(&**name)).collect())
}

/// What is answered when a host is in the way; names it.
pub fn refuse(trouble: &HostInTheWay) -> Fault {
    let fault = match trouble.refusal {
        HostRefusal::NotFound => NOT_FOUND,
        HostRefusal::NameTaken => CONFLICT,
        HostRefusal::InUse => IN_USE,
        HostRefusal::TooMany => TOO_MANY,
        HostRefusal::NoLadder | HostRefusal::Units | HostRefusal::LadderTooShort(_) => UNKNOWN_CLASS,
    };
    fault.because(trouble.host.as_str())
}

/// Takes the named hosts out of service, or puts them back.
///
/// # Errors
/// When one of them does not exist; nothing has changed then.
pub fn mark(params: &Params, context: &Context<'_>, state: HostState) -> Result<Draft, Fault> {
    let hosts = ids(params)?;
    let (entries, changed) =
        MarkHosts { hosts, state }.decide(context.ledger, context.now).map_err(|trouble| refuse(&trouble))?;
    Ok(Draft { entries, body: Body::new().integer("Changed", changed) })
}

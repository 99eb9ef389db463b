//! DisableAccessKey: a key signs nothing any more, from the next request on and for good.
//!
//! The parameter is not `AccessKeyId`: that is the caller's own, which signature V1 sends beside it.

use super::create_access_key::CreateAccessKey;
use crate::operations::EXTENSION;
use crate::permission::any_matches;
use crate::{Context, Draft, Operation, Param, Resource, Scope};
use ledger::directory::{AccessKey, Directory, Entry, KeyState};
use rpc::body::Body;
use rpc::fault::Fault;
use rpc::params::Params;

const KEY: &str = "UserAccessKeyId";

const MISSING_KEY: Fault = Fault::new(400, "MissingUserAccessKeyId", "UserAccessKeyId is mandatory for this action.");
const UNKNOWN_KEY: Fault =
    Fault::new(404, "InvalidUserAccessKeyId.NotFound", "The specified UserAccessKeyId does not exist.");
const LAST: Fault = Fault::new(
    403,
    "OperationDenied.LastOperatorKey",
    "The specified access key is the last one that can create access keys; create another one first.",
);

/// The operation.
pub struct DisableAccessKey;

impl Operation<Entry> for DisableAccessKey {
    const NAME: &'static str = "DisableAccessKey";
    const VERSION: &'static str = EXTENSION;
    const OPERATOR: bool = true;
    const SCOPE: Scope = Scope::Directory;
    const RESOURCE: Resource = Resource::Any;
    const PARAMS: &'static [Param] = &[Param::required(KEY, MISSING_KEY), Param::optional("DryRun")];
    const FAULTS: &'static [Fault] = &[UNKNOWN_KEY, LAST];

    fn prepare(params: &Params, context: &Context<'_>) -> Result<Draft<Entry>, Fault> {
        let directory = context.directory;
        let key = directory.keys.get(params.text(KEY).unwrap_or_default()).ok_or(UNKNOWN_KEY)?;
        let others = || directory.keys.values().filter(|other| other.id != key.id);
        if makes_keys(directory, key) && !others().any(|other| makes_keys(directory, other)) {
            return Err(LAST);
        }
        let revoked = AccessKey { state: KeyState::Revoked, ..key.clone() };
        let entries = if revoked == *key { Vec::new() } else { vec![Entry::KeyPut(revoked)] };
        Ok(Draft { entries, body: Body::new() })
    }
}

/// Whether this key can make others, and goes on being able to.
fn makes_keys(directory: &Directory, key: &AccessKey) -> bool {
    let operator = directory.accounts.get(&key.account).is_some_and(|account| account.operator);
    let action = format!("berth:{}", CreateAccessKey::NAME);
    let may = |permits: &Vec<_>| {
        permits.iter().any(|permit: &ledger::directory::Permit| any_matches(&permit.actions, &action))
    };
    key.is_enabled() && key.session.is_none() && operator && key.permits.as_ref().is_none_or(may)
}

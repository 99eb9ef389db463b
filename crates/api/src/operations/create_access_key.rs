//! CreateAccessKey: a key more for an account. Its secret is answered here and nowhere else.

use crate::limits::{KEYS_MAX, KEYS_OF_ACCOUNT_MAX};
use crate::operations::EXTENSION;
use crate::permits::{self, INVALID_PERMITS};
use crate::{Context, Draft, Operation, Param, Resource, Scope};
use ledger::KeyId;
use ledger::directory::{AccessKey, Entry, KeySource, KeyState, Secret};
use rpc::body::Body;
use rpc::fault::{Fault, common};
use rpc::fresh;
use rpc::params::Params;

const ACCOUNT: &str = "AccountId";

const MISSING_ACCOUNT: Fault = Fault::new(400, "MissingAccountId", "AccountId is mandatory for this action.");
const UNKNOWN_ACCOUNT: Fault = Fault::new(404, "InvalidAccountId.NotFound", "The specified AccountId does not exist.");
const TOO_MANY: Fault =
    Fault::new(403, "QuotaExceed.AccessKeys", "There are as many access keys as the account, or the server, can have.");

/// The operation.
pub struct CreateAccessKey;

impl Operation<Entry> for CreateAccessKey {
    const NAME: &'static str = "CreateAccessKey";
    const VERSION: &'static str = EXTENSION;
    const OPERATOR: bool = true;
    const SCOPE: Scope = Scope::Directory;
    const RESOURCE: Resource = Resource::Any;
    const PARAMS: &'static [Param] =
        &[Param::required(ACCOUNT, MISSING_ACCOUNT), Param::optional("Permits"), Param::optional("DryRun")];
    const FAULTS: &'static [Fault] = &[INVALID_PERMITS, UNKNOWN_ACCOUNT, TOO_MANY];

    fn prepare(params: &Params, context: &Context<'_>) -> Result<Draft<Entry>, Fault> {
        let permits = permits::read(params)?;
        let directory = context.directory;
        let account = directory.accounts.get(params.text(ACCOUNT).unwrap_or_default()).ok_or(UNKNOWN_ACCOUNT)?;
        let own = directory.keys.values().filter(|key| key.account == account.id).count();
        if own >= KEYS_OF_ACCOUNT_MAX || directory.keys.len() >= KEYS_MAX {
            return Err(TOO_MANY);
        }
        let (id, secret) = fresh::access_key(context.draw);
        if directory.keys.contains_key(id.as_str()) {
            return Err(common::SERVICE_UNAVAILABLE);
        }
        let key = AccessKey {
            id: KeyId::from(id.as_str()),
            account: account.id.clone(),
            secret: Secret::new(&secret),
            state: KeyState::Enabled,
            source: KeySource::Operation,
            permits,
            session: None,
        };
        let body = Body::new()
            .text("AccountId", account.id.to_string())
            .text("AccessKeyId", id)
            .text("AccessKeySecret", secret);
        Ok(Draft { entries: vec![Entry::KeyPut(key)], body })
    }
}

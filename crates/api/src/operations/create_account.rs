//! CreateAccount: an account more. It has no key yet.

use crate::limits::{ACCOUNT_NAME_CHARS, ACCOUNTS_MAX};
use crate::operations::EXTENSION;
use crate::{Context, Draft, Operation, Param, Resource, Scope};
use ledger::AccountId;
use ledger::directory::{Account, Entry};
use rpc::body::Body;
use rpc::fault::{Fault, common};
use rpc::params::Params;
use rpc::{fresh, values};

const NAME: &str = "AccountName";
const OPERATOR: &str = "Operator";

const MISSING_NAME: Fault = Fault::new(400, "MissingAccountName", "AccountName is mandatory for this action.");
const INVALID_NAME: Fault = Fault::new(400, "InvalidAccountName.Malformed", "The specified AccountName is not valid.");
const NAME_TAKEN: Fault =
    Fault::new(409, "InvalidAccountName.Duplicate", "The specified AccountName is another account's already.");
const TOO_MANY: Fault = Fault::new(403, "QuotaExceed.Accounts", "There are as many accounts as there can be.");

/// The operation.
pub struct CreateAccount;

impl Operation<Entry> for CreateAccount {
    const NAME: &'static str = "CreateAccount";
    const VERSION: &'static str = EXTENSION;
    const OPERATOR: bool = true;
    const SCOPE: Scope = Scope::Directory;
    const RESOURCE: Resource = Resource::Any;
    const PARAMS: &'static [Param] =
        &[Param::required(NAME, MISSING_NAME), Param::optional(OPERATOR), Param::optional("DryRun")];
    const FAULTS: &'static [Fault] = &[INVALID_NAME, common::INVALID_PARAMETER, NAME_TAKEN, TOO_MANY];

    fn prepare(params: &Params, context: &Context<'_>) -> Result<Draft<Entry>, Fault> {
        let name = params.text(NAME).filter(|name| is_name(name)).ok_or(INVALID_NAME)?;
        let operator = params.text(OPERATOR).map_or(Some(false), values::flag);
        let operator = operator.ok_or_else(|| common::INVALID_PARAMETER.because(OPERATOR))?;
        let accounts = &context.directory.accounts;
        if accounts.values().any(|account| *account.name == *name) {
            return Err(NAME_TAKEN);
        }
        if accounts.len() >= ACCOUNTS_MAX {
            return Err(TOO_MANY);
        }
        let id = AccountId::from(fresh::account_id(context.draw).as_str());
        if accounts.contains_key(&id) {
            return Err(common::SERVICE_UNAVAILABLE);
        }
        let body = Body::new().text("AccountId", id.to_string());
        let account = Account { id, name: name.into(), operator };
        Ok(Draft { entries: vec![Entry::AccountPut(account)], body })
    }
}

/// A letter of any script first, then letters, digits, `.`, `:`, `_` and `-`: as reservations are named.
fn is_name(name: &str) -> bool {
    let inner = |letter: char| letter.is_alphabetic() || letter.is_ascii_digit() || ".:_-".contains(letter);
    ACCOUNT_NAME_CHARS.contains(&name.chars().count())
        && name.starts_with(char::is_alphabetic)
        && name.chars().all(inner)
}

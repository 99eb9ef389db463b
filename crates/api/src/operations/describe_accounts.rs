//! DescribeAccounts: the accounts and their keys, in order of id, a page at a time. No secret is ever among it.

use crate::limits::{ACCOUNT_IDS_MAX, KEY_PAGE_ITEMS};
use crate::operations::EXTENSION;
use crate::{Context, Draft, Operation, Param, Resource, Scope};
use crate::{paging, permits};
use ledger::AccountId;
use ledger::directory::{AccessKey, Account, Entry, KeySource};
use rpc::body::Body;
use rpc::fault::{Fault, common};
use rpc::params::Params;
use rpc::time::{Precision, format};
use rpc::values::texts;
use std::collections::{BTreeMap, BTreeSet};

const INVALID_IDS: Fault = Fault::new(
    400,
    "InvalidAccountIds.Malformed",
    "The specified AccountIds is not a JSON array of at most 100 account ids.",
);

/// The operation.
pub struct DescribeAccounts;

impl Operation<Entry> for DescribeAccounts {
    const NAME: &'static str = "DescribeAccounts";
    const VERSION: &'static str = EXTENSION;
    const OPERATOR: bool = true;
    const SCOPE: Scope = Scope::Directory;
    const RESOURCE: Resource = Resource::Any;
    const PARAMS: &'static [Param] =
        &[Param::optional("AccountIds"), Param::optional("MaxResults"), Param::optional("NextToken")];
    const FAULTS: &'static [Fault] = &[INVALID_IDS, common::INVALID_PARAMETER];

    fn prepare(params: &Params, context: &Context<'_>) -> Result<Draft<Entry>, Fault> {
        let ids = params.text("AccountIds").filter(|text| !text.is_empty());
        let ids = ids.map(|text| texts(text, ACCOUNT_IDS_MAX)).transpose().map_err(|_| INVALID_IDS)?;
        let ids: Option<BTreeSet<String>> = ids.map(|ids| ids.into_iter().collect());
        let size = paging::size(params)?;
        let after = paging::open(Self::NAME, params, context)?.map(|last| AccountId::from(&*last));
        let wanted = |account: &&Account| ids.as_ref().is_none_or(|ids| ids.contains(account.id.as_str()));
        let accounts = || context.directory.accounts.values().filter(wanted);
        let mut keys: BTreeMap<&AccountId, Vec<&AccessKey>> = BTreeMap::new();
        for key in context.directory.keys.values() {
            keys.entry(&key.account).or_default().push(key);
        }
        let mut rest = accounts().filter(|account| after.as_ref().is_none_or(|after| account.id > *after)).peekable();
        let (mut page, mut listed, mut last) = (Vec::new(), 0, None);
        // A page ends when it has enough accounts, or enough keys; never amid those of one account.
        while page.len() < size
            && listed < KEY_PAGE_ITEMS
            && let Some(account) = rest.next()
        {
            let own = keys.get(&account.id).map(Vec::as_slice).unwrap_or_default();
            listed += own.len();
            page.push(describe(account, own));
            last = Some(account.id.as_str());
        }
        let last = last.filter(|_| rest.peek().is_some());
        let token = last.map_or_else(String::new, |last| paging::issue(Self::NAME, params, context, last));
        let body = Body::new()
            .integer("TotalCount", accounts().count())
            .integer("MaxResults", size)
            .text("NextToken", token)
            .list("Accounts", "Account", page);
        Ok(Draft { entries: Vec::new(), body })
    }
}

fn describe(account: &Account, keys: &[&AccessKey]) -> Body {
    Body::new()
        .text("AccountId", account.id.to_string())
        .text("AccountName", account.name.to_string())
        .flag("Operator", account.operator)
        .list("AccessKeys", "AccessKey", keys.iter().map(|key| describe_key(key)))
}

fn describe_key(key: &AccessKey) -> Body {
    let source = match key.source {
        KeySource::Configuration => "Configuration",
        KeySource::Operation => "Operation",
    };
    let body = Body::new()
        .text("AccessKeyId", key.id.to_string())
        .text("Status", if key.is_enabled() { "Active" } else { "Inactive" })
        .text("Source", source)
        .flag("Restricted", key.permits.is_some())
        .list("Permits", "Permit", key.permits.iter().flatten().map(permits::describe));
    match &key.session {
        Some(session) => body.text("ExpirationTime", format(session.expires.0, Precision::Seconds)),
        None => body,
    }
}

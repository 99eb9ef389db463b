//! The directory as it runs: loaded from a journal of its own, brought in line with the configuration, given a first
//! account when there is none ([`Kept`]), and then changed by operations while everyone reads it ([`Live`]).
//! Knows no connection and no signature.

mod kept;
mod live;

pub use kept::Kept;
pub use live::{Aside, Live, Writer};

use crate::entropy::{self, Draws};
use crate::region::Region;
use ledger::directory::{AccessKey, Account, Directory, Entry, KeySource, KeyState, PageKey, Secret};
use ledger::{AccountId, KeyId, RegionName};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The regions at work, by name.
pub type Regions = BTreeMap<RegionName, Arc<Region>>;

/// What the account is called that is made at first start, by which it is known again: no configured account may be.
pub const FIRST: &str = "made at first start";

/// A page key, if there is none yet.
#[must_use]
pub fn page_key(directory: &Directory, draws: &Draws) -> Vec<Entry> {
    let missing = directory.page_key == PageKey::default();
    if missing { vec![Entry::PageKeySet(PageKey(draws.page_key()))] } else { Vec::new() }
}

/// What the configuration says of accounts and keys, as it is to be taken: a key that an operation disabled stays so,
/// whatever the configuration says, until it has another secret there.
#[must_use]
pub fn configured(directory: &Directory, entries: Vec<Entry>) -> Vec<Entry> {
    let taken = entries.into_iter().map(|entry| match entry {
        Entry::KeyPut(key) if directory.keys.get(&key.id).is_some_and(|held| is_revoked(held, &key)) => {
            tracing::warn!(key = %key.id, "an operation disabled this key of the configuration; another secret enables it");
            Entry::KeyPut(AccessKey { state: KeyState::Revoked, ..key })
        }
        other => other,
    });
    taken.collect()
}

fn is_revoked(held: &AccessKey, configured: &AccessKey) -> bool {
    held.state == KeyState::Revoked && held.secret == configured.secret
}

/// The keys that the configuration no longer names, disabled: what is not written there must not open anything. The
/// first account's key is not of the configuration; `first_key` says whether it may be used. Nor are those that
/// operations made: they stay as they are.
#[must_use]
pub fn dropped(directory: &Directory, configured: &[Entry], first_key: bool) -> Vec<Entry> {
    let named: BTreeSet<&KeyId> = configured
        .iter()
        .filter_map(|entry| match entry {
            Entry::KeyPut(key) => Some(&key.id),
            _ => None,
        })
        .collect();
    let is_first = |key: &AccessKey| directory.accounts.get(&key.account).is_some_and(|it| &*it.name == FIRST);
    let ours = |key: &&AccessKey| key.source == KeySource::Configuration && key.state != KeyState::Revoked;
    let others = directory.keys.values().filter(ours).filter(|key| !named.contains(&key.id));
    let changed = others.filter_map(|key| {
        let state = if is_first(key) && first_key { KeyState::Enabled } else { KeyState::Disabled };
        (key.state != state).then(|| Entry::KeyPut(AccessKey { state, ..key.clone() }))
    });
    changed.collect()
}

/// The first account as an operator's; earlier versions made it before there was anything to operate.
#[must_use]
pub fn first_operates(directory: &Directory) -> Vec<Entry> {
    let first = directory.accounts.values().filter(|account| &*account.name == FIRST && !account.operator);
    first.map(|account| Entry::AccountPut(Account { operator: true, ..account.clone() })).collect()
}

/// A first account with a random key, if nobody has one.
fn first_account(directory: &Directory) -> Option<(AccessKey, Vec<Entry>)> {
    if !directory.keys.is_empty() {
        return None;
    }
    let id = AccountId::from(rpc::fresh::account_id(entropy::draw()).as_str());
    let (key_id, secret) = rpc::fresh::access_key(entropy::draw());
    let account = Account { id: id.clone(), name: FIRST.into(), operator: true };
    let key = AccessKey {
        id: KeyId::from(key_id.as_str()),
        account: id,
        secret: Secret::new(&secret),
        state: KeyState::Enabled,
        source: KeySource::Configuration,
        permits: None,
        session: None,
    };
    Some((key.clone(), vec![Entry::AccountPut(account), Entry::KeyPut(key)]))
}

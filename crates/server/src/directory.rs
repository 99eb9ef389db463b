//! The directory as it runs: loaded from a journal of its own, brought in line with the configuration, given a first
//! account when there is none ([`Kept`]), and then changed by operations while everyone reads it ([`Live`]).
//! Knows no connection and no signature.

mod kept;
mod live;

pub use kept::Kept;
pub use live::{Live, Writer};

use crate::entropy::{self, ALPHANUMERIC, DIGITS};
use crate::region::Region;
use ledger::directory::{AccessKey, Account, Directory, Entry, PageKey, Secret};
use ledger::{AccountId, KeyId, RegionName};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The regions at work, by name.
pub type Regions = BTreeMap<RegionName, Arc<Region>>;

/// What the account is called that is made at first start, by which it is known again: no configured account may be.
pub const FIRST: &str = "made at first start";

/// A page key, if there is none yet.
#[must_use]
pub fn page_key(directory: &Directory) -> Vec<Entry> {
    if directory.page_key == PageKey::default() { vec![Entry::PageKeySet(PageKey(entropy::key()))] } else { Vec::new() }
}

/// The keys that the configuration no longer names, disabled: what is not written there must not open anything. The
/// first account's key is not of the configuration; `first_key` says whether it may be used.
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
    let others = directory.keys.values().filter(|key| !named.contains(&key.id));
    let changed = others.filter_map(|key| {
        let enabled = is_first(key) && first_key;
        (key.enabled != enabled).then(|| Entry::KeyPut(AccessKey { enabled, ..key.clone() }))
    });
    changed.collect()
}

/// A first account with a random key, if nobody has one.
fn first_account(directory: &Directory) -> Option<(AccessKey, Vec<Entry>)> {
    if !directory.keys.is_empty() {
        return None;
    }
    let id = AccountId::from(format!("1{}", entropy::text(DIGITS, 15)).as_str());
    let account = Account { id: id.clone(), name: FIRST.into(), operator: false };
    let key = AccessKey {
        id: KeyId::from(format!("LTAI5t{}", entropy::text(ALPHANUMERIC, 18)).as_str()),
        account: id,
        secret: Secret::new(&entropy::text(ALPHANUMERIC, 30)),
        enabled: true,
        permits: None,
        session: None,
    };
    Some((key.clone(), vec![Entry::AccountPut(account), Entry::KeyPut(key)]))
}

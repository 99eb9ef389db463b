//! `[[account]]`: accounts and their keys. Secrets are not written in the configuration; it says where they are.

use super::{ConfigError, wrong};
use crate::directory::FIRST;
use ledger::directory::{AccessKey, Account, Entry, KeySource, KeyState, Permit, Secret, Session};
use ledger::{AccountId, KeyId, Moment};
use serde::Deserialize;
use std::collections::BTreeSet;
use std::path::PathBuf;

/// Digits of an account id.
const ACCOUNT_DIGITS: usize = 16;

/// `[[account]]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccountSettings {
    /// 16 digits.
    pub id: String,
    /// What people call it.
    #[serde(default)]
    pub name: String,
    /// Whether it may run the fleet, and make accounts and keys.
    #[serde(default)]
    pub operator: bool,
    /// Its keys.
    #[serde(default)]
    pub key: Vec<KeySettings>,
}

/// `[[account.key]]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeySettings {
    /// Its id.
    pub id: String,
    /// Its secret, from where it may be written: no configuration says it.
    #[serde(skip)]
    pub secret: Option<Secret>,
    /// The file that holds its secret.
    pub secret_file: Option<PathBuf>,
    /// The environment variable that holds its secret.
    pub secret_env: Option<String>,
    /// A disabled key signs nothing.
    #[serde(default)]
    pub disabled: bool,
    /// What it may do; absent: everything that its account may.
    pub allow: Option<Vec<PermitSettings>>,
    /// For temporary keys.
    pub session: Option<SessionSettings>,
}

/// One line of `allow`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PermitSettings {
    /// Such as `ecs:ReleaseCapacityReservation`; `*` stands for anything.
    pub actions: Vec<String>,
    /// Such as `acs:ecs:*:*:capacityreservation/*`.
    pub resources: Vec<String>,
}

/// `session` of a temporary key.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SessionSettings {
    /// The file that holds its security token.
    pub token_file: Option<PathBuf>,
    /// The environment variable that holds its security token.
    pub token_env: Option<String>,
    /// When it ends, such as `2027-01-01T00:00:00Z`.
    pub expires: String,
}

/// The accounts and keys as facts of the directory.
///
/// # Errors
/// The first setting that cannot be, or a secret that cannot be read.
pub fn entries(accounts: &[AccountSettings]) -> Result<Vec<Entry>, ConfigError> {
    let (mut ids, mut keys) = (BTreeSet::new(), BTreeSet::new());
    let mut entries = Vec::new();
    for account in accounts {
        let at = format!("account {:?}", account.id);
        if account.id.len() != ACCOUNT_DIGITS || !account.id.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(wrong(at, "an account id is 16 digits"));
        }
        if !ids.insert(&account.id) {
            return Err(wrong(at, "is there twice"));
        }
        if account.name == FIRST {
            return Err(wrong(at, format!("{FIRST:?} is the name of the first account; choose another")));
        }
        let id = AccountId::from(account.id.as_str());
        entries.push(Entry::AccountPut(Account {
            id: id.clone(),
            name: account.name.as_str().into(),
            operator: account.operator,
        }));
        for key in &account.key {
            if !keys.insert(&key.id) {
                return Err(wrong(format!("key {:?}", key.id), "is there twice"));
            }
            entries.push(Entry::KeyPut(access_key(&id, key)?));
        }
    }
    Ok(entries)
}

fn access_key(account: &AccountId, key: &KeySettings) -> Result<AccessKey, ConfigError> {
    let at = format!("key {:?}", key.id);
    let legal = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    if !(1..=rpc::limits::ACCESS_KEY_ID_BYTES_MAX).contains(&key.id.len()) || !key.id.bytes().all(legal) {
        return Err(wrong(at, "a key id is made of letters, digits, '-', '_' and '.'"));
    }
    let secret = match &key.secret {
        Some(secret) => secret.clone(),
        None => hidden(&at, "secret", key.secret_file.as_ref(), key.secret_env.as_deref())?,
    };
    let session = key.session.as_ref().map(|session| -> Result<Session, ConfigError> {
        let token = hidden(&at, "token", session.token_file.as_ref(), session.token_env.as_deref())?;
        let expires = rpc::time::parse_either(&session.expires)
            .ok_or_else(|| wrong(format!("{at}, session.expires"), "is no time such as 2027-01-01T00:00:00Z"))?;
        Ok(Session { token, expires: Moment(expires) })
    });
    let texts = |texts: &[String]| texts.iter().map(|text| Box::from(text.as_str())).collect();
    let permit = |allow: &PermitSettings| Permit { actions: texts(&allow.actions), resources: texts(&allow.resources) };
    Ok(AccessKey {
        id: KeyId::from(key.id.as_str()),
        account: account.clone(),
        secret,
        state: if key.disabled { KeyState::Disabled } else { KeyState::Enabled },
        source: KeySource::Configuration,
        permits: key.allow.as_ref().map(|allow| allow.iter().map(permit).collect()),
        session: session.transpose()?,
    })
}

/// Reads what must not stand in the configuration. The value never becomes part of an error.
fn hidden(at: &str, what: &str, file: Option<&PathBuf>, env: Option<&str>) -> Result<Secret, ConfigError> {
    let text = match (file, env) {
        (Some(path), None) => std::fs::read_to_string(path)
            .map_err(|error| wrong(at, format!("{what}_file {}: {error}", path.display())))?,
        (None, Some(name)) => {
            std::env::var(name).map_err(|_| wrong(at, format!("the environment has no {name}, or it is no text")))?
        }
        _ => return Err(wrong(at, format!("needs either {what}_file or {what}_env"))),
    };
    let text = text.trim();
    if text.is_empty() {
        return Err(wrong(at, format!("its {what} is empty")));
    }
    Ok(Secret::new(text))
}

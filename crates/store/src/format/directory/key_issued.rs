//! Kind 8, KeyIssued: an access key that an operation made or revoked.
//!
//! ```text
//! source word (1 configuration, 2 operation) · state word (1 enabled, 2 disabled, 3 revoked)
//! then as kind 5
//! ```
//! What kind 5 says of `enabled` is not looked at.

use crate::format::fields::{Fields, Malformed, Sink, Source, Words};
use ledger::directory::{AccessKey, Entry, KeySource, KeyState};

const SOURCE: &Words = &[(1, "configuration"), (2, "operation")];
const STATE: &Words = &[(1, "enabled"), (2, "disabled"), (3, "revoked")];

pub(in crate::format) fn put(to: &mut dyn Sink, key: &AccessKey) {
    let source = match key.source {
        KeySource::Configuration => 1,
        KeySource::Operation => 2,
    };
    let state = match key.state {
        KeyState::Enabled => 1,
        KeyState::Disabled => 2,
        KeyState::Revoked => 3,
    };
    to.word("source", SOURCE, source);
    to.word("state", STATE, state);
    key.put(to);
}

pub(in crate::format) fn take(from: &mut dyn Source) -> Result<Entry, Malformed> {
    let source = if from.word("source", SOURCE)? == 1 { KeySource::Configuration } else { KeySource::Operation };
    let state = match from.word("state", STATE)? {
        1 => KeyState::Enabled,
        2 => KeyState::Disabled,
        _ => KeyState::Revoked,
    };
    Ok(Entry::KeyPut(AccessKey { source, state, ..AccessKey::take(from)? }))
}

//! Kind 5, KeyPut: an access key of the configuration, not revoked; any other is of kind 8. Its secret is stored as it is, because signatures are checked with it.
//!
//! ```text
//! id text · account text · secret text · enabled flag
//! permits maybe (lines list of (actions list of text, resources list of text))
//! session maybe (token text, expires number)
//! ```

use crate::format::common::{put_moment, take_moment};
use crate::format::fields::{Fields, Malformed, Sink, Source, put_all, put_maybe, take_all, take_maybe};
use ledger::directory::{AccessKey, KeySource, KeyState, Permit, Secret, Session};

impl Fields for AccessKey {
    fn put(&self, to: &mut dyn Sink) {
        to.text("id", self.id.as_str());
        to.text("account", self.account.as_str());
        to.text("secret", self.secret.reveal());
        to.flag("enabled", self.is_enabled());
        to.maybe("permits", self.permits.is_some(), &mut |_, item| {
            put_all(item, "lines", self.permits.as_deref().unwrap_or_default());
        });
        put_maybe(to, "session", self.session.as_ref());
    }
    fn take(from: &mut dyn Source) -> Result<Self, Malformed> {
        Ok(Self {
            id: from.text("id")?.as_ref().into(),
            account: from.text("account")?.as_ref().into(),
            secret: Secret::new(&from.text("secret")?),
            state: if from.flag("enabled")? { KeyState::Enabled } else { KeyState::Disabled },
            source: KeySource::Configuration,
            permits: take_permits(from)?,
            session: take_maybe(from, "session")?,
        })
    }
}

fn take_permits(from: &mut dyn Source) -> Result<Option<Vec<Permit>>, Malformed> {
    let mut permits = None;
    from.maybe("permits", &mut |item| {
        permits = Some(take_all(item, "lines")?);
        Ok(())
    })?;
    Ok(permits)
}

impl Fields for Permit {
    fn put(&self, to: &mut dyn Sink) {
        put_all(to, "actions", &self.actions);
        put_all(to, "resources", &self.resources);
    }
    fn take(from: &mut dyn Source) -> Result<Self, Malformed> {
        Ok(Self { actions: take_all(from, "actions")?, resources: take_all(from, "resources")? })
    }
}

impl Fields for Session {
    fn put(&self, to: &mut dyn Sink) {
        to.text("token", self.token.reveal());
        put_moment(to, "expires", self.expires);
    }
    fn take(from: &mut dyn Source) -> Result<Self, Malformed> {
        Ok(Self { token: Secret::new(&from.text("token")?), expires: take_moment(from, "expires")? })
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::checks::both_forms;
    use ledger::{
        Moment,
        directory::{AccessKey, Entry, KeySource, KeyState, Permit, Secret, Session},
    };
    use proptest::prelude::*;

    fn texts_few() -> impl Strategy<Value = Vec<Box<str>>> {
        prop::collection::vec(any::<Box<str>>(), 0..4)
    }

    // Of both kinds: which one it is depends on state and source.
    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn comes_back(
            texts: [String; 4], state in 0_usize..3, by_operation: bool, expires: Option<u64>,
            permits in prop::option::of(prop::collection::vec((texts_few(), texts_few()), 0..4)),
        ) {
            both_forms(&Entry::KeyPut(AccessKey {
                id: texts[0].as_str().into(),
                account: texts[1].as_str().into(),
                secret: Secret::new(&texts[2]),
                state: [KeyState::Enabled, KeyState::Disabled, KeyState::Revoked][state],
                source: if by_operation { KeySource::Operation } else { KeySource::Configuration },
                permits: permits
                    .map(|all| all.into_iter().map(|(actions, resources)| Permit { actions, resources }).collect()),
                session: expires.map(|at| Session { token: Secret::new(&texts[3]), expires: Moment(at) }),
            }))?;
        }
    }
}

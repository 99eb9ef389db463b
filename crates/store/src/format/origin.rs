//! The layouts of an origin and of a remembered client token.
//!
//! ```text
//! origin      caller maybe (account text · key text · source text · request_id text · action text · nonce 16 bytes)
//!             absent: the clock, or the operator's configuration
//! remembered  account text · action text · token text · fingerprint 32 bytes · answer text · at number
//! ```

use super::common::{put_moment, take_moment};
use super::fields::{Fields, Malformed, Sink, Source};
use crate::{Origin, Remembered};

impl Fields for Origin {
    fn put(&self, to: &mut dyn Sink) {
        to.maybe("caller", *self != Self::System, &mut |_, item| {
            if let Self::Caller { account, key, source, request_id, action, nonce } = self {
                item.text("account", account.as_str());
                item.text("key", key.as_str());
                item.text("source", source);
                item.text("request_id", request_id);
                item.text("action", action);
                item.fixed("nonce", nonce);
            }
        });
    }

    fn take(from: &mut dyn Source) -> Result<Self, Malformed> {
        let mut origin = Self::System;
        from.maybe("caller", &mut |item| {
            let (account, key) = (item.text("account")?.as_ref().into(), item.text("key")?.as_ref().into());
            let (source, request_id) = (item.text("source")?, item.text("request_id")?);
            let (action, mut nonce) = (item.text("action")?, [0; 16]);
            item.fixed("nonce", &mut nonce)?;
            origin = Self::Caller { account, key, source, request_id, action, nonce };
            Ok(())
        })?;
        Ok(origin)
    }
}

impl Fields for Remembered {
    fn put(&self, to: &mut dyn Sink) {
        to.text("account", self.account.as_str());
        to.text("action", &self.action);
        to.text("token", &self.token);
        to.fixed("fingerprint", &self.fingerprint);
        to.text("answer", &self.answer);
        put_moment(to, "at", self.at);
    }

    fn take(from: &mut dyn Source) -> Result<Self, Malformed> {
        let (account, action, token) =
            (from.text("account")?.as_ref().into(), from.text("action")?, from.text("token")?);
        let mut fingerprint = [0; 32];
        from.fixed("fingerprint", &mut fingerprint)?;
        Ok(Self { account, action, token, fingerprint, answer: from.text("answer")?, at: take_moment(from, "at")? })
    }
}

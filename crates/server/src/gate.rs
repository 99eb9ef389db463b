//! Who may come in: the key, its token, the hour, the signature, the nonce, the quota and the allow-list, in the order
//! of the protocol reference (section 7, end). Knows no ledger and no connection.

use crate::limits::TIMESTAMP_WINDOW_SECONDS;
use crate::nonces::{NonceDigest, Nonces, Taken, digest};
use crate::throttle::Throttle;
use api::{Caller, Row};
use ledger::directory::{AccessKey, Directory, Session};
use ledger::{Moment, RegionName};
use rpc::fault::{Fault, common};
use rpc::{Credentials, Request};
use std::sync::Arc;
use subtle::ConstantTimeEq;

/// Signatures of keys that do not exist are verified against this, so that they take as long as others.
const NOBODYS_SECRET: &str = "000000000000000000000000000000";

/// Why someone stays outside.
#[derive(Debug)]
pub struct Denied {
    /// What they are told.
    pub fault: Fault,
    /// In how many seconds to come again, if that would help.
    pub retry_after_seconds: Option<u64>,
}

impl From<Fault> for Denied {
    fn from(fault: Fault) -> Self {
        Self { fault, retry_after_seconds: None }
    }
}

/// Someone who was let in.
#[derive(Debug)]
pub struct Admitted {
    /// Who.
    pub caller: Caller,
    /// Of the nonce that they came with, for the journal.
    pub nonce: NonceDigest,
}

/// What the gate remembers.
pub struct Gate {
    /// Nonces used.
    pub nonces: Arc<Nonces>,
    /// Calls counted.
    pub throttle: Throttle,
}

impl Gate {
    /// Lets a request in, or says why not.
    ///
    /// # Errors
    /// The first fault in the order of checks.
    pub fn admit(
        &self,
        request: &Request<'_>,
        row: &'static Row,
        directory: &Directory,
        now: Moment,
    ) -> Result<Admitted, Denied> {
        let credentials = request.credentials()?;
        let key = known(request, &credentials, directory)?;
        token(key, &credentials, now)?;
        if credentials.timestamp.abs_diff(now.0) > TIMESTAMP_WINDOW_SECONDS {
            return Err(common::TIMESTAMP_EXPIRED.into());
        }
        request.verify(&credentials, key.secret.reveal())?;
        let nonce = digest(key.id.as_str(), credentials.nonce);
        match self.nonces.take(&key.id, &nonce, credentials.timestamp, now) {
            Taken::Fresh => {}
            Taken::Used => return Err(common::NONCE_USED.into()),
            Taken::Full => return Err(common::SERVICE_UNAVAILABLE.into()),
            Taken::Forgotten => return Err(common::TIMESTAMP_EXPIRED.into()),
        }
        self.throttle
            .take(&key.account, row.name, now)
            .map_err(|seconds| Denied { fault: common::THROTTLING_USER, retry_after_seconds: Some(seconds) })?;
        row.present(request.params())?;
        let caller = Caller { account: key.account.clone(), key: key.id.clone() };
        let given = request.params().text("RegionId").unwrap_or_default();
        let region = row.region(request.params(), directory).map_or(given, RegionName::as_str);
        let operator = || directory.accounts.get(&key.account).is_some_and(|account| account.operator);
        let allowed = api::allows(key.permits.as_deref(), row, &caller, region, request.params());
        if !allowed || (row.operator && !operator()) {
            return Err(common::FORBIDDEN_RAM.into());
        }
        Ok(Admitted { caller, nonce })
    }
}

/// The key that signed, if it exists and is enabled. Whoever tries keys out learns nothing from the time it takes.
fn known<'a>(
    request: &Request<'_>,
    credentials: &Credentials<'_>,
    directory: &'a Directory,
) -> Result<&'a AccessKey, Fault> {
    let fault = match directory.keys.get(credentials.access_key_id) {
        Some(key) if key.is_enabled() => return Ok(key),
        Some(_) => common::INVALID_ACCESS_KEY_INACTIVE,
        None => common::INVALID_ACCESS_KEY_NOT_FOUND,
    };
    // The outcome does not matter, only that the work was done.
    std::hint::black_box(request.verify(credentials, NOBODYS_SECRET)).ok();
    Err(fault)
}

/// A temporary key comes with its token, before its end; any other key with none.
fn token(key: &AccessKey, credentials: &Credentials<'_>, now: Moment) -> Result<(), Fault> {
    match (&key.session, credentials.security_token) {
        (None, None) => Ok(()),
        (None, Some(_)) => Err(common::SECURITY_TOKEN_MISMATCH),
        (Some(_), None) => Err(common::MISSING_SECURITY_TOKEN),
        (Some(Session { token, expires }), Some(given)) => {
            if !bool::from(token.reveal().as_bytes().ct_eq(given.as_bytes())) {
                return Err(common::SECURITY_TOKEN_MISMATCH);
            }
            if now >= *expires {
                return Err(common::SECURITY_TOKEN_EXPIRED);
            }
            Ok(())
        }
    }
}

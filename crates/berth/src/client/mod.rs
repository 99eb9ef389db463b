//! A client of any Berth: signs calls, sends them over one connection, and gives back what was answered. Knows no
//! operation.

mod transport;

use anyhow::{Context, Result, bail};
use rpc::signature::client::{Call, Layout, sign_v1, sign_v3};
use serde_json::Value;
use server::clock::{Clock, Wall};
use std::path::PathBuf;
use std::time::Duration;
use transport::{Endpoint, Transport};

/// Where to send calls, and as whom.
#[derive(clap::Args, Clone, Debug)]
pub struct Target {
    /// Where the server is
    #[arg(long, value_name = "URL", env = "BERTH_ENDPOINT", default_value = "http://127.0.0.1:8526")]
    pub endpoint: String,
    /// The access key's id
    #[arg(long, value_name = "ID", env = "ALIBABA_CLOUD_ACCESS_KEY_ID")]
    pub key_id: Option<String>,
    /// A file with the access key's secret; otherwise it is taken from ALIBABA_CLOUD_ACCESS_KEY_SECRET. Never an argument:
    /// everyone on a machine can read those
    #[arg(long, value_name = "FILE")]
    pub secret_file: Option<PathBuf>,
    /// The region, sent as RegionId where none is given
    #[arg(long, value_name = "REGION", env = "ALIBABA_CLOUD_REGION_ID")]
    pub region: Option<String>,
    /// Use the known key of `berth dev`
    #[arg(long)]
    pub dev: bool,
    /// Which signature to use
    #[arg(long, value_enum, default_value_t)]
    pub signature: Scheme,
    /// A file with the certificates to trust (PEM), in place of the system's
    #[arg(long, value_name = "FILE")]
    pub ca: Option<PathBuf>,
    /// Seconds to wait for an answer
    #[arg(long, value_name = "SECONDS", default_value_t = 30)]
    pub timeout: u64,
}

/// A way of signing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Scheme {
    /// HMAC-SHA1 over the parameters
    V1,
    /// ACS3-HMAC-SHA256 over the whole request
    #[default]
    V3,
}

/// Who calls. Never shown.
struct Key {
    id: String,
    secret: String,
    token: Option<String>,
}

/// A connection to a server.
pub struct Client {
    endpoint: Endpoint,
    key: Key,
    scheme: Scheme,
    region: Option<String>,
    timeout: Duration,
    transport: Transport,
}

/// What was answered.
#[derive(Debug)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The body as it came.
    pub body: String,
}

impl Answer {
    /// Whether it is no fault.
    pub const fn is_success(&self) -> bool {
        self.status < 400
    }

    /// The body as JSON; nothing if it is none.
    pub fn json(&self) -> Option<Value> {
        serde_json::from_str(&self.body).ok()
    }

    /// The code and the message of a fault.
    pub fn fault(&self) -> (String, String) {
        let body = self.json().unwrap_or_default();
        let text = |name: &str| body.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        (text("Code"), text("Message"))
    }
}

impl Client {
    /// Connects when the first call is sent.
    ///
    /// # Errors
    /// When the endpoint is no address, or there is no key.
    pub fn new(target: &Target) -> Result<Self> {
        let endpoint = Endpoint::read(&target.endpoint)?;
        let transport = Transport::new(&endpoint, target.ca.as_deref())?;
        let (scheme, region) = (target.signature, target.region.clone());
        let timeout = Duration::from_secs(target.timeout.max(1));
        Ok(Self { endpoint, key: key(target)?, scheme, region, timeout, transport })
    }

    /// The region that is sent where none is given.
    pub fn region(&self) -> Option<&str> {
        self.region.as_deref()
    }

    /// Sends a call and waits for its answer.
    ///
    /// # Errors
    /// When the server cannot be reached, or gives no answer in time. What it was asked for may have been done.
    pub async fn call(&mut self, action: &str, version: &str, params: &[(&str, &str)]) -> Result<Answer> {
        let mut all = params.to_vec();
        if let Some(region) = &self.region
            && !params.iter().any(|(name, _)| *name == "RegionId")
        {
            all.push(("RegionId", region));
        }
        if !params.iter().any(|(name, _)| *name == "Format") {
            all.push(("Format", "JSON"));
        }
        let nonce = nonce()?;
        let call = Call {
            method: "POST",
            host: &self.endpoint.host,
            access_key_id: &self.key.id,
            secret: &self.key.secret,
            security_token: self.key.token.as_deref(),
            action,
            version,
            timestamp: Wall.now().0,
            nonce: &nonce,
            params: &all,
        };
        let signed = match self.scheme {
            Scheme::V1 => sign_v1(&call, Layout::Form),
            Scheme::V3 => sign_v3(&call, Layout::Form),
        };
        let sent = tokio::time::timeout(self.timeout, self.transport.send(&self.endpoint, signed));
        match sent.await {
            Ok(answer) => answer.with_context(|| format!("{action} at {}", self.endpoint)),
            Err(_) => {
                self.transport.close();
                bail!("{action} at {}: no answer within {} s", self.endpoint, self.timeout.as_secs())
            }
        }
    }
}

fn key(target: &Target) -> Result<Key> {
    if target.dev {
        let (id, secret) = (server::dev::KEY.to_owned(), server::dev::SECRET.to_owned());
        return Ok(Key { id, secret, token: None });
    }
    let given = |name: &str| std::env::var(name).ok().filter(|text| !text.is_empty());
    let id = target.key_id.clone().context(
        "no key: set ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET, or use --key-id and --secret-file; \
         --dev uses the key of `berth dev`",
    )?;
    let secret = match &target.secret_file {
        Some(file) => {
            let text = std::fs::read_to_string(file).with_context(|| file.display().to_string())?;
            text.trim().to_owned()
        }
        None => given("ALIBABA_CLOUD_ACCESS_KEY_SECRET")
            .context("no secret: set ALIBABA_CLOUD_ACCESS_KEY_SECRET, or name a file with --secret-file")?,
    };
    Ok(Key { id, secret, token: given("ALIBABA_CLOUD_SECURITY_TOKEN") })
}

fn nonce() -> Result<String> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).context("randomness")?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Runs something on a runtime of one thread.
///
/// # Errors
/// What it gives; or that there can be no runtime.
pub fn block_on<T>(what: impl Future<Output = Result<T>>) -> Result<T> {
    tokio::runtime::Builder::new_current_thread().enable_all().build().context("a runtime")?.block_on(what)
}

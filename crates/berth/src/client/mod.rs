//! A client of any Berth: signs calls, sends them over one connection, and gives back what was answered. Knows no
//! operation.
//!
//! `key` and `endpoint` say as whom and where, `transport` is the connection, `answer` what comes back.

mod answer;
mod endpoint;
mod key;
mod tls;
mod transport;

pub use answer::{Answer, Fault};

use crate::ending::{EndWith, TRANSPORT, USAGE, ending};
use anyhow::{Context, Result, anyhow};
use endpoint::Endpoint;
use key::Key;
use rpc::signature::client::{Call, Layout, sign_v1, sign_v3};
use server::clock::{Clock, Wall};
use std::path::PathBuf;
use std::time::Duration;
use transport::Transport;

/// Where a variable of the environment is looked up.
pub type Environment<'a> = &'a dyn Fn(&str) -> Option<String>;

/// Where to send calls, and as whom.
#[derive(clap::Args, Clone, Debug, Default)]
pub struct Target {
    /// Where the server is [env: BERTH_ENDPOINT] [default: http://127.0.0.1:8526]
    #[arg(long, value_name = "URL", help_heading = "Server")]
    pub endpoint: Option<String>,
    /// The server and the key of `berth dev`, whatever the environment says; --endpoint names another address
    #[arg(long, conflicts_with_all = ["key_id", "secret_file"], help_heading = "Server")]
    pub dev: bool,
    /// The region, sent as RegionId where none is given [env: ALIBABA_CLOUD_REGION_ID]
    #[arg(long, value_name = "REGION", help_heading = "Server")]
    pub region: Option<String>,
    /// A file with the certificates to trust (PEM), in place of the system's
    #[arg(long, value_name = "FILE", help_heading = "Server")]
    pub ca: Option<PathBuf>,
    /// Seconds to wait for an answer
    #[arg(long, value_name = "SECONDS", default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..=86_400), help_heading = "Server")]
    pub timeout: u64,
    /// The access key's id [env: ALIBABA_CLOUD_ACCESS_KEY_ID]
    #[arg(long, value_name = "ID", help_heading = "Key")]
    pub key_id: Option<String>,
    /// A file with the access key's secret [env, the secret itself: ALIBABA_CLOUD_ACCESS_KEY_SECRET]
    ///
    /// It is never an argument: everyone on a machine can read those. The token of a temporary key is taken from
    /// ALIBABA_CLOUD_SECURITY_TOKEN.
    #[arg(long, value_name = "FILE", help_heading = "Key")]
    pub secret_file: Option<PathBuf>,
    /// Which signature to use
    #[arg(long, value_enum, default_value_t, help_heading = "Key")]
    pub signature: Scheme,
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

impl Target {
    /// The endpoint that is meant. `--dev` does not look into the environment, which may speak of another server.
    fn endpoint(&self, environment: Environment<'_>) -> String {
        let told = || if self.dev { None } else { environment("BERTH_ENDPOINT") };
        self.endpoint.clone().or_else(told).unwrap_or_else(|| format!("http://{}", server::dev::LISTEN))
    }

    /// The region that is sent where none is given.
    pub fn region(&self, environment: Environment<'_>) -> Option<String> {
        self.region.clone().or_else(|| environment("ALIBABA_CLOUD_REGION_ID"))
    }
}

/// A variable of the environment of this process. One that is empty says nothing.
pub fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
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

impl Client {
    /// Connects when the first call is sent.
    ///
    /// # Errors
    /// When the endpoint is no address, or there is no key.
    pub fn new(target: &Target) -> Result<Self> {
        Self::prepared(target, &environment).end_with(USAGE)
    }

    fn prepared(target: &Target, environment: Environment<'_>) -> Result<Self> {
        let endpoint = Endpoint::read(&target.endpoint(environment))?;
        let transport = Transport::new(&endpoint, target.ca.as_deref())?;
        Ok(Self {
            key: Key::of(target, environment)?,
            scheme: target.signature,
            region: target.region(environment),
            timeout: Duration::from_secs(target.timeout),
            endpoint,
            transport,
        })
    }

    /// Sends a call and waits for its answer. `RegionId` and `Format` are added where they are not given.
    ///
    /// # Errors
    /// When the server cannot be reached, or gives no answer in time. What it was asked for may have been done.
    pub async fn call(&mut self, action: &str, version: &str, params: &[(&str, &str)]) -> Result<Answer> {
        let absent = |name: &str| !params.iter().any(|(given, _)| *given == name);
        let region = self.region.as_deref().filter(|_| absent("RegionId")).map(|region| ("RegionId", region));
        let format = absent("Format").then_some(("Format", "JSON"));
        let all: Vec<(&str, &str)> = params.iter().copied().chain(region).chain(format).collect();
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
        let request = transport::request(signed).end_with(USAGE)?;
        let sent = tokio::time::timeout(self.timeout, self.transport.send(&self.endpoint, request)).await;
        let late = |_| Err(anyhow!("no answer within {} s", self.timeout.as_secs()));
        let (status, body) =
            sent.unwrap_or_else(late).with_context(|| format!("{action} at {}", self.endpoint)).end_with(TRANSPORT)?;
        Answer::read(status, body).with_context(|| format!("{action} at {}", self.endpoint))
    }
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

/// An error that says that nothing was sent.
pub fn misused(what: impl Into<String>) -> anyhow::Error {
    ending(USAGE, anyhow!(what.into()))
}

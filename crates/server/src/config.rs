//! `berth.toml`: what an operator can set, with its defaults. Strict: an unknown name is an error that says where.
//! Knows nothing of what is already stored.

mod access;

pub use access::{AccountSettings, KeySettings, PermitSettings, SessionSettings, entries};

use crate::checkpoint::Plan;
use crate::console::Console;
use crate::fleet::{Description, Fleet, Problems};
use crate::http;
use crate::log::{LogFormat, LogLevel, LogRequests};
use crate::progress::Patience;
use crate::throttle::{PUBLISHED, Quota, Quotas};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio_rustls::TlsAcceptor;

/// Everything that can be set.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Where and how to serve.
    pub server: ServerSettings,
    /// Bounds.
    pub limits: LimitSettings,
    /// What is remembered, and where.
    pub store: StoreSettings,
    /// How often an account may call an operation.
    pub quotas: QuotaSettings,
    /// Whether a first account is made.
    pub access: AccessSettings,
    /// Accounts and their keys.
    pub account: Vec<AccountSettings>,
    /// The hosts and what they are offered as.
    pub fleet: Description,
    /// The web console.
    pub console: ConsoleSettings,
    /// What is logged.
    pub log: LogSettings,
}

/// `[server]`
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ServerSettings {
    /// The address to listen on.
    pub listen: SocketAddr,
    /// Whether to speak plain HTTP to other machines, where everyone on the way can read along.
    pub allow_plain_http: bool,
    /// PEM file with the certificate chain.
    pub tls_certificate: Option<PathBuf>,
    /// PEM file with its private key.
    pub tls_key: Option<PathBuf>,
    /// Whether `/metrics` answers other machines.
    pub metrics_off_loopback: bool,
    /// Whether a crash may leave a core file, which would hold all secrets.
    pub core_files: bool,
    /// Threads that serve requests; absent: one a core.
    pub threads: Option<usize>,
}

/// `[limits]`
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LimitSettings {
    /// Open connections; when there would be more, those that only wait give way.
    pub connections: usize,
    /// From one answer to the next request.
    pub idle_seconds: u32,
    /// From the first byte of a request to the end of its headers.
    pub head_seconds: u32,
    /// From there to the end of the body.
    pub body_seconds: u32,
    /// Signature nonces remembered at once.
    pub nonces: usize,
    /// Of these, those of one key.
    pub nonces_a_key: usize,
}

/// `[store]`
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct StoreSettings {
    /// The folder that holds everything.
    pub data: PathBuf,
    /// A checkpoint after so many journal records; 0: never.
    pub checkpoint_every_records: u64,
    /// How much of the journal is kept as history; 0: all of it.
    pub history_days: u32,
    /// How long released reservations stay known.
    pub keep_released_days: u32,
    /// Each sync takes so many milliseconds longer: for benchmarks alone.
    pub sync_delay_ms: u64,
}

/// `[quotas]`
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct QuotaSettings {
    /// Whether calls are counted at all.
    pub enabled: bool,
    /// Calls of one account to one operation within `seconds`.
    pub calls: u32,
    /// The length of the window.
    pub seconds: u32,
    /// Operations with another number of calls.
    pub actions: BTreeMap<String, u32>,
}

/// `[access]`
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AccessSettings {
    /// Whether an account with a random key is made when there is none, and may be used from then on.
    pub first_key: bool,
}

/// `[console]`
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ConsoleSettings {
    /// Whether it is served, at `/console`.
    pub enabled: bool,
    /// Where people reach this server, when it is not where clients do.
    pub address: Option<String>,
}

/// `[log]`
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LogSettings {
    /// How lines are written.
    pub format: LogFormat,
    /// How much is written.
    pub level: LogLevel,
    /// Which requests get a line.
    pub requests: LogRequests,
}

/// What is wrong with a configuration.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// There is no such file.
    #[error("there is no file {path}; begin with a copy of examples/berth.toml, which explains every setting")]
    Missing {
        /// Which.
        path: PathBuf,
    },
    /// The file cannot be read.
    #[error("{path} cannot be read: {error}")]
    Read {
        /// Which.
        path: PathBuf,
        /// What the system said.
        error: std::io::Error,
    },
    /// It is no TOML, or has names or values that are not known.
    #[error("{path}: {}\nexamples/berth.toml explains every setting", error.to_string().trim_end())]
    Form {
        /// Which.
        path: PathBuf,
        /// Where and what.
        error: Box<toml::de::Error>,
    },
    /// The fleet does not agree with itself.
    #[error(transparent)]
    Fleet(#[from] Problems),
    /// Something in it cannot be.
    #[error("{at}: {what}")]
    Value {
        /// Which setting.
        at: String,
        /// What is wrong with it.
        what: String,
    },
}

/// A setting that cannot be.
pub(crate) fn wrong(at: impl Into<String>, what: impl Into<String>) -> ConfigError {
    ConfigError::Value { at: at.into(), what: what.into() }
}

/// Whether it is a scheme, a host and perhaps a port and a path, of characters that need no escape anywhere.
fn is_address(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    rest.is_some_and(|rest| {
        !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_:[]/~".contains(&byte))
    })
}

const DAY_SECONDS: u64 = 24 * 3600;

impl Default for ServerSettings {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8526)),
            allow_plain_http: false,
            tls_certificate: None,
            tls_key: None,
            metrics_off_loopback: false,
            core_files: false,
            threads: None,
        }
    }
}

impl Default for LimitSettings {
    fn default() -> Self {
        Self {
            connections: 4096,
            idle_seconds: 75,
            head_seconds: 10,
            body_seconds: 20,
            nonces: 16 << 20,
            nonces_a_key: 8 << 20,
        }
    }
}

impl Default for StoreSettings {
    fn default() -> Self {
        Self {
            data: PathBuf::from("berth-data"),
            checkpoint_every_records: 200_000,
            history_days: 0,
            keep_released_days: 30,
            sync_delay_ms: 0,
        }
    }
}

impl Default for QuotaSettings {
    fn default() -> Self {
        Self { enabled: true, calls: PUBLISHED.calls, seconds: PUBLISHED.seconds, actions: BTreeMap::new() }
    }
}

impl Default for AccessSettings {
    fn default() -> Self {
        Self { first_key: true }
    }
}

impl Default for ConsoleSettings {
    fn default() -> Self {
        Self { enabled: true, address: None }
    }
}

impl Config {
    /// Reads a file. Whether its parts agree is another question: see [`Config::check`].
    ///
    /// # Errors
    /// When it cannot be read, or has names or values that are not known.
    pub fn parse(path: &Path) -> Result<Self, ConfigError> {
        let text = std::fs::read_to_string(path).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => ConfigError::Missing { path: path.into() },
            _ => ConfigError::Read { path: path.into(), error },
        })?;
        toml::from_str(&text).map_err(|error| ConfigError::Form { path: path.into(), error: Box::new(error) })
    }

    /// Checks what the form alone does not say. Reads the secrets, too.
    ///
    /// # Errors
    /// The first setting that cannot be.
    pub fn check(&self) -> Result<(), ConfigError> {
        let Self { server, limits, quotas, .. } = self;
        if server.tls_certificate.is_some() != server.tls_key.is_some() {
            return Err(wrong("server", "tls_certificate and tls_key belong together"));
        }
        let plain = server.tls_certificate.is_none();
        if plain && !server.listen.ip().is_loopback() && !server.allow_plain_http {
            let what = format!(
                "{} can be reached from other machines; set tls_certificate and tls_key, or allow_plain_http = true",
                server.listen
            );
            return Err(wrong("server.listen", what));
        }
        let positive = [
            ("server.threads", server.threads.is_none_or(|threads| (1..=256).contains(&threads))),
            ("limits.connections", (1..=1 << 20).contains(&limits.connections)),
            ("limits.idle_seconds", limits.idle_seconds > 0),
            ("limits.head_seconds", limits.head_seconds > 0),
            ("limits.body_seconds", limits.body_seconds > 0),
            ("limits.nonces", limits.nonces > 0),
            ("limits.nonces_a_key", limits.nonces_a_key > 0),
            ("quotas.calls", quotas.calls > 0),
            ("quotas.seconds", quotas.seconds > 0),
        ];
        if let Some((name, _)) = positive.iter().find(|(_, sound)| !sound) {
            return Err(wrong(*name, "is out of range"));
        }
        if let Some(name) = quotas.actions.keys().find(|name| api::operations::find(name).is_none()) {
            return Err(wrong(format!("quotas.actions.{name}"), "there is no such operation"));
        }
        if self.console.address.as_deref().is_some_and(|address| !is_address(address)) {
            return Err(wrong("console.address", "is no address such as https://berth.example"));
        }
        Fleet::new(&self.fleet)?;
        entries(&self.account).map(drop)
    }

    /// The quotas as the throttle takes them.
    #[must_use]
    pub fn quotas(&self) -> Quotas {
        let QuotaSettings { enabled, calls, seconds, actions } = &self.quotas;
        let quota = |calls: u32| (*enabled && calls > 0).then_some(Quota { calls, seconds: *seconds });
        let actions = actions.iter().map(|(name, calls)| (name.clone(), quota(*calls))).collect();
        Quotas { other: quota(*calls), actions }
    }

    /// When checkpoints are made and how much history is kept.
    #[must_use]
    pub fn plan(&self) -> Plan {
        let StoreSettings { checkpoint_every_records, history_days, .. } = self.store;
        let every_records = (checkpoint_every_records > 0).then_some(checkpoint_every_records);
        let history_seconds = (history_days > 0).then(|| u64::from(history_days) * DAY_SECONDS);
        Plan { every_records, history_seconds }
    }

    /// For how long released reservations stay known, in seconds.
    #[must_use]
    pub fn keep_released_seconds(&self) -> u64 {
        u64::from(self.store.keep_released_days) * DAY_SECONDS
    }

    /// How connections are served: in this scheme, encrypted with this or not at all.
    #[must_use]
    pub fn http(&self, scheme: &'static str, tls: Option<TlsAcceptor>) -> http::Settings {
        let console = Console { scheme, address: self.console.address.as_deref().map(Box::from) };
        let seconds = |seconds: u32| Duration::from_secs(seconds.into());
        let LimitSettings { connections, idle_seconds, head_seconds, body_seconds, .. } = self.limits;
        let patience =
            Patience { idle: seconds(idle_seconds), head: seconds(head_seconds), body: seconds(body_seconds) };
        http::Settings {
            connections_max: connections,
            patience,
            metrics_off_loopback: self.server.metrics_off_loopback,
            console: self.console.enabled.then_some(console),
            log_requests: self.log.requests,
            tls,
        }
    }
}

//! The server that is measured: its configuration, its key, and requests signed with it.

use super::load::Requests;
use super::process::{Server, berth, free_address};
use anyhow::{Context, Result};
use rpc::signature::client::{Call, Layout, sign_v3};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// The account that the requests are of.
pub const ACCOUNT: &str = "1000000000000001";
/// The key that signs them.
pub const KEY: &str = "bench";
const SECRET: &str = "bench-secret-0123456789";

/// A folder with a configuration and data, and the address that it will be served on.
pub struct Setting {
    folder: PathBuf,
    /// Where the server listens.
    pub address: String,
    berth: PathBuf,
}

impl Setting {
    /// Makes the folder.
    ///
    /// # Errors
    /// When it cannot be made, or when Berth does not build.
    pub fn new(folder: &Path) -> Result<Self> {
        Self::of(folder, berth()?)
    }

    /// Makes the folder for this build of Berth.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn of(folder: &Path, berth: PathBuf) -> Result<Self> {
        std::fs::create_dir_all(folder)?;
        let setting = Self { folder: folder.to_owned(), address: free_address()?, berth };
        std::fs::write(setting.secret(), SECRET)?;
        Ok(setting)
    }

    /// The file with the secret of the key.
    #[must_use]
    pub fn secret(&self) -> PathBuf {
        self.folder.join("secret")
    }

    /// Where the data is.
    #[must_use]
    pub fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    /// Starts `berth serve`.
    ///
    /// # Errors
    /// When it does not start.
    pub fn serve(&self, checkpoint_every_records: u64, sync_delay_ms: u64) -> Result<Server> {
        let config = self.folder.join("berth.toml");
        let text = configuration(self, checkpoint_every_records, sync_delay_ms);
        std::fs::write(&config, text)?;
        let mut command = Command::new(&self.berth);
        command.arg("serve").arg("--config").arg(&config).stdout(Stdio::null());
        Server::start(&mut command, &self.address)
    }
}

fn configuration(setting: &Setting, checkpoint_every_records: u64, sync_delay_ms: u64) -> String {
    let (data, secret, address) = (setting.data(), setting.secret(), &setting.address);
    format!(
        r#"
[server]
listen = "{address}"
[limits]
nonces = 8000000
nonces_a_key = 8000000
[store]
data = {data:?}
sync_delay_ms = {sync_delay_ms}
checkpoint_every_records = {checkpoint_every_records}
[quotas]
enabled = false
[access]
first_key = false
[[account]]
id = "{ACCOUNT}"
name = "bench"
operator = true
[[account.key]]
id = "{KEY}"
secret_file = {secret:?}
[log]
level = "warn"
[fleet]
regions = ["cn-hangzhou"]
[[fleet.class]]
name = "g6"
vcpus = 128
memory_gib = 512
types = ["ecs.g6.*"]
[[fleet.hosts]]
zone = "cn-hangzhou-h"
class = "g6"
count = 40000
name = "g6-%05d"
"#
    )
}

/// So many reservations of one instance, each asked for once.
///
/// # Errors
/// When the hour cannot be read.
pub fn creates(address: &str, count: u64) -> Result<Arc<Requests>> {
    let params = [
        ("InstanceAmount", "1"),
        ("InstanceType", "ecs.g6.large"),
        ("RegionId", "cn-hangzhou"),
        ("ZoneId.1", "cn-hangzhou-h"),
    ];
    static RUNS: AtomicU64 = AtomicU64::new(0);
    let run = RUNS.fetch_add(1, Ordering::Relaxed); // a nonce is good once, across restarts of the server too
    let now = now()?;
    let all =
        (0..count).map(|n| signed(address, "CreateCapacityReservation", &params, &format!("create-{run}-{n}"), now));
    Ok(Requests::new(all))
}

/// So many launches of one instance, each asked for once.
///
/// # Errors
/// When the hour cannot be read.
pub fn launches(address: &str, count: u64) -> Result<Arc<Requests>> {
    let params = [("InstanceType", "ecs.g6.large"), ("RegionId", "cn-hangzhou"), ("ZoneId", "cn-hangzhou-h")];
    let now = now()?;
    let all = (0..count).map(|n| signed(address, "RunInstances", &params, &format!("launch-{n}"), now));
    Ok(Requests::new(all))
}

/// Signed with the benchmark's own key.
pub fn signed(host: &str, action: &str, params: &[(&str, &str)], nonce: &str, timestamp: u64) -> Box<[u8]> {
    signed_with((KEY, SECRET), host, action, params, nonce, timestamp)
}

/// The bytes of a request as the stock Python client would send it: POST, parameters in the query, V3.
pub fn signed_with(
    (key, secret): (&str, &str),
    host: &str,
    action: &str,
    params: &[(&str, &str)],
    nonce: &str,
    timestamp: u64,
) -> Box<[u8]> {
    let call = Call {
        method: "POST",
        host,
        access_key_id: key,
        secret,
        security_token: None,
        action,
        version: "2014-05-26",
        timestamp,
        nonce,
        params,
    };
    let signed = sign_v3(&call, Layout::Query);
    let mut text = format!("POST {} HTTP/1.1\r\ncontent-length: 0\r\naccept: application/json\r\n", signed.target);
    for (name, value) in &signed.headers {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    text.push_str("\r\n");
    text.into_bytes().into()
}

/// Seconds since the epoch.
///
/// # Errors
/// When the clock is before it.
#[expect(clippy::disallowed_methods, reason = "a client signs with the hour of its own machine")]
pub fn now() -> Result<u64> {
    Ok(SystemTime::now().duration_since(UNIX_EPOCH).context("a clock before 1970")?.as_secs())
}

/// The id that a create was answered with.
pub fn id_in(body: &str) -> Option<String> {
    let value: serde_json::Value = serde_json::from_str(body).ok()?;
    Some(value.get("PrivatePoolOptionsId")?.as_str()?.to_owned())
}

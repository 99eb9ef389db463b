//! A configuration of our own for `berth serve`: a small fleet whose stock is known, and keys that are known.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::call::Key;

/// The region of every test.
pub const REGION: &str = "cn-hangzhou";
/// A zone of it, with all the hosts.
pub const ZONE: &str = "cn-hangzhou-h";
/// An instance type that takes one unit.
pub const TYPE: &str = "ecs.g6.large";
/// Units of one host: it has 128 vCPUs, a `ecs.g6.large` needs 2.
pub const HOST_UNITS: u64 = 64;

/// What a test sets.
#[derive(Clone, Copy, Debug)]
pub struct Plan<'a> {
    /// Where to listen.
    pub port: u16,
    /// Hosts of 64 units.
    pub hosts: u64,
    /// Journal records between two checkpoints.
    pub checkpoint_every_records: u64,
    /// How long a client may take for a head, and for a body.
    pub patience_seconds: u32,
    /// More lines of `[server]`.
    pub server: &'a str,
    /// More lines of `[limits]`.
    pub limits: &'a str,
    /// More tables. `{folder}` stands for the folder of the file.
    pub more: &'a str,
}

impl Plan<'_> {
    /// With nothing special about it.
    #[must_use]
    pub const fn new(port: u16, hosts: u64) -> Self {
        Self { port, hosts, checkpoint_every_records: 100, patience_seconds: 10, server: "", limits: "", more: "" }
    }
}

/// What was written.
#[derive(Clone)]
pub struct Written {
    /// The configuration file.
    pub file: PathBuf,
    /// The folder that will hold the data.
    pub data: PathBuf,
    /// A key of the first account.
    pub first: Key,
    /// A key of another account.
    pub second: Key,
}

/// Writes a configuration and its secrets into `folder`.
///
/// # Errors
/// When they cannot be written.
pub fn write(folder: &Path, plan: Plan<'_>) -> Result<Written> {
    let key = |id: &str, secret: &str| Key { id: id.to_owned(), secret: secret.to_owned() };
    let (first, second) = (key("first-key", "first-secret-Aa1/+"), key("second-key", "second-secret-Bb2"));
    for key in [&first, &second] {
        fs::write(folder.join(&key.id), &key.secret)?;
    }
    let data = folder.join("data");
    let text = format!(
        r#"
[server]
listen = "127.0.0.1:{port}"
{server}

[limits]
head_seconds = {patience}
body_seconds = {patience}
{limits}

[store]
data = {data:?}
checkpoint_every_records = {checkpoint}

[quotas]
enabled = false

[[account]]
id = "1000000000000001"
key = [{{ id = "{first}", secret_file = {first_file:?} }}]

[[account]]
id = "1000000000000002"
key = [{{ id = "{second}", secret_file = {second_file:?} }}]

[fleet]
regions = ["{REGION}"]

[[fleet.class]]
name = "g6"
vcpus = 128
memory_gib = 512
rungs = [1, 2, 4, 8, 16, 32, 64]
types = ["ecs.g6.*"]

# Its hosts are nowhere: a type without stock.
[[fleet.class]]
name = "c6"
vcpus = 128
memory_gib = 256
types = ["ecs.c6.*"]

[[fleet.hosts]]
zone = "{ZONE}"
class = "g6"
count = {hosts}

{more}
"#,
        server = plan.server,
        limits = plan.limits,
        more = plan.more.replace("{folder}", &folder.to_string_lossy()),
        port = plan.port,
        patience = plan.patience_seconds,
        checkpoint = plan.checkpoint_every_records,
        hosts = plan.hosts,
        first = first.id,
        first_file = folder.join(&first.id),
        second = second.id,
        second_file = folder.join(&second.id),
    );
    let file = folder.join("berth.toml");
    fs::write(&file, text)?;
    Ok(Written { file, data, first, second })
}

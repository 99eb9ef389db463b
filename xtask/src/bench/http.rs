//! Signed, durable ReleaseCapacityReservation over HTTP keep-alive, beside a bare hyper server that answers the same
//! bytes: same machine, same load generator, same minute, taking turns.

use super::load::{self, Outcome, Requests};
use super::process::{Server, berth, free_address};
use super::{Options, table};
use anyhow::{Context, Result, bail};
use rpc::signature::client::{Call, Layout, sign_v3};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

const KEY: &str = "bench";
const SECRET: &str = "bench-secret-0123456789";
/// Releases made ready a second of load: more than any server here answers.
const RELEASES_A_SECOND: u64 = 45_000;
const SYNC_DELAY_MS: u64 = 2;

/// Measures and prints.
///
/// # Errors
/// When something cannot be started or answers what it should not.
pub fn run(options: &Options) -> Result<()> {
    println!("http: signed, durable ReleaseCapacityReservation; the yardstick is bare hyper answering the same bytes");
    let mut rows = Vec::new();
    let mut ratios = Vec::new();
    for round in 1..=options.rounds {
        let bare = bare(options)?;
        rows.push(row(&format!("round {round}: bare hyper, 64 connections"), &bare));
        let durable = releases(options, 64, 0)?;
        rows.push(row(&format!("round {round}: berth, 64 connections"), &durable));
        ratios.push((durable.rate() / bare.rate(), durable.rate()));
        eprintln!("  round {round}: {:.1} % of bare hyper", 100.0 * durable.rate() / bare.rate());
    }
    let delayed = releases(options, 256, SYNC_DELAY_MS)?;
    rows.push(row("berth, 256 connections, 2 ms more a sync", &delayed));
    table::print(&["run", "answers/s", "p50 ms", "p99 ms", "max ms", "answers"], &rows);
    ratios.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (ratio, rate) = ratios[ratios.len() / 2];
    println!("median of rounds: {:.1} % of bare hyper (to be at least 45 %)", 100.0 * ratio);
    println!("with 2 ms a sync: {:.1} % of berth without (to be at least 50 %)", 100.0 * delayed.rate() / rate);
    Ok(())
}

fn row(name: &str, outcome: &Outcome) -> Vec<String> {
    let ms = |share| format!("{:.2}", outcome.within(share));
    vec![name.to_owned(), format!("{:.0}", outcome.rate()), ms(500), ms(990), ms(1000), outcome.good.to_string()]
}

/// The same requests, to a server that looks at none of them.
fn bare(options: &Options) -> Result<Outcome> {
    let address = free_address()?;
    let this = std::env::current_exe()?;
    let server = Server::start(Command::new(this).args(["bare-server", &address]), &address)?;
    let ids: Vec<String> = (0..1000_u32).map(|n| format!("crp-bp1{n:017}")).collect();
    let releases = releases_of(&server.address, &ids)?;
    let many: Vec<Box<[u8]>> = (0..options.seconds * 2 * RELEASES_A_SECOND)
        .map(|n| releases[usize::try_from(n).unwrap_or(0) % releases.len()].clone())
        .collect();
    measured(load::run(&server.address, &Arc::new(many), 64, Duration::from_secs(options.seconds), false)?)
}

fn releases(options: &Options, connections: usize, sync_delay_ms: u64) -> Result<Outcome> {
    let folder = super::process::target().join(format!("bench-{}", std::process::id()));
    let outcome = in_folder(&folder, options, connections, sync_delay_ms);
    std::fs::remove_dir_all(&folder).ok();
    outcome
}

fn in_folder(folder: &Path, options: &Options, connections: usize, sync_delay_ms: u64) -> Result<Outcome> {
    let address = free_address()?;
    std::fs::create_dir_all(folder)?;
    let config = folder.join("berth.toml");
    std::fs::write(&config, configuration(folder, &address, 0))?;
    let start = |config: &Path| {
        let mut command = Command::new(berth()?);
        command.arg("serve").arg("--config").arg(config).stdout(Stdio::null()).stderr(Stdio::null());
        Server::start(&mut command, &address)
    };
    let server = start(&config)?;
    let count = options.seconds * RELEASES_A_SECOND;
    let made = load::run(&address, &creates(&address, count)?, 64, Duration::from_secs(600), true)?;
    let ids: Vec<String> = measured(made)?.bodies.iter().filter_map(|body| id_in(body)).collect();
    drop(server);
    std::fs::write(&config, configuration(folder, &address, sync_delay_ms))?;
    let server = start(&config)?;
    let requests = releases_of(&server.address, &ids)?;
    let outcome = load::run(&address, &requests, connections, Duration::from_secs(options.seconds), false)?;
    if outcome.micros.len() >= requests.len() {
        eprintln!("  (the {count} reservations ran out before the time was up)");
    }
    measured(outcome)
}

/// A bad answer makes a measurement worthless.
fn measured(outcome: Outcome) -> Result<Outcome> {
    match &outcome.complaint {
        None => Ok(outcome),
        Some(complaint) => bail!("{} of the answers were bad, the first of them: {complaint}", outcome.bad),
    }
}

fn configuration(folder: &Path, address: &str, sync_delay_ms: u64) -> String {
    let data = folder.join("data");
    let secret = folder.join("secret");
    drop(std::fs::write(&secret, SECRET));
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
[quotas]
enabled = false
[access]
first_key = false
[[account]]
id = "1000000000000001"
name = "bench"
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
count = 20000
name = "g6-%05d"
"#
    )
}

fn creates(address: &str, count: u64) -> Result<Requests> {
    let params = [
        ("InstanceAmount", "1"),
        ("InstanceType", "ecs.g6.large"),
        ("RegionId", "cn-hangzhou"),
        ("ZoneId.1", "cn-hangzhou-h"),
    ];
    let now = now()?;
    let all = (0..count).map(|n| signed(address, "CreateCapacityReservation", &params, &format!("create-{n}"), now));
    Ok(Arc::new(all.collect()))
}

fn releases_of(address: &str, ids: &[String]) -> Result<Requests> {
    let now = now()?;
    let all = ids.iter().map(|id| {
        let params = [("PrivatePoolOptions.Id", id.as_str()), ("RegionId", "cn-hangzhou")];
        signed(address, "ReleaseCapacityReservation", &params, &format!("release-{id}"), now)
    });
    Ok(Arc::new(all.collect()))
}

/// The bytes of a request as the stock Python client would send it: POST, parameters in the query, V3.
fn signed(host: &str, action: &str, params: &[(&str, &str)], nonce: &str, timestamp: u64) -> Box<[u8]> {
    let call = Call {
        method: "POST",
        host,
        access_key_id: KEY,
        secret: SECRET,
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

#[expect(clippy::disallowed_methods, reason = "a client signs with the hour of its own machine")]
fn now() -> Result<u64> {
    Ok(SystemTime::now().duration_since(UNIX_EPOCH).context("a clock before 1970")?.as_secs())
}

fn id_in(body: &str) -> Option<String> {
    let value: serde_json::Value = serde_json::from_str(body).ok()?;
    Some(value.get("PrivatePoolOptionsId")?.as_str()?.to_owned())
}

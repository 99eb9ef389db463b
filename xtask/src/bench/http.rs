//! Signed, durable ReleaseCapacityReservation over HTTP keep-alive, beside a bare hyper server that answers the same
//! bytes: same machine, same load generator, same minute, taking turns.

use super::load::{self, Outcome, Requests};
use super::process::{Server, free_address, target};
use super::setting::{self, Setting, creates, id_in, signed};
use super::{Options, table};
use anyhow::{Result, bail};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

/// Releases made ready a second of load: more than any server here answers.
const RELEASES_A_SECOND: u64 = 75_000;
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
    let launched = launches(options)?;
    rows.push(row("berth, RunInstances of one, 64 connections", &launched));
    let delayed = releases(options, 256, SYNC_DELAY_MS)?;
    rows.push(row("berth, 256 connections, 2 ms more a sync", &delayed));
    table::print(&["run", "answers/s", "p50 ms", "p99 ms", "max ms", "server cpu us", "answers"], &rows);
    ratios.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (ratio, rate) = ratios[ratios.len() / 2];
    println!("median of rounds: {:.1} % of bare hyper (to be at least 45 %)", 100.0 * ratio);
    let bare = ratios[ratios.len() / 2].1 / ratio;
    println!("RunInstances of one: {:.1} % of bare hyper", 100.0 * launched.rate() / bare);
    println!("with 2 ms a sync: {:.1} % of berth without (to be at least 50 %)", 100.0 * delayed.rate() / rate);
    Ok(())
}

fn row(name: &str, outcome: &Outcome) -> Vec<String> {
    let ms = |per_mille| format!("{:.2}", outcome.within(per_mille));
    let answers = f64::from(u32::try_from(outcome.good).unwrap_or(u32::MAX));
    let cpu = format!("{:.1}", 1e6 * outcome.server_cpu_seconds / answers);
    vec![name.to_owned(), format!("{:.0}", outcome.rate()), ms(500), ms(990), ms(1000), cpu, outcome.good.to_string()]
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
    under_load(&server, &Arc::new(many), 64, options)
}

/// Loads a server and looks at its processor time.
fn under_load(server: &Server, requests: &Requests, connections: usize, options: &Options) -> Result<Outcome> {
    let before = server.cpu_seconds()?;
    let outcome = load::run(&server.address, requests, connections, Duration::from_secs(options.seconds), false)?;
    measured(Outcome { server_cpu_seconds: server.cpu_seconds()? - before, ..outcome })
}

fn releases(options: &Options, connections: usize, sync_delay_ms: u64) -> Result<Outcome> {
    let folder = target().join(format!("bench-{}", std::process::id()));
    let outcome = in_folder(&folder, options, connections, sync_delay_ms);
    std::fs::remove_dir_all(&folder).ok();
    outcome
}

/// RunInstances of one instance each, on open capacity.
fn launches(options: &Options) -> Result<Outcome> {
    let folder = target().join(format!("bench-{}", std::process::id()));
    let outcome = Setting::new(&folder).and_then(|setting| {
        let server = setting.serve(0, 0)?;
        let requests = setting::launches(&setting.address, options.seconds * RELEASES_A_SECOND)?;
        under_load(&server, &requests, 64, options)
    });
    std::fs::remove_dir_all(&folder).ok();
    outcome
}

fn in_folder(folder: &Path, options: &Options, connections: usize, sync_delay_ms: u64) -> Result<Outcome> {
    let setting = Setting::new(folder)?;
    let address = setting.address.clone();
    let count = options.seconds * RELEASES_A_SECOND;
    let server = setting.serve(0, 0)?;
    let made = load::run(&address, &creates(&address, count)?, 64, Duration::from_secs(600), true)?;
    let ids: Vec<String> = measured(made)?.bodies.iter().filter_map(|body| id_in(body)).collect();
    drop(server);
    let server = setting.serve(0, sync_delay_ms)?;
    let requests = releases_of(&server.address, &ids)?;
    let outcome = under_load(&server, &requests, connections, options)?;
    if outcome.micros.len() >= requests.len() {
        eprintln!("  (the {count} reservations ran out before the time was up)");
    }
    Ok(outcome)
}

/// A bad answer makes a measurement worthless.
pub(super) fn measured(outcome: Outcome) -> Result<Outcome> {
    match &outcome.complaint {
        None => Ok(outcome),
        Some(complaint) => bail!("{} of the answers were bad, the first of them: {complaint}", outcome.bad),
    }
}

fn releases_of(address: &str, ids: &[String]) -> Result<Requests> {
    let now = setting::now()?;
    let all = ids.iter().map(|id| {
        let params = [("PrivatePoolOptions.Id", id.as_str()), ("RegionId", "cn-hangzhou")];
        signed(address, "ReleaseCapacityReservation", &params, &format!("release-{id}"), now)
    });
    Ok(Arc::new(all.collect()))
}

//! Signed, durable ReleaseCapacityReservation and RunInstances over HTTP keep-alive, beside a bare hyper server that
//! answers the same bytes: same machine, same load generator. All servers run at once and take turns in being loaded,
//! a quarter of a second each: what else the machine does in the meantime meets all of them alike.

use super::load::{self, Outcome, Requests};
use super::process::{Server, berth, free_address, target};
use super::setting::{self, Setting, creates, id_in, signed};
use super::{Options, table};
use anyhow::{Result, bail};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

/// Requests made ready a second of load: more than a server here answers.
const RELEASES_A_SECOND: u64 = 75_000;
const OF_BARE_A_SECOND: u64 = 200_000;
const SYNC_DELAY_MS: u64 = 2;
const TURN: Duration = Duration::from_millis(250);
const TURNS_A_SECOND: u64 = 4;

/// A server and what it is loaded with.
struct Contender {
    name: String,
    server: Server,
    requests: Arc<Requests>,
    connections: usize,
    all: Outcome,
    /// Of each turn: answers a second.
    rates: Vec<f64>,
}

/// Measures and prints.
///
/// # Errors
/// When something cannot be started or answers what it should not.
pub fn run(options: &Options) -> Result<()> {
    println!("http: signed, durable requests; the yardstick is bare hyper answering the same bytes");
    let folder = target().join(format!("bench-{}", std::process::id()));
    let done = in_folder(&folder, options);
    std::fs::remove_dir_all(&folder).ok();
    done
}

fn in_folder(folder: &Path, options: &Options) -> Result<()> {
    let mut contenders = vec![bare(options)?];
    contenders.extend(of_build("berth", &berth()?, folder, options)?);
    let beside = options.beside.as_ref();
    if let Some(beside) = beside {
        contenders.extend(of_build("beside", beside, folder, options)?);
    }
    eprintln!("  they take turns");
    for _ in 0..options.seconds * TURNS_A_SECOND {
        for contender in &mut contenders {
            contender.turn()?;
        }
    }
    let heading = ["server", "answers/s", "p50 ms", "p99 ms", "max ms", "server cpu us", "answers"];
    table::print(&heading, &contenders.iter().map(Contender::row).collect::<Vec<_>>());
    let [bare, others @ ..] = &contenders[..] else { return Ok(()) };
    for of_one in others.chunks(3) {
        let [released, launched, delayed] = of_one else { continue };
        println!("{}: {} of bare hyper (to be at least 45 %)", released.name, released.of(bare));
        println!("{}: {} of bare hyper (to be at least 45 %)", launched.name, launched.of(bare));
        println!("{}: {} of without (to be at least 50 %)", delayed.name, delayed.of(released));
    }
    Ok(())
}

/// The same requests, to a server that looks at none of them. Whoever sends them fetches each from memory, as it does
/// those of the others.
fn bare(options: &Options) -> Result<Contender> {
    let address = free_address()?;
    let this = std::env::current_exe()?;
    let server = Server::start(Command::new(this).args(["bare-server", &address]), &address)?;
    let ids: Vec<String> = (0..1000_u32).map(|n| format!("crp-bp1{n:017}")).collect();
    let releases = releases_of(&server.address, &ids)?;
    let count = usize::try_from(options.seconds * OF_BARE_A_SECOND)?;
    let requests = releases.iter().cycle().take(count).cloned();
    Ok(Contender::new("bare hyper", server, Requests::new(requests), 64))
}

/// What is measured of one build of Berth, in this order.
fn of_build(name: &str, build: &Path, folder: &Path, options: &Options) -> Result<[Contender; 3]> {
    let folder = |what: &str| folder.join(name).join(what);
    Ok([
        releases((&format!("{name}, releases"), build), &folder("releases"), options, 64, 0)?,
        launches((&format!("{name}, RunInstances of one"), build), &folder("launches"), options)?,
        releases(
            (&format!("{name}, releases, {SYNC_DELAY_MS} ms more a sync, 256 connections"), build),
            &folder("delayed"),
            options,
            256,
            SYNC_DELAY_MS,
        )?,
    ])
}

/// Releases of reservations that were made for it.
fn releases(
    (name, build): (&str, &Path),
    folder: &Path,
    options: &Options,
    connections: usize,
    sync_delay_ms: u64,
) -> Result<Contender> {
    let setting = Setting::of(folder, PathBuf::from(build))?;
    let count = options.seconds * RELEASES_A_SECOND;
    eprintln!("  {name}: {count} reservations are made");
    let server = setting.serve(0, 0)?;
    let made = load::run(&setting.address, &creates(&setting.address, count)?, 64, Duration::from_secs(600), true)?;
    let ids: Vec<String> = measured(made)?.bodies.iter().filter_map(|body| id_in(body)).collect();
    drop(server);
    let server = setting.serve(0, sync_delay_ms)?;
    let requests = Requests::new(releases_of(&server.address, &ids)?.into_iter());
    Ok(Contender::new(name, server, requests, connections))
}

/// RunInstances of one instance each, on open capacity.
fn launches((name, build): (&str, &Path), folder: &Path, options: &Options) -> Result<Contender> {
    let setting = Setting::of(folder, PathBuf::from(build))?;
    let server = setting.serve(0, 0)?;
    let requests = setting::launches(&setting.address, options.seconds * RELEASES_A_SECOND)?;
    Ok(Contender::new(name, server, requests, 64))
}

impl Contender {
    fn new(name: &str, server: Server, requests: Arc<Requests>, connections: usize) -> Self {
        Self { name: name.to_owned(), server, requests, connections, all: Outcome::default(), rates: Vec::new() }
    }

    /// Loads its server for one turn, and looks at its processor time.
    fn turn(&mut self) -> Result<()> {
        let before = self.server.cpu_seconds()?;
        let outcome = load::run(&self.server.address, &self.requests, self.connections, TURN, false)?;
        let outcome = measured(Outcome { server_cpu_seconds: self.server.cpu_seconds()? - before, ..outcome })?;
        if self.requests.are_spent() {
            bail!("{}: the requests ran out before the time was up", self.name);
        }
        self.rates.push(outcome.rate());
        self.all.add(outcome);
        Ok(())
    }

    fn row(&self) -> Vec<String> {
        let ms = |per_mille| format!("{:.2}", self.all.within(per_mille));
        let answers = f64::from(u32::try_from(self.all.good).unwrap_or(u32::MAX));
        let cpu = format!("{:.1}", 1e6 * self.all.server_cpu_seconds / answers);
        let rate = format!("{:.0}", self.all.rate());
        vec![self.name.clone(), rate, ms(500), ms(990), ms(1000), cpu, self.all.good.to_string()]
    }

    /// Its rate as a part of another's: of all the time, and how far single turns lie from that.
    fn of(&self, other: &Self) -> String {
        let mut turns: Vec<f64> = self.rates.iter().zip(&other.rates).map(|(own, other)| 100.0 * own / other).collect();
        turns.sort_by(f64::total_cmp);
        let at = |part: usize| turns.get(turns.len() * part / 10).copied().unwrap_or_default();
        let whole = 100.0 * self.all.rate() / other.all.rate();
        format!("{whole:.1} % (eight of ten turns: {:.1} to {:.1} %)", at(1), at(9))
    }
}

/// A bad answer makes a measurement worthless.
pub(super) fn measured(outcome: Outcome) -> Result<Outcome> {
    match &outcome.complaint {
        None => Ok(outcome),
        Some(complaint) => bail!("{} of the answers were bad, the first of them: {complaint}", outcome.bad),
    }
}

fn releases_of(address: &str, ids: &[String]) -> Result<Vec<Box<[u8]>>> {
    let now = setting::now()?;
    let all = ids.iter().map(|id| {
        let params = [("PrivatePoolOptions.Id", id.as_str()), ("RegionId", "cn-hangzhou")];
        signed(address, "ReleaseCapacityReservation", &params, &format!("release-{id}"), now)
    });
    Ok(all.collect())
}

//! Kill -9 of the built binary under load, again and again, at moments that one printed seed decides; after each
//! restart every acknowledged effect is there, nothing is half done and nothing is there twice. Checkpoints are made
//! all the time, so that kills meet them too; some kills come while the server is still starting.

mod check;
mod endings;
mod launches;
mod model;
mod roll;
mod worker;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use clap::Parser;
use rig::config::{self, HOST_UNITS, Plan};
use rig::{Client, Dice, Server, clock, server};
use tempfile::TempDir;

use worker::Worker;

const WORKERS: u64 = 4;
/// Every so many rounds the server is stopped by SIGTERM instead.
const GENTLE_EVERY: u64 = 10;
const HOSTS: u64 = 15;
/// A few dozen requests: some checkpoint is nearly always being made.
const CHECKPOINT_EVERY_RECORDS: u64 = 40;

#[derive(Parser)]
#[command(about = "Kill -9 of the built binary under load")]
struct Arguments {
    /// The binary
    #[arg(long)]
    berth: PathBuf,
    /// How many times it is killed
    #[arg(long, default_value_t = 55)]
    kills: u64,
    /// Repeats the chances of an earlier run; what happens between processes is not repeated
    #[arg(long)]
    seed: Option<u64>,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let seed = arguments.seed.unwrap_or_else(clock::nanoseconds);
    println!("crash: seed {seed}");
    match run(&arguments.berth, arguments.kills, seed) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("crash: seed {seed}: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// How to start the server, always in the same way.
struct Start<'a> {
    binary: &'a Path,
    file: &'a str,
    address: &'a str,
    log: &'a Path,
}

impl Start<'_> {
    fn now(&self) -> Result<Server> {
        Server::start(self.binary, &["serve", "--config", self.file], self.address, self.log)
    }

    /// Starts it only to kill it before it is ready.
    fn and_kill(&self, after: Duration) -> Result<()> {
        let mut child = server::spawn(self.binary, &["serve", "--config", self.file], self.log)?;
        thread::sleep(after);
        child.kill()?;
        child.wait()?;
        Ok(())
    }
}

fn run(binary: &Path, kills: u64, seed: u64) -> Result<()> {
    let mut dice = Dice::new(seed);
    let folder = TempDir::new()?;
    let port = server::free_port()?;
    let plan = Plan { checkpoint_every_records: CHECKPOINT_EVERY_RECORDS, ..Plan::new(port, HOSTS) };
    let written = config::write(folder.path(), plan)?;
    let file = written.file.to_str().context("a path that is no text")?;
    let (address, log) = (format!("127.0.0.1:{port}"), folder.path().join("log"));
    let start = Start { binary, file, address: &address, log: &log };
    let mut workers: Vec<Worker> = (0..WORKERS).map(|_| Worker::new(dice.draw(), &written.first)).collect();
    let mut running = start.now()?;
    let (mut killed, mut stopped, mut killed_early) = (0, 0, 0);
    while killed < kills {
        let gentle = (killed + stopped + 1) % GENTLE_EVERY == 0;
        let load = Duration::from_millis(5 + dice.below(250));
        under_load(running, &mut workers, &address, load, gentle)?;
        if gentle {
            stopped += 1;
        } else {
            killed += 1;
        }
        if dice.below(6) == 0 {
            start.and_kill(Duration::from_millis(dice.below(40)))?;
            killed_early += 1;
        }
        if dice.below(5) == 0 {
            endings::verify(binary, &written.data).with_context(|| format!("after kill {killed}"))?;
        }
        running = start.now()?;
        let mut client = Client::new(&address, &written.first);
        check::run(&mut client, &mut workers, &mut dice, HOSTS * HOST_UNITS)
            .with_context(|| format!("after kill {killed}, stop {stopped}"))?;
    }
    running = endings::end_while_down(running, &written.first, || start.now())?;
    endings::second_process(binary, &written.file, port, &written.data, &folder.path().join("second.log"))?;
    let mut client = Client::new(&address, &written.first);
    check::run(&mut client, &mut workers, &mut dice, HOSTS * HOST_UNITS).context("after the second process")?;
    ensure!(!running.log()?.contains("panicked"), "the log has a panic");
    running.stop()?;
    endings::verify(binary, &written.data).context("after the end")?;
    let answered: u64 = workers.iter().map(|worker| worker.answered).sum();
    let promises: usize = workers.iter().map(|worker| worker.promises.len()).sum();
    let instances: usize = workers.iter().flat_map(|worker| &worker.launches).map(|launch| launch.amount).sum();
    println!(
        "crash: {killed} kills under load, {killed_early} while starting, {stopped} stops by SIGTERM; \
         {answered} requests acknowledged, {promises} reservations, {instances} instances, none lost"
    );
    Ok(())
}

/// All workers at work for a while, then the end of the server in their midst.
fn under_load(running: Server, workers: &mut [Worker], address: &str, load: Duration, gentle: bool) -> Result<()> {
    let stop = AtomicBool::new(false);
    thread::scope(|scope| {
        let threads: Vec<_> = workers.iter_mut().map(|worker| scope.spawn(|| worker.work(address, &stop))).collect();
        thread::sleep(load);
        let ended = if gentle { running.stop() } else { running.kill() };
        stop.store(true, Ordering::Relaxed);
        for thread in threads {
            thread.join().map_err(|_| anyhow::anyhow!("a worker panicked"))??;
        }
        ended
    })
}

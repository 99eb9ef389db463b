//! What a checkpoint of a million reservations costs those who ask meanwhile: the same load with none, and with one
//! after another.

use super::http::measured;
use super::load::{self, Outcome};
use super::process::target;
use super::setting::{Setting, creates};
use super::start::{checkpoints, store_many};
use super::{Options, table};
use anyhow::{Result, bail};
use std::time::Duration;

/// Journal records from one checkpoint to the next: a few seconds of this load, so one is nearly always being written.
const EVERY_RECORDS: u64 = 2000;
const CONNECTIONS: usize = 16;
/// A checkpoint takes its time, so this runs longer than the other benchmarks.
const TIMES: u64 = 3;

/// Measures and prints.
///
/// # Errors
/// When something cannot be started or answers what it should not.
pub fn run(options: &Options) -> Result<()> {
    println!("checkpoint: durable CreateCapacityReservation, {CONNECTIONS} connections, 1,000,000 reservations stored");
    let folder = target().join(format!("bench-{}", std::process::id()));
    let done = in_folder(&folder, options);
    std::fs::remove_dir_all(&folder).ok();
    done
}

fn in_folder(folder: &std::path::Path, options: &Options) -> Result<()> {
    let setting = Setting::new(folder)?;
    drop(setting.serve(0, 0)?);
    store_many(&setting)?;
    let mut rows = Vec::new();
    let mut tails = Vec::new();
    for (name, every) in [("without a checkpoint", 0), ("while checkpoints are written", EVERY_RECORDS)] {
        let server = setting.serve(every, 0)?;
        let requests = creates(&setting.address, options.seconds * TIMES * 25_000)?;
        let most = Duration::from_secs(options.seconds * TIMES);
        let outcome = measured(load::run(&setting.address, &requests, CONNECTIONS, most, false)?)?;
        let written = checkpoints(&server.address)?;
        if every > 0 && written == 0 {
            bail!("no checkpoint was written in {} s; give it more with --seconds", options.seconds * TIMES);
        }
        tails.push(outcome.within(990));
        rows.push(row(name, &outcome, written));
    }
    table::print(&["", "answers/s", "p50 ms", "p99 ms", "max ms", "checkpoints"], &rows);
    println!("p99 is {:.2} times what it is without (to be under 2)", tails[1] / tails[0]);
    Ok(())
}

fn row(name: &str, outcome: &Outcome, checkpoints: u64) -> Vec<String> {
    let ms = |per_mille| format!("{:.2}", outcome.within(per_mille));
    let rate = format!("{:.0}", outcome.rate());
    vec![name.to_owned(), rate, ms(500), ms(990), ms(1000), checkpoints.to_string()]
}

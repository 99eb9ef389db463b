//! Kill -9 under load, again and again; some kills come while the server is still starting, and many while a checkpoint is
//! being written.

use std::fs;
use std::path::Path;
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, ensure};

use crate::endings;
use crate::site::Site;

/// Every so many rounds the server is stopped by SIGTERM instead.
const GENTLE_EVERY: u64 = 10;

/// Kills it so often.
///
/// # Errors
/// What was lost, half done, or done twice.
pub fn run(binary: &Path, seed: u64, kills: u64) -> Result<String> {
    let mut site = Site::new(binary, seed, "")?;
    let mut running = site.start()?;
    let (mut killed, mut stopped, mut killed_early, mut in_checkpoint) = (0, 0, 0, 0);
    while killed < kills {
        let gentle = (killed + stopped + 1) % GENTLE_EVERY == 0;
        let load = Duration::from_millis(5 + site.dice.below(250));
        site.under_load(|| {
            thread::sleep(load);
            if gentle { running.stop() } else { running.kill() }
        })?;
        if gentle {
            stopped += 1;
        } else {
            killed += 1;
            in_checkpoint += u64::from(has_part(&site.written.data)?);
        }
        if site.dice.below(6) == 0 {
            let after = Duration::from_millis(site.dice.below(40));
            site.start_and_kill(after)?;
            killed_early += 1;
        }
        if site.dice.below(5) == 0 {
            site.verify().with_context(|| format!("after kill {killed}"))?;
        }
        running = site.start()?;
        site.check().with_context(|| format!("after kill {killed}, stop {stopped}"))?;
        if killed % 100 == 0 && !gentle {
            println!("  {killed} of {kills} kills");
        }
    }
    running = endings::end_while_down(running, &site.written.first, || site.start())?;
    let second_log = site.folder.path().join("second.log");
    endings::second_process(binary, &site.written.file, site.port, &site.written.data, &second_log)?;
    site.check().context("after the second process")?;
    ensure!(!running.log()?.contains("panicked"), "the log has a panic");
    running.stop()?;
    site.verify().context("after the end")?;
    let in_order = site.in_order()?;
    let promises: usize = site.workers.iter().map(|worker| worker.promises.len()).sum();
    let instances: usize = site.workers.iter().flat_map(|worker| &worker.launches).map(|launch| launch.amount).sum();
    Ok(format!(
        "{killed} kills under load ({in_checkpoint} in the midst of a checkpoint), {killed_early} while starting, {stopped} \
         stops by SIGTERM; {} requests acknowledged, {promises} reservations, {instances} instances, none lost; {in_order} changes \
         in the order in which they were answered",
        site.answered()
    ))
}

/// Whether a file was being made.
fn has_part(folder: &Path) -> Result<bool> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let is_part = path.extension().is_some_and(|it| it == "part");
        if is_part || (path.is_dir() && has_part(&path)?) {
            return Ok(true);
        }
    }
    Ok(false)
}

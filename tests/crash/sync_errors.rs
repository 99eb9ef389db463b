//! Writes and syncs that fail, injected into the real binary by strace: nothing is acknowledged that is not on disk, the
//! region is loaded anew and serves again by itself.

use std::fs;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use rig::config::REGION;

use crate::site::Site;

/// Which calls fail, and how.
const KINDS: [(&str, &str); 3] = [("fdatasync,fsync", "EIO"), ("pwrite64", "EIO"), ("pwrite64", "ENOSPC")];
/// Calls that a start makes, and more.
const FIRST: u64 = 400;
/// For a region to be loaded anew, on a machine busy with other things.
const PATIENCE: Duration = Duration::from_secs(60);

/// Lets writes and syncs fail, in so many lives of the server.
///
/// # Errors
/// What was lost; and when nothing was made to fail.
pub fn run(binary: &Path, seed: u64, lives: u64) -> Result<String> {
    let strace = which("strace").context("strace is missing: install it, or leave this out with --skip sync-errors")?;
    let mut site = Site::new(binary, seed, "")?;
    site.start()?.stop()?;
    site.workers.iter_mut().for_each(|worker| worker.line.failures_are_fine = true);
    let (mut injected, mut reloaded) = (0, 0);
    for life in 0..lives {
        let (calls, error) = KINDS[usize::try_from(life)? % KINDS.len()];
        let (first, every) = (FIRST + site.dice.below(100), 40 + site.dice.below(200));
        let trace = site.folder.path().join("trace");
        let inject = format!("inject={calls}:error={error}:when={first}+{every}");
        let trace_text = trace.to_str().context("a path that is no text")?;
        let arguments = ["-D", "-f", "-qq", "-o", trace_text, "-e", &format!("trace={calls}"), "-e", &inject];
        let mut running = site.start_through(&strace, &arguments)?;
        let begun = Instant::now();
        while made_to_fail(&trace)? == 0 {
            ensure!(begun.elapsed() < PATIENCE, "no {calls} was made to fail");
            site.under_load(|| {
                thread::sleep(Duration::from_millis(300));
                Ok(())
            })?;
            // By itself it comes back.
            let back = Instant::now();
            while let Err(error) = site.client().reservations(REGION, &[]) {
                ensure!(back.elapsed() < PATIENCE, "it does not come back: {error:#}");
                thread::sleep(Duration::from_millis(50));
            }
        }
        running.alive()?;
        injected += made_to_fail(&trace)?;
        let log = running.log()?;
        ensure!(!log.contains("panicked"), "the log has a panic");
        reloaded = log.matches("the region is loaded anew").count();
        running.kill()?;
        let running = site.start()?;
        site.check().with_context(|| format!("after {calls} failed with {error}"))?;
        running.stop()?;
    }
    ensure!(reloaded > 0, "no failure reached a region");
    site.verify()?;
    site.in_order()?;
    Ok(format!(
        "{injected} calls made to fail in {lives} lives, {reloaded} times loaded anew; {} requests acknowledged, none lost",
        site.answered()
    ))
}

fn made_to_fail(trace: &Path) -> Result<usize> {
    Ok(fs::read_to_string(trace)?.matches("(INJECTED)").count())
}

/// A program on the path.
fn which(name: &str) -> Option<std::path::PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(name)).find(|it| it.is_file())
}

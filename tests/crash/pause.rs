//! SIGSTOP for longer than any deadline, under load: when the process goes on, what was acknowledged is there, what fell due
//! meanwhile is done, and the same process serves.

use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use rig::config::{REGION, TYPE, ZONE};
use rig::{Server, clock};
use serde_json::Value;

use crate::site::Site;

/// Beyond every deadline that the short form sets: 2 s for a head and for a body, 2 s between requests.
const SHORT: Duration = Duration::from_secs(5);
/// Beyond every default: 75 s between requests.
const LONG: Duration = Duration::from_secs(100);

/// Pauses it so often.
///
/// # Errors
/// What was lost, half done, or done twice.
pub fn run(binary: &Path, seed: u64, pauses: u64, long: bool) -> Result<String> {
    let limits = if long { "" } else { "idle_seconds = 2" };
    let mut site = Site::new(binary, seed, limits)?;
    let mut running = site.start()?;
    for round in 1..=pauses {
        let id = ends_soon(&site)?;
        let pause = if long { LONG } else { SHORT };
        site.under_load(|| {
            thread::sleep(Duration::from_millis(100));
            signal(&running, "-STOP")?;
            thread::sleep(pause);
            signal(&running, "-CONT")?;
            thread::sleep(Duration::from_millis(100));
            Ok(())
        })?;
        running.alive()?;
        let ids = format!("[\"{id}\"]");
        let seen = site.client().reservations(REGION, &[("PrivatePoolOptions.Ids", &ids)])?;
        let status = seen.first().and_then(|it| it.get("Status")).and_then(Value::as_str);
        ensure!(status == Some("Released"), "its end passed during the pause, and it is {status:?}");
        site.check().with_context(|| format!("after pause {round}"))?;
    }
    ensure!(!running.log()?.contains("panicked"), "the log has a panic");
    running.kill()?;
    let running = site.start()?;
    site.check().context("after the pauses and a kill")?;
    running.stop()?;
    site.verify()?;
    Ok(format!("{pauses} pauses; {} requests acknowledged, none lost", site.answered()))
}

/// A reservation that ends while the server is paused.
fn ends_soon(site: &Site) -> Result<String> {
    let end = clock::seconds_text(clock::now() + 3);
    let params = [
        ("RegionId", REGION),
        ("ZoneId.1", ZONE),
        ("InstanceType", TYPE),
        ("InstanceAmount", "1"),
        ("PrivatePoolOptions.Name", "probe"),
        ("EndTime", &end),
    ];
    let made = site.client().call("CreateCapacityReservation", &params)?.good()?;
    Ok(made.text("PrivatePoolOptionsId").to_owned())
}

fn signal(running: &Server, signal: &str) -> Result<()> {
    let told = Command::new("kill").args([signal, &running.id().to_string()]).status()?;
    ensure!(told.success(), "kill {signal}: {told}");
    Ok(())
}

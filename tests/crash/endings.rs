//! Cases that need no chance: an end that passes while the server is down, a second process on the same folder.

use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use rig::config::{REGION, TYPE, ZONE};
use rig::{Client, Key, Server, clock, server};
use serde_json::Value;

/// A reservation whose end passes while the server is down is released when it is back, at once.
///
/// # Errors
/// When it is not, or the server does not come back.
pub fn end_while_down(running: Server, key: &Key, start: impl Fn() -> Result<Server>) -> Result<Server> {
    let mut client = Client::new(running.address(), key);
    let ends = clock::now() + 2;
    let end = clock::seconds_text(ends);
    let params = [
        ("RegionId", REGION),
        ("ZoneId.1", ZONE),
        ("InstanceType", TYPE),
        ("InstanceAmount", "5"),
        ("PrivatePoolOptions.Name", "probe"),
        ("EndTimeType", "Limited"),
        ("EndTime", &end),
    ];
    let made = client.call("CreateCapacityReservation", &params)?.good()?;
    let id = made.text("PrivatePoolOptionsId").to_owned();
    ensure!(status(&mut client, &id)? == "Active", "it is released before its end");
    running.kill()?;
    while clock::now() < ends {
        thread::sleep(Duration::from_millis(100));
    }
    let running = start()?;
    let mut client = Client::new(running.address(), key);
    ensure!(
        status(&mut client, &id)? == "Released",
        "its end passed while the server was down, and it is not released"
    );
    Ok(running)
}

fn status(client: &mut Client, id: &str) -> Result<String> {
    let ids = format!("[\"{id}\"]");
    let items = client.reservations(REGION, &[("PrivatePoolOptions.Ids", &ids)])?;
    let status = items.first().and_then(|it| it.get("Status")).and_then(Value::as_str);
    Ok(status.with_context(|| format!("{id} cannot be seen"))?.to_owned())
}

/// A second process on the same folder is refused, says why, and does not disturb the first.
///
/// # Errors
/// When it runs, or says nothing of the folder.
pub fn second_process(binary: &Path, file: &Path, port: u16, data: &Path, log: &Path) -> Result<()> {
    let other = server::free_port()?;
    let text = std::fs::read_to_string(file)?.replace(&format!(":{port}\""), &format!(":{other}\""));
    let second_file = file.with_file_name("second.toml");
    std::fs::write(&second_file, text)?;
    let second_file = second_file.to_str().context("a path that is no text")?;
    let mut child = server::spawn(binary, &["serve", "--config", second_file], log)?;
    let status = server::wait(&mut child)?;
    let said = std::fs::read_to_string(log)?;
    ensure!(!status.success(), "a second process was let into the folder");
    let folder = data.to_str().context("a path that is no text")?;
    ensure!(said.contains(folder) && !said.contains("panicked"), "it does not say which folder: {said}");
    Ok(())
}

/// The store's own look at the folder finds nothing wrong, whatever moment it was left at.
///
/// # Errors
/// What it finds.
pub fn verify(binary: &Path, data: &Path) -> Result<()> {
    let done = Command::new(binary).args(["store", "verify"]).arg(data).output()?;
    let said = [done.stdout, done.stderr].concat();
    ensure!(done.status.success(), "berth store verify: {}\n{}", done.status, String::from_utf8_lossy(&said));
    Ok(())
}

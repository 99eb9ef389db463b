//! How long `berth fleet import` takes to register a large fleet durably, and to find that it stands already.

use super::process::{berth, target};
use super::setting::{KEY, Setting};
use super::{Options, table};
use anyhow::{Result, bail};
use std::fmt::Write;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

/// How many hosts the file names.
const HOSTS: u32 = 100_000;

/// Measures and prints.
///
/// # Errors
/// When something cannot be started, or the import does not succeed.
pub fn run(_: &Options) -> Result<()> {
    println!("import: berth fleet import of {HOSTS} hosts, from the start of the command to its end");
    let folder = target().join(format!("bench-{}", std::process::id()));
    let measured = in_folder(&folder);
    std::fs::remove_dir_all(&folder).ok();
    let [first, again] = measured?.map(|time| format!("{:.2}", time.as_secs_f64()));
    let row = |name: &str, seconds| vec![name.to_owned(), seconds];
    table::print(&["", "s"], &[row("all are new (to be under 5 s)", first), row("all stand already", again)]);
    Ok(())
}

fn in_folder(folder: &Path) -> Result<[Duration; 2]> {
    let setting = Setting::new(folder)?;
    let file = folder.join("hosts.csv");
    let mut text = String::from("host,zone,class\n");
    for n in 0..HOSTS {
        writeln!(text, "imported-{n:06},cn-hangzhou-h,g6")?;
    }
    std::fs::write(&file, text)?;
    let _server = setting.serve(0, 0)?;
    Ok([import(&setting, &file, HOSTS)?, import(&setting, &file, 0)?])
}

/// Imports a file, so many of whose hosts are new.
fn import(setting: &Setting, file: &Path, new: u32) -> Result<Duration> {
    let mut command = Command::new(berth()?);
    command.args(["fleet", "import"]).arg(file).args(["--region", "cn-hangzhou", "--key-id", KEY]);
    command.args(["--endpoint", &format!("http://{}", setting.address)]);
    command.arg("--secret-file").arg(setting.secret()).args(["--output", "json"]);
    let began = Instant::now();
    let output = command.output()?;
    let took = began.elapsed();
    let told: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
    if told["registered"] != new {
        bail!("{command:?} ended with {}: {}", output.status, String::from_utf8_lossy(&output.stderr));
    }
    Ok(took)
}

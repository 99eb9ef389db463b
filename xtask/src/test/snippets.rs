//! What `berth serve` prints at its first start, pasted into a shell and into Python as it stands.

use std::process::Command;

use anyhow::{Context, Result, ensure};

use super::{Place, clients, programs, tools};

const SHELL: &str = "curl and openssl (Debian: apt-get install curl openssl)";
const PYTHON: &str = "Python 3 (Debian: apt-get install python3)";

pub(super) fn run(place: &Place) -> Result<()> {
    tools::need("curl", "--version", SHELL)?;
    tools::need("openssl", "version", SHELL)?;
    tools::need("python3", "--version", PYTHON)?;
    programs::build(place)?;
    let folder = tempfile::tempdir()?;
    let running = clients::serve(place, folder.path())?;
    let (_, shell) = running.said.split_once("In a shell").context("no shell snippet is printed")?;
    let (shell, python) = shell.split_once("In Python 3").context("no Python snippet is printed")?;
    released(&tools::output(Command::new("sh").args(["-c", after_first_line(shell)]))?)?;
    released(&tools::output(Command::new("python3").args(["-c", after_first_line(python)]))?)?;
    running.server.stop()
}

/// The heading of a snippet ends with its line.
fn after_first_line(text: &str) -> &str {
    text.split_once('\n').map_or("", |(_, rest)| rest)
}

/// Both print an answer with a reservation, and then one without any fault.
fn released(said: &str) -> Result<()> {
    println!("{}", said.trim_end());
    let good = said.contains("PrivatePoolOptionsId") && said.matches("RequestId").count() >= 2;
    ensure!(good && !said.contains("\"Code\""), "the snippet did not reserve and release:\n{said}");
    Ok(())
}

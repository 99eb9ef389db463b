//! Running other programs, and saying what to install where one is missing.

use std::ffi::OsStr;
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

/// Runs a command to its end, its output among ours.
///
/// # Errors
/// When it cannot be started or fails.
pub fn run(command: &mut Command) -> Result<()> {
    let shown = shown(command);
    let status = command.status().with_context(|| format!("starting {shown}"))?;
    ensure!(status.success(), "{shown}: {status}");
    Ok(())
}

/// Runs a command and gives what it wrote to its standard output.
///
/// # Errors
/// When it cannot be started or fails.
pub fn output(command: &mut Command) -> Result<String> {
    let shown = shown(command);
    let done = command.output().with_context(|| format!("starting {shown}"))?;
    let said = String::from_utf8_lossy(&done.stdout).into_owned();
    ensure!(done.status.success(), "{shown}: {}\n{said}{}", done.status, String::from_utf8_lossy(&done.stderr));
    Ok(said)
}

/// Sees that a program is there.
///
/// # Errors
/// When it is not, with what to install.
pub fn need(program: &str, argument: &str, install: &str) -> Result<String> {
    match output(Command::new(program).arg(argument)) {
        Ok(version) => Ok(version.trim().to_owned()),
        Err(_) => bail!("{program} is missing. Install {install}"),
    }
}

fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(OsStr::to_string_lossy).collect::<Vec<_>>().join(" ")
}

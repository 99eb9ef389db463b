//! `cargo xtask bench`: measures what Berth promises about speed, and prints it as a table. Never a test: it judges
//! nothing and fails only when it cannot measure.

mod bare;
mod checkpoint;
mod http;
mod import;
mod ledger;
mod load;
mod process;
mod setting;
mod start;
mod table;

pub use bare::serve as serve_bare;
pub use setting::now;

use anyhow::{Result, bail};
use std::path::PathBuf;
use std::process::Command;

/// What to measure.
#[derive(Clone, Debug, clap::Args)]
pub struct Options {
    /// Only these: ledger, start, import, checkpoint, http. Without any: all of them
    pub what: Vec<String>,
    /// Seconds of load on each server of the HTTP benchmark; they take turns
    #[arg(long, default_value_t = 8)]
    pub seconds: u64,
    /// Another build of Berth: the HTTP benchmark measures it beside this one
    #[arg(long)]
    pub beside: Option<PathBuf>,
}

type Benchmark = fn(&Options) -> Result<()>;

const ALL: &[(&str, Benchmark)] = &[
    ("ledger", |_| ledger::run()),
    ("start", start::run),
    ("import", import::run),
    ("checkpoint", checkpoint::run),
    ("http", http::run),
];

/// Runs what was asked for.
///
/// # Errors
/// When something cannot be measured.
pub fn run(options: &Options) -> Result<()> {
    if cfg!(debug_assertions) {
        return optimised();
    }
    if let Some(unknown) = options.what.iter().find(|what| ALL.iter().all(|(name, _)| name != what)) {
        let names: Vec<&str> = ALL.iter().map(|(name, _)| *name).collect();
        bail!("there is no benchmark {unknown}; there are {}", names.join(", "));
    }
    for (name, run) in ALL {
        if options.what.is_empty() || options.what.iter().any(|what| what == name) {
            run(options)?;
            println!();
        }
    }
    Ok(())
}

/// A debug build measures nothing: the same command again, built with optimisation.
///
/// # Errors
/// When it does not build, or fails.
pub fn optimised() -> Result<()> {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    eprintln!("building with optimisation; this takes a few minutes the first time");
    let mut command = Command::new(cargo);
    command.args(["run", "--quiet", "--release", "--package", "xtask", "--"]).args(std::env::args().skip(1));
    let status = command.status()?;
    if !status.success() {
        bail!("it did not finish: {status}");
    }
    Ok(())
}

//! `cargo xtask fuzz`: the fuzzers on what takes bytes from outside. Each target begins with its stored corpus; what it finds
//! beyond that is kept below the build folder. What each tries, and what must hold, stands in `crates/oracles`.

use anyhow::{Result, bail, ensure};
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

/// Longest input, in bytes.
const BYTES_MAX: u32 = 4096;
/// Seconds that one input may take before it counts as a hang, on a machine busy with other things.
const SECONDS_MAX: u32 = 60;
/// Inputs that CI tries of each target, and of the one that plays whole simulations.
const SHORT_RUNS: u32 = 30_000;
const SHORT_SIMULATIONS: u32 = 3_000;

/// What to try.
#[derive(Clone, Debug, clap::Args)]
pub struct Options {
    /// Only this target
    target: Option<String>,
    /// For how long, each
    #[arg(long, value_name = "N", default_value_t = 5)]
    minutes: u32,
}

/// Tries for as long as was asked for.
///
/// # Errors
/// When something did not hold, and when a tool is missing.
pub fn run(target: &Path, options: &Options) -> Result<()> {
    let chosen: Vec<&str> = names().filter(|it| options.target.as_deref().is_none_or(|only| only == *it)).collect();
    ensure!(!chosen.is_empty(), "there is no such target; these are: {}", names().collect::<Vec<_>>().join(", "));
    build(target)?;
    let limit = format!("-max_total_time={}", options.minutes * 60);
    for (at, name) in chosen.iter().enumerate() {
        println!("[{}/{}] {name}: {} minutes", at + 1, chosen.len(), options.minutes);
        let found = target.join("fuzz/corpus").join(name);
        attempt(target, name, &found, &[&limit, "-print_final_stats=1"], true)?;
    }
    println!("{} targets, nothing found", chosen.len());
    Ok(())
}

/// Tries the same inputs each time: the stored corpus, and so many that are made of it.
///
/// # Errors
/// As [`run`].
pub fn short(target: &Path) -> Result<()> {
    build(target)?;
    for name in names() {
        let found = target.join("fuzz/short").join(name);
        fs::remove_dir_all(&found).ok();
        let count = if name == "commands" { SHORT_SIMULATIONS } else { SHORT_RUNS };
        attempt(target, name, &found, &["-seed=1", &format!("-runs={count}")], false)?;
        println!("{name}: {count} inputs");
    }
    Ok(())
}

fn names() -> impl Iterator<Item = &'static str> {
    oracles::ALL.iter().map(|(name, _)| *name)
}

/// `cargo fuzz` with a command of its own. Without sanitizers, which need another compiler than the project's and look for
/// what code without `unsafe` does not do.
fn cargo_fuzz(target: &Path, command: &str) -> Command {
    let mut cargo = Command::new("cargo");
    cargo.current_dir(crate::root().join("fuzz")).env_remove("CARGO_TARGET_DIR");
    cargo.args(["fuzz", command, "--sanitizer", "none", "--target-dir"]).arg(target.join("fuzz/build"));
    cargo
}

fn build(target: &Path) -> Result<()> {
    let there =
        Command::new("cargo").args(["fuzz", "--version"]).stdout(Stdio::null()).stderr(Stdio::null()).status()?;
    ensure!(
        there.success(),
        "cargo-fuzz is missing: cargo install cargo-fuzz --locked (and a C++ compiler, such as Debian's g++)"
    );
    ensure!(cargo_fuzz(target, "build").status()?.success(), "the fuzz targets do not build");
    Ok(())
}

fn attempt(target: &Path, name: &str, found: &Path, options: &[&str], shown: bool) -> Result<()> {
    let artifacts = target.join("fuzz/found");
    fs::create_dir_all(&artifacts)?;
    fs::create_dir_all(found)?;
    let mut command = cargo_fuzz(target, "run");
    command.arg(name).arg(found).arg(crate::root().join("fuzz/corpus").join(name)).arg("--").args(options);
    command.args([format!("-max_len={BYTES_MAX}"), format!("-timeout={SECONDS_MAX}")]);
    command.arg(format!("-artifact_prefix={}/{name}-", artifacts.display()));
    let fine = if shown {
        command.status()?.success()
    } else {
        let output = command.output()?;
        if !output.status.success() {
            eprintln!("{}", String::from_utf8_lossy(&output.stderr));
        }
        output.status.success()
    };
    if !fine {
        bail!(
            "{name}: something did not hold; the input is in {}. Copy it into fuzz/corpus/{name} (any name): \
             `cargo test -p oracles` tries it again. Then write a plain test of what it shows, and mend that",
            artifacts.display()
        );
    }
    Ok(())
}

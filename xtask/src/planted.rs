//! `cargo xtask planted`: shows that the simulation finds bugs. Each bug of `crates/sim/planted.toml` is put into a copy of
//! the tree, and the seeds are played there until one finds it.

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

/// Within so many seeds each has to be found.
const SEEDS: u32 = 500;
/// What of the tree the simulation is built from.
const PARTS: [&str; 6] = ["crates/ledger", "crates/rpc", "crates/api", "crates/store", "crates/desk", "crates/sim"];

#[derive(Deserialize)]
struct Planted {
    bug: Vec<Bug>,
}

#[derive(Deserialize)]
struct Bug {
    name: String,
    file: String,
    from: String,
    to: String,
}

/// Plants each bug whose name holds this text, and looks for it, in a folder below `target`.
///
/// # Errors
/// When one was not found, does not build, or does not fit the code any more.
pub fn run(target: &Path, only: &str) -> Result<()> {
    let tree = target.join("planted");
    let text = fs::read_to_string(crate::root().join("crates/sim/planted.toml"))?;
    let mut bugs = toml::from_str::<Planted>(&text)?.bug;
    bugs.retain(|bug| bug.name.contains(only));
    crate::tree::copy(&tree, &PARTS)?;
    ensure!(find(&tree)?.starts_with("nothing"), "something is broken before anything was planted");
    let mut missed = 0;
    for (at, bug) in bugs.iter().enumerate() {
        let begun = Instant::now();
        let found = with(&tree, bug)?;
        missed += usize::from(found.starts_with("nothing"));
        let count = bugs.len();
        println!("[{}/{count}] {}: {found} ({:.0} s)", at + 1, bug.name, begun.elapsed().as_secs_f32());
    }
    println!("{} planted, {missed} not found", bugs.len());
    if missed > 0 {
        bail!("the simulation did not find {missed} of the planted bugs within {SEEDS} seeds");
    }
    Ok(())
}

/// Plants a bug, looks for it, and takes it out again.
fn with(tree: &Path, bug: &Bug) -> Result<String> {
    let file = tree.join(&bug.file);
    let text = fs::read_to_string(&file).with_context(|| bug.file.clone())?;
    let times = text.matches(&bug.from).count();
    ensure!(times == 1, "{}: its text stands {times} times in {}", bug.name, bug.file);
    fs::write(&file, text.replace(&bug.from, &bug.to))?;
    let found = find(tree).with_context(|| bug.name.clone());
    fs::write(&file, text)?;
    found
}

/// What the simulation of a tree says.
fn find(tree: &Path) -> Result<String> {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let mut command = Command::new(cargo);
    command.current_dir(tree).env("CARGO_TARGET_DIR", tree.join("target")).env("RUSTFLAGS", "--cap-lints allow");
    command.args(["run", "--quiet", "--package", "sim", "--example", "find", "--", &SEEDS.to_string()]);
    let output = command.output()?;
    let said = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    if output.status.success() && !said.is_empty() {
        return Ok(said.chars().take(160).collect());
    }
    let error = String::from_utf8_lossy(&output.stderr);
    // A bug that makes the ledger panic is found by that.
    match error.lines().find(|line| line.contains("panicked")) {
        Some(line) => Ok(line.chars().take(160).collect()),
        None => bail!("it does not build:\n{error}"),
    }
}

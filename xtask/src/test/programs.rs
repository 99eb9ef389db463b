//! Steps that are one command: cargo's own, and the black-box programs of `tests/`.

use std::process::{Command, Stdio};

use anyhow::{Result, ensure};

use super::{Place, tools};

pub(super) fn fmt(place: &Place) -> Result<()> {
    tools::run(cargo(place).args(["fmt", "--check"]))
}

pub(super) fn clippy(place: &Place) -> Result<()> {
    tools::run(cargo(place).args(["clippy", "--quiet", "--workspace", "--all-targets", "--", "-D", "warnings"]))
}

pub(super) fn unit(place: &Place) -> Result<()> {
    tools::run(cargo(place).args(["test", "--quiet", "--workspace"]))
}

pub(super) fn doc(place: &Place) -> Result<()> {
    let mut command = cargo(place);
    command.args(["doc", "--quiet", "--no-deps", "--workspace"]).env("RUSTDOCFLAGS", "-D warnings");
    tools::run(&mut command)
}

/// The binary and the programs that test it. Costs nothing when they are there.
pub(super) fn build(place: &Place) -> Result<()> {
    tools::run(cargo(place).args(["build", "--release", "-p", "berth", "-p", "blackbox"]))
}

pub(super) fn wire(place: &Place) -> Result<()> {
    black_box(place, "berth-wire-test", &[])
}

pub(super) fn security(place: &Place) -> Result<()> {
    black_box(place, "berth-security-test", &[])
}

pub(super) fn crash(place: &Place) -> Result<()> {
    let mut more = Vec::new();
    if !can(Command::new("unshare").args(["--mount", "mount", "-t", "tmpfs", "tmpfs", "/mnt"])) {
        println!("the full disk is left out: nothing may be mounted here, which takes root");
        more.extend(["--skip", "full-disk"]);
    }
    if !can(Command::new("strace").args(["-qq", "-o", "/dev/null", "true"])) {
        println!("failing syncs are left out: there is no strace here, or it may not trace");
        more.extend(["--skip", "sync-errors"]);
    }
    black_box(place, "berth-crash-test", &more)
}

/// Whether a command does what it is to do here.
fn can(command: &mut Command) -> bool {
    command.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}

/// Data of released versions; there have to be some of the version that this is.
pub(super) fn upgrade(place: &Place) -> Result<()> {
    let versions = place.root.join("tests/upgrade");
    let own = versions.join(env!("CARGO_PKG_VERSION"));
    ensure!(own.is_dir(), "{} is missing: tests/upgrade/README.md says how it is made", own.display());
    let versions = versions.to_string_lossy();
    black_box(place, "berth-upgrade-test", &["--versions", &versions])
}

/// The same, for as long as is asked for.
pub(super) fn torture(place: &Place, asked: &[String]) -> Result<()> {
    let asked: Vec<&str> = ["--long"].into_iter().chain(asked.iter().map(String::as_str)).collect();
    black_box(place, "berth-crash-test", &asked)
}

fn black_box(place: &Place, program: &str, more: &[&str]) -> Result<()> {
    build(place)?;
    let program = place.target.join("release").join(program);
    tools::run(Command::new(program).arg("--berth").arg(place.berth()).args(more))
}

/// The cargo that runs us.
fn cargo(place: &Place) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(&place.root).env("CARGO_TARGET_DIR", &place.target);
    command
}

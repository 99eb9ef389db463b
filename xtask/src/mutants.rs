//! `cargo xtask mutants`: shows that the tests of the ledger and of the signatures notice changes. Each small change that
//! `cargo mutants` knows to make is made in a copy of the tree, and the tests that have to notice are run there. Which survivors
//! are known, and why they may live, stands in `xtask/mutants.toml`.

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

/// Of a hundred changes that build, so many have to be noticed.
const CAUGHT_PERCENT: usize = 95;
/// Known survivors.
const KNOWN: &str = "xtask/mutants.toml";

/// What to change.
#[derive(Clone, Debug, clap::Args)]
pub struct Options {
    /// Which code
    #[arg(value_enum)]
    part: Part,
    /// Only the K-th of N parts of the changes, as K/N from 0/N
    #[arg(long, value_name = "K/N")]
    shard: Option<String>,
    /// How many to try at once
    #[arg(long, value_name = "N", default_value_t = 1)]
    jobs: usize,
}

/// What is changed at once.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Part {
    /// All of crates/ledger
    Ledger,
    /// Signatures, requests, encodings and page tokens of crates/rpc
    Signature,
}

impl Part {
    const fn package(self) -> &'static str {
        match self {
            Self::Ledger => "ledger",
            Self::Signature => "rpc",
        }
    }

    /// Whose tests have to notice: those of operations try the ledger too.
    const fn tests(self) -> &'static [&'static str] {
        match self {
            Self::Ledger => &["ledger", "api"],
            Self::Signature => &["rpc"],
        }
    }

    const fn files(self) -> &'static [&'static str] {
        match self {
            Self::Ledger => &["crates/ledger/src/**"],
            Self::Signature => &[
                "crates/rpc/src/signature/*.rs",
                "crates/rpc/src/request.rs",
                "crates/rpc/src/encode.rs",
                "crates/rpc/src/page.rs",
            ],
        }
    }
}

#[derive(Deserialize)]
struct Known {
    #[serde(default)]
    survivor: Vec<Survivor>,
}

#[derive(Deserialize)]
struct Survivor {
    /// The change, without the line and column of its place.
    mutant: String,
    reason: String,
}

#[derive(Deserialize)]
struct Outcomes {
    outcomes: Vec<Outcome>,
}

#[derive(Deserialize)]
struct Outcome {
    scenario: Scenario,
    summary: String,
}

#[derive(Deserialize)]
enum Scenario {
    Baseline,
    Mutant { name: String },
}

/// Tries the changes, in a folder below `target`.
///
/// # Errors
/// When too few were noticed, or one survived that is not known; and when `cargo mutants` is not installed.
pub fn run(target: &Path, options: &Options) -> Result<()> {
    let known: Known = toml::from_str(&fs::read_to_string(crate::root().join(KNOWN))?).context(KNOWN)?;
    let out = target.join("mutants").join(options.part.package());
    fs::create_dir_all(&out)?;
    let mut command = Command::new("cargo");
    command.current_dir(crate::root()).env_remove("CARGO_TARGET_DIR").env("CARGO_PROFILE_DEV_DEBUG", "0");
    command.args(["mutants", "--package", options.part.package(), "--jobs", &options.jobs.to_string()]);
    command.args(options.part.files().iter().flat_map(|file| ["--file", file]));
    command.args(options.part.tests().iter().flat_map(|package| ["--test-package", package]));
    command.args(options.shard.iter().flat_map(|shard| ["--shard", shard]));
    let status = command.arg("--output").arg(&out).status()?;
    // 0: all were noticed; 2 and 3: some were not, or ran into the time limit. Anything else is no result.
    ensure!(
        matches!(status.code(), Some(0 | 2 | 3)),
        "no result ({status}); if `cargo mutants` is missing: cargo install cargo-mutants --locked"
    );
    let text = fs::read_to_string(out.join("mutants.out/outcomes.json"))?;
    judge(&serde_json::from_str::<Outcomes>(&text)?.outcomes, &known.survivor)
}

fn judge(outcomes: &[Outcome], known: &[Survivor]) -> Result<()> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut unknown = 0;
    for Outcome { scenario, summary } in outcomes {
        let Scenario::Mutant { name } = scenario else { continue };
        *counts.entry(summary).or_default() += 1;
        if summary == "MissedMutant" {
            let reason = known.iter().find(|it| it.mutant == placeless(name)).map(|it| it.reason.as_str());
            unknown += usize::from(reason.is_none());
            println!("survived: {name}: {}", reason.unwrap_or("NOT KNOWN"));
        }
    }
    let count = |summary| counts.get(summary).copied().unwrap_or_default();
    // A change that makes a test run for ever is noticed.
    let caught = count("CaughtMutant") + count("Timeout");
    let tried = caught + count("MissedMutant");
    println!("{tried} changes that build, {caught} noticed ({} do not build)", count("Unviable"));
    ensure!(caught * 100 >= tried * CAUGHT_PERCENT, "fewer than {CAUGHT_PERCENT} of a hundred were noticed");
    if unknown > 0 {
        bail!("{unknown} survived that {KNOWN} does not list: write a test that notices, or the reason why none can");
    }
    Ok(())
}

/// `file:line:column: what` as `file: what`: places move.
fn placeless(name: &str) -> String {
    let mut parts = name.splitn(4, ':');
    let file = parts.next().unwrap_or_default();
    format!("{file}:{}", parts.nth(2).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::{Outcome, Scenario, Survivor, judge, placeless};

    fn outcomes(of: &[(&str, usize)]) -> Vec<Outcome> {
        let mutant = || Scenario::Mutant { name: "a.rs:1:2: replace + with - in f".into() };
        let some = |(summary, times): &(&str, usize)| {
            (0..*times).map(|_| Outcome { scenario: mutant(), summary: (*summary).into() }).collect::<Vec<_>>()
        };
        std::iter::once(Outcome { scenario: Scenario::Baseline, summary: "Success".into() })
            .chain(of.iter().flat_map(some))
            .collect()
    }

    #[test]
    fn five_of_a_hundred_may_survive_if_they_are_known() {
        let known = Survivor { mutant: "a.rs: replace + with - in f".into(), reason: "the same".into() };
        let fine = outcomes(&[("CaughtMutant", 90), ("Timeout", 5), ("MissedMutant", 5), ("Unviable", 9)]);
        assert!(judge(&fine, std::slice::from_ref(&known)).is_ok());
        assert!(judge(&fine, &[]).is_err());
        assert!(judge(&outcomes(&[("CaughtMutant", 94), ("MissedMutant", 6)]), &[known]).is_err());
    }

    #[test]
    fn a_place_is_left_out() {
        assert_eq!(placeless("crates/x.rs:17:49: replace :: with * in f"), "crates/x.rs: replace :: with * in f");
    }
}

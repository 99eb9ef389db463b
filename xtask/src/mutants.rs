//! `cargo xtask mutants`: shows that the tests of the ledger and of the signatures notice changes. Each small change that
//! `cargo mutants` knows to make is made in a copy of the tree, and the tests that have to notice are run there: the quickest first,
//! and only what these let pass faces the next. What was found out is kept, so that a run can be broken off and goes on where it
//! was; a change that was noticed stays so until its file changes (`--anew` tries all again), one that was not is tried again when
//! any of the code or the tests change. Which survivors are known, and why they may live, stands in `xtask/mutants.toml`.

use anyhow::{Context, Result, anyhow, ensure};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::time::Instant;
use verdicts::{Known, Verdict, Verdicts};

mod verdicts;

/// What earlier runs found out, a file for each part: whoever goes on need not begin anew.
const KEPT: &str = "xtask/mutants";
/// Known survivors.
const KNOWN: &str = "xtask/mutants.toml";
/// What of the tree the tests are built from.
const PARTS: [&str; 4] = ["crates/ledger", "crates/rpc", "crates/api", "contract"];
/// So much of a digest tells trees and files apart.
const DIGEST_CHARS: usize = 16;
/// So many changes are tried before it is written down what became of them.
const BATCH: usize = 8;
/// Whoever reckons so long, in seconds of the processor, or takes so much memory, goes on for ever. Tests take two seconds.
const BOUNDS: [&str; 2] = ["--cpu=15:20", "--as=4294967296"];
/// Seconds on the wall clock. Nothing here waits for anything, so whoever takes so long was stopped, which is no result.
const PATIENCE: &str = "7200";

/// What to change.
#[derive(Clone, Debug, clap::Args)]
pub struct Options {
    /// Which code
    #[arg(value_enum)]
    part: Part,
    /// Only changes whose names, as `crates/ledger/src/pool.rs:50:9: replace > with ==`, hold this
    #[arg(default_value = "")]
    only: String,
    /// How many to try at once, each in a copy of the tree of its own
    #[arg(long, value_name = "N", default_value_t = 1)]
    jobs: usize,
    /// Forget what earlier runs found out
    #[arg(long)]
    anew: bool,
}

/// What is changed at once.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Part {
    /// All of crates/ledger
    Ledger,
    /// Signatures, requests, encodings and page tokens of crates/rpc
    Signature,
}

/// Tests that have to notice.
struct Round {
    says: &'static str,
    package: &'static str,
    /// Which of its tests, as `cargo test` understands it.
    which: &'static [&'static str],
    /// Folders that they do not look into: changes there face the next tests at once.
    not_of: &'static [&'static str],
    /// What of the tree they are built from.
    parts: &'static [&'static str],
}

impl Part {
    const fn package(self) -> &'static str {
        match self {
            Self::Ledger => "ledger",
            Self::Signature => "rpc",
        }
    }

    /// Whose tests have to notice: those of operations try the ledger too.
    const fn rounds(self) -> &'static [Round] {
        match self {
            Self::Ledger => &[
                Round {
                    says: "unit tests of the ledger",
                    package: "ledger",
                    which: &["--lib"],
                    not_of: &["crates/ledger/src/commands/", "crates/ledger/src/ledger/"],
                    parts: &["crates/ledger/src"],
                },
                Round {
                    says: "tests of the ledger",
                    package: "ledger",
                    which: &["--test", "*"],
                    not_of: &[],
                    parts: &["crates/ledger"],
                },
                Round { says: "tests of the operations", package: "api", which: &[], not_of: &[], parts: &PARTS },
            ],
            Self::Signature => {
                &[Round { says: "tests of rpc", package: "rpc", which: &[], not_of: &[], parts: &PARTS }]
            }
        }
    }

    /// The first tests that a change of this name faces.
    fn first_round(self, name: &str) -> usize {
        let looks_at = |round: &Round| !round.not_of.iter().any(|folder| name.starts_with(folder));
        self.rounds().iter().position(looks_at).unwrap_or(0)
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

/// What `cargo mutants` found out.
#[derive(Deserialize)]
struct Outcomes {
    outcomes: Vec<Outcome>,
}

#[derive(Deserialize)]
struct Outcome {
    scenario: Scenario,
    summary: String,
    log_path: PathBuf,
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
    let home = target.join("mutants").join(options.part.package());
    let job = |number: usize| Bench { part: options.part, home: home.join(number.to_string()) };
    let benches: Vec<Bench> = (0..options.jobs.max(1)).map(job).collect();
    for bench in &benches {
        crate::tree::copy(&bench.tree(), &PARTS)?;
    }
    let tree = benches[0].tree();
    let of_round = |round: &Round| crate::tree::digest(&tree, round.parts).map(shortened);
    let trees: Vec<String> = options.part.rounds().iter().map(of_round).collect::<Result<_>>()?;
    let mut names = benches[0].names()?;
    let files: BTreeSet<&str> = names.iter().map(|name| file_of(name)).collect();
    let of_file = |file: &str| Ok((file.to_owned(), shortened(crate::tree::digest_of_file(&tree.join(file))?)));
    let files: BTreeMap<String, String> = files.into_iter().map(of_file).collect::<Result<_>>()?;
    let file = crate::root().join(KEPT).join(options.part.package()).with_extension("json");
    let kept = if options.anew { None } else { Verdicts::read(&file)? };
    let mut verdicts = kept.unwrap_or_default().of_these(files);
    names.retain(|name| name.contains(&options.only));
    ensure!(!names.is_empty(), "no change of that name: `cargo mutants --list --package {}`", options.part.package());
    for (number, round) in options.part.rounds().iter().enumerate() {
        let first = |name: &str| options.part.first_round(name);
        let left: Vec<&String> =
            names.iter().filter(|name| verdicts.faces(name, number, first(name), &trees)).collect();
        println!("{}: {} changes to face them, of {}", round.says, left.len(), names.len());
        if !left.is_empty() {
            let progress = Progress { round, file: &file, begun: Instant::now(), left: &left, tried: 0, verdicts };
            verdicts = face_all(&benches, progress, &|bench, some| bench.face(round, some, number, &trees[number]))?;
        }
    }
    verdicts.judge(&names, options.part.rounds().iter().map(|round| round.says), &known.survivor, KNOWN)
}

/// How far a round has come.
struct Progress<'a> {
    round: &'a Round,
    file: &'a Path,
    begun: Instant,
    left: &'a [&'a String],
    tried: usize,
    verdicts: Verdicts,
}

impl Progress<'_> {
    /// Writes down what became of a batch.
    fn say(&mut self, batch: Vec<(String, Verdict)>) -> Result<()> {
        self.tried += batch.len();
        for (name, verdict) in batch {
            self.verdicts.say(name, verdict);
        }
        self.verdicts.write(self.file)?;
        let (says, all, tried) = (self.round.says, self.left.len(), self.tried);
        let noticed = self.left.iter().filter(|name| self.verdicts.noticed(name)).count();
        let minutes = self.begun.elapsed().as_secs() * (all - tried) as u64 / tried as u64 / 60;
        println!("{says}: {tried} of {all} tried, {noticed} noticed, {minutes} minutes to go");
        Ok(())
    }
}

/// What is tried at once with the changes of a batch.
type Face<'a> = dyn Fn(&Bench, &[&String]) -> Result<Vec<(String, Verdict)>> + Sync + 'a;

/// Each bench takes the next batch until none is left.
fn face_all(benches: &[Bench], progress: Progress, face: &Face) -> Result<Verdicts> {
    let batches = Mutex::new(progress.left.chunks(BATCH));
    let next = || batches.lock().ok().and_then(|mut it| it.next());
    let round = progress.round;
    let progress = Mutex::new(progress);
    let work = |bench: &Bench| -> Result<()> {
        bench.untouched(round)?;
        while let Some(batch) = next() {
            let verdicts = face(bench, batch)?;
            progress.lock().map_err(|_| anyhow!("another job gave up"))?.say(verdicts)?;
        }
        Ok(())
    };
    std::thread::scope(|scope| {
        let jobs: Vec<_> = benches.iter().map(|bench| scope.spawn(|| work(bench))).collect();
        jobs.into_iter().try_for_each(|job| job.join().map_err(|_| anyhow!("a job gave up"))?)
    })?;
    Ok(progress.into_inner().map_err(|_| anyhow!("a job gave up"))?.verdicts)
}

/// Where changes are tried.
struct Bench {
    part: Part,
    home: PathBuf,
}

impl Bench {
    fn tree(&self) -> PathBuf {
        self.home.join("tree")
    }

    /// Quick tests, with no random case made small or written down: that it fails is all.
    fn cargo(&self) -> Command {
        let mut command = Command::new("cargo");
        command.current_dir(self.tree()).env("CARGO_TARGET_DIR", self.home.join("build"));
        command.env("CARGO_PROFILE_DEV_DEBUG", "0").env("CARGO_PROFILE_DEV_OPT_LEVEL", "1");
        command.env("PROPTEST_MAX_SHRINK_ITERS", "0").env("INSTA_UPDATE", "no");
        command
    }

    fn mutants(&self) -> Command {
        let mut command = self.cargo();
        command.args(["mutants", "--package", self.part.package()]);
        command
    }

    /// All changes there are.
    fn names(&self) -> Result<Vec<String>> {
        let files = self.part.files().iter().flat_map(|file| ["--file", file]);
        let output = self.mutants().arg("--list").args(files).output()?;
        let said = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "{said}; if `cargo mutants` is missing: cargo install cargo-mutants --locked");
        Ok(String::from_utf8(output.stdout)?.lines().map(str::to_owned).collect())
    }

    /// Without a change all is well.
    fn untouched(&self, round: &Round) -> Result<()> {
        let mut command = self.cargo();
        command.args(["test", "--quiet", "--package", round.package]).args(bounded()).args(round.which);
        let output = command.output()?;
        let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "{} fail before anything was changed:\n{said}", round.says);
        Ok(())
    }

    /// Makes each of these changes and runs the tests.
    fn face(&self, round: &Round, names: &[&String], number: usize, all: &str) -> Result<Vec<(String, Verdict)>> {
        let mut command = self.mutants();
        command.args(["--in-place", "--baseline", "skip", "--timeout", PATIENCE, "--no-times", "--level", "error"]);
        let passed_on = bounded().into_iter().chain(round.which.iter().map(|it| (*it).to_owned()));
        command.args(passed_on.map(|it| format!("--cargo-arg={it}")));
        // Of these files fields that are left out are tried whatever was asked for.
        let files: BTreeSet<&str> = names.iter().map(|name| file_of(name)).collect();
        command.args(files.iter().flat_map(|file| ["--file", file]));
        command.args(names.iter().flat_map(|name| ["--re".to_owned(), format!("^{}$", escaped(name))]));
        command.args(["--test-package", round.package, "--output"]).arg(&self.home);
        let output = command.output()?;
        // 0: all were noticed; 2: some were not. Anything else is no result.
        let said = String::from_utf8_lossy(&output.stderr);
        ensure!(matches!(output.status.code(), Some(0 | 2)), "no result ({}): {said}", output.status);
        let folder = self.home.join("mutants.out");
        let text = fs::read_to_string(folder.join("outcomes.json"))?;
        let mut verdicts = Vec::new();
        for Outcome { scenario, summary, log_path } in serde_json::from_str::<Outcomes>(&text)?.outcomes {
            let Scenario::Mutant { name } = scenario else { continue };
            if !names.contains(&&name) {
                continue;
            }
            let verdict = match summary.as_str() {
                "MissedMutant" => Verdict::Passed { rounds: number + 1, tree: all.to_owned() },
                "Unviable" => Verdict::DoesNotBuild,
                "CaughtMutant" if fs::read_to_string(folder.join(&log_path))?.contains("SIGXCPU") => {
                    Verdict::Endless { round: number }
                }
                "CaughtMutant" => Verdict::Noticed { round: number },
                other => anyhow::bail!("{name}: {other}?"),
            };
            verdicts.push((name, verdict));
        }
        ensure!(verdicts.len() == names.len(), "{} of {} changes have a result", verdicts.len(), names.len());
        Ok(verdicts)
    }
}

/// The file that a change is made in.
fn file_of(name: &str) -> &str {
    name.split(':').next().unwrap_or_default()
}

fn shortened(mut digest: String) -> String {
    digest.truncate(DIGEST_CHARS);
    digest
}

/// Keeps what tests run from taking the machine.
fn bounded() -> [String; 2] {
    let words: Vec<String> = std::iter::once("prlimit").chain(BOUNDS).map(|word| format!("\"{word}\"")).collect();
    ["--config".to_owned(), format!("target.'cfg(unix)'.runner=[{}]", words.join(","))]
}

/// The regular expression that is this text and no other.
fn escaped(text: &str) -> String {
    text.chars().fold(String::new(), |mut escaped, letter| {
        if r"\.+*?()|[]{}^$".contains(letter) {
            escaped.push('\\');
        }
        escaped.push(letter);
        escaped
    })
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn a_name_is_looked_for_as_it_is() {
        assert_eq!(escaped("a.rs:1:2: replace + with (-) in <f>"), r"a\.rs:1:2: replace \+ with \(-\) in <f>");
    }
}

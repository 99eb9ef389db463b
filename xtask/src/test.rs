//! `cargo xtask test`: everything CI runs, step by step, with how long each took and a closing count.
//! Knows the order of steps and how to report them; what a step does stands in `test/`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

mod clients;
mod console;
mod programs;
mod recipes;
mod snippets;
mod tools;

/// What the command line can ask.
#[derive(Debug, Default, clap::Args)]
pub struct Options {
    /// Only this step; may be repeated
    #[arg(long, value_name = "STEP")]
    only: Vec<String>,
    /// Not this step; may be repeated
    #[arg(long, value_name = "STEP")]
    skip: Vec<String>,
    /// Go on after a step that failed
    #[arg(long)]
    keep_going: bool,
    /// Name the steps, and do nothing
    #[arg(long)]
    list: bool,
}

/// Where things are.
struct Place {
    /// The root of the tree.
    root: PathBuf,
    /// The build folder, which also holds virtual environments and node modules.
    target: PathBuf,
}

/// One step: its name, what it checks, and how.
struct Step {
    name: &'static str,
    about: &'static str,
    run: fn(&Place) -> Result<()>,
}

const STEPS: [Step; 18] = [
    Step { name: "fmt", about: "formatting", run: programs::fmt },
    Step { name: "clippy", about: "lints, warnings denied", run: programs::clippy },
    Step { name: "unit", about: "the tests of every crate", run: programs::unit },
    Step { name: "doc", about: "Rust documentation, warnings denied", run: programs::doc },
    Step {
        name: "pages",
        about: "pages made from the contract and from files they show",
        run: |_| crate::docs::run(true),
    },
    Step { name: "tidy", about: "style and shape", run: |_| crate::tidy::run() },
    Step {
        name: "planted",
        about: "the simulation finds each planted bug",
        run: |it| crate::planted::run(&it.target, ""),
    },
    Step { name: "fuzz", about: "bytes from outside, the same each time", run: |it| crate::fuzz::short(&it.target) },
    Step { name: "build", about: "the binary, optimised", run: programs::build },
    Step { name: "snippets", about: "what a first start prints, run as it stands", run: snippets::run },
    Step { name: "python", about: "the stock Python clients", run: clients::python },
    Step { name: "node", about: "the stock Node clients", run: clients::node },
    Step { name: "recipes", about: "the manual's recipes for automation tests", run: recipes::run },
    Step { name: "console", about: "the console: built anew, its samples run, in Chromium", run: console::run },
    Step { name: "wire", about: "bad input over raw sockets", run: programs::wire },
    Step { name: "security", about: "attacks, each by name", run: programs::security },
    Step { name: "upgrade", about: "data of released versions", run: programs::upgrade },
    Step { name: "crash", about: "kills, pauses, full disks, failing syncs, damaged files", run: programs::crash },
];

/// Runs the steps; the code is that of a failure when one of them failed.
///
/// # Errors
/// When a step that does not exist is named.
pub fn run(options: &Options) -> Result<ExitCode> {
    if let Some(name) = options.only.iter().chain(&options.skip).find(|name| !STEPS.iter().any(|it| it.name == **name))
    {
        bail!("there is no step {name}; `cargo xtask test --list` names them");
    }
    let chosen = |step: &&Step| {
        let is = |name: &String| name == step.name;
        (options.only.is_empty() || options.only.iter().any(is)) && !options.skip.iter().any(is)
    };
    let steps: Vec<&Step> = STEPS.iter().filter(chosen).collect();
    if options.list {
        for step in steps {
            println!("{:10}{}", step.name, step.about);
        }
        return Ok(ExitCode::SUCCESS);
    }
    let place = Place { root: crate::root(), target: target()? };
    let mut summary: Vec<(&Step, Option<String>, Duration)> = Vec::new();
    let begun = Instant::now();
    for (at, step) in steps.iter().enumerate() {
        println!("[{}/{}] {}: {} ...", at + 1, steps.len(), step.name, step.about);
        let step_begun = Instant::now();
        let trouble = (step.run)(&place).err().map(|error| format!("{error:#}"));
        let took = step_begun.elapsed();
        match &trouble {
            None => println!("[{}/{}] {}: passed in {:.1} s", at + 1, steps.len(), step.name, took.as_secs_f32()),
            Some(trouble) => {
                println!(
                    "[{}/{}] {}: FAILED in {:.1} s: {trouble}",
                    at + 1,
                    steps.len(),
                    step.name,
                    took.as_secs_f32()
                );
            }
        }
        let failed = trouble.is_some();
        summary.push((step, trouble, took));
        if failed && !options.keep_going {
            break;
        }
    }
    Ok(close(&summary, steps.len(), begun.elapsed()))
}

/// The crash test in its long form, with the options that it takes.
///
/// # Errors
/// When something was lost, and when it cannot be built.
pub fn torture(asked: &[String]) -> Result<()> {
    programs::torture(&Place { root: crate::root(), target: target()? }, asked)
}

/// The table at the end, and as its last line the count of steps.
fn close(summary: &[(&Step, Option<String>, Duration)], asked: usize, took: Duration) -> ExitCode {
    println!("\n{:10}{:>8}  outcome", "step", "seconds");
    for (step, trouble, took) in summary {
        let outcome = trouble.as_ref().map_or("passed", |it| it.lines().next().unwrap_or("failed"));
        println!("{:10}{:>8.1}  {outcome}", step.name, took.as_secs_f32());
    }
    let failed = summary.iter().filter(|(_, trouble, _)| trouble.is_some()).count();
    let left = asked - summary.len();
    if left > 0 {
        println!("{left} more not run; --keep-going runs them");
    }
    println!("{:.0} s in all", took.as_secs_f32());
    println!("{} passed, {failed} failed", summary.len() - failed);
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// The build folder: this very program lies two levels below it.
///
/// # Errors
/// When it lies nowhere.
pub fn target() -> Result<PathBuf> {
    let program = std::env::current_exe()?;
    let target = program.parent().and_then(Path::parent);
    Ok(target.with_context(|| format!("{} lies nowhere", program.display()))?.to_owned())
}

impl Place {
    /// The optimised binary.
    fn berth(&self) -> PathBuf {
        self.target.join("release").join("berth")
    }

    /// A folder of our own below the build folder.
    fn scratch(&self, name: &str) -> Result<PathBuf> {
        let path = self.target.join("stock-clients").join(name);
        std::fs::create_dir_all(&path).with_context(|| path.display().to_string())?;
        Ok(path)
    }
}

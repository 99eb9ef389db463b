//! Bad input over raw sockets against the built binary: each case gets its documented fault, has no effect, and leaves
//! the server running without a panic. The table is `cases.txt`; what needs other bytes than a table can hold is in
//! `raw.rs`. What somebody would do on purpose is in `tests/security`.

mod cases;
mod raw;
mod table;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::Parser;

use rig::Scene;

#[derive(Parser)]
#[command(about = "Bad input over raw sockets against the built binary")]
struct Arguments {
    /// The binary
    #[arg(long)]
    berth: PathBuf,
    /// Only cases whose name contains this
    #[arg(long, default_value = "")]
    only: String,
    /// Name each case as it passes
    #[arg(long)]
    verbose: bool,
}

struct Tally {
    only: String,
    verbose: bool,
    passed: u32,
    failed: u32,
}

impl Tally {
    fn case(&mut self, name: &str, run: impl FnOnce() -> Result<()>) {
        if !name.contains(&self.only) {
            return;
        }
        match run() {
            Ok(()) => {
                self.passed += 1;
                if self.verbose {
                    println!("ok    {name}");
                }
            }
            Err(error) => {
                self.failed += 1;
                println!("FAIL  {name}: {error:#}");
            }
        }
    }
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(arguments) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: Arguments) -> Result<bool> {
    let mut scene = Scene::set(&arguments.berth)?;
    let mut tally = Tally { only: arguments.only, verbose: arguments.verbose, passed: 0, failed: 0 };
    for case in &cases::all()? {
        tally.case(&case.name, || table::run(&mut scene, case));
    }
    for case in &raw::CASES {
        tally.case(&format!("HTTP: {}", case.name), || raw::run(&mut scene, case));
    }
    tally.case("the end", || {
        scene.healthy()?;
        scene.server.stop()
    });
    println!("wire: {} passed, {} failed", tally.passed, tally.failed);
    Ok(tally.failed == 0)
}

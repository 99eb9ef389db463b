//! What somebody would do on purpose: each attack a test with a name, against the built binary. One subject a file;
//! `ground.rs` is what they stand on, `game.rs` how a signed request is spoilt, `operations.rs` what there is to ask.

mod altered;
mod body_hash;
mod canaries;
mod core_files;
mod disabled_keys;
mod downgrade;
mod duplicates;
mod game;
mod ground;
mod log_injection;
mod many_connections;
mod nonce_flood;
mod operations;
mod replay;
mod slow_connections;
mod strangers;
mod tokens;
mod unsigned_headers;
mod xml;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use anyhow::Result;
use clap::Parser;

#[derive(Parser)]
#[command(about = "Attacks against the built binary, each by name")]
struct Arguments {
    /// The binary
    #[arg(long)]
    berth: PathBuf,
    /// Only tests whose name contains this
    #[arg(long, default_value = "")]
    only: String,
    /// Name the tests and what they try, and do nothing
    #[arg(long)]
    list: bool,
}

/// One attack.
pub struct Test {
    /// By this name it is asked for.
    name: &'static str,
    /// What is tried.
    tried: &'static str,
    /// Tries it. What it gives is told in the table.
    run: fn(&Path) -> Result<String>,
}

/// All of them.
const SUBJECTS: [&[Test]; 16] = [
    &duplicates::TESTS,
    &downgrade::TESTS,
    &unsigned_headers::TESTS,
    &body_hash::TESTS,
    &altered::TESTS,
    &replay::TESTS,
    &nonce_flood::TESTS,
    &strangers::TESTS,
    &tokens::TESTS,
    &disabled_keys::TESTS,
    &canaries::TESTS,
    &core_files::TESTS,
    &slow_connections::TESTS,
    &many_connections::TESTS,
    &log_injection::TESTS,
    &xml::TESTS,
];

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let chosen = SUBJECTS.iter().copied().flatten().filter(|test| test.name.contains(&arguments.only));
    let (mut passed, mut failed) = (0, 0);
    for test in chosen {
        println!("{}\n    tried    {}", test.name, test.tried);
        if arguments.list {
            continue;
        }
        let begun = Instant::now();
        let outcome = (test.run)(&arguments.berth);
        let seconds = begun.elapsed().as_secs_f32();
        match outcome {
            Ok(seen) => {
                passed += 1;
                println!("    outcome  {seen} ({seconds:.1} s)");
            }
            Err(error) => {
                failed += 1;
                println!("    FAILED   {error:#} ({seconds:.1} s)");
            }
        }
    }
    println!("security: {passed} passed, {failed} failed");
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

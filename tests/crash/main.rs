//! The built binary under fire: killed, paused, on a full disk, with failing syncs, with damaged files; at moments and places
//! that one printed seed decides. Afterwards every acknowledged effect is there, nothing is half done and nothing is
//! there twice. What is done stands in one file each; checkpoints are made all the time.

mod check;
mod damage;
mod endings;
mod full_disk;
mod kills;
mod launches;
mod model;
mod order;
mod pause;
mod roll;
mod site;
mod sync_errors;
mod worker;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use clap::Parser;
use rig::{Dice, clock};

#[derive(Parser)]
#[command(about = "The built binary under fire")]
struct Arguments {
    /// The binary
    #[arg(long)]
    berth: PathBuf,
    /// How many times it is killed in a round
    #[arg(long, default_value_t = 55)]
    kills: u64,
    /// Rounds are played until this time is up; without it, one
    #[arg(long, value_name = "N")]
    minutes: Option<u64>,
    /// Pauses longer than the default deadlines, and more of everything else
    #[arg(long)]
    long: bool,
    /// Only this; may be repeated
    #[arg(long, value_name = "NAME")]
    only: Vec<String>,
    /// Not this; may be repeated
    #[arg(long, value_name = "NAME")]
    skip: Vec<String>,
    /// Repeats the chances of an earlier run; what happens between processes is not repeated
    #[arg(long)]
    seed: Option<u64>,
}

/// What is done to it, and what came of it in words.
struct Scene {
    name: &'static str,
    run: fn(&Path, u64, &Arguments) -> Result<String>,
}

const SCENES: [Scene; 5] = [
    Scene { name: "kills", run: |berth, seed, it| kills::run(berth, seed, it.kills) },
    Scene { name: "pause", run: |berth, seed, it| pause::run(berth, seed, if it.long { 2 } else { 1 }, it.long) },
    Scene { name: "full-disk", run: |berth, seed, it| full_disk::run(berth, seed, if it.long { 10 } else { 2 }) },
    Scene { name: "sync-errors", run: |berth, seed, it| sync_errors::run(berth, seed, if it.long { 30 } else { 3 }) },
    Scene { name: "damage", run: |berth, seed, it| damage::run(berth, seed, if it.long { 2000 } else { 60 }) },
];

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let seed = arguments.seed.unwrap_or_else(clock::nanoseconds);
    println!("crash: seed {seed}");
    match run(&arguments, seed) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("crash: seed {seed}: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments, seed: u64) -> Result<()> {
    let named = |list: &[String], scene: &Scene| list.iter().any(|it| it == scene.name);
    let unknown =
        arguments.only.iter().chain(&arguments.skip).find(|it| !SCENES.iter().any(|scene| scene.name == **it));
    ensure!(unknown.is_none(), "nothing is called {unknown:?}");
    let begun = Instant::now();
    let mut dice = Dice::new(seed);
    loop {
        for scene in &SCENES {
            // Drawn for each, so that leaving one out does not change the others.
            let seed = dice.draw();
            if named(&arguments.skip, scene) || !(arguments.only.is_empty() || named(&arguments.only, scene)) {
                continue;
            }
            let at = Instant::now();
            let done = (scene.run)(&arguments.berth, seed, arguments).with_context(|| scene.name)?;
            println!("{:12}{:>5} s  {done}", scene.name, at.elapsed().as_secs());
        }
        let until = arguments.minutes.map_or(Duration::ZERO, |minutes| Duration::from_secs(60 * minutes));
        if begun.elapsed() >= until {
            return Ok(());
        }
    }
}

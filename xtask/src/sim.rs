//! `cargo xtask sim`: plays simulated runs of a region, seed after seed, on every core, until the time is up or something
//! does not hold.

use anyhow::{Result, bail};
use sim::{Counts, Failed};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

const PROGRESS_EVERY: Duration = Duration::from_secs(5);

/// What to play.
#[derive(Clone, Debug, clap::Args)]
pub struct Options {
    /// For how long
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub minutes: u64,
    /// Only this seed, once
    #[arg(long, value_name = "S")]
    pub seed: Option<u64>,
    /// The first seed; the hour's seconds when left out, so that each run plays others
    #[arg(long, value_name = "S", conflicts_with = "seed")]
    pub from: Option<u64>,
    /// Say how often each operation was answered with what
    #[arg(long)]
    pub answers: bool,
}

/// What has been played so far.
#[derive(Default)]
struct Played {
    seeds: u64,
    counts: Counts,
    failed: Option<Box<Failed>>,
}

/// Plays.
///
/// # Errors
/// When something did not hold: the seed, the step, what it was, and the shortest script found that shows it.
pub fn run(options: &Options) -> Result<()> {
    if cfg!(debug_assertions) {
        return crate::bench::optimised();
    }
    let (first, until) = match options.seed {
        Some(seed) => (seed, Duration::ZERO),
        None => (options.from.map_or_else(crate::bench::now, Ok)?, Duration::from_secs(60 * options.minutes)),
    };
    println!("sim: {} steps a seed, from seed {first}", sim::STEPS);
    let began = Instant::now();
    let played = Mutex::new(Played::default());
    let (next, done) = (AtomicU64::new(first), AtomicBool::new(false));
    let workers = if options.seed.is_some() { 1 } else { thread::available_parallelism().map_or(1, usize::from) };
    thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                while !done.load(Ordering::Relaxed) {
                    let outcome = sim::run(next.fetch_add(1, Ordering::Relaxed));
                    let over = note(&played, outcome) || began.elapsed() >= until;
                    done.fetch_or(over, Ordering::Relaxed);
                }
            });
        }
        let mut told = Instant::now();
        while !done.load(Ordering::Relaxed) {
            thread::sleep(Duration::from_millis(50));
            if told.elapsed() >= PROGRESS_EVERY {
                told = Instant::now();
                tell(&played, began.elapsed());
            }
        }
    });
    tell(&played, began.elapsed());
    let played = played.into_inner().unwrap_or_else(PoisonError::into_inner);
    if options.answers {
        answers(&played.counts);
    }
    match played.failed {
        None => Ok(()),
        Some(failed) => {
            eprintln!("something did not hold; looking for the shortest script that shows it");
            bail!("{}replay it with: cargo xtask sim --seed {}", failed.clone().shrunk(), failed.seed)
        }
    }
}

/// Adds a run; says whether it failed.
fn note(played: &Mutex<Played>, outcome: Result<Counts, Box<Failed>>) -> bool {
    let mut played = played.lock().unwrap_or_else(PoisonError::into_inner);
    played.seeds += 1;
    match outcome {
        Ok(counts) => {
            played.counts.asked += counts.asked;
            played.counts.faults += counts.faults;
            played.counts.foretold += counts.foretold;
            for (which, times) in counts.answers {
                *played.counts.answers.entry(which).or_default() += times;
            }
            false
        }
        Err(failed) => {
            played.failed.get_or_insert(failed);
            true
        }
    }
}

fn tell(played: &Mutex<Played>, took: Duration) {
    let played = played.lock().unwrap_or_else(PoisonError::into_inner);
    let Counts { asked, faults, foretold, .. } = played.counts;
    let millis = u64::try_from(took.as_millis()).unwrap_or(u64::MAX).max(1);
    let rate = played.seeds * 1000 / millis;
    println!(
        "{:>6} s  {} seeds, {rate} a second, {asked} requests, {foretold} answers foretold, {faults} faults",
        millis / 1000,
        played.seeds
    );
}

/// How often each operation succeeded, and was refused with what.
fn answers(counts: &Counts) {
    let mut of: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for ((action, code), times) in &counts.answers {
        of.entry(action).or_default().push(format!("{times} {code}"));
    }
    for (action, told) in of {
        println!("  {action}: {}", told.join(", "));
    }
}

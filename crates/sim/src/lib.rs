//! A region under simulated callers, clocks and stores: one thread, one seed, virtual time. The desk, the operations, the
//! ledger and the store's formats are the real ones; the store is in memory and commits, refuses, fails, loses answers
//! and dies as the seed says. After each step everything that must hold is checked, and each seed runs twice: the second
//! run must do exactly what the first did.
//!
//! `cargo xtask sim` runs it. Knows no thread, no network, no file and no hour but the script's.

mod dice;
mod fixture;
mod judge;
mod script;
mod second;
mod shrink;
mod world;

pub use judge::Violation;
pub use script::{Book, Step, script};
pub use world::Counts;

use std::fmt;
use world::World;

/// Steps of a script.
pub const STEPS: usize = 300;
/// Runs that shortening a script may take.
const SHRINK_TRIES: usize = 2000;

/// A run in which something did not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failed {
    /// The seed of its script.
    pub seed: u64,
    /// The step, counted from 0; the number of steps if it was found at the end.
    pub step: usize,
    /// What did not hold.
    pub violation: Violation,
    /// The steps played.
    pub script: Vec<Step>,
}

impl Failed {
    /// The same with the shortest script found that breaks something.
    #[must_use]
    pub fn shrunk(self) -> Self {
        let fails = |script: &[Step]| play(self.seed, script).is_err();
        let script = shrink::shrink(&self.script, SHRINK_TRIES, fails);
        match play(self.seed, &script) {
            Err((step, violation)) => Self { step, violation, script, ..self },
            Ok(_) => self,
        }
    }
}

/// What a script comes to: a number for each step.
type Trace = Vec<u64>;

/// Runs the script of a seed, twice.
///
/// # Errors
/// What did not hold.
pub fn run(seed: u64) -> Result<Counts, Box<Failed>> {
    let steps = script(seed, STEPS);
    let failed = |(step, violation)| Box::new(Failed { seed, step, violation, script: steps.clone() });
    let (first, counts) = play(seed, &steps).map_err(failed)?;
    let (second, _) = play(seed, &steps).map_err(failed)?;
    match first.iter().zip(&second).position(|(one, other)| one != other) {
        None => Ok(counts),
        Some(step) => Err(failed((step, "the second run did something else".into()))),
    }
}

/// Plays what bytes choose, once.
///
/// # Errors
/// What did not hold; its seed is 0.
pub fn run_chosen(bytes: &[u8]) -> Result<Counts, Box<Failed>> {
    let script = script::chosen(bytes, STEPS);
    match play(0, &script) {
        Ok((_, counts)) => Ok(counts),
        Err((step, violation)) => Err(Box::new(Failed { seed: 0, step, violation, script })),
    }
}

/// Plays a script once.
fn play(seed: u64, steps: &[Step]) -> Result<(Trace, Counts), (usize, Violation)> {
    let mut world = World::new(seed).map_err(|violation| (0, violation))?;
    let mut trace = Vec::with_capacity(steps.len() + 1);
    for (at, step) in steps.iter().enumerate() {
        trace.push(world.play(step).map_err(|violation| (at, violation))?);
    }
    trace.push(world.finish().map_err(|violation| (steps.len(), violation))?);
    Ok((trace, world.counts))
}

impl fmt::Display for Failed {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "seed {}, step {}: {}", self.seed, self.step, self.violation)?;
        writeln!(out, "{} steps:", self.script.len())?;
        self.script.iter().try_for_each(|step| writeln!(out, "  {step}"))
    }
}

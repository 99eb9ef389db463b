//! `cargo xtask bench`: measures what Berth promises about speed, and prints it as a table. Never a test: it judges
//! nothing and fails only when it cannot measure.

mod bare;
mod http;
mod load;
mod process;

pub use bare::serve as serve_bare;

use anyhow::Result;

/// What to measure.
#[derive(Clone, Debug, clap::Args)]
pub struct Options {
    /// Only these: ledger, http, start, store. Without any: all of them
    pub what: Vec<String>,
    /// Seconds of load in each run of the HTTP benchmark
    #[arg(long, default_value_t = 8)]
    pub seconds: u64,
    /// How often the HTTP benchmark takes turns with its yardstick
    #[arg(long, default_value_t = 3)]
    pub rounds: u32,
}

/// Runs what was asked for.
///
/// # Errors
/// When something cannot be measured.
pub fn run(options: &Options) -> Result<()> {
    let wanted = |name: &str| options.what.is_empty() || options.what.iter().any(|what| what == name);
    if wanted("http") {
        http::run(options)?;
    }
    Ok(())
}

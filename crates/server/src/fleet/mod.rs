//! The fleet as its operator describes it: regions, host classes, instance types and hosts, and what must be told to
//! the directory and the ledgers so that they agree with it.
//!
//! Reading goes `Description` (the `[fleet]` table), `Fleet::new` (everything checked, all problems at once), then
//! `Fleet::plan` for the directory and `Fleet::hosts` for each region; both give only what differs, so doing it again
//! gives nothing. Knows no file, no clock, no network; asks for nothing to be done and does nothing itself.

mod catalogue;
mod description;
mod hosts;
mod memory;
mod plan;
mod problem;
mod regions;
mod types;

pub use catalogue::{Catalogue, Family};
pub use description::{ClassTable, Description, HostsTable, RegionTable, ShapeTable, TypeTable, ZoneTable};
pub use memory::Mib;
pub use plan::{Fleet, HostPlan};
pub use problem::{Problem, Problems};

/// The fleet of `berth dev`, as the text of a `[fleet]` table.
pub const DEMO: &str = include_str!("../../data/demo.toml");

/// A configuration file as far as it is about the fleet.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    fleet: Description,
}

/// Reads a text that holds nothing but a fleet.
///
/// # Errors
/// What is wrong with the text, with its line.
pub fn read(text: &str) -> Result<Description, toml::de::Error> {
    toml::from_str::<File>(text).map(|file| file.fleet)
}

/// The fleet of `berth dev`.
///
/// # Errors
/// Never as it is delivered; a test keeps it so.
pub fn demo() -> anyhow::Result<Fleet> {
    Ok(Fleet::new(&read(DEMO)?)?)
}

#[cfg(test)]
mod tests;

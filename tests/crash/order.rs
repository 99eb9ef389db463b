//! Real-time order: what was answered before another request was sent comes before that in the journal, and each change that
//! was acknowledged is there.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

/// Operations that leave no record when they change nothing.
const MAY_CHANGE_NOTHING: [&str; 2] = ["ModifyCapacityReservation", "TagResources"];

/// A change that was acknowledged.
#[derive(Debug)]
pub struct Timed {
    /// Of its answer.
    pub request_id: String,
    /// What it asked for.
    pub action: String,
    /// Before it was sent.
    pub sent: Instant,
    /// After it was answered.
    pub answered: Instant,
}

/// Compares the journal of a stopped server with when its clients sent what and were answered; says how many it
/// compared. The journal has to be kept as a whole.
///
/// # Errors
/// A change that is not in the journal, and two in the wrong order.
pub fn check(binary: &Path, data: &Path, calls: &[&Timed]) -> Result<usize> {
    let exported = Command::new(binary).args(["store", "export"]).arg(data).arg("-").output()?;
    ensure!(exported.status.success(), "store export: {}", String::from_utf8_lossy(&exported.stderr));
    let mut places = BTreeMap::new();
    for (place, line) in String::from_utf8(exported.stdout)?.lines().enumerate() {
        let line: Value = serde_json::from_str(line)?;
        if let Some(id) = line["caller"]["request_id"].as_str() {
            ensure!(places.insert(id.to_owned(), place).is_none(), "request {id} is in the journal twice");
        }
    }
    let mut found: Vec<(usize, &Timed)> = Vec::new();
    for call in calls {
        match places.get(&call.request_id) {
            Some(place) => found.push((*place, call)),
            None => ensure!(MAY_CHANGE_NOTHING.contains(&call.action.as_str()), "not in the journal: {call:?}"),
        }
    }
    found.sort_by_key(|(place, _)| *place);
    let mut latest: Option<&Timed> = None;
    for (_, call) in &found {
        if let Some(before) = latest.filter(|before| before.sent > call.answered) {
            anyhow::bail!("{call:?} was answered before {before:?} was sent, and comes after it");
        }
        latest = latest.filter(|before| before.sent > call.sent).or(Some(call));
    }
    latest.context("no change was acknowledged")?;
    Ok(found.len())
}

//! The roll call of instances after each restart: all that was launched is there and does what was acknowledged, what was
//! deleted is gone, none is there twice, and each reservation's UsedAmount is the sum of those in its slots.

use std::collections::BTreeMap;

use anyhow::{Context, Result, ensure};
use rig::config::REGION;
use rig::{Client, Dice};
use serde_json::Value;

use crate::launches::{Launch, Life, Shown};
use crate::model::{Promise, Seen};
use crate::worker::Worker;

/// Acknowledged launches that are asked for again after each restart.
const ASKED_AGAIN: usize = 6;

/// Compares all instances with what the workers know, and brings that up to date.
///
/// # Errors
/// What was lost, half done, or done twice.
pub fn run(client: &mut Client, workers: &mut [Worker], dice: &mut Dice) -> Result<()> {
    let mut shown = list(client)?;
    for launch in workers.iter_mut().flat_map(|worker| &mut worker.launches) {
        let unanswered = launch.ids.is_empty();
        launch.settle(&shown.remove(&launch.name()).unwrap_or_default())?;
        // One without an answer is sent again with its token: that makes them now, or answers those that are there.
        if unanswered {
            let answer = again(client, launch)?;
            launch.take(&answer)?;
            launch.known = Life::Running;
        }
    }
    ensure!(shown.is_empty(), "nobody launched {:?}", shown.keys());
    let mut shown = list(client)?;
    for worker in workers.iter_mut() {
        for launch in &mut worker.launches {
            launch.settle(&shown.remove(&launch.name()).unwrap_or_default())?;
        }
        for _ in 0..ASKED_AGAIN.min(worker.launches.len()) {
            let at = dice.place(worker.launches.len());
            let launch = &mut worker.launches[at];
            let answer = again(client, launch)?;
            launch.take(&answer)?;
        }
    }
    ensure!(shown.is_empty(), "there twice, or launched by nobody: {:?}", shown.keys());
    for worker in workers.iter() {
        used(client, worker, dice)?;
    }
    Ok(())
}

/// All instances of the account, by name.
fn list(client: &mut Client) -> Result<BTreeMap<String, Vec<Shown>>> {
    let mut by_name: BTreeMap<String, Vec<Shown>> = BTreeMap::new();
    for item in client.instances(REGION, &[])? {
        let shown = Shown::read(&item)?;
        by_name.entry(shown.name.clone()).or_default().push(shown);
    }
    Ok(by_name)
}

/// The same wish with the same token.
fn again(client: &mut Client, launch: &Launch) -> Result<Vec<Value>> {
    let params = launch.parameters();
    let params: Vec<(&str, &str)> = params.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let answer = client.call("RunInstances", &params)?.good().with_context(|| format!("again: {launch:?}"))?;
    Ok(answer.list("InstanceIdSets", "InstanceIdSet")?.to_vec())
}

/// What a worker's reservations say of their use is what stands in their slots.
fn used(client: &mut Client, worker: &Worker, dice: &mut Dice) -> Result<()> {
    let seen = client.reservations(REGION, &[])?;
    let seen: Vec<Seen> = seen.iter().map(Seen::read).collect::<Result<_>>()?;
    let seen: BTreeMap<&str, &Seen> = seen.iter().map(|it| (it.id.as_str(), it)).collect();
    for promise in &worker.promises {
        let Some(id) = &promise.id else { continue };
        let found = seen.get(id.as_str()).with_context(|| format!("lost: {promise:?}"))?;
        let standing = worker.standing_in(id);
        // When a reservation is over its instances go on by themselves.
        let expected = if found.state.released { 0 } else { standing.len() };
        ensure!(u64::try_from(expected)? == found.used, "{} used of {id}, and {standing:?} stand there", found.used);
        if expected > 0 && dice.below(4) == 0 {
            users(client, promise, standing)?;
        }
    }
    Ok(())
}

fn users(client: &mut Client, promise: &Promise, mut standing: Vec<&str>) -> Result<()> {
    let users = client.users(REGION, promise.id.as_deref().unwrap_or_default())?;
    let mut users: Vec<&str> = users.iter().filter_map(|it| it.get("InstanceId")?.as_str()).collect();
    users.sort_unstable();
    standing.sort_unstable();
    ensure!(users == standing, "{users:?} use {promise:?}, and {standing:?} stand there");
    Ok(())
}

/// How many instances stand on hosts outside of the reservations that hold.
///
/// # Errors
/// When a listing is refused.
pub fn standing_by_themselves(client: &mut Client, held: &[Seen]) -> Result<u64> {
    let shown = list(client)?;
    let standing = shown.values().flatten().filter(|it| it.life.stands()).count();
    let in_slots: u64 = held.iter().filter(|it| !it.state.released).map(|it| it.used).sum();
    u64::try_from(standing)?.checked_sub(in_slots).context("more slots are used than instances stand")
}

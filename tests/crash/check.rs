//! After each restart: everything acknowledged is there, nothing is half done, nothing is there twice, and the stock
//! is what it must be.

use std::collections::BTreeMap;

use anyhow::{Context, Result, ensure};
use rig::config::{REGION, TYPE, ZONE};
use rig::{Answer, Client, Dice, clock};

use crate::model::{Promise, Seen};
use crate::roll;
use crate::worker::Worker;

/// Acknowledged creates that are asked for again after each restart.
const ASKED_AGAIN: usize = 8;

/// Looks at everything and brings the workers' knowledge up to date.
///
/// # Errors
/// What was lost, half done, or done twice.
pub fn run(client: &mut Client, workers: &mut [Worker], dice: &mut Dice, stock: u64) -> Result<()> {
    let from = clock::now();
    let mut seen = list(client)?;
    let to = clock::now();
    for worker in workers.iter_mut() {
        let unanswered: Vec<usize> =
            (0..worker.promises.len()).filter(|at| worker.promises[*at].id.is_none()).collect();
        for promise in &mut worker.promises {
            match seen.remove(&promise.name()) {
                Some(found) => promise.settle(&found, from, to)?,
                None => ensure!(promise.id.is_none(), "lost: {promise:?}"),
            }
        }
        // Requests without an answer are sent again with their tokens; that must not make a second reservation.
        for at in unanswered {
            ask_again(client, &mut worker.promises[at])?;
        }
        worker.promises.retain(|promise| promise.id.is_some());
        again_if_acknowledged(client, worker, dice)?;
    }
    ensure!(seen.is_empty(), "nobody asked for {:?}", seen.keys());
    time_goes_on(client, workers)?;
    let mut all = list(client)?;
    for promise in workers.iter_mut().flat_map(|worker| &mut worker.promises) {
        let found = all.remove(&promise.name()).with_context(|| format!("lost: {promise:?}"))?;
        promise.settle(&found, from, clock::now())?;
    }
    ensure!(all.is_empty(), "there twice, or asked for by nobody: {:?}", all.keys());
    roll::run(client, workers, dice)?;
    whole_stock(client, stock)
}

/// All reservations of the account by name, each name once.
fn list(client: &mut Client) -> Result<BTreeMap<String, Seen>> {
    let mut by_name = BTreeMap::new();
    for item in client.reservations(REGION, &[])? {
        let seen = Seen::read(&item)?;
        // Probes of the stock are given back at once and are nobody's.
        if seen.name == "probe" {
            ensure!(seen.state.released, "a probe is still there");
            continue;
        }
        if let Some(twin) = by_name.insert(seen.name.clone(), seen) {
            anyhow::bail!("made twice with one token: {twin:?}");
        }
    }
    Ok(by_name)
}

fn ask_again(client: &mut Client, promise: &mut Promise) -> Result<()> {
    let answer = create(client, promise)?;
    let too_late = promise.id.is_none() && promise.ends.is_some_and(|ends| ends <= clock::now());
    if too_late && answer.code() == "InvalidEndTime.ValueNotSupported" {
        return Ok(());
    }
    let id = answer.good()?.text("PrivatePoolOptionsId").to_owned();
    let before = promise.id.get_or_insert_with(|| id.clone());
    ensure!(*before == id, "{before} was made, and its token now gives {id}");
    Ok(())
}

/// The same wish with the same token has the same answer, whatever has become of the reservation since.
fn again_if_acknowledged(client: &mut Client, worker: &Worker, dice: &mut Dice) -> Result<()> {
    for _ in 0..ASKED_AGAIN.min(worker.promises.len()) {
        let promise = &worker.promises[dice.place(worker.promises.len())];
        let answer = create(client, promise)?.good().with_context(|| format!("again: {promise:?}"))?;
        let id = answer.text("PrivatePoolOptionsId");
        ensure!(promise.id.as_deref() == Some(id), "the token of {:?} now gives {id}", promise.id);
    }
    Ok(())
}

fn create(client: &mut Client, promise: &Promise) -> Result<Answer> {
    let params = promise.parameters();
    let params: Vec<(&str, &str)> = params.iter().map(|(name, value)| (*name, value.as_str())).collect();
    client.call("CreateCapacityReservation", &params)
}

/// What begins now begins no earlier than anything did before.
fn time_goes_on(client: &mut Client, workers: &[Worker]) -> Result<()> {
    let starts = workers.iter().flat_map(|worker| &worker.promises).filter_map(|it| it.started.as_deref());
    let last = starts.max().unwrap_or_default().to_owned();
    let (id, started) = probe(client, 1)?;
    ensure!(started >= last, "{id} starts at {started}, before {last}");
    release(client, &id)
}

/// What can still be had is exactly what is neither promised nor taken by instances that outlived their reservations.
fn whole_stock(client: &mut Client, stock: u64) -> Result<()> {
    let taken = |client: &mut Client| -> Result<u64> {
        let items = client.reservations(REGION, &[])?;
        let seen = items.iter().map(Seen::read).collect::<Result<Vec<_>>>()?;
        let promised: u64 = seen.iter().filter(|it| !it.state.released).map(|it| it.state.count).sum();
        Ok(promised + roll::standing_by_themselves(client, &seen)?)
    };
    // One of them may release itself while this is looked at; then it is looked at again.
    for _ in 0..20 {
        let before = taken(client)?;
        let free = stock.checked_sub(before).with_context(|| format!("{before} taken of {stock}"))?;
        let (all, _) = probe(client, free)?;
        let one_more = try_probe(client, 1)?;
        release(client, &all)?;
        if one_more.code() == "OperationDenied.NoStock" {
            return Ok(());
        }
        release(client, one_more.good()?.text("PrivatePoolOptionsId"))?;
        ensure!(taken(client)? < before, "{before} taken of {stock}, and yet more than {free} could be had");
    }
    anyhow::bail!("the stock does not come to rest")
}

fn try_probe(client: &mut Client, count: u64) -> Result<Answer> {
    let count = count.to_string();
    let params = [
        ("RegionId", REGION),
        ("ZoneId.1", ZONE),
        ("InstanceType", TYPE),
        ("InstanceAmount", &count),
        ("PrivatePoolOptions.Name", "probe"),
    ];
    client.call("CreateCapacityReservation", &params)
}

fn probe(client: &mut Client, count: u64) -> Result<(String, String)> {
    let answer = try_probe(client, count)?.good().with_context(|| format!("{count} should be there"))?;
    let id = answer.text("PrivatePoolOptionsId").to_owned();
    let ids = format!("[\"{id}\"]");
    let items = client.reservations(REGION, &[("PrivatePoolOptions.Ids", &ids)])?;
    let seen = Seen::read(items.first().with_context(|| format!("{id} cannot be seen"))?)?;
    Ok((id, seen.started))
}

/// Releases a reservation.
pub fn release(client: &mut Client, id: &str) -> Result<()> {
    let params = [("RegionId", REGION), ("PrivatePoolOptions.Id", id)];
    client.call("ReleaseCapacityReservation", &params)?.good().map(drop)
}

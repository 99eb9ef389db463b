//! A key that was disabled signs nothing from the very answer on that says so.

use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;

use anyhow::{Context, Result, anyhow, ensure};
use rig::call::{EXTENSION, Scheme, VERSION};
use rig::config::REGION;
use rig::{Answer, Client, Key, Scene, call, clock};

use crate::Test;
use crate::game::expect;
use crate::ground::Ground;

/// The tests of this file.
pub const TESTS: [Test; 1] = [Test {
    name: "disabled key at once",
    tried: "8 connections use a key while it is disabled, 10 times over; requests signed before; a restart; wrong secrets",
    run,
}];

const INACTIVE: &str = "InvalidAccessKeyId.Inactive";
const LIST: &str = "DescribeCapacityReservations";
const HERE: [(&str, &str); 2] = [("RegionId", REGION), ("MaxResults", "1")];
const SCHEMES: [Scheme; 4] = [Scheme::V3Query, Scheme::V3Form, Scheme::V1Query, Scheme::V1Form];

fn run(binary: &Path) -> Result<String> {
    let mut ground = Ground::set(binary)?;
    ground.operator.version = EXTENSION;
    let (mut served, mut refused) = (0, 0);
    let mut keys = Vec::new();
    for round in 0..10 {
        let made = ground.operator.call("CreateAccessKey", &[("AccountId", "1000000000000001")])?.good()?;
        let key = Key { id: made.text("AccessKeyId").to_owned(), secret: made.text("AccessKeySecret").to_owned() };
        let (before, after) = under_load(&mut ground, &key, round)?;
        served += before;
        refused += after;
        keys.push(key);
    }
    ensure!(served > 0 && refused > 0, "{served} served and {refused} refused: the key was not in use");
    for kill in [false, true] {
        for key in &keys {
            stays_disabled(&ground.scene, key)?;
        }
        ground.scene = ground.scene.restart(kill)?;
    }
    ground.end()?;
    Ok(format!(
        "{served} requests served before, {refused} sent after the answer and all {INACTIVE}, restarts included"
    ))
}

/// How many requests were served before the key was disabled, and how many refused afterwards.
fn under_load(ground: &mut Ground, key: &Key, round: usize) -> Result<(u64, u64)> {
    let (disabled, stop) = (AtomicBool::new(false), AtomicBool::new(false));
    let (served, refused) = (AtomicU64::new(0), AtomicU64::new(0));
    let address = ground.address().to_owned();
    let mut early = Client::new(&address, key);
    let signed_before: Vec<_> = SCHEMES
        .iter()
        .map(|scheme| {
            early.scheme = *scheme;
            early.sign_at(LIST, &HERE, clock::now(), &call::nonce())
        })
        .collect();
    thread::scope(|scope| -> Result<()> {
        let work = |at: usize| {
            let mut client = Client::new(&address, key);
            client.scheme = SCHEMES[(at + round) % SCHEMES.len()];
            let (disabled, stop, served, refused) = (&disabled, &stop, &served, &refused);
            move || -> Result<()> {
                while !stop.load(Ordering::SeqCst) {
                    let was_disabled = disabled.load(Ordering::SeqCst);
                    let answer = client.call(LIST, &HERE)?;
                    match (answer.status, answer.code()) {
                        (200, _) => ensure!(!was_disabled, "served after the key was disabled"),
                        (403, INACTIVE) => {}
                        other => anyhow::bail!("answered with {other:?}"),
                    }
                    served.fetch_add(u64::from(answer.status == 200), Ordering::SeqCst);
                    refused.fetch_add(u64::from(was_disabled), Ordering::SeqCst);
                }
                Ok(())
            }
        };
        let threads: Vec<_> = (0..8).map(|at| scope.spawn(work(at))).collect();
        let told = disable(ground, key, &served, &refused, &disabled);
        stop.store(true, Ordering::SeqCst);
        for thread in threads {
            thread.join().map_err(|_| anyhow!("a worker panicked"))??;
        }
        told
    })?;
    for signed in &signed_before {
        expect(&mut early, signed, 403, INACTIVE).context("signed before, sent after")?;
    }
    Ok((served.into_inner(), refused.into_inner()))
}

/// Disables the key once it is in use, and lets it be used on for a while.
fn disable(
    ground: &mut Ground,
    key: &Key,
    served: &AtomicU64,
    refused: &AtomicU64,
    disabled: &AtomicBool,
) -> Result<()> {
    wait_for(served, 16)?;
    ground.operator.call("DisableAccessKey", &[("UserAccessKeyId", &key.id)])?.good()?;
    disabled.store(true, Ordering::SeqCst);
    wait_for(refused, 16)
}

fn wait_for(count: &AtomicU64, enough: u64) -> Result<()> {
    for _ in 0..60_000 {
        if count.load(Ordering::SeqCst) >= enough {
            return Ok(());
        }
        thread::sleep(std::time::Duration::from_millis(1));
    }
    Err(anyhow!("the key is not in use"))
}

fn stays_disabled(scene: &Scene, key: &Key) -> Result<()> {
    for scheme in SCHEMES {
        for secret in [key.secret.as_str(), "another"] {
            let mut client = Client::new(scene.server.address(), &Key { secret: secret.to_owned(), ..key.clone() });
            (client.scheme, client.version) = (scheme, VERSION);
            let answer: Answer = client.call(LIST, &HERE)?;
            ensure!(
                (answer.status, answer.code()) == (403, INACTIVE),
                "{scheme:?}: {} {}",
                answer.status,
                answer.code()
            );
        }
    }
    Ok(())
}

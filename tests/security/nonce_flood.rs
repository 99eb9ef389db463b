//! Nonces by the thousand: what is remembered is bounded, nothing is forgotten for them, and who floods harms first of
//! all itself.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use rig::config::{Plan, REGION};
use rig::{Answer, Client, Scene, call, clock};

use crate::Test;
use crate::game::expect;
use crate::ground::Ground;

/// The tests of this file.
pub const TESTS: [Test; 2] = [
    Test {
        name: "nonce flood",
        tried: "more signed requests of one key than nonces are remembered of it, then of all keys; a replay afterwards",
        run: flood,
    },
    Test {
        name: "nonce flood without a key",
        tried: "thousands of requests with forged signatures, unknown keys and long nonces",
        run: forged,
    },
];

/// In parts of 64, as the server keeps them: so a part may fill before the whole does.
const ALL: u64 = 2048;
const OF_ONE: u64 = 1024;
const LIMITS: &str = "nonces = 2048\nnonces_a_key = 1024";
const LIST: &str = "DescribeCapacityReservations";
const HERE: [(&str, &str); 2] = [("RegionId", REGION), ("MaxResults", "1")];

fn flood(binary: &Path) -> Result<String> {
    let mut ground = Ground::set_with(binary, Plan { limits: LIMITS, ..Scene::plan() }, "text")?;
    let oldest = ground.scene.first.sign_at(LIST, &HERE, clock::now() - 600, &call::nonce());
    expect(&mut ground.scene.first, &oldest, 200, "")?;
    let mut refused = 0;
    refused += until_full(&mut ground.scene.first, OF_ONE)?;
    ensure!(ground.metric("berth_nonces")? <= ALL, "more is remembered than there may be");
    expect(&mut ground.scene.first, &oldest, 400, "SignatureNonceUsed").context("the oldest one, again")?;
    for _ in 0..100 {
        let signed = ground.scene.second.sign(LIST, &HERE);
        expect(&mut ground.scene.second, &signed, 200, "").context("another account")?;
    }
    refused += until_full(&mut ground.scene.second, OF_ONE)?;
    refused += until_full(&mut ground.operator, OF_ONE)?;
    ensure!(ground.metric("berth_nonces")? <= ALL, "more is remembered than there may be");
    expect(&mut ground.scene.first, &oldest, 400, "SignatureNonceUsed").context("the oldest one, at last")?;
    ground.scene.healthy()?;
    let remembered = ground.metric("berth_nonces")?;
    ground.scene.server.stop()?;
    Ok(format!("{remembered} of {ALL} remembered, {refused} requests refused with 503, no replay let through"))
}

/// Sends twice as many as may be remembered of one key. How many were refused.
fn until_full(client: &mut Client, of_one: u64) -> Result<u64> {
    let (mut served, mut refused) = (0, 0);
    for _ in 0..2 * of_one {
        let signed = client.sign(LIST, &HERE);
        let answer = Answer::read(&client.send(&signed)?)?;
        match (answer.status, answer.code()) {
            (200, _) => served += 1,
            (503, "ServiceUnavailable") => refused += 1,
            other => anyhow::bail!("answered with {other:?}"),
        }
    }
    ensure!(served <= of_one && refused >= of_one, "{served} served, {refused} refused");
    Ok(refused)
}

fn forged(binary: &Path) -> Result<String> {
    const COUNT: usize = 3000;
    let mut ground = Ground::set_with(binary, Plan { limits: LIMITS, ..Scene::plan() }, "text")?;
    let before = ground.metric("berth_nonces")?;
    let address = ground.address().to_owned();
    let forger = |id: &str| Client::new(&address, &rig::Key { id: id.to_owned(), secret: "guessed".to_owned() });
    let (mut known, mut unknown) = (forger("first-key"), forger("nobodys-key"));
    for at in 0..COUNT {
        let long = format!("{}{at:08}", "n".repeat(120));
        let nonce = if at % 3 == 0 { long } else { call::nonce() };
        let client = if at % 2 == 0 { &mut known } else { &mut unknown };
        let signed = client.sign_at(LIST, &HERE, clock::now(), &nonce);
        let (status, code) =
            if at % 2 == 0 { (400, "SignatureDoesNotMatch") } else { (404, "InvalidAccessKeyId.NotFound") };
        expect(client, &signed, status, code)?;
    }
    ensure!(ground.metric("berth_nonces")? == before, "nonces of forgeries are remembered");
    let signed = ground.scene.first.sign(LIST, &HERE);
    expect(&mut ground.scene.first, &signed, 200, "")?;
    ground.end()?;
    Ok(format!("{COUNT} forgeries, not one nonce of theirs remembered"))
}

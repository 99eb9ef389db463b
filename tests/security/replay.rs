//! The same signed bytes once more: one after the other, at the same moment, and to the next process.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Barrier;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, ensure};
use rig::call::{EXTENSION, Scheme, VERSION};
use rig::config::{REGION, TYPE, ZONE};
use rig::http::{Connection, Response, request};
use rig::{Answer, Client, call, clock};
use rpc::signature::client::Signed;

use crate::Test;
use crate::game::expect;
use crate::ground::Ground;

/// The tests of this file.
pub const TESTS: [Test; 4] = [
    Test {
        name: "replay",
        tried: "the same bytes again; the same nonce in another request, at another hour, in the other scheme; after a refusal",
        run: replay,
    },
    Test {
        name: "old and early requests",
        tried: "timestamps beyond 15 minutes either way, in both schemes; a forged request does not use a nonce up",
        run: hours,
    },
    Test {
        name: "concurrent replay",
        tried: "the same bytes on 16 connections at the same moment, 40 times over: reads and writes, both schemes",
        run: concurrent,
    },
    Test {
        name: "replay across a restart",
        tried: "reads, dry runs, refused calls and every kind of write, sent again after SIGTERM and after kill -9, with a checkpoint in between",
        run: restart,
    },
];

/// How long to wait for what the server does every second; the machine may be busy.
const WRITTEN_WITHIN: Duration = Duration::from_secs(60);
const USED: &str = "SignatureNonceUsed";
const LIST: &str = "DescribeCapacityReservations";
const CREATE: &str = "CreateCapacityReservation";
const ONE: [(&str, &str); 4] =
    [("RegionId", REGION), ("ZoneId.1", ZONE), ("InstanceType", TYPE), ("InstanceAmount", "1")];
const SCHEMES: [Scheme; 4] = [Scheme::V3Query, Scheme::V3Form, Scheme::V1Query, Scheme::V1Form];

fn replay(binary: &Path) -> Result<String> {
    let mut ground = Ground::set(binary)?;
    let released = ground.scene.values["released"].clone();
    let refused = [("RegionId", REGION), ("PrivatePoolOptions.Id", released.as_str())];
    let mut count = 0;
    for scheme in SCHEMES {
        let client = &mut ground.scene.first;
        client.scheme = scheme;
        let now = clock::now();
        for (action, params, status, code) in [
            (LIST, &ONE[..1], 200, ""),
            (CREATE, &ONE[..], 200, ""),
            ("ReleaseCapacityReservation", &refused[..], 400, "Invalid.PrivatePoolOptions.status"),
        ] {
            let nonce = call::nonce();
            let signed = client.sign_at(action, params, now, &nonce);
            expect(client, &signed, status, code).with_context(|| format!("{scheme:?} {action}"))?;
            expect(client, &signed, 400, USED).context("the same bytes")?;
            let other = client.sign_at("DescribeZones", &ONE[..1], now + 60, &nonce);
            expect(client, &other, 400, USED).context("the same nonce in another request")?;
            client.scheme =
                if matches!(scheme, Scheme::V3Query | Scheme::V3Form) { Scheme::V1Query } else { Scheme::V3Query };
            let other = client.sign_at(action, params, now, &nonce);
            expect(client, &other, 400, USED).context("the same nonce in the other scheme")?;
            client.scheme = scheme;
            count += 3;
        }
    }
    // A nonce is of its key: nobody uses up those of others.
    let nonce = call::nonce();
    for client in [&mut ground.scene.second, &mut ground.operator, &mut ground.guest] {
        let signed = client.sign_at(LIST, &ONE[..1], clock::now(), &nonce);
        expect(client, &signed, 200, "").context("the same nonce of another key")?;
    }
    ground.end()?;
    Ok(format!("{count} replays, all {USED}; the same nonce of another key was let in"))
}

fn hours(binary: &Path) -> Result<String> {
    let mut ground = Ground::set(binary)?;
    let mut count = 0;
    for scheme in SCHEMES {
        let client = &mut ground.scene.first;
        client.scheme = scheme;
        for off in [-961_i64, 961, -(1 << 30), 1 << 30] {
            let hour = clock::now().checked_add_signed(off).context("an hour out of range")?;
            let signed = client.sign_at(CREATE, &ONE, hour, &call::nonce());
            expect(client, &signed, 400, "InvalidTimeStamp.Expired").with_context(|| format!("{off} s off"))?;
            count += 1;
        }
        let wrong = rig::Key { secret: "another".to_owned(), ..ground.scene.key.clone() };
        let mut forger = Client::new(ground.scene.server.address(), &wrong);
        forger.scheme = scheme;
        let nonce = call::nonce();
        let forged = forger.sign_at(LIST, &ONE[..1], clock::now(), &nonce);
        expect(&mut forger, &forged, 400, "SignatureDoesNotMatch")?;
        let client = &mut ground.scene.first;
        let good = client.sign_at(LIST, &ONE[..1], clock::now(), &nonce);
        expect(client, &good, 200, "").context("after a forgery with its nonce")?;
    }
    ground.end()?;
    Ok(format!("{count} requests, all InvalidTimeStamp.Expired; no forgery used a nonce up"))
}

fn concurrent(binary: &Path) -> Result<String> {
    const AT_ONCE: usize = 16;
    const ROUNDS: usize = 40;
    let mut ground = Ground::set(binary)?;
    let before = ground.scene.first.reservations(REGION, &[])?.len();
    let mut created = 0;
    for round in 0..ROUNDS {
        let client = &mut ground.scene.first;
        client.scheme = SCHEMES[round % SCHEMES.len()];
        // Half of them are writes; of each kind in each scheme.
        let (action, params) =
            if (round / SCHEMES.len()).is_multiple_of(2) { (CREATE, &ONE[..]) } else { (LIST, &ONE[..1]) };
        let bytes = bytes(&client.sign(action, params));
        let codes = at_once(ground.scene.server.address(), &bytes, AT_ONCE)?;
        let expected = BTreeMap::from([(String::new(), 1), (USED.to_owned(), AT_ONCE - 1)]);
        ensure!(codes == expected, "{action}: {codes:?}");
        created += usize::from(action == CREATE);
        if action == CREATE {
            let made = ground.scene.first.reservations(REGION, &[])?.len();
            ensure!(made == before + created, "{} reservations were made by {created} requests", made - before);
        }
    }
    ground.end()?;
    Ok(format!("{ROUNDS} requests, {AT_ONCE} times each: each done exactly once"))
}

/// How often each code came back.
fn at_once(address: &str, bytes: &[u8], count: usize) -> Result<BTreeMap<String, usize>> {
    let barrier = Barrier::new(count);
    let connections = (0..count).map(|_| Connection::open(address)).collect::<Result<Vec<_>>>()?;
    let answers: Result<Vec<Response>> = thread::scope(|scope| {
        let send = |mut connection: Connection| {
            let barrier = &barrier;
            scope.spawn(move || {
                barrier.wait();
                connection.send(bytes)?;
                connection.receive()?.context("closed without an answer")
            })
        };
        let threads: Vec<_> = connections.into_iter().map(send).collect();
        threads.into_iter().map(|it| it.join().map_err(|_| anyhow!("a sender panicked"))?).collect()
    });
    let mut codes = BTreeMap::new();
    for answer in answers? {
        *codes.entry(Answer::read(&answer)?.code().to_owned()).or_default() += 1;
    }
    Ok(codes)
}

fn restart(binary: &Path) -> Result<String> {
    /// More than the records between two checkpoints.
    const FILLERS: usize = 130;
    let mut ground = Ground::set(binary)?;
    let mut count = 0;
    for kill in [false, true] {
        let mut captured = writes(&mut ground)?;
        for _ in 0..FILLERS / 2 {
            let id = rig::scene::create(&mut ground.scene.first, &[])?;
            rig::scene::release(&mut ground.scene.first, &id)?;
        }
        captured.extend(writes(&mut ground)?);
        captured.extend(without_effect(&mut ground)?);
        if kill {
            until_written(&mut ground)?;
        }
        ground.scene = ground.scene.restart(kill)?;
        ground.operator = ground.operator.anew();
        let before = ground.scene.look()?;
        for (name, signed) in captured {
            let place = || format!("{name}, after {}", if kill { "kill -9" } else { "SIGTERM" });
            expect(&mut ground.scene.first, &signed, 400, USED).with_context(place)?;
            count += 1;
        }
        ensure!(before == ground.scene.look()?, "one had an effect");
    }
    ground.end()?;
    Ok(format!("{count} requests sent again to the next process, all {USED} and without an effect"))
}

/// Requests that leave nothing in any journal, answered; and what was sent for each.
fn without_effect(ground: &mut Ground) -> Result<Vec<(String, Signed)>> {
    let mut sent = Vec::new();
    let (now, released) = (clock::now(), ground.scene.values["released"].clone());
    let refused = [("RegionId", REGION), ("PrivatePoolOptions.Id", released.as_str())];
    let dry = [("RegionId", REGION), ("ZoneId", ZONE), ("InstanceType", TYPE), ("DryRun", "true")];
    for scheme in SCHEMES {
        for hour in [now - 14 * 60, now, now + 14 * 60] {
            for (action, params, status, code) in [
                (LIST, &ONE[..1], 200, ""),
                ("RunInstances", &dry[..], 400, "DryRunOperation"),
                ("ReleaseCapacityReservation", &refused[..], 400, "Invalid.PrivatePoolOptions.status"),
            ] {
                let client = &mut ground.scene.first;
                client.scheme = scheme;
                let signed = client.sign_at(action, params, hour, &call::nonce());
                expect(client, &signed, status, code).with_context(|| format!("{scheme:?} {action}"))?;
                sent.push((format!("{scheme:?} {action}"), signed));
            }
        }
    }
    ground.scene.first.scheme = Scheme::V3Query;
    Ok(sent)
}

/// Waits until the server has written down the nonces of all that was asked before: twice, because the first time may have
/// begun earlier.
fn until_written(ground: &mut Ground) -> Result<()> {
    let folder = ground.scene.data.join("nonces.d");
    let bytes = || -> Result<u64> {
        let Ok(files) = fs::read_dir(&folder) else { return Ok(0) };
        files.map(|file| Ok(file?.metadata()?.len())).sum()
    };
    for _ in 0..2 {
        let (before, asked) = (bytes()?, Instant::now());
        ground.scene.first.call(LIST, &ONE[..1])?.good()?;
        while bytes()? == before {
            ensure!(asked.elapsed() < WRITTEN_WITHIN, "nothing is written to {}", folder.display());
            thread::sleep(Duration::from_millis(50));
        }
    }
    Ok(())
}

/// Writes of every kind, done; and what was sent for each.
fn writes(ground: &mut Ground) -> Result<Vec<(String, Signed)>> {
    let mut sent = Vec::new();
    let now = clock::now();
    for scheme in SCHEMES {
        // Clocks of clients may be wrong by up to 15 minutes, either way.
        for hour in [now - 14 * 60, now, now + 14 * 60] {
            let client = &mut ground.scene.first;
            client.scheme = scheme;
            let mut write = |client: &mut Client, action: &str, params: &[(&str, &str)]| -> Result<Answer> {
                let signed = client.sign_at(action, params, hour, &call::nonce());
                let answer = Answer::read(&client.send(&signed)?)?.good().context(action.to_owned())?;
                sent.push((format!("{scheme:?} {action}"), signed));
                Ok(answer)
            };
            let id = write(client, CREATE, &ONE)?.text("PrivatePoolOptionsId").to_owned();
            let named = [("RegionId", REGION), ("PrivatePoolOptions.Id", id.as_str())];
            write(client, "ModifyCapacityReservation", &[&named[..], &[("Description", "changed")]].concat())?;
            let tags = [
                ("ResourceType", "capacityreservation"),
                ("ResourceId.1", &id),
                ("Tag.1.Key", "a"),
                ("Tag.1.Value", "b"),
            ];
            write(client, "TagResources", &[&named[..1], &tags].concat())?;
            let launch = [
                ("RegionId", REGION),
                ("ZoneId", ZONE),
                ("InstanceType", TYPE),
                ("PrivatePoolOptions.MatchCriteria", "None"),
            ];
            let launched = write(client, "RunInstances", &launch)?;
            let instance = launched.list("InstanceIdSets", "InstanceIdSet")?[0].as_str().context("no id")?.to_owned();
            write(client, "DeleteInstance", &[("InstanceId", &instance), ("Force", "true")])?;
            write(client, "ReleaseCapacityReservation", &named)?;
            // The directory has a journal of its own.
            let operator = &mut ground.operator;
            (operator.version, operator.scheme) = (EXTENSION, scheme);
            let name = format!("made-{}", call::nonce());
            let account = write(operator, "CreateAccount", &[("AccountName", &name)])?.text("AccountId").to_owned();
            write(operator, "CreateAccessKey", &[("AccountId", &account)])?;
            operator.version = VERSION;
        }
    }
    ground.scene.first.scheme = Scheme::V3Query;
    Ok(sent)
}

fn bytes(signed: &Signed) -> Vec<u8> {
    request("POST", &signed.target, &signed.headers, signed.body.as_bytes())
}

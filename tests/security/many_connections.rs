//! Thousands of connections that only hold a place: whoever has something to ask is served meanwhile, whatever the
//! limits are, on a connection that was there before as on new ones, from the same address as from others.

use std::fs;
use std::net::{Ipv4Addr, SocketAddrV4, TcpStream};
use std::os::fd::AsFd;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, anyhow, ensure};
use rig::config::{Plan, REGION};
use rig::http::{Connection, request};
use rig::{Answer, Client, Scene};
use rustix::net::{AddressFamily, SocketType, bind, connect, socket};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tempfile::TempDir;

use crate::Test;
use crate::ground::Ground;

/// The tests of this file.
pub const TESTS: [Test; 4] = [
    Test {
        name: "10,000 slow and half-open connections, all held",
        tried: "a limit that allows them: 2,500 idle, 2,500 in a head, 2,500 in a body, 2,500 that drip; others go on",
        run: all_held,
    },
    Test {
        name: "10,000 slow and half-open connections, beyond the limit",
        tried: "the same with the limit of 4,096, from one address that others share: those known go on, newcomers get in",
        run: beyond_the_limit,
    },
    Test {
        name: "more connections than descriptors",
        tried: "the same with 512 descriptors for the whole server",
        run: few_descriptors,
    },
    Test {
        name: "a key's hoard of connections",
        tried: "600 connections with a good request each, held by one address, where there may be 200; others go on",
        run: hoard,
    },
];

const MANY: usize = 10_000;
/// Descriptors of our own beside the flood.
const OURS: u64 = 500;
/// Nothing is asserted about time; this only has to be longer than the test.
const LONG: u32 = 600;
const FLOODER: Ipv4Addr = Ipv4Addr::LOCALHOST;
const NEIGHBOUR: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 2);

fn all_held(binary: &Path) -> Result<String> {
    let ground = ground(binary, "connections = 12000")?;
    let held = flood(&ground, MANY)?;
    // The last ones may still be in the queue.
    let mut open = 0;
    for _ in 0..6_000 {
        open = ground.metric("berth_connections")?;
        if open >= u64::try_from(MANY)? {
            break;
        }
        thread::sleep(Duration::from_millis(10));
    }
    ensure!(open >= u64::try_from(MANY)?, "{open} of {MANY} are held");
    drop(held);
    ground.end()?;
    Ok(format!("{open} held at once; {SERVED}"))
}

fn beyond_the_limit(binary: &Path) -> Result<String> {
    let ground = ground(binary, "")?;
    let held = flood(&ground, MANY)?;
    let (open, displaced) = (ground.metric("berth_connections")?, ground.metric("berth_connections_displaced_total")?);
    // Those that are told to leave take a moment.
    ensure!(open <= 4096 + 256 && displaced >= 5_000, "{open} are open, {displaced} were displaced");
    drop(held);
    ground.end()?;
    Ok(format!("{displaced} gave way; {SERVED}"))
}

fn few_descriptors(binary: &Path) -> Result<String> {
    let folder = TempDir::new()?;
    let limited = folder.path().join("berth");
    let binary = fs::canonicalize(binary)?;
    fs::write(&limited, format!("#!/bin/sh\nulimit -n 512\nexec '{}' \"$@\"\n", binary.display()))?;
    fs::set_permissions(&limited, fs::Permissions::from_mode(0o755))?;
    let ground = ground(&limited, "")?;
    let held = flood(&ground, 2_000)?;
    let displaced = ground.metric("berth_connections_displaced_total")?;
    ensure!(ground.scene.server.log()?.contains("no more descriptors"), "the log does not tell that there are few");
    drop(held);
    ground.end()?;
    Ok(format!("{displaced} of 2,000 gave way; {SERVED}"))
}

const SERVED: &str = "kept connections were kept, and every newcomer served";

fn ground(binary: &Path, limits: &str) -> Result<Ground> {
    let most = getrlimit(Resource::Nofile).maximum;
    let needed = u64::try_from(MANY)? + OURS;
    ensure!(most.is_none_or(|most| most >= needed), "this test needs {needed} descriptors: raise `ulimit -Hn`");
    setrlimit(Resource::Nofile, Rlimit { current: Some(needed), maximum: most })?;
    let plan = Plan { patience_seconds: LONG, limits, ..Scene::plan() };
    Ground::set_with(binary, plan, "text")
}

/// Holds so many connections, while others go on; and then lets them go on some more.
fn flood(ground: &Ground, many: usize) -> Result<Vec<TcpStream>> {
    let address = ground.address().to_owned();
    let (mut known, mut quiet) = (Connection::open(&address)?, Connection::open(&address)?);
    ask(&mut known, &ground.scene.first)?;
    ask(&mut quiet, &ground.scene.first)?;
    let stop = AtomicBool::new(false);
    let held = thread::scope(|scope| -> Result<Vec<TcpStream>> {
        let others = scope.spawn(|| -> Result<()> {
            let mut rounds = 0;
            // At least so often in all, and until the flood is there.
            while rounds < 50 || !stop.load(Ordering::SeqCst) {
                ask(&mut known, &ground.scene.first).context("on a connection that was there before")?;
                for from in [FLOODER, NEIGHBOUR] {
                    let mut new = newcomer(from, &address, &ground.scene.second)?;
                    ask(&mut new, &ground.scene.second).with_context(|| format!("once more from {from}"))?;
                }
                rounds += 1;
            }
            Ok(())
        });
        let held = open(&address, ground, many);
        let dripped = held.as_deref().map_or(0, drip);
        stop.store(true, Ordering::SeqCst);
        others.join().map_err(|_| anyhow!("the others panicked"))??;
        ensure!(held.is_err() || dripped > 0, "nothing could be dripped");
        held
    })?;
    ask(&mut quiet, &ground.scene.first).context("on a connection that was silent meanwhile")?;
    // And once more, with all of them there.
    for _ in 0..20 {
        ask(&mut known, &ground.scene.first).context("on a connection that was there before")?;
    }
    Ok(held)
}

/// A newcomer whose first request is answered. One from the flood's own address may be taken for a part of it when
/// this machine is so busy that it is slow itself; then it tries again, as clients do.
fn newcomer(from: Ipv4Addr, address: &str, client: &Client) -> Result<Connection> {
    let tries = if from == FLOODER { 20 } else { 1 };
    let mut trouble = anyhow!("not tried");
    for _ in 0..tries {
        let mut new = Connection::over(connect_from(from, address)?)?;
        match ask(&mut new, client) {
            Ok(()) => return Ok(new),
            Err(error) => trouble = error,
        }
    }
    Err(trouble.context(format!("as a newcomer from {from}")))
}

/// Opens them, each with a part of a request.
fn open(address: &str, ground: &Ground, many: usize) -> Result<Vec<TcpStream>> {
    let good = ground.scene.good_request();
    let head_end = good.windows(4).position(|four| four == b"\r\n\r\n").context("no head")?;
    let half_body = b"POST /?Format=JSON HTTP/1.1\r\nhost: h\r\ncontent-length: 100\r\n\r\nDescr";
    let openings: [&[u8]; 4] = [b"", &good[..head_end / 2], half_body, b"POST"];
    let mut streams = Vec::with_capacity(many);
    for at in 0..many {
        let stream = connect_from(FLOODER, address).with_context(|| format!("connection {at}"))?;
        // It may have been told to leave already.
        rustix::io::write(stream.as_fd(), openings[at % openings.len()]).ok();
        streams.push(stream);
    }
    Ok(streams)
}

/// One more byte on those that drip, three times over: most will have been closed where there is a limit.
fn drip(held: &[TcpStream]) -> usize {
    let mut dripped = 0;
    for _ in 0..3 {
        let drops = held.iter().skip(3).step_by(4);
        dripped += drops.filter(|stream| rustix::io::write(stream.as_fd(), b"X").is_ok()).count();
        thread::sleep(Duration::from_millis(50));
    }
    dripped
}

fn hoard(binary: &Path) -> Result<String> {
    let ground = ground(binary, "connections = 200")?;
    let address = ground.address().to_owned();
    let mut known = Connection::open(&address)?;
    ask(&mut known, &ground.scene.first)?;
    let mut held = Vec::new();
    for _ in 0..600 {
        let mut one = Connection::over(connect_from(NEIGHBOUR, &address)?)?;
        ask(&mut one, &ground.scene.second)?;
        held.push(one);
        let mut new = Connection::open(&address)?;
        ask(&mut new, &ground.scene.first).context("as a newcomer")?;
    }
    ask(&mut known, &ground.scene.first).context("on a connection that was there before")?;
    let displaced = ground.metric("berth_connections_displaced_total")?;
    ensure!(displaced >= 300, "{displaced} were displaced");
    drop(held);
    ground.end()?;
    Ok(format!("{displaced} of the hoard gave way; {SERVED}"))
}

/// A good request, answered.
fn ask(connection: &mut Connection, client: &Client) -> Result<()> {
    let signed = client.sign("DescribeCapacityReservations", &[("RegionId", REGION), ("MaxResults", "1")]);
    connection.send(&request("POST", &signed.target, &signed.headers, signed.body.as_bytes()))?;
    let response = connection.receive()?.context("closed without an answer")?;
    Answer::read(&response)?.good().map(drop)
}

/// A connection that comes from an address of this machine's choice.
fn connect_from(source: Ipv4Addr, address: &str) -> Result<TcpStream> {
    if source == Ipv4Addr::LOCALHOST {
        // The system's own choice; ports of connections that just ended can be had again so.
        return Ok(TcpStream::connect(address)?);
    }
    let to: SocketAddrV4 = address.parse()?;
    let descriptor = socket(AddressFamily::INET, SocketType::STREAM, None)?;
    bind(&descriptor, &SocketAddrV4::new(source, 0))?;
    connect(&descriptor, &to)?;
    Ok(TcpStream::from(descriptor))
}

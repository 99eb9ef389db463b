//! Clients that take their time: half a head, half a body, one byte now and then. Others are served meanwhile, and the
//! server hangs up on the slow ones at last.

use std::path::Path;
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use rig::http::{Connection, once};
use rig::scene::PATIENCE_SECONDS;
use rig::{Answer, Scene};

use crate::Test;

/// The tests of this file.
pub const TESTS: [Test; 1] = [Test {
    name: "slow connections end",
    tried: "half a head, half a body, a byte every 250 ms: the server hangs up, and serves others meanwhile",
    run,
}];

const SLOW_ONES: usize = 50;

fn run(binary: &Path) -> Result<String> {
    let mut scene = Scene::set(binary)?;
    let good = scene.good_request();
    let text = str::from_utf8(&good)?;
    let head_end = text.find("\r\n\r\n").context("no head")?;
    let half_body = text[..head_end].replace("content-length: 0", "content-length: 100") + "\r\n\r\nDescr";
    let openings = ["", "POST / HT", &text[..head_end / 2], &text[..head_end], &half_body];
    let mut slow = Vec::new();
    for at in 0..SLOW_ONES {
        let mut connection = Connection::open(scene.server.address())?;
        connection.send(openings[at % openings.len()].as_bytes())?;
        slow.push(connection);
    }
    for _ in 0..20 {
        let response = once(scene.server.address(), &scene.good_request())?;
        Answer::read(&response)?.good()?;
    }
    drip(&scene)?;
    // Those that have sent nothing at all are idle rather than slow, and may stay.
    for (at, connection) in slow.iter_mut().enumerate().filter(|(at, _)| at % openings.len() != 0) {
        connection.wait_for_close().with_context(|| format!("after {:?}", openings[at % openings.len()]))?;
    }
    scene.healthy()?;
    scene.server.stop()?;
    Ok(format!("{SLOW_ONES} were hung up on but for those that had sent nothing, 20 others served"))
}

/// A byte every now and then is no way to hold a connection for ever.
fn drip(scene: &Scene) -> Result<()> {
    let mut connection = Connection::open(scene.server.address())?;
    let bytes = scene.good_request();
    // Several times the server's patience in all.
    let pause = Duration::from_millis(250);
    let drops = 4 * 4 * usize::try_from(PATIENCE_SECONDS)?;
    let mut hung_up = false;
    for byte in bytes.chunks(1).take(drops) {
        if connection.send(byte).is_err() {
            hung_up = true;
            break;
        }
        thread::sleep(pause);
    }
    ensure!(hung_up || connection.receive().is_ok_and(|it| it.is_none_or(|it| it.status >= 400)), "it was kept");
    Ok(())
}

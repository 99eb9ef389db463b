//! A name twice in one request: two readers, say a proxy and Berth, could take different values. What is signed is the
//! whole, so a request that was signed with it could be read in two ways, too; hence none is taken.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use rig::Scene;
use rig::call::Scheme;
use rig::config::REGION;

use crate::Test;
use crate::game::{AMBIGUOUS, expect};

/// The tests of this file.
pub const TESTS: [Test; 1] = [Test {
    name: "duplicate parameters across query and body",
    tried: "each parameter of a signed request once more, where it is and where it is not, with its value and with another",
    run,
}];

fn run(binary: &Path) -> Result<String> {
    let mut scene = Scene::set(binary)?;
    let before = scene.look()?;
    let id = scene.values["mine"].clone();
    let params = [("RegionId", REGION), ("PrivatePoolOptions.Id", id.as_str()), ("Tag.1.Key", "a"), ("Format", "JSON")];
    let mut tried = 0;
    for scheme in [Scheme::V3Query, Scheme::V3Form, Scheme::V1Query, Scheme::V1Form] {
        scene.first.scheme = scheme;
        let sample = scene.first.sign("ReleaseCapacityReservation", &params);
        let whole = format!("{}&{}", sample.target.trim_start_matches("/?"), sample.body);
        let pairs: Vec<(&str, &str)> = whole.split('&').filter_map(|piece| piece.split_once('=')).collect();
        ensure!(pairs.len() >= params.len(), "{scheme:?}: what is signed has {} parameters", pairs.len());
        for (name, value) in &pairs {
            for (in_body, value) in [(false, *value), (false, "other"), (true, *value), (true, "other")] {
                let mut signed = scene.first.sign("ReleaseCapacityReservation", &params);
                let more = format!("{name}={value}");
                if in_body {
                    signed.body = [signed.body.as_str(), &more]
                        .into_iter()
                        .filter(|it| !it.is_empty())
                        .collect::<Vec<_>>()
                        .join("&");
                } else {
                    signed.target.push_str(if signed.target.contains('?') { "&" } else { "?" });
                    signed.target.push_str(&more);
                }
                if signed.headers.iter().all(|(name, _)| *name != "content-type") {
                    signed.headers.push(("content-type", "application/x-www-form-urlencoded".to_owned()));
                }
                let place = || format!("{scheme:?}: {more} once more, in the body: {in_body}");
                expect(&mut scene.first, &signed, 400, AMBIGUOUS).with_context(place)?;
                tried += 1;
            }
        }
    }
    scene.first.scheme = Scheme::V3Query;
    ensure!(before == scene.look()?, "one had an effect");
    scene.healthy()?;
    scene.server.stop()?;
    Ok(format!("{tried} requests, all refused with {AMBIGUOUS} and without an effect"))
}

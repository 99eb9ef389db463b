//! Headers of the API that the V3 signature does not cover: whoever is on the way could add or change them.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use rig::Client;
use rig::config::REGION;
use rpc::signature::client::Signed;

use crate::Test;
use crate::game::{INCOMPLETE, authorization, expect};
use crate::ground::Ground;

/// The tests of this file.
pub const TESTS: [Test; 1] = [Test {
    name: "unsigned x-acs headers",
    tried: "each x-acs header and host left out of SignedHeaders; further x-acs headers, in any letter case, not in it",
    run,
}];

/// Headers that nobody signed.
const ADDED: [(&str, &str); 6] = [
    ("x-acs-more", "1"),
    ("X-Acs-More", "1"),
    ("x-acs-security-token", "t"),
    ("X-ACS-SECURITY-TOKEN", "t"),
    ("x-acs-accesskey-id", "first-key"),
    ("x-acs-", "1"),
];

fn run(binary: &Path) -> Result<String> {
    let mut ground = Ground::set(binary)?;
    let before = ground.scene.look()?;
    let mut tried = 0;
    for client in [&mut ground.scene.first, &mut ground.guest] {
        let (_, signed_names) = names(&sign(client))?;
        for name in signed_names.split(';').filter(|name| *name == "host" || name.starts_with("x-acs-")) {
            let mut signed = sign(client);
            let (authorization_text, _) = names(&signed)?;
            let kept: Vec<&str> = signed_names.split(';').filter(|it| it != &name).collect();
            let text = authorization_text.replace(&signed_names, &kept.join(";"));
            replace(&mut signed, &text);
            expect(client, &signed, 400, INCOMPLETE).with_context(|| format!("{name} not signed"))?;
            tried += 1;
        }
        for (name, value) in ADDED {
            let mut signed = sign(client);
            signed.headers.push((name, value.to_owned()));
            expect(client, &signed, 400, INCOMPLETE).with_context(|| format!("{name} added"))?;
            tried += 1;
        }
        let lists: [fn(String) -> String; 4] = [
            |text| text.replace("host;", "Host;"),
            |text| text.replace("host;", "host;host;"),
            |text| text.replace("host;", "host;x-acs-none;"),
            |text| text.replace("host;", ";host;"),
        ];
        for change in lists {
            let mut signed = sign(client);
            authorization(&mut signed, change);
            expect(client, &signed, 400, INCOMPLETE)?;
            tried += 1;
        }
    }
    ensure!(tried > 30, "only {tried} requests: the signed headers were not found");
    ensure!(before == ground.scene.look()?, "one had an effect");
    ground.end()?;
    Ok(format!("{tried} requests, all refused with {INCOMPLETE} and without an effect"))
}

fn sign(client: &Client) -> Signed {
    client.sign("DescribeCapacityReservations", &[("RegionId", REGION)])
}

/// The `Authorization`, and the names of the headers that it covers.
fn names(signed: &Signed) -> Result<(String, String)> {
    let (_, text) = signed.headers.iter().find(|(name, _)| *name == "authorization").context("no authorization")?;
    let (_, rest) = text.split_once("SignedHeaders=").context("no signed headers")?;
    Ok((text.clone(), rest.split(',').next().unwrap_or_default().to_owned()))
}

fn replace(signed: &mut Signed, text: &str) {
    for (_, value) in signed.headers.iter_mut().filter(|(name, _)| *name == "authorization") {
        text.clone_into(value);
    }
}

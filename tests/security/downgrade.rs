//! Two schemes are served, and a request has one of them. Nobody may have a request taken under the weaker one, or under
//! none, that was signed under the other.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use rig::Client;
use rig::call::Scheme;
use rig::config::REGION;
use rpc::signature::client::Signed;

use crate::Test;
use crate::game::{Game, INCOMPLETE, MISMATCH, authorization, drop_header, drop_param, expect, game, play, set_param};
use crate::ground::Ground;

/// The tests of this file.
pub const TESTS: [Test; 2] = [
    Test {
        name: "downgrade between schemes",
        tried: "other algorithms, methods, versions and types of signature, and none, in both schemes",
        run: |binary| play(binary, &V3, &V1),
    },
    Test {
        name: "downgrade: both schemes in one request",
        tried: "V1's parameters beside V3's headers, one of them good, one forged or stolen; a signature of one in the other",
        run: both,
    },
];

const METHOD: &str = "InvalidSignatureMethod";
const NO_ACTION: &str = "InvalidAction.NotFound";

const V3: [Game; 10] = [
    game("SHA-1", |it| authorization(it, |text| text.replace("HMAC-SHA256", "HMAC-SHA1")), 400, METHOD),
    game("SM3", |it| authorization(it, |text| text.replace("HMAC-SHA256", "HMAC-SM3")), 400, METHOD),
    game("RSA", |it| authorization(it, |text| text.replace("HMAC-SHA256", "RSA-SHA256")), 400, METHOD),
    game("no algorithm", |it| authorization(it, |text| text.replace("HMAC-SHA256", "")), 400, METHOD),
    game("longer name", |it| authorization(it, |text| text.replace("SHA256", "SHA2560")), 400, METHOD),
    // What does not begin with ACS3- is V1, and V1 reads nothing of V3's headers, the action neither.
    game("in small letters", |it| authorization(it, |text| text.to_ascii_lowercase()), 404, NO_ACTION),
    game("another word", |it| authorization(it, |text| text.replace("ACS3-HMAC-SHA256", "Bearer")), 404, NO_ACTION),
    game("no authorization", |it| drop_header(it, "authorization"), 404, NO_ACTION),
    game("nothing signed", nothing_signed, 400, INCOMPLETE),
    game("only the host signed", |it| authorization(it, |text| only_host(&text)), 400, INCOMPLETE),
];

const V1: [Game; 14] = [
    game("MD5", |it| set_param(it, "SignatureMethod", "HMAC-MD5"), 400, METHOD),
    game("SHA-256", |it| set_param(it, "SignatureMethod", "HMAC-SHA256"), 400, METHOD),
    game("V3's algorithm", |it| set_param(it, "SignatureMethod", "ACS3-HMAC-SHA256"), 400, METHOD),
    game("none", |it| set_param(it, "SignatureMethod", "none"), 400, METHOD),
    game("in small letters", |it| set_param(it, "SignatureMethod", "hmac-sha1"), 400, METHOD),
    game("method empty", |it| set_param(it, "SignatureMethod", ""), 400, "MissingSignatureMethod"),
    game("method away", |it| drop_param(it, "SignatureMethod"), 400, "MissingSignatureMethod"),
    game("version 2.0", |it| set_param(it, "SignatureVersion", "2.0"), 400, INCOMPLETE),
    game("version 3.0", |it| set_param(it, "SignatureVersion", "3.0"), 400, INCOMPLETE),
    game("version 1", |it| set_param(it, "SignatureVersion", "1"), 400, INCOMPLETE),
    game("version away", |it| drop_param(it, "SignatureVersion"), 400, "MissingSignatureVersion"),
    game("bearer token", |it| set_param(it, "SignatureType", "BEARERTOKEN"), 400, METHOD),
    game("private key", |it| set_param(it, "SignatureType", "PRIVATEKEY"), 400, METHOD),
    game("type empty, not signed", |it| set_param(it, "SignatureType", ""), 400, MISMATCH),
];

fn nothing_signed(signed: &mut Signed) {
    authorization(signed, |text| text.replace(&list(&text), ""));
}

fn only_host(text: &str) -> String {
    text.replace(&list(text), "host")
}

/// The names of the signed headers.
fn list(text: &str) -> String {
    let (_, rest) = text.split_once("SignedHeaders=").unwrap_or_default();
    rest.split(',').next().unwrap_or_default().to_owned()
}

fn both(binary: &Path) -> Result<String> {
    let mut ground = Ground::set(binary)?;
    let before = ground.scene.look()?;
    let id = ground.scene.values["mine"].clone();
    let client = &mut ground.scene.first;
    let (of_v1, of_v3) = (v1_signature(client, &id)?, v3_signature(client, &id)?);
    let tries: [(&str, Signed, u16, &str); 6] = [
        ("V1 good, a V3 authorization forged", v1_and(client, &id, &forged(64), true), 400, MISMATCH),
        ("V1 good, a V3 authorization without its headers", v1_and(client, &id, &forged(64), false), 404, NO_ACTION),
        ("V3 good, V1's parameters added", v3_and_v1(client, &id), 400, MISMATCH),
        ("V3 with V1's signature", v3_with(client, &id, &of_v1), 400, MISMATCH),
        ("V1 with V3's signature", v1_with(client, &id, &of_v3), 400, MISMATCH),
        (
            "V1 without a signature, a V3 authorization empty",
            v1_and(client, &id, "ACS3-HMAC-SHA256", true),
            400,
            INCOMPLETE,
        ),
    ];
    let count = tries.len();
    for (name, signed, status, code) in tries {
        expect(client, &signed, status, code).context(name)?;
    }
    client.scheme = Scheme::V3Query;
    ensure!(before == ground.scene.look()?, "one had an effect");
    ground.end()?;
    Ok(format!("{count} requests, none taken under either scheme"))
}

fn release(client: &mut Client, scheme: Scheme, id: &str) -> Signed {
    client.scheme = scheme;
    client.sign("ReleaseCapacityReservation", &[("RegionId", REGION), ("PrivatePoolOptions.Id", id)])
}

/// A good V1 request that also has this `Authorization`, with the headers of a V3 request or without.
fn v1_and(client: &mut Client, id: &str, authorization: &str, headers: bool) -> Signed {
    let mut signed = release(client, Scheme::V1Query, id);
    if headers {
        let v3 = release(client, Scheme::V3Query, id);
        signed.headers = v3.headers.into_iter().filter(|(name, _)| *name != "authorization").collect();
    }
    signed.headers.push(("authorization", authorization.to_owned()));
    signed
}

fn forged(digits: usize) -> String {
    let names = "host;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version";
    format!("ACS3-HMAC-SHA256 Credential=first-key,SignedHeaders={names},Signature={}", "0".repeat(digits))
}

/// A good V3 request into which somebody wrote all of a good V1 request.
fn v3_and_v1(client: &mut Client, id: &str) -> Signed {
    let v1 = release(client, Scheme::V1Query, id);
    let mut signed = release(client, Scheme::V3Query, id);
    signed.target = v1.target;
    signed
}

fn v1_signature(client: &mut Client, id: &str) -> Result<String> {
    let signed = release(client, Scheme::V1Query, id);
    let (_, rest) = signed.target.split_once("&Signature=").context("no signature")?;
    Ok(rest.split('&').next().unwrap_or_default().to_owned())
}

fn v3_signature(client: &mut Client, id: &str) -> Result<String> {
    let signed = release(client, Scheme::V3Query, id);
    let found = signed.headers.iter().find_map(|(name, value)| (*name == "authorization").then_some(value));
    let (_, signature) = found.and_then(|value| value.rsplit_once("Signature=")).context("no signature")?;
    Ok(signature.to_owned())
}

fn v3_with(client: &mut Client, id: &str, signature: &str) -> Signed {
    let mut signed = release(client, Scheme::V3Query, id);
    for (_, value) in signed.headers.iter_mut().filter(|(name, _)| *name == "authorization") {
        let kept = value.split("Signature=").next().unwrap_or_default();
        *value = format!("{kept}Signature={signature}");
    }
    signed
}

fn v1_with(client: &mut Client, id: &str, signature: &str) -> Signed {
    let mut signed = release(client, Scheme::V1Query, id);
    set_param(&mut signed, "Signature", signature);
    signed
}

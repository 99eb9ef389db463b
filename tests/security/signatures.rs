//! Games with signatures: headers taken away, added, doubled or changed after signing, old hours, nonces used twice.

use anyhow::{Context, Result, ensure};
use rig::config::REGION;
use rig::http::request;
use rig::{Answer, Key, call, clock};
use rpc::signature::client::{Call, Layout, Signed, sign_v1, sign_v3};

use crate::scene::Scene;

type Headers = Vec<(&'static str, String)>;

/// One game: what it does to a request that would release a reservation, and what must come back.
pub struct Game {
    /// What is done.
    pub name: &'static str,
    spoil: fn(&mut Signed),
    status: u16,
    code: &'static str,
}

const fn game(name: &'static str, spoil: fn(&mut Signed), status: u16, code: &'static str) -> Game {
    Game { name, spoil, status, code }
}

const MISMATCH: &str = "SignatureDoesNotMatch";
const INCOMPLETE: &str = "IncompleteSignature";

/// Games with V3. The request is a POST with its parameters in a form.
pub const V3: [Game; 29] = [
    game("body changed", |it| it.body.push_str("&Description=more"), 400, MISMATCH),
    game("body taken away", |it| it.body.clear(), 400, MISMATCH),
    game("body hash changed", |it| set(it, "x-acs-content-sha256", &"0".repeat(64)), 400, MISMATCH),
    game("body and its hash changed", other_body, 400, MISMATCH),
    game("body hash away", |it| drop_header(it, "x-acs-content-sha256"), 400, INCOMPLETE),
    game("parameter added to the query", |it| it.target = "/?DryRun=false".to_owned(), 400, MISMATCH),
    game("parameter in query and body", |it| it.target = format!("/?RegionId={REGION}"), 400, "InvalidParameter"),
    game("action changed", |it| set(it, "x-acs-action", "DescribeRegions"), 400, MISMATCH),
    game("action away", |it| drop_header(it, "x-acs-action"), 404, "InvalidAction.NotFound"),
    game("action twice", |it| it.headers.push(("x-acs-action", "DescribeRegions".to_owned())), 400, INCOMPLETE),
    game("version away", |it| drop_header(it, "x-acs-version"), 400, "MissingVersion"),
    game("host changed", |it| set(it, "host", "ecs.cn-hangzhou.aliyuncs.com"), 400, MISMATCH),
    game("date away", |it| drop_header(it, "x-acs-date"), 400, "MissingTimestamp"),
    game("date changed", |it| set(it, "x-acs-date", &clock::seconds_text(clock::now() + 60)), 400, MISMATCH),
    game("date of no form", |it| set(it, "x-acs-date", "now"), 400, "InvalidTimeStamp.Format"),
    game("date of another form", |it| set(it, "x-acs-date", "20261123T001500Z"), 400, "InvalidTimeStamp.Format"),
    game("nonce away", |it| drop_header(it, "x-acs-signature-nonce"), 400, "MissingSignatureNonce"),
    game("nonce changed", |it| set(it, "x-acs-signature-nonce", "another"), 400, MISMATCH),
    game("nonce of 10000", |it| set(it, "x-acs-signature-nonce", &"n".repeat(10_000)), 400, INCOMPLETE),
    game("x-acs header that is not signed", |it| it.headers.push(("x-acs-more", "1".to_owned())), 400, INCOMPLETE),
    game("token that is not signed", |it| it.headers.push(("x-acs-security-token", "t".to_owned())), 400, INCOMPLETE),
    game("signature changed", |it| authorization(it, |text| flip_last(&text)), 400, MISMATCH),
    game("signature in capitals", |it| authorization(it, |text| capital_signature(&text)), 400, MISMATCH),
    game("signature cut off", |it| authorization(it, |text| text[..text.len() - 1].to_owned()), 400, MISMATCH),
    game("signature of the other scheme", |it| authorization(it, |text| no_signature(&text)), 400, INCOMPLETE),
    game("host not signed", |it| authorization(it, |text| text.replace("host;", "")), 400, INCOMPLETE),
    game(
        "algorithm unknown",
        |it| authorization(it, |text| text.replace("SHA256", "SM3")),
        400,
        "InvalidSignatureMethod",
    ),
    game("authorization twice", twice, 400, INCOMPLETE),
    game(
        "credential unknown",
        |it| authorization(it, |text| text.replace("first-key", "third-key")),
        404,
        "InvalidAccessKeyId.NotFound",
    ),
];

/// Games with V1. The request is a POST with everything in its query.
pub const V1: [Game; 14] = [
    game("key away", |it| drop_param(it, "AccessKeyId"), 400, "MissingAccessKeyId"),
    game("key unknown", |it| set_param(it, "AccessKeyId", "third-key"), 404, "InvalidAccessKeyId.NotFound"),
    game("signature away", |it| drop_param(it, "Signature"), 400, "MissingSignature"),
    game("signature empty", |it| set_param(it, "Signature", ""), 400, "MissingSignature"),
    game("signature changed", |it| set_param(it, "Signature", "AMFKzn6o6XlSUt%2B4ZldASL8UDoI%3D"), 400, MISMATCH),
    game("signature that is no Base64", |it| set_param(it, "Signature", "%E5%AE%B9"), 400, MISMATCH),
    game("timestamp away", |it| drop_param(it, "Timestamp"), 400, "MissingTimestamp"),
    game("timestamp of no form", |it| set_param(it, "Timestamp", "1763856000"), 400, "InvalidTimeStamp.Format"),
    game("nonce away", |it| drop_param(it, "SignatureNonce"), 400, "MissingSignatureNonce"),
    game("method unknown", |it| set_param(it, "SignatureMethod", "HMAC-MD5"), 400, "InvalidSignatureMethod"),
    game("signature version unknown", |it| set_param(it, "SignatureVersion", "2.0"), 400, INCOMPLETE),
    game("parameter added", |it| it.target.push_str("&DryRun=false"), 400, MISMATCH),
    game("parameter repeated in a form", |it| it.body = format!("RegionId={REGION}"), 400, "InvalidParameter"),
    game("action changed", |it| set_param(it, "Action", "DescribeRegions"), 400, MISMATCH),
];

/// Plays one game. `v3` says with which signature.
///
/// # Errors
/// Another answer than expected, or an effect.
pub fn play(scene: &mut Scene, game: &Game, v3: bool) -> Result<()> {
    let before = scene.look()?;
    let mut signed = sign(scene, &scene.key, v3, clock::now(), &call::nonce());
    (game.spoil)(&mut signed);
    expect(scene, &signed, game.status, game.code)?;
    ensure!(before == scene.look()?, "it had an effect");
    scene.healthy()
}

/// Hours and nonces, which are not spoilt after signing but signed as they are.
///
/// # Errors
/// Another answer than expected.
pub fn hours_and_nonces(scene: &mut Scene) -> Result<()> {
    for v3 in [true, false] {
        for off in [-901_i64 - 60, 901 + 60, -(1 << 30), 1 << 30] {
            let hour = clock::now().checked_add_signed(off).context("an hour out of range")?;
            let signed = sign(scene, &scene.key, v3, hour, &call::nonce());
            expect(scene, &signed, 400, "InvalidTimeStamp.Expired")?;
        }
        let wrong = Key { secret: "another".to_owned(), ..scene.key.clone() };
        let nonce = call::nonce();
        expect(scene, &sign(scene, &wrong, v3, clock::now(), &nonce), 400, MISMATCH)?;
        // A bad signature has not used the nonce up; a good one has, also for a refusal, and for the same bytes.
        let released = scene.values["released"].clone();
        let good = sign_release(scene, &scene.key, v3, clock::now(), &nonce, &released);
        expect(scene, &good, 400, "Invalid.PrivatePoolOptions.status")?;
        expect(scene, &good, 400, "SignatureNonceUsed")?;
        let again = sign(scene, &scene.key, v3, clock::now(), &nonce);
        expect(scene, &again, 400, "SignatureNonceUsed")?;
    }
    Ok(())
}

fn sign(scene: &Scene, key: &Key, v3: bool, hour: u64, nonce: &str) -> Signed {
    sign_release(scene, key, v3, hour, nonce, &scene.values["mine"])
}

fn sign_release(scene: &Scene, key: &Key, v3: bool, hour: u64, nonce: &str, id: &str) -> Signed {
    let params = [("RegionId", REGION), ("PrivatePoolOptions.Id", id), ("Format", "JSON")];
    let call = Call {
        method: "POST",
        host: scene.server.address(),
        access_key_id: &key.id,
        secret: &key.secret,
        security_token: None,
        action: "ReleaseCapacityReservation",
        version: call::VERSION,
        timestamp: hour,
        nonce,
        params: &params,
    };
    if v3 { sign_v3(&call, Layout::Form) } else { sign_v1(&call, Layout::Query) }
}

fn expect(scene: &mut Scene, signed: &Signed, status: u16, code: &str) -> Result<()> {
    let response = scene.first.send_bytes(&request("POST", &signed.target, &signed.headers, signed.body.as_bytes()))?;
    let body = String::from_utf8_lossy(&response.body).into_owned();
    let answer = Answer::read(&response).context(body.clone())?;
    ensure!((answer.status, answer.code()) == (status, code), "expected {status} {code}, got {} {body}", answer.status);
    if code == MISMATCH {
        // The legacy Python SDK takes the message apart at its colon; people read the string to sign.
        let message = answer.text("Message");
        let told = message.contains("server string to sign is:") || message.contains("server StringToSign is [");
        ensure!(told, "no string to sign in {message:?}");
    }
    Ok(())
}

fn set(signed: &mut Signed, name: &str, value: &str) {
    if let Some((_, found)) = signed.headers.iter_mut().find(|(found, _)| *found == name) {
        value.clone_into(found);
    }
}

fn drop_header(signed: &mut Signed, name: &str) {
    signed.headers.retain(|(found, _)| *found != name);
}

/// The right hash of another body, which the signature is not about.
fn other_body(signed: &mut Signed) {
    signed.body.clear();
    set(signed, "x-acs-content-sha256", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

fn authorization(signed: &mut Signed, change: fn(String) -> String) {
    if let Some((_, text)) = signed.headers.iter_mut().find(|(name, _)| *name == "authorization") {
        *text = change(std::mem::take(text));
    }
}

fn flip_last(text: &str) -> String {
    let last = if text.ends_with('0') { '1' } else { '0' };
    format!("{}{last}", &text[..text.len() - 1])
}

fn capital_signature(text: &str) -> String {
    let (before, signature) = text.rsplit_once('=').unwrap_or_default();
    format!("{before}={}", signature.to_ascii_uppercase())
}

fn no_signature(text: &str) -> String {
    text.split(",Signature=").next().unwrap_or_default().to_owned()
}

fn twice(signed: &mut Signed) {
    let authorizations: Headers = signed.headers.iter().filter(|(name, _)| *name == "authorization").cloned().collect();
    signed.headers.extend(authorizations);
}

fn drop_param(signed: &mut Signed, name: &str) {
    let query = signed.target.trim_start_matches("/?");
    let start = format!("{name}=");
    let kept: Vec<&str> = query.split('&').filter(|piece| !piece.starts_with(&start)).collect();
    signed.target = format!("/?{}", kept.join("&"));
}

fn set_param(signed: &mut Signed, name: &str, value: &str) {
    drop_param(signed, name);
    signed.target.push_str(&format!("&{name}={value}"));
}

//! Games with signed requests: something is changed after signing, and the request has to be refused as it stands in the
//! table, without an effect. The request would release a reservation.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use rig::call::Scheme;
use rig::config::REGION;
use rig::http::request;
use rig::{Answer, Client, Scene};
use rpc::signature::client::Signed;

/// A signature that is sound in form and does not fit.
pub const MISMATCH: &str = "SignatureDoesNotMatch";
/// A signature that is not sound in form, or does not cover what it must.
pub const INCOMPLETE: &str = "IncompleteSignature";
/// Parameters that two readers could read in two ways.
pub const AMBIGUOUS: &str = "InvalidParameter";

/// One game.
pub struct Game {
    name: &'static str,
    spoil: fn(&mut Signed),
    status: u16,
    code: &'static str,
}

/// What is done, how, and what must come back.
pub const fn game(name: &'static str, spoil: fn(&mut Signed), status: u16, code: &'static str) -> Game {
    Game { name, spoil, status, code }
}

/// Plays all of them: with V3 in a form, with V1 in the query.
///
/// # Errors
/// Another answer than expected, or an effect.
pub fn play(binary: &Path, v3: &[Game], v1: &[Game]) -> Result<String> {
    let mut scene = Scene::set(binary)?;
    for (games, scheme) in [(v3, Scheme::V3Form), (v1, Scheme::V1Query)] {
        for game in games {
            let before = scene.look()?;
            let id = scene.values["mine"].clone();
            let params = [("RegionId", REGION), ("PrivatePoolOptions.Id", id.as_str())];
            scene.first.scheme = scheme;
            let mut signed = scene.first.sign("ReleaseCapacityReservation", &params);
            (game.spoil)(&mut signed);
            let place = || format!("{scheme:?}: {}", game.name);
            expect(&mut scene.first, &signed, game.status, game.code).with_context(place)?;
            ensure!(before == scene.look()?, "{}: it had an effect", place());
        }
    }
    scene.healthy()?;
    scene.server.stop()?;
    Ok(format!("{} requests, each refused with its fault and without an effect", v3.len() + v1.len()))
}

/// Sends a request and sees that it is answered so.
///
/// # Errors
/// When it is not.
pub fn expect(client: &mut Client, signed: &Signed, status: u16, code: &str) -> Result<()> {
    let response = client.send_bytes(&request("POST", &signed.target, &signed.headers, signed.body.as_bytes()))?;
    let body = String::from_utf8_lossy(&response.body).into_owned();
    let said = if body.starts_with('<') {
        // Without a Format that can be read, V1 is answered in XML.
        let (_, rest) = body.split_once("<Code>").with_context(|| body.clone())?;
        rest.split('<').next().unwrap_or_default().to_owned()
    } else {
        let answer = Answer::read(&response).with_context(|| body.clone())?;
        if code == MISMATCH {
            // The legacy Python SDK takes the message apart at its colon; people read the string to sign.
            let message = answer.text("Message");
            let told = message.contains("server string to sign is:") || message.contains("server StringToSign is [");
            ensure!(told, "no string to sign in {message:?}");
        }
        answer.code().to_owned()
    };
    ensure!(
        (response.status, said.as_str()) == (status, code),
        "expected {status} {code}, got {} {body}",
        response.status
    );
    Ok(())
}

/// Gives a header another value.
pub fn set(signed: &mut Signed, name: &str, value: &str) {
    if let Some((_, found)) = signed.headers.iter_mut().find(|(found, _)| *found == name) {
        value.clone_into(found);
    }
}

/// Leaves a header out.
pub fn drop_header(signed: &mut Signed, name: &str) {
    signed.headers.retain(|(found, _)| *found != name);
}

/// Changes the `Authorization`.
pub fn authorization(signed: &mut Signed, change: fn(String) -> String) {
    if let Some((_, text)) = signed.headers.iter_mut().find(|(name, _)| *name == "authorization") {
        *text = change(std::mem::take(text));
    }
}

/// Leaves a parameter out of the query.
pub fn drop_param(signed: &mut Signed, name: &str) {
    let query = signed.target.trim_start_matches("/?");
    let start = format!("{name}=");
    let kept: Vec<&str> = query.split('&').filter(|piece| !piece.starts_with(&start)).collect();
    signed.target = format!("/?{}", kept.join("&"));
}

/// Gives a parameter of the query another value.
pub fn set_param(signed: &mut Signed, name: &str, value: &str) {
    drop_param(signed, name);
    signed.target.push_str(&format!("&{name}={value}"));
}

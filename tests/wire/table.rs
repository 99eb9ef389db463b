//! Runs one row of the table, both ways of sending it.

use anyhow::{Context, Result, ensure};
use rig::config::REGION;
use rig::scene::release;
use rig::{Answer, Scene, call, clock};
use rpc::signature::client::{Call, Layout, Signed, sign_v1, sign_v3};
use serde_json::Value;

use crate::cases::Case;

/// Sends a case as V3 in the query and as V1 in a form.
///
/// # Errors
/// Another answer than expected, or an effect.
pub fn run(scene: &mut Scene, case: &Case) -> Result<()> {
    for form in [false, true] {
        one(scene, case, form).with_context(|| if form { "as V1 in a form" } else { "as V3 in the query" })?;
    }
    Ok(())
}

fn one(scene: &mut Scene, case: &Case, form: bool) -> Result<()> {
    let before = scene.look()?;
    let case = case.filled(&scene.values, clock::now())?;
    let signed = sign(scene, &case, form);
    let mut response = scene.send(&signed)?;
    if case.raw.iter().any(|raw| raw.starts_with("Format=")) {
        // Which format an unknown one gets is not for this table; the code must stand in either.
        let text = String::from_utf8_lossy(&response.body).into_owned();
        ensure!(response.status == case.status && text.contains(&case.code), "{} {text}", response.status);
        response.body.clear();
    } else {
        let body = String::from_utf8_lossy(&response.body).into_owned();
        let answer = Answer::read(&response).context(body)?;
        expect(&case, &answer)?;
        if case.status == 200 {
            if let Ok(launched) = answer.list("InstanceIdSets", "InstanceIdSet") {
                delete(scene, launched)?;
            }
            let made = answer.text("PrivatePoolOptionsId");
            return if made.is_empty() { Ok(()) } else { give_back(scene, made) };
        }
        let host = answer.text("HostId");
        ensure!(host == scene.server.address(), "HostId is {host:?}");
    }
    ensure!(before == scene.look()?, "it had an effect");
    scene.healthy()
}

fn expect(case: &Case, answer: &Answer) -> Result<()> {
    let said = (answer.status, answer.code());
    let message = answer.text("Message");
    ensure!(
        said == (case.status, case.code.as_str()),
        "expected {} {}, got {said:?}: {message}",
        case.status,
        case.code
    );
    Ok(())
}

/// What a case sends: signed as it should be, then spoilt as the case says. `form`: V1 in a form, else V3 in the
/// query.
fn sign(scene: &Scene, case: &Case, form: bool) -> Signed {
    let nonce = call::nonce();
    let mut params: Vec<(&str, &str)> =
        case.params.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    if !case.raw.iter().any(|raw| raw.starts_with("Format=")) {
        params.push(("Format", "JSON"));
    }
    let call = Call {
        method: "POST",
        host: scene.server.address(),
        access_key_id: &scene.key.id,
        secret: &scene.key.secret,
        security_token: None,
        action: &case.action,
        version: case.version.as_deref().unwrap_or(call::VERSION),
        timestamp: clock::now(),
        nonce: &nonce,
        params: &params,
    };
    let mut signed = if form { sign_v1(&call, Layout::Form) } else { sign_v3(&call, Layout::Query) };
    for raw in &case.raw {
        let place = if form { &mut signed.body } else { &mut signed.target };
        place.push('&');
        place.push_str(raw);
    }
    signed
}

/// Gives back what a case that expects success made.
///
/// # Errors
/// When it cannot be given back.
fn give_back(scene: &mut Scene, id: &str) -> Result<()> {
    let ids = format!("[\"{id}\"]");
    let found = scene.first.reservations(REGION, &[("PrivatePoolOptions.Ids", &ids)])?;
    let item = found.first().with_context(|| format!("{id} was made and cannot be seen"))?;
    if item.get("Status").and_then(Value::as_str) == Some("Released") {
        return Ok(());
    }
    if item.get("EndTimeType").and_then(Value::as_str) == Some("Limited") {
        let params = [("RegionId", REGION), ("PrivatePoolOptions.Id", id), ("EndTimeType", "Unlimited")];
        scene.first.call("ModifyCapacityReservation", &params)?.good()?;
    }
    release(&mut scene.first, id)
}

/// Deletes instances that a case that expects success launched.
///
/// # Errors
/// When they cannot be deleted.
fn delete(scene: &mut Scene, ids: &[Value]) -> Result<()> {
    for id in ids {
        let id = id.as_str().context("an id that is no text")?;
        scene.first.call("DeleteInstance", &[("InstanceId", id), ("Force", "true")])?.good()?;
    }
    Ok(())
}

//! Runs one row of the table, both ways of sending it.

use anyhow::{Context, Result, ensure};
use rig::{Answer, clock};

use crate::cases::Case;
use crate::scene::Scene;

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
    let signed = scene.sign(&case, form);
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
                scene.delete(launched)?;
            }
            let made = answer.text("PrivatePoolOptionsId");
            return if made.is_empty() { Ok(()) } else { scene.give_back(made) };
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

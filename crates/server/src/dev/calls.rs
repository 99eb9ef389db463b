//! The calls of a state file, made before anyone else may call: signed and answered like any other, so that there is no
//! second way of making things. The first one that is refused ends it. Knows no file and no connection.

use super::KEY;
use super::state::{StateCall, StateError};
use crate::{Server, entropy};
use rpc::Incoming;
use rpc::signature::client::{Call, Layout, sign_v3};
use serde_json::Value;
use std::collections::BTreeMap;

/// Whom the journal names as the source of these calls.
const SOURCE: &str = "state file";
/// To whom they say to be sent.
const HOST: &str = "localhost";

/// Answers by the names that were given to their calls.
type Answers = BTreeMap<String, Value>;

/// Makes the calls, one after the other.
///
/// # Errors
/// The first one that cannot be made or is answered with a fault.
pub fn make(server: &Server, calls: &[StateCall]) -> Result<(), StateError> {
    let mut answers = Answers::new();
    for call in calls {
        let wrong = |what: String| StateError::Call { at: call.at.clone(), what: format!("{}: {what}", call.action) };
        let answer = one(server, call, &answers).map_err(wrong)?;
        let Some(name) = &call.name else { continue };
        if answers.insert(name.clone(), answer).is_some() {
            return Err(wrong(format!("there are two calls as {name:?}")));
        }
    }
    Ok(())
}

fn one(server: &Server, call: &StateCall, answers: &Answers) -> Result<Value, String> {
    let service = server.service();
    let row = api::operations::find(&call.action).ok_or("there is no such operation; docs/reference lists them")?;
    let mut params = vec![("Format".to_owned(), "JSON".to_owned())];
    for (name, value) in &call.params {
        let value = filled(value, answers).map_err(|what| format!("{name}: {what}"))?;
        params.push((name.clone(), value));
    }
    let params: Vec<(&str, &str)> = params.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let by = call.by.as_deref().map_or_else(|| Ok(KEY.to_owned()), |by| filled(by, answers))?;
    let directory = service.directory.now();
    let key = directory.keys.get(by.as_str()).ok_or_else(|| format!("there is no key {by:?}"))?;
    let signed = sign_v3(
        &Call {
            method: "POST",
            host: HOST,
            access_key_id: key.id.as_str(),
            secret: key.secret.reveal(),
            security_token: key.session.as_ref().map(|session| session.token.reveal()),
            action: row.name,
            version: row.version,
            timestamp: service.clock.now().0,
            nonce: &format!("{:032x}", entropy::draw()),
            params: &params,
        },
        Layout::Form,
    );
    let headers: Vec<(&str, &[u8])> = signed.headers.iter().map(|(name, value)| (*name, value.as_bytes())).collect();
    let body = signed.body.as_bytes();
    let incoming = Incoming { method: "POST", path: "/", query: None, headers: &headers, body };
    let answer = server.wait(service.begin(incoming, SOURCE).finish(HOST, || None));
    let body: Value = serde_json::from_slice(&answer.body).map_err(|error| error.to_string())?;
    if answer.status == 200 {
        return Ok(body);
    }
    let code = body["Code"].as_str().unwrap_or_default();
    let message = body["Message"].as_str().unwrap_or_default();
    Err(format!("{code}, {}: {message}\n`berth explain {code}` says what to do", answer.status))
}

/// A value with what it refers to: `${pool.PrivatePoolOptionsId}` stands for that field of the answer to the call as
/// `pool`.
fn filled(value: &str, answers: &Answers) -> Result<String, String> {
    let (mut out, mut rest) = (String::new(), value);
    while let Some((before, after)) = rest.split_once("${") {
        let (reference, after) = after.split_once('}').ok_or("a ${ without its }")?;
        out.push_str(before);
        out.push_str(&looked_up(reference, answers)?);
        rest = after;
    }
    Ok(out + rest)
}

fn looked_up(reference: &str, answers: &Answers) -> Result<String, String> {
    let mut parts = reference.split('.');
    let name = parts.next().unwrap_or_default();
    let answer =
        answers.get(name).ok_or_else(|| format!("${{{reference}}}: no call before this one is as {name:?}"))?;
    let found = parts.try_fold(answer, |value, part| match value {
        // As on the wire, the first of a list is 1.
        Value::Array(list) => part.parse::<usize>().ok()?.checked_sub(1).and_then(|at| list.get(at)),
        other => other.get(part),
    });
    match found {
        Some(Value::String(text)) => Ok(text.clone()),
        Some(Value::Number(number)) => Ok(number.to_string()),
        Some(Value::Bool(truth)) => Ok(truth.to_string()),
        _ => Err(format!("${{{reference}}}: there is no such text in the answer {answer}")),
    }
}

#[cfg(test)]
mod tests {
    use super::{Answers, filled};
    use serde_json::json;

    #[test]
    fn references_are_followed() {
        let answers: Answers = [
            ("pool".to_owned(), json!({ "PrivatePoolOptionsId": "crp-1", "Amount": 3 })),
            ("run".to_owned(), json!({ "InstanceIdSets": { "InstanceIdSet": ["i-1", "i-2"] } })),
        ]
        .into();
        let table = [
            ("plain", Ok("plain")),
            ("${pool.PrivatePoolOptionsId}", Ok("crp-1")),
            (
                "[\"${run.InstanceIdSets.InstanceIdSet.2}\",\"${run.InstanceIdSets.InstanceIdSet.1}\"]",
                Ok("[\"i-2\",\"i-1\"]"),
            ),
            ("${pool.Amount}$", Ok("3$")),
            ("${run.InstanceIdSets.InstanceIdSet.0}", Err("no such text")),
            ("${run.InstanceIdSets.InstanceIdSet.3}", Err("no such text")),
            ("${run.InstanceIdSets}", Err("no such text")),
            ("${pool}", Err("no such text")),
            ("${}", Err("no call before")),
            ("${other.Id}", Err("no call before this one is as \"other\"")),
            ("${pool.Amount", Err("without its }")),
        ];
        for (value, wanted) in table {
            match (filled(value, &answers), wanted) {
                (Ok(found), Ok(wanted)) => assert_eq!(found, wanted, "{value}"),
                (Err(found), Err(wanted)) => assert!(found.contains(wanted), "{value}: {found}"),
                (found, _) => panic!("{value}: {found:?}"),
            }
        }
    }
}

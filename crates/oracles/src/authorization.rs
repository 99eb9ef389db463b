//! The headers of signature V3, against a plain reader of `Authorization`: what is taken says exactly the three things, each
//! once, and covers what must be signed.

use crate::drawn::Drawn;
use rpc::{Incoming, Request};

pub(crate) fn holds(bytes: &[u8]) {
    let mut drawn = Drawn(bytes);
    let keep = drawn.byte();
    let date = drawn.text(30);
    let mut headers: Vec<(&str, String)> = vec![
        ("host", "127.0.0.1".into()),
        ("x-acs-action", "DescribeRegions".into()),
        ("x-acs-version", "2014-05-26".into()),
        ("x-acs-date", if date.is_empty() { "2026-11-23T00:15:00Z".into() } else { date }),
        ("x-acs-signature-nonce", drawn.text(140)),
        ("x-acs-content-sha256", drawn.text(70)),
        ("x-acs-security-token", drawn.text(10)),
    ];
    // The lowest bits say which of them are there.
    headers = headers.into_iter().enumerate().filter(|(at, _)| keep >> at & 1 == 0).map(|(_, it)| it).collect();
    let authorization = drawn.0;
    let mut raw: Vec<(&str, &[u8])> = headers.iter().map(|(name, value)| (*name, value.as_bytes())).collect();
    raw.push(("authorization", authorization));
    let incoming = Incoming { method: "POST", path: "/", query: None, headers: &raw, body: b"" };
    let Ok(request) = Request::read(incoming) else { return };
    let Ok(credentials) = request.credentials() else { return };
    if request.scheme() != rpc::Scheme::V3 {
        return;
    }
    let text = str::from_utf8(authorization).expect("what is taken is text");
    let parts = text.trim().strip_prefix("ACS3-HMAC-SHA256 ").expect("the algorithm");
    let mut said: Vec<(&str, &str)> = parts
        .split(',')
        .map(|part| part.split_once('=').map(|(name, value)| (name.trim(), value.trim())).expect("a name and a value"))
        .collect();
    said.sort_unstable();
    let names: Vec<&str> = said.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, ["Credential", "Signature", "SignedHeaders"]);
    assert!(said.iter().all(|(_, value)| !value.is_empty()));
    assert_eq!(said[0].1, credentials.access_key_id);
    let signed: Vec<&str> = said[2].1.split(';').collect();
    for (name, _) in &headers {
        assert!(signed.contains(name), "{name} is not signed");
    }
    assert!(signed.iter().all(|it| raw.iter().any(|(name, _)| name == it)), "something signed is not there");
    assert!(request.verify(&credentials, "nobody's").is_err(), "a signature made up");
}

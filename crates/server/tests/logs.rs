//! Logs tell what happened and never a secret, and a client cannot write lines of its own into them.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on ends")]

mod common;

use common::{ALICE, Ask, GUEST, GUEST_TOKEN, Lines, REGION, Site, exchange};
use server::data::InMemory;
use server::log::{LogFormat, LogLevel, subscriber};

#[test]
fn logs_hold_request_ids_and_no_secrets() {
    let lines = Lines::default();
    let own = lines.clone();
    let collector = subscriber(LogFormat::Json, LogLevel::Debug, move || own.clone());
    tracing::subscriber::set_global_default(collector).unwrap();
    let site = Site::with("[log]\nrequests = \"all\"", &InMemory::default());
    let params = [("RegionId", REGION), ("Format", "JSON")];
    let list = || site.ask("DescribeCapacityReservations", &params);
    let mut signatures = Vec::new();
    let mut ids = Vec::new();
    for v3 in [false, true] {
        let asks = [
            Ask { v3, ..list() },
            Ask { v3, key: (ALICE.0, "mistyped-secret"), ..list() },
            Ask { v3, key: GUEST, token: Some(GUEST_TOKEN), ..list() },
            Ask { v3, key: GUEST, token: Some("another-token-1f2e"), ..list() },
            Ask { v3, action: "Evil\nINFO forged line", ..list() },
        ];
        for ask in &asks[..4] {
            let signed = ask.signed();
            let authorization = signed.headers.iter().find(|(name, _)| *name == "authorization");
            let sent = authorization.map_or(signed.target.as_str(), |(_, value)| value.as_str());
            let signature = sent.split("Signature=").nth(1).unwrap().split('&').next().unwrap();
            signatures.push(signature.to_owned());
            ids.push(ask.send().header("x-acs-request-id").unwrap().to_owned());
        }
        if !v3 {
            asks[4].send();
        }
    }
    let made = site.new_key("1000000000000001");
    let list = Ask { key: (&made.0, &made.1), ..list() };
    assert_eq!(list.send().status, 200);
    exchange(site.address, b"GET /?Format=JSON&Action=%0AWARN%20forged HTTP/1.1\r\nhost: a\r\n\r\n");
    drop(site);
    let text = lines.text();
    for id in ids {
        assert!(text.contains(&id), "{id} is in the log");
    }
    let secrets = [ALICE.1, GUEST.1, GUEST_TOKEN, &made.1, "mistyped-secret", "another-token-1f2e"];
    for secret in secrets.into_iter().chain(signatures.iter().map(String::as_str)) {
        assert!(!text.contains(secret), "{secret} is in the log");
    }
    for line in text.lines() {
        assert!(serde_json::from_str::<serde_json::Value>(line).is_ok(), "a line of ours: {line}");
    }
}

//! The worked examples are reproduced, and our own client's half agrees with the server's.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[allow(dead_code, reason = "these tests need a part of it only")]
mod common;

use common::{Message, recorded, text};
use proptest::prelude::*;
use rpc::signature::client::{Call, Layout, Signed, sign_v1, sign_v3};
use rpc::time::{Precision, parse};
use rpc::{Params, Request, encode};
use serde_json::Value;

const EXAMPLES: &str = include_str!("../../../contract/vectors/signature_examples.json");

fn examples(scheme: &str) -> Vec<Value> {
    let all: Value = serde_json::from_str(EXAMPLES).unwrap();
    let all = all["examples"].as_array().unwrap();
    all.iter().filter(|example| text(example, "scheme").starts_with(scheme)).cloned().collect()
}

fn message(method: &str, signed: &Signed) -> Message {
    Message {
        method: method.to_owned(),
        query: signed.target.trim_start_matches("/").trim_start_matches('?').to_owned(),
        headers: signed.headers.iter().map(|(name, value)| (name.to_string(), value.clone())).collect(),
        body: signed.body.clone(),
    }
}

fn pairs(object: &Value) -> Vec<(&str, &str)> {
    let object = object.as_object().unwrap().iter();
    object.map(|(name, value)| (name.as_str(), value.as_str().unwrap())).collect()
}

#[test]
fn worked_examples_of_v1() {
    let all = examples("V1");
    assert_eq!(all.len(), 4);
    for example in all {
        let (input, secret) = (&example["input"], text(&example["input"], "access_key_secret"));
        let (method, given) = (text(input, "method"), &input["parameters_without_signature"]);
        let client =
            ["AccessKeyId", "Action", "SignatureMethod", "SignatureNonce", "SignatureVersion", "Timestamp", "Version"];
        let params: Vec<_> = pairs(given).into_iter().filter(|(name, _)| !client.contains(name)).collect();
        let of = |name: &str| given[name].as_str().unwrap();
        let call = Call {
            method: &method,
            host: "ecs.aliyuncs.com",
            access_key_id: of("AccessKeyId"),
            secret: &secret,
            security_token: None,
            action: of("Action"),
            version: of("Version"),
            timestamp: parse(of("Timestamp"), Precision::Seconds).unwrap(),
            nonce: of("SignatureNonce"),
            params: &params,
        };
        let signed = sign_v1(&call, Layout::Query);
        let sent = Params::read(signed.target.strip_prefix("/?"), b"").unwrap();
        assert_eq!(sent.text("Signature"), Some(text(&example, "signature").as_str()));
        let canonical: Vec<String> = sent
            .iter()
            .filter(|(name, _)| *name != "Signature")
            .map(|(name, value)| format!("{}={}", encode::percent(name), encode::percent(value)))
            .collect();
        assert_eq!(canonical.join("&"), text(&example, "canonicalized_query_string"));
        let url = text(&example, "final_url_path_and_query");
        let published =
            Message { method: method.clone(), query: url[2..].to_owned(), headers: vec![], body: String::new() };
        assert_eq!(published.check(call.access_key_id, &secret), Ok(()));
        let fault = published.check(call.access_key_id, "wrong").unwrap_err();
        assert!(fault.message.ends_with(&format!("is:{}", text(&example, "string_to_sign"))));
    }
}

#[test]
fn worked_examples_of_v3() {
    let all = examples("V3");
    assert_eq!(all.len(), 5);
    for example in all {
        let input = &example["input"];
        let (method, body) = (text(input, "method"), text(input, "body"));
        let (key, secret) = (text(input, "access_key_id"), text(input, "access_key_secret"));
        let headers = &input["headers"];
        let of = |name: &str| headers[name].as_str().unwrap();
        let form = Params::read(None, body.as_bytes()).unwrap();
        let query = pairs(&input["query"]);
        let (params, layout) = match body.is_empty() {
            true => (query, Layout::Query),
            false => (form.iter().collect(), Layout::Form),
        };
        let call = Call {
            method: &method,
            host: of("host"),
            access_key_id: &key,
            secret: &secret,
            security_token: headers["x-acs-security-token"].as_str(),
            action: of("x-acs-action"),
            version: of("x-acs-version"),
            timestamp: parse(of("x-acs-date"), Precision::Seconds).unwrap(),
            nonce: of("x-acs-signature-nonce"),
            params: &params,
        };
        let mut sent = message(&method, &sign_v3(&call, layout));
        assert_eq!(sent.body, body);
        assert_eq!(*sent.header("authorization"), text(&example, "authorization"), "{}", text(&example, "name"));
        for (name, value) in pairs(headers) {
            assert_eq!(sent.header(name), value);
        }
        assert_eq!(sent.check(&key, &secret), Ok(()));
        let fault = sent.check(&key, "wrong").unwrap_err();
        assert!(fault.message.ends_with(&format!("is [{}]", text(&example, "string_to_sign"))));
    }
}

const CALL: Call<'static> = Call {
    method: "POST",
    host: "127.0.0.1:8526",
    access_key_id: "key",
    secret: "secret",
    security_token: Some("token+/=="),
    action: "CreateCapacityReservation",
    version: "2014-05-26",
    timestamp: 1_795_392_900,
    nonce: "nonce",
    params: &[
        ("Description", "a+b c*~'()!&=%/容量é"),
        ("Tag.1.Key", "team name"),
        ("Tag.1.Value", ""),
        ("Tag.10.Key", "k"),
        ("Format", "json"),
    ],
};

#[test]
fn every_layout_carries_the_same_request() {
    let layouts = [Layout::Query, Layout::Form, Layout::Split];
    let mut prints = Vec::new();
    for (method, layout) in ["GET", "POST"].into_iter().flat_map(|method| layouts.map(|it| (method, it))) {
        let call = Call { method, ..CALL };
        for signed in [sign_v1(&call, layout), sign_v3(&call, layout)] {
            let sent = message(method, &signed);
            assert_eq!(sent.check("key", "secret"), Ok(()), "{method} {layout:?}");
            assert_eq!(sent.body.is_empty(), layout == Layout::Query);
            sent.with(|incoming| {
                let request = Request::read(incoming).unwrap();
                assert_eq!(request.action(), "CreateCapacityReservation");
                let credentials = request.credentials().unwrap();
                assert_eq!(credentials.security_token, Some("token+/=="));
                assert_eq!((credentials.nonce, credentials.timestamp), ("nonce", 1_795_392_900));
                let shown = format!("{request:?} {credentials:?}");
                assert!(!shown.contains("token+/==") && !shown.contains("secret"), "{shown}");
                prints.push(request.into_params().fingerprint(&[]));
            });
        }
    }
    assert!(prints.windows(2).all(|pair| pair[0] == pair[1]), "the same parameters, however they travel");
}

#[test]
fn the_recorded_requests_have_fingerprints_of_their_own_parameters() {
    for one in recorded() {
        one.message.with(|incoming| {
            let request = Request::read(incoming).unwrap();
            assert!(request.params().own().all(|(name, _)| !name.starts_with("Signature")));
        });
    }
}

proptest! {
    #[test]
    fn whatever_is_signed_verifies(
        params in proptest::collection::btree_map("[A-Za-z]{1,8}x", "(.|[\\x00-\\x20]){0,12}", 0..8),
        secret in ".{0,40}",
        layout in prop_oneof![Just(Layout::Query), Just(Layout::Form), Just(Layout::Split)],
        get in any::<bool>(),
    ) {
        let params: Vec<(&str, &str)> =
            params.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let method = if get { "GET" } else { "POST" };
        let call = Call { method, secret: &secret, params: &params, ..CALL };
        for signed in [sign_v1(&call, layout), sign_v3(&call, layout)] {
            let sent = message(method, &signed);
            prop_assert_eq!(sent.check("key", &secret), Ok(()));
            prop_assert!(sent.check("key", &(secret.clone() + "x")).is_err());
        }
    }
}

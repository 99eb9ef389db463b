//! Signatures: what the second signer signs is let in, our client's half signs the same, another secret is refused, and so
//! is every change but one that means the same.

use crate::drawn::Drawn;
use crate::second_signer as second;
use rpc::signature::client::{Call, Layout, Signed, sign_v1, sign_v3};
use rpc::{Incoming, Request};
use std::collections::BTreeMap;

const KEY: &str = "LTAI5tTestAccessKeyId00";
const NONCE: &str = "d41d8cd98f00b204e9800998ecf8427e";
const TIMESTAMP: u64 = 1_795_392_900;
const TIMESTAMP_TEXT: &str = "2026-11-23T00:15:00Z";

pub(crate) fn holds(bytes: &[u8]) {
    let mut drawn = Drawn(bytes);
    let method = ["GET", "POST"][drawn.below(2)];
    let layout = [Layout::Query, Layout::Form, Layout::Split][drawn.below(3)];
    let secret = drawn.text(40);
    // What a header can hold.
    let token: String = drawn.text(20).chars().filter(char::is_ascii_graphic).collect();
    let change = (drawn.below(4), drawn.below(1 << 16), drawn.byte());
    let mut params = BTreeMap::new();
    while !drawn.0.is_empty() && params.len() < 20 {
        // What follows a dot could be refused for itself.
        let name = format!("Tag.{}.P{}", 1 + drawn.below(30), drawn.text(12).replace('.', "-"));
        params.insert(name, drawn.text(60));
    }
    let own: Vec<(&str, &str)> = params.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let call = Call {
        method,
        host: "ecs.cn-hangzhou.example:8526",
        access_key_id: KEY,
        secret: &secret,
        security_token: (!token.is_empty()).then_some(token.as_str()),
        action: "DescribeRegions",
        version: "2014-05-26",
        timestamp: TIMESTAMP,
        nonce: NONCE,
        params: &own,
    };
    // A body needs POST, and GET has none.
    let layout = if method == "GET" { Layout::Query } else { layout };
    let signed = sign_v1(&call, layout);
    let all = v1_params(&call);
    let text = format!("Signature={}", percent(&second::v1(method, &all, &secret)));
    let there = format!("{}&{}", signed.target, signed.body);
    assert!(there.split(['&', '?']).any(|piece| piece == text), "V1: ours is not the second signer's: {text}");
    tried(&call, &signed, change, false);

    let signed = sign_v3(&call, layout);
    let headers: Vec<(String, String)> = signed
        .headers
        .iter()
        .filter(|(name, _)| *name != "authorization")
        .map(|(name, value)| ((*name).to_owned(), value.clone()))
        .collect();
    let in_query: Vec<_> = if signed.body.is_empty() { owned(&own) } else { Vec::new() };
    let expected = second::v3(method, &in_query, &headers, signed.body.as_bytes(), KEY, &secret);
    let authorization = signed.headers.iter().find(|(name, _)| *name == "authorization").map(|(_, value)| value);
    assert_eq!(authorization, Some(&expected), "V3: ours is not the second signer's");
    tried(&call, &signed, change, true);
}

/// All parameters of a request signed with V1, but the signature.
fn v1_params(call: &Call<'_>) -> Vec<(String, String)> {
    let mut all = vec![
        ("AccessKeyId", call.access_key_id),
        ("Action", call.action),
        ("SignatureMethod", "HMAC-SHA1"),
        ("SignatureNonce", call.nonce),
        ("SignatureVersion", "1.0"),
        ("Timestamp", TIMESTAMP_TEXT),
        ("Version", call.version),
    ];
    all.extend(call.security_token.map(|token| ("SecurityToken", token)));
    all.extend_from_slice(call.params);
    owned(&all)
}

fn owned(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn percent(text: &str) -> String {
    text.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D")
}

/// What a request means, as far as it is signed.
#[derive(Debug, PartialEq, Eq)]
struct Meaning {
    method: String,
    params: Vec<(String, String)>,
    headers: Vec<(String, Vec<u8>)>,
    body: Vec<u8>,
}

/// What a request means if this secret signed it.
fn meaning(signed: &Signed, method: &str, secret: &str, v3: bool) -> Option<Meaning> {
    let query = signed.target.strip_prefix("/").map(|rest| rest.strip_prefix('?').unwrap_or(rest))?;
    let headers: Vec<(&str, &[u8])> = signed.headers.iter().map(|(name, value)| (*name, value.as_bytes())).collect();
    let body = signed.body.as_bytes();
    let incoming = Incoming { method, path: "/", query: Some(query), headers: &headers, body };
    let request = Request::read(incoming).ok()?;
    let credentials = request.credentials().ok()?;
    request.verify(&credentials, secret).ok()?;
    let params = request.params().iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    let trimmed = |(name, value): &(&str, &[u8])| ((*name).to_owned(), value.trim_ascii().to_vec());
    // With V1 no header is signed, and of the body the parameters alone. `Authorization` is taken apart leniently.
    let headers = headers.iter().filter(|(name, _)| v3 && *name != "authorization").map(trimmed).collect();
    let body = if v3 { body.to_vec() } else { Vec::new() };
    Some(Meaning { method: method.to_owned(), params, headers, body })
}

fn tried(call: &Call<'_>, signed: &Signed, (place, at, change): (usize, usize, u8), v3: bool) {
    let Some(before) = meaning(signed, call.method, call.secret, v3) else {
        // More than a request may hold; nothing else of it is refused.
        let size = signed.target.len() + signed.body.len();
        assert!(size > 4096, "what was signed is refused: {} {}", signed.target, signed.body);
        return;
    };
    assert_eq!(meaning(signed, call.method, &format!("{}x", call.secret), v3), None, "another secret");
    let other = if call.method == "GET" { "POST" } else { "GET" };
    assert_eq!(meaning(signed, other, call.secret, v3), None, "another method");
    let mut changed =
        Signed { target: signed.target.clone(), headers: signed.headers.clone(), body: signed.body.clone() };
    match place {
        0 => changed.target = altered(&changed.target, at, change),
        1 => changed.body = altered(&changed.body, at, change),
        _ => {
            let count = changed.headers.len();
            let value = &mut changed.headers[at % count].1;
            *value = altered(value, at / count, change);
        }
    }
    if let Some(after) = meaning(&changed, call.method, call.secret, v3) {
        assert_eq!(after, before, "a change went unnoticed");
    }
}

/// The text with one of its bytes changed, if it is text then.
fn altered(text: &str, at: usize, change: u8) -> String {
    let mut bytes = text.as_bytes().to_vec();
    if !bytes.is_empty() {
        let place = at % bytes.len();
        bytes[place] ^= change;
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}

//! Requests at their edges: what is missing, malformed, ambiguous or too long, and in which order it is told.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[allow(dead_code, reason = "these tests need a part of it only")]
mod common;

use common::{Message, recorded};
use proptest::prelude::*;
use rpc::fault::common as faults;
use rpc::{Fault, Format, Incoming, Request, limits, render};

/// A V1 request whose parameters a test can replace or leave out (`None`).
fn v1(changes: &[(&str, Option<&str>)]) -> Message {
    let mut pairs = vec![
        ("Action", "DescribeRegions"),
        ("Version", "2014-05-26"),
        ("AccessKeyId", "key"),
        ("Signature", "AAAAAAAAAAAAAAAAAAAAAAAAAAA="),
        ("Timestamp", "2026-11-23T00:15:00Z"),
        ("SignatureNonce", "nonce"),
        ("SignatureMethod", "HMAC-SHA1"),
        ("SignatureVersion", "1.0"),
    ];
    for (name, value) in changes {
        pairs.retain(|(found, _)| found != name);
        pairs.extend(value.map(|value| (*name, value)));
    }
    let query: Vec<String> =
        pairs.iter().map(|(name, value)| format!("{name}={}", rpc::encode::percent(value))).collect();
    Message { method: "GET".into(), query: query.join("&"), headers: vec![], body: String::new() }
}

/// A recorded V3 request with headers replaced or left out (`None`).
fn v3(changes: &[(&str, Option<&str>)]) -> Message {
    let mut all = recorded().into_iter();
    let mut message = all.find(|one| one.name.starts_with("npm_ecs_v3")).unwrap().message;
    for (name, value) in changes {
        message.headers.retain(|(found, _)| found != name);
        message.headers.extend(value.map(|value| ((*name).to_owned(), value.to_owned())));
    }
    message
}

fn fault(message: &Message) -> Fault {
    message.check("key", "secret").unwrap_err()
}

#[test]
fn missing_parameters_are_told_in_order() {
    let order = [
        ("Action", faults::INVALID_ACTION),
        ("Version", faults::MISSING_VERSION),
        ("AccessKeyId", faults::MISSING_ACCESS_KEY_ID),
        ("Signature", faults::MISSING_SIGNATURE),
        ("Timestamp", faults::MISSING_TIMESTAMP),
        ("SignatureNonce", faults::MISSING_SIGNATURE_NONCE),
        ("SignatureMethod", faults::MISSING_SIGNATURE_METHOD),
        ("SignatureVersion", faults::MISSING_SIGNATURE_VERSION),
    ];
    for (at, (name, wanted)) in order.iter().enumerate() {
        assert_eq!(fault(&v1(&[(name, None)])), *wanted);
        assert_eq!(fault(&v1(&[(name, Some(""))])), *wanted, "empty is as good as absent");
        let all_after: Vec<_> = order[at..].iter().map(|(name, _)| (*name, None)).collect();
        assert_eq!(fault(&v1(&all_after)), *wanted, "the first one missing is told");
    }
}

#[test]
fn missing_headers_are_told() {
    for (name, code) in [
        ("x-acs-action", "InvalidAction.NotFound"),
        ("x-acs-version", "MissingVersion"),
        ("x-acs-date", "MissingTimestamp"),
        ("x-acs-signature-nonce", "MissingSignatureNonce"),
        ("x-acs-content-sha256", "IncompleteSignature"),
        ("host", "IncompleteSignature"),
        // Without Authorization it is a request of V1 without an action.
        ("authorization", "InvalidAction.NotFound"),
    ] {
        assert_eq!(fault(&v3(&[(name, None)])).code, code, "{name}");
    }
}

#[test]
fn forms_of_common_parameters() {
    let long = |bytes: usize| "x".repeat(bytes);
    for (name, value, code) in [
        ("SignatureMethod", "HMAC-SHA256", "InvalidSignatureMethod"),
        ("SignatureMethod", "hmac-sha1", "InvalidSignatureMethod"),
        ("SignatureType", "BEARERTOKEN", "InvalidSignatureMethod"),
        ("SignatureVersion", "2.0", "IncompleteSignature"),
        ("Timestamp", "2026-11-23T00:15Z", "InvalidTimeStamp.Format"),
        ("Timestamp", "2026-11-23T00:15:00+00:00", "InvalidTimeStamp.Format"),
        ("Timestamp", "1795392900", "InvalidTimeStamp.Format"),
        ("Format", "YAML", "InvalidParameter"),
        ("AccessKeyId", &long(limits::ACCESS_KEY_ID_BYTES_MAX + 1), "IncompleteSignature"),
        ("SignatureNonce", &long(limits::NONCE_BYTES_MAX + 1), "IncompleteSignature"),
        ("SecurityToken", &long(limits::SECURITY_TOKEN_BYTES_MAX + 1), "InvalidSecurityToken.Malformed"),
        ("Signature", "no Base64 at all", "SignatureDoesNotMatch"),
    ] {
        assert_eq!(fault(&v1(&[(name, Some(value))])).code, code, "{name}={value:.40}");
    }
    for (name, value, code) in [
        ("x-acs-date", "20261123T001500Z", "InvalidTimeStamp.Format"),
        ("x-acs-signature-nonce", &long(limits::NONCE_BYTES_MAX + 1), "IncompleteSignature"),
        ("x-acs-accesskey-id", "another", "IncompleteSignature"),
        ("authorization", "ACS3-HMAC-SM3 Credential=a,SignedHeaders=b,Signature=c", "InvalidSignatureMethod"),
        ("authorization", "ACS3-HMAC-SHA256 Credential=a,SignedHeaders=host,Signature=c", "IncompleteSignature"),
        ("authorization", "ACS3-HMAC-SHA256 Credential=,SignedHeaders=host,Signature=c", "IncompleteSignature"),
        ("authorization", "ACS3-HMAC-SHA256", "IncompleteSignature"),
    ] {
        assert_eq!(fault(&v3(&[(name, Some(value))])).code, code, "{name}: {value:.40}");
    }
}

#[test]
fn the_longest_common_parameters_are_taken() {
    let long = |bytes: usize| "x".repeat(bytes);
    for (name, value) in [
        ("AccessKeyId", long(limits::ACCESS_KEY_ID_BYTES_MAX)),
        ("SignatureNonce", long(limits::NONCE_BYTES_MAX)),
        ("SecurityToken", long(limits::SECURITY_TOKEN_BYTES_MAX)),
    ] {
        let code = v1(&[(name, Some(&value))]).with(|incoming| Request::read(incoming).unwrap().credentials().err());
        assert!(code.is_none(), "{name}: {code:?}");
    }
}

#[test]
fn what_is_shown_of_a_request_holds_no_secret() {
    v1(&[("SecurityToken", Some("canary-token")), ("Description", Some("canary-text"))]).with(|incoming| {
        let request = Request::read(incoming).unwrap();
        let credentials = request.credentials().unwrap();
        let shown = format!("{request:?} {credentials:?}");
        for there in ["DescribeRegions", "V1", "\"key\"", "\"nonce\"", "temporary: true"] {
            assert!(shown.contains(there), "{there} in {shown}");
        }
        assert!(!shown.contains("canary") && !shown.contains("AAAAAAA"), "{shown}");
        drop(credentials);
        assert_eq!(request.into_params().text("Description"), Some("canary-text"));
    });
}

#[test]
fn signed_headers_must_be_in_order_and_bounded() {
    let list = |names: &[&str]| format!("ACS3-HMAC-SHA256 Credential=a,SignedHeaders={},Signature=c", names.join(";"));
    let many: Vec<String> = (0..=limits::SIGNED_HEADERS_MAX).map(|at| format!("a{at:03}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    for names in [&["x-acs-date", "host"][..], &["host", "host"], &["Host"], &["", "host"], &many] {
        let fault = fault(&v3(&[("authorization", Some(&list(names)))]));
        assert_eq!(fault.code, "IncompleteSignature", "{names:?}");
    }
}

#[test]
fn the_header_wins_over_the_parameter_with_v3() {
    let mut message = v3(&[]);
    message.query.push_str("&Action=Other&Version=1999-01-01");
    message.with(|incoming| {
        let request = Request::read(incoming).unwrap();
        assert_eq!(request.action(), "ReleaseCapacityReservation");
        assert_eq!(request.version(), Ok("2014-05-26"));
    });
}

#[test]
fn methods_paths_and_bodies() {
    let read = |method, path, headers: &[(&str, &[u8])], body| {
        let query = Some("Action=DescribeRegions");
        Request::read(Incoming { method, path, query, headers, body }).map(|_| ())
    };
    assert_eq!(read("GET", "/", &[], b""), Ok(()));
    for method in ["PUT", "DELETE", "HEAD", "OPTIONS", "get", ""] {
        assert_eq!(read(method, "/", &[], b""), Err(faults::UNSUPPORTED_METHOD));
    }
    for path in ["", "/x", "//", "/.", "*"] {
        assert_eq!(read("GET", path, &[], b""), Err(faults::INVALID_ACTION), "{path}");
    }
    let form: &[u8] = b"Application/X-WWW-Form-Urlencoded ; charset=UTF-8";
    assert_eq!(read("POST", "/", &[("content-type", form)], b"A=1"), Ok(()));
    assert_eq!(read("POST", "/", &[("content-type", b"application/json")], b""), Ok(()));
    for kind in [&b"application/json"[..], b"text/plain", b"multipart/form-data", b""] {
        let fault = read("POST", "/", &[("content-type", kind)], b"A=1").unwrap_err();
        assert_eq!(fault.code, "InvalidParameter");
    }
    let headers: [(&str, &[u8]); 2] = [("content-type", form), ("content-type", b"text/plain")];
    assert!(read("POST", "/", &headers, b"A=1").is_err(), "two kinds at once");
}

#[test]
fn formats_are_chosen() {
    let v3 = "ACS3-HMAC-SHA256 x";
    for (query, authorization, accept, wanted) in [
        ("", "", "", Format::Xml),
        ("", "", "application/json", Format::Xml),
        ("Format=json", "", "", Format::Json),
        ("Format=", "", "", Format::Xml),
        ("", v3, "", Format::Json),
        ("", v3, "application/json", Format::Json),
        ("", v3, "*/*", Format::Json),
        ("", v3, "text/xml", Format::Xml),
        ("", v3, "text/xml, application/json", Format::Json),
        ("Format=XML", v3, "application/json", Format::Xml),
    ] {
        let query = format!("Action=X&{query}");
        let headers =
            [("authorization", authorization.as_bytes()), ("accept", accept.as_bytes()), ("x-acs-action", b"X")];
        let headers: Vec<_> = headers.into_iter().filter(|(_, value)| !value.is_empty()).collect();
        let incoming = Incoming { method: "GET", path: "/", query: Some(&query), headers: &headers, body: b"" };
        assert_eq!(Request::read(incoming).unwrap().format(), wanted, "{query} {accept}");
        assert_eq!(incoming.format(), wanted, "{query} {accept}");
    }
    let broken = Incoming { method: "PUT", path: "/", query: Some("A=%"), headers: &[], body: b"B&Format=JSON" };
    assert!(Request::read(broken).is_err());
    assert_eq!(broken.format(), Format::Json);
}

/// `sdk_expectations.json`: what every client needs of an error.
#[test]
fn faults_are_what_the_clients_demand() {
    let codes: std::collections::BTreeSet<_> = faults::ALL.iter().map(|fault| fault.code).collect();
    assert_eq!(codes.len(), faults::ALL.len(), "each code once");
    for fault in faults::ALL {
        assert!((400..600).contains(&fault.status), "{fault:?}");
        assert!(!fault.code.is_empty() && !fault.message.is_empty());
        let body = render::fault(Format::Json, "ID", "host:1", None, fault);
        let body: serde_json::Value = serde_json::from_slice(&body).unwrap();
        for (name, wanted) in
            [("RequestId", "ID"), ("HostId", "host:1"), ("Code", fault.code), ("Message", fault.message.as_ref())]
        {
            assert_eq!(body[name], wanted);
        }
        let recommend = body["Recommend"].as_str().unwrap();
        assert!(recommend.contains(fault.code) && recommend.contains("requestId=ID"));
    }
}

proptest! {
    #[test]
    fn any_request_is_read_or_refused(
        method in "GET|POST|.{0,5}",
        query in proptest::option::of("((Action|Version|AccessKeyId|Timestamp|Format|[a-z]{1,3})=[^#]{0,9}&?){0,9}"),
        headers in proptest::collection::vec(
            (
                "authorization|host|x-acs-(action|version|date|signature-nonce|content-sha256)|accept",
                proptest::collection::vec(any::<u8>(), 0..20),
            ),
            0..8,
        ),
        authorization in "ACS3-HMAC-SHA256 (Credential=[a-z]{0,3},|SignedHeaders=[a-z;-]{0,30},|Signature=[0-9a-f]{0,4},){0,4}",
        body in proptest::collection::vec(any::<u8>(), 0..40),
    ) {
        let mut lent: Vec<(&str, &[u8])> =
            headers.iter().map(|(name, value)| (name.as_str(), value.as_slice())).collect();
        for _ in 0..2 {
            let incoming =
                Incoming { method: &method, path: "/", query: query.as_deref(), headers: &lent, body: &body };
            let _ = incoming.format();
            if let Ok(request) = Request::read(incoming) {
                let _ = request.version();
                prop_assert!(request.credentials().and_then(|it| request.verify(&it, "secret")).is_err());
            }
            lent.push(("authorization", authorization.as_bytes()));
        }
    }
}

//! What official clients sent is taken as signed; the same with any signed part changed is not.

mod common;

use common::{Message, Recorded, recorded};
use rpc::{Format, Params, Request, Scheme};

/// What a changed request may be answered with.
const REFUSALS: [&str; 13] = [
    "SignatureDoesNotMatch",
    "IncompleteSignature",
    "InvalidSignatureMethod",
    "InvalidParameter",
    "InvalidTimeStamp.Format",
    "InvalidAccessKeyId.NotFound",
    "InvalidAction.NotFound",
    "MissingVersion",
    "MissingAccessKeyId",
    "MissingSignature",
    "MissingTimestamp",
    "MissingSignatureNonce",
    "UnsupportedHTTPMethod",
];

fn assert_refused(recorded: &Recorded, changed: &Message, what: &str) {
    match changed.check(&recorded.key, &recorded.secret) {
        Ok(()) => panic!("{}: taken although changed: {what}", recorded.name),
        Err(fault) => {
            let missing = matches!(fault.code, "MissingSignatureMethod" | "MissingSignatureVersion");
            assert!(missing || REFUSALS.contains(&fault.code), "{}: {what}: {fault:?}", recorded.name);
        }
    }
}

fn scheme(message: &Message) -> Scheme {
    message.with(|incoming| Request::read(incoming).expect("a recorded request").scheme())
}

#[test]
fn all_213_are_read_and_verified() {
    let all = recorded();
    assert_eq!(all.len(), 213);
    for one in &all {
        assert_eq!(one.message.check(&one.key, &one.secret), Ok(()), "{}", one.name);
        one.message.with(|incoming| {
            let request = Request::read(incoming).expect("a recorded request");
            assert_eq!(request.action(), one.operation, "{}", one.name);
            assert_eq!(request.version(), Ok("2014-05-26"));
            let credentials = request.credentials().expect("credentials");
            assert_eq!(credentials.timestamp, 1_795_392_900, "2026-11-23T00:15:00Z");
            assert_eq!(credentials.security_token.is_some(), one.key.starts_with("STS."));
            assert_eq!(request.format(), Format::Json, "every recorded client wants JSON");
            assert_eq!(incoming.format(), Format::Json);
        });
    }
}

#[test]
fn a_wrong_secret_is_told_the_string_to_sign() {
    for one in recorded() {
        let fault = one.message.check(&one.key, "another secret").expect_err("a wrong secret");
        assert_eq!((fault.status, fault.code), (400, "SignatureDoesNotMatch"));
        match scheme(&one.message) {
            // The legacy Python SDK reads the second piece and compares it with its own text.
            Scheme::V1 => {
                assert_eq!(fault.message.split(':').nth(1), Some(one.string_to_sign.as_str()), "{}", one.name);
            }
            Scheme::V3 => assert_eq!(
                fault.message,
                format!(
                    "Specified signature does not match our calculation. server StringToSign is [{}]",
                    one.string_to_sign
                )
            ),
        }
        assert!(!fault.message.contains(&one.secret));
    }
}

/// The query or form with one of its pieces replaced by others.
fn spliced(list: &str, at: usize, with: &[&str]) -> String {
    let mut pieces: Vec<&str> = list.split('&').collect();
    pieces.splice(at..=at, with.iter().copied());
    pieces.join("&")
}

/// Every way to change one parameter of a query or form.
fn changed_lists(list: &str) -> Vec<(String, String)> {
    if list.is_empty() {
        return Vec::new();
    }
    let mut changed = vec![("added".to_owned(), format!("{list}&Added=1"))];
    for (at, piece) in list.split('&').enumerate() {
        let (name, value) = piece.split_once('=').expect("a pair");
        let mut change = |how: &str, with: &[&str]| {
            changed.push((format!("{how} {name}"), spliced(list, at, with)));
        };
        change("left out", &[]);
        change("twice", &[piece, piece]);
        change("renamed", &[&format!("{name}x={value}")]);
        change("renamed in front", &[&format!("x{name}={value}")]);
        change("longer", &[&format!("{name}={value}x")]);
        change("blank after", &[&format!("{name}={value}+")]);
        change("blank before", &[&format!("{name}=%20{value}")]);
        if value.is_empty() {
            change("no longer empty", &[&format!("{name}=1")]);
        } else {
            change("empty", &[&format!("{name}=")]);
            let last = value.chars().next_back().expect("not empty");
            let other = if last == '0' { '1' } else { '0' };
            change("other end", &[&format!("{name}={}{other}", &value[..value.len() - last.len_utf8()])]);
        }
    }
    changed
}

#[test]
fn any_changed_parameter_is_refused() {
    for one in recorded() {
        let Message { query, body, .. } = &one.message;
        for (what, query) in changed_lists(query) {
            assert_refused(&one, &Message { query, ..one.message.clone() }, &what);
        }
        for (what, body) in changed_lists(body) {
            assert_refused(&one, &Message { body, ..one.message.clone() }, &what);
        }
        if body.is_empty() {
            let body = "Added=1".to_owned();
            assert_refused(&one, &Message { body, ..one.message.clone() }, "a body added");
        }
        let other = if one.message.method == "GET" { "POST" } else { "GET" };
        for method in [other, "PUT", "get"] {
            assert_refused(&one, &Message { method: method.to_owned(), ..one.message.clone() }, method);
        }
    }
}

fn changed_headers(one: &Recorded, change: impl FnOnce(&mut Message), what: &str) {
    let mut changed = one.message.clone();
    change(&mut changed);
    assert_refused(one, &changed, what);
}

#[test]
fn any_changed_signed_header_is_refused() {
    let mut headers = 0;
    for mut one in recorded().into_iter().filter(|one| scheme(&one.message) == Scheme::V3) {
        let authorization = one.message.header("authorization").clone();
        let list = authorization.split("SignedHeaders=").nth(1).and_then(|rest| rest.split(',').next());
        for name in list.expect("signed headers").split(';') {
            headers += 1;
            changed_headers(&one, |it| it.header(name).push('x'), name);
            changed_headers(&one, |it| it.header(name).insert(0, 'x'), name);
            changed_headers(&one, |it| it.header(name).clear(), name);
            changed_headers(&one, |it| it.headers.retain(|(found, _)| found != name), name);
            changed_headers(&one, |it| it.headers.push((name.to_owned(), "x".to_owned())), name);
            let value = one.message.clone().header(name).clone();
            changed_headers(&one, |it| it.headers.push((name.to_owned(), value)), name);
            let fewer: Vec<&str> = list.expect("signed headers").split(';').filter(|it| it != &name).collect();
            let claimed = authorization.replace(list.expect("signed headers"), &fewer.join(";"));
            changed_headers(&one, |it| *it.header("authorization") = claimed, "no longer signed");
        }
        for extra in ["x-acs-security-token", "x-acs-added"] {
            let present = one.message.headers.iter().any(|(name, _)| name == extra);
            if !present {
                changed_headers(&one, |it| it.headers.push((extra.to_owned(), "x".to_owned())), extra);
            }
        }
    }
    assert!(headers > 500, "{headers} headers were changed");
}

#[test]
fn any_changed_authorization_is_refused() {
    for mut one in recorded().into_iter().filter(|one| scheme(&one.message) == Scheme::V3) {
        let authorization = one.message.header("authorization").clone();
        for at in 0..authorization.len() {
            let mut bytes = authorization.clone().into_bytes();
            bytes[at] = if bytes[at] == b'0' { b'1' } else { b'0' };
            let text = String::from_utf8(bytes).expect("ASCII");
            changed_headers(&one, |it| *it.header("authorization") = text, "one character");
        }
        for text in [
            authorization.to_uppercase(),
            format!("{authorization}0"),
            format!("{authorization},Signature=00"),
            format!("{authorization},Other=1"),
            authorization.replace("ACS3-HMAC-SHA256", "ACS3-HMAC-SM3"),
            authorization.replace("ACS3-HMAC-SHA256", "ACS3-RSA-SHA256"),
            authorization.replace(",SignedHeaders=", ",SignedHeaders=a;"),
            "ACS3-HMAC-SHA256".to_owned(),
            "ACS3-".to_owned(),
            String::new(),
        ] {
            changed_headers(&one, |it| *it.header("authorization") = text.clone(), &text);
        }
        let twice = authorization.clone();
        changed_headers(&one, |it| it.headers.push(("authorization".to_owned(), twice)), "twice");
        // Blanks around the commas are tolerated.
        let mut spaced = one.message.clone();
        *spaced.header("authorization") = authorization.replace(',', " , ");
        assert_eq!(spaced.check(&one.key, &one.secret), Ok(()), "{}", one.name);
    }
}

/// Every byte of the query and the body of every recorded request, changed in one of three ways:
/// either the decoded parameters are the same, or the request is refused.
#[test]
fn any_changed_byte_is_refused() {
    let meaning = |one: &Message| {
        let params = Params::read((!one.query.is_empty()).then_some(&one.query), one.body.as_bytes());
        params
            .ok()
            .map(|params| params.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect::<Vec<_>>())
    };
    let raw_body_is_signed = |one: &Message| scheme(one) == Scheme::V3 && !one.body.is_empty();
    for one in &recorded() {
        let before = meaning(&one.message);
        let length = one.message.query.len() + one.message.body.len();
        for at in 0..length {
            let put = [b'0', b'&', b'+'][at % 3];
            let mut changed = one.message.clone();
            let (list, at) = match at.checked_sub(changed.query.len()) {
                Some(at) => (&mut changed.body, at),
                None => (&mut changed.query, at),
            };
            if list.as_bytes()[at] == put {
                continue;
            }
            list.replace_range(at..=at, str::from_utf8(&[put]).expect("ASCII"));
            if meaning(&changed) != before || raw_body_is_signed(&one.message) {
                assert_refused(one, &changed, &format!("byte {at} is {put}"));
            }
        }
    }
}

#[test]
fn any_other_secret_is_refused() {
    for one in recorded() {
        let secret = &one.secret;
        let end = secret.len() - 1;
        for wrong in ["", &secret[..end], &format!("{secret}&"), &format!("{secret}0"), &secret.to_lowercase()] {
            let fault = one.message.check(&one.key, wrong).expect_err("a wrong secret");
            assert_eq!(fault.code, "SignatureDoesNotMatch", "{}", one.name);
        }
    }
}

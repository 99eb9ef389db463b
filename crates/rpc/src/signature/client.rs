//! A client's half of both signatures: what to send so that a request is taken as signed.
//!
//! Used by our command line, the benchmark and tests. Draws no nonce and reads no clock; both arrive.
//! Nothing here can be shown with `Debug`, for it holds secrets and signatures.

use super::{v1, v3};
use crate::encode::ascii;
use crate::encode::push;
use crate::request::Incoming;
use crate::time::{Precision, format};

/// One call to be signed.
#[derive(Clone, Copy)]
pub struct Call<'a> {
    /// `GET` or `POST`.
    pub method: &'a str,
    /// The `Host` header exactly as it will be sent, with its port.
    pub host: &'a str,
    /// The id of the access key.
    pub access_key_id: &'a str,
    /// Its secret.
    pub secret: &'a str,
    /// The token of a temporary key.
    pub security_token: Option<&'a str>,
    /// The name of the operation.
    pub action: &'a str,
    /// The version of the API.
    pub version: &'a str,
    /// Now, in seconds since the epoch.
    pub timestamp: u64,
    /// Text never used before with this key.
    pub nonce: &'a str,
    /// The operation's own parameters, and `Format` if wanted. No name may occur twice.
    pub params: &'a [(&'a str, &'a str)],
}

/// Where the parameters travel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// All in the query, the body empty.
    Query,
    /// All in a form body. With V3 the common ones are headers.
    Form,
    /// V1: the common ones in the query, the operation's own in a form body. The same as `Form` with V3.
    Split,
}

/// A signed request, ready to be sent.
pub struct Signed {
    /// Path and query.
    pub target: String,
    /// Headers to send, `host` among them; names in small letters.
    pub headers: Vec<(&'static str, String)>,
    /// The body, empty or a form.
    pub body: String,
}

const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

/// Signs with V1.
#[must_use]
pub fn sign_v1(call: &Call<'_>, layout: Layout) -> Signed {
    let timestamp = format(call.timestamp, Precision::Seconds);
    let mut common = vec![
        ("AccessKeyId", call.access_key_id),
        ("Action", call.action),
        ("SignatureMethod", "HMAC-SHA1"),
        ("SignatureNonce", call.nonce),
        ("SignatureVersion", "1.0"),
        ("Timestamp", &timestamp),
        ("Version", call.version),
    ];
    common.extend(call.security_token.map(|token| ("SecurityToken", token)));
    let mut all = [common.as_slice(), call.params].concat();
    all.sort_unstable();
    let signature = v1::sign(call.secret, &v1::string_to_sign(call.method, all.into_iter()));
    common.push(("Signature", &signature));
    let (query, body) = match layout {
        Layout::Query => (joined(&[&common, call.params]), String::new()),
        Layout::Form => (String::new(), joined(&[&common, call.params])),
        Layout::Split => (joined(&[&common]), joined(&[call.params])),
    };
    let mut headers = vec![("host", call.host.to_owned())];
    if !body.is_empty() {
        headers.push((FORM.0, FORM.1.to_owned()));
    }
    Signed { target: target(&query), headers, body }
}

/// Signs with V3.
#[must_use]
pub fn sign_v3(call: &Call<'_>, layout: Layout) -> Signed {
    let (in_query, in_body): (&[_], &[_]) = match layout {
        Layout::Query => (call.params, &[]),
        Layout::Form | Layout::Split => (&[], call.params),
    };
    let body = joined(&[in_body]);
    let payload = v3::hash_of(body.as_bytes());
    let mut headers = vec![("host", call.host.to_owned())];
    if !body.is_empty() {
        headers.push((FORM.0, FORM.1.to_owned()));
    }
    headers.extend([
        ("x-acs-action", call.action.to_owned()),
        ("x-acs-content-sha256", payload.clone()),
        ("x-acs-date", format(call.timestamp, Precision::Seconds)),
        ("x-acs-signature-nonce", call.nonce.to_owned()),
        ("x-acs-version", call.version.to_owned()),
    ]);
    if let Some(token) = call.security_token {
        headers.push(("x-acs-accesskey-id", call.access_key_id.to_owned()));
        headers.push(("x-acs-security-token", token.to_owned()));
    }
    headers.sort_unstable();
    let authorization = authorization(call, in_query, &headers, &payload);
    headers.push(("authorization", authorization));
    Signed { target: target(&joined(&[in_query])), headers, body }
}

/// The `Authorization` over these headers, which are sorted.
fn authorization(call: &Call<'_>, query: &[(&str, &str)], headers: &[(&'static str, String)], payload: &str) -> String {
    let values: Vec<(&str, &[u8])> = headers.iter().map(|(name, value)| (*name, value.as_bytes())).collect();
    let names: Vec<&str> = headers.iter().map(|(name, _)| *name).collect();
    let incoming = Incoming { method: call.method, path: "/", query: None, headers: &values, body: b"" };
    let mut sorted = query.to_vec();
    sorted.sort_unstable();
    let canonical = v3::canonical_request(call.method, sorted.into_iter(), &incoming, &names, payload);
    format!(
        "{} Credential={},SignedHeaders={},Signature={}",
        v3::ALGORITHM,
        call.access_key_id,
        names.join(";"),
        v3::sign(call.secret, &v3::string_to_sign(&canonical))
    )
}

/// `name=value&...`, encoded.
fn joined(lists: &[&[(&str, &str)]]) -> String {
    let mut out = Vec::new();
    for (name, value) in lists.iter().flat_map(|list| list.iter()) {
        if !out.is_empty() {
            out.push(b'&');
        }
        push(&mut out, name);
        out.push(b'=');
        push(&mut out, value);
    }
    ascii(out)
}

fn target(query: &str) -> String {
    if query.is_empty() { "/".to_owned() } else { format!("/?{query}") }
}

#[cfg(test)]
mod tests {
    use super::{Call, FORM, Layout, sign_v1, sign_v3};

    #[test]
    fn a_body_is_said_to_be_a_form_and_no_body_is_not() {
        let call = Call {
            method: "POST",
            host: "127.0.0.1",
            access_key_id: "key",
            secret: "secret",
            security_token: None,
            action: "DescribeZones",
            version: "2014-05-26",
            timestamp: 0,
            nonce: "nonce",
            params: &[("RegionId", "cn-hangzhou")],
        };
        for (layout, form) in [(Layout::Query, false), (Layout::Form, true), (Layout::Split, true)] {
            for signed in [sign_v1(&call, layout), sign_v3(&call, layout)] {
                assert_eq!(!signed.body.is_empty(), form, "{layout:?}");
                assert_eq!(signed.headers.iter().any(|(name, value)| (*name, value.as_str()) == FORM), form);
            }
        }
    }
}

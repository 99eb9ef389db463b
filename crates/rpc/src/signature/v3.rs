//! Signature V3: ACS3-HMAC-SHA256 over method, query, chosen headers and body, in hexadecimal.
//!
//! Which headers are signed is the client's choice, as long as `host` and every `x-acs-*` header of the
//! request are among them. Knows no key store. Source: protocol reference, section 4.

use sha2::{Digest, Sha256};

use super::{hmac_sha256, same};
use crate::encode::{hex, push};
use crate::fault::{Fault, common};
use crate::limits::SIGNED_HEADERS_MAX;
use crate::params::Params;
use crate::request::{Incoming, incomplete};

/// The one algorithm served.
pub(crate) const ALGORITHM: &str = "ACS3-HMAC-SHA256";

/// SHA-256 of no bytes; most requests have an empty body.
const EMPTY: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/// What the headers say about their signature.
pub(crate) struct Claim<'a> {
    pub access_key_id: &'a str,
    pub timestamp: &'a str,
    pub nonce: &'a str,
    payload: &'a str,
    signed: Vec<&'a str>,
    signature: &'a str,
}

impl<'a> Claim<'a> {
    /// Takes `Authorization` apart, finds the headers that must be there, and sees that they are signed.
    pub fn read(incoming: &Incoming<'a>) -> Result<Self, Fault> {
        let authorization = incoming.one("authorization")?.ok_or(common::MISSING_SIGNATURE)?;
        let [access_key_id, signed, signature] = take_apart(authorization)?;
        let given = |name| incoming.one(name).map(|text| text.filter(|text| !text.is_empty()));
        let timestamp = given("x-acs-date")?.ok_or(common::MISSING_TIMESTAMP)?;
        let nonce = given("x-acs-signature-nonce")?.ok_or(common::MISSING_SIGNATURE_NONCE)?;
        let missing = || incomplete("the header x-acs-content-sha256 is missing");
        let payload = given("x-acs-content-sha256")?.ok_or_else(missing)?;
        let repeated_key = incoming.one("x-acs-accesskey-id")?;
        if repeated_key.is_some_and(|key| key != access_key_id) {
            return Err(incomplete("x-acs-accesskey-id and Credential differ"));
        }
        let signed = covered(incoming, signed)?;
        Ok(Self { access_key_id, timestamp, nonce, payload, signed, signature })
    }
}

/// Credential, SignedHeaders and Signature of an `Authorization`, each exactly once, none empty. Blanks
/// around the commas are tolerated.
fn take_apart(authorization: &str) -> Result<[&str; 3], Fault> {
    let (algorithm, rest) = authorization.split_once(' ').unwrap_or((authorization, ""));
    if algorithm != ALGORITHM {
        return Err(common::INVALID_SIGNATURE_METHOD);
    }
    let mut found = [""; 3];
    for part in rest.split(',') {
        let (name, value) = part.split_once('=').unwrap_or_default();
        let place = match name.trim() {
            "Credential" => 0,
            "SignedHeaders" => 1,
            "Signature" => 2,
            _ => return Err(incomplete("Authorization has an unknown part")),
        };
        if !found[place].is_empty() {
            return Err(incomplete("Authorization has a part twice"));
        }
        found[place] = value.trim();
    }
    if found.contains(&"") {
        return Err(incomplete("Authorization lacks Credential, SignedHeaders or Signature"));
    }
    Ok(found)
}

/// The signed headers: in order, each once, each in the request; with `host` and every `x-acs-*` among them.
fn covered<'a>(incoming: &Incoming<'_>, list: &'a str) -> Result<Vec<&'a str>, Fault> {
    let signed: Vec<&str> = list.split(';').take(SIGNED_HEADERS_MAX + 1).collect();
    if signed.len() > SIGNED_HEADERS_MAX || !signed.is_sorted_by(|a, b| a < b) {
        return Err(incomplete("SignedHeaders is unsorted, repeated or too long"));
    }
    if let Some(absent) = signed.iter().find(|name| incoming.values(name).next().is_none()) {
        return Err(incomplete(&format!("the signed header {absent} is not in the request")));
    }
    let must = |name: &str| name == "host" || name.starts_with("x-acs-");
    let names = incoming.headers.iter().map(|(name, _)| *name);
    let open = |name: &&str| must(name) && signed.binary_search(name).is_err();
    match names.chain(["host", "x-acs-action", "x-acs-version"]).find(open) {
        Some(name) => Err(incomplete(&format!("the header {name} is not signed"))),
        None => Ok(signed),
    }
}

/// Whether `secret` signed this request, which makes this claim.
pub(crate) fn verify(claim: &Claim<'_>, incoming: &Incoming<'_>, params: &Params, secret: &str) -> Result<(), Fault> {
    let payload = hash_of(incoming.body);
    let canonical = canonical_request(incoming.method, params.query(), incoming, &claim.signed, &payload);
    let text = string_to_sign(&canonical);
    // The claimed hash is signed as a header; ours is what the signature must be about.
    let whole = payload == claim.payload;
    if same(sign(secret, &text).as_bytes(), claim.signature.as_bytes()) && whole {
        return Ok(());
    }
    Err(common::SIGNATURE_DOES_NOT_MATCH
        .with_message(format!("Specified signature does not match our calculation. server StringToSign is [{text}]")))
}

/// The text whose hash is signed. `sorted` holds the parameters of the query alone.
pub(crate) fn canonical_request<'a>(
    method: &str,
    sorted: impl Iterator<Item = (&'a str, &'a str)>,
    incoming: &Incoming<'_>,
    signed: &[&str],
    payload: &str,
) -> Vec<u8> {
    let mut out = Vec::with_capacity(1024);
    out.extend_from_slice(method.as_bytes());
    out.extend_from_slice(b"\n/\n");
    for (at, (name, value)) in sorted.enumerate() {
        if at > 0 {
            out.push(b'&');
        }
        push(&mut out, name);
        out.push(b'=');
        push(&mut out, value);
    }
    out.push(b'\n');
    for name in signed {
        out.extend_from_slice(name.as_bytes());
        out.push(b':');
        push_values(&mut out, incoming, name);
        out.push(b'\n');
    }
    out.push(b'\n');
    for (at, name) in signed.iter().enumerate() {
        if at > 0 {
            out.push(b';');
        }
        out.extend_from_slice(name.as_bytes());
    }
    out.push(b'\n');
    out.extend_from_slice(payload.as_bytes());
    out
}

/// The values of one header, sorted and joined with commas.
fn push_values(out: &mut Vec<u8>, incoming: &Incoming<'_>, name: &str) {
    let mut values = incoming.values(name);
    let (first, second) = (values.next().unwrap_or_default(), values.next());
    if second.is_none() {
        out.extend_from_slice(first);
        return;
    }
    let mut all: Vec<&[u8]> = incoming.values(name).collect();
    all.sort_unstable();
    out.extend_from_slice(&all.join(&b','));
}

/// The text that is signed.
pub(crate) fn string_to_sign(canonical: &[u8]) -> String {
    format!("{ALGORITHM}\n{}", hex(&Sha256::digest(canonical)))
}

/// The signature of a text, in small hexadecimal digits.
pub(crate) fn sign(secret: &str, text: &str) -> String {
    hex(&hmac_sha256(secret.as_bytes(), &[text.as_bytes()]))
}

/// SHA-256 of a body, in small hexadecimal digits.
pub(crate) fn hash_of(body: &[u8]) -> String {
    if body.is_empty() {
        return EMPTY.to_owned();
    }
    hex(&Sha256::digest(body))
}

#[cfg(test)]
mod tests {
    use super::{SIGNED_HEADERS_MAX, covered};
    use crate::request::Incoming;

    /// What is found signed of a request that has these headers beside those that must be.
    fn signed(others: &[String], list: &[&str]) -> Result<usize, String> {
        let mut headers: Vec<(&str, &[u8])> = others.iter().map(|name| (name.as_str(), &b"v"[..])).collect();
        headers.extend(["host", "x-acs-action", "x-acs-version"].map(|name| (name, &b"v"[..])));
        let incoming = Incoming { method: "POST", path: "/", query: None, headers: &headers, body: b"" };
        let list = list.join(";");
        let found = covered(&incoming, &list);
        found.map(|signed| signed.len()).map_err(|fault| fault.message.into_owned())
    }

    #[test]
    fn signed_headers_are_in_order_each_once_and_not_too_many() {
        let others: Vec<String> = (0..SIGNED_HEADERS_MAX).map(|at| format!("a{at:03}")).collect();
        let must = ["host", "x-acs-action", "x-acs-version"];
        let list = |count| [others[..count].iter().map(String::as_str).collect(), must.to_vec()].concat();
        let most = list(SIGNED_HEADERS_MAX - must.len());
        assert_eq!(signed(&others, &most), Ok(SIGNED_HEADERS_MAX));
        let told = |list: &[&str]| signed(&others, list).expect_err("it is refused");
        assert!(told(&list(SIGNED_HEADERS_MAX - must.len() + 1)).contains("too long"));
        assert!(told(&["host", "host", "x-acs-action", "x-acs-version"]).contains("repeated"));
        assert!(told(&["x-acs-action", "host", "x-acs-version"]).contains("unsorted"));
        assert!(told(&["host", "x-acs-version"]).contains("x-acs-action is not signed"));
    }
}

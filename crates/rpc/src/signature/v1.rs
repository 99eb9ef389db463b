//! Signature V1: HMAC-SHA1 over the method and all parameters, in Base64.
//!
//! Verified over the decoded parameters, encoded anew: clients write the same values in different ways.
//! Knows no header and no key store. Source: protocol reference, section 3.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{hmac_sha1, same};
use crate::encode::{ascii, push_twice};
use crate::fault::{Fault, common};
use crate::params::Params;
use crate::request::incomplete;

/// What the parameters say about their signature.
pub(crate) struct Claim<'a> {
    pub access_key_id: &'a str,
    pub timestamp: &'a str,
    pub nonce: &'a str,
    signature: &'a str,
}

impl<'a> Claim<'a> {
    /// Finds the common parameters, in the order in which the reference asks for them.
    pub fn read(params: &'a Params) -> Result<Self, Fault> {
        let need = |name, missing| params.text(name).filter(|text| !text.is_empty()).ok_or(missing);
        let access_key_id = need("AccessKeyId", common::MISSING_ACCESS_KEY_ID)?;
        let signature = need("Signature", common::MISSING_SIGNATURE)?;
        let timestamp = need("Timestamp", common::MISSING_TIMESTAMP)?;
        let nonce = need("SignatureNonce", common::MISSING_SIGNATURE_NONCE)?;
        let method = need("SignatureMethod", common::MISSING_SIGNATURE_METHOD)?;
        let version = need("SignatureVersion", common::MISSING_SIGNATURE_VERSION)?;
        // The legacy Python core sends SignatureType empty; bearer tokens and RSA are not served.
        let kind = params.text("SignatureType").unwrap_or_default();
        if method != "HMAC-SHA1" || !kind.is_empty() {
            return Err(common::INVALID_SIGNATURE_METHOD);
        }
        if version != "1.0" {
            return Err(incomplete("SignatureVersion must be 1.0"));
        }
        Ok(Self { access_key_id, timestamp, nonce, signature })
    }
}

/// Whether `secret` signed these parameters, which make this claim.
pub(crate) fn verify(claim: &Claim<'_>, method: &str, params: &Params, secret: &str) -> Result<(), Fault> {
    let text = string_to_sign(method, params.iter().filter(|(name, _)| *name != "Signature"));
    if same(sign(secret, &text).as_bytes(), claim.signature.as_bytes()) {
        return Ok(());
    }
    // The legacy Python SDK splits this message at its colon and compares what follows with its own text.
    let message = format!("{} server string to sign is:{}", common::SIGNATURE_DOES_NOT_MATCH.message, ascii(text));
    Err(common::SIGNATURE_DOES_NOT_MATCH.with_message(message))
}

/// The text that is signed. `sorted` holds all parameters but `Signature`, in byte order of names.
pub(crate) fn string_to_sign<'a>(method: &str, sorted: impl Iterator<Item = (&'a str, &'a str)>) -> Vec<u8> {
    let mut out = Vec::with_capacity(1024);
    out.extend_from_slice(method.as_bytes());
    out.extend_from_slice(b"&%2F&");
    // Names and values are encoded, joined with = and &, and the whole is encoded again.
    for (at, (name, value)) in sorted.enumerate() {
        if at > 0 {
            out.extend_from_slice(b"%26");
        }
        push_twice(&mut out, name);
        out.extend_from_slice(b"%3D");
        push_twice(&mut out, value);
    }
    out
}

/// The signature of a text, in Base64.
pub(crate) fn sign(secret: &str, text: &[u8]) -> String {
    let mut key = Vec::with_capacity(secret.len() + 1);
    key.extend_from_slice(secret.as_bytes());
    key.push(b'&');
    STANDARD.encode(hmac_sha1(&key, &[text]))
}

//! Both signatures once more, written from the protocol reference (sections 3 and 4) and from nothing else: texts built
//! with `format!`, encoded byte by byte. Shares with ours the hash functions alone.

use base64::Engine as _;
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use sha2::{Digest, Sha256};

/// V1 over all parameters but `Signature`: the Base64 text.
pub(crate) fn v1(method: &str, params: &[(String, String)], secret: &str) -> String {
    let text = format!("{method}&%2F&{}", encoded(&query(params)));
    let mut mac = Hmac::<Sha1>::new_from_slice(format!("{secret}&").as_bytes()).expect("any key");
    mac.update(text.as_bytes());
    base64::engine::general_purpose::STANDARD.encode(mac.finalize().into_bytes())
}

/// V3 over a request whose signed headers these are, each once and in order: the text of `Authorization`.
pub(crate) fn v3(
    method: &str,
    params: &[(String, String)],
    headers: &[(String, String)],
    body: &[u8],
    key: &str,
    secret: &str,
) -> String {
    let lines: String = headers.iter().map(|(name, value)| format!("{name}:{}\n", value.trim())).collect();
    let names: Vec<&str> = headers.iter().map(|(name, _)| name.as_str()).collect();
    let names = names.join(";");
    let canonical = format!("{method}\n/\n{}\n{lines}\n{names}\n{}", query(params), sha256(body));
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("any key");
    mac.update(format!("ACS3-HMAC-SHA256\n{}", sha256(canonical.as_bytes())).as_bytes());
    let signature = hex(&mac.finalize().into_bytes());
    format!("ACS3-HMAC-SHA256 Credential={key},SignedHeaders={names},Signature={signature}")
}

/// The parameters in order, encoded and joined.
pub(crate) fn query(params: &[(String, String)]) -> String {
    let mut sorted: Vec<_> = params.iter().collect();
    sorted.sort();
    let pairs: Vec<_> = sorted.iter().map(|(name, value)| format!("{}={}", encoded(name), encoded(value))).collect();
    pairs.join("&")
}

pub(crate) fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

fn encoded(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
    text.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

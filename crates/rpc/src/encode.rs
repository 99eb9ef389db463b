//! Percent-encoding as signatures want it (RFC 3986, UTF-8), and form decoding as clients send it.
//!
//! Knows no parameter and no signature. Source: protocol reference, section 3.

/// Capital hexadecimal digits, as percent-encoding wants them.
const CAPITALS: &[u8; 16] = b"0123456789ABCDEF";

/// Whether a byte stays as it is: `A-Z a-z 0-9 - _ . ~`.
const fn unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~')
}

/// `%XX` of one byte.
fn escape(byte: u8) -> [u8; 3] {
    let digit = |nibble: u8| CAPITALS[usize::from(nibble & 0x0f)];
    [b'%', digit(byte >> 4), digit(byte)]
}

/// Appends `text` percent-encoded.
pub fn push(out: &mut Vec<u8>, text: &str) {
    for &byte in text.as_bytes() {
        if unreserved(byte) {
            out.push(byte);
        } else {
            out.extend_from_slice(&escape(byte));
        }
    }
}

/// Appends `text` percent-encoded twice, which is what ends up in the string to sign of signature V1.
pub fn push_twice(out: &mut Vec<u8>, text: &str) {
    for &byte in text.as_bytes() {
        if unreserved(byte) {
            out.push(byte);
        } else {
            let [_, high, low] = escape(byte);
            out.extend_from_slice(&[b'%', b'2', b'5', high, low]);
        }
    }
}

/// `text` percent-encoded: a space is `%20`, `*` is `%2A`, `~` stays.
#[must_use]
pub fn percent(text: &str) -> String {
    let mut out = Vec::with_capacity(text.len() * 3);
    push(&mut out, text);
    ascii(out)
}

/// Appends `bytes` as small hexadecimal digits.
pub fn push_hex(out: &mut Vec<u8>, bytes: &[u8]) {
    for &byte in bytes {
        let [_, high, low] = escape(byte);
        out.extend_from_slice(&[high.to_ascii_lowercase(), low.to_ascii_lowercase()]);
    }
}

/// `bytes` as small hexadecimal digits.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    let mut out = Vec::with_capacity(bytes.len() * 2);
    push_hex(&mut out, bytes);
    ascii(out)
}

/// Text of bytes that this module wrote, all of them ASCII.
pub(crate) fn ascii(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_default()
}

/// Appends `raw` form-decoded: `+` is a space, `%XX` a byte, once only. `None` when an escape is broken;
/// what was appended until then is of no use.
#[must_use]
pub(crate) fn decode_form(out: &mut Vec<u8>, raw: &[u8]) -> Option<()> {
    let mut rest = raw.iter();
    while let Some(&byte) = rest.next() {
        out.push(match byte {
            b'+' => b' ',
            b'%' => digit(rest.next())? << 4 | digit(rest.next())?,
            plain => plain,
        });
    }
    Some(())
}

/// The value of one hexadecimal digit of either case.
fn digit(byte: Option<&u8>) -> Option<u8> {
    match *byte? {
        byte @ b'0'..=b'9' => Some(byte - b'0'),
        byte @ b'a'..=b'f' => Some(byte - b'a' + 10),
        byte @ b'A'..=b'F' => Some(byte - b'A' + 10),
        _ => None,
    }
}

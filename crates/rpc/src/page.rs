//! Page tokens: where a listing goes on, handed to the caller and taken back.
//!
//! Opaque to callers, worth nothing in other hands: a token is bound to whatever `binding` was made of (the
//! caller, the action and the filters), and any change of it is noticed. Knows no operation; draws no key.
//! A token is Base64 (URL letters, no padding) of a 32 byte HMAC-SHA256 and the cursor.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::limits::CURSOR_BYTES_MAX;
use crate::signature::{hmac_sha256, same};

/// Bytes of the proof at the beginning of a token.
const PROOF_BYTES: usize = 32;

/// The longest token, in characters.
pub const TOKEN_BYTES_MAX: usize = ((PROOF_BYTES + CURSOR_BYTES_MAX) * 4).div_ceil(3);

/// Sets these proofs apart from everything else the key may be used for.
const PURPOSE: &[u8] = b"berth page token 1";

/// A token that [`open`] turns back into `cursor`. A cursor beyond `limits::CURSOR_BYTES_MAX` would give a
/// token that is not taken back.
#[must_use]
pub fn issue(key: &[u8; 32], binding: &[u8; 32], cursor: &str) -> String {
    debug_assert!(cursor.len() <= CURSOR_BYTES_MAX, "a cursor beyond its limit");
    let mut token = Vec::with_capacity(PROOF_BYTES + cursor.len());
    token.extend_from_slice(&proof(key, binding, cursor.as_bytes()));
    token.extend_from_slice(cursor.as_bytes());
    URL_SAFE_NO_PAD.encode(token)
}

/// The cursor of a token that was issued with this key and binding; `None` for any other text.
#[must_use]
pub fn open(key: &[u8; 32], binding: &[u8; 32], token: &str) -> Option<String> {
    if token.len() > TOKEN_BYTES_MAX {
        return None;
    }
    let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
    let (theirs, cursor) = bytes.split_at_checked(PROOF_BYTES)?;
    if !same(&proof(key, binding, cursor), theirs) {
        return None;
    }
    String::from_utf8(cursor.to_vec()).ok()
}

fn proof(key: &[u8; 32], binding: &[u8; 32], cursor: &[u8]) -> [u8; PROOF_BYTES] {
    hmac_sha256(key, &[PURPOSE, binding, cursor])
}

#[cfg(test)]
mod tests {
    use super::{CURSOR_BYTES_MAX, URL_SAFE_NO_PAD, open, proof};
    use base64::Engine as _;

    #[test]
    fn a_token_that_is_too_long_is_refused_though_its_proof_is_right() {
        let (key, binding) = ([1; 32], [2; 32]);
        let token = |length| {
            let cursor = vec![b'c'; length];
            URL_SAFE_NO_PAD.encode([&proof(&key, &binding, &cursor)[..], &cursor].concat())
        };
        assert!(open(&key, &binding, &token(CURSOR_BYTES_MAX)).is_some());
        assert_eq!(open(&key, &binding, &token(CURSOR_BYTES_MAX + 1)), None);
    }
}

//! Page tokens: no text opens but what is issued with the same key to the same caller, and that in the one spelling it is
//! issued in.

use crate::drawn::Drawn;
use rpc::limits::CURSOR_BYTES_MAX;
use rpc::page::{issue, open};

pub(crate) fn holds(bytes: &[u8]) {
    let mut drawn = Drawn(bytes);
    let (key, binding, other) = ([drawn.byte(); 32], [drawn.byte(); 32], [drawn.byte(); 32]);
    let at = drawn.below(1 << 16);
    let change = drawn.byte();
    let text = String::from_utf8_lossy(drawn.0);
    // A fuzzer sees what its bytes are compared with, and so does make up the right ones; in the one spelling.
    assert!(open(&key, &binding, &text).is_none_or(|cursor| issue(&key, &binding, &cursor) == text));
    let cursor: String = text.chars().take(CURSOR_BYTES_MAX / 4).collect();
    let token = issue(&key, &binding, &cursor);
    assert_eq!(open(&key, &binding, &token).as_deref(), Some(&*cursor));
    if other != binding {
        assert_eq!(open(&key, &other, &token), None, "a token in other hands");
    }
    if other != key {
        assert_eq!(open(&other, &binding, &token), None, "a token of another key");
    }
    let mut changed = token.clone().into_bytes();
    let place = at % changed.len();
    changed[place] ^= change & 0x7f;
    let changed = String::from_utf8(changed).expect("ASCII");
    assert_eq!(open(&key, &binding, &changed).is_some(), changed == token, "a token changed at {place}");
}

//! Page tokens: taken back whole, from the same caller, and in no other way.

use proptest::prelude::*;
use rpc::{limits, page};

#[test]
fn tokens_of_another_key_or_binding_are_refused() {
    let token = page::issue(&[1; 32], &[2; 32], "crp-bp67acfmxazb4dck01");
    assert_eq!(page::open(&[1; 32], &[2; 32], &token).as_deref(), Some("crp-bp67acfmxazb4dck01"));
    assert_eq!(page::open(&[3; 32], &[2; 32], &token), None);
    assert_eq!(page::open(&[1; 32], &[3; 32], &token), None);
    assert!(token.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')));
}

#[test]
fn garbage_is_refused() {
    let huge = "A".repeat(page::TOKEN_BYTES_MAX + 1);
    let proofless = "A".repeat(42);
    for token in ["", "A", "*", "容", "0123456789abcdef0123456789abcdef", &huge, &proofless] {
        assert_eq!(page::open(&[1; 32], &[2; 32], token), None, "{token:.20}");
    }
}

#[test]
fn the_longest_cursor_fits() {
    let cursor = "c".repeat(limits::CURSOR_BYTES_MAX);
    let token = page::issue(&[1; 32], &[2; 32], &cursor);
    assert_eq!(token.len(), page::TOKEN_BYTES_MAX);
    assert_eq!(page::open(&[1; 32], &[2; 32], &token), Some(cursor));
}

proptest! {
    #[test]
    fn any_changed_character_is_refused(cursor in ".{0,20}", put in "[A-Za-z0-9_=-]") {
        let token = page::issue(&[1; 32], &[2; 32], &cursor);
        prop_assert_eq!(page::open(&[1; 32], &[2; 32], &token), Some(cursor));
        for at in 0..token.len() {
            let mut changed = token.clone();
            changed.replace_range(at..=at, &put);
            if changed != token {
                prop_assert_eq!(page::open(&[1; 32], &[2; 32], &changed), None);
            }
            prop_assert_eq!(page::open(&[1; 32], &[2; 32], &token[..at]), None);
        }
        prop_assert_eq!(page::open(&[1; 32], &[2; 32], &(token + &put)), None);
    }

    #[test]
    fn any_text_is_refused(token in "\\PC{0,60}|[A-Za-z0-9_-]{43,60}") {
        prop_assert_eq!(page::open(&[1; 32], &[2; 32], &token), None);
    }
}

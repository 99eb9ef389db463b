//! Randomness, and what is made of it: draws, RequestIds and keys. The only place that
//! asks the operating system for it. Knows no request.

use std::cell::RefCell;

/// Bytes drawn from the operating system at once, a thread.
const POOL_BYTES: usize = 4096;

struct Pool {
    bytes: Box<[u8; POOL_BYTES]>,
    used: usize,
}

thread_local! {
    static POOL: RefCell<Pool> = RefCell::new(Pool { bytes: Box::new([0; POOL_BYTES]), used: POOL_BYTES });
}

/// Sixteen bytes never given out before. Without randomness no id and no secret can be made and nothing may go on, so
/// a system that has none ends the thread.
#[must_use]
pub fn draw() -> u128 {
    POOL.with_borrow_mut(|pool| {
        if pool.used + 16 > POOL_BYTES {
            getrandom::fill(pool.bytes.as_mut_slice()).expect("the operating system gives randomness");
            pool.used = 0;
        }
        let mut drawn = [0; 16];
        drawn.copy_from_slice(&pool.bytes[pool.used..pool.used + 16]);
        pool.bytes[pool.used..pool.used + 16].fill(0);
        pool.used += 16;
        u128::from_ne_bytes(drawn)
    })
}

/// A key of 32 bytes.
#[must_use]
pub fn key() -> [u8; 32] {
    let mut key = [0; 32];
    key[..16].copy_from_slice(&draw().to_ne_bytes());
    key[16..].copy_from_slice(&draw().to_ne_bytes());
    key
}

/// A RequestId: a random UUID (version 4) in capitals.
#[must_use]
pub fn request_id() -> Box<str> {
    const VERSION: u128 = 0xf << 76;
    const VARIANT: u128 = 0b11 << 62;
    let bits = (draw() & !VERSION & !VARIANT) | (4 << 76) | (0b10 << 62);
    let mut text = String::with_capacity(36);
    for nibble in (0..32).rev() {
        let digit = (bits >> (nibble * 4)) & 0xf;
        text.push(char::from(b"0123456789ABCDEF"[usize::try_from(digit).unwrap_or_default()]));
        if matches!(nibble, 24 | 20 | 16 | 12) {
            text.push('-');
        }
    }
    text.into_boxed_str()
}

#[cfg(test)]
mod tests {
    use super::{draw, request_id};
    use std::collections::BTreeSet;

    #[test]
    fn a_request_id_is_a_uuid_of_version_4_in_capitals() {
        for _ in 0..1000 {
            let id = request_id();
            let parts: Vec<usize> = id.split('-').map(str::len).collect();
            assert_eq!(parts, [8, 4, 4, 4, 12], "{id}");
            assert!(id.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'A'..=b'F' | b'-')), "{id}");
            assert_eq!(&id[14..15], "4", "{id}");
            assert!(matches!(&id[19..20], "8" | "9" | "A" | "B"), "{id}");
        }
    }

    #[test]
    fn draws_differ() {
        let drawn: BTreeSet<u128> = (0..10_000).map(|_| draw()).collect();
        assert_eq!(drawn.len(), 10_000);
    }
}

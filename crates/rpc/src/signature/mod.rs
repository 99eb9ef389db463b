//! The two signatures of the dialect, and a client's half of both.
//!
//! Knows no key store: the secret arrives as a value and is never kept, logged or shown.

pub mod client;
pub mod v1;
pub mod v3;

use hmac::digest::KeyInit;
use hmac::{Hmac, Mac};
use sha1::Sha1;
use sha2::Sha256;
use subtle::ConstantTimeEq;

/// HMAC-SHA1 of the parts of a text, one after the other.
fn hmac_sha1(key: &[u8], parts: &[&[u8]]) -> [u8; 20] {
    hmac_of::<Hmac<Sha1>>(key, parts).into()
}

/// HMAC-SHA256 of the parts of a text, one after the other.
pub(crate) fn hmac_sha256(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    hmac_of::<Hmac<Sha256>>(key, parts).into()
}

fn hmac_of<M: Mac + KeyInit>(key: &[u8], parts: &[&[u8]]) -> hmac::digest::Output<M> {
    // HMAC takes keys of every length, so there is no error to meet here.
    #[expect(clippy::expect_used, reason = "HMAC is defined for keys of every length")]
    let mut mac = <M as KeyInit>::new_from_slice(key).expect("a key of any length");
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes()
}

/// Whether two texts are equal, in a time that tells nothing but whether their lengths are.
pub(crate) fn same(ours: &[u8], theirs: &[u8]) -> bool {
    ours.ct_eq(theirs).into()
}

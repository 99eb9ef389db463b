//! What is made of a draw: ids of accounts, and access keys with their secrets, as the dialect spells them.
//!
//! Draws no randomness and knows no account. Id and secret of a key come from one draw of 128 bits by HMAC-SHA256, each
//! for a purpose of its own, so that the id, which everybody may see, tells nothing of the secret.

use crate::signature::hmac_sha256;

const ID: &[u8] = b"berth access key id 1";
const SECRET: &[u8] = b"berth access key secret 1";
/// What every id begins with, as on record.
const PREFIX: &str = "LTAI5t";
/// Letters and digits of an id after its prefix, and of a secret: two halves each.
const ID_HALF: usize = 9;
const SECRET_HALF: usize = 15;
/// Digits of an account's id after the first, which is a 1.
const ACCOUNT_DIGITS: usize = 15;

const DIGITS: &[u8] = b"0123456789";
const ALPHANUMERIC: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/// The id of an account: 16 digits.
#[must_use]
pub fn account_id(draw: u128) -> String {
    format!("1{}", spell(draw, DIGITS, ACCOUNT_DIGITS))
}

/// Id and secret of an access key. Whoever knows the draw knows the secret: a draw makes one key and nothing else.
#[must_use]
pub fn access_key(draw: u128) -> (String, String) {
    (PREFIX.to_owned() + &text(draw, ID, ID_HALF), text(draw, SECRET, SECRET_HALF))
}

fn text(draw: u128, purpose: &[u8], half: usize) -> String {
    let (high, low) = halves(hmac_sha256(&draw.to_be_bytes(), &[purpose]));
    spell(high, ALPHANUMERIC, half) + &spell(low, ALPHANUMERIC, half)
}

fn halves(whole: [u8; 32]) -> (u128, u128) {
    let number = |bytes: &[u8]| bytes.iter().fold(0, |number, byte| number << 8 | u128::from(*byte));
    (number(&whole[..16]), number(&whole[16..]))
}

/// So many letters of an alphabet. 15 of 62 take 90 of 128 bits, so none is likelier than another by more than one part
/// in 2^38.
fn spell(mut number: u128, alphabet: &[u8], length: usize) -> String {
    let size = u128::try_from(alphabet.len()).unwrap_or(1);
    let letters = (0..length).map(|_| {
        let at = usize::try_from(number % size).unwrap_or_default();
        number /= size;
        char::from(alphabet[at])
    });
    letters.collect()
}

#[cfg(test)]
mod tests {
    use super::{access_key, account_id};
    use std::collections::BTreeSet;

    #[test]
    fn ids_and_secrets_have_their_form() {
        let legal = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric());
        for draw in [0, 1, 0x5eed << 60, u128::MAX] {
            let (id, secret) = access_key(draw);
            assert!(id.len() == 24 && id.starts_with("LTAI5t") && legal(&id), "{id}");
            assert!(secret.len() == 30 && legal(&secret), "{secret}");
            let account = account_id(draw);
            assert!(account.len() == 16 && account.bytes().all(|byte| byte.is_ascii_digit()), "{account}");
        }
    }

    #[test]
    fn draws_that_differ_by_a_bit_make_keys_that_have_nothing_in_common() {
        let keys: Vec<(String, String)> = (0..128).map(|bit| access_key(1 << bit)).collect();
        let differing: BTreeSet<&str> = keys.iter().flat_map(|(id, secret)| [id.as_str(), secret.as_str()]).collect();
        assert_eq!(differing.len(), 256);
        let (_, first) = access_key(0);
        for (_, secret) in &keys {
            let same = first.bytes().zip(secret.bytes()).filter(|(one, other)| one == other).count();
            assert!(same < 8, "{first} {secret}");
        }
        let letters: BTreeSet<u8> = keys.iter().flat_map(|(_, secret)| secret.bytes()).collect();
        assert_eq!(letters.len(), 62);
    }
}

//! Memory as it is written in a description: GiB, with a fraction if need be; kept in whole MiB.

use serde::de::{self, Deserialize, Deserializer, Visitor};
use std::fmt;

const MIB_A_GIB: u64 = 1024;
/// Digits on either side of the point: far more than any machine has, far less than could overflow.
const DIGITS_MAX: usize = 10;

/// MiB, read from GiB: `8`, `0.5` or `"0.5"`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mib(pub u64);

impl Mib {
    /// Reads GiB in plain decimal; nothing if it is none, or no whole number of MiB.
    #[must_use]
    pub fn of_gib(text: &str) -> Option<Self> {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
        let digits = |part: &str| part.len() <= DIGITS_MAX && part.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(whole) || !digits(fraction) {
            return None;
        }
        let (whole, parts): (u64, u64) = (whole.parse().ok()?, fraction.parse().ok()?);
        let one = 10_u64.pow(u32::try_from(fraction.len()).ok()?);
        let below = parts * MIB_A_GIB;
        below.is_multiple_of(one).then(|| Self(whole * MIB_A_GIB + below / one))
    }
}

impl<'de> Deserialize<'de> for Mib {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        struct Gib;
        impl Visitor<'_> for Gib {
            type Value = Mib;
            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("an amount of memory in GiB that is a whole number of MiB, such as 8 or 0.5")
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Mib, E> {
                Mib::of_gib(text).ok_or_else(|| E::invalid_value(de::Unexpected::Str(text), &self))
            }
            fn visit_i64<E: de::Error>(self, number: i64) -> Result<Mib, E> {
                self.visit_str(&number.to_string())
            }
            // Display of a float is its shortest exact decimal, so the text is what the operator wrote.
            fn visit_f64<E: de::Error>(self, number: f64) -> Result<Mib, E> {
                self.visit_str(&number.to_string())
            }
        }
        input.deserialize_any(Gib)
    }
}

#[cfg(test)]
mod tests {
    use super::Mib;

    #[test]
    fn gib_are_read_exactly() {
        let table =
            [("8", Some(8192)), ("0.5", Some(512)), ("1.25", Some(1280)), ("0.0009765625", Some(1)), ("0", Some(0))];
        for (text, mib) in table {
            assert_eq!(Mib::of_gib(text), mib.map(Mib), "{text}");
        }
        for odd in ["", "-1", "+1", "0.3", "1e3", "8.", ".5", "99999999999", "inf", "NaN", "1.2.3"] {
            assert_eq!(Mib::of_gib(odd), None, "{odd}");
        }
    }
}

//! Memory on the wire: GiB with a fraction, read and written exactly. No floats; knows no operation.

use std::cmp::Ordering;

/// Digits after the point that are read; more than any memory in MiB can have.
const FRACTION_DIGITS: usize = 10;
const FRACTION_ONE: u128 = 10_000_000_000;
const MIB_A_GIB: u64 = 1024;

/// An amount in GiB as a caller wrote it, exact to the tenth digit after the point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gib {
    parts: u128,
}

impl Gib {
    /// Reads `8`, `8.0`, `0.5`. Nothing for anything else: signs, blanks, exponents, leading zeros, more than ten
    /// digits on either side of the point.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
        let digits =
            |part: &str| (1..=FRACTION_DIGITS).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(whole) || !digits(fraction) || (whole.starts_with('0') && whole != "0") {
            return None;
        }
        let whole: u128 = whole.parse().ok()?;
        let fraction: u128 = format!("{fraction:0<FRACTION_DIGITS$}").parse().ok()?;
        Some(Self { parts: whole * FRACTION_ONE + fraction })
    }

    /// The same in MiB; nothing if that is no whole number.
    #[must_use]
    pub fn mib(self) -> Option<u64> {
        let parts = self.parts * u128::from(MIB_A_GIB);
        parts.is_multiple_of(FRACTION_ONE).then(|| u64::try_from(parts / FRACTION_ONE).ok())?
    }

    /// How this compares with an amount in MiB.
    #[must_use]
    pub fn compare(self, mib: u64) -> Ordering {
        (self.parts * u128::from(MIB_A_GIB)).cmp(&(u128::from(mib) * FRACTION_ONE))
    }
}

/// MiB written in GiB, with at least one digit after the point and no needless ones: `8.0`, `0.5`.
#[must_use]
pub fn render(mib: u64) -> String {
    let (whole, rest) = (mib / MIB_A_GIB, u128::from(mib % MIB_A_GIB));
    let fraction = format!("{:0FRACTION_DIGITS$}", rest * FRACTION_ONE / u128::from(MIB_A_GIB));
    let fraction = fraction.trim_end_matches('0');
    format!("{whole}.{}", if fraction.is_empty() { "0" } else { fraction })
}

#[cfg(test)]
mod tests {
    use super::{Gib, render};
    use std::cmp::Ordering;

    #[test]
    fn what_is_written_is_read_back() {
        let table =
            [(0, "0.0"), (1, "0.0009765625"), (512, "0.5"), (8192, "8.0"), (1536, "1.5"), (1023, "0.9990234375")];
        for (mib, text) in table {
            assert_eq!(render(mib), text);
            assert_eq!(Gib::parse(text).map(|gib| gib.compare(mib)), Some(Ordering::Equal), "{text}");
            assert_eq!(Gib::parse(text).and_then(Gib::mib), Some(mib), "{text}");
        }
        assert_eq!(Gib::parse("0.3").and_then(Gib::mib), None);
        assert_eq!(Gib::parse("9999999999.0").and_then(Gib::mib), Some(9_999_999_999 * 1024));
        assert_eq!(render(u64::MAX), "18014398509481983.9990234375");
    }

    #[test]
    fn only_plain_decimals_are_read() {
        for odd in ["", " 1", "1 ", "+1", "-1", "01", "1e3", ".5", "1.", "1.2.3", "0x8", "12345678901", "1.12345678901"]
        {
            assert_eq!(Gib::parse(odd), None, "{odd:?}");
        }
        assert_eq!(Gib::parse("8").map(|gib| gib.compare(8193)), Some(Ordering::Less));
        assert_eq!(Gib::parse("8.5").map(|gib| gib.compare(8192)), Some(Ordering::Greater));
    }
}

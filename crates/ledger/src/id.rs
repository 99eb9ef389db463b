//! Ids that Berth issues. Another shape than ours was never issued by us, so it parses to nothing.

use std::fmt;

/// Characters after the prefix, each `a-z` or `0-9`.
pub const ID_CODE_LEN: usize = 20;

/// What an id names; its prefix on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// `crp-`
    CapacityReservation,
    /// `eap-`
    ElasticityAssurance,
}

impl Kind {
    /// The letters before the hyphen.
    #[must_use]
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::CapacityReservation => "crp",
            Self::ElasticityAssurance => "eap",
        }
    }
}

/// Twenty characters as two numbers of base 36, because ids are compared at every step through every index.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Code {
    high: u64,
    low: u64,
}

/// The id of a reservation; its private pool has the same one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ReservationId(
    /// The kind is in the first number: those of the second kind come after all of the first.
    Code,
);

/// The id of an instance: `i-` and its code.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct InstanceId(Code);

const INSTANCE: &str = "i";
const HALF: usize = ID_CODE_LEN / 2;
/// One more than the greatest number that half a code can be.
const HALF_END: u64 = 36_u64.pow(10);
const _: () = assert!(HALF == 10 && HALF_END <= u64::MAX / 2);

impl Code {
    fn read(code: &[u8; ID_CODE_LEN]) -> Option<Self> {
        Some(Self { high: number(&code[..HALF])?, low: number(&code[HALF..])? })
    }

    fn characters(self) -> [u8; ID_CODE_LEN] {
        let mut code = [0; ID_CODE_LEN];
        spell(self.high, &mut code[..HALF]);
        spell(self.low, &mut code[HALF..]);
        code
    }
}

impl ReservationId {
    /// An id from its parts; nothing if a character is none of `a-z`, `0-9`.
    #[must_use]
    pub fn new(kind: Kind, code: [u8; ID_CODE_LEN]) -> Option<Self> {
        let Code { high, low } = Code::read(&code)?;
        let kind = match kind {
            Kind::CapacityReservation => 0,
            Kind::ElasticityAssurance => HALF_END,
        };
        Some(Self(Code { high: kind + high, low }))
    }

    /// Reads an id in the form that we issue.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (prefix, code) = text.split_once('-')?;
        let kind =
            [Kind::CapacityReservation, Kind::ElasticityAssurance].into_iter().find(|kind| kind.prefix() == prefix)?;
        Self::new(kind, code.as_bytes().try_into().ok()?)
    }

    /// What it names.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        if self.0.high < HALF_END { Kind::CapacityReservation } else { Kind::ElasticityAssurance }
    }

    /// The characters after the prefix.
    #[must_use]
    pub fn code(&self) -> [u8; ID_CODE_LEN] {
        Code { high: self.0.high % HALF_END, low: self.0.low }.characters()
    }
}

impl InstanceId {
    /// An id from its code; nothing if a character is none of `a-z`, `0-9`.
    #[must_use]
    pub fn new(code: [u8; ID_CODE_LEN]) -> Option<Self> {
        Code::read(&code).map(Self)
    }

    /// Reads an id in the form that we issue.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (prefix, code) = text.split_once('-')?;
        if prefix == INSTANCE { Self::new(code.as_bytes().try_into().ok()?) } else { None }
    }

    /// The characters after the prefix.
    #[must_use]
    pub fn code(&self) -> [u8; ID_CODE_LEN] {
        self.0.characters()
    }
}

/// Digits before letters, as in ASCII: ids of a kind are ordered as their texts are.
const DIGITS: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";

fn number(half: &[u8]) -> Option<u64> {
    half.iter().try_fold(0, |number, byte| {
        let digit = match byte {
            b'0'..=b'9' => byte - b'0',
            b'a'..=b'z' => byte - b'a' + 10,
            _ => return None,
        };
        Some(number * 36 + u64::from(digit))
    })
}

fn spell(mut number: u64, into: &mut [u8]) {
    for byte in into.iter_mut().rev() {
        *byte = DIGITS[usize::try_from(number % 36).unwrap_or(0)];
        number /= 36;
    }
}

fn write(f: &mut fmt::Formatter<'_>, prefix: &str, code: &[u8]) -> fmt::Result {
    write!(f, "{prefix}-")?;
    code.iter().try_for_each(|byte| fmt::Write::write_char(f, char::from(*byte)))
}

impl fmt::Display for ReservationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write(f, self.kind().prefix(), &self.code())
    }
}

impl fmt::Display for InstanceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write(f, INSTANCE, &self.code())
    }
}

impl fmt::Debug for InstanceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Debug for ReservationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::{InstanceId, Kind, ReservationId};

    #[test]
    fn ids_are_ordered_as_their_texts_are() {
        let mut texts: Vec<String> = ["crp-", "eap-"]
            .into_iter()
            .flat_map(|prefix| ["0", "9", "a", "z"].map(|first| format!("{prefix}{first}{:0>19}", first)))
            .chain(["crp-bp67acfmxazb4dck0123".to_owned(), "crp-zzzzzzzzzzzzzzzzzzzz".to_owned()])
            .collect();
        texts.sort();
        let ids: Vec<_> = texts.iter().map(|text| ReservationId::parse(text).expect("our own shape")).collect();
        assert!(ids.is_sorted());
        assert_eq!(ids.iter().map(ToString::to_string).collect::<Vec<_>>(), texts);
    }

    #[test]
    fn an_instance_is_not_a_reservation() {
        let text = "i-bp67acfmxazb4dck0123";
        let id = InstanceId::parse(text).expect("our own shape");
        assert_eq!(id.to_string(), text);
        assert_eq!(InstanceId::new(id.code()), Some(id));
        for other in ["crp-bp67acfmxazb4dck0123", "i-", "i-bp67acfmxazb4dck012", "I-bp67acfmxazb4dck0123", ""] {
            assert_eq!(InstanceId::parse(other), None, "{other:?}");
        }
    }

    #[test]
    fn only_ids_of_our_shape_parse() {
        let text = "crp-bp67acfmxazb4dck0123";
        let id = ReservationId::parse(text).expect("our own shape");
        assert_eq!((id.kind(), id.to_string().as_str()), (Kind::CapacityReservation, text));
        for other in [
            "",
            "-",
            "crp-",
            "crp",
            "crp-bp67acfmxazb4****",
            "CRP-bp67acfmxazb4dck0123",
            "crp-BP67acfmxazb4dck0123",
            "crp-bp67acfmxazb4dck01234",
            "i-bp67acfmxazb4dck0123",
            "crp-bp67acfmxazb4dck012é",
            "crp_bp67acfmxazb4dck0123",
        ] {
            assert_eq!(ReservationId::parse(other), None, "{other:?}");
        }
    }
}

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

/// The id of a reservation; its private pool has the same one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ReservationId {
    kind: Kind,
    code: [u8; ID_CODE_LEN],
}

impl ReservationId {
    /// An id from its parts; nothing if a character is none of `a-z`, `0-9`.
    #[must_use]
    pub fn new(kind: Kind, code: [u8; ID_CODE_LEN]) -> Option<Self> {
        let legal = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        code.iter().all(legal).then_some(Self { kind, code })
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
        self.kind
    }

    /// The characters after the prefix.
    #[must_use]
    pub const fn code(&self) -> &[u8; ID_CODE_LEN] {
        &self.code
    }
}

impl fmt::Display for ReservationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-", self.kind.prefix())?;
        self.code.iter().try_for_each(|byte| fmt::Write::write_char(f, char::from(*byte)))
    }
}

impl fmt::Debug for ReservationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::{Kind, ReservationId};

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

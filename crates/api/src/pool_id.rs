//! Ids of reservations: issuing them, and finding what a caller means by one.
//!
//! A stranger's reservation, one that never was and what is no id at all are the same here: nothing.

use crate::{Context, paging};
use ledger::{ID_CODE_LEN, Kind, Reservation, ReservationId};

const DIGITS: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";

/// Reads the id of a reservation of a kind.
pub fn parse(kind: Kind, text: &str) -> Option<ReservationId> {
    ReservationId::parse(text).filter(|id| id.kind() == kind)
}

/// The caller's own reservation of this kind and id.
pub fn own<'a>(context: &Context<'a>, kind: Kind, text: &str) -> Option<&'a Reservation> {
    own_of_any_kind(context, text).filter(|found| found.id.kind() == kind)
}

/// The caller's own reservation of this id, of whatever kind.
pub fn own_of_any_kind<'a>(context: &Context<'a>, text: &str) -> Option<&'a Reservation> {
    let (ledger, caller) = (context.ledger, &context.caller.account);
    ledger.reservation(&ReservationId::parse(text)?).filter(|found| found.owner == *caller)
}

/// The caller's own reservations of a kind among these ids, each once, the oldest first.
pub fn own_all<'a>(context: &Context<'a>, kind: Kind, texts: &[impl AsRef<str>]) -> Vec<&'a Reservation> {
    let mut found: Vec<&Reservation> = texts.iter().filter_map(|text| own(context, kind, text.as_ref())).collect();
    found.sort_unstable_by_key(|reservation| paging::place(reservation));
    found.dedup_by_key(|reservation| reservation.id);
    found
}

/// A new id of a kind. Nothing if the region's code is not of small letters and digits.
pub fn fresh(kind: Kind, region_code: &str, draw: u128) -> Option<ReservationId> {
    ReservationId::new(kind, code(region_code, draw))
}

/// The characters of a new id: the region's code, then digits of the draw. 17 digits of base 36 take 88 of its 128 bits,
/// so no digit is likelier than another by more than one part in 2^40.
pub fn code(region_code: &str, mut draw: u128) -> [u8; ID_CODE_LEN] {
    let mut code = [0; ID_CODE_LEN];
    let mut letters = region_code.bytes();
    for place in &mut code {
        *place = letters.next().unwrap_or_else(|| {
            let digit = usize::try_from(draw % 36).unwrap_or_default();
            draw /= 36;
            DIGITS[digit]
        });
    }
    code
}

#[cfg(test)]
mod tests {
    use super::fresh;
    use ledger::Kind;

    #[test]
    fn an_id_begins_with_its_region_and_shows_the_whole_draw() {
        let text = |draw| fresh(Kind::CapacityReservation, "bp1", draw).map(|id| id.to_string());
        assert_eq!(text(0).as_deref(), Some("crp-bp100000000000000000"));
        assert_eq!(text(35).as_deref(), Some("crp-bp1z0000000000000000"));
        assert_eq!(text(36_u128.pow(16)).as_deref(), Some("crp-bp100000000000000001"));
        assert_eq!(text(36_u128.pow(17)), text(0));
        assert!(text(u128::MAX).is_some_and(|text| text.len() == 24));
        assert_eq!(fresh(Kind::CapacityReservation, "BP1", 0), None);
    }
}

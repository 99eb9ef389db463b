//! Whether a batch can be about certain ids, told from its bytes: whoever looks for one reservation in a long journal need
//! not decode what is about others.

use ledger::{ID_CODE_LEN, InstanceId, ReservationId};
use std::collections::BTreeSet;

/// Whether one of these ids stands in the body of a frame, as ids are written there: as text, prefix and all. Where none
/// does, no fact in it is about one.
#[must_use]
pub fn mentions(body: &[u8], reservation: &ReservationId, instances: &BTreeSet<InstanceId>) -> bool {
    let hyphens = body.iter().enumerate().filter(|(_, byte)| **byte == b'-');
    let mut around = hyphens.filter_map(|(at, _)| Some((&body[..at], body[at + 1..].first_chunk::<ID_CODE_LEN>()?)));
    around.any(|(before, code)| {
        let ours = || before.ends_with(reservation.kind().prefix().as_bytes()) && *code == reservation.code();
        let inside = || InstanceId::new(*code).is_some_and(|id| instances.contains(&id));
        ours() || (before.ends_with(b"i") && inside())
    })
}

#[cfg(test)]
mod tests {
    use super::mentions;
    use crate::format::encode_batch;
    use crate::{Batch, Origin, Record};
    use ledger::{Entry, InstanceId, Moment, ReservationId};
    use std::collections::BTreeSet;

    fn body(entries: Vec<Entry>) -> Vec<u8> {
        let record = Record { at: Moment(1), origin: Origin::System, entries, remembered: None };
        encode_batch(&Batch { revision: 1, id: [0; 16], records: vec![record] }).body
    }

    #[test]
    fn ids_are_found_wherever_they_stand() {
        let [one, other, assurance] =
            ["crp-bp1aaaaaaaaaaaaaaaaa", "crp-bp1aaaaaaaaaaaaaaaab", "eap-bp1aaaaaaaaaaaaaaaaa"]
                .map(|text| ReservationId::parse(text).expect("an id"));
        let [guest, stranger] =
            ["i-bp1aaaaaaaaaaaaaaaaa", "i-bp1ccccccccccccccccc"].map(|text| InstanceId::parse(text).expect("an id"));
        let (inside, nobody) = (BTreeSet::from([guest]), BTreeSet::new());
        let about = |id| Entry::Began { id, at: Moment(1) };
        let gone = |id| Entry::Deleted { id, at: Moment(1) };
        let cases = [
            (vec![about(other), about(one)], true, true),
            (vec![about(other), about(assurance), gone(stranger)], false, false),
            (vec![gone(stranger), gone(guest)], false, true),
            (vec![], false, false),
        ];
        for (entries, alone, with_guest) in cases {
            let body = body(entries.clone());
            assert_eq!(mentions(&body, &one, &nobody), alone, "{entries:?}");
            assert_eq!(mentions(&body, &one, &inside), with_guest, "{entries:?}");
        }
        assert!(!mentions(b"-", &one, &inside) && !mentions(b"crp-bp1", &one, &inside));
    }
}

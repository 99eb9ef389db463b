//! Kind 6, Released: id text, at number (seconds since the epoch), why word (1 by-hand, 2 expired).

use crate::format::common::{put_id, put_moment, put_why, take_id, take_moment, take_why};
use crate::format::fields::{Malformed, Sink, Source};
use ledger::{Entry, Moment, ReservationId, Why};

pub(in crate::format) fn put(to: &mut dyn Sink, id: &ReservationId, at: Moment, why: Why) {
    put_id(to, "id", id);
    put_moment(to, "at", at);
    put_why(to, "why", why);
}

pub(in crate::format) fn take(from: &mut dyn Source) -> Result<Entry, Malformed> {
    Ok(Entry::Released { id: take_id(from, "id")?, at: take_moment(from, "at")?, why: take_why(from, "why")? })
}

#[cfg(test)]
mod tests {
    use super::super::super::checks::both_forms;
    use crate::format::common::any_id;
    use ledger::{Entry, Moment, Why};
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn comes_back(id in any_id(), at: u64, expired: bool) {
            both_forms(&Entry::Released { id, at: Moment(at), why: if expired { Why::Expired } else { Why::ByHand } })?;
        }
    }
}

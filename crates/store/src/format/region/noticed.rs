//! Kind 14, Noticed: id text, at number (seconds since the epoch).

use crate::format::common::{put_id, put_moment, take_id, take_moment};
use crate::format::fields::{Malformed, Sink, Source};
use ledger::{Entry, Moment, ReservationId};

pub(in crate::format) fn put(to: &mut dyn Sink, id: &ReservationId, at: Moment) {
    put_id(to, "id", id);
    put_moment(to, "at", at);
}

pub(in crate::format) fn take(from: &mut dyn Source) -> Result<Entry, Malformed> {
    Ok(Entry::Noticed { id: take_id(from, "id")?, at: take_moment(from, "at")? })
}

#[cfg(test)]
mod tests {
    use super::super::super::checks::both_forms;
    use crate::format::common::any_id;
    use ledger::{Entry, Moment};
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn comes_back(id in any_id(), at: u64) {
            both_forms(&Entry::Noticed { id, at: Moment(at) })?;
        }
    }
}

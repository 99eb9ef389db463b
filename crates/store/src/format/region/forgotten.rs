//! Kind 9, Forgotten: id text.

use crate::format::common::{put_id, take_id};
use crate::format::fields::{Malformed, Sink, Source};
use ledger::{Entry, ReservationId};

pub(in crate::format) fn put(to: &mut dyn Sink, id: &ReservationId) {
    put_id(to, "id", id);
}

pub(in crate::format) fn take(from: &mut dyn Source) -> Result<Entry, Malformed> {
    Ok(Entry::Forgotten { id: take_id(from, "id")? })
}

#[cfg(test)]
mod tests {
    use super::super::super::checks::both_forms;
    use crate::format::common::any_id;
    use ledger::Entry;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn comes_back(id in any_id()) {
            both_forms(&Entry::Forgotten { id })?;
        }
    }
}

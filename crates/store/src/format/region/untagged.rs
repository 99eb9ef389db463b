//! Kind 8, Untagged: id text, keys list of text.

use crate::format::common::{put_id, take_id};
use crate::format::fields::{Malformed, Sink, Source, put_all, take_all};
use ledger::{Entry, ReservationId};

pub(in crate::format) fn put(to: &mut dyn Sink, id: &ReservationId, keys: &[Box<str>]) {
    put_id(to, "id", id);
    put_all(to, "keys", keys);
}

pub(in crate::format) fn take(from: &mut dyn Source) -> Result<Entry, Malformed> {
    Ok(Entry::Untagged { id: take_id(from, "id")?, keys: take_all(from, "keys")? })
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
        fn comes_back(id in any_id(), keys: Vec<Box<str>>) {
            both_forms(&Entry::Untagged { id, keys })?;
        }
    }
}

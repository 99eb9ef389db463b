//! Kind 7, Tagged: id text, tags list of (key text, value text).

use crate::format::common::{put_id, take_id};
use crate::format::fields::{Malformed, Sink, Source, put_all, take_all};
use ledger::{Entry, ReservationId, Tag};

pub(in crate::format) fn put(to: &mut dyn Sink, id: &ReservationId, tags: &[Tag]) {
    put_id(to, "id", id);
    put_all(to, "tags", tags);
}

pub(in crate::format) fn take(from: &mut dyn Source) -> Result<Entry, Malformed> {
    Ok(Entry::Tagged { id: take_id(from, "id")?, tags: take_all(from, "tags")? })
}

#[cfg(test)]
mod tests {
    use super::super::super::checks::both_forms;
    use crate::format::common::any_id;
    use ledger::{Entry, Tag};
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn comes_back(id in any_id(), tags: Vec<(Box<str>, Box<str>)>) {
            both_forms(&Entry::Tagged { id, tags: tags.into_iter().map(|(key, value)| Tag { key, value }).collect() })?;
        }
    }
}

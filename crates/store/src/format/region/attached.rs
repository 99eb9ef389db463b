//! Kind 20, Attached: id text, attachment (mode word, target maybe text), place maybe (see `pieces.rs`).

use crate::format::fields::{Fields, Malformed, Sink, Source, put_maybe, take_maybe};
use crate::format::pieces::{put_instance, take_instance};
use ledger::{Attachment, Entry, InstanceId, Place};

pub(in crate::format) fn put(to: &mut dyn Sink, id: &InstanceId, attachment: Attachment, place: Option<&Place>) {
    put_instance(to, "id", id);
    attachment.put(to);
    put_maybe(to, "place", place);
}

pub(in crate::format) fn take(from: &mut dyn Source) -> Result<Entry, Malformed> {
    let (id, attachment) = (take_instance(from, "id")?, Attachment::take(from)?);
    Ok(Entry::Attached { id, attachment, place: take_maybe(from, "place")? })
}

#[cfg(test)]
mod tests {
    use super::super::super::checks::both_forms;
    use crate::format::pieces::any;
    use ledger::Entry;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn comes_back(id in any::instance_id(), attachment in any::attachment(), place in prop::option::of(any::place())) {
            both_forms(&Entry::Attached { id, attachment, place })?;
        }
    }
}

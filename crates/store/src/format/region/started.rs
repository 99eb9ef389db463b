//! Kind 18, Started: id text, at number (seconds since the epoch), place maybe (see `pieces.rs`): absent if it was kept.

use crate::format::common::{put_moment, take_moment};
use crate::format::fields::{Malformed, Sink, Source, put_maybe, take_maybe};
use crate::format::pieces::{put_instance, take_instance};
use ledger::{Entry, InstanceId, Moment, Place};

pub(in crate::format) fn put(to: &mut dyn Sink, id: &InstanceId, at: Moment, place: Option<&Place>) {
    put_instance(to, "id", id);
    put_moment(to, "at", at);
    put_maybe(to, "place", place);
}

pub(in crate::format) fn take(from: &mut dyn Source) -> Result<Entry, Malformed> {
    let (id, at) = (take_instance(from, "id")?, take_moment(from, "at")?);
    Ok(Entry::Started { id, at, place: take_maybe(from, "place")? })
}

#[cfg(test)]
mod tests {
    use super::super::super::checks::both_forms;
    use crate::format::pieces::any;
    use ledger::{Entry, Moment};
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn comes_back(id in any::instance_id(), at: u64, place in prop::option::of(any::place())) {
            both_forms(&Entry::Started { id, at: Moment(at), place })?;
        }
    }
}

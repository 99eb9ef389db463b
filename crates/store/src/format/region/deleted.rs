//! Kind 23, Deleted: id text, at number (seconds since the epoch).

use crate::format::common::{put_moment, take_moment};
use crate::format::fields::{Malformed, Sink, Source};
use crate::format::pieces::{put_instance, take_instance};
use ledger::{Entry, InstanceId, Moment};

pub(in crate::format) fn put(to: &mut dyn Sink, id: &InstanceId, at: Moment) {
    put_instance(to, "id", id);
    put_moment(to, "at", at);
}

pub(in crate::format) fn take(from: &mut dyn Source) -> Result<Entry, Malformed> {
    Ok(Entry::Deleted { id: take_instance(from, "id")?, at: take_moment(from, "at")? })
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
        fn comes_back(id in any::instance_id(), at: u64) {
            both_forms(&Entry::Deleted { id, at: Moment(at) })?;
        }
    }
}

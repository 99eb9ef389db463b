//! Kind 22, InstanceUntagged: id text, keys list of text.

use crate::format::fields::{Malformed, Sink, Source, put_all, take_all};
use crate::format::pieces::{put_instance, take_instance};
use ledger::{Entry, InstanceId};

pub(in crate::format) fn put(to: &mut dyn Sink, id: &InstanceId, keys: &[Box<str>]) {
    put_instance(to, "id", id);
    put_all(to, "keys", keys);
}

pub(in crate::format) fn take(from: &mut dyn Source) -> Result<Entry, Malformed> {
    Ok(Entry::InstanceUntagged { id: take_instance(from, "id")?, keys: take_all(from, "keys")? })
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
        fn comes_back(id in any::instance_id(), keys: Vec<Box<str>>) {
            both_forms(&Entry::InstanceUntagged { id, keys })?;
        }
    }
}

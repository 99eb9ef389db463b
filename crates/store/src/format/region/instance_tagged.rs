//! Kind 21, InstanceTagged: id text, tags list of (key text, value text).

use crate::format::fields::{Malformed, Sink, Source, put_all, take_all};
use crate::format::pieces::{put_instance, take_instance};
use ledger::{Entry, InstanceId, Tag};

pub(in crate::format) fn put(to: &mut dyn Sink, id: &InstanceId, tags: &[Tag]) {
    put_instance(to, "id", id);
    put_all(to, "tags", tags);
}

pub(in crate::format) fn take(from: &mut dyn Source) -> Result<Entry, Malformed> {
    Ok(Entry::InstanceTagged { id: take_instance(from, "id")?, tags: take_all(from, "tags")? })
}

#[cfg(test)]
mod tests {
    use super::super::super::checks::both_forms;
    use crate::format::pieces::any;
    use ledger::{Entry, Tag};
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn comes_back(id in any::instance_id(), tags: Vec<(Box<str>, Box<str>)>) {
            both_forms(&Entry::InstanceTagged {
                id,
                tags: tags.into_iter().map(|(key, value)| Tag { key, value }).collect(),
            })?;
        }
    }
}

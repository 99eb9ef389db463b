//! Kind 3, HostRemoved: host text.

use crate::format::fields::{Malformed, Sink, Source};
use ledger::{Entry, HostId};

pub(in crate::format) fn put(to: &mut dyn Sink, host: &HostId) {
    to.text("host", host.as_str());
}

pub(in crate::format) fn take(from: &mut dyn Source) -> Result<Entry, Malformed> {
    Ok(Entry::HostRemoved { host: from.text("host")?.as_ref().into() })
}

#[cfg(test)]
mod tests {
    use super::super::super::checks::both_forms;
    use ledger::Entry;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn comes_back(host: String) {
            both_forms(&Entry::HostRemoved { host: host.as_str().into() })?;
        }
    }
}

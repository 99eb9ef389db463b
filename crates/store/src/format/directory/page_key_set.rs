//! Kind 6, PageKeySet: key 32 bytes. A secret: exports hold it.

use crate::format::fields::{Malformed, Sink, Source};
use ledger::directory::{Entry, PageKey};

pub(in crate::format) fn put(to: &mut dyn Sink, key: &PageKey) {
    to.fixed("key", &key.0);
}

pub(in crate::format) fn take(from: &mut dyn Source) -> Result<Entry, Malformed> {
    let mut key = [0; 32];
    from.fixed("key", &mut key)?;
    Ok(Entry::PageKeySet(PageKey(key)))
}

#[cfg(test)]
mod tests {
    use super::super::super::checks::both_forms;
    use ledger::directory::{Entry, PageKey};
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn comes_back(key: [u8; 32]) {
            both_forms(&Entry::PageKeySet(PageKey(key)))?;
        }
    }
}

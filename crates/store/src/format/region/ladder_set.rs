//! Kind 1, LadderSet: class text, rungs list of number.

use crate::format::fields::{Malformed, Sink, Source, put_all, take_all};
use ledger::{ClassName, Entry};

pub(in crate::format) fn put(to: &mut dyn Sink, class: &ClassName, rungs: &[u32]) {
    to.text("class", class.as_str());
    put_all(to, "rungs", rungs);
}

pub(in crate::format) fn take(from: &mut dyn Source) -> Result<Entry, Malformed> {
    Ok(Entry::LadderSet { class: from.text("class")?.as_ref().into(), rungs: take_all(from, "rungs")? })
}

#[cfg(test)]
mod tests {
    use super::super::super::checks::both_forms;
    use ledger::Entry;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn comes_back(class: String, rungs: Vec<u32>) {
            both_forms(&Entry::LadderSet { class: class.as_str().into(), rungs })?;
        }
    }
}

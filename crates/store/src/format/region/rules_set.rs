//! Kind 24, RulesSet: id text, rules list of the rules of kind 10 (see reserved_later.rs).

use crate::format::common::{put_id, take_id};
use crate::format::fields::{Malformed, Sink, Source, put_all, take_all};
use ledger::{Entry, ReservationId, Rule};

pub(in crate::format) fn put(to: &mut dyn Sink, id: &ReservationId, rules: &[Rule]) {
    put_id(to, "id", id);
    put_all(to, "rules", rules);
}

pub(in crate::format) fn take(from: &mut dyn Source) -> Result<Entry, Malformed> {
    Ok(Entry::RulesSet { id: take_id(from, "id")?, rules: take_all(from, "rules")?.into() })
}

#[cfg(test)]
mod tests {
    use super::super::super::checks::both_forms;
    use super::super::reserved_later::any_rule;
    use crate::format::common::any_id;
    use ledger::Entry;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn comes_back(id in any_id(), rules in prop::collection::vec(any_rule(), 0..4)) {
            both_forms(&Entry::RulesSet { id, rules: rules.into() })?;
        }
    }
}

//! Kind 16, RenewalSet: id text, renewal (status word, count number, unit word).

use crate::format::common::{put_id, take_id};
use crate::format::fields::{Fields, Malformed, Sink, Source};
use ledger::{Entry, Renewal, ReservationId};

pub(in crate::format) fn put(to: &mut dyn Sink, id: &ReservationId, renewal: Renewal) {
    put_id(to, "id", id);
    renewal.put(to);
}

pub(in crate::format) fn take(from: &mut dyn Source) -> Result<Entry, Malformed> {
    Ok(Entry::RenewalSet { id: take_id(from, "id")?, renewal: Renewal::take(from)? })
}

#[cfg(test)]
mod tests {
    use super::super::super::checks::both_forms;
    use crate::format::common::any_id;
    use crate::format::pieces::any;
    use ledger::Entry;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn comes_back(id in any_id(), renewal in any::renewal()) {
            both_forms(&Entry::RenewalSet { id, renewal })?;
        }
    }
}

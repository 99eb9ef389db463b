//! Kind 15, Renewed: id text, period (count number, unit word), end number (seconds since the epoch).

use crate::format::common::{put_id, put_moment, take_id, take_moment};
use crate::format::fields::{Fields, Malformed, Sink, Source};
use ledger::{Entry, Moment, Period, ReservationId};

pub(in crate::format) fn put(to: &mut dyn Sink, id: &ReservationId, period: Period, end: Moment) {
    put_id(to, "id", id);
    period.put(to);
    put_moment(to, "end", end);
}

pub(in crate::format) fn take(from: &mut dyn Source) -> Result<Entry, Malformed> {
    let (id, period) = (take_id(from, "id")?, Period::take(from)?);
    Ok(Entry::Renewed { id, period, end: take_moment(from, "end")? })
}

#[cfg(test)]
mod tests {
    use super::super::super::checks::both_forms;
    use crate::format::common::any_id;
    use crate::format::pieces::any;
    use ledger::{Entry, Moment};
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn comes_back(id in any_id(), period in any::period(), end: u64) {
            both_forms(&Entry::Renewed { id, period, end: Moment(end) })?;
        }
    }
}

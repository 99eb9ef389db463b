//! Kind 12, Rescheduled: id text, starts number, end number (seconds since the epoch).

use crate::format::common::{put_id, put_moment, take_id, take_moment};
use crate::format::fields::{Malformed, Sink, Source};
use ledger::{Entry, Moment, ReservationId};

pub(in crate::format) fn put(to: &mut dyn Sink, id: &ReservationId, starts: Moment, end: Moment) {
    put_id(to, "id", id);
    put_moment(to, "starts", starts);
    put_moment(to, "end", end);
}

pub(in crate::format) fn take(from: &mut dyn Source) -> Result<Entry, Malformed> {
    let (id, starts) = (take_id(from, "id")?, take_moment(from, "starts")?);
    Ok(Entry::Rescheduled { id, starts, end: take_moment(from, "end")? })
}

#[cfg(test)]
mod tests {
    use super::super::super::checks::both_forms;
    use crate::format::common::any_id;
    use ledger::{Entry, Moment};
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn comes_back(id in any_id(), starts: u64, end: u64) {
            both_forms(&Entry::Rescheduled { id, starts: Moment(starts), end: Moment(end) })?;
        }
    }
}

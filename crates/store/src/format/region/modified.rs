//! Kind 5, Modified: id text, name maybe text, description maybe text, end maybe (at maybe number: absent is
//! by hand), count maybe number. What is absent is unchanged.

use crate::format::common::{put_end, put_id, take_end, take_id};
use crate::format::fields::{Malformed, Sink, Source, put_maybe, take_maybe};
use ledger::{End, Entry, ReservationId};

pub(in crate::format) fn put(
    to: &mut dyn Sink,
    id: &ReservationId,
    name: Option<&str>,
    description: Option<&str>,
    end: Option<End>,
    count: Option<u32>,
) {
    put_id(to, "id", id);
    to.maybe("name", name.is_some(), &mut |_, item| item.text("", name.unwrap_or_default()));
    to.maybe("description", description.is_some(), &mut |_, item| item.text("", description.unwrap_or_default()));
    to.maybe("end", end.is_some(), &mut |_, item| {
        if let Some(end) = end {
            put_end(item, "at", end);
        }
    });
    put_maybe(to, "count", count.as_ref());
}

pub(in crate::format) fn take(from: &mut dyn Source) -> Result<Entry, Malformed> {
    let (id, name) = (take_id(from, "id")?, take_maybe(from, "name")?);
    let description = take_maybe(from, "description")?;
    let mut end = None;
    from.maybe("end", &mut |item| {
        end = Some(take_end(item, "at")?);
        Ok(())
    })?;
    Ok(Entry::Modified { id, name, description, end, count: take_maybe(from, "count")? })
}

#[cfg(test)]
mod tests {
    use super::super::super::checks::both_forms;
    use crate::format::common::any_id;
    use ledger::{End, Entry, Moment};
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn comes_back(id in any_id(), name: Option<Box<str>>, description: Option<Box<str>>, end: Option<Option<u64>>, count: Option<u32>) {
            both_forms(&Entry::Modified {
                id,
                name,
                description,
                end: end.map(|end| end.map_or(End::ByHand, |at| End::At(Moment(at)))),
                count,
            })?;
        }
    }
}

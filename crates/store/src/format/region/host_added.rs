//! Kind 2, HostAdded: host text, zone text, class text, units number.

use crate::format::fields::{Malformed, Sink, Source, take_u32};
use ledger::{ClassName, Entry, HostId, ZoneName};

pub(in crate::format) fn put(to: &mut dyn Sink, host: &HostId, zone: &ZoneName, class: &ClassName, units: u32) {
    to.text("host", host.as_str());
    to.text("zone", zone.as_str());
    to.text("class", class.as_str());
    to.number("units", u64::from(units));
}

pub(in crate::format) fn take(from: &mut dyn Source) -> Result<Entry, Malformed> {
    Ok(Entry::HostAdded {
        host: from.text("host")?.as_ref().into(),
        zone: from.text("zone")?.as_ref().into(),
        class: from.text("class")?.as_ref().into(),
        units: take_u32(from, "units")?,
    })
}

#[cfg(test)]
mod tests {
    use super::super::super::checks::both_forms;
    use ledger::Entry;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn comes_back(host: String, zone: String, class: String, units: u32) {
            both_forms(&Entry::HostAdded {
                host: host.as_str().into(),
                zone: zone.as_str().into(),
                class: class.as_str().into(),
                units,
            })?;
        }
    }
}

//! Kind 11, HostMarked: host text, state word (1 in-service, 2 draining, 3 failed).

use crate::format::fields::{Malformed, Sink, Source, Words};
use ledger::{Entry, HostId, HostState};

const STATE: &Words = &[(1, "in-service"), (2, "draining"), (3, "failed")];

pub(in crate::format) fn put(to: &mut dyn Sink, host: &HostId, state: HostState) {
    to.text("host", host.as_str());
    let code = match state {
        HostState::InService => 1,
        HostState::Draining => 2,
        HostState::Failed => 3,
    };
    to.word("state", STATE, code);
}

pub(in crate::format) fn take(from: &mut dyn Source) -> Result<Entry, Malformed> {
    let host = from.text("host")?.as_ref().into();
    let state = match from.word("state", STATE)? {
        1 => HostState::InService,
        2 => HostState::Draining,
        _ => HostState::Failed,
    };
    Ok(Entry::HostMarked { host, state })
}

#[cfg(test)]
mod tests {
    use super::super::super::checks::both_forms;
    use ledger::{Entry, HostState};
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn comes_back(host: String, which in 0..3_usize) {
            both_forms(&Entry::HostMarked {
                host: host.as_str().into(),
                state: [HostState::InService, HostState::Draining, HostState::Failed][which],
            })?;
        }
    }
}

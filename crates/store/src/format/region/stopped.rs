//! Kind 19, Stopped: id text, at number (seconds since the epoch), how word (1 keeping, 2 giving, 3 reclaimed).

use crate::format::common::{put_moment, take_moment};
use crate::format::fields::{Malformed, Sink, Source, Words};
use crate::format::pieces::{put_instance, take_instance};
use ledger::{Entry, Halt, InstanceId, Moment};

const HOW: &Words = &[(1, "keeping"), (2, "giving"), (3, "reclaimed")];

pub(in crate::format) fn put(to: &mut dyn Sink, id: &InstanceId, at: Moment, how: Halt) {
    put_instance(to, "id", id);
    put_moment(to, "at", at);
    let code = match how {
        Halt::Keeping => 1,
        Halt::Giving => 2,
        Halt::Reclaimed => 3,
    };
    to.word("how", HOW, code);
}

pub(in crate::format) fn take(from: &mut dyn Source) -> Result<Entry, Malformed> {
    let (id, at) = (take_instance(from, "id")?, take_moment(from, "at")?);
    let how = match from.word("how", HOW)? {
        1 => Halt::Keeping,
        2 => Halt::Giving,
        _ => Halt::Reclaimed,
    };
    Ok(Entry::Stopped { id, at, how })
}

#[cfg(test)]
mod tests {
    use super::super::super::checks::both_forms;
    use crate::format::pieces::any;
    use ledger::{Entry, Halt, Moment};
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn comes_back(id in any::instance_id(), at: u64, which in 0..3_usize) {
            both_forms(&Entry::Stopped {
                id,
                at: Moment(at),
                how: [Halt::Keeping, Halt::Giving, Halt::Reclaimed][which],
            })?;
        }
    }
}

//! Streams of commands into the real ledger, operations and desk: each byte chooses what happens next, and the judge of the
//! simulation says whether all still holds, the ledger's invariants first.

pub(crate) fn holds(bytes: &[u8]) {
    if let Err(failed) = sim::run_chosen(bytes) {
        panic!("{failed}");
    }
}

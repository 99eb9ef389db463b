//! The invariants again, in the plainest and slowest way.

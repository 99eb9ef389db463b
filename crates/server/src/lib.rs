//! Network, clock, entropy, configuration: the only crate that touches them.

pub mod fleet;

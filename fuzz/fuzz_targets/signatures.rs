//! See crates/oracles/src/signatures.rs.
#![no_main]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| oracles::holds("signatures", bytes));

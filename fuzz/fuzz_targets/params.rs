//! See crates/oracles/src/params.rs.
#![no_main]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| oracles::holds("params", bytes));

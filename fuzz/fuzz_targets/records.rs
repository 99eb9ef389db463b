//! See crates/oracles/src/records.rs.
#![no_main]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| oracles::holds("records", bytes));

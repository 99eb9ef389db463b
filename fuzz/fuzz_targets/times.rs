//! See crates/oracles/src/times.rs.
#![no_main]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| oracles::holds("times", bytes));

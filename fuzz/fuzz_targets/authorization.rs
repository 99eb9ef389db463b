//! See crates/oracles/src/authorization.rs.
#![no_main]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| oracles::holds("authorization", bytes));

//! See crates/oracles/src/page_tokens.rs.
#![no_main]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| oracles::holds("page_tokens", bytes));

//! See crates/oracles/src/commands.rs.
#![no_main]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| oracles::holds("commands", bytes));

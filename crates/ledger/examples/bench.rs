//! Runs the ledger's benchmark: `cargo run --release -p ledger --example bench`.
#![allow(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    reason = "what measures needs a clock; the ledger has none"
)]

#[path = "../../../xtask/src/bench/ledger.rs"]
mod bench;

fn main() {
    bench::run();
}

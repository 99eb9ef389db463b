//! Runs the ledger's benchmark: `cargo run --release -p ledger --example bench`.
#![allow(clippy::disallowed_types, reason = "what measures needs a clock; the ledger has none")]
#![allow(clippy::disallowed_methods, reason = "it reads what the system says of its memory")]

#[path = "../../../xtask/src/bench/ledger.rs"]
mod bench;

fn main() {
    bench::run();
}

//! The tasks of `cargo xtask`, as a library so that tests run the same code.
//! Knows the tree it was built from; nothing that is shipped depends on it.

use std::path::PathBuf;

pub mod bench;
mod console;
pub mod contract;
pub mod dialogue;
pub mod docs;
pub mod fuzz;
pub mod mutants;
pub mod planted;
mod shown;
pub mod sim;
pub mod test;
pub mod tidy;
mod tree;

/// The root of the tree this was built from.
#[must_use]
pub fn root() -> PathBuf {
    let mut path = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    path.pop();
    path
}

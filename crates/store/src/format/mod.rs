//! Facts as bytes on disk and as text in exports.
//!
//! Each kind of record has a file of its own with its layout, described once for both forms (`fields.rs`)
//! and checked by hand: no layout follows from how a domain type happens to be declared. Numbers on disk
//! are added, never changed, never reused (`kinds.rs`). Reading arbitrary bytes never panics and never
//! allocates more than a small multiple of them.
//!
//! Knows no engine and no file.

mod batch;
mod binary;
mod chunk;
mod common;
mod directory;
mod fields;
mod kinds;
mod lines;
mod mentions;
mod origin;
mod pieces;
mod region;
mod text;

#[cfg(test)]
mod checks;

pub use batch::{Written, decode_batch, encode_batch};
pub use chunk::{Chunks, decode_chunk};
pub use fields::Malformed;
pub use kinds::{Fact, PutFact, TakeFact, kind_name};
pub use lines::fact_to_json;
pub(crate) use lines::{fact_from_json, record_from_json, record_to_json, remembered_from_json, remembered_to_json};
pub use mentions::mentions;
pub use text::hex;
pub(crate) use text::{Object, unhex};

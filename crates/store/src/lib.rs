//! Remembering: the journal of what a desk decided, checkpoints of its state, and their formats.
//!
//! - [`Store`] is all that a desk asks of an engine: [`Memory`], [`Embedded`] (files), [`Delayed`].
//!   Engines keep opaque bytes and know nothing of the ledger.
//! - [`mod@format`] turns facts into those bytes and back. It knows no engine.
//! - [`tools`] reads whole stores for the operator: info, verify, export, import, history.
//!
//! Nothing here decides anything about capacity, reads a clock or draws an id.

mod batch;
mod chain;
mod delayed;
pub mod embedded;
pub mod format;
mod life;
mod memory;
mod moments;
mod store;
pub mod tools;

pub use batch::{Batch, Origin, Piece, Record, Remembered};
pub use chain::{follow, link};
pub use delayed::Delayed;
pub use embedded::{DIRECTORY, DataFolder, Embedded, can_name_region};
pub use life::{About, Subject, Watch};
pub use memory::{Image, MEMORY_JOURNAL_BYTES, Memory};
pub use moments::{batch_at, revision_at};
pub use store::{
    Appended, BatchId, CHUNK_BYTES, CHUNK_BYTES_MAX, ChainHash, CheckpointWriter, Control, FRAME_BYTES_MAX, Failure,
    Frame, FrameVisitor, Head, LoadVisitor, Loaded, Refused, Store,
};

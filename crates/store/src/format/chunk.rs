//! The layout of a checkpoint chunk: pieces of the state, one after the other.
//!
//! ```text
//! format   1 byte, 1
//! then, until the end: kind 1 byte, and
//!   1   entries      list of: kind 1 byte, then the layout of that kind
//!   2   remembered   list of: see origin.rs
//!   3   latest       number, seconds since the epoch
//! ```

use super::batch::{put_facts, take_facts};
use super::binary::Bytes;
use super::common::{put_moment, take_moment};
use super::fields::{Fields, Malformed, Source, put_all, take_all};
use super::kinds::Fact;
use crate::{CHUNK_BYTES, CheckpointWriter, Failure, Piece, Remembered};
use std::sync::Arc;

const FORMAT: u8 = 1;
const ENTRIES: u8 = 1;
const REMEMBERED: u8 = 2;
const LATEST: u8 = 3;

/// Items that are encoded together at most, so that no chunk grows much beyond [`CHUNK_BYTES`].
const STRETCH: usize = 16;

/// Gathers pieces into chunks of about [`CHUNK_BYTES`] and hands them to the writer of a checkpoint.
pub struct Chunks {
    writer: Box<dyn CheckpointWriter>,
    chunk: Vec<u8>,
}

impl Chunks {
    /// Into this checkpoint.
    #[must_use]
    pub fn new(writer: Box<dyn CheckpointWriter>) -> Self {
        Self { writer, chunk: vec![FORMAT] }
    }

    /// Adds a piece.
    ///
    /// # Errors
    /// As [`CheckpointWriter::chunk`].
    pub fn piece<E: Fact>(&mut self, piece: &Piece<E>) -> Result<(), Failure> {
        match piece {
            Piece::Entries(entries) => entries.chunks(STRETCH).try_for_each(|some| {
                self.chunk.push(ENTRIES);
                put_facts(&mut self.chunk, some);
                self.flush(CHUNK_BYTES)
            }),
            Piece::Remembered(tokens) => tokens.chunks(STRETCH).try_for_each(|some| {
                self.chunk.push(REMEMBERED);
                put_all(&mut self.chunk, "remembered", some);
                self.flush(CHUNK_BYTES)
            }),
            Piece::Latest(at) => {
                self.chunk.push(LATEST);
                put_moment(&mut self.chunk, "latest", *at);
                self.flush(CHUNK_BYTES)
            }
        }
    }

    fn flush(&mut self, when: usize) -> Result<(), Failure> {
        if self.chunk.len() < when {
            return Ok(());
        }
        self.writer.chunk(&self.chunk)?;
        self.chunk.truncate(1);
        Ok(())
    }

    /// Completes the checkpoint.
    ///
    /// # Errors
    /// As [`CheckpointWriter::finish`].
    pub fn finish(mut self) -> Result<(), Failure> {
        self.flush(2)?;
        self.writer.finish()
    }
}

impl Fields for Arc<Remembered> {
    fn put(&self, to: &mut dyn super::fields::Sink) {
        Remembered::put(self, to);
    }
    fn take(from: &mut dyn Source) -> Result<Self, Malformed> {
        Remembered::take(from).map(Self::new)
    }
}

/// The pieces in a chunk, in order.
///
/// # Errors
/// When the chunk is not one that [`Chunks`] of this or an earlier version wrote.
pub fn decode_chunk<E: Fact>(bytes: &[u8]) -> Result<Vec<Piece<E>>, Malformed> {
    let mut from = Bytes(bytes);
    let mut byte = [0];
    from.fixed("format", &mut byte)?;
    if byte[0] != FORMAT {
        return Err(Malformed::new(format!("chunk format {} is not known; use a newer version of Berth", byte[0])));
    }
    let mut pieces = Vec::new();
    while from.end().is_err() {
        from.fixed("piece", &mut byte)?;
        pieces.push(match byte[0] {
            ENTRIES => Piece::Entries(take_facts(&mut from)?),
            REMEMBERED => Piece::Remembered(take_all(&mut from, "remembered")?),
            LATEST => Piece::Latest(take_moment(&mut from, "latest")?),
            other => return Err(Malformed::new(format!("kind {other} of piece is not known"))),
        });
    }
    Ok(pieces)
}

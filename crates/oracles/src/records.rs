//! Records on disk: bytes that are taken are written again as the same bytes, and what they mean stays the same; all others
//! are refused without a panic. Of a region's and of the directory's facts.

use ledger::directory;
use std::sync::{Arc, Mutex};
use store::format::{Chunks, Fact, decode_batch, decode_chunk, encode_batch};
use store::{CheckpointWriter, Failure, Frame};

/// Bytes: the first chooses the form, the rest is a body.
pub(crate) fn holds(bytes: &[u8]) {
    let Some((form, body)) = bytes.split_first() else { return };
    match form % 4 {
        0 => batch::<ledger::Entry>(body),
        1 => batch::<directory::Entry>(body),
        2 => chunk::<ledger::Entry>(body),
        _ => chunk::<directory::Entry>(body),
    }
}

fn batch<E: Fact + PartialEq + std::fmt::Debug>(body: &[u8]) {
    let frame = Frame { revision: 7, batch: [9; 16], body: body.to_vec() };
    if let Ok(batch) = decode_batch::<E>(&frame) {
        assert_eq!(encode_batch(&batch), frame, "one meaning, one form");
    }
}

/// Keeps chunks in memory.
#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<Vec<u8>>>>);

impl CheckpointWriter for Kept {
    fn chunk(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        self.0.lock().expect("one thread").push(bytes.to_vec());
        Ok(())
    }

    fn finish(self: Box<Self>) -> Result<(), Failure> {
        Ok(())
    }
}

fn chunk<E: Fact + PartialEq + std::fmt::Debug>(body: &[u8]) {
    let Ok(pieces) = decode_chunk::<E>(body) else { return };
    let kept = Kept::default();
    let mut chunks = Chunks::new(Box::new(kept.clone()));
    for piece in &pieces {
        chunks.piece(piece).expect("memory takes it");
    }
    chunks.finish().expect("memory takes it");
    let written = kept.0.lock().expect("one thread");
    let read: Vec<_> = written.iter().flat_map(|bytes| decode_chunk::<E>(bytes).expect("it is read")).collect();
    assert_eq!(flat(read), flat(pieces));
}

/// Pieces hold several items each; how many does not matter.
fn flat<E: Fact>(pieces: Vec<store::Piece<E>>) -> Vec<store::Piece<E>> {
    use store::Piece::{Entries, Latest, Remembered};
    let each = |piece| match piece {
        Entries(entries) => entries.into_iter().map(|it| Entries(vec![it])).collect::<Vec<_>>(),
        Remembered(all) => all.into_iter().map(|it| Remembered(vec![it])).collect(),
        Latest(at) => vec![Latest(at)],
    };
    pieces.into_iter().flat_map(each).collect()
}

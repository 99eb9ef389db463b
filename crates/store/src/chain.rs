//! The chain of hashes: each frame's hash covers all before it.
//! Knows bytes only: neither what a body says nor where it is kept.

use crate::store::{Appended, ChainHash, FRAME_BYTES_MAX, Frame, Head, Refused};
use sha2::{Digest, Sha256};

/// The chain hash after `frame`, when it was `before` before it.
#[must_use]
pub fn link(before: &ChainHash, frame: &Frame) -> ChainHash {
    let mut hash = Sha256::new();
    hash.update(before);
    hash.update(frame.revision.to_le_bytes());
    hash.update(frame.batch);
    hash.update(&frame.body);
    hash.finalize().into()
}

/// The head after `frame`, when it was `before` before it.
#[must_use]
pub fn follow(before: &Head, frame: &Frame) -> Head {
    Head { revision: frame.revision, batch: frame.batch, chain: link(&before.chain, frame) }
}

/// What an append of `frame` answers without anything being written, when the journal stands at `head`
/// and stood at `before` one batch earlier; nothing when the frame is the next one.
pub(crate) fn known(before: &Head, head: &Head, frame: &Frame) -> Option<Appended> {
    let bytes = frame.body.len();
    if bytes > FRAME_BYTES_MAX {
        return Some(Appended::Refused(Refused::TooLong { bytes }));
    }
    let (found, expected) = (frame.revision, head.revision.saturating_add(1));
    if found == head.revision && follow(before, frame) == *head {
        return Some(Appended::Committed);
    }
    (found != expected).then_some(Appended::Refused(Refused::Revision { expected, found }))
}

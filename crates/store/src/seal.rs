//! How a frame is sealed: the header before its body, the checksum, and the chain of hashes.
//! Knows bytes only: neither what a body says nor where it is kept.
//!
//! Layout of a sealed frame (numbers little-endian):
//! ```text
//! 0   1   format of the seal, 1
//! 1   16  batch id
//! 17  32  chain hash: SHA-256 of (previous hash, revision, batch id, body)
//! 49  4   CRC-32 of (revision, bytes 0..49, body)
//! 53  ..  body
//! ```

use crate::store::{Appended, ChainHash, FRAME_BYTES_MAX, Frame, Head, Refused};
use sha2::{Digest, Sha256};

const FORMAT: u8 = 1;
const CHECKSUM_AT: usize = 49;
const BODY_AT: usize = 53;

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

fn checksum(revision: u64, head: &[u8], body: &[u8]) -> u32 {
    let mut crc = crc32fast::Hasher::new();
    crc.update(&revision.to_le_bytes());
    crc.update(head);
    crc.update(body);
    crc.finalize()
}

/// The bytes to keep for a frame.
pub(crate) fn seal(frame: &Frame, chain: &ChainHash) -> Vec<u8> {
    let mut out = Vec::with_capacity(BODY_AT + frame.body.len());
    out.push(FORMAT);
    out.extend_from_slice(&frame.batch);
    out.extend_from_slice(chain);
    let crc = checksum(frame.revision, &out, &frame.body);
    out.extend_from_slice(&crc.to_le_bytes());
    out.extend_from_slice(&frame.body);
    out
}

/// Why sealed bytes were not accepted.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Broken {
    Format(u8),
    Damaged(&'static str),
}

/// The frame and the chain hash that were sealed. The chain itself is the caller's to follow.
pub(crate) fn unseal(revision: u64, bytes: &[u8]) -> Result<(Frame, ChainHash), Broken> {
    let Some((head, rest)) = bytes.split_at_checked(CHECKSUM_AT) else {
        return Err(Broken::Damaged("the record is cut short"));
    };
    let Some((crc, body)) = rest.split_first_chunk::<4>() else {
        return Err(Broken::Damaged("the record is cut short"));
    };
    if head[0] != FORMAT {
        return Err(Broken::Format(head[0]));
    }
    if checksum(revision, head, body) != u32::from_le_bytes(*crc) {
        return Err(Broken::Damaged("the checksum does not match"));
    }
    let mut batch = [0; 16];
    batch.copy_from_slice(&head[1..17]);
    let mut chain = [0; 32];
    chain.copy_from_slice(&head[17..CHECKSUM_AT]);
    let body = body.to_vec();
    Ok((Frame { revision, batch, body }, chain))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_sealed_frame_comes_back_and_any_flipped_bit_is_seen(
            revision in 1..u64::MAX, batch: [u8; 16], chain: [u8; 32],
            body in proptest::collection::vec(any::<u8>(), 0..300), at: prop::sample::Index, bit in 0..8,
        ) {
            let frame = Frame { revision, batch, body };
            let mut bytes = seal(&frame, &chain);
            prop_assert_eq!(unseal(revision, &bytes), Ok((frame, chain)));
            prop_assert!(unseal(revision - 1, &bytes).is_err());
            let at = at.index(bytes.len());
            bytes[at] ^= 1_u8 << bit;
            prop_assert!(unseal(revision, &bytes).is_err());
        }

        #[test]
        fn arbitrary_bytes_are_refused_without_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            prop_assert!(unseal(7, &bytes).is_err());
        }
    }
}

//! A checkpoint: a file of records. The first says at which head it was taken; then come the chunks; the last one closes it.
//! Knows nothing of the journal, but for the head it was taken at.
//!
//! It is written under another name in pieces of about [`PIECE_BYTES`], each made durable by itself, with a pause as long as
//! the write took after each, so that its syncs do not hold up the journal's for long; the file gets
//! its name when all of it is durable. Incomplete ones are removed at the next opening.
//!
//! Layout of the closing record (little-endian): "closing" 7, number of chunks 8, SHA-256 of them 32.

use super::base::{Named, put_opening};
use super::medium::{Fused, Medium, RawFile};
use super::records::{Found, Records, put};
use crate::store::{CHUNK_BYTES_MAX, Failure, Head};
use sha2::{Digest, Sha256};
use std::sync::Arc;
use std::time::Instant;

const KIND: &[u8] = b"berth checkpoint ";
const CLOSING: &[u8] = b"closing";

/// Bytes that are written and synced at once: in effect a chunk each. Larger ones hold up the journal's syncs for
/// so long that one request in a hundred feels it.
const PIECE_BYTES: usize = 128 << 10;

/// The name of the checkpoint at a revision.
pub(super) fn name(revision: u64) -> String {
    format!("checkpoint-{revision:020}.log")
}

/// The revision of the checkpoint that has this name.
pub(super) fn revision_of(name: &str) -> Option<u64> {
    let digits = name.strip_prefix("checkpoint-")?.strip_suffix(".log")?;
    (digits.len() == 20).then(|| digits.parse().ok()).flatten()
}

/// A checkpoint being written.
pub(super) struct Writing {
    at: Head,
    name: String,
    /// Nothing after a failure.
    file: Option<Arc<Fused>>,
    digest: Sha256,
    /// How many records there are, and what of them is not yet written.
    records: u64,
    waiting: Vec<u8>,
    written: u64,
}

impl Writing {
    pub(super) fn begin(medium: &dyn Medium, at: Head) -> Result<Self, Failure> {
        let name = format!("{}.part", name(at.revision));
        let file = Some(Named { medium, file: &name }.open()?);
        let mut writing = Self { at, name, file, digest: Sha256::new(), records: 0, waiting: Vec::new(), written: 0 };
        writing.record(|out| put_opening(out, KIND, &at));
        Ok(writing)
    }

    fn record(&mut self, body: impl FnOnce(&mut Vec<u8>)) {
        put(&mut self.waiting, self.written, self.records, body);
        self.records += 1;
    }

    pub(super) fn chunk(&mut self, medium: &dyn Medium, bytes: &[u8]) -> Result<(), Failure> {
        if bytes.len() > CHUNK_BYTES_MAX {
            return Err(Failure::Caller("the checkpoint chunk is too long".into()));
        }
        add(&mut self.digest, bytes);
        self.record(|out| out.extend_from_slice(bytes));
        if self.waiting.len() < PIECE_BYTES {
            return Ok(());
        }
        let began = Instant::now();
        self.write(medium)?;
        std::thread::sleep(began.elapsed());
        Ok(())
    }

    /// Makes what waits durable.
    fn write(&mut self, medium: &dyn Medium) -> Result<(), Failure> {
        let Some(file) = self.file.take() else {
            return Err(Failure::Caller("the checkpoint failed earlier".into()));
        };
        let done = file.write(self.written, &self.waiting).and_then(|()| file.sync());
        done.map_err(|it| Named { medium, file: &self.name }.io(&it))?;
        self.written += self.waiting.len() as u64;
        self.waiting.clear();
        self.file = Some(file);
        Ok(())
    }

    /// Makes it complete and gives it its name.
    pub(super) fn finish(mut self, medium: &dyn Medium) -> Result<Head, Failure> {
        let (chunks, digest) = (self.records - 1, self.digest.clone().finalize());
        self.record(|out| {
            out.extend_from_slice(CLOSING);
            out.extend_from_slice(&chunks.to_le_bytes());
            out.extend_from_slice(&digest);
        });
        self.write(medium)?;
        let done = medium.rename(&self.name, &name(self.at.revision)).and_then(|()| medium.sync_names());
        done.map_err(|it| Named { medium, file: &self.name }.io(&it))?;
        Ok(self.at)
    }

    /// Leaves nothing.
    pub(super) fn abandon(self, medium: &dyn Medium) {
        // What cannot be removed now is removed at the next opening.
        let _ = medium.remove(&self.name);
    }
}

/// Each chunk counts with its length, so that moving a boundary changes the digest.
fn add(digest: &mut Sha256, chunk: &[u8]) {
    digest.update(u64::try_from(chunk.len()).unwrap_or(u64::MAX).to_le_bytes());
    digest.update(chunk);
}

/// Reads a complete checkpoint.
struct Reader<'a> {
    named: Named<'a>,
    revision: u64,
    records: Records<Arc<Fused>>,
}

impl<'a> Reader<'a> {
    /// The reader behind the first record, and the head in it.
    fn open(named: Named<'a>, revision: u64) -> Result<(Self, Head), Failure> {
        let records = Records::new(named.open()?).map_err(|it| named.io(&it))?;
        let mut reader = Self { named, revision, records };
        let at = named.opening(KIND, &reader.next()?)?;
        if at.revision != revision {
            return Err(named.damaged(at.revision, "its name and its beginning disagree"));
        }
        Ok((reader, at))
    }

    fn next(&mut self) -> Result<Vec<u8>, Failure> {
        let number = self.records.number();
        let what = match self.records.next().map_err(|it| self.named.io(&it))? {
            Found::Record(record) => return Ok(record),
            Found::End | Found::Torn => "is missing: the file is cut off",
            Found::Damaged(what) => what,
        };
        Err(self.named.damaged(self.revision, format!("record {number}: {what}")))
    }
}

/// The head that a complete checkpoint was taken at.
pub(super) fn head(medium: &dyn Medium, revision: u64) -> Result<Head, Failure> {
    let file = name(revision);
    Ok(Reader::open(Named { medium, file: &file }, revision)?.1)
}

/// Hands over the chunks of a complete checkpoint, verified; returns its head.
pub(super) fn read(
    medium: &dyn Medium,
    revision: u64,
    visit: &mut dyn FnMut(&[u8]) -> Result<(), Failure>,
) -> Result<Head, Failure> {
    let file = name(revision);
    let named = Named { medium, file: &file };
    let (mut reader, at) = Reader::open(named, revision)?;
    let (mut digest, mut chunks) = (Sha256::new(), 0_u64);
    loop {
        let record = reader.next()?;
        // A record is the closing one if the file ends behind it.
        if reader.records.at() < reader.records.length() {
            add(&mut digest, &record);
            chunks += 1;
            visit(&record)?;
            continue;
        }
        let mut closing = CLOSING.to_vec();
        closing.extend_from_slice(&chunks.to_le_bytes());
        closing.extend_from_slice(&digest.finalize());
        if record != closing {
            return Err(named.damaged(revision, "its last record does not close it"));
        }
        return Ok(at);
    }
}

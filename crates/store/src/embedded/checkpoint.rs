//! A checkpoint: one redb file with chunks by number, and a closing that says it is complete.
//! Knows nothing of the journal, but for the head it was taken at.
//!
//! It is written under another name in transactions of about [`COMMIT_BYTES`], with a pause as long as
//! the write took after each, so that its syncs do not hold up the journal's for long; the file gets
//! its name when all of it is durable. Incomplete ones are removed at the next opening.

use super::base::{FORMAT, HEAD_BYTES, Named, put_head, take_head};
use super::medium::Medium;
use crate::store::{CHUNK_BYTES_MAX, Failure, Head};
use redb::{Database, ReadableDatabase, TableDefinition};
use sha2::{Digest, Sha256};
use std::time::Instant;

/// Chunks by number, from 0; each with its CRC-32 (little-endian) before it.
const CHUNKS: TableDefinition<u64, &[u8]> = TableDefinition::new("chunks");
/// One value: format 1, head 56, number of chunks 8 (little-endian), SHA-256 of them 32.
const CLOSING: TableDefinition<(), &[u8]> = TableDefinition::new("closing");

const CLOSING_BYTES: usize = 1 + HEAD_BYTES + 8 + 32;

/// Bytes of chunks that go into one transaction: in effect a chunk each. Larger ones hold up the journal's syncs for
/// so long that one request in a hundred feels it.
const COMMIT_BYTES: usize = 128 << 10;

/// The name of the checkpoint at a revision.
pub(super) fn name(revision: u64) -> String {
    format!("checkpoint-{revision:020}.redb")
}

/// The revision of the checkpoint that has this name.
pub(super) fn revision_of(name: &str) -> Option<u64> {
    let digits = name.strip_prefix("checkpoint-")?.strip_suffix(".redb")?;
    (digits.len() == 20).then(|| digits.parse().ok()).flatten()
}

/// A checkpoint being written.
pub(super) struct Writing {
    pub(super) at: Head,
    file: String,
    database: Option<Database>,
    digest: Sha256,
    chunks: u64,
    waiting: Vec<Vec<u8>>,
    bytes: usize,
}

impl Writing {
    pub(super) fn begin(medium: &dyn Medium, at: Head) -> Result<Self, Failure> {
        let file = format!("{}.part", name(at.revision));
        let named = Named { medium, file: &file };
        let (database, _) = named.open(false)?;
        Ok(Self { at, file, database: Some(database), digest: Sha256::new(), chunks: 0, waiting: Vec::new(), bytes: 0 })
    }

    pub(super) fn chunk(&mut self, medium: &dyn Medium, bytes: &[u8]) -> Result<(), Failure> {
        if bytes.len() > CHUNK_BYTES_MAX {
            return Err(Failure::Caller("the checkpoint chunk is too long".into()));
        }
        add(&mut self.digest, bytes);
        let mut value = Vec::with_capacity(4 + bytes.len());
        value.extend_from_slice(&crc32fast::hash(bytes).to_le_bytes());
        value.extend_from_slice(bytes);
        self.bytes += value.len();
        self.waiting.push(value);
        if self.bytes < COMMIT_BYTES {
            return Ok(());
        }
        let began = Instant::now();
        self.commit(medium, None)?;
        std::thread::sleep(began.elapsed());
        Ok(())
    }

    fn commit(&mut self, medium: &dyn Medium, closing: Option<&[u8]>) -> Result<(), Failure> {
        let file = &self.file;
        let Some(database) = &self.database else {
            return Err(Failure::Caller("the checkpoint failed earlier".into()));
        };
        let done = Named { medium, file }.run(|| {
            let change = database.begin_write()?;
            {
                let mut table = change.open_table(CHUNKS)?;
                for value in &self.waiting {
                    table.insert(self.chunks, value.as_slice())?;
                    self.chunks += 1;
                }
            }
            if let Some(closing) = closing {
                change.open_table(CLOSING)?.insert((), closing).map(drop)?;
            }
            Ok(change.commit()?)
        });
        self.waiting.clear();
        self.bytes = 0;
        if done.is_err() {
            self.database = None;
        }
        done
    }

    /// Makes it complete and gives it its name.
    pub(super) fn finish(mut self, medium: &dyn Medium) -> Result<Head, Failure> {
        let mut closing = vec![FORMAT];
        put_head(&mut closing, &self.at);
        let chunks = self.chunks + u64::try_from(self.waiting.len()).unwrap_or(u64::MAX);
        closing.extend_from_slice(&chunks.to_le_bytes());
        closing.extend_from_slice(&self.digest.clone().finalize());
        self.commit(medium, Some(&closing))?;
        let named = Named { medium, file: &self.file };
        if let Some(database) = self.database.take() {
            named.run(|| Ok(database.close()?))?;
        }
        let done = medium.rename(&self.file, &name(self.at.revision)).and_then(|()| medium.sync_names());
        done.map_err(|it| named.io(&it))?;
        Ok(self.at)
    }

    /// Leaves nothing.
    pub(super) fn abandon(mut self, medium: &dyn Medium) {
        self.database = None;
        // What cannot be removed now is removed at the next opening.
        let _ = medium.remove(&self.file);
    }
}

/// Each chunk counts with its length, so that moving a boundary changes the digest.
fn add(digest: &mut Sha256, chunk: &[u8]) {
    digest.update(u64::try_from(chunk.len()).unwrap_or(u64::MAX).to_le_bytes());
    digest.update(chunk);
}

struct Closing {
    at: Head,
    chunks: u64,
    digest: [u8; 32],
}

fn closing(named: &Named<'_>, database: &impl ReadableDatabase) -> Result<Closing, Failure> {
    let value = named.run(|| {
        let table = database.begin_read()?.open_table(CLOSING)?;
        Ok(table.get(())?.map(|it| it.value().to_vec()))
    })?;
    let value = value.unwrap_or_default();
    let version = *value.first().unwrap_or(&FORMAT);
    if version != FORMAT {
        let (file, version) = (named.path(), u32::from(version));
        return Err(Failure::Newer { file, version });
    }
    let Ok(value) = <[u8; CLOSING_BYTES]>::try_from(value) else {
        return Err(named.damaged(0, "its closing is missing or cut short"));
    };
    let (mut head, mut chunks, mut digest) = ([0; HEAD_BYTES], [0; 8], [0; 32]);
    head.copy_from_slice(&value[1..57]);
    chunks.copy_from_slice(&value[57..65]);
    digest.copy_from_slice(&value[65..]);
    let (at, chunks) = (take_head(&head), u64::from_le_bytes(chunks));
    if revision_of(named.file) != Some(at.revision) {
        return Err(named.damaged(at.revision, "its name and its closing disagree"));
    }
    Ok(Closing { at, chunks, digest })
}

/// The head that a complete checkpoint was taken at.
pub(super) fn head(medium: &dyn Medium, revision: u64) -> Result<Head, Failure> {
    let file = name(revision);
    let named = Named { medium, file: &file };
    Ok(closing(&named, &named.open_sealed()?)?.at)
}

/// Hands over the chunks of a complete checkpoint, verified; returns its head.
pub(super) fn read(
    medium: &dyn Medium,
    revision: u64,
    visit: &mut dyn FnMut(&[u8]) -> Result<(), Failure>,
) -> Result<Head, Failure> {
    let file = name(revision);
    let named = Named { medium, file: &file };
    let database = named.open_sealed()?;
    let closing = closing(&named, &database)?;
    let mut digest = Sha256::new();
    let table = named.run(|| Ok(database.begin_read()?.open_table(CHUNKS)?))?;
    for number in 0..closing.chunks {
        let value = named.run(|| Ok(table.get(number)?))?;
        let value = value.as_ref().map_or(&[][..], |it| it.value());
        let sound =
            value.split_first_chunk::<4>().filter(|(crc, bytes)| crc32fast::hash(bytes) == u32::from_le_bytes(**crc));
        let Some((_, bytes)) = sound else {
            return Err(named.damaged(revision, format!("chunk {number} is missing or damaged")));
        };
        add(&mut digest, bytes);
        visit(bytes)?;
    }
    if <[u8; 32]>::from(digest.finalize()) != closing.digest {
        return Err(named.damaged(revision, "the digest of its chunks does not match"));
    }
    Ok(closing.at)
}

//! A segment of the journal: one redb file with frames by revision, and the head it began at.
//!
//! Durability is `Immediate` with one-phase commit: one sync per append. Two-phase commit (a second
//! sync, 2,300 in place of 2,900 commits/s measured) defends against someone who can both place
//! crafted pages in a value and decide which unsynced pages a crash keeps, so that a half-written
//! commit passes redb's checksum; here the chain of hashes in the records themselves would show it.
//! Quick repair (1,800 commits/s, falling as the file grows) makes opening after a kill independent of
//! the file's size; keeping segments small does the same for nothing: redb walks 64 MiB in about 0.1 s,
//! while one journal of 2 GiB took 2 s.

use super::base::{FORMAT, HEAD_BYTES, Named, put_head, take_head};
use super::medium::Medium;
use crate::seal::{Broken, follow, link, seal, unseal};
use crate::store::{Failure, Frame, Head};
use redb::{Database, ReadableDatabase, ReadableTable, TableDefinition};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Sealed frames (see `seal.rs`) by revision.
const FRAMES: TableDefinition<u64, &[u8]> = TableDefinition::new("frames");
/// One value: the format of the file, then the head before its first frame.
const BASE: TableDefinition<(), &[u8]> = TableDefinition::new("base");

/// The name of the segment that begins with a revision.
pub(super) fn name(first: u64) -> String {
    format!("journal-{first:020}.redb")
}

/// The first revision of the segment that has this name.
pub(super) fn first_of(name: &str) -> Option<u64> {
    let digits = name.strip_prefix("journal-")?.strip_suffix(".redb")?;
    (digits.len() == 20).then(|| digits.parse().ok()).flatten()
}

/// The segment that is written.
pub(super) struct Segment {
    file: String,
    database: Database,
    bytes: Arc<AtomicU64>,
}

impl Segment {
    /// Makes a new segment with its first frame. It gets its name when that is durable, so that a file
    /// with the name of a segment always is a whole one.
    pub(super) fn create(medium: &dyn Medium, base: &Head, frame: &Frame) -> Result<Self, Failure> {
        let file = name(frame.revision);
        let part = format!("{file}.part");
        let named = Named { medium, file: &part };
        let (database, bytes) = named.open(false)?;
        let mut value = vec![FORMAT];
        put_head(&mut value, base);
        named.run(|| {
            let change = database.begin_write()?;
            change.open_table(BASE)?.insert((), value.as_slice()).map(drop)?;
            change
                .open_table(FRAMES)?
                .insert(frame.revision, seal(frame, &link(&base.chain, frame)).as_slice())
                .map(drop)?;
            Ok(change.commit()?)
        })?;
        let renamed = medium.rename(&part, &file).and_then(|()| medium.sync_names());
        renamed.map_err(|it| named.io(&it))?;
        Ok(Self { file, database, bytes })
    }

    /// Opens the newest segment; returns it with the heads before and after its last frame. The whole
    /// file is checked first: a last frame that is missing would otherwise go unnoticed.
    pub(super) fn open(medium: &dyn Medium, first: u64) -> Result<(Self, Head, Head), Failure> {
        let file = name(first);
        let named = Named { medium, file: &file };
        let (database, bytes) = named.open(true)?;
        let reader = Reader { named, database: &database };
        let last = reader.last()?;
        let before = reader.head_at(last.saturating_sub(1))?;
        let after = reader.head_at(last)?;
        Ok((Self { file, database, bytes }, before, after))
    }

    /// The length of the file in bytes.
    pub(super) fn bytes(&self) -> u64 {
        self.bytes.load(Ordering::Relaxed)
    }

    /// Commits one frame durably.
    pub(super) fn append(&self, medium: &dyn Medium, frame: &Frame, after: &Head) -> Result<(), Failure> {
        let file = &self.file;
        let value = seal(frame, &after.chain);
        Named { medium, file }.run(|| {
            let change = self.database.begin_write()?; // durability is Immediate unless told otherwise
            change.open_table(FRAMES)?.insert(frame.revision, value.as_slice()).map(drop)?;
            Ok(change.commit()?)
        })
    }

    /// A reader of it.
    pub(super) fn reader<'a>(&'a self, medium: &'a dyn Medium) -> Reader<'a, Database> {
        let named = Named { medium, file: &self.file };
        Reader { named, database: &self.database }
    }
}

/// Reads a segment, sealed or not.
pub(super) struct Reader<'a, D> {
    pub(super) named: Named<'a>,
    pub(super) database: &'a D,
}

impl<D: ReadableDatabase> Reader<'_, D> {
    /// The head before the first frame.
    pub(super) fn base(&self) -> Result<Head, Failure> {
        let value = self.named.run(|| {
            let table = self.database.begin_read()?.open_table(BASE)?;
            Ok(table.get(())?.map(|it| it.value().to_vec()))
        })?;
        let value = value.unwrap_or_default();
        match value.split_first() {
            Some((&FORMAT, head)) => match head.first_chunk::<HEAD_BYTES>() {
                Some(head) => Ok(take_head(head)),
                None => Err(self.named.damaged(0, "its beginning is cut short")),
            },
            Some((&version, _)) => Err(self.newer(version)),
            None => Err(self.named.damaged(0, "its beginning is missing")),
        }
    }

    fn newer(&self, version: u8) -> Failure {
        let (file, version) = (self.named.path(), u32::from(version));
        Failure::Newer { file, version }
    }

    fn last(&self) -> Result<u64, Failure> {
        let last = self.named.run(|| {
            let table = self.database.begin_read()?.open_table(FRAMES)?;
            Ok(table.last()?.map(|(key, _)| key.value()))
        })?;
        last.ok_or_else(|| self.named.damaged(0, "it has no frame"))
    }

    /// The head after a revision of this segment, or just before it.
    pub(super) fn head_at(&self, revision: u64) -> Result<Head, Failure> {
        let base = self.base()?;
        if revision == base.revision {
            return Ok(base);
        }
        let value = self.named.run(|| {
            let table = self.database.begin_read()?.open_table(FRAMES)?;
            Ok(table.get(revision)?.map(|it| it.value().to_vec()))
        })?;
        let Some(value) = value else {
            return Err(self.named.damaged(revision, "the frame of this revision is missing"));
        };
        let (frame, chain) = self.unseal(revision, &value)?;
        Ok(Head { revision, batch: frame.batch, chain })
    }

    fn unseal(&self, revision: u64, value: &[u8]) -> Result<(Frame, [u8; 32]), Failure> {
        unseal(revision, value).map_err(|broken| match broken {
            Broken::Format(version) => self.newer(version),
            Broken::Damaged(what) => self.named.damaged(revision, what),
        })
    }

    /// The frames after `before`, until they are about `bytes_max` together; `before` moves along. None
    /// when the segment has no more.
    pub(super) fn take(&self, before: &mut Head, bytes_max: usize) -> Result<Vec<Frame>, Failure> {
        let (mut frames, mut bytes) = (Vec::new(), 0);
        let raw = self.named.run(|| {
            let table = self.database.begin_read()?.open_table(FRAMES)?;
            let mut raw = Vec::new();
            for item in table.range(before.revision.saturating_add(1)..)? {
                let (key, value) = item?;
                bytes += value.value().len();
                raw.push((key.value(), value.value().to_vec()));
                if bytes >= bytes_max {
                    break;
                }
            }
            Ok(raw)
        })?;
        for (revision, value) in raw {
            let (frame, chain) = self.unseal(revision, &value)?;
            let after = follow(before, &frame);
            if revision != before.revision + 1 {
                let missing = before.revision + 1;
                return Err(self.named.damaged(missing, "the frame of this revision is missing"));
            }
            if after.chain != chain {
                return Err(self
                    .named
                    .damaged(revision, "the chain of hashes is broken: this frame does not follow the one before it"));
            }
            *before = after;
            frames.push(frame);
        }
        Ok(frames)
    }
}

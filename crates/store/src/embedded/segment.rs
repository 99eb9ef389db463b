//! A segment of the journal: a file of records. The first says which head it begins at; each other one is a frame.
//! Knows how the room ahead of the frames is made, and what of a file that a kill left behind is still to be used.
//!
//! Layout of a frame's record: batch id 16, hash of the chain up to it 32, body.
//!
//! One write and one sync a frame. The room it is written into was filled with zeros before, and has mostly become durable
//! with an earlier frame: a sync of a write into room that the file system has not given out yet costs several times as much (`docs/design/0003-the-hot-path.md`).

use super::base::{Named, put_opening};
use super::medium::{Fused, Medium, RawFile};
use super::records::{Found, ROOM_BYTES, Records, put};
use crate::chain::{follow, link};
use crate::store::{ChainHash, Failure, Frame, Head};
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

const KIND: &[u8] = b"berth journal ";
static ZEROS: [u8; 64 << 10] = [0; 64 << 10];

/// The name of the segment that begins with a revision.
pub(super) fn name(first: u64) -> String {
    format!("journal-{first:020}.log")
}

/// The first revision of the segment that has this name.
pub(super) fn first_of(name: &str) -> Option<u64> {
    let digits = name.strip_prefix("journal-")?.strip_suffix(".log")?;
    (digits.len() == 20).then(|| digits.parse().ok()).flatten()
}

/// The segment that is written.
pub(super) struct Segment {
    name: String,
    file: Arc<Fused>,
    /// The revision before its first frame.
    before: u64,
    /// Where the next record goes, and where the room for it ends. One appends at a time.
    end: AtomicU64,
    room: AtomicU64,
}

impl Segment {
    /// Makes a new segment with its first frame. It gets its name when that is durable, so that a file
    /// with the name of a segment always is a whole one.
    pub(super) fn create(medium: &dyn Medium, base: &Head, frame: &Frame) -> Result<Self, Failure> {
        let name = name(frame.revision);
        let part = format!("{name}.part");
        let named = Named { medium, file: &part };
        let (end, room) = (AtomicU64::new(0), AtomicU64::new(0));
        let segment = Self { file: named.open()?, name: name.clone(), before: base.revision, end, room };
        let mut records = Vec::new();
        put(&mut records, 0, 0, |out| put_opening(out, KIND, base));
        put(&mut records, 0, 1, |out| put_frame(out, frame, &link(&base.chain, frame)));
        segment.write(&records).map_err(|it| named.io(&it))?;
        let renamed = medium.rename(&part, &name).and_then(|()| medium.sync_names());
        renamed.map_err(|it| named.io(&it))?;
        Ok(segment)
    }

    /// Opens the newest segment; returns it with the heads before and after its last frame. The whole file is read, and
    /// what was cut off behind the last frame is wiped out: nothing of it may be taken for a record later.
    pub(super) fn open(medium: &dyn Medium, first: u64) -> Result<(Self, Head, Head), Failure> {
        let name = name(first);
        let named = Named { medium, file: &name };
        let file = named.open()?;
        let mut reader = Reader::open(medium, first, Some(Arc::clone(&file)))?;
        let (mut previous, mut newest) = (reader.base, reader.base);
        while let Some((_, after)) = reader.next_after(&newest, true)? {
            (previous, newest) = (newest, after);
        }
        let (end, length) = (reader.records.at(), reader.records.length());
        let room = length - length % ROOM_BYTES;
        if newest == reader.base || end > room {
            return Err(named.damaged(newest.revision, "it is cut off"));
        }
        // What a kill left in the system's cache may not be durable yet, and is built on from now on.
        wipe(&*file, end, length).and_then(|()| file.sync()).map_err(|it| named.io(&it))?;
        let (end, room, before) = (AtomicU64::new(end), AtomicU64::new(room), reader.base.revision);
        Ok((Self { name, file, before, end, room }, previous, newest))
    }

    /// The bytes that its records take.
    pub(super) fn bytes(&self) -> u64 {
        self.end.load(Ordering::Acquire)
    }

    /// Commits one frame durably.
    pub(super) fn append(&self, medium: &dyn Medium, frame: &Frame, after: &Head) -> Result<(), Failure> {
        let mut record = Vec::with_capacity(frame.body.len() + 128);
        let number = frame.revision - self.before;
        put(&mut record, self.bytes(), number, |out| put_frame(out, frame, &after.chain));
        self.write(&record).map_err(|it| Named { medium, file: &self.name }.io(&it))
    }

    fn write(&self, records: &[u8]) -> io::Result<()> {
        let end = self.bytes();
        let after = end + records.len() as u64;
        self.make_room(after)?;
        self.file.write(end, records)?;
        self.file.sync()?;
        self.end.store(after, Ordering::Release);
        Ok(())
    }

    /// More room, where there is not enough. It becomes durable with what is written next; whatever of it is lost before
    /// is zeros all the same.
    fn make_room(&self, until: u64) -> io::Result<()> {
        let room = self.room.load(Ordering::Acquire);
        if until > room {
            let wanted = until.next_multiple_of(ROOM_BYTES);
            self.file.set_len(wanted)?;
            fill(&*self.file, room, wanted)?;
            self.room.store(wanted, Ordering::Release);
        }
        Ok(())
    }

    /// The file, for readers beside the appends.
    pub(super) fn file(&self) -> Arc<Fused> {
        Arc::clone(&self.file)
    }
}

fn put_frame(out: &mut Vec<u8>, frame: &Frame, chain: &ChainHash) {
    out.extend_from_slice(&frame.batch);
    out.extend_from_slice(chain);
    out.extend_from_slice(&frame.body);
}

fn take_frame(revision: u64, record: &[u8]) -> Option<(Frame, ChainHash)> {
    let (batch, rest) = record.split_first_chunk()?;
    let (chain, body) = rest.split_first_chunk()?;
    Some((Frame { revision, batch: *batch, body: body.to_vec() }, *chain))
}

/// Fills a file with zeros from `at` to `until`.
fn fill(file: &dyn RawFile, mut at: u64, until: u64) -> io::Result<()> {
    while at < until {
        let count = (until - at).min(ZEROS.len() as u64);
        file.write(at, ZEROS.get(..usize::try_from(count).unwrap_or(0)).unwrap_or_default())?;
        at += count;
    }
    Ok(())
}

/// Fills with zeros whatever is none from `at` to `until`.
fn wipe(file: &dyn RawFile, mut at: u64, until: u64) -> io::Result<()> {
    let mut bytes = vec![0; ZEROS.len()];
    while at < until {
        let count = (until - at).min(ZEROS.len() as u64);
        let some = bytes.get_mut(..usize::try_from(count).unwrap_or(0)).unwrap_or_default();
        file.read(at, some)?;
        if some.iter().any(|byte| *byte != 0) {
            fill(file, at, at + count)?;
        }
        at += count;
    }
    Ok(())
}

/// Reads a segment.
pub(super) struct Reader<'a> {
    medium: &'a dyn Medium,
    name: String,
    records: Records<Arc<Fused>>,
    /// The head before the first frame.
    base: Head,
}

impl<'a> Reader<'a> {
    /// From its first frame on; `file` if it is open already.
    pub(super) fn open(medium: &'a dyn Medium, first: u64, file: Option<Arc<Fused>>) -> Result<Self, Failure> {
        let name = name(first);
        let named = Named { medium, file: &name };
        let file = file.map_or_else(|| named.open(), Ok)?;
        let mut records = Records::new(file).map_err(|it| named.io(&it))?;
        let base = match records.next().map_err(|it| named.io(&it))? {
            Found::Record(record) => named.opening(KIND, &record)?,
            Found::End | Found::Torn => return Err(named.damaged(0, "its beginning is missing")),
            Found::Damaged(what) => return Err(named.damaged(0, what)),
        };
        if base.revision.checked_add(1) != Some(first) {
            return Err(named.damaged(0, "its name and its beginning disagree"));
        }
        Ok(Self { medium, name, records, base })
    }

    fn named(&self) -> Named<'_> {
        Named { medium: self.medium, file: &self.name }
    }

    /// The revision that it begins with.
    pub(super) const fn first(&self) -> u64 {
        self.base.revision + 1
    }

    /// The revision of the next frame.
    fn revision(&self) -> u64 {
        self.base.revision + self.records.number()
    }

    /// The next frame, with the hash that stands by it; nothing at the end, which a frame that was cut off is too where
    /// `may_be_torn`.
    fn next(&mut self, may_be_torn: bool) -> Result<Option<(Frame, ChainHash)>, Failure> {
        let revision = self.revision();
        let wrong = match self.records.next().map_err(|it| self.named().io(&it))? {
            Found::Record(record) => match take_frame(revision, &record) {
                Some(frame) => return Ok(Some(frame)),
                None => "the record is cut short",
            },
            Found::End => return Ok(None),
            Found::Torn if may_be_torn => return Ok(None),
            Found::Torn => "the record is cut short",
            Found::Damaged(what) => what,
        };
        Err(self.named().damaged(revision, wrong))
    }

    /// The next frame and the head after it, which has to follow from `before`.
    fn next_after(&mut self, before: &Head, may_be_torn: bool) -> Result<Option<(Frame, Head)>, Failure> {
        let Some((frame, chain)) = self.next(may_be_torn)? else { return Ok(None) };
        let after = follow(before, &frame);
        if after.chain != chain {
            let what = "the chain of hashes is broken: this frame does not follow the one before it";
            return Err(self.named().damaged(frame.revision, what));
        }
        Ok(Some((frame, after)))
    }

    /// Goes to the frame after a revision, which is of this segment or the one before it; the head that stands there.
    pub(super) fn go_behind(&mut self, revision: u64) -> Result<Head, Failure> {
        if revision < self.first() {
            return Ok(self.base);
        }
        while self.revision() < revision && self.records.skip().map_err(|it| self.named().io(&it))? {}
        match self.next(false)? {
            Some((frame, chain)) if frame.revision == revision => Ok(Head { revision, batch: frame.batch, chain }),
            _ => Err(self.named().damaged(revision, "the frame of this revision is missing")),
        }
    }

    /// The next frames, up to the revision `last` and until they are about `bytes_max` together; `before` is the head
    /// where the reader stands, and moves along. None at the end.
    pub(super) fn take(&mut self, before: &mut Head, last: u64, bytes_max: usize) -> Result<Vec<Frame>, Failure> {
        if before.revision == self.base.revision && *before != self.base {
            let what = "it does not begin where the segment before it ends";
            return Err(self.named().damaged(before.revision, what));
        }
        let (mut frames, mut bytes) = (Vec::new(), 0);
        while bytes < bytes_max && before.revision < last {
            let Some((frame, after)) = self.next_after(before, false)? else { break };
            *before = after;
            bytes += frame.body.len();
            frames.push(frame);
        }
        Ok(frames)
    }
}

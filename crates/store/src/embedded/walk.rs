//! Walks the journal across its segments, following the chain of hashes.
//! Appends go on beside it: it reads no further than what was durable when it began.

use super::base::Named;
use super::segment::{self, Reader};
use super::{Files, Shared};
use crate::store::{Failure, Frame, Head};

/// Bytes of frames that one short read takes at most.
const READ_BYTES: usize = 1 << 20;
/// The first read of a walk takes so many: many walks are over with their first frame.
const FIRST_READ_BYTES: usize = 8 << 10;
/// Each further read takes so many times as many.
const READ_GROWS: usize = 8;

pub(super) struct Walk<'a> {
    shared: &'a Shared,
    before: Head,
    last: Head,
    /// Where it is in its segment.
    reader: Option<Reader<'a>>,
    /// Bytes of frames that the next read takes.
    read_bytes: usize,
}

impl<'a> Walk<'a> {
    /// From a revision (0: from the oldest) to the head `last`, which may be behind the journal's by
    /// the time the walk arrives.
    pub(super) fn begin(shared: &'a Shared, from: u64, last: Head) -> Result<Self, Failure> {
        let files = shared.files();
        let first = files.segments.first().copied();
        let first = first.unwrap_or(last.revision + 1);
        let from = if from <= 1 { first } else { from };
        if from < first || from > last.revision.saturating_add(1) {
            let (revision, last) = (from, last.revision);
            return Err(Failure::Gone { revision, first, last });
        }
        let mut walk = Self { shared, before: last, last, reader: None, read_bytes: FIRST_READ_BYTES };
        if from <= last.revision {
            walk.before = walk.reader_of(&files, from)?.go_behind(from - 1)?;
        }
        Ok(walk)
    }

    /// The head before the next frame.
    pub(super) fn before(&self) -> Head {
        self.before
    }

    /// Fails unless the walk begins exactly where `head` stands.
    pub(super) fn must_follow(&self, head: &Head) -> Result<(), Failure> {
        if self.before == *head {
            return Ok(());
        }
        Err(self.damaged(self.before.revision, "the journal does not follow from the checkpoint"))
    }

    /// Damage where the next frame stands.
    fn damaged(&self, revision: u64, what: &str) -> Failure {
        let first = self.reader.as_ref().map_or(self.before.revision + 1, Reader::first);
        let (medium, file) = (&*self.shared.medium, &*segment::name(first));
        Named { medium, file }.damaged(revision, what)
    }

    /// The next frames, up to a megabyte or so; none at the end.
    pub(super) fn next_frames(&mut self) -> Result<Option<Vec<Frame>>, Failure> {
        if self.before.revision >= self.last.revision {
            return Ok(None);
        }
        let (mut before, last, bytes) = (self.before, self.last, self.read_bytes);
        self.read_bytes = (bytes * READ_GROWS).min(READ_BYTES);
        let frames = {
            let files = self.shared.files();
            self.reader_of(&files, before.revision + 1)?.take(&mut before, last.revision, bytes)?
        };
        if frames.is_empty() {
            return Err(self.damaged(before.revision + 1, "the frame of this revision is missing"));
        }
        if before.revision == last.revision && before != last {
            return Err(self.damaged(before.revision, "the journal ends with another hash than at opening"));
        }
        self.before = before;
        Ok(Some(frames))
    }

    /// The reader of the segment that has this revision.
    fn reader_of(&mut self, files: &Files, revision: u64) -> Result<&mut Reader<'a>, Failure> {
        let at = files.segments.partition_point(|first| *first <= revision);
        let Some(&first) = at.checked_sub(1).and_then(|at| files.segments.get(at)) else {
            let (first, last) = (self.before.revision + 1, self.last.revision);
            return Err(Failure::Gone { revision, first, last });
        };
        let reader = match self.reader.take().filter(|reader| reader.first() == first) {
            Some(reader) => reader,
            None => {
                let active = files.active.as_ref().filter(|_| at == files.segments.len());
                Reader::open(&*self.shared.medium, first, active.map(segment::Segment::file))?
            }
        };
        Ok(self.reader.insert(reader))
    }
}

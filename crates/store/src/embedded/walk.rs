//! Walks the journal across its segments, following the chain of hashes.
//! Holds a segment open only for the time of one short read, so that appends go on beside it.

use super::base::Named;
use super::segment::{self, Reader};
use super::{Files, Shared};
use crate::store::{Failure, Frame, Head};
use redb::ReadOnlyDatabase;

/// Bytes of frames that one short read takes.
const READ_BYTES: usize = 1 << 20;

pub(super) struct Walk<'a> {
    shared: &'a Shared,
    before: Head,
    last: Head,
    /// The sealed segment in use, so that it is not opened for each read.
    sealed: Option<(u64, ReadOnlyDatabase)>,
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
        let mut walk = Self { shared, before: last, last, sealed: None };
        if from <= last.revision {
            walk.before = walk.head_before(&files, from)?;
        }
        Ok(walk)
    }

    /// The head before the next frame.
    pub(super) fn before(&self) -> Head {
        self.before
    }

    fn head_before(&mut self, files: &Files, from: u64) -> Result<Head, Failure> {
        self.read(files, from, |reader| match reader {
            Either::Active(it) => it.head_at(from - 1),
            Either::Sealed(it) => it.head_at(from - 1),
        })
    }

    /// Fails unless the walk begins exactly where `head` stands.
    pub(super) fn must_follow(&self, head: &Head) -> Result<(), Failure> {
        if self.before == *head {
            return Ok(());
        }
        let file = segment::name(self.before.revision + 1);
        Err(self.named(&file).damaged(self.before.revision, "the journal does not follow from the checkpoint"))
    }

    fn named<'n>(&'n self, file: &'n str) -> Named<'n> {
        let medium = &*self.shared.medium;
        Named { medium, file }
    }

    /// The next frames, a megabyte or so; none at the end.
    pub(super) fn next_frames(&mut self) -> Result<Option<Vec<Frame>>, Failure> {
        if self.before.revision >= self.last.revision {
            return Ok(None);
        }
        let files = self.shared.files();
        let mut before = self.before;
        let next = before.revision + 1;
        let starts_here = files.segments.binary_search(&next).is_ok();
        let mut frames = self.read(&files, next, |reader| match reader {
            Either::Active(it) => continued(&it, &mut before, starts_here),
            Either::Sealed(it) => continued(&it, &mut before, starts_here),
        })?;
        drop(files);
        if frames.is_empty() {
            let file = segment::name(next);
            return Err(self.named(&file).damaged(next, "the frame of this revision is missing"));
        }
        if before.revision == self.last.revision && before != self.last {
            let file = segment::name(next);
            let what = "the journal ends with another hash than at opening";
            return Err(self.named(&file).damaged(before.revision, what));
        }
        frames.retain(|frame| frame.revision <= self.last.revision);
        self.before = before;
        Ok(Some(frames))
    }

    fn read<T>(
        &mut self,
        files: &Files,
        revision: u64,
        with: impl FnOnce(Either<'_>) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let at = files.segments.partition_point(|first| *first <= revision);
        let first = at.checked_sub(1).and_then(|at| files.segments.get(at));
        let Some(&first) = first else {
            let (first, last) = (self.before.revision + 1, self.last.revision);
            return Err(Failure::Gone { revision, first, last });
        };
        let medium = &*self.shared.medium;
        if let (true, Some(active)) = (at == files.segments.len(), &files.active) {
            self.sealed = None;
            return with(Either::Active(active.reader(medium)));
        }
        let file = segment::name(first);
        let named = Named { medium, file: &file };
        if self.sealed.as_ref().is_none_or(|it| it.0 != first) {
            self.sealed = Some((first, named.open_sealed()?));
        }
        match &self.sealed {
            Some((_, database)) => with(Either::Sealed(Reader { named, database })),
            None => Err(named.damaged(revision, "it is not open")),
        }
    }
}

enum Either<'a> {
    Active(Reader<'a, redb::Database>),
    Sealed(Reader<'a, ReadOnlyDatabase>),
}

/// The next frames of a segment. Where the walk enters one at its beginning, that has to be where the
/// segment before it ended.
fn continued<D: redb::ReadableDatabase>(
    reader: &Reader<'_, D>,
    before: &mut Head,
    starts_here: bool,
) -> Result<Vec<Frame>, Failure> {
    if starts_here && reader.base()? != *before {
        let what = "it does not begin where the segment before it ends";
        return Err(reader.named.damaged(before.revision, what));
    }
    reader.take(before, READ_BYTES)
}

//! The engine that keeps everything in memory: for `berth dev`, tests and simulation.
//! Knows no file. What it holds ends with the process, and it is bounded: frames that a checkpoint has
//! made needless go first; without a checkpoint the oldest go, and loading then fails plainly.

use crate::chain::{follow, known};
use crate::store::{
    Appended, CHUNK_BYTES_MAX, CheckpointWriter, Control, Failure, Frame, FrameVisitor, Head, LoadVisitor, Loaded,
    Store, newer_checkpoint,
};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Bytes of journal that [`Memory::default`] keeps.
pub const MEMORY_JOURNAL_BYTES: usize = 8 << 20;

/// A journal and a checkpoint in memory. Clones share them.
#[derive(Clone, Debug)]
pub struct Memory {
    inner: Arc<Mutex<Inner>>,
}

#[derive(Clone, Debug)]
struct Inner {
    head: Head,
    before: Head,
    frames: VecDeque<(Arc<Frame>, Head)>,
    bytes: usize,
    bytes_max: usize,
    checkpoint: Option<Checkpoint>,
    /// Which journal this is: each image that takes its place begins another.
    run: u64,
}

/// A complete one, and where the journal stood.
type Checkpoint = (Head, Arc<Vec<Vec<u8>>>);

/// What a store in memory remembers: its journal as far as it is kept, and a checkpoint that stands for all of it. Shares
/// with the store what does not change.
#[derive(Clone, Debug)]
pub struct Image(Inner);

impl Default for Memory {
    fn default() -> Self {
        Self::bounded(MEMORY_JOURNAL_BYTES)
    }
}

impl Memory {
    /// An empty store that keeps the newest `bytes_max` bytes of journal, and always the last frame.
    #[must_use]
    pub fn bounded(bytes_max: usize) -> Self {
        let inner = Inner {
            head: Head::EMPTY,
            before: Head::EMPTY,
            frames: VecDeque::new(),
            bytes: 0,
            bytes_max,
            checkpoint: None,
            run: 0,
        };
        Self { inner: Arc::new(Mutex::new(inner)) }
    }

    /// An empty store that keeps the whole journal: for tests.
    #[must_use]
    pub fn unbounded() -> Self {
        Self::bounded(usize::MAX)
    }

    /// What is remembered. Nothing, unless the newest checkpoint stands for all of it.
    #[must_use]
    pub fn image(&self) -> Option<Image> {
        let inner = self.lock();
        let kept = inner.checkpoint.as_ref().map_or(Head::EMPTY, |it| it.0);
        (kept == inner.head).then(|| Image(inner.clone()))
    }

    /// Remembers what this image has, and nothing else. Checkpoints under way are lost. Whoever had loaded the store has
    /// to load it anew.
    pub fn put(&self, image: &Image) {
        let mut inner = self.lock();
        let (bytes_max, run) = (inner.bytes_max, inner.run + 1);
        *inner = Inner { bytes_max, run, ..image.0.clone() };
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        // Nothing in here can panic half-way through a change.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn first(&self) -> u64 {
        self.frames.front().map_or(self.head.revision + 1, |(frame, _)| frame.revision)
    }

    fn drop_oldest(&mut self) {
        if let Some((frame, _)) = self.frames.pop_front() {
            self.bytes -= frame.body.len();
        }
    }

    /// The place of a revision among the frames; the next one to come has one too.
    fn place(&self, revision: u64) -> Result<usize, Failure> {
        let first = self.first();
        if revision < first || revision > self.head.revision + 1 {
            let last = self.head.revision;
            return Err(Failure::Gone { revision, first, last });
        }
        Ok(usize::try_from(revision - first).unwrap_or(usize::MAX))
    }

    /// The frame of a revision; none yet for the next one to come.
    fn at(&self, revision: u64) -> Result<Option<&Frame>, Failure> {
        Ok(self.frames.get(self.place(revision)?).map(|(frame, _)| &**frame))
    }

    /// The frames from a revision on, shared, so that a visitor may call back.
    fn from(&self, from: u64) -> Result<Vec<Arc<Frame>>, Failure> {
        let skip = self.place(from)?;
        Ok(self.frames.iter().skip(skip).map(|(frame, _)| Arc::clone(frame)).collect())
    }
}

impl Store for Memory {
    fn head(&self) -> Result<Head, Failure> {
        Ok(self.lock().head)
    }

    fn load(&self, visit: &mut LoadVisitor<'_>) -> Result<Head, Failure> {
        let (checkpoint, frames, head) = {
            let inner = self.lock();
            let from = inner.checkpoint.as_ref().map_or(1, |it| it.0.revision + 1);
            (inner.checkpoint.clone(), inner.from(from)?, inner.head)
        };
        if let Some((at, chunks)) = checkpoint {
            for bytes in &*chunks {
                visit(Loaded::Chunk { revision: at.revision, bytes })?;
            }
        }
        frames.iter().try_for_each(|frame| visit(Loaded::Frame(frame)))?;
        Ok(head)
    }

    fn append(&self, frame: &Frame) -> Appended {
        let mut inner = self.lock();
        if let Some(known) = known(&inner.before, &inner.head, frame) {
            return known;
        }
        inner.before = inner.head;
        inner.head = follow(&inner.head, frame);
        let head = inner.head;
        inner.frames.push_back((Arc::new(frame.clone()), head));
        inner.bytes += frame.body.len();
        while inner.bytes > inner.bytes_max && inner.frames.len() > 1 {
            inner.drop_oldest();
        }
        Appended::Committed
    }

    fn journal(&self, from: u64, visit: &mut FrameVisitor<'_>) -> Result<(), Failure> {
        let (mut next, last) = {
            let inner = self.lock();
            let from = if from <= 1 { inner.first() } else { from };
            inner.at(from)?;
            (from, inner.head.revision)
        };
        // One after another, so that a visitor may call back, and may stop without all of them having been copied.
        while next <= last {
            let Some(frame) = self.lock().at(next)?.cloned() else { break };
            if visit(&frame)? == Control::Stop {
                break;
            }
            next += 1;
        }
        Ok(())
    }

    fn begin_checkpoint(&self, revision: u64) -> Result<Box<dyn CheckpointWriter>, Failure> {
        let inner = self.lock();
        let newest = inner.checkpoint.as_ref().map_or(0, |it| it.0.revision);
        newer_checkpoint(revision, newest)?;
        let frame = inner.frames.iter().find(|(frame, _)| frame.revision == revision);
        let at = frame.map(|it| it.1);
        let Some(at) = at.or_else(|| (revision == inner.head.revision).then_some(inner.head)) else {
            let (first, last) = (inner.first(), inner.head.revision);
            return Err(Failure::Gone { revision, first, last });
        };
        Ok(Box::new(Writer { store: self.clone(), at, chunks: Vec::new(), run: inner.run }))
    }

    fn checkpoint(&self) -> Result<Option<Head>, Failure> {
        Ok(self.lock().checkpoint.as_ref().map(|it| it.0))
    }

    fn trim(&self, keep_from: u64) -> Result<u64, Failure> {
        let mut inner = self.lock();
        let needed = inner.checkpoint.as_ref().map_or(1, |it| it.0.revision + 1);
        while inner.frames.len() > 1 && inner.first() < keep_from.min(needed) {
            inner.drop_oldest();
        }
        Ok(inner.first())
    }

    fn reopen(&self) -> Result<Head, Failure> {
        self.head()
    }
}

struct Writer {
    store: Memory,
    at: Head,
    chunks: Vec<Vec<u8>>,
    run: u64,
}

impl CheckpointWriter for Writer {
    fn chunk(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        if bytes.len() > CHUNK_BYTES_MAX {
            return Err(Failure::Caller("the checkpoint chunk is too long".into()));
        }
        self.chunks.push(bytes.to_vec());
        Ok(())
    }

    fn finish(self: Box<Self>) -> Result<(), Failure> {
        let mut inner = self.store.lock();
        if inner.run != self.run {
            return Err(Failure::Caller("another journal took the place of the one this checkpoint is of".into()));
        }
        let newer = |it: &Checkpoint| it.0.revision > self.at.revision;
        if !inner.checkpoint.as_ref().is_some_and(newer) {
            inner.checkpoint = Some((self.at, Arc::new(self.chunks)));
        }
        Ok(())
    }
}

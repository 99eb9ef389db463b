//! An engine that answers each append later than it could: for benchmarks with a slow medium.
//! Knows nothing of the engine inside.

use crate::store::{Appended, CheckpointWriter, Failure, Frame, FrameVisitor, Head, LoadVisitor, Store};
use std::time::Duration;

/// Wraps an engine and adds `delay` to every append that commits, as a slower sync would.
#[derive(Debug)]
pub struct Delayed<S> {
    inner: S,
    delay: Duration,
}

impl<S: Store> Delayed<S> {
    /// The engine `inner`, each append taking `delay` longer.
    pub fn new(inner: S, delay: Duration) -> Self {
        Self { inner, delay }
    }
}

impl<S: Store> Store for Delayed<S> {
    fn head(&self) -> Result<Head, Failure> {
        self.inner.head()
    }
    fn load(&self, visit: &mut LoadVisitor<'_>) -> Result<Head, Failure> {
        self.inner.load(visit)
    }
    fn append(&self, frame: &Frame) -> Appended {
        let done = self.inner.append(frame);
        if done == Appended::Committed {
            std::thread::sleep(self.delay);
        }
        done
    }
    fn journal(&self, from: u64, visit: &mut FrameVisitor<'_>) -> Result<(), Failure> {
        self.inner.journal(from, visit)
    }
    fn begin_checkpoint(&self, revision: u64) -> Result<Box<dyn CheckpointWriter>, Failure> {
        self.inner.begin_checkpoint(revision)
    }
    fn checkpoint(&self) -> Result<Option<Head>, Failure> {
        self.inner.checkpoint()
    }
    fn trim(&self, keep_from: u64) -> Result<u64, Failure> {
        self.inner.trim(keep_from)
    }
    fn reopen(&self) -> Result<Head, Failure> {
        self.inner.reopen()
    }
}

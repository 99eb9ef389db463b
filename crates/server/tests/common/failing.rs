//! Stores in memory that fail when a test says so.

use server::data::{Data, InMemory};
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use store::{Appended, CheckpointWriter, Failure, Frame, FrameVisitor, Head, LoadVisitor, Store};

/// Stores in memory, the appends of which fail as often as it is told.
#[derive(Clone, Default)]
pub struct Failing {
    pub data: InMemory,
    /// So many appends fail.
    pub failures: Arc<AtomicU32>,
    /// So many appends are kept, and nobody can say so.
    pub unknown: Arc<AtomicU32>,
    /// What failed cannot be opened again.
    pub closed: Arc<AtomicBool>,
    /// Whoever holds this keeps journals from being read.
    pub reading: Arc<Mutex<()>>,
    broken: Arc<Mutex<BTreeSet<String>>>,
}

fn one_of(count: &AtomicU32) -> bool {
    count.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok()
}

fn failure() -> Failure {
    Failure::Medium { file: "journal".into(), what: "the disk is on fire".into() }
}

impl Data for Failing {
    fn open(&self, name: &str) -> Result<Arc<dyn Store>, Failure> {
        let inner = self.data.open(name)?;
        // Opened anew it is sound, also where a server stopped before it came to that.
        self.broken.lock().unwrap().remove(name);
        Ok(Arc::new(FailingStore { inner, name: name.into(), of: self.clone() }))
    }
}

struct FailingStore {
    inner: Arc<dyn Store>,
    name: String,
    of: Failing,
}

impl Store for FailingStore {
    fn head(&self) -> Result<Head, Failure> {
        self.inner.head()
    }
    fn load(&self, visit: &mut LoadVisitor<'_>) -> Result<Head, Failure> {
        self.inner.load(visit)
    }
    fn append(&self, frame: &Frame) -> Appended {
        let mut broken = self.of.broken.lock().unwrap();
        if broken.contains(&self.name) || one_of(&self.of.failures) {
            broken.insert(self.name.clone());
            return Appended::Failed(failure());
        }
        let kept = self.inner.append(frame);
        if one_of(&self.of.unknown) { Appended::Unknown(failure()) } else { kept }
    }
    fn journal(&self, from: u64, visit: &mut FrameVisitor<'_>) -> Result<(), Failure> {
        drop(self.of.reading.lock());
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
        if self.of.closed.load(Ordering::SeqCst) {
            return Err(failure());
        }
        self.of.broken.lock().unwrap().remove(&self.name);
        self.inner.reopen()
    }
}

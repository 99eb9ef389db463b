//! The handle through which one checkpoint is written beside the appends.
//! Knows when it may count: not after a failure or a reopening in the meantime.

use super::checkpoint::{self, Writing};
use super::{Shared, State};
use crate::store::{CheckpointWriter, Failure, Head};
use std::sync::Arc;

pub(super) struct Writer {
    shared: Arc<Shared>,
    opened: u64,
    writing: Option<Writing>,
}

impl Writer {
    pub(super) fn new(shared: Arc<Shared>, opened: u64, writing: Writing) -> Self {
        let writing = Some(writing);
        Self { shared, opened, writing }
    }

    fn current(&self, state: &State) -> bool {
        state.opened == self.opened && state.poison.is_none()
    }

    fn lost() -> Failure {
        Failure::Caller("the store failed or was reopened: this checkpoint is lost".into())
    }
}

impl CheckpointWriter for Writer {
    fn chunk(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        let writing = self.writing.as_mut().ok_or_else(Self::lost)?;
        writing.chunk(&*self.shared.medium, bytes)
    }

    fn finish(mut self: Box<Self>) -> Result<(), Failure> {
        let writing = self.writing.take().ok_or_else(Self::lost)?;
        let shared = Arc::clone(&self.shared);
        if !self.current(&shared.lock()) {
            return Err(Self::lost());
        }
        // Nothing is locked while it is made durable. A reopening in between finds either a complete
        // checkpoint, which is good, or an incomplete one, which it removes.
        let at = writing.finish(&*shared.medium)?;
        let mut state = shared.lock();
        if !self.current(&state) {
            return Err(Self::lost());
        }
        let old = state.checkpoint.replace(at);
        if state.head.revision < at.revision {
            (state.head, state.before) = (at, at); // an import into an empty store
        }
        state.writing = false;
        drop(state);
        remove_old(&shared, old)
    }
}

fn remove_old(shared: &Shared, old: Option<Head>) -> Result<(), Failure> {
    let Some(old) = old else { return Ok(()) };
    // Whatever remains is removed at the next opening; the new checkpoint counts in any case.
    let _ = shared.medium.remove(&checkpoint::name(old.revision));
    Ok(())
}

impl Drop for Writer {
    fn drop(&mut self) {
        let Some(writing) = self.writing.take() else {
            self.release();
            return;
        };
        // After a reopening the file is gone, or belongs to another writer.
        if self.shared.lock().opened == self.opened {
            writing.abandon(&*self.shared.medium);
        }
        self.release();
    }
}

impl Writer {
    fn release(&self) {
        let mut state = self.shared.lock();
        if state.opened == self.opened {
            state.writing = false;
        }
    }
}

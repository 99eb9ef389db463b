//! The directory and where it is kept: loaded, changed durably one batch at a time, checkpointed. Knows no thread.

use super::first_account;
use crate::clock::Clock;
use crate::limits::{DIRECTORY_BATCHES, RELOAD_AGAIN_AFTER};
use crate::nonces::Nonces;
use crate::persist;
use crate::{entropy, region};
use desk::DirectoryDesk;
use ledger::Moment;
use ledger::directory::{AccessKey, Directory, Entry};
use std::sync::Arc;
use store::format::{Chunks, encode_batch};
use store::{Appended, Batch, Failure, Store};

/// The directory's desk and its store.
pub struct Kept {
    pub(super) desk: DirectoryDesk,
    store: Arc<dyn Store>,
}

impl Kept {
    /// Loads what is stored.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn load(store: Arc<dyn Store>) -> Result<Self, Failure> {
        let desk = DirectoryDesk::load(&*store, entropy::draw())?;
        Ok(Self { desk, store })
    }

    /// As it stands.
    #[must_use]
    pub const fn directory(&self) -> &Arc<Directory> {
        self.desk.directory()
    }

    /// Takes in those facts that change something, durably.
    ///
    /// # Errors
    /// When they cannot be kept; nothing has changed then.
    pub fn put(&mut self, entries: Vec<Entry>, clock: &dyn Clock) -> Result<(), Failure> {
        let Some(batch) = self.desk.record(clock.now(), entries) else { return Ok(()) };
        self.append(&batch, || true)?;
        self.checkpoint()
    }

    /// The key of a first account, made now if nobody has one.
    ///
    /// # Errors
    /// When it cannot be kept; it cannot be used then.
    pub fn first_key(&mut self, clock: &dyn Clock) -> Result<Option<AccessKey>, Failure> {
        let Some((key, entries)) = first_account(self.directory()) else { return Ok(None) };
        self.put(entries, clock).map(|()| Some(key))
    }

    /// Knows again the nonces of changes, so that none can be replayed after a restart.
    ///
    /// # Errors
    /// When the journal cannot be read.
    pub fn recall_nonces(&self, nonces: &Nonces, now: Moment) -> Result<(), Failure> {
        persist::recall_nonces::<Entry>(&*self.store, nonces, now)
    }

    /// Makes a batch durable and takes it in. While nobody can say whether it is durable, the identical batch is sent
    /// again, as long as `patient` says so.
    ///
    /// # Errors
    /// When it is not known to be durable. Only loading tells; see [`Kept::reload`].
    pub(super) fn append(&mut self, batch: &Batch<Entry>, patient: impl Fn() -> bool) -> Result<(), Failure> {
        let frame = encode_batch(batch);
        loop {
            match region::append(&*self.store, &frame) {
                Appended::Committed => {
                    self.desk.keep(batch);
                    return Ok(());
                }
                Appended::Unknown(failure) if patient() => {
                    tracing::warn!(%failure, "the outcome of an append to the directory is unknown");
                    std::thread::sleep(RELOAD_AGAIN_AFTER);
                }
                Appended::Failed(failure) | Appended::Unknown(failure) => return Err(failure),
                Appended::Refused(refused) => {
                    return Err(Failure::Caller(format!("the directory's store refused a change: {refused:?}")));
                }
            }
        }
    }

    /// Begins anew from what is durable.
    ///
    /// # Errors
    /// When it cannot be read; then everything stays as it was.
    pub(super) fn reload(&mut self) -> Result<(), Failure> {
        self.store.reopen()?;
        *self = Self::load(Arc::clone(&self.store))?;
        Ok(())
    }

    /// Writes a checkpoint when one is due.
    ///
    /// # Errors
    /// When it cannot be written; the journal stays then.
    pub(super) fn checkpoint(&self) -> Result<(), Failure> {
        let (revision, last) = (self.desk.revision(), self.store.checkpoint()?.map_or(0, |head| head.revision));
        if revision.saturating_sub(last) < DIRECTORY_BATCHES { Ok(()) } else { self.write(revision) }
    }

    /// Writes a checkpoint, unless there is one of everything.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(super) fn checkpoint_all(&self) -> Result<(), Failure> {
        let (revision, last) = (self.desk.revision(), self.store.checkpoint()?.map_or(0, |head| head.revision));
        if revision == last { Ok(()) } else { self.write(revision) }
    }

    fn write(&self, revision: u64) -> Result<(), Failure> {
        let mut chunks = Chunks::new(self.store.begin_checkpoint(revision)?);
        self.desk.pieces().iter().try_for_each(|piece| chunks.piece(piece))?;
        chunks.finish()
    }
}

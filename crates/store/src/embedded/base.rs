//! What both kinds of file share: opening a redb database safely, and turning its errors into failures.
//! Knows no table.

use super::medium::{Fused, Medium};
use crate::store::{Failure, Head};
use redb::{Builder, Database, DatabaseError, ReadOnlyDatabase};
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

/// Bytes that redb may cache for each open file. The state is in memory already, and what is read
/// here is read once.
const CACHE_BYTES: usize = 4 << 20;

/// The version of both file formats.
pub(super) const FORMAT: u8 = 1;

/// Length of an encoded [`Head`].
pub(super) const HEAD_BYTES: usize = 56;

/// A file of a region, by name: for opening, and for messages.
#[derive(Clone, Copy)]
pub(super) struct Named<'a> {
    pub(super) medium: &'a dyn Medium,
    pub(super) file: &'a str,
}

impl Named<'_> {
    pub(super) fn path(&self) -> String {
        format!("{}/{}", self.medium.name(), self.file)
    }

    pub(super) fn io(&self, error: &io::Error) -> Failure {
        let (file, what) = (self.path(), error.to_string());
        Failure::Medium { file, what }
    }

    pub(super) fn damaged(&self, revision: u64, what: impl Into<String>) -> Failure {
        let (file, what) = (self.path(), what.into());
        Failure::Damaged { file, revision, what }
    }

    /// Runs something on a redb database. redb trusts what it reads to some extent and panics on some
    /// damage; that is a failure like any other here, never the end of the process.
    pub(super) fn run<T>(&self, what: impl FnOnce() -> Result<T, redb::Error>) -> Result<T, Failure> {
        match catch_unwind(AssertUnwindSafe(what)) {
            Ok(Ok(it)) => Ok(it),
            Ok(Err(redb::Error::Corrupted(what))) => Err(self.damaged(0, what)),
            Ok(Err(redb::Error::Io(error))) if error.kind() == io::ErrorKind::InvalidData => {
                Err(self.damaged(0, error.to_string()))
            }
            Ok(Err(redb::Error::Io(error))) => Err(self.io(&error)),
            Ok(Err(other)) => Err(self.io(&io::Error::other(other.to_string()))),
            Err(_) => Err(self.damaged(0, "the file cannot be read")),
        }
    }

    fn builder() -> Builder {
        let mut builder = Builder::new();
        builder.set_cache_size(CACHE_BYTES);
        builder
    }

    /// Opens for writing; `check` walks the whole file and verifies redb's own checksums.
    pub(super) fn open(&self, check: bool) -> Result<(Database, Arc<AtomicU64>), Failure> {
        let file = self.medium.open(self.file).and_then(Fused::new);
        let (file, bytes) = file.map_err(|it| self.io(&it))?;
        let mut builder = Self::builder();
        builder.set_check_integrity_on_open(check);
        let database = self.run(|| Ok(builder.create_with_backend(file)?))?;
        Ok((database, bytes))
    }

    /// Opens a file that nobody writes any more. It was closed properly, unless the process ended just
    /// then: redb repairs it first in that case.
    pub(super) fn open_sealed(&self) -> Result<ReadOnlyDatabase, Failure> {
        let open = || -> Result<Result<ReadOnlyDatabase, DatabaseError>, Failure> {
            let file = self.medium.open(self.file).and_then(Fused::new);
            let (file, _) = file.map_err(|it| self.io(&it))?;
            self.run(|| Ok(Self::builder().open_read_only_with_backend(file)))
        };
        match open()? {
            Err(DatabaseError::RepairAborted) => {
                drop(self.open(false)?);
                let again = open()?;
                self.run(|| Ok(again?))
            }
            other => self.run(|| Ok(other?)),
        }
    }
}

/// Layout (little-endian): revision 8, batch id 16, chain hash 32.
pub(super) fn put_head(out: &mut Vec<u8>, head: &Head) {
    out.extend_from_slice(&head.revision.to_le_bytes());
    out.extend_from_slice(&head.batch);
    out.extend_from_slice(&head.chain);
}

/// The reverse of [`put_head`].
pub(super) fn take_head(bytes: &[u8; HEAD_BYTES]) -> Head {
    let mut head = Head::EMPTY;
    let mut revision = [0; 8];
    revision.copy_from_slice(&bytes[..8]);
    head.revision = u64::from_le_bytes(revision);
    head.batch.copy_from_slice(&bytes[8..24]);
    head.chain.copy_from_slice(&bytes[24..]);
    head
}

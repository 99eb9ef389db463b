//! What both kinds of file share: their names in messages, and how a head is written down.
//! Knows no record.

use super::medium::{Fused, Medium};
use crate::store::{Failure, Head};
use std::io;
use std::sync::Arc;

/// The version of both file formats.
pub(super) const FORMAT: u8 = 2;

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

    /// Opens it, and makes it if it is missing.
    pub(super) fn open(&self) -> Result<Arc<Fused>, Failure> {
        let file = self.medium.open(self.file).map_err(|it| self.io(&it))?;
        Ok(Arc::new(Fused::new(file)))
    }

    /// The head in a file's first record, after what the file is for.
    pub(super) fn opening(&self, kind: &[u8], record: &[u8]) -> Result<Head, Failure> {
        let Some((version, head)) = record.strip_prefix(kind).and_then(<[u8]>::split_first) else {
            return Err(self.damaged(0, "its beginning is another file's"));
        };
        if *version != FORMAT {
            let (file, version) = (self.path(), u32::from(*version));
            return Err(Failure::Newer { file, version });
        }
        head.try_into().map(take_head).map_err(|_| self.damaged(0, "its beginning is cut short"))
    }
}

/// The first record of a file: what it is for, the format, and a head.
pub(super) fn put_opening(out: &mut Vec<u8>, kind: &[u8], head: &Head) {
    out.extend_from_slice(kind);
    out.push(FORMAT);
    put_head(out, head);
}

/// Layout (little-endian): revision 8, batch id 16, chain hash 32.
fn put_head(out: &mut Vec<u8>, head: &Head) {
    out.extend_from_slice(&head.revision.to_le_bytes());
    out.extend_from_slice(&head.batch);
    out.extend_from_slice(&head.chain);
}

/// The reverse of [`put_head`].
fn take_head(bytes: &[u8; HEAD_BYTES]) -> Head {
    let mut head = Head::EMPTY;
    let mut revision = [0; 8];
    revision.copy_from_slice(&bytes[..8]);
    head.revision = u64::from_le_bytes(revision);
    head.batch.copy_from_slice(&bytes[8..24]);
    head.chain.copy_from_slice(&bytes[24..]);
    head
}

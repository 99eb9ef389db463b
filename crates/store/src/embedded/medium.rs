//! Where the files of one region are: a folder on a disk, or in tests a folder on a disk that fails.
//! Knows files by name only, and nothing of what they mean.

use std::fmt::Debug;
use std::io;
use std::sync::atomic::{AtomicBool, Ordering};

/// An open file.
pub trait RawFile: Debug + Send + Sync {
    /// Its length in bytes.
    ///
    /// # Errors
    /// When it cannot be told.
    fn length(&self) -> io::Result<u64>;

    /// Fills `out` with the bytes from `offset` on.
    ///
    /// # Errors
    /// When they cannot be read, or there are not so many.
    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()>;

    /// Cuts it off, or makes it longer with zeros.
    ///
    /// # Errors
    /// When it cannot be done.
    fn set_len(&self, length: u64) -> io::Result<()>;

    /// Writes all of these bytes at `offset`. Durable after [`RawFile::sync`].
    ///
    /// # Errors
    /// When they could not all be written.
    fn write(&self, offset: u64, bytes: &[u8]) -> io::Result<()>;

    /// Makes what was written durable, and its length. A sync that failed must not be tried again: what it was to make
    /// durable may count as clean afterwards.
    ///
    /// # Errors
    /// When it is not durable.
    fn sync(&self) -> io::Result<()>;
}

/// The folder of a region.
pub trait Medium: Debug + Send + Sync {
    /// What to call the folder in messages.
    fn name(&self) -> String;

    /// The names of the files in it, in any order.
    ///
    /// # Errors
    /// When it cannot be read.
    fn list(&self) -> io::Result<Vec<String>>;

    /// Opens a file for reading and writing, an empty new one when it is missing.
    ///
    /// # Errors
    /// When it cannot be opened.
    fn open(&self, file: &str) -> io::Result<Box<dyn RawFile>>;

    /// The length of a file in bytes.
    ///
    /// # Errors
    /// When it is missing.
    fn bytes(&self, file: &str) -> io::Result<u64>;

    /// Gives a file another name. Durable after [`Medium::sync_names`].
    ///
    /// # Errors
    /// When it cannot be done.
    fn rename(&self, from: &str, to: &str) -> io::Result<()>;

    /// Removes a file. Durable after [`Medium::sync_names`].
    ///
    /// # Errors
    /// When it cannot be done.
    fn remove(&self, file: &str) -> io::Result<()>;

    /// Makes the names durable: what was created, renamed and removed.
    ///
    /// # Errors
    /// When it cannot be done.
    fn sync_names(&self) -> io::Result<()>;

    /// Forgets whatever is cached of the files, so that reading tells what is really on the medium.
    ///
    /// # Errors
    /// When it cannot be done.
    fn forget(&self) -> io::Result<()>;
}

/// A file that is written. After the first failed write or sync it refuses everything: nothing gets a second chance to
/// sync.
#[derive(Debug)]
pub(super) struct Fused {
    inner: Box<dyn RawFile>,
    blown: AtomicBool,
}

impl Fused {
    pub(super) fn new(inner: Box<dyn RawFile>) -> Self {
        Self { inner, blown: AtomicBool::new(false) }
    }

    fn unless_blown(&self, what: impl FnOnce(&dyn RawFile) -> io::Result<()>) -> io::Result<()> {
        if self.blown.load(Ordering::SeqCst) {
            return Err(io::Error::other("the file failed earlier"));
        }
        let done = what(&*self.inner);
        if done.is_err() {
            self.blown.store(true, Ordering::SeqCst);
        }
        done
    }
}

impl RawFile for Fused {
    fn length(&self) -> io::Result<u64> {
        self.inner.length()
    }
    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        self.inner.read(offset, out)
    }
    fn set_len(&self, length: u64) -> io::Result<()> {
        self.unless_blown(|file| file.set_len(length))
    }
    fn write(&self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        self.unless_blown(|file| file.write(offset, bytes))
    }
    fn sync(&self) -> io::Result<()> {
        self.unless_blown(|file| file.sync())
    }
}

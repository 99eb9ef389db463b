//! Where the files of one region are: a folder on a disk, or in tests a folder on a disk that fails.
//! Knows files by name only, and nothing of what they mean.

use redb::StorageBackend;
use std::fmt::Debug;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

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
    fn open(&self, file: &str) -> io::Result<Box<dyn StorageBackend>>;

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

/// A file as redb gets it. After the first failed write or sync it refuses everything: redb must not
/// get a second chance to sync, not even while it closes.
#[derive(Debug)]
pub(super) struct Fused {
    inner: Box<dyn StorageBackend>,
    blown: AtomicBool,
    bytes: Arc<AtomicU64>,
}

impl Fused {
    /// The file, and where its length can be read at any time.
    pub(super) fn new(inner: Box<dyn StorageBackend>) -> io::Result<(Self, Arc<AtomicU64>)> {
        let bytes = Arc::new(AtomicU64::new(inner.len()?));
        let blown = AtomicBool::new(false);
        let known = Arc::clone(&bytes);
        Ok((Self { inner, blown, bytes }, known))
    }

    fn whole(&self) -> io::Result<()> {
        if self.blown.load(Ordering::SeqCst) {
            return Err(io::Error::other("the file failed earlier"));
        }
        Ok(())
    }

    fn watch<T>(&self, done: io::Result<T>) -> io::Result<T> {
        if done.is_err() {
            self.blown.store(true, Ordering::SeqCst);
        }
        done
    }
}

// No lock methods: one lock on the data folder covers all files.
impl StorageBackend for Fused {
    fn len(&self) -> io::Result<u64> {
        self.inner.len()
    }
    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        self.inner.read(offset, out)
    }
    fn set_len(&self, len: u64) -> io::Result<()> {
        self.whole()?;
        self.watch(self.inner.set_len(len))?;
        self.bytes.store(len, Ordering::Relaxed);
        Ok(())
    }
    fn sync_data(&self) -> io::Result<()> {
        self.whole()?;
        self.watch(self.inner.sync_data())
    }
    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        self.whole()?;
        self.watch(self.inner.write(offset, data))
    }
    fn close(&self) -> io::Result<()> {
        self.inner.close()
    }
}

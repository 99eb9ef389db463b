//! The medium of production: a folder of a file system.
//! Knows files, and nothing of what they mean.

use super::medium::{Medium, RawFile};
use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::PathBuf;
use std::sync::Arc;

/// A region's folder. Keeps the lock of the data folder for as long as it lives.
#[derive(Debug)]
pub(super) struct Disk {
    path: PathBuf,
    _lock: Arc<File>,
}

impl Disk {
    pub(super) fn new(path: PathBuf, lock: Arc<File>) -> Self {
        Self { path, _lock: lock }
    }
}

impl Medium for Disk {
    fn name(&self) -> String {
        self.path.display().to_string()
    }

    fn list(&self) -> io::Result<Vec<String>> {
        let names = fs::read_dir(&self.path)?.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()));
        names.collect()
    }

    fn open(&self, file: &str) -> io::Result<Box<dyn RawFile>> {
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        Ok(Box::new(options.mode(0o600).open(self.path.join(file))?))
    }

    fn bytes(&self, file: &str) -> io::Result<u64> {
        Ok(fs::metadata(self.path.join(file))?.len())
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        fs::rename(self.path.join(from), self.path.join(to))
    }

    fn remove(&self, file: &str) -> io::Result<()> {
        fs::remove_file(self.path.join(file))
    }

    fn sync_names(&self) -> io::Result<()> {
        File::open(&self.path)?.sync_all()
    }

    /// After a sync has failed, Linux marks the pages it could not write as clean: they stay in the page
    /// cache, and reading would return what never reached the disk, until some day they are evicted
    /// and the old bytes come back. So clean pages are thrown away before anything is read again.
    fn forget(&self) -> io::Result<()> {
        for name in self.list()? {
            let file = File::open(self.path.join(name))?;
            rustix::fs::fadvise(&file, 0, None, rustix::fs::Advice::DontNeed)?;
        }
        Ok(())
    }
}

impl RawFile for File {
    fn length(&self) -> io::Result<u64> {
        Ok(self.metadata()?.len())
    }
    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        self.read_exact_at(out, offset)
    }
    fn set_len(&self, length: u64) -> io::Result<()> {
        Self::set_len(self, length)
    }
    fn write(&self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        self.write_all_at(bytes, offset)
    }
    fn sync(&self) -> io::Result<()> {
        self.sync_data()
    }
}

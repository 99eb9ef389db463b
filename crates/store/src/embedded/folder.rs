//! The data folder: one lock for all of it, a folder per region inside.
//! Knows names and modes of files, nothing of what is in them.

use super::Embedded;
use super::disk::Disk;
use crate::store::Failure;
use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;

const LOCK: &str = "lock";

/// The name of the directory's store in a data folder. All other stores are regions'.
pub const DIRECTORY: &str = "directory";

/// Longest name of a region's folder, in bytes.
pub const REGION_NAME_BYTES_MAX: usize = 64;

/// A data folder that this process alone has, until this and every store opened from it is dropped.
#[derive(Clone, Debug)]
pub struct DataFolder {
    path: PathBuf,
    lock: Arc<File>,
}

impl DataFolder {
    /// Takes a data folder, making it (mode 0700) when it is missing.
    ///
    /// # Errors
    /// [`Failure::Held`] when another process has it; [`Failure::Medium`] when it cannot be made.
    pub fn open(path: &Path) -> Result<Self, Failure> {
        make_folder(path)?;
        let file = path.join(LOCK);
        let lock = take_lock(&file, path)?;
        let (path, lock) = (path.to_path_buf(), Arc::new(lock));
        Ok(Self { path, lock })
    }

    /// The path of the folder.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Opens the store of a region (or of the directory), making it when it is missing.
    ///
    /// # Errors
    /// When the name is not 1 to [`REGION_NAME_BYTES_MAX`] small letters, digits, `-` or `_`, when the
    /// files cannot be opened, or when they are damaged.
    pub fn region(&self, name: &str) -> Result<Embedded, Failure> {
        check_name(name)?;
        let path = self.path.join(name);
        if !path.is_dir() {
            make_folder(&path)?;
            sync_folder(&self.path)?;
        }
        Embedded::open(Box::new(Disk::new(path, Arc::clone(&self.lock))))
    }

    /// The names of the regions that have a store here, in order.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn regions(&self) -> Result<Vec<String>, Failure> {
        let mut names = Vec::new();
        for entry in std::fs::read_dir(&self.path).map_err(|it| medium(&self.path, &it))? {
            let entry = entry.map_err(|it| medium(&self.path, &it))?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if check_name(&name).is_ok() && entry.path().is_dir() {
                names.push(name);
            }
        }
        names.sort();
        Ok(names)
    }
}

/// Whether a region may be called so: the data folder keeps it under its name, beside the lock and the directory.
#[must_use]
pub fn can_name_region(name: &str) -> bool {
    check_name(name).is_ok() && name != LOCK && name != DIRECTORY
}

pub(crate) fn check_name(name: &str) -> Result<(), Failure> {
    let plain = |it: u8| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'-' || it == b'_';
    if (1..=REGION_NAME_BYTES_MAX).contains(&name.len()) && name.bytes().all(plain) {
        return Ok(());
    }
    Err(Failure::Caller(format!("{name:?} cannot name a region's folder: 1 to {REGION_NAME_BYTES_MAX} of a-z 0-9 - _")))
}

pub(crate) fn medium(path: &Path, error: &io::Error) -> Failure {
    let (file, what) = (path.display().to_string(), error.to_string());
    Failure::Medium { file, what }
}

/// Makes a folder, and those above it, for the owner only.
pub(crate) fn make_folder(path: &Path) -> Result<(), Failure> {
    let mut builder = DirBuilder::new();
    builder.recursive(true).mode(0o700);
    builder.create(path).map_err(|it| medium(path, &it))
}

/// Makes the names in a folder durable.
pub(crate) fn sync_folder(path: &Path) -> Result<(), Failure> {
    let synced = File::open(path).and_then(|it| it.sync_all());
    synced.map_err(|it| medium(path, &it))
}

/// The lock is the system's, so it ends with the process however that ends; the pid inside the file is
/// only there to be told.
fn take_lock(file: &Path, folder: &Path) -> Result<File, Failure> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    let mut lock = options.mode(0o600).open(file).map_err(|it| medium(file, &it))?;
    match lock.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            return Err(Failure::Held { folder: folder.display().to_string(), holder: holder(&mut lock) });
        }
        Err(TryLockError::Error(error)) => return Err(medium(file, &error)),
    }
    let written = lock.set_len(0).and_then(|()| lock.rewind()).and_then(|()| writeln!(lock, "{}", std::process::id()));
    written.map_err(|it| medium(file, &it))?;
    Ok(lock)
}

fn holder(lock: &mut File) -> String {
    let mut pid = String::new();
    let read = Read::by_ref(lock).take(20).read_to_string(&mut pid);
    match (read, pid.trim().parse::<u32>()) {
        (Ok(_), Ok(pid)) => format!("process {pid}"),
        _ => "another process".into(),
    }
}

//! A file whose room is filled with zeros some way ahead of what is written.
//! Knows no redb database, only bytes.
//!
//! A sync of a write into room that the file system has not given out yet makes the file system's own
//! journal durable too, and that costs several times the write itself: see `docs/design/0003-the-hot-path.md`.

use redb::StorageBackend;
use redb::backends::FileBackend;
use rustix::fs::{SeekFrom, seek};
use rustix::io::Errno;
use std::fs::File;
use std::io;
use std::sync::{Mutex, PoisonError};

/// How many bytes beyond a write are filled at once: many commits' worth, and few enough that the one
/// commit that finds them filled is not slow.
const AHEAD_BYTES: u64 = 512 << 10;

static ZEROS: [u8; 64 << 10] = [0; 64 << 10];

/// A file, and how far it has been filled.
#[derive(Debug)]
pub(super) struct Ahead {
    file: FileBackend,
    filled: Mutex<u64>,
}

impl Ahead {
    pub(super) fn new(file: File) -> io::Result<Self> {
        let filled = Mutex::new(end_of_data(&file)?);
        Ok(Self { file: FileBackend::new(file).map_err(io::Error::other)?, filled })
    }

    /// Fills the room up to some way beyond `end`, unless it is filled. No more than a help: where it fails,
    /// the write itself may still succeed.
    fn fill(&self, end: u64) {
        let mut filled = self.filled.lock().unwrap_or_else(PoisonError::into_inner);
        if end <= *filled {
            return;
        }
        let room = self.file.len().unwrap_or(0);
        while *filled < room.min(end.saturating_add(AHEAD_BYTES)) {
            let count = (room - *filled).min(ZEROS.len() as u64);
            let zeros = ZEROS.get(..usize::try_from(count).unwrap_or(0)).unwrap_or_default();
            if self.file.write(*filled, zeros).is_err() {
                *filled = room;
                return;
            }
            *filled += count;
        }
    }
}

/// Where the last bytes end that were ever written; the length where the file system does not tell.
fn end_of_data(file: &File) -> io::Result<u64> {
    let mut end = 0;
    loop {
        match seek(file, SeekFrom::Data(end)) {
            Ok(data) => end = seek(file, SeekFrom::Hole(data))?,
            Err(Errno::NXIO) => return Ok(end),
            Err(_) => return Ok(file.metadata()?.len()),
        }
    }
}

impl StorageBackend for Ahead {
    fn len(&self) -> io::Result<u64> {
        self.file.len()
    }
    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        self.file.read(offset, out)
    }
    fn set_len(&self, len: u64) -> io::Result<()> {
        let mut filled = self.filled.lock().unwrap_or_else(PoisonError::into_inner);
        *filled = len.min(*filled);
        self.file.set_len(len)
    }
    fn sync_data(&self) -> io::Result<()> {
        self.file.sync_data()
    }
    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        self.fill(offset.saturating_add(data.len() as u64));
        self.file.write(offset, data)
    }
    fn close(&self) -> io::Result<()> {
        self.file.close()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ahead(path: &std::path::Path) -> Ahead {
        let file = File::options().read(true).write(true).create(true).truncate(false).open(path);
        Ahead::new(file.expect("a file")).expect("a backend")
    }

    #[test]
    fn filling_changes_nothing_that_was_written() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("file");
        let room = 3 * AHEAD_BYTES + 100;
        let mut wanted = vec![0_u8; usize::try_from(room).expect("small")];
        for (turn, offsets) in [[0, AHEAD_BYTES - 1, 2 * AHEAD_BYTES], [10, 7, room - 3]].iter().enumerate() {
            // Opened anew for the second turn: what was written before is found again.
            let file = ahead(&path);
            file.set_len(room).expect("room");
            for &offset in offsets {
                let data = [u8::try_from(turn + 1).expect("small"); 3];
                file.write(offset, &data).expect("written");
                let at = usize::try_from(offset).expect("small");
                wanted[at..at + 3].copy_from_slice(&data);
            }
            assert_eq!(file.len().expect("a length"), room);
        }
        assert!(std::fs::read(&path).expect("the file") == wanted);
    }

    #[test]
    fn room_that_was_given_back_is_filled_again() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = ahead(&folder.path().join("file"));
        file.set_len(AHEAD_BYTES).expect("room");
        file.write(0, &[1]).expect("written");
        assert_eq!(*file.filled.lock().expect("a number"), AHEAD_BYTES);
        file.set_len(5).expect("less");
        assert_eq!(*file.filled.lock().expect("a number"), 5);
        file.set_len(AHEAD_BYTES).expect("more");
        file.write(9, &[2]).expect("written");
        assert_eq!(*file.filled.lock().expect("a number"), AHEAD_BYTES);
    }
}

//! Nonces on disk, so that the next process knows them again: also those of reads and of refused writes, which are in no
//! journal. Written beside the work, every second and once more at an orderly stop: no request waits for it, and a kill
//! forgets the last second. Knows no request.
//!
//! A folder of files, each for a quarter of an hour and called after its first second, which go when nothing in them could
//! come again. A file is a line that says its format, then blocks: length, checksum, groups. What is damaged is told in
//! the log and passed over, as is an end that a kill cut off: all that is lost is that some requests could be replayed.

use super::{NonceDigest, Nonces};
use crate::clock::Clock;
use crate::limits::{NONCES_BACK_SECONDS, NONCES_FILE_SECONDS, NONCES_WRITTEN_EVERY};
use ledger::{KeyId, Moment};
use sha2::{Digest, Sha256};
use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, BufReader, ErrorKind, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, SyncSender, sync_channel};
use std::thread::JoinHandle;

/// What the folder is called. No region can be called so.
pub const FOLDER: &str = "nonces.d";
const FORMAT: &[u8] = b"berth nonces 1\n";
/// Bytes after which a block ends, and that none has more of.
const BLOCK_BYTES: usize = 1 << 20;
const BLOCK_BYTES_MAX: usize = 2 * BLOCK_BYTES;
/// Digests of a group at most.
const GROUP_MAX: usize = BLOCK_BYTES / size_of::<NonceDigest>() / 2;
const CHECK_BYTES: usize = 16;

/// The folder.
pub struct Written {
    folder: PathBuf,
    /// The file that is being written, and its first second.
    file: Option<(u64, File)>,
    blocks: Blocks,
    failing: bool,
}

/// The thread that writes. When this is dropped everything is written, and the thread ends.
pub struct Writer {
    stop: Option<SyncSender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Written {
    /// Below a data folder. Nothing is made before something is written.
    #[must_use]
    pub fn below(data: &Path) -> Self {
        Self { folder: data.join(FOLDER), file: None, blocks: Blocks::default(), failing: false }
    }

    /// Knows all of them again that could still come.
    pub fn recall(&self, nonces: &Nonces, now: Moment) {
        let files = match self.files() {
            Ok(files) => files,
            Err(error) => return tracing::error!(folder = %self.folder.display(), %error, "used nonces cannot be read"),
        };
        for (begin, path) in files.into_iter().filter(|(begin, _)| !is_over(*begin, now)) {
            let read = read(&path, |span, key, nonce| nonces.recall_written(span, key, nonce, now));
            if let Err(error) = read {
                let file = path.display();
                tracing::error!(%file, begin, %error, "some used nonces are lost; their requests could be replayed");
            }
        }
    }

    /// Writes what is new; with `sync` it is durable then.
    ///
    /// # Errors
    /// When it cannot be written; the next time all of it is written again, to another file.
    pub fn write(&mut self, nonces: &Nonces, now: Moment, sync: bool) -> io::Result<()> {
        self.blocks.begin();
        nonces.unwritten(|span, key, digests| self.blocks.add(span, key, digests));
        self.blocks.close();
        let done = self.append(now).and_then(|()| match &self.file {
            Some((_, file)) if sync => file.sync_all().and_then(|()| File::open(&self.folder)?.sync_all()),
            _ => Ok(()),
        });
        if done.is_err() {
            self.file = None;
            nonces.nothing_is_written();
        }
        done
    }

    /// Writes the blocks.
    fn append(&mut self, now: Moment) -> io::Result<()> {
        if self.blocks.done.is_empty() {
            return Ok(());
        }
        self.file = self.file.take().filter(|(begin, _)| now.0 < begin + NONCES_FILE_SECONDS && now.0 >= *begin);
        if self.file.is_none() {
            self.file = Some(self.begin(now)?);
            for (_, path) in self.files()?.into_iter().filter(|(begin, _)| is_over(*begin, now)) {
                std::fs::remove_file(path)?;
            }
        }
        self.file.as_mut().map_or(Ok(()), |(_, file)| file.write_all(&self.blocks.done))
    }

    /// A new file, called after this second or the next for which there is none.
    fn begin(&self, now: Moment) -> io::Result<(u64, File)> {
        DirBuilder::new().recursive(true).mode(0o700).create(&self.folder)?;
        let mut options = OpenOptions::new();
        options.write(true).create_new(true).mode(0o600);
        let mut begin = now.0;
        let mut file = loop {
            match options.open(self.folder.join(begin.to_string())) {
                Err(error) if error.kind() == ErrorKind::AlreadyExists => begin += 1,
                opened => break opened?,
            }
        };
        file.write_all(FORMAT)?;
        Ok((begin, file))
    }

    /// The files, oldest first.
    fn files(&self) -> io::Result<Vec<(u64, PathBuf)>> {
        let inside = match std::fs::read_dir(&self.folder) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            inside => inside?,
        };
        let mut files = Vec::new();
        for entry in inside {
            let path = entry?.path();
            let begin = path.file_name().and_then(|name| name.to_str()?.parse().ok());
            files.extend(begin.map(|begin| (begin, path)));
        }
        files.sort();
        Ok(files)
    }

    fn tell(&mut self, done: io::Result<()>) {
        match done {
            Err(error) if !std::mem::replace(&mut self.failing, true) => {
                let folder = self.folder.display();
                tracing::error!(%folder, %error, "used nonces cannot be written; a restart would forget some");
            }
            Ok(()) if std::mem::take(&mut self.failing) => tracing::info!("used nonces are written again"),
            _ => {}
        }
    }
}

/// Whether nothing in a file that was begun at this second could come again: it was written for a while, with
/// timestamps that may have been ahead of it.
fn is_over(begin: u64, now: Moment) -> bool {
    begin.saturating_add(NONCES_FILE_SECONDS + NONCES_BACK_SECONDS) < now.0
}

impl Writer {
    /// Writes from now on.
    ///
    /// # Errors
    /// When there is no thread to be had.
    pub fn start(mut written: Written, nonces: Arc<Nonces>, clock: Arc<dyn Clock>) -> io::Result<Self> {
        let (stop, stopped) = sync_channel::<()>(0);
        let thread = std::thread::Builder::new().name("nonces".into()).spawn(move || {
            while stopped.recv_timeout(NONCES_WRITTEN_EVERY) == Err(RecvTimeoutError::Timeout) {
                let done = written.write(&nonces, clock.now(), false);
                written.tell(done);
            }
            let done = written.write(&nonces, clock.now(), true);
            written.tell(done);
        })?;
        Ok(Self { stop: Some(stop), thread: Some(thread) })
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        drop(self.stop.take());
        if self.thread.take().is_some_and(|thread| thread.join().is_err()) {
            tracing::error!("the thread that writes nonces panicked");
        }
    }
}

/// Blocks as they are written. Their memory is used again each time.
#[derive(Default)]
struct Blocks {
    done: Vec<u8>,
    body: Vec<u8>,
}

impl Blocks {
    /// Nothing yet. What a flood once needed is given back.
    fn begin(&mut self) {
        self.done.clear();
        self.done.shrink_to(BLOCK_BYTES_MAX);
    }

    fn add(&mut self, span: u64, key: &KeyId, digests: &[NonceDigest]) {
        for some in digests.chunks(GROUP_MAX) {
            let key = key.as_str().as_bytes();
            // Keys are far shorter than this, and a group far smaller.
            let (Ok(length), Ok(count)) = (u16::try_from(key.len()), u32::try_from(some.len())) else { continue };
            self.body.extend(span.to_le_bytes());
            self.body.extend(length.to_le_bytes());
            self.body.extend(key);
            self.body.extend(count.to_le_bytes());
            self.body.extend(some.as_flattened());
            if self.body.len() > BLOCK_BYTES {
                self.close();
            }
        }
    }

    fn close(&mut self) {
        if let Ok(length) = u32::try_from(self.body.len())
            && length > 0
        {
            self.done.extend(length.to_le_bytes());
            self.done.extend(check(&self.body));
            self.done.extend_from_slice(&self.body);
        }
        self.body.clear();
    }
}

fn check(body: &[u8]) -> [u8; CHECK_BYTES] {
    let mut check = [0; CHECK_BYTES];
    check.copy_from_slice(&Sha256::digest(body)[..CHECK_BYTES]);
    check
}

/// Hands over what is in a file, up to an end that was cut off.
fn read(path: &Path, mut hand_over: impl FnMut(u64, &KeyId, &NonceDigest)) -> io::Result<()> {
    let damaged = |what: &str| io::Error::new(ErrorKind::InvalidData, what.to_owned());
    let mut file = BufReader::new(File::open(path)?);
    let mut format = [0; FORMAT.len()];
    match file.read_exact(&mut format) {
        Ok(()) if format == FORMAT => {}
        Err(error) if error.kind() != ErrorKind::UnexpectedEof => return Err(error),
        Err(_) => return Ok(()),
        Ok(()) => return Err(damaged("it is no file of nonces, or one of another format")),
    }
    loop {
        let (mut length, mut sum) = ([0; 4], [0; CHECK_BYTES]);
        let mut body = Vec::new();
        let block = file.read_exact(&mut length).and_then(|()| file.read_exact(&mut sum)).and_then(|()| {
            let length = usize::try_from(u32::from_le_bytes(length)).unwrap_or(usize::MAX);
            if length > BLOCK_BYTES_MAX {
                return Err(damaged("a block is longer than any"));
            }
            body.resize(length, 0);
            file.read_exact(&mut body)
        });
        match block {
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => return Ok(()),
            other => other?,
        }
        if check(&body) != sum {
            return Err(damaged("a block is not what was written"));
        }
        groups(&body, &mut hand_over).ok_or_else(|| damaged("a block is not made of groups"))?;
    }
}

fn groups(mut body: &[u8], hand_over: &mut impl FnMut(u64, &KeyId, &NonceDigest)) -> Option<()> {
    while !body.is_empty() {
        let span = u64::from_le_bytes(take(&mut body)?);
        let length = u16::from_le_bytes(take(&mut body)?);
        let key = body.split_off(..usize::from(length))?;
        let key = KeyId::from(std::str::from_utf8(key).ok()?);
        for _ in 0..u32::from_le_bytes(take(&mut body)?) {
            hand_over(span, &key, &take(&mut body)?);
        }
    }
    Some(())
}

fn take<const N: usize>(bytes: &mut &[u8]) -> Option<[u8; N]> {
    bytes.split_off(..N)?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::{BLOCK_BYTES, Nonces, Written, read};
    use crate::limits::{NONCES_BACK_SECONDS, NONCES_FILE_SECONDS};
    use crate::nonces::{Taken, digest};
    use ledger::{KeyId, Moment};
    use std::fs;
    use std::path::PathBuf;

    const WINDOW: u64 = 900;
    const NOW: u64 = 1_800_000_000;

    fn empty() -> Nonces {
        Nonces::new(WINDOW, 1 << 20, 1 << 20)
    }

    /// Takes so many new ones, named from `first` on.
    fn used(nonces: &Nonces, key: &str, numbers: std::ops::Range<u32>, timestamp: u64, now: u64) {
        for number in numbers {
            let nonce = digest(key, &number.to_string());
            assert_eq!(nonces.take(&KeyId::from(key), &nonce, timestamp, Moment(now)), Taken::Fresh, "{number}");
        }
    }

    fn known(nonces: &Nonces, key: &str, numbers: std::ops::Range<u32>, timestamp: u64, now: u64) -> usize {
        let known = |number: &u32| {
            let nonce = digest(key, &number.to_string());
            nonces.take(&KeyId::from(key), &nonce, timestamp, Moment(now)) == Taken::Used
        };
        numbers.filter(known).count()
    }

    fn files(written: &Written) -> Vec<PathBuf> {
        written.files().expect("they are listed").into_iter().map(|(_, path)| path).collect()
    }

    #[test]
    fn the_next_process_knows_what_was_written_and_nothing_else() {
        let folder = tempfile::tempdir().expect("a folder");
        let (nonces, mut written) = (empty(), Written::below(folder.path()));
        written.write(&nonces, Moment(NOW), false).expect("there is nothing to write");
        assert!(files(&written).is_empty(), "and nothing is made");
        used(&nonces, "one", 0..3000, NOW - WINDOW, NOW);
        used(&nonces, "two", 0..3000, NOW + WINDOW, NOW);
        written.write(&nonces, Moment(NOW), false).expect("it is written");
        used(&nonces, "one", 3000..4000, NOW, NOW);
        written.write(&nonces, Moment(NOW + 1), true).expect("it is written");
        used(&nonces, "one", 4000..4100, NOW, NOW);
        assert_eq!(files(&written).len(), 1);

        let next = empty();
        Written::below(folder.path()).recall(&next, Moment(NOW + 2));
        assert_eq!(next.len(), 7000);
        assert_eq!(known(&next, "two", 0..3000, NOW + WINDOW, NOW + 2), 3000);
        assert_eq!(known(&next, "one", 0..4100, NOW, NOW + 2), 4000, "the last hundred were not written");
        // Half an hour later the latest timestamps may still come, the others may not.
        let late = empty();
        Written::below(folder.path()).recall(&late, Moment(NOW + 2 * WINDOW));
        assert_eq!((known(&late, "two", 0..3000, NOW + WINDOW, NOW + 2 * WINDOW), late.len()), (3000, 3000));
    }

    #[test]
    fn what_is_in_other_blocks_and_files_is_found_too_and_old_files_go() {
        let folder = tempfile::tempdir().expect("a folder");
        let (nonces, mut written) = (empty(), Written::below(folder.path()));
        let many = u32::try_from(BLOCK_BYTES / 8).expect("a number");
        used(&nonces, "k", 0..many, NOW, NOW);
        written.write(&nonces, Moment(NOW), false).expect("it is written");
        let later = NOW + NONCES_FILE_SECONDS;
        used(&nonces, "k", many..many + 10, later, later);
        written.write(&nonces, Moment(later), false).expect("it is written");
        assert_eq!(files(&written).len(), 2);
        let next = empty();
        Written::below(folder.path()).recall(&next, Moment(NOW));
        assert_eq!(known(&next, "k", 0..many + 10, NOW, NOW), many as usize + 10);
        let latest = NOW + NONCES_FILE_SECONDS + NONCES_BACK_SECONDS + 1;
        used(&nonces, "k", many + 10..many + 11, latest, latest);
        written.write(&nonces, Moment(latest), false).expect("it is written");
        assert_eq!(files(&written).len(), 2, "the first has gone");
    }

    #[test]
    fn an_end_that_was_cut_off_is_passed_over_and_damage_is_told() {
        let folder = tempfile::tempdir().expect("a folder");
        let (nonces, mut written) = (empty(), Written::below(folder.path()));
        used(&nonces, "k", 0..10, NOW, NOW);
        written.write(&nonces, Moment(NOW), false).expect("it is written");
        let file = files(&written).remove(0);
        let first = fs::read(&file).expect("it is read").len();
        used(&nonces, "k", 10..20, NOW, NOW);
        written.write(&nonces, Moment(NOW), false).expect("it is written");
        let whole = fs::read(&file).expect("it is read");
        for length in 0..whole.len() {
            fs::write(&file, &whole[..length]).expect("it is cut");
            let mut found = 0;
            read(&file, |_, _, _| found += 1).expect("what is there is read");
            assert_eq!(found, if length < first { 0 } else { 10 }, "{length}");
        }
        for at in 0..whole.len() {
            let mut damaged = whole.clone();
            damaged[at] ^= 0x10;
            fs::write(&file, damaged).expect("it is damaged");
            let mut found = 0;
            let told = read(&file, |_, _, _| found += 1);
            // A length that is longer than the file looks like an end that was cut off.
            assert!(found == 10 || (found == 0 && at < first), "{at}: {found} {told:?}");
        }
    }

    #[test]
    fn what_could_not_be_written_is_written_the_next_time() {
        let folder = tempfile::tempdir().expect("a folder");
        let (nonces, mut written) = (empty(), Written::below(folder.path()));
        fs::write(folder.path().join(super::FOLDER), "in the way").expect("something is in the way");
        used(&nonces, "k", 0..10, NOW, NOW);
        assert!(written.write(&nonces, Moment(NOW), false).is_err());
        fs::remove_file(folder.path().join(super::FOLDER)).expect("it is taken away");
        used(&nonces, "k", 10..20, NOW, NOW);
        written.write(&nonces, Moment(NOW), true).expect("it is written");
        let next = empty();
        Written::below(folder.path()).recall(&next, Moment(NOW));
        assert_eq!(known(&next, "k", 0..20, NOW, NOW), 20);
    }
}

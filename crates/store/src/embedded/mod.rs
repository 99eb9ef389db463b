//! The embedded engine: files of records in one folder per region.
//!
//! ```text
//! DATA/lock                                   held by the one process that uses the folder
//! DATA/<region>/journal-<first revision>.log  segments of the journal; the last one is written
//! DATA/<region>/checkpoint-<revision>.log     complete checkpoints; the newest counts
//! DATA/<region>/*.part                        not complete: removed at opening
//! ```
//!
//! Journal and checkpoint are different files, so that neither waits for the other's writer. The
//! journal is cut into segments for two reasons: the last file is read as a whole at opening, and this
//! bounds that however much history is kept; and trimming is removing files. Why files of our own:
//! `docs/design/0008-a-journal-of-our-own.md`.
//!
//! Knows frames and chunks as bytes only. Everything read is verified before it is handed over. After
//! a failed write or sync it refuses everything until reopened, and never syncs again what failed.

mod base;
mod checkpoint;
mod disk;
mod folder;
mod medium;
mod records;
mod segment;
mod walk;
mod writer;

pub use folder::{DIRECTORY, DataFolder, REGION_NAME_BYTES_MAX, can_name_region};
pub(crate) use folder::{check_name, make_folder, medium as medium_failure, sync_folder};
pub use medium::{Medium, RawFile};

use crate::chain::{follow, known};
use crate::store::{
    Appended, CheckpointWriter, Control, Failure, Frame, FrameVisitor, Head, LoadVisitor, Loaded, Store,
    newer_checkpoint,
};
use segment::Segment;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use walk::Walk;

/// Length of a journal file, in bytes, beyond which the next append begins a new one.
pub const SEGMENT_BYTES: u64 = 64 << 20;

/// The store of one region on files. One writer; readers and a checkpoint may go on beside it.
#[derive(Clone)]
pub struct Embedded {
    shared: Arc<Shared>,
}

struct Shared {
    medium: Box<dyn Medium>,
    segment_bytes: u64,
    /// Locked before `files` where both are.
    state: Mutex<State>,
    /// Shared by appends and by each short read; taken alone to change which files there are.
    files: RwLock<Files>,
}

struct State {
    head: Head,
    before: Head,
    checkpoint: Option<Head>,
    /// A checkpoint is being written.
    writing: bool,
    /// Counts reopenings: a checkpoint begun before one must not complete after it.
    opened: u64,
    poison: Option<String>,
}

/// The first revisions of the segments, and the last segment opened for writing.
#[derive(Default)]
struct Files {
    segments: Vec<u64>,
    active: Option<Segment>,
}

struct Opened {
    files: Files,
    before: Head,
    head: Head,
    checkpoint: Option<Head>,
}

/// What a region's store occupies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredFile {
    /// The name of the file.
    pub name: String,
    /// Its length in bytes.
    pub bytes: u64,
}

impl Embedded {
    /// Opens the store on a medium; an empty medium is an empty store.
    ///
    /// # Errors
    /// When the files cannot be read, are damaged, or do not belong together.
    pub fn open(medium: Box<dyn Medium>) -> Result<Self, Failure> {
        Self::open_with(medium, SEGMENT_BYTES)
    }

    /// As [`Embedded::open`], with segments of another length in bytes: for tests.
    ///
    /// # Errors
    /// As [`Embedded::open`].
    pub fn open_with(medium: Box<dyn Medium>, segment_bytes: u64) -> Result<Self, Failure> {
        let opened = open_files(&*medium)?;
        let state = State {
            head: opened.head,
            before: opened.before,
            checkpoint: opened.checkpoint,
            writing: false,
            opened: 0,
            poison: None,
        };
        let (state, files) = (Mutex::new(state), RwLock::new(opened.files));
        Ok(Self { shared: Arc::new(Shared { medium, segment_bytes, state, files }) })
    }

    /// The files of the region, in the order of their names.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn files(&self) -> Result<Vec<StoredFile>, Failure> {
        let medium = &*self.shared.medium;
        let mut names = medium.list().map_err(|it| folder_failure(medium, &it))?;
        names.sort();
        let mut files = Vec::new();
        for name in names {
            let bytes = medium.bytes(&name).map_err(|it| folder_failure(medium, &it))?;
            files.push(StoredFile { name, bytes });
        }
        Ok(files)
    }

    /// Begins the checkpoint that an empty store starts from: an import.
    pub(crate) fn begin_at(&self, at: Head) -> Result<Box<dyn CheckpointWriter>, Failure> {
        let mut state = self.shared.sound()?;
        if state.head != Head::EMPTY || at.revision == 0 {
            return Err(Failure::Caller("the store is not empty".into()));
        }
        self.shared.begin(&mut state, at)
    }

    fn walk(&self, from: u64) -> Result<Walk<'_>, Failure> {
        let last = self.shared.sound()?.head;
        Walk::begin(&self.shared, from, last)
    }
}

impl Store for Embedded {
    fn head(&self) -> Result<Head, Failure> {
        Ok(self.shared.sound()?.head)
    }

    fn load(&self, visit: &mut LoadVisitor<'_>) -> Result<Head, Failure> {
        let (head, checkpoint) = {
            let state = self.shared.sound()?;
            (state.head, state.checkpoint)
        };
        let start = checkpoint.unwrap_or(Head::EMPTY);
        if let Some(at) = checkpoint {
            let revision = at.revision;
            checkpoint::read(&*self.shared.medium, revision, &mut |bytes| visit(Loaded::Chunk { revision, bytes }))?;
        }
        if start.revision == head.revision {
            return Ok(head);
        }
        let mut walk = Walk::begin(&self.shared, start.revision + 1, head)?;
        walk.must_follow(&start)?;
        while let Some(frames) = walk.next_frames()? {
            frames.iter().try_for_each(|frame| visit(Loaded::Frame(frame)))?;
        }
        Ok(head)
    }

    fn append(&self, frame: &Frame) -> Appended {
        let mut state = match self.shared.sound() {
            Ok(state) => state,
            Err(failure) => return Appended::Failed(failure),
        };
        if let Some(known) = known(&state.before, &state.head, frame) {
            return known;
        }
        let after = follow(&state.head, frame);
        if let Err(failure) = self.shared.write(&state.head, frame, &after) {
            state.poison = Some(failure.to_string());
            return Appended::Failed(failure);
        }
        state.before = state.head;
        state.head = after;
        Appended::Committed
    }

    fn journal(&self, from: u64, visit: &mut FrameVisitor<'_>) -> Result<(), Failure> {
        let mut walk = self.walk(from)?;
        while let Some(frames) = walk.next_frames()? {
            for frame in &frames {
                if visit(frame)? == Control::Stop {
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    fn begin_checkpoint(&self, revision: u64) -> Result<Box<dyn CheckpointWriter>, Failure> {
        let mut state = self.shared.sound()?;
        newer_checkpoint(revision, state.checkpoint.map_or(0, |it| it.revision))?;
        let at = if revision == state.head.revision {
            state.head
        } else {
            Walk::begin(&self.shared, revision.saturating_add(1), state.head)?.before()
        };
        self.shared.begin(&mut state, at)
    }

    fn checkpoint(&self) -> Result<Option<Head>, Failure> {
        Ok(self.shared.sound()?.checkpoint)
    }

    fn trim(&self, keep_from: u64) -> Result<u64, Failure> {
        let needed = {
            let state = self.shared.sound()?;
            state.checkpoint.map_or(1, |it| it.revision + 1)
        };
        self.shared.remove_segments_below(keep_from.min(needed))
    }

    fn reopen(&self) -> Result<Head, Failure> {
        let mut state = self.shared.lock();
        // Until it has been opened again it has failed, whatever it was before.
        state.poison.get_or_insert_with(|| "it was being reopened".into());
        state.opened += 1;
        state.writing = false;
        let mut files = self.shared.files_alone();
        *files = Files::default();
        let medium = &*self.shared.medium;
        medium.forget().map_err(|it| folder_failure(medium, &it))?;
        let opened = open_files(medium)?;
        *files = opened.files;
        state.head = opened.head;
        state.before = opened.before;
        state.checkpoint = opened.checkpoint;
        state.poison = None;
        Ok(state.head)
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing in here can leave a half change.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The state, unless an earlier failure poisoned it.
    fn sound(&self) -> Result<MutexGuard<'_, State>, Failure> {
        let state = self.lock();
        match &state.poison {
            None => Ok(state),
            Some(first) => Err(Failure::Poisoned { first: first.clone() }),
        }
    }

    fn files(&self) -> RwLockReadGuard<'_, Files> {
        self.files.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn files_alone(&self) -> RwLockWriteGuard<'_, Files> {
        self.files.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes a frame to the last segment, or to a new one when that is full.
    fn write(&self, before: &Head, frame: &Frame, after: &Head) -> Result<(), Failure> {
        {
            let files = self.files();
            let room = |it: &&Segment| it.bytes() < self.segment_bytes;
            if let Some(active) = files.active.as_ref().filter(room) {
                return active.append(&*self.medium, frame, after);
            }
        }
        let created = Segment::create(&*self.medium, before, frame)?;
        let mut files = self.files_alone();
        files.active = Some(created);
        files.segments.push(frame.revision);
        Ok(())
    }

    fn begin(self: &Arc<Self>, state: &mut State, at: Head) -> Result<Box<dyn CheckpointWriter>, Failure> {
        if state.writing {
            return Err(Failure::Caller("a checkpoint is being written already".into()));
        }
        let writing = checkpoint::Writing::begin(&*self.medium, at)?;
        state.writing = true;
        Ok(Box::new(writer::Writer::new(Arc::clone(self), state.opened, writing)))
    }

    fn remove_segments_below(&self, keep_from: u64) -> Result<u64, Failure> {
        let mut files = self.files_alone();
        let mut removed = false;
        while let [first, second, ..] = files.segments[..] {
            if second > keep_from {
                break;
            }
            let done = self.medium.remove(&segment::name(first));
            done.map_err(|it| folder_failure(&*self.medium, &it))?;
            files.segments.remove(0);
            removed = true;
        }
        if removed {
            let done = self.medium.sync_names();
            done.map_err(|it| folder_failure(&*self.medium, &it))?;
        }
        Ok(files.segments.first().copied().unwrap_or(0))
    }
}

fn folder_failure(medium: &dyn Medium, error: &io::Error) -> Failure {
    let (file, what) = (medium.name(), error.to_string());
    Failure::Medium { file, what }
}

/// Removes what was never completed or is no longer needed, and opens the rest.
fn open_files(medium: &dyn Medium) -> Result<Opened, Failure> {
    let names = medium.list().map_err(|it| folder_failure(medium, &it))?;
    if let Some(name) = names.iter().find(|it| it.ends_with(".redb")) {
        let (file, revision) = (format!("{}/{name}", medium.name()), 0);
        let what =
            "it is of a build before the first release: export the data with that build, and import them with this one";
        return Err(Failure::Damaged { file, revision, what: what.into() });
    }
    let mut checkpoints: Vec<_> = names.iter().filter_map(|it| checkpoint::revision_of(it)).collect();
    checkpoints.sort_unstable();
    let newest = checkpoints.pop();
    let old = checkpoints.iter().map(|it| checkpoint::name(*it));
    let parts = names.iter().filter(|it| it.ends_with(".part")).cloned();
    for name in old.chain(parts) {
        let done = medium.remove(&name);
        done.map_err(|it| folder_failure(medium, &it))?;
    }
    // A kill may have come between a renaming and its sync: nothing may be built on a name that is not durable.
    medium.sync_names().map_err(|it| folder_failure(medium, &it))?;
    let checkpoint = newest.map(|it| checkpoint::head(medium, it)).transpose()?;
    let mut segments: Vec<_> = names.iter().filter_map(|it| segment::first_of(it)).collect();
    segments.sort_unstable();
    let start = checkpoint.unwrap_or(Head::EMPTY);
    let (mut before, mut head, mut active) = (start, start, None);
    if let Some(last) = segments.last() {
        let (segment, previous, newest) = Segment::open(medium, *last)?;
        (before, head, active) = (previous, newest, Some(segment));
    }
    if head.revision < start.revision {
        let file = format!("{}/{}", medium.name(), segment::name(segments.last().copied().unwrap_or(0)));
        let what = format!("the journal ends before the checkpoint at revision {}", start.revision);
        return Err(Failure::Damaged { file, revision: head.revision, what });
    }
    let files = Files { segments, active };
    Ok(Opened { files, before, head, checkpoint })
}

//! The `Store` trait: what a desk may ask of whatever remembers for it.
//! It knows no ledger: a batch and a checkpoint chunk are opaque bytes here.
//! It must not know files, threads or time either; those are the engines'.

/// The name a desk gives a batch, drawn at random, so that the same batch sent twice is recognised.
pub type BatchId = [u8; 16];

/// SHA-256 over everything the journal said up to a revision: two journals with one hash are one journal.
pub type ChainHash = [u8; 32];

/// Longest body of one frame, in bytes.
pub const FRAME_BYTES_MAX: usize = 16 << 20;

/// Longest chunk of a checkpoint, in bytes.
pub const CHUNK_BYTES_MAX: usize = 1 << 20;

/// The chunk length to aim at, in bytes.
pub const CHUNK_BYTES: usize = 250 << 10;

/// One journal record: what one batch decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// Counts from 1, without gaps.
    pub revision: u64,
    /// The name of the batch.
    pub batch: BatchId,
    /// The encoded batch, at most [`FRAME_BYTES_MAX`] bytes.
    pub body: Vec<u8>,
}

/// Where a journal stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// The newest revision; 0 before the first batch.
    pub revision: u64,
    /// The batch at that revision; zeros before the first.
    pub batch: BatchId,
    /// The hash of all up to it; zeros before the first.
    pub chain: ChainHash,
}

impl Head {
    /// The head of a journal that has no record yet.
    pub const EMPTY: Self = Self { revision: 0, batch: [0; 16], chain: [0; 32] };
}

/// What became of an append.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Appended {
    /// The frame is durable, now or since an earlier sending of the identical batch.
    Committed,
    /// The frame is not in the journal and never will be.
    Refused(Refused),
    /// Nobody can say yet. Only a distributed engine answers so; send the identical batch again, and
    /// never read and decide.
    Unknown(Failure),
    /// The medium failed. The engine answers nothing more until [`Store::reopen`]; whether the frame is
    /// there is learnt by loading, never by guessing.
    Failed(Failure),
}

/// Why a frame was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    /// Another process owns the region now.
    Owner,
    /// The journal expects another revision, or has another batch at this one.
    Revision {
        /// The revision that the next new frame must have.
        expected: u64,
        /// The revision of the refused frame.
        found: u64,
    },
    /// The body is longer than [`FRAME_BYTES_MAX`].
    TooLong {
        /// Its length in bytes.
        bytes: usize,
    },
}

/// A trouble of the operator's: it is logged and never told to a client.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// Reading, writing or syncing failed.
    #[error("{file}: {what}")]
    Medium {
        /// The file or folder.
        file: String,
        /// What the system said.
        what: String,
    },
    /// What is stored is not what was written. It is refused, never served.
    #[error("{file}, revision {revision}: {what}; restore the folder from a backup or an export")]
    Damaged {
        /// The file.
        file: String,
        /// The revision at which the damage was found; 0 when it has none.
        revision: u64,
        /// What is wrong.
        what: String,
    },
    /// Written in a format that this program does not know.
    #[error("{file}: written in format {version}, which this version of Berth does not know; use a newer one")]
    Newer {
        /// The file or the kind of record.
        file: String,
        /// The version found.
        version: u32,
    },
    /// An earlier call failed and the engine has not been reopened.
    #[error("the store stopped after an earlier failure ({first}) and has to be reopened")]
    Poisoned {
        /// The failure that poisoned it.
        first: String,
    },
    /// Another process has the data folder.
    #[error("the data folder {folder} is in use by {holder}; stop that process, or give this one another folder")]
    Held {
        /// The folder.
        folder: String,
        /// The holder, as far as it is known.
        holder: String,
    },
    /// The journal no longer, or not yet, has this revision.
    #[error("revision {revision} is not in the journal, which has {first} to {last}")]
    Gone {
        /// What was asked for.
        revision: u64,
        /// The oldest that is kept.
        first: u64,
        /// The newest.
        last: u64,
    },
    /// The caller asked for what cannot be, or a visitor gave up.
    #[error("{0}")]
    Caller(String),
}

/// Whether a visitor wants more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Control {
    /// Go on.
    Continue,
    /// That was enough.
    Stop,
}

/// What [`Store::load`] hands over, in this order.
#[derive(Clone, Copy, Debug)]
pub enum Loaded<'a> {
    /// A chunk of the newest complete checkpoint, in the order they were written.
    Chunk {
        /// The revision of the checkpoint.
        revision: u64,
        /// Its bytes, as written.
        bytes: &'a [u8],
    },
    /// A frame of the journal after the checkpoint, in the order of revisions.
    Frame(&'a Frame),
}

/// Receives what is loaded.
pub type LoadVisitor<'v> = dyn FnMut(Loaded<'_>) -> Result<(), Failure> + 'v;

/// Receives frames of the journal.
pub type FrameVisitor<'v> = dyn FnMut(&Frame) -> Result<Control, Failure> + 'v;

/// Remembers the journal and the checkpoints of one region. Owned by one desk.
pub trait Store: Send + Sync {
    /// Where the journal stands.
    ///
    /// # Errors
    /// When the engine is poisoned.
    fn head(&self) -> Result<Head, Failure>;

    /// Hands over the newest complete checkpoint chunk by chunk, then the tail of the journal frame by
    /// frame, all of it verified; returns the head that results.
    ///
    /// # Errors
    /// When something cannot be read or is damaged, and what the visitor returns.
    fn load(&self, visit: &mut LoadVisitor<'_>) -> Result<Head, Failure>;

    /// Appends a frame, atomically and durably. The identical frame at the newest revision answers
    /// committed again; any other that is not the next is refused.
    fn append(&self, frame: &Frame) -> Appended;

    /// Hands over the frames from a revision on (0 or 1: from the oldest kept), also those before the
    /// checkpoint.
    ///
    /// # Errors
    /// [`Failure::Gone`] when `from` was trimmed; as [`Store::load`] otherwise.
    fn journal(&self, from: u64, visit: &mut FrameVisitor<'_>) -> Result<(), Failure>;

    /// Begins a checkpoint of the state at a revision that is in the journal. It is written from any
    /// thread while appends go on, and abandoned when the writer is dropped unfinished.
    ///
    /// # Errors
    /// When the revision is not in the journal or not after the newest checkpoint, when another
    /// checkpoint is being written, or the medium fails.
    fn begin_checkpoint(&self, revision: u64) -> Result<Box<dyn CheckpointWriter>, Failure>;

    /// The newest complete checkpoint, if there is one.
    ///
    /// # Errors
    /// When the engine is poisoned.
    fn checkpoint(&self) -> Result<Option<Head>, Failure>;

    /// Lets go of frames below `keep_from`, never of one that loading needs. An engine may keep more.
    /// Returns the oldest revision that is still there.
    ///
    /// # Errors
    /// When the medium fails.
    fn trim(&self, keep_from: u64) -> Result<u64, Failure>;

    /// Begins anew from what is really on the medium: the one way out after [`Appended::Failed`].
    ///
    /// # Errors
    /// When it cannot be opened; the engine stays poisoned then.
    fn reopen(&self) -> Result<Head, Failure>;
}

/// Writes one checkpoint. Dropped unfinished, it leaves nothing.
pub trait CheckpointWriter: Send {
    /// Adds a chunk, best of about [`CHUNK_BYTES`] and at most [`CHUNK_BYTES_MAX`].
    ///
    /// # Errors
    /// When the chunk is too long or the medium fails; the checkpoint is lost then.
    fn chunk(&mut self, bytes: &[u8]) -> Result<(), Failure>;

    /// Makes the checkpoint durable and complete; older ones go.
    ///
    /// # Errors
    /// When the medium fails; the checkpoint does not count then.
    fn finish(self: Box<Self>) -> Result<(), Failure>;
}

/// A checkpoint has to be newer than the newest one.
pub(crate) fn newer_checkpoint(revision: u64, newest: u64) -> Result<(), Failure> {
    if revision > newest {
        return Ok(());
    }
    Err(Failure::Caller(format!("there is a checkpoint at revision {newest}; one at {revision} would not be newer")))
}

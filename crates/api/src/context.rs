//! What an operation is told besides its parameters, and what it gives back.

use crate::DevelopmentState;
use ledger::directory::Directory;
use ledger::{AccountId, Entry, KeyId, Ledger, Moment, RegionName};
use rpc::body::Body;

/// Who calls.
#[derive(Clone, Debug)]
pub struct Caller {
    /// On whose behalf.
    pub account: AccountId,
    /// With which key.
    pub key: KeyId,
}

/// Everything an operation may look at.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// The region's ledger; an empty one for operations of the directory.
    pub ledger: &'a Ledger,
    /// What all regions share.
    pub directory: &'a Directory,
    /// Which region; empty for operations of the directory.
    pub region: &'a RegionName,
    /// Who calls.
    pub caller: &'a Caller,
    /// What the server was told; nothing, unless it is one for development and that is what is asked about.
    pub development: Option<&'a DevelopmentState>,
    /// The hour, read once a request.
    pub now: Moment,
    /// Randomness, drawn once a request.
    pub draw: u128,
}

/// What an operation would do and say. Nothing has happened yet. `E` is the kind of fact it brings about: a region's,
/// or the directory's.
#[derive(Debug)]
pub struct Draft<E = Entry> {
    /// The facts to keep.
    pub entries: Vec<E>,
    /// The answer, without its RequestId.
    pub body: Body,
}

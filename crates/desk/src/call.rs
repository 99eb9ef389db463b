//! What goes into a desk and what comes out.

use api::history::Search;
use api::{Caller, Row};
use ledger::directory::Directory;
use ledger::{Moment, RegionName};
use rpc::body::Body;
use rpc::fault::Fault;
use rpc::params::Params;
use std::sync::Arc;
use store::{Frame, Origin};

/// What a region's desk is told once.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Which region.
    pub region: RegionName,
    /// Drawn anew for each run of the desk, so that no two batches ever share an id.
    pub run: u128,
    /// For how long released reservations stay known, in seconds.
    pub keep_released_seconds: u64,
}

/// One request, ready to be decided: its signature has been verified, its key may do this.
/// `W` is whatever the caller needs to find its way back to who waits.
#[derive(Debug)]
pub struct Call<W> {
    /// Who waits for the answer.
    pub waiter: W,
    /// Which operation.
    pub row: &'static Row,
    /// Its parameters.
    pub params: Params,
    /// Who calls.
    pub caller: Caller,
    /// The address it came from, for the audit trail.
    pub source: Box<str>,
    /// Its RequestId, for the audit trail.
    pub request_id: Box<str>,
    /// A digest of its nonce, so that it is refused again after a restart.
    pub nonce: [u8; 16],
    /// What all regions share, as the request found it. The directory's own desk decides on what it has itself.
    pub directory: Arc<Directory>,
    /// The wall clock, read once.
    pub wall: Moment,
    /// Randomness, drawn once.
    pub draw: u128,
}

impl<W> Call<W> {
    /// Who brings about what it leads to, for the audit trail.
    pub(crate) fn origin(&self) -> Origin {
        Origin::Caller {
            account: self.caller.account.clone(),
            key: self.caller.key.clone(),
            source: self.source.clone(),
            request_id: self.request_id.clone(),
            action: self.row.name.into(),
            nonce: self.nonce,
        }
    }
}

/// An answer without its RequestId, or the fault.
pub type Reply = Result<Body, Fault>;

/// A batch that nothing more comes into.
#[derive(Debug, PartialEq, Eq)]
pub struct Closed {
    /// As it is to be kept.
    pub frame: Frame,
    /// Of how many records.
    pub records: usize,
}

/// What is to be done now.
#[derive(Debug)]
pub enum Action<W> {
    /// Make this durable, then call `appended`. There is never more than one under way.
    Append(Arc<Closed>),
    /// Answer this one.
    Answer(W, Reply),
    /// Answer this one with what is found in the journal: see [`crate::Looker`].
    Search(W, Box<Search>),
}

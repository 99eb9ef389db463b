//! The one writer of the directory. A change is decided on what is durable, made durable as a batch of its own, and only
//! then seen by anyone: changes are rare, so each waits for the one before, and nothing is ever known that could be lost.

use crate::Call;
use api::{Change, Context, Draft};
use ledger::directory::{Directory, Entry};
use ledger::{Ledger, Moment, RegionName};
use rpc::body::Body;
use rpc::fault::{Fault, common};
use std::sync::Arc;
use store::{Batch, Origin, Piece, Record};

/// The directory, and where its journal stands.
#[derive(Debug)]
pub struct DirectoryDesk {
    directory: Arc<Directory>,
    revision: u64,
    /// The last moment that was written; time never goes back behind it.
    latest: Moment,
    /// Drawn anew for each run of the desk, so that no two batches ever share an id.
    run: u128,
}

/// What a request comes to: what is to be made durable, and what is answered then.
#[derive(Debug)]
pub struct Decided {
    /// Nothing, if nothing is to change.
    pub batch: Option<Batch<Entry>>,
    /// The answer.
    pub body: Body,
}

impl DirectoryDesk {
    /// A desk that knows nothing yet: restore into it first what was remembered.
    #[must_use]
    pub fn new(run: u128) -> Self {
        Self { directory: Arc::default(), revision: 0, latest: Moment(0), run }
    }

    /// Takes back a piece of a checkpoint that stands for everything up to `revision`.
    pub fn restore(&mut self, revision: u64, piece: Piece<Entry>) {
        self.revision = revision;
        match piece {
            Piece::Entries(entries) => self.apply(&entries),
            // Operations of the directory take no client token.
            Piece::Remembered(_) => {}
            Piece::Latest(moment) => self.latest = self.latest.max(moment),
        }
    }

    /// Takes in a batch that is durable: one of the journal, or the one that was decided last.
    pub fn keep(&mut self, batch: &Batch<Entry>) {
        self.revision = batch.revision;
        for record in &batch.records {
            self.latest = self.latest.max(record.at);
            self.apply(&record.entries);
        }
    }

    /// Everything that is durable.
    #[must_use]
    pub const fn directory(&self) -> &Arc<Directory> {
        &self.directory
    }

    /// The revision of the last batch.
    #[must_use]
    pub const fn revision(&self) -> u64 {
        self.revision
    }

    /// Decides a request, and changes nothing.
    ///
    /// # Errors
    /// What the operation refuses; `DryRunOperation` when it asked for the checks alone.
    pub fn call<W>(&self, call: &Call<W>) -> Result<Decided, Fault> {
        let draft = decide(call, &self.directory, call.wall.max(self.latest))?;
        Ok(Decided { batch: self.batch(call.wall, call.origin(), draft.entries), body: draft.body })
    }

    /// The batch of those facts of the operator's configuration that are news; nothing if none is.
    #[must_use]
    pub fn record(&self, wall: Moment, entries: Vec<Entry>) -> Option<Batch<Entry>> {
        let news = entries.into_iter().filter(|entry| !self.directory.holds(entry)).collect();
        self.batch(wall, Origin::System, news)
    }

    /// Everything, as a checkpoint keeps it.
    #[must_use]
    pub fn pieces(&self) -> [Piece<Entry>; 2] {
        [Piece::Latest(self.latest), Piece::Entries(self.directory.entries())]
    }

    fn batch(&self, wall: Moment, origin: Origin, entries: Vec<Entry>) -> Option<Batch<Entry>> {
        let revision = self.revision + 1;
        let record = Record { at: wall.max(self.latest), origin, entries, remembered: None };
        let id = (self.run ^ u128::from(revision)).to_be_bytes();
        (!record.entries.is_empty()).then(|| Batch { revision, id, records: vec![record] })
    }

    fn apply(&mut self, entries: &[Entry]) {
        let directory = Arc::make_mut(&mut self.directory);
        entries.iter().for_each(|entry| directory.apply(entry));
    }
}

/// The answer of a request that changes nothing of the directory as the request found it: for that no desk is needed.
/// Nothing, if it would change something.
///
/// # Errors
/// As [`DirectoryDesk::call`].
pub fn look<W>(call: &Call<W>) -> Result<Option<Body>, Fault> {
    let draft = decide(call, &call.directory, call.wall)?;
    Ok(draft.entries.is_empty().then_some(draft.body))
}

fn decide<W>(call: &Call<W>, directory: &Directory, now: Moment) -> Result<Draft<Entry>, Fault> {
    let Change::Directory(prepare) = call.row.change else { return Err(common::INTERNAL_ERROR) };
    let (ledger, region) = (Ledger::default(), RegionName::from(""));
    let (ledger, region, caller, draw) = (&ledger, &region, &call.caller, call.draw);
    let context = Context { ledger, directory, region, caller, development: None, now, draw };
    let draft = prepare(&call.params, &context)?;
    if call.row.is_dry_run(&call.params)? { Err(call.row.dry_run.clone()) } else { Ok(draft) }
}

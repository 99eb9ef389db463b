//! What an operator asks of stores as a whole: `berth store {info,verify,export,import,history}`.
//! Functions that return data; the binary prints. They need the data folder for themselves, as a server does.
//! Knows no engine's files beyond their names and lengths.

mod export;
mod fold;
mod history;
mod import;
mod info;
mod verify;

pub use export::{Exported, export};
pub use fold::Fold;
pub use history::{Happening, history};
pub use import::{Imported, import};
pub use info::{Info, info, info_of};
pub use verify::{Report, verify, verify_of};

use crate::embedded::DIRECTORY;
use crate::store::Failure;

/// How far a tool has come: called every now and then.
pub type Progress<'p> = dyn FnMut(Step<'_>) + 'p;

/// How far a tool has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step<'a> {
    /// The store being read or written.
    pub store: &'a str,
    /// The revision it has reached; 0 while in a checkpoint.
    pub revision: u64,
    /// Frames, chunks or lines so far.
    pub done: u64,
}

/// Calls between two reports of progress.
const STEP: u64 = 4096;

/// Reports now and then.
struct Steps<'a, 'p> {
    store: &'a str,
    done: u64,
    progress: &'a mut Progress<'p>,
}

impl Steps<'_, '_> {
    fn step(&mut self, revision: u64) {
        self.done += 1;
        if self.done % STEP == 1 {
            let (store, done) = (self.store, self.done);
            (self.progress)(Step { store, revision, done });
        }
    }
}

/// A body or chunk whose checksum is right but which does not decode.
fn undecodable(revision: u64, what: &crate::format::Malformed) -> Failure {
    let (file, what) = ("the stored record".to_owned(), format!("{what}, although its checksum is right"));
    Failure::Damaged { file, revision, what }
}

/// Opens a store that is there; a tool must not make one.
fn existing(data: &crate::DataFolder, name: &str) -> Result<crate::Embedded, Failure> {
    if data.regions()?.iter().any(|it| it == name) {
        return data.region(name);
    }
    Err(Failure::Caller(format!("there is no store {name:?} in {}", data.path().display())))
}

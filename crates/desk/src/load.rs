//! From a store into a new desk: a region's, or the directory's. Knows the trait of stores, and no engine.

use crate::{Desk, DirectoryDesk, Settings};
use ledger::directory;
use store::format::{decode_batch, decode_chunk};
use store::{Failure, Loaded, Store};

impl<W> Desk<W> {
    /// A desk that knows what its region's store remembers.
    ///
    /// # Errors
    /// When it cannot be read or is not what was written.
    pub fn load(store: &dyn Store, settings: Settings) -> Result<Self, Failure> {
        let mut desk = Self::new(settings);
        store.load(&mut |loaded| {
            match loaded {
                Loaded::Chunk { revision, bytes } => {
                    for piece in decode_chunk(bytes).map_err(|error| error.at(revision))? {
                        desk.restore(revision, piece);
                    }
                }
                Loaded::Frame(frame) => desk.replay(decode_batch(frame).map_err(|error| error.at(frame.revision))?),
            }
            Ok(())
        })?;
        Ok(desk)
    }
}

impl DirectoryDesk {
    /// A desk that knows what the directory's store remembers.
    ///
    /// # Errors
    /// When it cannot be read or is not what was written.
    pub fn load(store: &dyn Store, run: u128) -> Result<Self, Failure> {
        let mut desk = Self::new(run);
        store.load(&mut |loaded| {
            match loaded {
                Loaded::Chunk { revision, bytes } => {
                    for piece in decode_chunk::<directory::Entry>(bytes).map_err(|error| error.at(revision))? {
                        desk.restore(revision, piece);
                    }
                }
                Loaded::Frame(frame) => desk.keep(&decode_batch(frame).map_err(|error| error.at(frame.revision))?),
            }
            Ok(())
        })?;
        Ok(desk)
    }
}

//! What a store holds, in numbers.
//! Reads everything that loading reads, and nothing more.

use super::undecodable;
use crate::embedded::{Embedded, StoredFile};
use crate::format::{Fact, decode_batch, decode_chunk, kind_name};
use crate::store::{Control, Failure, Head, Loaded, Store};
use crate::{DataFolder, Piece};
use std::collections::BTreeMap;

/// What a store holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Info {
    /// What its facts are about: `region` or `directory`.
    pub holds: &'static str,
    /// The version of its files and records.
    pub format: u32,
    /// Where its journal stands.
    pub head: Head,
    /// The oldest revision that history still has; none when it has no journal.
    pub oldest: Option<u64>,
    /// The newest checkpoint.
    pub checkpoint: Option<Head>,
    /// Its files and their lengths in bytes.
    pub files: Vec<StoredFile>,
    /// Facts in the checkpoint, by kind.
    pub in_checkpoint: BTreeMap<&'static str, u64>,
    /// Facts in the journal after the checkpoint, by kind.
    pub in_journal: BTreeMap<&'static str, u64>,
    /// Client tokens in the checkpoint and in the journal after it.
    pub tokens: u64,
}

/// Looks at a store by name; the directory's is known by its name.
///
/// # Errors
/// When it cannot be opened or read, or is damaged.
pub fn info_of(data: &DataFolder, name: &str) -> Result<Info, Failure> {
    let store = super::existing(data, name)?;
    if name == super::DIRECTORY { info::<ledger::directory::Entry>(&store) } else { info::<ledger::Entry>(&store) }
}

/// Looks at a store.
///
/// # Errors
/// When it cannot be read or is damaged.
pub fn info<E: Fact>(store: &Embedded) -> Result<Info, Failure> {
    let mut info = Info {
        holds: E::JOURNAL,
        format: 1,
        head: store.head()?,
        oldest: None,
        checkpoint: store.checkpoint()?,
        files: store.files()?,
        in_checkpoint: BTreeMap::new(),
        in_journal: BTreeMap::new(),
        tokens: 0,
    };
    store.journal(0, &mut |frame| {
        info.oldest = Some(frame.revision);
        Ok(Control::Stop)
    })?;
    store.load(&mut |loaded| count::<E>(&mut info, loaded))?;
    Ok(info)
}

fn count<E: Fact>(info: &mut Info, loaded: Loaded<'_>) -> Result<(), Failure> {
    match loaded {
        Loaded::Chunk { revision, bytes } => {
            for piece in decode_chunk::<E>(bytes).map_err(|it| undecodable(revision, &it))? {
                match piece {
                    Piece::Entries(facts) => tally(&mut info.in_checkpoint, &facts),
                    Piece::Remembered(tokens) => info.tokens += u64::try_from(tokens.len()).unwrap_or(0),
                    Piece::Latest(_) => {}
                }
            }
        }
        Loaded::Frame(frame) => {
            for record in decode_batch::<E>(frame).map_err(|it| undecodable(frame.revision, &it))?.records {
                tally(&mut info.in_journal, &record.entries);
                info.tokens += u64::from(record.remembered.is_some());
            }
        }
    }
    Ok(())
}

fn tally<E: Fact>(counts: &mut BTreeMap<&'static str, u64>, facts: &[E]) {
    facts.iter().for_each(|fact| *counts.entry(kind_name(fact)).or_default() += 1);
}

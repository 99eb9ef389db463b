//! A checkpoint of the whole state, handed out in small pieces while requests go on. Knows no file.

use crate::tokens::{Key, Tokens};
use ledger::{CheckpointWalk, Ledger, Moment};
use store::Piece;

/// Where a checkpoint that is being handed out stands.
#[derive(Debug)]
pub(crate) struct Progress {
    pub(crate) revision: u64,
    pub(crate) walk: CheckpointWalk,
    latest: Option<Moment>,
    ledger_done: bool,
    tokens_after: Option<Key>,
}

impl Progress {
    pub(crate) fn begin(revision: u64, ledger: &Ledger, latest: Moment) -> Self {
        let walk = CheckpointWalk::begin(ledger);
        Self { revision, walk, latest: Some(latest), ledger_done: false, tokens_after: None }
    }

    pub(crate) fn next(&mut self, ledger: &Ledger, tokens: &Tokens, most: usize) -> Option<Piece> {
        if let Some(latest) = self.latest.take() {
            return Some(Piece::Latest(latest));
        }
        if !self.ledger_done {
            if let Some(entries) = self.walk.next(ledger, most) {
                return Some(Piece::Entries(entries));
            }
            self.ledger_done = true;
        }
        let (key, remembered) = tokens.walk(self.tokens_after.as_ref(), self.revision, most)?;
        self.tokens_after = Some(key);
        Some(Piece::Remembered(remembered))
    }
}

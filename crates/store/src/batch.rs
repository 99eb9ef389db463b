//! What a desk decided, as it is remembered: the facts, who caused them, and the client tokens they answer.
//! Knows no encoding; that is `format`'s.

use crate::BatchId;
use ledger::{AccountId, Entry, KeyId, Moment};
use std::sync::Arc;

/// What was decided together and becomes durable together: one record of the journal. `E` is the kind of fact: a
/// region's [`Entry`] or the directory's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch<E = Entry> {
    /// Counts from 1, without gaps.
    pub revision: u64,
    /// Never shared by two batches.
    pub id: BatchId,
    /// In the order in which they were decided.
    pub records: Vec<Record<E>>,
}

/// What one request, or the clock, brought about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record<E = Entry> {
    /// When it was decided.
    pub at: Moment,
    /// Who brought it about.
    pub origin: Origin,
    /// The facts.
    pub entries: Vec<E>,
    /// The client token that it answers.
    pub remembered: Option<Remembered>,
}

/// Who brought something about: the audit trail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The clock, or the operator's configuration.
    System,
    /// A request.
    Caller {
        /// On whose behalf.
        account: AccountId,
        /// With which key.
        key: KeyId,
        /// From which address.
        source: Box<str>,
        /// Its RequestId.
        request_id: Box<str>,
        /// Its action.
        action: Box<str>,
        /// A digest of its signature nonce, so that a replay is known again after a restart.
        nonce: [u8; 16],
    },
}

/// A client token and what it was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remembered {
    /// Whose token.
    pub account: AccountId,
    /// For which action.
    pub action: Box<str>,
    /// The token.
    pub token: Box<str>,
    /// A digest of the parameters that came with it.
    pub fingerprint: [u8; 32],
    /// The answer's fields as JSON text.
    pub answer: Box<str>,
    /// When.
    pub at: Moment,
}

/// What a region's checkpoint is a sequence of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece<E = Entry> {
    /// Facts that rebuild the state.
    Entries(Vec<E>),
    /// Client tokens.
    Remembered(Vec<Arc<Remembered>>),
    /// The last moment that was written; time never goes back behind it.
    Latest(Moment),
}

//! Facts folded into a state and laid out again, so that two ways to the same state can be compared.
//! Knows both ledgers' own folds, and adds no rule to them.

use crate::format::Fact;
use ledger::directory::{Directory, Entry as DirectoryEntry};
use ledger::{CheckpointWalk, Entry, Ledger};

/// Facts that a state follows from.
pub trait Fold: Fact + PartialEq + std::fmt::Debug {
    /// The state.
    type State: Default;
    /// Takes a fact in.
    fn apply(state: &mut Self::State, fact: &Self);
    /// The state as facts, always in the same order.
    fn facts(state: &Self::State) -> Vec<Self>;
}

/// Hosts or reservations that one step of a walk takes down.
const STRIDE: usize = 1024;

impl Fold for Entry {
    type State = Ledger;

    fn apply(state: &mut Ledger, fact: &Self) {
        state.apply(fact);
    }

    fn facts(state: &Ledger) -> Vec<Self> {
        let mut walk = CheckpointWalk::begin(state);
        std::iter::from_fn(|| walk.next(state, STRIDE)).flatten().collect()
    }
}

impl Fold for DirectoryEntry {
    type State = Directory;

    fn apply(state: &mut Directory, fact: &Self) {
        state.apply(fact);
    }

    fn facts(state: &Directory) -> Vec<Self> {
        state.entries()
    }
}

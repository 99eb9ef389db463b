//! What the journal is asked for: the history of a reservation, looked for in the store.

use super::World;
use crate::judge::Violation;
use api::history::Search;

impl World {
    /// Looks for what a request wants to be told, and answers it.
    pub(super) fn looks_back(&mut self, number: u64, search: &Search) -> Result<(), Violation> {
        let found = self.looker.look(&self.store, search, &mut |_| {});
        let body = found.map_err(|failure| format!("request {number}: {failure}"))?;
        self.answered(number, &Ok(body))
    }
}

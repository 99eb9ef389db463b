//! What can be asked of the ledger. A command only reads; what it decides are facts.

mod host;
mod modify;
mod release;
mod reserve;
mod settle;
mod tag;

pub use host::{AddHost, HostRefusal, RemoveHost, SetLadder};
pub use modify::{Modify, ModifyRefusal};
pub use release::{Release, ReleaseRefusal};
pub use reserve::{Reserve, ReserveRefusal, Shortage};
pub use settle::Settle;
pub use tag::{TagRefusal, Tags, Untag};

use crate::{Entry, Ledger, Moment};

/// A question with consequences, were they applied.
pub trait Command {
    /// What the asker gets to know when it is accepted.
    type Done;
    /// Why it may not be accepted.
    type Refusal;

    /// Decides, and changes nothing.
    ///
    /// # Errors
    /// The refusal; then nothing is to be applied.
    fn decide(&self, ledger: &Ledger, now: Moment) -> Result<(Vec<Entry>, Self::Done), Self::Refusal>;
}

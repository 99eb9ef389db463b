//! What can be asked of the ledger. A command only reads; what it decides are facts.

mod attach;
mod fleet;
mod host;
mod instance;
mod launch;
mod modify;
mod release;
mod renew;
mod reschedule;
mod reserve;
mod scratch;
mod settle;
mod tag;

pub use attach::Attach;
pub use fleet::{HostInTheWay, MarkHosts, RegisterHosts, RemoveHosts};
pub use host::{AddHost, HostRefusal, MarkHost, RemoveHost, SetLadder};
pub use instance::{Delete, InstanceRefusal, Start, StartEach, Stop};
pub use launch::{Launch, LaunchRefusal, Own};
pub use modify::{Modify, ModifyRefusal};
pub use release::{Release, ReleaseRefusal};
pub use renew::{Renew, RenewRefusal, RulesRefusal, SetRenewal, SetRules};
pub use reschedule::{Reschedule, RescheduleRefusal};
pub use reserve::{Reserve, ReserveRefusal, Shortage};
pub use scratch::PlaceRefusal;
pub use settle::Settle;
pub use tag::{TagRefusal, Tagged, Tags, Untag};

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

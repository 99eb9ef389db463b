//! Who holds which capacity, in which zone, in which window.
//!
//! Knows no wire name, no clock, no file; cannot wait and cannot fail, only refuse.
//! A new rule about capacity goes to `commands/`; a new fact to `entry.rs`; a new bound to `limits.rs`.

pub mod check;
pub mod commands;
pub mod directory;
pub mod limits;

mod assurance;
mod calendar;
mod checkpoint;
mod entry;
mod id;
mod instance;
mod ladder;
mod ledger;
mod moment;
mod names;
mod placing;
mod pool;
mod reservation;
mod shape;
mod tag;
mod timeline;

pub use assurance::{Assurance, Period, PeriodUnit, Recurrence, Renewal, RenewalStatus, Rule};
pub use checkpoint::CheckpointWalk;
pub use entry::{Entry, Halt};
pub use id::{ID_CODE_LEN, InstanceId, Kind, ReservationId};
pub use instance::{Attachment, Carried, Charge, Choice, Instance, Place, State};
pub use ladder::{Ladder, LadderError};
pub use ledger::{Host, HostState, Ledger, Short};
pub use moment::{End, Moment, Window};
pub use names::{AccountId, ClassName, HostId, KeyId, RegionName, TypeName, ZoneName};
pub use pool::{Bound, Offer, Pool, Room};
pub use reservation::{Course, MatchCriteria, Phase, Platform, Reservation, Why};
pub use shape::Shape;
pub use tag::Tag;
pub use timeline::{Step, Stretch, Stretches, Timeline};

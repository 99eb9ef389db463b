//! The operations: what each takes, which faults it answers and in which order, and how the ledger's words and
//! the wire's are told in one another. `operations.rs` is the table, `operations/` has a file for each.
//!
//! Pure: knows no clock, no entropy, no file and no connection; the hour, the caller and the draws arrive in a
//! [`Context`]. Dry runs, client tokens and durability are the desk's; no operation handles them.

mod assurances;
mod catalogue;
mod context;
mod development;
mod faults;
mod fields;
mod fleet;
mod gib;
pub mod history;
mod hosts;
mod injection;
mod instance_id;
mod instances;
mod launching;
mod limits;
mod listing;
mod operation;
mod paging;
mod param;
mod permission;
mod permits;
mod pool_id;
mod recurrence;
mod reserving;
mod stock;
mod tagged;
mod tags;
mod users;
mod windows;
mod words;

pub mod operations;

pub use context::{Caller, Context, Draft};
pub use development::{DevelopmentState, Order};
pub use hosts::is_name as is_host_name;
pub use injection::{Strike, Told};
pub use limits::HOSTS_OF_CALL_MAX;
pub use operation::{Change, Operation, Prepare, Resource, Row, Scope};
pub use param::Param;
pub use permission::{allows, matches};

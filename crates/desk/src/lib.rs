//! The one writer of a region, and that of the directory. A region's settles what is due, decides in order, batches what was decided, and answers only
//! when everything that an answer could have seen is durable.
//!
//! No I/O of its own: events come in as calls of its methods, actions go out as values, so that a simulator runs the
//! very code that production runs. Knows no thread, no clock, no entropy, no file and no connection.

mod call;
mod checkpoint;
mod desk;
mod directory;
mod history;
mod ladders;
mod load;
mod tokens;

pub mod limits;

pub use call::{Action, Call, Closed, Reply, Settings};
pub use desk::Desk;
pub use directory::{Decided, DirectoryDesk, look};
pub use history::Looker;
pub use ladders::{differ, ladders};

//! Network, clock, entropy and async: the only crate that touches them. Everything that is decided is decided in the
//! pure crates; here requests find their way in, and answers out.
//!
//! One request goes [`http`] → [`service`] → [`gate`] → [`region`] (the desk behind its lock; its thread makes batches
//! durable) or [`directory`] (a thread of its own) and back the same way. [`assembly`] puts a server together.

pub mod assembly;
pub mod checkpoint;
pub mod clock;
pub mod config;
pub mod console;
pub mod data;
pub mod dev;
pub mod development;
pub mod directory;
pub mod entropy;
pub mod fleet;
pub mod gate;
pub mod history;
pub mod http;
pub mod ladders;
pub mod lanes;
pub mod limits;
pub mod log;
pub mod metrics;
pub mod nonces;
pub mod persist;
pub mod places;
pub mod process;
pub mod progress;
pub mod region;
pub mod serve;
pub mod service;
pub mod shortfall;
mod slot;
pub mod snippets;
pub mod throttle;
pub mod tls;

pub use assembly::{Server, StartError};

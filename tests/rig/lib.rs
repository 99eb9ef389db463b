//! What black-box tests need: a running binary, a plain HTTP connection, signed calls, dice.
//!
//! Knows Berth from outside alone: its command line, its configuration file and its wire. Of our crates it uses
//! the signer.

pub mod call;
pub mod clock;
pub mod config;
pub mod dice;
pub mod http;
pub mod scene;
pub mod server;
pub mod xml;

pub use call::{Answer, Client, Key};
pub use dice::Dice;
pub use scene::Scene;
pub use server::Server;

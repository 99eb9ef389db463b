//! The RPC dialect: how a request is read and its signature proved, and how an answer is written.
//!
//! Pure: the same input gives the same output. Knows no clock, no entropy, no network, no operation, no
//! account and no ledger; moments, secrets and identifiers arrive as values. Nothing here panics on what a
//! stranger sends, and everything a stranger sends is bounded by [`limits`].
//!
//! Reading goes [`Request::read`], [`Request::credentials`], [`Request::verify`]; writing goes from a [`Body`] or
//! a [`Fault`] through [`render`]. A client's half of the signatures is in [`signature::client`].

pub mod body;
pub mod encode;
pub mod fault;
pub mod fresh;
pub mod limits;
pub mod page;
pub mod params;
pub mod render;
pub mod request;
pub mod signature;
pub mod time;
pub mod values;

pub use body::{Body, Node};
pub use fault::Fault;
pub use params::Params;
pub use render::Format;
pub use request::{Credentials, Incoming, Request, Scheme};

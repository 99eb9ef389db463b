//! Every bound of the dialect, in one place, with its unit at the end of its name.
//!
//! Knows nothing of operations: their own bounds (tags, ids on a page) live with them.

/// Query and form body of one request together, as they came, in bytes. An answer to a wrong signature
/// repeats them encoded twice, five times as long at worst.
pub const REQUEST_BYTES_MAX: usize = 256 << 10;

/// Parameters of one request, common ones included.
pub const PARAMETERS_MAX: usize = 1_000;

/// The name of one parameter, decoded, in bytes.
pub const NAME_BYTES_MAX: usize = 256;

/// The value of one parameter, decoded, in bytes.
pub const VALUE_BYTES_MAX: usize = 65_536;

/// The largest `N` of `ZoneId.N`. Clients count from 1 without gaps, so this is far above any real list.
pub const INDEX_MAX: u32 = 1_000_000;

/// An access key id, in bytes.
pub const ACCESS_KEY_ID_BYTES_MAX: usize = 128;

/// A signature nonce, in bytes. The SDKs send 32 or 36.
pub const NONCE_BYTES_MAX: usize = 128;

/// A security token, in bytes.
pub const SECURITY_TOKEN_BYTES_MAX: usize = 8_192;

/// Headers named in `SignedHeaders`.
pub const SIGNED_HEADERS_MAX: usize = 64;

/// What a page token can carry, in bytes.
pub const CURSOR_BYTES_MAX: usize = 512;

/// How deep a stored answer may nest, in levels.
pub const BODY_DEPTH_MAX: usize = 32;

// Ranges of decoded parameters are kept as u32.
const _: () = assert!(REQUEST_BYTES_MAX < u32::MAX as usize);

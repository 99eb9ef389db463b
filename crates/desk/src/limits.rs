//! Every bound of the desk, in one place.

/// For how long a client token is remembered, in seconds: 24 hours.
pub const TOKEN_LIFE_SECONDS: u64 = 24 * 3600;
/// Client tokens remembered at once in a region. When it is full, requests that bring a new token are throttled;
/// one that was promised to be remembered is never dropped early.
pub const TOKENS_MAX: usize = 1 << 20;
/// Client tokens of one account remembered at once, so that no account can fill the region's.
pub const TOKENS_OF_ACCOUNT_MAX: usize = 1 << 18;
/// Characters of a client token (protocol: at most 64, ASCII).
pub const TOKEN_CHARS_MAX: usize = 64;
/// Facts in one record that no request brought about: what fell due, what the configuration says.
pub const FACTS_OF_A_RECORD_MAX: usize = 1024;
/// Bytes of the records of one batch: what is beyond waits for the next. Far below what a store takes in one record.
pub const BATCH_BYTES_MAX: usize = 4 << 20;
const _: () = assert!(FACTS_OF_A_RECORD_MAX * 1024 + BATCH_BYTES_MAX < store::FRAME_BYTES_MAX);
/// Bytes of the journal that one search reads; whoever wants more asks again.
pub const SEARCH_BYTES_MAX: usize = 64 << 20;
/// Ends of searches that are remembered, so that the next page need not begin anew. Each knows which instances were in the
/// slots of its reservation.
pub const PLACES_KEPT: usize = 64;

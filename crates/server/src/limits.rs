//! Every bound of the server, in one place. Those of the dialect and of the desk stand in `rpc` and `desk`.

use std::time::Duration;

/// How far a request's timestamp may lie before or after now, in seconds: 15 minutes.
pub const TIMESTAMP_WINDOW_SECONDS: u64 = 15 * 60;
/// The start line and headers of one request, in bytes. A GET carries its parameters in the start line.
pub const HEAD_BYTES_MAX: usize = 64 * 1024;
/// What a connection may have read ahead, in bytes.
pub const BUFFER_BYTES_MAX: usize = 128 * 1024;
/// The body of one request, in bytes.
pub const BODY_BYTES_MAX: usize = rpc::limits::REQUEST_BYTES_MAX;
/// Characters of a Host header that faults repeat.
pub const HOST_CHARS_MAX: usize = 255;
/// How long after a signal connections may take to finish.
pub const STOP_WITHIN: Duration = Duration::from_secs(30);
/// Connections that wait to be accepted. The system may have a bound of its own below this.
pub const CONNECTIONS_QUEUED_MAX: u32 = 4096;
/// When all places for connections are taken, one in so many is made free at once.
pub const DISPLACED_AT_ONCE: usize = 256;
/// Descriptors that are not for connections: stores, logs, threads.
pub const DESCRIPTORS_KEPT: u64 = 256;
/// How often connections are looked at for having taken too long.
pub const WATCH_EVERY: Duration = Duration::from_secs(1);
/// How often the clock is looked at for what has fallen due.
pub const TICK_EVERY: Duration = Duration::from_millis(100);
/// How often shortfalls are looked for.
pub const SHORTFALLS_EVERY: Duration = Duration::from_secs(10);
/// How long to wait before a store that would not load is tried again.
pub const RELOAD_AGAIN_AFTER: Duration = Duration::from_millis(500);
/// Items of a checkpoint that are copied while the desk waits.
pub const CHECKPOINT_ITEMS: usize = 64;
/// A checkpoint works so long, or as long as one write to the disk takes, ...
pub const CHECKPOINT_WORK: Duration = Duration::from_micros(200);
/// ... and then rests so many times as long: requests come first.
pub const CHECKPOINT_REST: u32 = 4;
/// How long to wait before it is looked again whether a region has come to rest.
pub const REST_AGAIN_AFTER: Duration = Duration::from_micros(200);
/// Changes of the directory that may wait for those before them; further ones are told to come again.
pub const DIRECTORY_CHANGES_WAITING: usize = 64;
/// Journal batches of the directory after which it is checkpointed.
pub const DIRECTORY_BATCHES: u64 = 64;
/// How far back used nonces are read from the journal at start, in seconds.
pub const NONCES_BACK_SECONDS: u64 = 2 * TIMESTAMP_WINDOW_SECONDS;
/// How often used nonces are written down; a kill forgets those since.
pub const NONCES_WRITTEN_EVERY: Duration = Duration::from_secs(1);
/// For how long one file of used nonces is written to, in seconds.
pub const NONCES_FILE_SECONDS: u64 = 15 * 60;
/// Facts about hosts that go into one batch at start: far below what a journal record can hold.
pub const HOST_FACTS_AT_ONCE: usize = 50_000;
/// When a batch answered several callers, the next one waits for three quarters of all of them to have come or for a thread to
/// have nothing to do, and no longer than this: fewer and larger commits leave more of the machine to requests.
pub const GATHER_MAX: Duration = Duration::from_micros(700);
/// So often in a row a thread decides what others left at the desk.
pub const TURNS_AT_THE_DESK: usize = 8;
/// Searches of journals that wait for their turn; further ones are told to come again.
pub const SEARCHES_WAITING_MAX: usize = 64;
/// Of one account. A search reads at most `desk::limits::SEARCH_BYTES_MAX`.
pub const SEARCHES_OF_ACCOUNT_MAX: usize = 4;
/// A search reads so many bytes, ...
pub const SEARCH_REST_BYTES: usize = 256 << 10;
/// ... and then rests so many times as long as that took: requests come first.
pub const SEARCH_REST: u32 = 3;

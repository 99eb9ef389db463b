//! How far a connection is with its request, so that none takes for ever: whoever is idle, sends slowly or does not
//! take its answer is cut off. Knows no request.

use rustix::time::{ClockId, clock_gettime};
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// How long each phase of a connection may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// Between an answer and the first byte of the next request; the answer has to be taken in this time too.
    pub idle: Duration,
    /// From the first byte of a request to the end of its headers.
    pub head: Duration,
    /// From there to the end of its body.
    pub body: Duration,
}

/// What a connection is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Nothing, or sending an answer.
    Idle = 0,
    /// Receiving headers.
    Head = 1,
    /// Receiving a body.
    Body = 2,
    /// Waiting for us.
    Ours = 3,
}

/// The phase of a connection, and since when.
#[derive(Debug)]
pub struct Progress {
    /// Milliseconds of the clock.
    opened: u64,
    /// Milliseconds from `opened` to the beginning of the phase, times four, plus the phase.
    state: AtomicU64,
    /// Whether a request on it was let in.
    trusted: AtomicBool,
}

impl Progress {
    /// A connection that was opened just now.
    #[must_use]
    pub fn begin() -> Self {
        Self { opened: milliseconds(), state: AtomicU64::new(0), trusted: AtomicBool::new(false) }
    }

    /// A phase begins.
    pub fn enter(&self, phase: Phase) {
        self.state.store(self.age() << 2 | phase as u64, Ordering::Relaxed);
    }

    /// Whether the phase has taken longer than it may.
    #[must_use]
    pub fn is_overdue(&self, patience: &Patience) -> bool {
        let state = self.state.load(Ordering::Relaxed);
        let most = match state & 3 {
            0 => patience.idle,
            1 => patience.head,
            2 => patience.body,
            _ => return false,
        };
        u128::from(self.age().saturating_sub(state >> 2)) > most.as_millis()
    }

    /// For how many milliseconds we have been waiting for the other side; nothing while it waits for us.
    #[must_use]
    pub fn waiting_for_peer_ms(&self) -> Option<u64> {
        let state = self.state.load(Ordering::Relaxed);
        (state & 3 != Phase::Ours as u64).then(|| self.age().saturating_sub(state >> 2))
    }

    /// A request was let in.
    pub fn trust(&self) {
        self.trusted.store(true, Ordering::Relaxed);
    }

    /// Whether any request was.
    #[must_use]
    pub fn is_trusted(&self) -> bool {
        self.trusted.load(Ordering::Relaxed)
    }

    /// Bytes came: the first of them begin the headers.
    fn received(&self) {
        if self.state.load(Ordering::Relaxed) & 3 == Phase::Idle as u64 {
            self.enter(Phase::Head);
        }
    }

    fn age(&self) -> u64 {
        milliseconds().saturating_sub(self.opened)
    }
}

/// Of a clock that never goes back. It is a few milliseconds behind, and costs a tenth of an exact one: it is read
/// several times a request.
fn milliseconds() -> u64 {
    let now = clock_gettime(ClockId::MonotonicCoarse);
    let part = |part: i64| u64::try_from(part).unwrap_or(0);
    part(now.tv_sec) * 1000 + part(now.tv_nsec) / 1_000_000
}

/// A stream whose reading is watched.
pub struct Watched<S> {
    stream: S,
    progress: Arc<Progress>,
}

impl<S> Watched<S> {
    /// Watches this stream.
    pub fn new(stream: S, progress: Arc<Progress>) -> Self {
        Self { stream, progress }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Watched<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let polled = Pin::new(&mut self.stream).poll_read(cx, buffer);
        if buffer.filled().len() > before {
            self.progress.received();
        }
        polled
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Watched<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}

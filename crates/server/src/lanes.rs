//! The threads that serve connections, one a core: each serves those it was dealt from beginning to end, so that what
//! a connection needs stays near one core, and no thread looks into another's work. Answers that become due together
//! are brought to each of them together. Knows no request.

use desk::Reply;
use std::cell::Cell;
use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::thread::JoinHandle;
use tokio::runtime::Handle;
use tokio::sync::oneshot;

thread_local! {
    /// Which of them this thread is, if it is one.
    static HERE: Cell<Option<usize>> = const { Cell::new(None) };
}

/// How an answer finds its way back to the request that waits for it.
#[derive(Debug)]
pub struct Waiter {
    sender: oneshot::Sender<Reply>,
    /// Where the request waits.
    lane: Option<usize>,
}

/// A way for one answer to the thread that this is called on.
#[must_use]
pub fn waiter() -> (Waiter, oneshot::Receiver<Reply>) {
    let (sender, answer) = oneshot::channel();
    (Waiter { sender, lane: HERE.get() }, answer)
}

impl Waiter {
    /// Sends the answer. Who has gone away in the meantime gets none.
    pub fn send(self, reply: Reply) {
        self.sender.send(reply).ok();
    }

    /// Whether who waited has gone away.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.sender.is_closed()
    }
}

/// The lanes as those see them who bring something there.
#[derive(Clone, Debug, Default)]
pub struct Lanes {
    handles: Arc<[Handle]>,
    dealt: Arc<AtomicUsize>,
}

/// What is done whenever a lane has nothing to do.
type WhenIdle = OnceLock<Box<dyn Fn() + Send + Sync>>;

/// The threads. When this is dropped they end, and with them whatever they still served.
pub struct Threads {
    when_idle: Arc<WhenIdle>,
    ends: Vec<oneshot::Sender<()>>,
    threads: Vec<JoinHandle<()>>,
}

impl Lanes {
    /// Starts so many.
    ///
    /// # Errors
    /// When there are no threads to be had.
    pub fn start(count: usize) -> io::Result<(Self, Threads)> {
        let mut handles = Vec::new();
        let mut all = Threads { when_idle: Arc::default(), ends: Vec::new(), threads: Vec::new() };
        for lane in 0..count {
            let when_idle = Arc::clone(&all.when_idle);
            let runtime = tokio::runtime::Builder::new_current_thread()
                .on_thread_park(move || when_idle.get().into_iter().for_each(|when_idle| when_idle()))
                .enable_io()
                .enable_time()
                .build()?;
            handles.push(runtime.handle().clone());
            let (end, ended) = oneshot::channel();
            all.ends.push(end);
            all.threads.push(std::thread::Builder::new().name(format!("serve {lane}")).spawn(move || {
                HERE.set(Some(lane));
                runtime.block_on(ended).ok();
            })?);
        }
        Ok((Self { handles: handles.into(), dealt: Arc::default() }, all))
    }

    /// The one whose turn it is to take a connection.
    #[must_use]
    pub fn next(&self) -> &Handle {
        &self.handles[self.dealt.fetch_add(1, Ordering::Relaxed) % self.handles.len()]
    }

    /// Sends many answers; each lane is woken once. Says how many there were.
    pub fn answer(&self, answers: impl Iterator<Item = (Waiter, Reply)>) -> usize {
        let mut bundles: Vec<Vec<(Waiter, Reply)>> = Vec::new();
        bundles.resize_with(self.handles.len(), Vec::new);
        let mut count = 0;
        for (waiter, reply) in answers {
            count += 1;
            match waiter.lane.and_then(|lane| bundles.get_mut(lane)) {
                Some(bundle) => bundle.push((waiter, reply)),
                None => waiter.send(reply),
            }
        }
        for (handle, bundle) in self.handles.iter().zip(bundles) {
            if !bundle.is_empty() {
                handle.spawn(async move { bundle.into_iter().for_each(|(waiter, reply)| waiter.send(reply)) });
            }
        }
        count
    }
}

impl Threads {
    /// Has this done whenever a lane has nothing to do: it must be short. Only the first such wish counts.
    pub fn when_idle(&self, what: impl Fn() + Send + Sync + 'static) {
        self.when_idle.set(Box::new(what)).ok();
    }
}

impl Drop for Threads {
    fn drop(&mut self) {
        self.ends.clear();
        for thread in self.threads.drain(..) {
            if thread.join().is_err() {
                tracing::error!("a thread that served connections panicked");
            }
        }
    }
}

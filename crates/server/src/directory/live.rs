//! The directory while the server runs. Reading takes whatever stands published; changing is done by one thread, which
//! decides, makes durable, publishes and only then answers. When the store fails, that thread begins anew from what is
//! durable; until then changes are unavailable, and what was published last is read on: all of it is durable.

use super::{Kept, Regions};
use crate::ladders;
use crate::lanes::Waiter;
use crate::limits::{DIRECTORY_CHANGES_WAITING, RELOAD_AGAIN_AFTER};
use crate::metrics::Metrics;
use desk::{Call, Decided, Reply};
use ledger::directory::{Directory, Entry};
use rpc::fault::{Fault, common};
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, PoisonError, RwLock};
use std::thread::JoinHandle;
use std::time::Instant;
use store::Failure;

/// What the thread is to do next.
enum Work {
    Change(Box<Call<Waiter>>),
    Aside(Aside, SyncSender<Result<(), Failure>>),
    Stop,
}

/// What a server for development asks for when no request comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Aside {
    /// A checkpoint of everything.
    Checkpoint,
    /// To begin anew from what is stored.
    Reload,
}

/// The directory at work.
pub struct Live {
    published: RwLock<Arc<Directory>>,
    work: SyncSender<Work>,
    /// Whether the store can be written, as far as is known.
    available: AtomicBool,
    stopping: AtomicBool,
}

/// The directory's thread. When this is dropped what is under way is made durable, and the thread ends; whoever drops it
/// has seen to it that no more requests come.
pub struct Writer {
    live: Arc<Live>,
    thread: Option<JoinHandle<()>>,
}

/// Only the thread has this.
struct Thread {
    live: Arc<Live>,
    kept: Kept,
    regions: Regions,
    metrics: Arc<Metrics>,
}

impl Live {
    /// Sets the directory to work. Changes of host classes are told to the regions.
    ///
    /// # Errors
    /// When there is no thread to be had.
    pub fn start(kept: Kept, regions: Regions, metrics: Arc<Metrics>) -> io::Result<(Arc<Self>, Writer)> {
        let (work, inbox) = sync_channel(DIRECTORY_CHANGES_WAITING);
        let published = RwLock::new(Arc::clone(kept.directory()));
        let (available, stopping) = (AtomicBool::new(true), AtomicBool::new(false));
        let live = Arc::new(Self { published, work, available, stopping });
        let thread = Thread { live: Arc::clone(&live), kept, regions, metrics };
        let thread = std::thread::Builder::new().name("commit directory".into()).spawn(move || thread.run(&inbox))?;
        Ok((Arc::clone(&live), Writer { live, thread: Some(thread) }))
    }

    /// As it stands: to be taken once a request, so that all of it sees the same.
    #[must_use]
    pub fn now(&self) -> Arc<Directory> {
        Arc::clone(&self.published.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Answers a request that changes nothing, and hands any other to the thread; its waiter gets the answer when it
    /// is durable.
    ///
    /// # Errors
    /// What the operation refuses; `ServiceUnavailable` while the store cannot be written, or when too many wait already.
    pub fn call(&self, call: Call<Waiter>) -> Result<(), Fault> {
        let seen = catch_unwind(AssertUnwindSafe(|| desk::look(&call)));
        if let Some(body) = seen.unwrap_or(Err(common::INTERNAL_ERROR))? {
            call.waiter.send(Ok(body));
            return Ok(());
        }
        let sent = self.available.load(Ordering::SeqCst) && self.work.try_send(Work::Change(Box::new(call))).is_ok();
        if sent { Ok(()) } else { Err(common::SERVICE_UNAVAILABLE) }
    }

    /// Has this done once all changes are that were handed in before.
    ///
    /// # Errors
    /// When it could not be done.
    pub fn aside(&self, what: Aside) -> Result<(), Failure> {
        let (done, outcome) = sync_channel(1);
        let ended = || Failure::Caller("the directory's thread has ended".into());
        self.work.send(Work::Aside(what, done)).map_err(|_| ended())?;
        outcome.recv().map_err(|_| ended())?
    }

    fn publish(&self, directory: &Arc<Directory>) {
        *self.published.write().unwrap_or_else(PoisonError::into_inner) = Arc::clone(directory);
    }

    fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::SeqCst)
    }
}

impl Thread {
    fn run(mut self, inbox: &Receiver<Work>) {
        while let Ok(work) = inbox.recv() {
            let call = match work {
                Work::Change(call) => *call,
                Work::Aside(what, done) => {
                    done.send(self.aside(what)).ok();
                    continue;
                }
                Work::Stop => return,
            };
            let decided = catch_unwind(AssertUnwindSafe(|| self.kept.desk.call(&call)));
            let reply = match decided.unwrap_or(Err(common::INTERNAL_ERROR)) {
                Ok(decided) => self.keep(decided),
                Err(fault) => Err(fault),
            };
            call.waiter.send(reply);
            if !self.live.available.load(Ordering::SeqCst) {
                if !self.begin_anew(inbox) {
                    return;
                }
            } else if let Err(failure) = self.kept.checkpoint() {
                tracing::error!(%failure, "the directory could not be checkpointed; its journal stays");
            }
        }
    }

    fn aside(&mut self, what: Aside) -> Result<(), Failure> {
        if what == Aside::Checkpoint {
            return self.kept.checkpoint_all();
        }
        self.kept.reload()?;
        self.live.publish(self.kept.directory());
        ladders::agree(self.kept.directory(), &self.regions);
        Ok(())
    }

    /// Makes what was decided durable, lets everyone see it, and tells the regions what concerns them.
    fn keep(&mut self, decided: Decided) -> Reply {
        let Some(batch) = decided.batch else { return Ok(decided.body) };
        let (live, began) = (Arc::clone(&self.live), Instant::now());
        if let Err(failure) = self.kept.append(&batch, || !live.is_stopping()) {
            self.metrics.failed();
            tracing::error!(%failure, "a change of the directory could not be made durable; it is loaded anew");
            live.available.store(false, Ordering::SeqCst);
            return Err(common::INTERNAL_ERROR);
        }
        self.metrics.committed(batch.records.len(), began.elapsed());
        live.publish(self.kept.directory());
        if batch.records.iter().flat_map(|record| &record.entries).any(|entry| matches!(entry, Entry::ClassPut(_))) {
            ladders::agree(self.kept.directory(), &self.regions);
        }
        Ok(decided.body)
    }

    /// Begins anew from what is durable; tries until it succeeds. Says whether the server goes on.
    fn begin_anew(&mut self, inbox: &Receiver<Work>) -> bool {
        while let Err(failure) = self.kept.reload() {
            tracing::error!(%failure, "the directory cannot be loaded; trying again");
            match inbox.recv_timeout(RELOAD_AGAIN_AFTER) {
                Ok(Work::Change(call)) => call.waiter.send(Err(common::SERVICE_UNAVAILABLE)),
                Ok(Work::Aside(_, done)) => {
                    drop(done.send(Err(Failure::Caller("the directory is being loaded".into()))));
                }
                Err(RecvTimeoutError::Timeout) => {}
                Ok(Work::Stop) | Err(RecvTimeoutError::Disconnected) => return false,
            }
        }
        self.live.publish(self.kept.directory());
        ladders::agree(self.kept.directory(), &self.regions);
        self.live.available.store(true, Ordering::SeqCst);
        tracing::info!(revision = self.kept.desk.revision(), "the directory was loaded anew");
        true
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.live.stopping.store(true, Ordering::SeqCst);
        // The thread takes work until it ends, so this waits for no longer than what is under way takes.
        self.live.work.send(Work::Stop).ok();
        if self.thread.take().is_some_and(|thread| thread.join().is_err()) {
            tracing::error!("the directory's thread panicked");
        }
    }
}

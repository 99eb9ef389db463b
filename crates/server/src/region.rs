//! One region as it runs: its desk behind a lock, and a thread that makes its batches durable and answers whoever
//! waited. When the store fails, or an operation panics, the desk is given up and loaded anew from what is durable;
//! until then the region is unavailable, to readers too. Knows no connection and no signature.

use crate::checkpoint::{self, Plan};
use crate::clock::Clock;
use crate::entropy;
use crate::history::{Searches, Wanted};
use crate::lanes::{Lanes, Waiter};
use crate::limits::RELOAD_AGAIN_AFTER;
use crate::metrics::Metrics;
use crate::slot::Place;
use desk::{Action, Call, Closed, Desk, Settings};
use ledger::{Entry, Ledger, Moment, RegionName};
use rpc::fault::Fault;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use store::{Appended, Failure, Frame, Store};

/// What the region's thread is to do next.
pub(crate) enum Work {
    Append(Arc<Closed>),
    Decide,
    Reload,
    Stop,
}

/// At most one append, one reload, one stop and one call to decide can be under way at a time.
const WORK_MAX: usize = 5;

/// What a region is made with.
pub struct Setup {
    /// Which region.
    pub name: RegionName,
    /// Where it remembers.
    pub store: Arc<dyn Store>,
    /// The hour.
    pub clock: Arc<dyn Clock>,
    /// Where it counts.
    pub metrics: Arc<Metrics>,
    /// For how long released reservations stay known, in seconds.
    pub keep_released_seconds: u64,
    /// When checkpoints are made and how much history is kept.
    pub plan: Plan,
    /// Where what is to be looked for in its journal waits for that.
    pub searches: Arc<Searches>,
    /// Where those are who wait for answers.
    pub lanes: Lanes,
}

/// A region at work.
pub struct Region {
    pub(crate) setup: Setup,
    /// Its desk.
    pub(crate) place: Place,
    work: SyncSender<Work>,
    /// The last revision known to be durable.
    pub(crate) durable: AtomicU64,
    /// The thread that writes a checkpoint, or wrote the last one.
    checkpoint: Mutex<Option<JoinHandle<()>>>,
    stopping: AtomicBool,
}

/// A region's thread. When this is dropped everything decided is made durable, and the thread ends; whoever drops it
/// has seen to it that no more requests come.
pub struct Worker {
    region: Arc<Region>,
    thread: Option<JoinHandle<()>>,
}

impl Region {
    /// Loads a region and sets it to work.
    ///
    /// # Errors
    /// When what is stored cannot be read.
    pub fn start(setup: Setup) -> Result<(Arc<Self>, Worker), Failure> {
        let desk = load(&setup)?;
        let (work, inbox) = sync_channel(WORK_MAX);
        let durable = AtomicU64::new(desk.revision());
        let place = Place::new(desk);
        let (checkpoint, stopping) = (Mutex::new(None), AtomicBool::new(false));
        let region = Arc::new(Self { setup, place, work, durable, checkpoint, stopping });
        let own = Arc::clone(&region);
        let thread = std::thread::Builder::new()
            .name(format!("commit {}", region.setup.name))
            .spawn(move || own.run(&inbox))
            .map_err(|error| Failure::Medium { file: "thread".into(), what: error.to_string() })?;
        let worker = Worker { region: Arc::clone(&region), thread: Some(thread) };
        Ok((region, worker))
    }

    /// Hands a request in; its waiter gets the answer when it is durable. It may be decided after this returns, by another
    /// thread, but before anything that is handed in later.
    pub fn call(&self, call: Call<Waiter>) {
        self.place.leave(call);
        self.decide_left();
    }

    /// Waits until everything is decided that has been handed in.
    pub fn catch_up(&self) {
        self.lock(|_| ());
    }

    /// Keeps facts of the operator's configuration.
    ///
    /// # Errors
    /// `ServiceUnavailable` while the region is being loaded anew.
    pub fn record(&self, entries: &[Entry]) -> Result<(), Fault> {
        self.record_what(|_| entries.to_vec())
    }

    /// Keeps facts that depend on what the ledger holds at this very moment.
    ///
    /// # Errors
    /// As [`Region::record`].
    pub fn record_what(&self, facts: impl FnOnce(&Ledger) -> Vec<Entry>) -> Result<(), Fault> {
        let now = self.setup.clock.now();
        self.lock(|held| {
            held.work(|desk, actions| {
                let entries = facts(desk.ledger());
                desk.record(now, &entries, actions);
            })
        })
    }

    /// Does what has fallen due, if anything has. While the region is being loaded it is done afterwards.
    pub fn tick(&self, now: Moment) {
        let due = |desk: &Desk<Waiter>| desk.next_due().is_some_and(|due| due <= now);
        self.lock(|held| {
            if held.slot.desk.as_ref().is_some_and(due) {
                held.work(|desk, actions| desk.tick(now, actions)).ok();
            }
        });
    }

    /// Looks at the ledger; nothing while the region is being loaded.
    pub fn look<T>(&self, look: impl FnOnce(&Ledger) -> T) -> Option<T> {
        self.lock(|held| held.slot.desk.as_ref().map(|desk| look(desk.ledger())))
    }

    /// Whether everything decided is durable, as far as is known.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        self.lock(|held| held.slot.desk.as_ref().is_none_or(Desk::is_idle))
    }

    pub(crate) fn send(&self, work: Work) {
        if self.work.try_send(work).is_err() && !self.stopping.load(Ordering::SeqCst) {
            tracing::error!(region = %self.setup.name, "the commit thread takes no work");
        }
    }

    /// The region's thread.
    fn run(self: &Arc<Self>, inbox: &Receiver<Work>) {
        let mut since_checkpoint = 0;
        for work in inbox {
            match work {
                Work::Append(batch) => self.commit(batch, &mut since_checkpoint),
                Work::Decide => self.take_over(),
                Work::Reload => self.reload(),
                Work::Stop => return,
            }
        }
    }

    /// Makes a batch durable, answers, and goes on with the next while there is one.
    fn commit(self: &Arc<Self>, batch: Arc<Closed>, since_checkpoint: &mut u64) {
        let mut next = Some(batch);
        while let Some(batch) = next.take() {
            let began = Instant::now();
            let outcome = append(&*self.setup.store, &batch.frame);
            let records = batch.records;
            match &outcome {
                Appended::Committed => {
                    self.setup.metrics.committed(records, began.elapsed());
                    self.durable.store(batch.frame.revision, Ordering::SeqCst);
                    *since_checkpoint += u64::try_from(records).unwrap_or(u64::MAX);
                }
                Appended::Unknown(failure) => {
                    tracing::warn!(region = %self.setup.name, %failure, "the outcome of an append is unknown");
                    std::thread::sleep(RELOAD_AGAIN_AFTER);
                }
                Appended::Refused(_) | Appended::Failed(_) => {
                    self.setup.metrics.failed();
                    tracing::error!(region = %self.setup.name, ?outcome, "an append failed; the region is loaded anew");
                }
            }
            next = self.conclude(&outcome, since_checkpoint);
        }
    }

    /// Tells the desk what became of its batch, and answers; gives back the next batch.
    fn conclude(self: &Arc<Self>, outcome: &Appended, since_checkpoint: &mut u64) -> Option<Arc<Closed>> {
        let mut actions = Vec::new();
        let goes_on = self.hold(|held| {
            let desk = held.slot.desk.as_mut()?;
            let goes_on = catch_unwind(AssertUnwindSafe(|| desk.appended(outcome, &mut actions))).unwrap_or(false);
            if !goes_on {
                held.outcome.actions.append(&mut actions);
                held.give_up();
            }
            self.search(&mut actions);
            Some(goes_on)
        })?;
        if !goes_on {
            self.reload();
            return None;
        }
        let again = appended(&actions);
        let answered = self.answer(actions);
        if again.is_some() {
            return again;
        }
        if answered > 1 {
            self.gather(answered);
        }
        self.next_batch(since_checkpoint)
    }

    /// What was decided while the last batch was made durable and answered.
    fn next_batch(self: &Arc<Self>, since_checkpoint: &mut u64) -> Option<Arc<Closed>> {
        let mut actions = Vec::new();
        let goes_on = self.lock(|held| {
            let run = held.slot.run;
            let desk = held.slot.desk.as_mut()?;
            let goes_on = catch_unwind(AssertUnwindSafe(|| desk.go_on(&mut actions))).is_ok();
            if !goes_on {
                held.give_up();
            } else if self.setup.plan.is_due(*since_checkpoint) {
                let mut last = self.checkpoint.lock().unwrap_or_else(PoisonError::into_inner);
                if last.as_ref().is_none_or(JoinHandle::is_finished) {
                    *since_checkpoint = 0;
                    desk.want_checkpoint();
                    *last = checkpoint::start(self, run);
                }
            }
            Some(goes_on)
        })?;
        if !goes_on {
            self.reload();
            return None;
        }
        appended(&actions)
    }

    /// Has looked for what is to be looked for. To be called while the desk is held: whoever gets it next may put another
    /// journal in the place of the one that is meant.
    pub(crate) fn search(&self, actions: &mut Vec<Action<Waiter>>) {
        for action in actions.extract_if(.., |action| matches!(action, Action::Search(..))) {
            if let Action::Search(waiter, search) = action {
                let (region, store) = (self.setup.name.clone(), Arc::clone(&self.setup.store));
                self.setup.searches.take(Wanted { region, store, search, waiter });
            }
        }
    }

    /// Sends the answers, and says how many there were. Who has gone away in the meantime gets none.
    pub(crate) fn answer(&self, actions: Vec<Action<Waiter>>) -> usize {
        self.setup.lanes.answer(actions.into_iter().filter_map(|action| match action {
            Action::Answer(waiter, reply) => Some((waiter, reply)),
            Action::Append(_) | Action::Search(..) => None,
        }))
    }

    /// Begins anew from what is durable, and says up to which revision that is.
    ///
    /// # Errors
    /// When it cannot be read.
    pub(crate) fn load_anew(&self) -> Result<u64, Failure> {
        let desk = self.setup.store.reopen().and_then(|_| load(&self.setup))?;
        let revision = desk.revision();
        self.durable.store(revision, Ordering::SeqCst);
        self.lock(|held| {
            held.slot.run += 1;
            held.slot.desk = Some(desk);
        });
        Ok(revision)
    }

    /// Begins anew from what is durable. Tries until it succeeds or the server stops.
    fn reload(&self) {
        while !self.stopping.load(Ordering::SeqCst) {
            match self.load_anew() {
                Ok(revision) => {
                    tracing::info!(region = %self.setup.name, revision, "loaded");
                    return;
                }
                Err(error) => {
                    tracing::error!(region = %self.setup.name, %error, "the region cannot be loaded; trying again");
                    std::thread::sleep(RELOAD_AGAIN_AFTER);
                }
            }
        }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        while !self.region.is_idle() {
            std::thread::sleep(Duration::from_millis(1));
        }
        self.region.stopping.store(true, Ordering::SeqCst);
        self.region.send(Work::Stop);
        // A checkpoint that is being written sees that its desk has gone, and leaves nothing.
        let desk = self.region.lock(|held| held.slot.desk.take());
        let checkpoint = self.region.checkpoint.lock().unwrap_or_else(PoisonError::into_inner).take();
        if checkpoint.is_some_and(|thread| thread.join().is_err()) {
            tracing::error!(region = %self.region.setup.name, "the checkpoint thread panicked");
        }
        drop(desk);
        if self.thread.take().is_some_and(|thread| thread.join().is_err()) {
            tracing::error!(region = %self.region.setup.name, "the commit thread panicked");
        }
    }
}

fn load(setup: &Setup) -> Result<Desk<Waiter>, Failure> {
    let (region, run) = (setup.name.clone(), entropy::draw());
    let settings = Settings { region, run, keep_released_seconds: setup.keep_released_seconds };
    Desk::load(&*setup.store, settings)
}

/// Appends; a store that panics has failed.
pub(crate) fn append(store: &dyn Store, frame: &Frame) -> Appended {
    catch_unwind(AssertUnwindSafe(|| store.append(frame)))
        .unwrap_or_else(|_| Appended::Failed(Failure::Caller("the store panicked".into())))
}

/// The batch that is to be made durable next.
fn appended(actions: &[Action<Waiter>]) -> Option<Arc<Closed>> {
    actions.iter().find_map(|action| match action {
        Action::Append(batch) => Some(Arc::clone(batch)),
        Action::Answer(..) | Action::Search(..) => None,
    })
}

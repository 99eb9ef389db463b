//! Where a region's desk stands, one thread at a time; and the calls that come while another is there. Nobody waits to
//! hand a call in: who finds the desk taken leaves the call, and who has the desk decides what was left before others
//! get it. Knows no store and no connection.

use crate::lanes::Waiter;
use crate::limits::{GATHER_MAX, TURNS_AT_THE_DESK};
use crate::region::{Region, Work};
use desk::{Action, Call, Desk};
use rpc::fault::{Fault, common};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError, TryLockError};

/// A desk, and what was left for it.
pub(crate) struct Place {
    slot: Mutex<Slot>,
    /// Calls that nobody has taken up yet: never more of them than connections.
    left: Mutex<Vec<Call<Waiter>>>,
    /// The commit thread has been asked to decide what is left.
    asked: AtomicBool,
    /// Somebody waits for callers to gather: until as many have come as were awaited, or until he is told.
    gathering: AtomicBool,
    gathered: Condvar,
}

/// The desk, and which one it is: each loading makes another.
pub(crate) struct Slot {
    pub(crate) desk: Option<Desk<Waiter>>,
    pub(crate) run: u64,
    /// Between two batches: for how many callers the commit thread waits.
    awaited: usize,
    /// Empty; the next calls to be decided are put into it.
    calls: Vec<Call<Waiter>>,
}

/// What is to be done when the desk is let go.
#[derive(Default)]
pub(crate) struct Outcome {
    pub(crate) actions: Vec<Action<Waiter>>,
    gathered: bool,
    /// It takes its time to be dropped.
    gone: Option<Desk<Waiter>>,
}

/// The desk, held.
pub(crate) struct Held<'a> {
    region: &'a Region,
    pub(crate) slot: MutexGuard<'a, Slot>,
    pub(crate) outcome: Outcome,
}

impl Place {
    pub(crate) fn new(desk: Desk<Waiter>) -> Self {
        let slot = Slot { desk: Some(desk), run: 1, awaited: 0, calls: Vec::new() };
        Self {
            slot: Mutex::new(slot),
            left: Mutex::default(),
            asked: AtomicBool::new(false),
            gathering: AtomicBool::new(false),
            gathered: Condvar::new(),
        }
    }

    pub(crate) fn leave(&self, call: Call<Waiter>) {
        self.left().push(call);
    }

    fn slot(&self) -> MutexGuard<'_, Slot> {
        // A panic of the desk is caught while it is held, and ends it.
        self.slot.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn left(&self) -> MutexGuard<'_, Vec<Call<Waiter>>> {
        // Nothing can panic that is done with it.
        self.left.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Region {
    /// Does something with the desk, after all calls are decided that came before.
    pub(crate) fn lock<T>(&self, work: impl FnOnce(&mut Held<'_>) -> T) -> T {
        self.hold(|held| {
            held.decide_left();
            work(held)
        })
    }

    /// Does something with the desk, whatever was left for it before. Then answers are sent, and what was left
    /// meanwhile is decided.
    pub(crate) fn hold<T>(&self, work: impl FnOnce(&mut Held<'_>) -> T) -> T {
        let slot = self.place.slot();
        let mut held = Held::of(self, slot);
        let done = work(&mut held);
        held.let_go();
        self.decide_left();
        done
    }

    /// Decides what was left. Who has the desk in the meantime does so when it lets it go. After some turns the commit
    /// thread, or whoever calls next, takes over: those whom this thread serves must not wait for ever while others call.
    pub(crate) fn decide_left(&self) {
        for _ in 0..TURNS_AT_THE_DESK {
            if self.place.left().is_empty() {
                return;
            }
            let slot = match self.place.slot.try_lock() {
                Ok(slot) => slot,
                Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
                Err(TryLockError::WouldBlock) => return,
            };
            let mut held = Held::of(self, slot);
            held.decide_left();
            held.let_go();
        }
        if !self.place.asked.swap(true, Ordering::SeqCst) {
            self.send(Work::Decide);
        }
    }

    /// Takes over, as the commit thread.
    pub(crate) fn take_over(&self) {
        self.place.asked.store(false, Ordering::SeqCst);
        self.decide_left();
    }

    /// After a batch that answered so many: lets others at the desk until three quarters of those who call wait for the
    /// next, or a lane is idle, or the time is up. So some are served while the others' batch is made durable; all of
    /// them in one batch would leave nobody to serve meanwhile.
    pub(crate) fn gather(&self, answered: usize) {
        let mut slot = self.place.slot();
        let here = slot.desk.as_ref().map_or(0, Desk::waiting);
        slot.awaited = (answered + here) * 3 / 4;
        let still = |slot: &mut Slot| slot.desk.as_ref().is_some_and(|desk| desk.waiting() < slot.awaited);
        self.place.gathering.store(true, Ordering::SeqCst);
        let waited = self.place.gathered.wait_timeout_while(slot, GATHER_MAX, still);
        self.place.gathering.store(false, Ordering::SeqCst);
        waited.unwrap_or_else(PoisonError::into_inner).0.awaited = 0;
        self.decide_left();
    }

    /// A lane is idle: who gathers and has anybody waits for no more.
    pub(crate) fn hurry(&self) {
        if self.place.gathering.load(Ordering::SeqCst) {
            if let Ok(mut slot) = self.place.slot.try_lock()
                && slot.desk.as_ref().is_some_and(|desk| desk.waiting() > 0)
            {
                slot.awaited = 0;
                drop(slot);
                self.place.gathered.notify_one();
            }
            self.decide_left();
        }
    }
}

impl<'a> Held<'a> {
    fn of(region: &'a Region, slot: MutexGuard<'a, Slot>) -> Self {
        Self { region, slot, outcome: Outcome::default() }
    }

    fn decide_left(&mut self) {
        let mut calls = std::mem::take(&mut self.slot.calls);
        std::mem::swap(&mut *self.region.place.left(), &mut calls);
        for call in calls.drain(..) {
            if self.slot.desk.is_some() {
                self.work(|desk, actions| desk.call(call, actions)).ok();
            } else {
                self.outcome.actions.push(Action::Answer(call.waiter, Err(common::SERVICE_UNAVAILABLE)));
            }
        }
        self.slot.calls = calls;
    }

    /// Has the desk do something. If it panics it is given up, and loaded anew.
    ///
    /// # Errors
    /// `ServiceUnavailable` while it is being loaded anew.
    pub(crate) fn work(&mut self, work: impl FnOnce(&mut Desk<Waiter>, &mut Vec<Action<Waiter>>)) -> Result<(), Fault> {
        let slot = &mut *self.slot;
        let desk = slot.desk.as_mut().ok_or(common::SERVICE_UNAVAILABLE)?;
        let actions = &mut self.outcome.actions;
        if catch_unwind(AssertUnwindSafe(|| work(desk, actions))).is_err() {
            tracing::error!(region = %self.region.setup.name, "an operation panicked; the region is loaded anew");
            self.give_up();
            self.region.send(Work::Reload);
            return Ok(());
        }
        if slot.awaited > 0 && desk.waiting() >= slot.awaited {
            slot.awaited = 0;
            self.outcome.gathered = true;
        }
        // Sent while it is held, so that no append of a desk can come after the reload that ended it.
        while let Some(Action::Append(_)) = self.outcome.actions.last() {
            if let Some(Action::Append(batch)) = self.outcome.actions.pop() {
                self.region.send(Work::Append(batch));
            }
        }
        Ok(())
    }

    /// Ends the desk: whoever waits is told of a failure.
    pub(crate) fn give_up(&mut self) {
        let Some(mut desk) = self.slot.desk.take() else { return };
        // Of what it wanted to append nothing is sent any more; waiters that are lost on the way are told so as well.
        let actions = &mut self.outcome.actions;
        actions.retain(|action| !matches!(action, Action::Append(_)));
        catch_unwind(AssertUnwindSafe(|| desk.stop(actions))).ok();
        self.outcome.gone = Some(desk);
    }

    fn let_go(self) {
        let Self { region, slot, outcome: Outcome { mut actions, gathered, gone } } = self;
        region.search(&mut actions);
        drop(slot);
        if gathered {
            // Only now: whoever wakes wants the desk.
            region.place.gathered.notify_one();
        }
        drop(gone);
        region.answer(actions);
    }
}

//! What a server for development has that no other has: a clock that callers set, faults that requests meet, and a way
//! back to what it held before. Orders are followed one at a time and alone: while one is, nobody else decides anything,
//! and what it leads to has been decided when it is answered. Knows no key and no connection.

use crate::checkpoint;
use crate::clock::{Adjustable, Clock, Setting};
use crate::data::{Images, InMemory};
use crate::directory::{Aside, Live, Regions};
use crate::entropy::{Drawn, Draws};
use crate::limits::REST_AGAIN_AFTER;
use api::{Caller, Change, Context, DevelopmentState, Order, Prepare, Row, Strike};
use desk::Reply;
use ledger::{Ledger, Moment, RegionName};
use rpc::fault::common;
use rpc::params::Params;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use store::Failure;

/// What can be set.
pub struct Development {
    clock: Arc<Adjustable>,
    data: InMemory,
    /// Whoever decides anything has this with others, whoever follows an order alone.
    turn: RwLock<()>,
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    state: DevelopmentState,
    /// What there was right after the start.
    start: Option<Start>,
    snapshots: BTreeMap<Box<str>, Everything>,
}

struct Start {
    everything: Everything,
    state: DevelopmentState,
    snapshots: BTreeMap<Box<str>, Everything>,
    /// The clock was told no more than that since.
    setting: Setting,
}

/// All that a server holds, but for its clock's hour.
#[derive(Clone)]
struct Everything {
    images: Images,
    drawn: Drawn,
    /// Whether the clock goes on.
    runs: bool,
}

/// What orders are about.
pub struct World<'a> {
    /// The directory at work.
    pub directory: &'a Live,
    /// The regions at work.
    pub regions: &'a Regions,
    /// Where ids come from.
    pub draws: &'a Draws,
}

/// Leave to decide, until it is dropped.
pub enum Turn<'a> {
    /// With others.
    Shared(RwLockReadGuard<'a, ()>),
    /// Alone.
    Alone(RwLockWriteGuard<'a, ()>),
}

impl Development {
    /// With this clock and these stores, which are the ones that the server goes by.
    #[must_use]
    pub fn new(clock: Arc<Adjustable>, data: InMemory) -> Self {
        Self { clock, data, turn: RwLock::new(()), kept: Mutex::default() }
    }

    /// The clock that the server goes by.
    #[must_use]
    pub fn clock(&self) -> Arc<dyn Clock> {
        Arc::clone(&self.clock) as Arc<dyn Clock>
    }

    /// Waits for leave to decide what this operation asks for, or anything but an order.
    pub fn turn(&self, row: Option<&Row>) -> Turn<'_> {
        // What it guards is kept elsewhere, and in order.
        if row.is_some_and(|row| matches!(row.change, Change::Development(_))) {
            Turn::Alone(self.turn.write().unwrap_or_else(PoisonError::into_inner))
        } else {
            Turn::Shared(self.turn.read().unwrap_or_else(PoisonError::into_inner))
        }
    }

    /// What is held from here on is what there was right after the start. Nobody asks for anything yet.
    ///
    /// # Errors
    /// When it cannot be kept.
    pub fn began(&self, world: &World<'_>) -> Result<(), Failure> {
        let (everything, setting) = (self.everything(world)?, self.clock.setting());
        let mut kept = self.lock();
        let (state, snapshots) = (kept.state.clone(), kept.snapshots.clone());
        kept.start = Some(Start { everything, state, snapshots, setting });
        Ok(())
    }

    /// What meets a request of this operation.
    pub fn strike(&self, row: &Row) -> Option<Strike> {
        self.lock().state.strike(row)
    }

    /// Decides an order and follows it, for whoever has the turn alone.
    ///
    /// # Errors
    /// What the operation refuses; `DryRunOperation` when it asked for the checks alone.
    pub fn call(
        &self,
        row: &Row,
        prepare: Prepare<Order>,
        params: &Params,
        caller: &Caller,
        world: &World<'_>,
    ) -> Reply {
        let now = self.clock.now();
        let draft = {
            let (ledger, region, known, kept) =
                (&Ledger::default(), &RegionName::from(""), &world.directory.now(), self.lock());
            let development = Some(&kept.state);
            prepare(params, &Context { ledger, directory: known, region, caller, development, now, draw: 0 })?
        };
        if row.is_dry_run(params)? {
            return Err(row.dry_run.clone());
        }
        for order in &draft.entries {
            if let Err(failure) = self.follow(order, now, world) {
                tracing::error!(action = row.name, %failure, "an order could not be followed");
                return Err(common::INTERNAL_ERROR);
            }
        }
        Ok(draft.body)
    }

    fn follow(&self, order: &Order, now: Moment, world: &World<'_>) -> Result<(), Failure> {
        match order {
            Order::Clock { hour, runs } => self.clock.set(*hour, *runs),
            Order::Snapshot(name) => {
                let everything = self.everything(world)?;
                self.lock().snapshots.insert(name.clone(), everything);
            }
            Order::Restore(name) => {
                let kept = self.lock();
                let found = kept.snapshots.get(name).cloned().zip(kept.state.snapshots.get(name).map(|it| it.hour));
                drop(kept);
                let (everything, hour) = found.ok_or_else(|| Failure::Caller(format!("no snapshot {name}")))?;
                self.put(&everything, world, || self.clock.set(hour, Some(everything.runs)))?;
            }
            Order::Reset => self.reset(world)?,
            Order::Inject(_) | Order::Clear(_) => {}
        }
        // What is told then is that of the start, which need not be nothing.
        if *order != Order::Reset {
            self.lock().state.follow(order, now);
        }
        let hour = self.clock.now();
        world.regions.values().for_each(|region| region.tick(hour));
        Ok(())
    }

    fn reset(&self, world: &World<'_>) -> Result<(), Failure> {
        let kept = self.lock();
        let start = kept.start.as_ref().ok_or_else(|| Failure::Caller("the server has not begun yet".into()))?;
        let (everything, setting) = (start.everything.clone(), start.setting);
        let (state, snapshots) = (start.state.clone(), start.snapshots.clone());
        drop(kept);
        self.put(&everything, world, || self.clock.put(setting))?;
        let mut kept = self.lock();
        (kept.state, kept.snapshots) = (state, snapshots);
        Ok(())
    }

    /// Everything as it stands, when all of it is durable.
    fn everything(&self, world: &World<'_>) -> Result<Everything, Failure> {
        rest(world)?;
        let images = self.data.images().ok_or_else(|| Failure::Caller("a store was written meanwhile".into()))?;
        Ok(Everything { images, drawn: world.draws.drawn(), runs: self.clock.setting().runs() })
    }

    /// Takes everything back, the clock with it.
    fn put(&self, everything: &Everything, world: &World<'_>, set_clock: impl FnOnce()) -> Result<(), Failure> {
        rest(world)?;
        self.data.put(&everything.images);
        world.draws.put(&everything.drawn);
        set_clock();
        for region in world.regions.values() {
            region.setup.searches.forget();
            region.load_anew()?;
        }
        world.directory.aside(Aside::Reload)
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        // Nothing that is done under it can panic half-way through a change.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Waits until everything that was decided is durable, and has been checkpointed, and nobody searches a journal.
fn rest(world: &World<'_>) -> Result<(), Failure> {
    world.directory.aside(Aside::Checkpoint)?;
    for region in world.regions.values() {
        checkpoint::rest(region)?;
        while !region.setup.searches.is_idle() {
            std::thread::sleep(REST_AGAIN_AFTER);
        }
    }
    Ok(())
}

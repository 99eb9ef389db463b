//! Writing a checkpoint of a region beside its work, and letting history go that need not be kept. The desk is locked
//! only to copy a few items at a time. Knows no request.

use crate::limits::{CHECKPOINT_ITEMS, CHECKPOINT_REST, CHECKPOINT_WORK, REST_AGAIN_AFTER};
use crate::region::Region;
use crate::slot::Slot;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use store::format::Chunks;
use store::{Failure, Piece, Store};

/// When checkpoints are made and how much history is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan {
    /// After so many journal records; nothing: never.
    pub every_records: Option<u64>,
    /// Journal older than this is let go when there is a checkpoint after it, in seconds; nothing: all is kept.
    pub history_seconds: Option<u64>,
}

impl Plan {
    /// Whether it is time for one after so many records.
    #[must_use]
    pub fn is_due(&self, records: u64) -> bool {
        self.every_records.is_some_and(|every| records >= every)
    }
}

/// Hands out the checkpoint that the desk of this run was asked for, in a thread of its own.
pub(crate) fn start(region: &Arc<Region>, run: u64) -> Option<JoinHandle<()>> {
    let own = Arc::clone(region);
    let spawned = std::thread::Builder::new().name("checkpoint".into()).spawn(move || {
        let began = Instant::now();
        match write(&own, run) {
            Ok(Some(revision)) => {
                let took = began.elapsed();
                own.setup.metrics.checkpointed(took);
                tracing::info!(region = %own.setup.name, revision, ?took, "checkpoint");
                trim(&own);
            }
            Ok(None) => {}
            Err(failure) => tracing::error!(region = %own.setup.name, %failure, "the checkpoint failed"),
        }
    });
    spawned.inspect_err(|error| tracing::error!(region = %region.setup.name, %error, "no thread for a checkpoint")).ok()
}

/// Writes one of everything at once, unless there is one, when all of it is durable; meanwhile the region waits. For a
/// server whose other requests wait too, so that it comes to rest.
pub(crate) fn rest(region: &Region) -> Result<(), Failure> {
    loop {
        let rested = region.lock(|held| {
            let Some(desk) = &held.slot.desk else { return Err(Failure::Caller("the region is being loaded".into())) };
            let Some(pieces) = desk.pieces(CHECKPOINT_ITEMS) else { return Ok(false) };
            let (store, revision) = (&*region.setup.store, desk.revision());
            if store.checkpoint()?.map_or(0, |head| head.revision) < revision {
                write_whole(store, revision, &pieces)?;
            }
            Ok(true)
        })?;
        if rested {
            return Ok(());
        }
        std::thread::sleep(REST_AGAIN_AFTER);
    }
}

fn write_whole(store: &dyn Store, revision: u64, pieces: &[Piece]) -> Result<(), Failure> {
    let mut chunks = Chunks::new(store.begin_checkpoint(revision)?);
    pieces.iter().try_for_each(|piece| chunks.piece(piece))?;
    chunks.finish()
}

/// Writes it; nothing if the desk of this run has ended meanwhile.
fn write(region: &Region, run: u64) -> Result<Option<u64>, Failure> {
    let own = |slot: &Slot| slot.run == run && slot.desk.is_some();
    let revision = region
        .lock(|held| held.slot.desk.as_ref().filter(|_| own(&held.slot)).and_then(|desk| desk.checkpoint_revision()));
    let Some(revision) = revision else { return Ok(None) };
    while region.durable.load(Ordering::SeqCst) < revision {
        if !region.lock(|held| own(&held.slot)) {
            return Ok(None);
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    let mut chunks = Chunks::new(region.setup.store.begin_checkpoint(revision)?);
    let mut began = Instant::now();
    loop {
        match piece(region, run) {
            Next::Piece(piece) => chunks.piece(&piece)?,
            Next::Whole => break,
            Next::Ended => return Ok(None),
        }
        let worked = began.elapsed();
        if worked >= CHECKPOINT_WORK {
            std::thread::sleep(worked * CHECKPOINT_REST);
            began = Instant::now();
        }
    }
    chunks.finish()?;
    Ok(Some(revision))
}

enum Next {
    Piece(Piece),
    Whole,
    /// The desk is another one now.
    Ended,
}

fn piece(region: &Region, run: u64) -> Next {
    region.lock(|held| {
        let run_of_desk = held.slot.run;
        match held.slot.desk.as_mut().filter(|_| run_of_desk == run) {
            None => Next::Ended,
            Some(desk) => desk.checkpoint_next(CHECKPOINT_ITEMS).map_or(Next::Whole, Next::Piece),
        }
    })
}

fn trim(region: &Region) {
    let Some(seconds) = region.setup.plan.history_seconds else { return };
    let store = &*region.setup.store;
    let before = region.setup.clock.now().0.saturating_sub(seconds);
    let done =
        store::revision_at::<ledger::Entry>(store, ledger::Moment(before)).and_then(|keep_from| store.trim(keep_from));
    if let Err(failure) = done {
        tracing::warn!(region = %region.setup.name, %failure, "the journal could not be trimmed");
    }
}

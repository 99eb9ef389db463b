//! The directory of a run: its real desk over a store of its own, driven as the server's thread drives it. Changes wait for
//! one another; each is decided, made durable, published, told to the region and only then answered, and whoever reads
//! takes what is published.

use super::{BEGIN, World};
use crate::fixture;
use crate::judge::{Violation, directory as judged};
use crate::script::Fate;
use desk::{Call, DirectoryDesk, ladders, look};
use ledger::Moment;
use ledger::directory::{Directory, Entry};
use rpc::body::Body;
use rpc::fault::common;
use std::collections::VecDeque;
use std::sync::Arc;
use store::format::{Chunks, encode_batch};
use store::{Appended, Batch, Failure, Memory, Store};

/// What the directory's thread is at.
enum Stage {
    /// Nothing.
    Idle,
    /// A change is being made durable.
    UnderWay { batch: Box<Batch<Entry>>, number: u64, body: Body },
    /// It is published; the region has not been told, nor whoever asked for it.
    Published { of_classes: bool, number: u64, body: Body },
    /// The store failed: what was published last is read on, and nothing can be changed.
    Down,
}

/// The directory at work.
pub(super) struct Live {
    desk: DirectoryDesk,
    store: Memory,
    pub(super) published: Arc<Directory>,
    /// As it was before the last change.
    before: Arc<Directory>,
    /// Whether the next request found it so.
    pub(super) late: bool,
    waiting: VecDeque<Call<u64>>,
    stage: Stage,
}

impl Live {
    pub(super) fn new() -> Self {
        let (published, before) = Default::default();
        let (desk, store, waiting) = (DirectoryDesk::new(1), Memory::unbounded(), VecDeque::new());
        Self { desk, store, published, before, late: false, waiting, stage: Stage::Idle }
    }

    /// What a request finds that comes now.
    pub(super) fn found(&mut self) -> Arc<Directory> {
        Arc::clone(if std::mem::take(&mut self.late) { &self.before } else { &self.published })
    }

    /// Whether there is nothing to do.
    pub(super) const fn is_idle(&self) -> bool {
        matches!(self.stage, Stage::Idle)
    }

    /// A process has begun: nobody has found anything yet.
    fn begin(&mut self) {
        self.publish();
        self.before = Arc::clone(&self.published);
    }

    fn publish(&mut self) {
        self.before = std::mem::replace(&mut self.published, Arc::clone(self.desk.directory()));
    }
}

impl World {
    /// The directory is told what the configuration says.
    pub(super) fn describe(&mut self) -> Result<(), Violation> {
        let Some(batch) = self.directory.desk.record(Moment(BEGIN), fixture::directory()) else { return Ok(()) };
        self.judge.appending_to_directory(&batch)?;
        self.keep_of_directory(&batch)?;
        self.directory.desk.keep(&batch);
        self.directory.begin();
        Ok(())
    }

    /// A request that the directory answers, or one that is to change it.
    pub(super) fn ask_directory(&mut self, call: Call<u64>) -> Result<(), Violation> {
        let found = look(&call);
        if let (false, Some(asked)) = (matches!(found, Ok(None)), self.judge.waiting.get(&call.waiter)) {
            let late = !Arc::ptr_eq(&call.directory, &self.directory.published);
            self.second_of_directory.found(call.waiter, &asked.sent, late);
        }
        match found {
            Err(fault) => self.answered(call.waiter, &Err(fault)),
            Ok(Some(body)) => self.answered(call.waiter, &Ok(body)),
            Ok(None) if matches!(self.directory.stage, Stage::Down) => {
                self.answered(call.waiter, &Err(common::SERVICE_UNAVAILABLE))
            }
            Ok(None) => {
                self.directory.waiting.push_back(call);
                self.next_change()
            }
        }
    }

    /// The next change is decided, until one is under way.
    fn next_change(&mut self) -> Result<(), Violation> {
        while self.directory.is_idle()
            && let Some(call) = self.directory.waiting.pop_front()
        {
            let number = call.waiter;
            if let Some(asked) = self.judge.waiting.get(&number) {
                self.second_of_directory.decided(number, &asked.sent);
            }
            match self.directory.desk.call(&call) {
                Err(fault) => self.answered(number, &Err(fault))?,
                Ok(decided) => match decided.batch {
                    None => self.answered(number, &Ok(decided.body))?,
                    Some(batch) => {
                        self.judge.appending_to_directory(&batch)?;
                        self.directory.stage = Stage::UnderWay { batch: Box::new(batch), number, body: decided.body };
                    }
                },
            }
        }
        Ok(())
    }

    /// The directory's store is done with the batch under way.
    pub(super) fn directory_does(&mut self, fate: Fate) -> Result<(), Violation> {
        let Stage::UnderWay { batch, .. } = &self.directory.stage else { return Ok(()) };
        let batch = batch.clone();
        if fate != Fate::Commits {
            self.counts.faults += 1;
        }
        if matches!(fate, Fate::Commits | Fate::CommitsUnknown | Fate::FailsDurable) {
            self.keep_of_directory(&batch)?;
        }
        // As long as nobody can say, the identical batch is sent again.
        if matches!(fate, Fate::CommitsUnknown | Fate::LostUnknown) {
            return Ok(());
        }
        let Stage::UnderWay { number, body, .. } = std::mem::replace(&mut self.directory.stage, Stage::Down) else {
            return Ok(());
        };
        if fate != Fate::Commits {
            return self.answered(number, &Err(common::INTERNAL_ERROR));
        }
        self.directory.desk.keep(&batch);
        self.directory.publish();
        self.second_of_directory.published();
        let of_classes = batch.records.iter().flat_map(|it| &it.entries).any(|it| matches!(it, Entry::ClassPut(_)));
        self.directory.stage = Stage::Published { of_classes, number, body };
        Ok(())
    }

    fn keep_of_directory(&mut self, batch: &Batch<Entry>) -> Result<(), Violation> {
        match self.directory.store.append(&encode_batch(batch)) {
            Appended::Committed => {
                self.second_of_directory.committed();
                self.judge.committed_to_directory(batch)
            }
            other => Err(format!("the directory's store answers {other:?} to the next batch")),
        }
    }

    /// The directory's thread gets on.
    pub(super) fn tell(&mut self) -> Result<(), Violation> {
        match std::mem::replace(&mut self.directory.stage, Stage::Idle) {
            Stage::Published { of_classes, number, body } => {
                if of_classes {
                    self.agree()?;
                }
                self.answered(number, &Ok(body))?;
            }
            Stage::Down => {
                self.judge.directory.lost();
                self.load_directory()?;
                self.agree()?;
            }
            // Now and then the region is told although nothing changed.
            Stage::Idle => return self.agree(),
            under_way @ Stage::UnderWay { .. } => self.directory.stage = under_way,
        }
        self.next_change()
    }

    /// The region is told the ladders in which it has to count.
    pub(super) fn agree(&mut self) -> Result<(), Violation> {
        let mut facts = Vec::new();
        for (wanted, told) in ladders(&self.directory.published, self.desk.ledger()) {
            facts.extend(told.map_err(|refusal| format!("the region does not take {wanted:?}: {refusal:?}"))?);
        }
        let mut actions = Vec::new();
        self.desk.record(Moment(self.wall), &facts, &mut actions);
        self.second.ladders_told(&self.second_of_directory.finds(false), self.wall);
        self.act(actions)?;
        judged::agreed(&self.directory.published, self.desk.ledger())
    }

    /// A checkpoint of the directory is written; if not whole, whoever writes it gives up.
    pub(super) fn checkpoint_directory(&mut self, whole: bool) -> Result<(), Violation> {
        let Live { desk, store, stage: Stage::Idle, .. } = &self.directory else { return Ok(()) };
        let told = |failure: Failure| failure.to_string();
        let last = store.checkpoint().map_err(told)?.map_or(0, |head| head.revision);
        if desk.revision() <= last {
            return Ok(());
        }
        let mut chunks = Chunks::new(store.begin_checkpoint(desk.revision()).map_err(told)?);
        let pieces = desk.pieces();
        let written = if whole { pieces.len() } else { 1 };
        pieces.iter().take(written).try_for_each(|piece| chunks.piece(piece)).map_err(told)?;
        if whole { chunks.finish().map_err(told) } else { Ok(()) }
    }

    /// The process dies; perhaps what was under way has become durable.
    pub(super) fn crash_directory(&mut self, durable: bool) -> Result<(), Violation> {
        self.directory.waiting.clear();
        self.directory.late = false;
        match std::mem::replace(&mut self.directory.stage, Stage::Idle) {
            Stage::UnderWay { batch, .. } if durable => self.keep_of_directory(&batch),
            _ => Ok(()),
        }
    }

    /// A process is started.
    pub(super) fn start_directory(&mut self) -> Result<(), Violation> {
        self.load_directory()?;
        self.directory.begin();
        self.second_of_directory.begun();
        Ok(())
    }

    /// Begins anew from what is durable.
    fn load_directory(&mut self) -> Result<(), Violation> {
        self.run += 1;
        let Live { desk, store, .. } = &mut self.directory;
        *desk = DirectoryDesk::load(store, self.run).map_err(|failure| failure.to_string())?;
        if **desk.directory() != self.judge.directory.durable {
            return Err("the directory that was loaded is not what was made durable".into());
        }
        self.directory.publish();
        self.second_of_directory.loaded();
        Ok(())
    }

    /// What must hold after each step.
    pub(super) fn look_at_directory(&self) -> Result<(), Violation> {
        let down = matches!(self.directory.stage, Stage::Down);
        if !down && *self.directory.published != self.judge.directory.durable && !self.is_unheard_of() {
            return Err("what is read of the directory is not what is durable".into());
        }
        judged::measured(&self.directory.published, self.desk.ledger())
    }

    /// Whether a batch of the directory is durable, and its desk has not heard so.
    fn is_unheard_of(&self) -> bool {
        let Stage::UnderWay { batch, .. } = &self.directory.stage else { return false };
        batch.revision <= self.judge.directory.committed
    }
}

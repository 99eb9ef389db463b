//! The desk itself. Read `call` first: it is one request's whole way.

use crate::checkpoint::Progress;
use crate::limits::{BATCH_BYTES_MAX, FACTS_OF_A_RECORD_MAX};
use crate::tokens::{self, Tokens};
use crate::{Action, Call, Closed, Settings};
use api::history::Search;
use api::{Change, Context};
use ledger::commands::{Command, Settle};
use ledger::{Entry, Ledger, Moment};
use rpc::body::Body;
use rpc::fault::{Fault, common};
use std::collections::VecDeque;
use std::sync::Arc;
use store::format::Written;
use store::{Appended, Batch, Origin, Piece, Record, Remembered};

/// Not part of what a request asks for, so not part of what a token is compared by.
const TOKEN: &str = "ClientToken";

/// What a request comes to, as soon as all it saw is durable.
type Outcome = Result<Told, Fault>;

/// What is told, or where it is looked for.
#[derive(Debug)]
enum Told {
    Body(Body),
    Search(Box<Search>),
}

/// A batch that is being made durable, and who waits for it.
#[derive(Debug)]
struct UnderWay<W> {
    batch: Arc<Closed>,
    waiting: Vec<(W, Outcome)>,
}

/// What is decided and applied and in no batch yet, and who waits for how much of it.
#[derive(Debug)]
struct Open<W> {
    records: Written,
    /// With the number of the open records that must be durable first; ascending.
    waiting: VecDeque<(usize, W, Outcome)>,
}

/// One region's writer.
#[derive(Debug)]
pub struct Desk<W> {
    settings: Settings,
    ledger: Ledger,
    tokens: Tokens,
    /// The last moment that was written; time never goes back behind it.
    latest: Moment,
    /// The last batch that was closed, durable or not.
    revision: u64,
    open: Open<W>,
    under_way: Option<UnderWay<W>>,
    /// Between two batches: the next one is closed when the driver says so.
    between: bool,
    checkpoint: Option<Progress>,
    checkpoint_wanted: bool,
    stopped: bool,
}

impl<W> Desk<W> {
    /// A desk that knows nothing yet: restore into it first what was remembered.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        Self {
            settings,
            ledger: Ledger::default(),
            tokens: Tokens::default(),
            latest: Moment(0),
            revision: 0,
            open: Open { records: Written::default(), waiting: VecDeque::new() },
            under_way: None,
            between: false,
            checkpoint: None,
            checkpoint_wanted: false,
            stopped: false,
        }
    }

    /// Takes back a piece of a checkpoint that stands for everything up to `revision`.
    pub fn restore(&mut self, revision: u64, piece: Piece) {
        self.revision = revision;
        match piece {
            Piece::Entries(entries) => entries.into_iter().for_each(|entry| self.ledger.take(entry)),
            Piece::Remembered(all) => {
                for remembered in all {
                    self.tokens.remember(revision, Arc::unwrap_or_clone(remembered));
                }
            }
            Piece::Latest(moment) => self.latest = self.latest.max(moment),
        }
    }

    /// Takes back a batch of the journal. Needs no rule of admission: facts were stored.
    pub fn replay(&mut self, batch: Batch) {
        self.revision = batch.revision;
        for record in batch.records {
            self.latest = self.latest.max(record.at);
            record.entries.into_iter().for_each(|entry| self.ledger.take(entry));
            if let Some(remembered) = record.remembered {
                self.tokens.remember(batch.revision, remembered);
            }
        }
    }

    /// What the region knows.
    #[must_use]
    pub const fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// The revision of the last batch that was closed.
    #[must_use]
    pub const fn revision(&self) -> u64 {
        self.revision
    }

    /// When it next wants to be woken if nobody calls.
    #[must_use]
    pub fn next_due(&self) -> Option<Moment> {
        self.ledger.next_due()
    }

    /// One request: settle what is due, decide, apply, and answer when all it could have seen is durable.
    pub fn call(&mut self, call: Call<W>, actions: &mut Vec<Action<W>>) {
        if self.stopped {
            return actions.push(Action::Answer(call.waiter, Err(common::INTERNAL_ERROR)));
        }
        let now = self.settle(call.wall);
        let outcome = self.decide(&call, now);
        self.answer_when_durable(call.waiter, outcome, actions);
        self.close_batch(actions);
    }

    /// Facts that come from the operator's configuration and not from a request.
    pub fn record(&mut self, wall: Moment, entries: &[Entry], actions: &mut Vec<Action<W>>) {
        if !self.stopped && !entries.is_empty() {
            let now = self.settle(wall);
            for some in entries.chunks(FACTS_OF_A_RECORD_MAX) {
                self.keep(Record { at: now, origin: Origin::System, entries: some.to_vec(), remembered: None });
            }
            self.close_batch(actions);
        }
    }

    /// The clock moved and nobody called: do what is due.
    pub fn tick(&mut self, wall: Moment, actions: &mut Vec<Action<W>>) {
        if !self.stopped {
            self.settle(wall);
            self.close_batch(actions);
        }
    }

    /// What became of the batch under way. After `Committed` whoever waited for it is answered, and the next batch is
    /// being filled until [`Desk::go_on`]. After anything but `Committed` and `Unknown` the desk is over: whoever waits
    /// is told of a failure, and the region has to be loaded anew. Says whether the desk goes on.
    pub fn appended(&mut self, outcome: &Appended, actions: &mut Vec<Action<W>>) -> bool {
        match outcome {
            Appended::Committed => {
                if let Some(done) = self.under_way.take() {
                    actions.extend(done.waiting.into_iter().map(|(waiter, outcome)| answer(waiter, outcome)));
                }
                self.between = true;
            }
            Appended::Unknown(_) => {
                let again = self.under_way.as_ref().map(|under_way| Arc::clone(&under_way.batch));
                actions.extend(again.map(Action::Append));
            }
            Appended::Refused(_) | Appended::Failed(_) => self.stop(actions),
        }
        !self.stopped
    }

    /// The driver is ready for the next batch: what has been decided since is closed. To be called after each
    /// `Committed`, at once or when more callers had time to come.
    pub fn go_on(&mut self, actions: &mut Vec<Action<W>>) {
        self.between = false;
        self.close_batch(actions);
    }

    /// Ends the desk: nothing more is decided, and whoever waits is told of a failure. What was under way may or may
    /// not be durable; only loading tells.
    pub fn stop(&mut self, actions: &mut Vec<Action<W>>) {
        self.stopped = true;
        self.checkpoint = None;
        let waiting = self.under_way.take().map(|under_way| under_way.waiting).unwrap_or_default();
        let later = self.open.waiting.drain(..).map(|(_, waiter, outcome)| (waiter, outcome));
        let all = waiting.into_iter().chain(later);
        actions.extend(all.map(|(waiter, _)| Action::Answer(waiter, Err(common::INTERNAL_ERROR))));
    }

    /// How many wait for the batch that is being filled.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.open.waiting.len()
    }

    /// Whether everything decided is durable.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        self.under_way.is_none() && self.open.records.is_empty()
    }

    /// Asks for a checkpoint; it begins with the next batch that is closed, or at once if none is open. One that was
    /// asked for before and not handed out as a whole is dropped.
    pub fn want_checkpoint(&mut self) {
        self.checkpoint = None;
        self.checkpoint_wanted = true;
        self.begin_checkpoint();
    }

    /// The revision that the checkpoint being handed out stands for; nothing if none is.
    #[must_use]
    pub fn checkpoint_revision(&self) -> Option<u64> {
        self.checkpoint.as_ref().map(|progress| progress.revision)
    }

    /// The next piece, made of at most so many items; nothing when it is whole (or none was going on).
    pub fn checkpoint_next(&mut self, most: usize) -> Option<Piece> {
        let piece = self.checkpoint.as_mut()?.next(&self.ledger, &self.tokens, most);
        if piece.is_none() {
            self.checkpoint = None;
        }
        piece
    }

    /// Everything, as a checkpoint keeps it, at once: for whoever can wait. Nothing while not all of it is durable.
    #[must_use]
    pub fn pieces(&self, most: usize) -> Option<Vec<Piece>> {
        let mut progress = Progress::begin(self.revision, &self.ledger, self.latest);
        let pieces = std::iter::from_fn(|| progress.next(&self.ledger, &self.tokens, most));
        self.is_idle().then(|| pieces.collect())
    }

    /// A checkpoint stands for whole batches, so it begins when nothing is open.
    fn begin_checkpoint(&mut self) {
        if self.checkpoint_wanted && self.open.records.is_empty() && !self.stopped {
            self.checkpoint_wanted = false;
            self.checkpoint = Some(Progress::begin(self.revision, &self.ledger, self.latest));
        }
    }

    /// Does what is due, and gives the moment that this request is decided at.
    fn settle(&mut self, wall: Moment) -> Moment {
        let now = wall.max(self.latest);
        self.tokens.expire(now);
        let settle = Settle { most: FACTS_OF_A_RECORD_MAX, keep_released_seconds: self.settings.keep_released_seconds };
        loop {
            let Ok((entries, ())) = settle.decide(&self.ledger, now);
            if entries.is_empty() {
                return now;
            }
            self.keep(Record { at: now, origin: Origin::System, entries, remembered: None });
        }
    }

    fn decide(&mut self, call: &Call<W>, now: Moment) -> Outcome {
        let token = self.token(call)?;
        if let Some((key, fingerprint)) = &token
            && let Some(remembered) = self.tokens.find(key)
        {
            return if remembered.fingerprint == *fingerprint {
                Body::from_json_text(&remembered.answer).map(Told::Body).ok_or(common::INTERNAL_ERROR)
            } else {
                Err(common::IDEMPOTENT_MISMATCH)
            };
        }
        let context = Context {
            ledger: &self.ledger,
            directory: &call.directory,
            region: &self.settings.region,
            caller: &call.caller,
            development: None,
            now,
            draw: call.draw,
        };
        let prepare = match call.row.change {
            Change::Region(prepare) => prepare,
            Change::History(prepare) => {
                let search = prepare(&call.params, &context)?.entries.pop();
                return search.map(|search| Told::Search(Box::new(search))).ok_or(common::INTERNAL_ERROR);
            }
            Change::Directory(_) | Change::Development(_) => return Err(common::INTERNAL_ERROR),
        };
        let draft = prepare(&call.params, &context)?;
        if call.row.is_dry_run(&call.params)? {
            return Err(call.row.dry_run.clone());
        }
        let remembered = token.map(|((account, action, token), fingerprint)| {
            let answer = draft.body.to_json_text().into();
            Remembered { account, action, token, fingerprint, answer, at: now }
        });
        if !draft.entries.is_empty() || remembered.is_some() {
            self.keep(Record { at: now, origin: call.origin(), entries: draft.entries, remembered });
        }
        Ok(Told::Body(draft.body))
    }

    /// The client token of a request, if it has one and the operation takes one, with what it is compared by.
    fn token(&self, call: &Call<W>) -> Result<Option<(tokens::Key, [u8; 32])>, Fault> {
        let given = call.row.takes(TOKEN).then(|| call.params.text(TOKEN)).flatten();
        let Some(token) = given.filter(|token| !token.is_empty()) else { return Ok(None) };
        if !tokens::is_legal(token) {
            return Err(common::INVALID_CLIENT_TOKEN);
        }
        let key = (call.caller.account.clone(), call.row.name.into(), token.into());
        if self.tokens.find(&key).is_none() && self.tokens.is_full(&key.0) {
            return Err(common::THROTTLING);
        }
        Ok(Some((key, call.params.fingerprint(&[TOKEN]))))
    }

    /// Applies a record at once, so that the next request sees it, and puts it into the open batch.
    fn keep(&mut self, record: Record) {
        // Written down here and now: whoever makes it durable works on another core, and would have to fetch it piece by piece.
        self.open.records.push(&record);
        for entry in record.entries {
            if let Some(progress) = &mut self.checkpoint {
                progress.walk.before(&self.ledger, &entry);
            }
            self.ledger.take(entry);
        }
        self.latest = self.latest.max(record.at);
        if let Some(remembered) = record.remembered {
            self.tokens.remember(self.revision + 1, remembered);
        }
    }

    fn answer_when_durable(&mut self, waiter: W, outcome: Outcome, actions: &mut Vec<Action<W>>) {
        if !self.open.records.is_empty() {
            self.open.waiting.push_back((self.open.records.len(), waiter, outcome));
        } else if let Some(under_way) = &mut self.under_way {
            under_way.waiting.push((waiter, outcome));
        } else {
            actions.push(answer(waiter, outcome));
        }
    }

    /// While one batch is being made durable the next is filled.
    fn close_batch(&mut self, actions: &mut Vec<Action<W>>) {
        if self.under_way.is_some() || self.between || self.open.records.is_empty() || self.stopped {
            return;
        }
        self.revision += 1;
        let id = (self.settings.run ^ u128::from(self.revision)).to_be_bytes();
        let (frame, records) = self.open.records.take(self.revision, id, BATCH_BYTES_MAX);
        let waiting = self.open.served_by(records);
        let batch = Arc::new(Closed { frame, records });
        actions.push(Action::Append(Arc::clone(&batch)));
        self.under_way = Some(UnderWay { batch, waiting });
        self.begin_checkpoint();
    }
}

impl<W> Open<W> {
    /// Who waits for no more than the first so many records, which are taken.
    fn served_by(&mut self, count: usize) -> Vec<(W, Outcome)> {
        let served = self.waiting.partition_point(|(needs, ..)| *needs <= count);
        let waiting = self.waiting.drain(..served).map(|(_, waiter, outcome)| (waiter, outcome)).collect();
        for (needs, ..) in &mut self.waiting {
            *needs -= count;
        }
        waiting
    }
}

/// What is to be done when everything that an outcome could have seen is durable.
fn answer<W>(waiter: W, outcome: Outcome) -> Action<W> {
    match outcome {
        Ok(Told::Body(body)) => Action::Answer(waiter, Ok(body)),
        Ok(Told::Search(search)) => Action::Search(waiter, search),
        Err(fault) => Action::Answer(waiter, Err(fault)),
    }
}

//! Answers that are looked for in a journal: by one thread for all regions, one search after another, so that neither a desk
//! nor its commits wait for one, and all of them together take no more than a part of one processor. Knows no connection
//! and no signature.

use crate::lanes::Waiter;
use crate::limits::{SEARCH_REST, SEARCH_REST_BYTES, SEARCHES_OF_ACCOUNT_MAX, SEARCHES_WAITING_MAX};
use api::history::Search;
use desk::{Looker, Reply};
use ledger::RegionName;
use rpc::fault::common;
use std::collections::{BTreeMap, VecDeque};
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Instant;
use store::Store;

/// Searches that wait for their turn.
#[derive(Default)]
pub struct Searches {
    queue: Mutex<Queue>,
    came: Condvar,
}

#[derive(Default)]
struct Queue {
    waiting: VecDeque<Wanted>,
    /// A search is on its way.
    busy: bool,
    /// Journals are not those any more that they were.
    other: bool,
    stopping: bool,
}

/// What is to be looked for, and in which journal.
pub(crate) struct Wanted {
    pub(crate) region: RegionName,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) search: Box<Search>,
    pub(crate) waiter: Waiter,
}

/// The thread. When this is dropped it ends after the search that it is at.
pub struct Reader {
    searches: Arc<Searches>,
    thread: Option<JoinHandle<()>>,
}

impl Reader {
    /// Begins to do these searches.
    ///
    /// # Errors
    /// When there is no thread to be had.
    pub fn start(searches: &Arc<Searches>) -> io::Result<Self> {
        let own = Arc::clone(searches);
        let thread = std::thread::Builder::new().name("history".into()).spawn(move || own.run())?;
        Ok(Self { searches: Arc::clone(searches), thread: Some(thread) })
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        self.searches.stop();
        if self.thread.take().is_some_and(|thread| thread.join().is_err()) {
            tracing::error!("the thread that searches journals panicked");
        }
    }
}

impl Searches {
    /// Takes a search, or tells its waiter to come again: no account waits with more than a few, and all of them with no
    /// more than so many.
    pub(crate) fn take(&self, wanted: Wanted) {
        let mut queue = self.lock();
        let own = queue.waiting.iter().filter(|other| other.search.owner == wanted.search.owner).count();
        let refused = if own >= SEARCHES_OF_ACCOUNT_MAX {
            common::THROTTLING_USER
        } else if queue.stopping || queue.waiting.len() >= SEARCHES_WAITING_MAX {
            common::SERVICE_UNAVAILABLE
        } else {
            queue.waiting.push_back(wanted);
            return self.came.notify_one();
        };
        wanted.waiter.send(Err(refused));
    }

    fn run(&self) {
        let mut lookers: BTreeMap<RegionName, Looker> = BTreeMap::new();
        while let Some((Wanted { region, store, search, waiter }, other)) = self.next() {
            if other {
                lookers.clear();
            }
            if waiter.is_closed() {
                continue;
            }
            let looker = lookers.entry(region.clone()).or_default();
            let looked = catch_unwind(AssertUnwindSafe(|| look(looker, &region, &*store, &search)));
            let reply = looked.unwrap_or_else(|_| {
                tracing::error!(%region, "a search of the journal panicked");
                *looker = Looker::default();
                Err(common::INTERNAL_ERROR)
            });
            waiter.send(reply);
        }
    }

    fn stop(&self) {
        let mut queue = self.lock();
        queue.stopping = true;
        for wanted in queue.waiting.drain(..) {
            wanted.waiter.send(Err(common::SERVICE_UNAVAILABLE));
        }
        self.came.notify_one();
    }

    /// Whether no search waits or is on its way.
    pub(crate) fn is_idle(&self) -> bool {
        let queue = self.lock();
        queue.waiting.is_empty() && !queue.busy
    }

    /// Other journals have taken the place of those that were searched: what was learnt of them counts no more.
    pub(crate) fn forget(&self) {
        self.lock().other = true;
    }

    /// The next search, and whether it is of other journals than the one before.
    fn next(&self) -> Option<(Wanted, bool)> {
        let mut queue = self.lock();
        queue.busy = false;
        let waited = self.came.wait_while(queue, |queue| queue.waiting.is_empty() && !queue.stopping);
        let mut queue = waited.unwrap_or_else(PoisonError::into_inner);
        let wanted = queue.waiting.pop_front()?;
        queue.busy = true;
        Some((wanted, std::mem::take(&mut queue.other)))
    }

    fn lock(&self) -> MutexGuard<'_, Queue> {
        // Nothing in here can panic half-way through a change.
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Reads, and rests as it goes: requests that change something come first.
fn look(looker: &mut Looker, region: &RegionName, store: &dyn Store, search: &Search) -> Reply {
    let (mut bytes, mut began) = (0, Instant::now());
    let found = looker.look(store, search, &mut |read| {
        bytes += read;
        if bytes >= SEARCH_REST_BYTES {
            std::thread::sleep(began.elapsed() * SEARCH_REST);
            (bytes, began) = (0, Instant::now());
        }
    });
    found.map_err(|failure| {
        tracing::error!(%region, %failure, "the journal cannot be searched");
        common::SERVICE_UNAVAILABLE
    })
}

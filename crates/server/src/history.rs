//! Answers that are looked for in the journal: a thread of the region's own, one search after another, so that neither the
//! desk nor the commit thread waits for one. Knows no connection and no signature.

use crate::limits::{SEARCH_REST, SEARCH_REST_BYTES, SEARCHES_OF_ACCOUNT_MAX, SEARCHES_WAITING_MAX};
use crate::region::Waiter;
use api::history::Search;
use desk::{Looker, Reply};
use ledger::RegionName;
use rpc::fault::common;
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Instant;
use store::Store;

/// Searches that wait for the thread.
#[derive(Default)]
pub(crate) struct Searches {
    queue: Mutex<Queue>,
    came: Condvar,
}

#[derive(Default)]
struct Queue {
    waiting: VecDeque<(Box<Search>, Waiter)>,
    stopping: bool,
}

impl Searches {
    /// Takes a search, or tells its waiter to come again: no account waits with more than a few, and all of them with no
    /// more than so many.
    pub(crate) fn take(&self, search: Box<Search>, waiter: Waiter) {
        let mut queue = self.lock();
        let own = queue.waiting.iter().filter(|(other, _)| other.owner == search.owner).count();
        let refused = if own >= SEARCHES_OF_ACCOUNT_MAX {
            Some(common::THROTTLING_USER)
        } else if queue.stopping || queue.waiting.len() >= SEARCHES_WAITING_MAX {
            Some(common::SERVICE_UNAVAILABLE)
        } else {
            None
        };
        match refused {
            Some(fault) => drop(waiter.send(Err(fault))),
            None => {
                queue.waiting.push_back((search, waiter));
                self.came.notify_one();
            }
        }
    }

    /// The thread.
    pub(crate) fn run(&self, region: &RegionName, store: &Arc<dyn Store>) {
        let mut looker = Looker::default();
        while let Some((search, waiter)) = self.next() {
            if waiter.is_closed() {
                continue;
            }
            let looked = catch_unwind(AssertUnwindSafe(|| look(&mut looker, region, &**store, &search)));
            let reply = looked.unwrap_or_else(|_| {
                tracing::error!(%region, "a search of the journal panicked");
                looker = Looker::default();
                Err(common::INTERNAL_ERROR)
            });
            waiter.send(reply).ok();
        }
    }

    /// Lets the thread end after the search it is at.
    pub(crate) fn stop(&self) {
        let mut queue = self.lock();
        queue.stopping = true;
        for (_, waiter) in queue.waiting.drain(..) {
            waiter.send(Err(common::SERVICE_UNAVAILABLE)).ok();
        }
        self.came.notify_one();
    }

    fn next(&self) -> Option<(Box<Search>, Waiter)> {
        let waited = self.came.wait_while(self.lock(), |queue| queue.waiting.is_empty() && !queue.stopping);
        waited.unwrap_or_else(PoisonError::into_inner).waiting.pop_front()
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

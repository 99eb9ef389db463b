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
    lanes: Arc<[Lane]>,
}

#[derive(Debug)]
struct Lane {
    handle: Handle,
    /// Connections that it serves.
    busy: AtomicUsize,
}

/// A place on a lane, held until it is dropped.
pub struct Dealt {
    lanes: Lanes,
    lane: usize,
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
        let mut lanes = Vec::new();
        let mut all = Threads { when_idle: Arc::default(), ends: Vec::new(), threads: Vec::new() };
        for lane in 0..count {
            let when_idle = Arc::clone(&all.when_idle);
            let runtime = tokio::runtime::Builder::new_current_thread()
                .on_thread_park(move || when_idle.get().into_iter().for_each(|when_idle| when_idle()))
                .enable_io()
                .enable_time()
                .build()?;
            lanes.push(Lane { handle: runtime.handle().clone(), busy: AtomicUsize::new(0) });
            let (end, ended) = oneshot::channel();
            all.ends.push(end);
            all.threads.push(std::thread::Builder::new().name(format!("serve {lane}")).spawn(move || {
                HERE.set(Some(lane));
                runtime.block_on(ended).ok();
            })?);
        }
        Ok((Self { lanes: lanes.into() }, all))
    }

    /// The one with the fewest connections takes one more. Nothing where there are none.
    #[must_use]
    pub fn deal(&self) -> Option<Dealt> {
        let least = self.lanes.iter().enumerate().min_by_key(|(_, lane)| lane.busy.load(Ordering::Relaxed));
        least.map(|(lane, least)| {
            least.busy.fetch_add(1, Ordering::Relaxed);
            Dealt { lanes: self.clone(), lane }
        })
    }

    /// Sends many answers; each lane is woken once. Says how many there were.
    pub fn answer(&self, answers: impl Iterator<Item = (Waiter, Reply)>) -> usize {
        let (here, mut count) = (HERE.get(), 0);
        let mut bundles: Vec<Vec<(Waiter, Reply)>> = Vec::new();
        for (waiter, reply) in answers {
            count += 1;
            match waiter.lane {
                Some(lane) if lane < self.lanes.len() && here != Some(lane) => {
                    bundles.resize_with(self.lanes.len(), Vec::new);
                    bundles[lane].push((waiter, reply));
                }
                _ => waiter.send(reply),
            }
        }
        for (lane, bundle) in self.lanes.iter().zip(bundles) {
            if !bundle.is_empty() {
                lane.handle.spawn(async move { bundle.into_iter().for_each(|(waiter, reply)| waiter.send(reply)) });
            }
        }
        count
    }
}

impl Dealt {
    /// Where tasks of the lane are started.
    #[must_use]
    pub fn handle(&self) -> Handle {
        self.lanes.lanes[self.lane].handle.clone()
    }
}

impl Drop for Dealt {
    fn drop(&mut self) {
        self.lanes.lanes[self.lane].busy.fetch_sub(1, Ordering::Relaxed);
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

#[cfg(test)]
mod tests {
    use super::{HERE, Lanes, Waiter};
    use rpc::body::Body;
    use tokio::sync::oneshot;

    #[test]
    fn connections_go_where_the_fewest_are() {
        let (lanes, threads) = Lanes::start(3).expect("threads");
        let mut held: Vec<_> = (0..6).filter_map(|_| lanes.deal()).collect();
        assert_eq!(held.iter().map(|dealt| dealt.lane).collect::<Vec<_>>(), [0, 1, 2, 0, 1, 2]);
        held.retain(|dealt| dealt.lane != 1);
        assert_eq!(lanes.deal().map(|dealt| dealt.lane), Some(1));
        drop(threads);
        assert!(Lanes::default().deal().is_none());
    }

    #[test]
    fn answers_find_every_waiter_wherever_it_is() {
        let (lanes, threads) = Lanes::start(2).expect("threads");
        let waits = |lane| {
            let (sender, answer) = oneshot::channel();
            (Waiter { sender, lane }, answer)
        };
        let (waiters, answers): (Vec<_>, Vec<_>) =
            [None, Some(0), Some(1), Some(1), Some(7)].map(waits).into_iter().unzip();
        assert_eq!(HERE.get(), None, "no lane itself");
        assert_eq!(lanes.answer(waiters.into_iter().map(|waiter| (waiter, Ok(Body::new())))), 5);
        assert!(answers.into_iter().all(|answer| answer.blocking_recv().is_ok_and(|reply| reply.is_ok())));
        drop(threads);
    }
}

//! Places for connections: how many may be open, and who gives one up when there are no more. Whoever only holds
//! connections must not keep others out, so a newcomer finds a place unless everybody is at work. Knows no request.
//!
//! Who gives way: first those that never had a request let in, and of these those of whoever holds the most of them;
//! within that whoever has kept us waiting longest. So a peer without a key can displace nobody but its like, and
//! first of all itself; nor can one with a key that hoards connections shut out others with keys.

use crate::limits::DISPLACED_AT_ONCE;
use crate::progress::{Patience, Progress};
use std::cmp::Reverse;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;

/// Whose a connection is: an address; with IPv6 its network, for one machine has as many addresses as it likes there.
type Peer = IpAddr;

/// All places.
pub struct Places {
    most: usize,
    taken: Mutex<Taken>,
}

#[derive(Default)]
struct Taken {
    next: u64,
    held: HashMap<u64, Held>,
}

struct Held {
    peer: Peer,
    progress: Arc<Progress>,
    leave: Arc<Notify>,
}

/// A place, held until it is dropped.
pub struct Place {
    places: Arc<Places>,
    number: u64,
    /// How far its connection is.
    pub progress: Arc<Progress>,
    /// Told when it is to be left: it is needed for someone else, its time is up, or the server stops.
    pub leave: Arc<Notify>,
}

impl Places {
    /// So many.
    #[must_use]
    pub fn new(most: usize) -> Arc<Self> {
        Arc::new(Self { most, taken: Mutex::default() })
    }

    /// A place for a connection from this address, and how many others were told to leave for it. No place when all
    /// are taken by those who wait for us.
    pub fn take(self: &Arc<Self>, address: IpAddr) -> (Option<Place>, usize) {
        let mut taken = self.lock();
        let displaced = if taken.held.len() < self.most { 0 } else { taken.displace() };
        if taken.held.len() >= self.most {
            return (None, displaced);
        }
        let number = taken.next;
        taken.next += 1;
        let (progress, leave) = (Arc::new(Progress::begin()), Arc::new(Notify::new()));
        let held = Held { peer: peer(address), progress: Arc::clone(&progress), leave: Arc::clone(&leave) };
        taken.held.insert(number, held);
        (Some(Place { places: Arc::clone(self), number, progress, leave }), displaced)
    }

    /// Tells some to leave though there may be places: something else has run out. How many were told.
    pub fn make_room(&self) -> usize {
        self.lock().displace()
    }

    /// Tells those to leave that take longer than they may.
    pub fn hurry(&self, patience: &Patience) {
        let taken = self.lock();
        taken.held.values().filter(|held| held.progress.is_overdue(patience)).for_each(|held| held.leave.notify_one());
    }

    /// Tells all to leave: the server stops.
    pub fn end(&self) {
        self.lock().held.values().for_each(|held| held.leave.notify_one());
    }

    fn lock(&self) -> MutexGuard<'_, Taken> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Taken {
    /// Looks through all places, so a few are made free at once: the next newcomers need not look again.
    fn displace(&mut self) -> usize {
        let mut waiting: Vec<(u64, &Held, u64)> = self
            .held
            .iter()
            .filter_map(|(number, held)| Some((*number, held, held.progress.waiting_for_peer_ms()?)))
            .collect();
        if waiting.iter().any(|(_, held, _)| !held.progress.is_trusted()) {
            waiting.retain(|(_, held, _)| !held.progress.is_trusted());
        }
        let mut of_peer: HashMap<Peer, usize> = HashMap::new();
        for (_, held, _) in &waiting {
            *of_peer.entry(held.peer).or_default() += 1;
        }
        let most = of_peer.values().max().copied().unwrap_or_default();
        waiting.retain(|(_, held, _)| of_peer.get(&held.peer) == Some(&most));
        // The numbers break ties: what came first goes first.
        waiting.sort_unstable_by_key(|(number, _, waited)| (Reverse(*waited), *number));
        let share = (self.held.len() / DISPLACED_AT_ONCE).clamp(1, most.max(1));
        let leaving: Vec<u64> = waiting.iter().take(share).map(|(number, ..)| *number).collect();
        for number in &leaving {
            if let Some(held) = self.held.remove(number) {
                held.leave.notify_one();
            }
        }
        leaving.len()
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.places.lock().held.remove(&self.number);
    }
}

/// Whose an address is.
fn peer(address: IpAddr) -> Peer {
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6((address.to_bits() >> 64 << 64).into()),
        v4 @ IpAddr::V4(_) => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::{Place, Places};
    use crate::progress::Phase;
    use std::net::IpAddr;
    use std::sync::Arc;

    fn address(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    fn take(places: &Arc<Places>, from: &str) -> Option<Place> {
        places.take(address(from)).0
    }

    fn told_to_leave(place: &Place) -> bool {
        !place.places.lock().held.contains_key(&place.number)
    }

    #[test]
    fn the_one_that_holds_most_gives_way_and_of_its_own_the_one_that_waits_longest() {
        let places = Places::new(4);
        let one = take(&places, "10.0.0.1").expect("a place");
        let hoard: Vec<_> = (0..3).filter_map(|_| take(&places, "10.0.0.2")).collect();
        let newcomer = take(&places, "10.0.0.3").expect("a place");
        assert!(told_to_leave(&hoard[0]) && !told_to_leave(&hoard[1]) && !told_to_leave(&hoard[2]));
        assert!(!told_to_leave(&one) && !told_to_leave(&newcomer));
    }

    #[test]
    fn whoever_had_a_request_let_in_stays_as_long_as_others_are_there() {
        let places = Places::new(3);
        let known: Vec<_> = (0..2).filter_map(|_| take(&places, "10.0.0.1")).collect();
        known.iter().for_each(|place| place.progress.trust());
        let mut strangers: Vec<_> = (0..9).filter_map(|_| take(&places, "10.0.0.2")).collect();
        assert_eq!(strangers.len(), 9);
        assert!(!known.iter().any(told_to_leave));
        assert!(!told_to_leave(&strangers.pop().expect("the last one")));
        // With nobody else there they give way to each other.
        let places = Places::new(1);
        let known = take(&places, "10.0.0.1").expect("a place");
        known.progress.trust();
        assert!(take(&places, "10.0.0.1").is_some() && told_to_leave(&known));
    }

    #[test]
    fn nobody_who_waits_for_us_gives_way() {
        let places = Places::new(2);
        let busy: Vec<_> = (0..2).filter_map(|_| take(&places, "10.0.0.1")).collect();
        busy.iter().for_each(|place| place.progress.enter(Phase::Ours));
        assert!(take(&places, "10.0.0.2").is_none());
        busy[1].progress.enter(Phase::Idle);
        assert!(take(&places, "10.0.0.2").is_some());
        assert!(!told_to_leave(&busy[0]) && told_to_leave(&busy[1]));
    }

    #[test]
    fn a_place_that_is_left_is_free() {
        let places = Places::new(1);
        drop(take(&places, "10.0.0.1"));
        let (place, displaced) = places.take(address("10.0.0.1"));
        assert!(place.is_some() && displaced == 0);
    }

    #[test]
    fn a_network_of_ipv6_is_one_peer() {
        let places = Places::new(3);
        let one = take(&places, "2001:db8:0:1::1").expect("a place");
        let many: Vec<_> = (1..3).filter_map(|at| take(&places, &format!("2001:db8:0:2::{at}"))).collect();
        assert!(take(&places, "2001:db8:0:3::1").is_some());
        assert!(!told_to_leave(&one) && told_to_leave(&many[0]));
    }
}

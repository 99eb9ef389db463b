//! A whole ledger as facts, taken down in small steps while it goes on changing.
//!
//! Copy on write: what has not been taken down yet is kept as it was, from before the first change to it. So what
//! comes out is the ledger as of the beginning, whatever is applied meanwhile, and no step takes long. Everything that
//! facts can change is covered: hosts and ladders too; a walk never becomes void.
//! Knows no store and no number on disk: what becomes of the facts is the desk's and the store's.

use crate::ledger::Host;
use crate::{ClassName, Entry, HostId, Instance, InstanceId, Ladder, Ledger, Reservation, ReservationId};
use std::collections::BTreeMap;
use std::ops::Bound;

/// Goes through a ledger: ladders first, then hosts, then reservations, then instances, each in order of name or id.
#[derive(Clone, Debug)]
pub struct CheckpointWalk {
    /// A class each, with few rungs: taken down whole at the beginning.
    ladders: BTreeMap<ClassName, Ladder>,
    hosts: Stretch<HostId, Host>,
    reservations: Stretch<ReservationId, Box<Reservation>>,
    instances: Stretch<InstanceId, Box<Instance>>,
}

/// How far through one map the walk is, and what ahead of it was otherwise when the walk began.
#[derive(Clone, Debug)]
struct Stretch<K, V> {
    /// Taken down up to here.
    reached: Option<K>,
    /// Ahead: as it was, or that it was not.
    before: BTreeMap<K, Option<V>>,
    done: bool,
}

impl CheckpointWalk {
    /// A walk through the ledger as it is now.
    #[must_use]
    pub fn begin(ledger: &Ledger) -> Self {
        let (hosts, reservations, instances) = (Stretch::new(), Stretch::new(), Stretch::new());
        Self { ladders: ledger.ladders.clone(), hosts, reservations, instances }
    }

    /// To be called before each fact that is applied to the ledger while the walk goes on.
    pub fn before(&mut self, ledger: &Ledger, entry: &Entry) {
        match entry {
            Entry::LadderSet { .. } => {}
            Entry::HostAdded { host, .. } | Entry::HostMarked { host, .. } | Entry::HostRemoved { host } => {
                self.hosts.keep(&ledger.hosts, host);
            }
            Entry::Reserved(reservation) => self.reservations.keep(&ledger.reservations, &reservation.id),
            Entry::Modified { id, .. }
            | Entry::Rescheduled { id, .. }
            | Entry::Began { id, .. }
            | Entry::Noticed { id, .. }
            | Entry::Renewed { id, .. }
            | Entry::RenewalSet { id, .. }
            | Entry::RulesSet { id, .. }
            | Entry::Tagged { id, .. }
            | Entry::Untagged { id, .. }
            | Entry::Forgotten { id } => self.reservations.keep(&ledger.reservations, id),
            Entry::Released { id, .. } => {
                self.reservations.keep(&ledger.reservations, id);
                // What stood in its slots stands on open capacity from now on.
                for user in ledger.users(id, None) {
                    self.instances.keep(&ledger.instances, &user.id);
                }
            }
            Entry::Launched(instance) => self.instances.keep(&ledger.instances, &instance.id),
            Entry::Started { id, .. }
            | Entry::Stopped { id, .. }
            | Entry::Attached { id, .. }
            | Entry::InstanceTagged { id, .. }
            | Entry::InstanceUntagged { id, .. }
            | Entry::Deleted { id, .. } => self.instances.keep(&ledger.instances, id),
        }
    }

    /// The next facts, from at most so many hosts or reservations (at least one): perhaps none in this step. Nothing
    /// when all has been taken down. Applied in order to an empty ledger they make the ledger of the beginning.
    pub fn next(&mut self, ledger: &Ledger, most: usize) -> Option<Vec<Entry>> {
        let most = most.max(1);
        if !self.ladders.is_empty() {
            let ladders = std::mem::take(&mut self.ladders).into_iter();
            return Some(
                ladders.map(|(class, ladder)| Entry::LadderSet { class, rungs: ladder.rungs().to_vec() }).collect(),
            );
        }
        if !self.hosts.done {
            return Some(self.hosts.next(&ledger.hosts, most, host_as_it_was));
        }
        if !self.reservations.done {
            let reserved = |_: &ReservationId, as_it_was| vec![Entry::Reserved(as_it_was)];
            return Some(self.reservations.next(&ledger.reservations, most, reserved));
        }
        if !self.instances.done {
            let launched = |_: &InstanceId, as_it_was| vec![Entry::Launched(as_it_was)];
            return Some(self.instances.next(&ledger.instances, most, launched));
        }
        None
    }
}

impl<K: Ord + Clone, V: Clone> Stretch<K, V> {
    const fn new() -> Self {
        Self { reached: None, before: BTreeMap::new(), done: false }
    }

    /// Keeps what is about to change, if it lies ahead and has not changed before.
    fn keep(&mut self, now: &BTreeMap<K, V>, key: &K) {
        let ahead = !self.done && self.reached.as_ref().is_none_or(|reached| key > reached);
        if ahead && !self.before.contains_key(key) {
            self.before.insert(key.clone(), now.get(key).cloned());
        }
    }

    fn next(&mut self, now: &BTreeMap<K, V>, most: usize, facts_of: impl Fn(&K, V) -> Vec<Entry>) -> Vec<Entry> {
        let from = self.reached.clone().map_or(Bound::Unbounded, Bound::Excluded);
        let mut unchanged = now.range((from, Bound::Unbounded)).peekable();
        let mut facts = Vec::new();
        for _ in 0..most {
            let changed = self.before.first_key_value().map(|(key, _)| key);
            let Some(key) = changed.into_iter().chain(unchanged.peek().map(|(key, _)| *key)).min().cloned() else {
                self.done = true;
                break;
            };
            let is = unchanged.next_if(|(at, _)| **at == key).map(|(_, value)| value);
            let was = self.before.remove(&key).unwrap_or_else(|| is.cloned());
            facts.extend(was.into_iter().flat_map(|value| facts_of(&key, value)));
            self.reached = Some(key);
        }
        facts
    }
}

/// What stands on it comes later, with the instances.
fn host_as_it_was(host: &HostId, at: Host) -> Vec<Entry> {
    let mark = (!at.serves()).then(|| Entry::HostMarked { host: host.clone(), state: at.state });
    let added = Entry::HostAdded { host: host.clone(), zone: at.zone, class: at.class, units: at.units };
    [Some(added), mark].into_iter().flatten().collect()
}

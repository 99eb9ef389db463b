//! Random commands: the plain ledger must give the same answers, the invariants hold after every step, a decision
//! changes nothing, facts mean the same to whoever is told them, and a checkpoint taken meanwhile is the beginning's.

use crate::common::plain::{Plain, PlainHost};
use crate::common::{config, id, reservation};
use ledger::check::check;
use ledger::commands::{
    AddHost, Command, Modify, Release, RemoveHost, Reserve, SetLadder, Settle, Tagged, Tags, Untag,
};
use ledger::{AccountId, CheckpointWalk, End, Entry, Kind, Ladder, Ledger, Moment, Tag};
use proptest::prelude::*;
use std::fmt::Debug;

const PLACES: [(&str, &str); 2] = [("h", "g6"), ("i", "g6")];
const LADDERS: [&[u32]; 3] = [&[1, 2, 4], &[1, 3], &[1, 2, 6]];
const OWNERS: [&str; 2] = ["alice", "bob"];

#[derive(Clone, Debug)]
enum Step {
    Ladder(usize),
    Host { name: u8, place: usize, units: u32 },
    Gone { name: u8 },
    Reserve { name: u8, owner: usize, place: usize, size: u32, count: u32, lasts: Option<u64> },
    Release { name: u8, by: usize },
    Modify { name: u8, by: usize, end: Option<Option<u64>>, count: Option<u32>, title: Option<u8> },
    Tag { name: u8, by: usize, key: u8 },
    Untag { name: u8, by: usize, key: Option<u8> },
    At { passes: u64, keep: u64 },
    Checkpoint { most: usize },
}

fn step() -> impl Strategy<Value = Step> {
    let (name, who, place) = (0..12_u8, 0..2_usize, 0..2_usize);
    prop_oneof![
        1 => (0..3_usize).prop_map(Step::Ladder),
        4 => (0..5_u8, place.clone(), 1..9_u32).prop_map(|(name, place, units)| Step::Host { name, place, units }),
        1 => (0..5_u8).prop_map(|name| Step::Gone { name }),
        12 => (name.clone(), who.clone(), place, 1..5_u32, 1..4_u32, prop::option::of(0..9_u64)).prop_map(
            |(name, owner, place, size, count, lasts)| Step::Reserve { name, owner, place, size, count, lasts }
        ),
        6 => (name.clone(), who.clone()).prop_map(|(name, by)| Step::Release { name, by }),
        6 => (name.clone(), who.clone(), prop::option::of(prop::option::of(0..9_u64)), prop::option::of(1..6_u32),
            prop::option::of(0..3_u8))
            .prop_map(|(name, by, end, count, title)| Step::Modify { name, by, end, count, title }),
        2 => (name.clone(), who.clone(), 0..4_u8).prop_map(|(name, by, key)| Step::Tag { name, by, key }),
        1 => (name, who, prop::option::of(0..4_u8)).prop_map(|(name, by, key)| Step::Untag { name, by, key }),
        3 => (0..4_u64, 0..30_u64).prop_map(|(passes, keep)| Step::At { passes, keep }),
        2 => (1..4_usize).prop_map(|most| Step::Checkpoint { most }),
    ]
}

/// A checkpoint on its way: the walk, the ledger of its beginning, and what it has given so far.
struct Taking {
    walk: CheckpointWalk,
    beginning: Ledger,
    most: usize,
    facts: Vec<Entry>,
}

#[derive(Default)]
struct World {
    ledger: Ledger,
    told: Ledger,
    plain: Plain,
    now: Moment,
    taking: Vec<Taking>,
}

impl World {
    fn run<C: Command>(&mut self, command: &C) -> Result<(), String>
    where
        C::Refusal: Debug,
    {
        let before = self.ledger.clone();
        let decided = command.decide(&self.ledger, self.now);
        assert_eq!(before, self.ledger, "a decision changes nothing");
        let (facts, _) = decided.map_err(|refusal| format!("{refusal:?}"))?;
        self.apply(&facts);
        Ok(())
    }

    fn apply(&mut self, facts: &[Entry]) {
        for fact in facts {
            self.taking.iter_mut().for_each(|it| it.walk.before(&self.ledger, fact));
            self.ledger.apply(fact);
            self.told.take(fact.clone());
        }
    }

    /// Each checkpoint goes one step; one that is complete must be the ledger of its beginning.
    fn go_on_taking(&mut self) {
        for mut it in std::mem::take(&mut self.taking) {
            if let Some(facts) = it.walk.next(&self.ledger, it.most) {
                assert!(facts.len() <= it.most.max(1), "small steps");
                it.facts.extend(facts);
                self.taking.push(it);
            } else {
                let mut anew = Ledger::default();
                it.facts.iter().for_each(|fact| anew.apply(fact));
                assert_eq!(anew, it.beginning);
                assert_eq!(check(&anew), []);
            }
        }
    }

    fn set_ladder(&mut self, rungs: &[u32]) {
        let ladder = Ladder::new(rungs.to_vec()).expect("a ladder");
        let top = rungs[rungs.len() - 1];
        let covers = self.plain.reservations.iter().all(|it| !it.holds() || it.size <= top);
        assert_eq!(self.run(&SetLadder { class: "g6".into(), ladder }).is_ok(), covers);
        if covers {
            self.plain.rungs = rungs.to_vec();
        }
    }

    fn play(&mut self, step: &Step) {
        match step.clone() {
            Step::Ladder(which) => self.set_ladder(LADDERS[which]),
            Step::Host { name, place, units } => {
                let (name, place) = (format!("h{name}"), PLACES[place]);
                let (zone, class) = (place.0.into(), place.1.into());
                let came = self.run(&AddHost { host: name.as_str().into(), zone, class, units }).is_ok();
                assert_eq!(came, self.plain.hosts.iter().all(|host| host.name != name));
                if came {
                    self.plain.hosts.push(PlainHost { name, place, units });
                }
            }
            Step::Gone { name } => {
                let name = format!("h{name}");
                let went = self.run(&RemoveHost { host: name.as_str().into() }).is_ok();
                assert_eq!(went, self.plain.hosts.iter().any(|host| host.name == name));
                self.plain.hosts.retain(|host| host.name != name);
            }
            Step::Reserve { name, owner, place, size, count, lasts } => {
                let mut wanted = reservation(&format!("r{name}x"), OWNERS[owner], PLACES[place], size, count);
                wanted.end = self.end(lasts);
                let answer = self.run(&Reserve { reservation: wanted.clone() });
                self.alike(answer, |plain, now| plain.reserve(&wanted, now));
            }
            Step::Release { name, by } => {
                let name = format!("r{name}x");
                let answer = self.run(&Release { id: id(&name), by: OWNERS[by].into() });
                self.alike(answer, |plain, now| plain.release(&name, OWNERS[by], now));
            }
            Step::Modify { name, by, end, count, title } => {
                let (name, title) = (format!("r{name}x"), title.map(|title| title.to_string()));
                let (end, by) = (end.map(|lasts| self.end(lasts)), OWNERS[by]);
                let to = title.as_deref();
                let (name_to, description) = (to.map(Box::from), None);
                let answer = self.run(&Modify { id: id(&name), by: by.into(), name: name_to, description, end, count });
                self.alike(answer, |plain, now| plain.modify((&name, by), now, end, count, to));
            }
            Step::Tag { name, by, key } => {
                let tags = vec![Tag { key: key.to_string().into(), value: "x".into() }];
                let name = format!("r{name}x");
                let done = self
                    .run(&Tags { ids: vec![Tagged::Reservation(id(&name))], by: OWNERS[by].into(), tags: tags.clone() })
                    .is_ok();
                self.retag(&name, by, done, |all| {
                    all.retain(|tag| tag.key != tags[0].key);
                    all.extend(tags.clone());
                    all.sort();
                });
            }
            Step::Untag { name, by, key } => {
                let name = format!("r{name}x");
                let keys = key.map(|key| vec![Box::from(key.to_string())]);
                let untag =
                    Untag { ids: vec![Tagged::Reservation(id(&name))], by: OWNERS[by].into(), keys: keys.clone() };
                let done = self.run(&untag).is_ok();
                self.retag(&name, by, done, |all| {
                    all.retain(|tag| keys.as_ref().is_some_and(|keys| !keys.contains(&tag.key)));
                });
            }
            Step::At { passes, keep } => {
                self.now = self.now.plus(passes);
                self.settle(keep);
            }
            Step::Checkpoint { most } => {
                let (walk, beginning) = (CheckpointWalk::begin(&self.ledger), self.ledger.clone());
                self.taking.push(Taking { walk, beginning, most, facts: Vec::new() });
            }
        }
    }

    fn settle(&mut self, keep_released_seconds: u64) {
        let settle = Settle { most: 1, keep_released_seconds };
        loop {
            let Ok((facts, ())) = settle.decide(&self.ledger, self.now);
            if facts.is_empty() {
                break;
            }
            self.apply(&facts);
        }
        self.plain.settle(self.now, keep_released_seconds);
        assert!(self.ledger.next_due().is_none_or(|due| due > self.now));
    }

    fn end(&self, lasts: Option<u64>) -> End {
        lasts.map_or(End::ByHand, |lasts| End::At(self.now.plus(lasts)))
    }

    fn alike(&mut self, answer: Result<(), String>, plain: impl Fn(&mut Plain, Moment) -> Result<(), &'static str>) {
        let expected = plain(&mut self.plain, self.now);
        let answer = answer.map_err(|refusal| refusal.split('(').next().unwrap_or_default().to_owned());
        assert_eq!(answer, expected.map_err(str::to_owned));
    }

    fn retag(&mut self, name: &str, by: usize, done: bool, change: impl Fn(&mut Vec<Tag>)) {
        let owner = AccountId::from(OWNERS[by]);
        let found = self.plain.reservations.iter_mut().find(|it| it.id == id(name) && it.owner == owner);
        assert_eq!(done, found.is_some());
        if let Some(found) = found {
            let mut tags = found.tags.to_vec();
            change(&mut tags);
            found.tags = tags.into();
        }
    }

    fn compare(&self) {
        assert_eq!(check(&self.ledger), []);
        assert_eq!(self.told, self.ledger, "facts mean the same to whoever is told them");
        assert_eq!(self.ledger.reservations_count(), self.plain.reservations.len());
        for owner in OWNERS {
            let mut mine: Vec<_> = self.plain.reservations.iter().filter(|it| it.owner.as_str() == owner).collect();
            mine.sort_by_key(|it| (it.made, it.id));
            let owner = AccountId::from(owner);
            assert!(self.ledger.reservations_of(&owner, Kind::CapacityReservation, None).eq(mine.iter().copied()));
            for (i, each) in mine.iter().enumerate() {
                let after = self.ledger.reservations_of(&owner, Kind::CapacityReservation, Some((each.made, each.id)));
                assert!(after.eq(mine[i + 1..].iter().copied()));
            }
        }
        let ends = self.plain.reservations.iter().filter(|it| it.holds()).filter_map(|it| match it.end {
            End::At(at) => Some(at),
            End::ByHand => None,
        });
        assert_eq!(self.ledger.next_due(), ends.min());
        for place in PLACES {
            for size in 1..8 {
                let pool = self.ledger.pool(&place.0.into(), &place.1.into());
                let room = pool.map_or(0, |pool| pool.available(size));
                assert_eq!(room, u64::from(self.plain.room(place, size)), "{place:?} size {size}");
            }
        }
    }

    /// After everything is given back, all that the hosts have is free.
    fn give_all_back(&mut self) {
        let all: Vec<_> =
            self.plain.reservations.iter().filter(|it| it.holds()).map(|it| (it.id, it.owner.clone())).collect();
        for (id, by) in all {
            let (name, description, end, count) = (None, None, Some(End::ByHand), None);
            assert_eq!(self.run(&Modify { id, by: by.clone(), name, description, end, count }), Ok(()));
            assert_eq!(self.run(&Release { id, by }), Ok(()));
        }
        for place in PLACES {
            let slots = |rung: &u32| -> i64 {
                let hosts = self.plain.hosts.iter().filter(|host| host.place == place);
                hosts.map(|host| i64::from(host.units / rung)).sum()
            };
            let whole: Vec<i64> = self.plain.rungs.iter().map(slots).collect();
            match self.ledger.pool(&place.0.into(), &place.1.into()) {
                Some(pool) => assert_eq!(pool.slack(), whole),
                None => assert!(whole.iter().all(|slots| *slots == 0)),
            }
        }
        assert_eq!((check(&self.ledger), self.ledger.next_due()), (vec![], None));
    }
}

proptest! {
    #![proptest_config(config(256, "tests/regressions/random.txt"))]

    #[test]
    fn the_plain_ledger_agrees(steps in prop::collection::vec(step(), 1..60)) {
        let mut world = World { now: Moment(1000), ..World::default() };
        world.set_ladder(LADDERS[0]);
        for step in &steps {
            world.play(step);
            world.compare();
            world.go_on_taking();
        }
        while !world.taking.is_empty() {
            world.go_on_taking();
        }
        world.give_all_back();
    }
}

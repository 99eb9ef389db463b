//! What accounts, pools and the region come to, counted after each step of a small life.

use crate::common::{id, instance, instance_id, reservation};
use ledger::commands::{
    AddHost, Command, Launch, MarkHosts, Own, RegisterHosts, Release, Reserve, SetLadder, Settle, Stop,
};
use ledger::{Attachment, Course, End, HostState, Kind, Ladder, Ledger, MatchCriteria, Moment, ReservationId};
use std::collections::BTreeMap;
use std::fmt::Debug;

const PLACE: (&str, &str) = ("h", "g6");
const KIND: Kind = Kind::CapacityReservation;

struct World(Ledger, Moment);

impl World {
    fn run<C: Command<Refusal: Debug>>(&mut self, command: &C) {
        let (facts, _) = command.decide(&self.0, self.1).expect("nothing stands against it");
        facts.iter().for_each(|fact| self.0.apply(fact));
    }

    /// Three hosts of four units.
    fn new() -> Self {
        let mut world = Self(Ledger::default(), Moment(100));
        world.run(&SetLadder { class: PLACE.1.into(), ladder: Ladder::new(vec![1, 2]).expect("a ladder") });
        let host = |name: &str| AddHost { host: name.into(), zone: PLACE.0.into(), class: PLACE.1.into(), units: 4 };
        world.run(&RegisterHosts { hosts: ["h1", "h2", "h3"].map(host).to_vec(), ladders: BTreeMap::new() });
        world
    }

    fn launch(&mut self, number: usize, owner: &str, attachment: Attachment) {
        let own = Own { id: instance_id(number), name: "".into(), carried: Box::default() };
        let instance = instance(owner, PLACE, 2, attachment);
        self.run(&Launch { instance, each: vec![own], least: 1, run: true });
    }

    /// Reservations that are known and that hold, and instances, of both accounts; instances of the region.
    fn counts(&self) -> ([(usize, usize, usize); 2], usize) {
        let of = |owner: &str| {
            let owner = owner.into();
            let instances = self.0.instances_count_of(&owner);
            (self.0.count_of(&owner, KIND), self.0.held_count_of(&owner, KIND), instances)
        };
        (["alice", "bob"].map(of), self.0.instances_count())
    }

    /// Units that are stood on, and hosts out of service.
    fn pool(&self) -> (u64, u64) {
        let pool = self.0.pool(&PLACE.0.into(), &PLACE.1.into()).expect("a pool");
        (pool.standing(), pool.out_of_service())
    }
}

#[test]
fn reservations_instances_and_hosts_are_counted() {
    let mut world = World::new();
    assert_eq!((world.counts(), world.pool()), (([(0, 0, 0); 2], 0), (0, 0)));
    for name in ["a", "b", "c"] {
        world.run(&Reserve { reservation: reservation(name, "alice", PLACE, 2, 1) });
    }
    world.run(&Release { id: id("b"), by: "alice".into() });
    assert_eq!((world.counts(), world.pool()), (([(3, 2, 0), (0, 0, 0)], 0), (0, 0)));
    world.launch(1, "bob", Attachment::None);
    world.launch(2, "alice", Attachment::None);
    world.launch(3, "alice", Attachment::None);
    assert_eq!((world.counts(), world.pool()), (([(3, 2, 2), (0, 0, 1)], 3), (6, 0)));
    let assurances = |owner: &str| world.0.count_of(&owner.into(), Kind::ElasticityAssurance);
    assert_eq!(assurances("alice"), 0, "each kind by itself");
    world.run(&Stop { ids: vec![instance_id(3)], by: "alice".into(), keep: false });
    assert_eq!((world.counts().1, world.pool()), (3, (4, 0)), "it is there, and stands nowhere");
    let empty = world.0.hosts().iter().find(|(_, host)| host.free == 4).map(|(name, _)| name.clone());
    world.run(&MarkHosts { hosts: vec![empty.expect("a host")], state: HostState::Failed });
    assert_eq!(world.pool(), (4, 1), "what stands elsewhere stands");
}

#[test]
fn what_was_released_is_forgotten_from_the_moment_on_that_is_named() {
    let mut world = World::new();
    let gone = |world: &World, before: u64| world.0.released_before(Moment(before)).collect::<Vec<_>>();
    for (at, name) in [(100, "a"), (200, "b"), (300, "c")] {
        world.1 = Moment(at);
        world.run(&Reserve { reservation: reservation(name, "alice", PLACE, 2, 1) });
        world.run(&Release { id: id(name), by: "alice".into() });
    }
    let of = |names: &[&str]| names.iter().map(|name| id(name)).collect::<Vec<ReservationId>>();
    for (before, names) in [(100, &[][..]), (101, &["a"]), (200, &["a"]), (300, &["a", "b"]), (301, &["a", "b", "c"])] {
        assert_eq!(gone(&world, before), of(names), "before {before}");
    }
}

#[test]
fn an_instance_knows_when_it_will_be_reclaimed_and_whether_it_was_told() {
    let mut world = World::new();
    let mut window = reservation("w", "alice", PLACE, 2, 1);
    window.matching = MatchCriteria::Target;
    window.course = Course::Windowed { notice_seconds: 10, noticed: false };
    (window.starts, window.end) = (world.1, End::At(Moment(200)));
    world.run(&Reserve { reservation: window });
    world.run(&Reserve { reservation: reservation("o", "bob", PLACE, 2, 1) });
    world.launch(1, "alice", Attachment::Target(id("w")));
    world.launch(2, "bob", Attachment::Open);
    world.launch(3, "alice", Attachment::None);
    let told = |world: &World| {
        [1, 2, 3].map(|number| world.0.reclaimed_at(world.0.instance(&instance_id(number)).expect("it is there")))
    };
    assert_eq!(told(&world), [Some((Moment(200), false)), None, None]);
    world.1 = Moment(190);
    world.run(&Settle { keep_released_seconds: 1000, most: 10 });
    assert_eq!(told(&world), [Some((Moment(200), true)), None, None]);
    world.1 = Moment(200);
    world.run(&Settle { keep_released_seconds: 1000, most: 10 });
    assert_eq!(told(&world), [None; 3]);
}

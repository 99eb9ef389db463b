//! Where a command puts instances: which reservation they take of several, and what is noted of that; and that one command
//! keeps its pools apart.

use crate::common::{id, instance, instance_id, reservation};
use ledger::check::check;
use ledger::commands::{
    AddHost, Command, HostRefusal, Launch, LaunchRefusal, Own, PlaceRefusal, RegisterHosts, Reserve, SetLadder, Start,
    StartEach, Stop,
};
use ledger::{Attachment, Choice, Entry, InstanceId, Ladder, Ledger, Moment, Place, Tag};
use std::collections::BTreeMap;
use std::fmt::Debug;

struct World(Ledger);

impl World {
    /// A host of four units in each of two zones, of each of two classes.
    fn new() -> Self {
        let mut world = Self(Ledger::default());
        for class in ["g6", "r6"] {
            world.run(&SetLadder { class: class.into(), ladder: Ladder::new(vec![1, 2, 4]).expect("a ladder") });
        }
        let host = |(zone, class): (&str, &str)| AddHost {
            host: format!("{zone}-{class}").as_str().into(),
            zone: zone.into(),
            class: class.into(),
            units: 4,
        };
        let places = [("h", "g6"), ("h", "r6"), ("i", "g6"), ("i", "r6")];
        world.run(&RegisterHosts { hosts: places.map(host).to_vec(), ladders: BTreeMap::new() });
        world
    }

    fn run<C: Command<Refusal: Debug>>(&mut self, command: &C) {
        let (facts, _) = command.decide(&self.0, Moment(0)).expect("nothing stands against it");
        facts.iter().for_each(|fact| self.0.apply(fact));
        assert_eq!(check(&self.0), []);
    }

    /// Launches instances of these numbers.
    fn launch(&mut self, place: (&str, &str), size: u32, attachment: Attachment, numbers: &[usize]) {
        let own = |number: &usize| Own { id: instance_id(*number), name: "".into(), carried: Box::default() };
        let (instance, each) = (instance("alice", place, size, attachment), numbers.iter().map(own).collect());
        self.run(&Launch { instance, each, least: numbers.len(), run: true });
    }

    fn place(&self, number: usize) -> &Place {
        self.0.instance(&instance_id(number)).and_then(|it| it.place()).expect("it stands")
    }

    fn hosts(&self, numbers: &[usize]) -> Vec<String> {
        numbers.iter().map(|number| self.place(*number).host.to_string()).collect()
    }
}

#[test]
fn of_several_open_reservations_it_is_noted_how_many_there_were() {
    let mut world = World::new();
    for name in ["a", "b", "c"] {
        world.run(&Reserve { reservation: reservation(name, "alice", ("h", "g6"), 1, 1) });
    }
    world.launch(("h", "g6"), 1, Attachment::Open, &[1]);
    world.launch(("h", "g6"), 1, Attachment::Open, &[2, 3]);
    let among = |number| match world.place(number).choice {
        Choice::First { among } => Some(among),
        _ => None,
    };
    assert_eq!([1, 2, 3].map(among), [Some(3), Some(2), Some(1)]);
    let taken = [1, 2, 3].map(|number| world.place(number).reservation);
    assert_eq!(taken, ["a", "b", "c"].map(|name| Some(id(name))));
}

/// An open reservation is for those alone that were made with the very tags that it was made with.
#[test]
fn an_open_reservation_is_for_its_own_tags() {
    let tag = || Box::from([Tag { key: "team".into(), value: "a".into() }]);
    for (of_reservation, of_instance) in [(true, true), (false, false), (true, false), (false, true)] {
        let mut world = World::new();
        let mut open = reservation("r", "alice", ("h", "g6"), 1, 1);
        open.creation_tags = if of_reservation { tag() } else { Box::default() };
        world.run(&Reserve { reservation: open });
        let mut wanted = instance("alice", ("h", "g6"), 1, Attachment::Open);
        wanted.creation_tags = if of_instance { tag() } else { Box::default() };
        let each = vec![Own { id: instance_id(1), name: "".into(), carried: Box::default() }];
        world.run(&Launch { instance: wanted, each, least: 1, run: true });
        let expected = (of_reservation == of_instance).then(|| id("r"));
        assert_eq!(world.place(1).reservation, expected, "{of_reservation} {of_instance}");
    }
}

#[test]
fn what_is_launched_has_what_is_its_own() {
    let mut world = World::new();
    let carried: ledger::Carried = Box::from([("ImageId".into(), "m-1".into())]);
    let own = Own { id: instance_id(1), name: "node".into(), carried: carried.clone() };
    let instance = instance("alice", ("h", "g6"), 1, Attachment::None);
    let launch = Launch { instance, each: vec![own], least: 1, run: true };
    let (facts, done) = launch.decide(&world.0, Moment(7)).expect("there is room");
    facts.into_iter().for_each(|fact| world.0.take(fact));
    let it = world.0.instance(&instance_id(1)).expect("it is there");
    assert_eq!((&*it.name, &it.carried, it.made, it.started), ("node", &carried, Moment(7), Some(Moment(7))));
    assert_eq!((done[0].0, &done[0].1), (instance_id(1), world.place(1)));
    assert_eq!(format!("{:?}", it.id), "i-00000000000000000001");
}

/// As many as there is room for, as long as these are enough.
#[test]
fn fewer_are_launched_where_fewer_do() {
    let launch = |least, many: usize| {
        let own = |number| Own { id: instance_id(number), name: "".into(), carried: Box::default() };
        let instance = instance("alice", ("h", "g6"), 2, Attachment::None);
        let launch = Launch { instance, each: (1..=many).map(own).collect(), least, run: true };
        launch.decide(&World::new().0, Moment(0)).map(|(facts, done)| (facts.len(), done.len()))
    };
    assert_eq!(launch(1, 3), Ok((2, 2)));
    assert_eq!(launch(2, 3), Ok((2, 2)));
    assert_eq!(launch(3, 3), Err(LaunchRefusal::Place(PlaceRefusal::NoStock, 2)));
}

#[test]
fn without_hosts_there_is_no_pool() {
    let mut world = World::new();
    world.run(&Reserve { reservation: reservation("r", "alice", ("h", "g6"), 1, 1) });
    assert_eq!(world.0.pools().count(), 4);
    world.0.apply(&Entry::HostRemoved { host: "h-g6".into() });
    let each = vec![Own { id: instance_id(1), name: "".into(), carried: Box::default() }];
    let launch = Launch { instance: instance("alice", ("h", "g6"), 1, Attachment::None), each, least: 1, run: true };
    let refused = launch.decide(&world.0, Moment(0)).map(|_| ());
    assert_eq!(refused, Err(LaunchRefusal::Place(PlaceRefusal::NoPool, 0)));
}

#[test]
fn hosts_that_stand_there_are_registered_again_without_effect() {
    let world = World::new();
    let host = |units| AddHost { host: "h-g6".into(), zone: "h".into(), class: "g6".into(), units };
    let again = |units| {
        let register = RegisterHosts { hosts: vec![host(units)], ladders: BTreeMap::new() };
        register.decide(&world.0, Moment(0)).map_err(|it| it.refusal)
    };
    assert_eq!(again(4), Ok((Vec::new(), 0)));
    assert_eq!(again(3), Err(HostRefusal::NameTaken));
}

/// The overflow of a launch stands where it breaks nothing that is promised, counted after those that took the slots.
#[test]
fn what_overflows_leaves_what_is_promised() {
    let mut world = World::new();
    world.run(&Reserve { reservation: reservation("small", "alice", ("h", "g6"), 1, 1) });
    world.run(&Reserve { reservation: reservation("large", "bob", ("h", "g6"), 2, 1) });
    world.launch(("h", "g6"), 1, Attachment::Open, &[1, 2]);
    assert_eq!((world.place(1).reservation, world.place(2).reservation), (Some(id("small")), None));
    let third = Own { id: instance_id(3), name: "".into(), carried: Box::default() };
    let instance = instance("alice", ("h", "g6"), 1, Attachment::Open);
    let full = Launch { instance, each: vec![third], least: 1, run: true };
    assert!(full.decide(&world.0, Moment(0)).is_err(), "the other two units are promised");
}

#[test]
fn one_command_starts_instances_of_several_pools_each_in_its_own() {
    let numbers = [1, 2, 3, 4];
    let places = [("h", "g6"), ("i", "r6"), ("h", "r6"), ("i", "g6")];
    let mut world = World::new();
    for (number, place) in numbers.iter().zip(places) {
        world.launch(place, 4, Attachment::None, &[*number]);
    }
    let stood = world.hosts(&numbers);
    assert_eq!(stood, ["h-g6", "i-r6", "h-r6", "i-g6"]);
    let ids: Vec<InstanceId> = numbers.iter().map(|number| instance_id(*number)).collect();
    for each in [false, true] {
        world.run(&Stop { ids: ids.clone(), by: "alice".into(), keep: false });
        assert!(ids.iter().all(|id| world.0.instance(id).is_some_and(|it| it.place().is_none())));
        if each {
            world.run(&StartEach { ids: ids.clone(), by: "alice".into() });
        } else {
            world.run(&Start { ids: ids.clone(), by: "alice".into() });
        }
        assert_eq!(world.hosts(&numbers), stood);
    }
}

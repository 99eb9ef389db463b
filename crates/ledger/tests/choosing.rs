//! Where a command puts instances: which reservation they take of several, and what is noted of that; and that one command
//! keeps its pools apart.

use crate::common::{id, instance, instance_id, reservation};
use ledger::check::check;
use ledger::commands::{AddHost, Command, Launch, Own, RegisterHosts, Reserve, SetLadder, Start, StartEach, Stop};
use ledger::{Attachment, Choice, InstanceId, Ladder, Ledger, Moment, Place};
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

//! An instance changes the reservations that it may use: one that stands moves only where it stands and only if nothing
//! promised is lost; one that holds no place must name something that is there for it.

use crate::common::{id, instance, instance_id, reservation};
use ledger::check::check;
use ledger::commands::InstanceRefusal;
use ledger::commands::{AddHost, Attach, Command, Launch, Own, PlaceRefusal, RegisterHosts, Reserve, SetLadder, Stop};
use ledger::{Attachment, InstanceId, Ladder, Ledger, MatchCriteria, Moment, ReservationId};
use std::collections::BTreeMap;
use std::fmt::Debug;

const PLACE: (&str, &str) = ("h", "g6");

struct World(Ledger);

impl World {
    /// Hosts of four units each, counted by ones and fours.
    fn with(hosts: &[&str]) -> Self {
        let mut world = Self(Ledger::default());
        world.run(&SetLadder { class: PLACE.1.into(), ladder: Ladder::new(vec![1, 4]).expect("a ladder") });
        let host =
            |name: &&str| AddHost { host: (*name).into(), zone: PLACE.0.into(), class: PLACE.1.into(), units: 4 };
        world.run(&RegisterHosts { hosts: hosts.iter().map(host).collect(), ladders: BTreeMap::new() });
        world
    }

    fn run<C: Command<Refusal: Debug>>(&mut self, command: &C) {
        let (facts, _) = command.decide(&self.0, Moment(0)).expect("nothing stands against it");
        facts.iter().for_each(|fact| self.0.apply(fact));
        assert_eq!(check(&self.0), []);
    }

    fn reserve(&mut self, name: &str, size: u32) -> ReservationId {
        let mut wanted = reservation(name, "alice", PLACE, size, 1);
        wanted.matching = MatchCriteria::Target;
        self.run(&Reserve { reservation: wanted });
        id(name)
    }

    fn launch(&mut self, size: u32) -> InstanceId {
        let own = Own { id: instance_id(1), name: "".into(), carried: Box::default() };
        self.run(&Launch {
            instance: instance("alice", PLACE, size, Attachment::None),
            each: vec![own],
            least: 1,
            run: true,
        });
        instance_id(1)
    }

    /// What stands against it, if anything does; the effect, if nothing does.
    fn attach(&mut self, target: ReservationId) -> Option<PlaceRefusal> {
        let attach = Attach { id: instance_id(1), by: "alice".into(), attachment: Attachment::Target(target) };
        match attach.decide(&self.0, Moment(0)) {
            Ok(_) => {
                self.run(&attach);
                None
            }
            Err(InstanceRefusal::Place(_, refusal)) => Some(refusal),
            Err(other) => panic!("{other:?}"),
        }
    }
}

#[test]
fn it_grows_into_a_larger_slot_where_there_is_room() {
    let mut world = World::with(&["h1", "h2"]);
    let it = world.launch(2);
    let slot = world.reserve("r", 2);
    assert_eq!(world.attach(slot), None);
    let place = world.0.instance(&it).and_then(|it| it.place()).expect("it stands");
    assert_eq!((place.units, place.reservation), (4, Some(slot)));
}

#[test]
fn it_takes_nothing_that_is_promised_to_grow() {
    let mut world = World::with(&["h1", "h2"]);
    let it = world.launch(2);
    let slot = world.reserve("r", 2);
    world.reserve("s", 1);
    let before = world.0.clone();
    assert_eq!(world.attach(slot), Some(PlaceRefusal::NoStock));
    assert_eq!(world.0, before);
    assert_eq!(world.0.instance(&it).and_then(|it| it.place()).map(|place| place.units), Some(2));
}

#[test]
fn one_that_holds_no_place_names_only_what_is_there_for_it() {
    let mut world = World::with(&["h1", "h2"]);
    let it = world.launch(2);
    world.run(&Stop { ids: vec![it], by: "alice".into(), keep: false });
    let (fits, other) = (world.reserve("r", 2), world.reserve("s", 1));
    assert_eq!(world.attach(id("none")), Some(PlaceRefusal::NoReservation));
    assert_eq!(world.attach(other), Some(PlaceRefusal::OtherType));
    assert_eq!(world.attach(fits), None);
    let it = world.0.instance(&it).expect("it is there");
    assert_eq!((it.attachment, it.place()), (Attachment::Target(fits), None));
}

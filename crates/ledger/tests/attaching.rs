//! An instance changes the reservations that it may use: one that stands moves only where it stands and only if nothing
//! promised is lost; one that holds no place must name something that is there for it.

use crate::common::{id, instance, instance_id, reservation};
use ledger::check::check;
use ledger::commands::InstanceRefusal;
use ledger::commands::{
    AddHost, Attach, Command, Launch, Modify, ModifyRefusal, Own, PlaceRefusal, RegisterHosts, Release, Reserve,
    SetLadder, Stop,
};
use ledger::{
    Attachment, Choice, Course, End, InstanceId, Ladder, Ledger, MatchCriteria, Moment, Phase, Place, ReservationId,
};
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

/// It names the slot that it has, which stays as it is but for why; and keeps no more than it needs when that is over.
#[test]
fn it_names_the_slot_that_it_has() {
    let mut world = World::with(&["h1", "h2"]);
    let mut open = reservation("r", "alice", PLACE, 2, 1);
    open.matching = MatchCriteria::Open;
    world.run(&Reserve { reservation: open });
    world.run(&Launch {
        instance: instance("alice", PLACE, 2, Attachment::Open),
        each: vec![Own { id: instance_id(1), name: "".into(), carried: Box::default() }],
        least: 1,
        run: true,
    });
    let place =
        |world: &World| world.0.instance(&instance_id(1)).and_then(|it| it.place()).cloned().expect("it stands");
    let before = place(&world);
    assert_eq!((before.units, before.reservation, before.choice), (4, Some(id("r")), Choice::First { among: 1 }));
    world.run(&Attach { id: instance_id(1), by: "alice".into(), attachment: Attachment::Open });
    assert_eq!(place(&world), before, "it has an open one already");
    assert_eq!(world.attach(id("r")), None);
    assert_eq!(place(&world), Place { choice: Choice::Named, ..before });
    world.run(&Release { id: id("r"), by: "alice".into() });
    assert_eq!((place(&world).units, place(&world).reservation), (2, None));
    world.run(&Attach { id: instance_id(1), by: "alice".into(), attachment: Attachment::Open });
    assert_eq!(place(&world).choice, Choice::NoneMatched);
}

/// Who has a slot that must be named leaves it for an open one.
#[test]
fn it_leaves_a_named_slot_for_an_open_one() {
    let mut world = World::with(&["h1", "h2"]);
    world.launch(2);
    let named = world.reserve("r", 2);
    assert_eq!(world.attach(named), None);
    world.run(&Attach { id: instance_id(1), by: "alice".into(), attachment: Attachment::Open });
    let place = world.0.instance(&instance_id(1)).and_then(|it| it.place()).expect("it stands");
    assert_eq!((place.units, place.reservation, place.choice), (2, None, Choice::NoneMatched));
}

/// Out of the slot of a window it stands for good: there must be room for it after the window too.
#[test]
fn it_leaves_a_window_only_for_good() {
    let mut world = World::with(&["h1", "h2"]);
    let window = |name: &str, (starts, end), count, phase| {
        let mut made = reservation(name, "alice", PLACE, 4, count);
        (made.matching, made.course) = (MatchCriteria::Target, Course::Windowed { notice_seconds: 0, noticed: false });
        (made.starts, made.end, made.phase) = (Moment(starts), End::At(Moment(end)), phase);
        Reserve { reservation: made }
    };
    world.run(&window("now", (0, 10), 1, Phase::Active));
    world.run(&Launch {
        instance: instance("alice", PLACE, 4, Attachment::Target(id("now"))),
        each: vec![Own { id: instance_id(1), name: "".into(), carried: Box::default() }],
        least: 1,
        run: true,
    });
    world.run(&window("next", (10, 20), 2, Phase::Prepared));
    let leave = Attach { id: instance_id(1), by: "alice".into(), attachment: Attachment::None };
    let refused = leave.decide(&world.0, Moment(0)).map(|_| ());
    assert_eq!(refused, Err(InstanceRefusal::Place(instance_id(1), PlaceRefusal::NoStock)));
}

/// From the slot of one window into that of another, which ends before it: where its host serves, what the one gives up the
/// other gets, however full the pool is.
#[test]
fn it_swaps_one_window_for_another_in_a_full_pool() {
    let mut world = World::with(&["h1", "h2"]);
    for (name, end) in [("long", 20), ("short", 10)] {
        let mut made = reservation(name, "alice", PLACE, 4, 1);
        (made.matching, made.course) = (MatchCriteria::Target, Course::Windowed { notice_seconds: 0, noticed: false });
        made.end = End::At(Moment(end));
        world.run(&Reserve { reservation: made });
    }
    let mut rest = reservation("rest", "alice", PLACE, 4, 1);
    (rest.matching, rest.course) = (MatchCriteria::Target, Course::Windowed { notice_seconds: 0, noticed: false });
    (rest.starts, rest.end, rest.phase) = (Moment(10), End::At(Moment(20)), Phase::Prepared);
    world.run(&Reserve { reservation: rest });
    world.run(&Launch {
        instance: instance("alice", PLACE, 4, Attachment::Target(id("long"))),
        each: vec![Own { id: instance_id(1), name: "".into(), carried: Box::default() }],
        least: 1,
        run: true,
    });
    assert_eq!(world.attach(id("short")), None);
    let place = world.0.instance(&instance_id(1)).and_then(|it| it.place()).expect("it stands");
    assert_eq!((place.units, place.reservation), (4, Some(id("short"))));
}

/// The number of a reservation may fall to what is used of it, and no further.
#[test]
fn no_fewer_than_are_used() {
    let mut world = World::with(&["h1", "h2"]);
    world.run(&Reserve { reservation: reservation("r", "alice", PLACE, 4, 2) });
    world.run(&Launch {
        instance: instance("alice", PLACE, 4, Attachment::Open),
        each: vec![Own { id: instance_id(1), name: "".into(), carried: Box::default() }],
        least: 1,
        run: true,
    });
    let modify = |count| Modify {
        id: id("r"),
        by: "alice".into(),
        name: None,
        description: None,
        end: None,
        count: Some(count),
    };
    assert_eq!(modify(0).decide(&world.0, Moment(0)).map(|_| ()), Err(ModifyRefusal::BelowUsed(1)));
    world.run(&modify(1));
    assert_eq!(world.0.reservation(&id("r")).map(|it| it.count), Some(1));
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

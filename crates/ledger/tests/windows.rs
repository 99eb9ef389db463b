//! Windows: they begin and end to the second, give notice, take their instances along, and can be moved.

use crate::common::{config, id, instance, instance_id, reservation};
use ledger::check::check;
use ledger::commands::{
    AddHost, Attach, Command, Delete, Launch, LaunchRefusal, MarkHost, Own, PlaceRefusal, Release, ReleaseRefusal,
    Reschedule, RescheduleRefusal, Reserve, ReserveRefusal, SetLadder, Settle, Shortage,
};
use ledger::{
    Attachment, Course, End, Entry, Halt, HostState, InstanceId, Ladder, Ledger, Moment, Phase, Reservation, State, Why,
};
use proptest::prelude::*;

const PLACE: (&str, &str) = ("h", "g6");
const OWNER: &str = "alice";
const LADDERS: [&[u32]; 3] = [&[1, 2, 4], &[1, 3, 6], &[1, 5]];

struct World {
    ledger: Ledger,
    now: Moment,
    launched: usize,
}

/// A window of these moments.
fn window(name: &str, size: u32, count: u32, starts: u64, ends: u64, notice_seconds: u64) -> Reservation {
    let mut window = reservation(name, OWNER, PLACE, size, count);
    window.course = Course::Windowed { notice_seconds, noticed: false };
    (window.starts, window.end) = (Moment(starts), End::At(Moment(ends)));
    window
}

impl World {
    /// At second 1000, with these hosts.
    fn new(rungs: &[u32], hosts: &[u32]) -> Self {
        let mut world = Self { ledger: Ledger::default(), now: Moment(1000), launched: 0 };
        world.ladder(rungs);
        for (number, units) in hosts.iter().enumerate() {
            let (host, zone, class) = (format!("host-{number}"), PLACE.0.into(), PLACE.1.into());
            world.run(&AddHost { host: host.as_str().into(), zone, class, units: *units }).expect("a new host");
        }
        world
    }

    fn ladder(&mut self, rungs: &[u32]) {
        let ladder = Ladder::new(rungs.to_vec()).expect("a ladder");
        self.run(&SetLadder { class: PLACE.1.into(), ladder }).expect("nothing stands against it");
    }

    fn run<C: Command>(&mut self, command: &C) -> Result<C::Done, C::Refusal> {
        let (facts, done) = command.decide(&self.ledger, self.now)?;
        facts.iter().for_each(|fact| self.ledger.apply(fact));
        assert_eq!(check(&self.ledger), []);
        Ok(done)
    }

    fn reserve(&mut self, window: &Reservation) -> Result<(), ReserveRefusal> {
        self.run(&Reserve { reservation: window.clone() })
    }

    fn move_to(&mut self, name: &str, to: (Option<u64>, Option<u64>), count: Option<u32>) -> Result<(), String> {
        let (starts, end) = (to.0.map(Moment), to.1.map(Moment));
        let command = Reschedule { id: id(name), by: OWNER.into(), starts, end, count };
        self.run(&command).map_err(|refusal| format!("{refusal:?}"))
    }

    /// Into the slots of a reservation.
    fn launch(&mut self, name: &str, count: usize) -> Result<Vec<InstanceId>, LaunchRefusal> {
        let one = |n| Own { id: instance_id(self.launched + n), name: Box::from(""), carried: Box::default() };
        let each: Vec<_> = (0..count).map(one).collect();
        self.launched += count;
        let ids = each.iter().map(|own| own.id).collect();
        let size = self.ledger.reservation(&id(name)).expect("it is known").size;
        let instance = instance(OWNER, PLACE, size, Attachment::Target(id(name)));
        self.run(&Launch { instance, each, least: count, run: true }).map(|_| ids)
    }

    /// What is due by a moment, as one answer.
    fn settle_at(&mut self, now: u64) -> Vec<Entry> {
        self.now = Moment(now);
        let settle = Settle { most: 1000, keep_released_seconds: 1000 };
        let Ok((facts, ())) = settle.decide(&self.ledger, self.now);
        facts.iter().for_each(|fact| self.ledger.apply(fact));
        assert_eq!(check(&self.ledger), []);
        assert!(self.ledger.next_due().is_none_or(|due| due > self.now));
        facts
    }

    fn phase(&self, name: &str) -> Phase {
        self.ledger.reservation(&id(name)).expect("it is known").phase
    }
}

#[test]
fn windows_stand_back_to_back_to_the_second() {
    let mut world = World::new(&[1, 2], &[4]);
    world.reserve(&window("one", 2, 2, 1000, 1100, 0)).expect("all is free");
    let early = world.reserve(&window("two", 2, 2, 1099, 1200, 0));
    assert_eq!(early, Err(ReserveRefusal::NoStock(Shortage { rung: 2, could: 0 })), "one second too early");
    world.reserve(&window("two", 2, 2, 1100, 1200, 0)).expect("the first one is over by then");
    let ids = world.launch("one", 2).expect("it has begun");

    // The last second of the first one.
    assert_eq!(world.settle_at(1099), []);
    assert_eq!((world.phase("one"), world.phase("two")), (Phase::Active, Phase::Prepared));
    assert_eq!(world.launch("two", 1), Err(LaunchRefusal::Place(PlaceRefusal::NotActive, 0)));

    let at = Moment(1100);
    let stopped = ids.iter().map(|id| Entry::Stopped { id: *id, at, how: Halt::Reclaimed });
    let over = Entry::Released { id: id("one"), at, why: Why::Expired };
    let begun = Entry::Began { id: id("two"), at };
    assert_eq!(world.settle_at(1100), stopped.chain([over, begun]).collect::<Vec<_>>());
    for id in &ids {
        let instance = world.ledger.instance(id).expect("it is kept");
        assert_eq!(instance.state, State::Parked { reclaimed: true });
    }
    world.launch("two", 2).expect("both slots are there in the same second");
    world.run(&Delete { ids, by: OWNER.into(), force: false }).expect("what was reclaimed does not run");
}

#[test]
fn what_the_server_slept_through_is_made_up_for_in_order() {
    let mut world = World::new(&[1], &[4]);
    world.reserve(&window("runs", 1, 4, 1000, 1100, 30)).expect("room");
    world.reserve(&window("missed", 1, 4, 1100, 1110, 60)).expect("room");
    world.reserve(&window("next", 1, 4, 1110, 1500, 30)).expect("room");
    let ids = world.launch("runs", 1).expect("it has begun");

    let fact = |name: &str, at: u64| (id(name), Moment(at));
    let [told, stopped, over] = [fact("runs", 1070), fact("runs", 1100), fact("runs", 1100)];
    let expected = vec![
        Entry::Noticed { id: told.0, at: told.1 },
        Entry::Stopped { id: ids[0], at: stopped.1, how: Halt::Reclaimed },
        Entry::Released { id: over.0, at: over.1, why: Why::Expired },
        // Sixty seconds before its end it had not begun: notice is given with its beginning.
        Entry::Noticed { id: id("missed"), at: Moment(1100) },
        Entry::Began { id: id("missed"), at: Moment(1100) },
        Entry::Released { id: id("missed"), at: Moment(1110), why: Why::Expired },
        Entry::Began { id: id("next"), at: Moment(1110) },
    ];
    assert_eq!(world.settle_at(1400), expected);
    world.launch("next", 4).expect("all of it is there");
    let by = OWNER.into();
    assert_eq!(world.run(&Release { id: id("missed"), by }), Err(ReleaseRefusal::AlreadyReleased));
}

#[test]
fn notice_is_given_once_and_anew_for_another_end() {
    let mut world = World::new(&[1], &[4]);
    world.reserve(&window("one", 1, 1, 1000, 1100, 30)).expect("room");
    world.reserve(&window("none", 1, 1, 1000, 1100, 0)).expect("room");
    let ids = world.launch("one", 1).expect("it has begun");
    let told = |world: &World| {
        let instance = world.ledger.instance(&ids[0]).expect("it is kept");
        world.ledger.reclaimed_at(instance)
    };
    assert_eq!(told(&world), Some((Moment(1100), false)));
    assert_eq!(world.settle_at(1069), []);
    assert_eq!(world.settle_at(1070), [Entry::Noticed { id: id("one"), at: Moment(1070) }]);
    assert_eq!(told(&world), Some((Moment(1100), true)));
    assert_eq!(world.settle_at(1080), []);

    // Its end is put off: nobody is to stop yet.
    world.move_to("one", (None, Some(1200)), None).expect("room");
    assert_eq!(told(&world), Some((Moment(1200), false)));
    world.settle_at(1169);
    assert_eq!(world.settle_at(1170), [Entry::Noticed { id: id("one"), at: Moment(1170) }]);
    // The same end again is no other end.
    world.move_to("one", (None, Some(1200)), Some(1)).expect("as it is");
    assert_eq!(told(&world), Some((Moment(1200), true)));
}

/// Of an instance that goes from the slot of one reservation into that of another: whether it may.
fn moves(world: &mut World, it: InstanceId, to: &str) -> bool {
    let attachment = if to.is_empty() { Attachment::None } else { Attachment::Target(id(to)) };
    world.run(&Attach { id: it, by: OWNER.into(), attachment }).is_ok()
}

#[test]
fn an_instance_moves_between_windows_though_nothing_else_is_free() {
    let mut world = World::new(&[1, 2], &[4]);
    world.reserve(&window("short", 2, 1, 1000, 1100, 0)).expect("room");
    world.reserve(&window("long", 2, 1, 1000, 1200, 0)).expect("room");
    let it = world.launch("short", 1).expect("it has begun")[0];
    assert!(!moves(&mut world, it, ""), "on open capacity it would stay for good, and all is promised until 1100");
    assert!(moves(&mut world, it, "long"), "the slots change places");
    world.launch("short", 1).expect("the slot that it left is there");
    world.settle_at(1100);
    assert!(world.ledger.instance(&it).is_some_and(|it| it.runs()), "it ends with the other one now");
    world.reserve(&window("next", 2, 1, 1100, 1200, 0)).expect("that of the short one is free again");
    assert!(moves(&mut world, it, "next"));
    world.settle_at(1200);
    assert!(world.ledger.instance(&it).is_some_and(|it| !it.runs()));
}

#[test]
fn on_a_host_out_of_service_nothing_comes_back_for_the_slot_that_is_left() {
    let mut world = World::new(&[1], &[4, 4]);
    world.reserve(&window("short", 1, 1, 1000, 1100, 0)).expect("room");
    world.reserve(&window("long", 1, 1, 1000, 1200, 0)).expect("room");
    let it = world.launch("long", 1).expect("it has begun")[0];
    let host = world.ledger.instance(&it).and_then(|it| it.place()).expect("it stands").host.clone();
    world.run(&MarkHost { host, state: HostState::Failed }).expect("it is there");
    world.reserve(&window("all", 1, 3, 1000, 1100, 0)).expect("room beside the short one");
    world.reserve(&window("later", 1, 4, 1100, 1300, 0)).expect("room after it");
    assert!(!moves(&mut world, it, "short"), "the long one would need a slot until 1200");
    assert!(!moves(&mut world, it, ""));
    world.move_to("later", (None, Some(1100)), None).expect("called off");
    assert!(moves(&mut world, it, "short"));
}

#[test]
fn windows_are_moved() {
    // On a host of four: two from 1100 to 1200, of which this tells, two from 1200 to 1300 and two from 1300 to 1400.
    type Asked = (Option<u64>, Option<u64>, Option<u32>);
    type Stands = Result<Option<(u64, u64, u32)>, String>;
    let short = |could| format!("{:?}", RescheduleRefusal::NoStock(Shortage { rung: 1, could }));
    let table: [(Asked, Stands); 18] = [
        ((None, None, None), Ok(Some((1100, 1200, 2)))),
        ((Some(1000), None, None), Ok(Some((1000, 1200, 2)))),
        ((Some(999), None, None), Err("StartInPast".to_owned())),
        ((Some(1150), None, None), Ok(Some((1150, 1200, 2)))),
        ((None, Some(1400), None), Ok(Some((1100, 1400, 2)))),
        ((None, Some(1150), None), Ok(Some((1100, 1150, 2)))),
        ((Some(1300), Some(1500), None), Ok(Some((1300, 1500, 2)))),
        ((None, None, Some(4)), Ok(Some((1100, 1200, 4)))),
        ((None, None, Some(5)), Err(short(4))),
        ((None, Some(1201), Some(3)), Err(short(2))),
        ((Some(1199), Some(1201), Some(2)), Ok(Some((1199, 1201, 2)))),
        ((Some(1400), Some(1500), Some(4)), Ok(Some((1400, 1500, 4)))),
        ((Some(1399), Some(1500), Some(4)), Err(short(2))),
        ((Some(1000), Some(1100), Some(4)), Ok(Some((1000, 1100, 4)))),
        // A beginning alone does not call it off.
        ((Some(1200), None, None), Err("StartTooLate".to_owned())),
        ((Some(1201), None, Some(1)), Err("StartTooLate".to_owned())),
        // What is not after its beginning, or not after now, is an end at once.
        ((None, Some(1100), None), Ok(None)),
        ((None, Some(0), Some(9)), Ok(None)),
    ];
    for ((starts, end, count), expected) in table {
        let mut world = World::new(&[1], &[4]);
        world.reserve(&window("moved", 1, 2, 1100, 1200, 0)).expect("room");
        world.reserve(&window("next", 1, 2, 1200, 1300, 0)).expect("room");
        world.reserve(&window("last", 1, 2, 1300, 1400, 0)).expect("room");
        let answer = world.move_to("moved", (starts, end), count);
        let found = world.ledger.reservation(&id("moved")).expect("it is known");
        let stands = found.holds().then(|| match found.end {
            End::At(end) => (found.starts.0, end.0, found.count),
            End::ByHand => panic!("a window has an end"),
        });
        let asked = (starts, end, count);
        match expected {
            Ok(expected) => assert_eq!((answer, stands), (Ok(()), expected), "{asked:?}"),
            Err(refusal) => assert_eq!((answer, stands), (Err(refusal), Some((1100, 1200, 2))), "{asked:?}"),
        }
    }
}

#[test]
fn a_window_that_has_begun_keeps_its_beginning_and_what_is_used() {
    let mut world = World::new(&[1], &[4]);
    world.reserve(&window("one", 1, 2, 1000, 1100, 0)).expect("room");
    let ids = world.launch("one", 2).expect("it has begun");
    assert_eq!(world.move_to("one", (Some(1050), None), None), Err("HasBegun".to_owned()));
    assert_eq!(world.move_to("one", (None, Some(1200)), Some(1)), Err("BelowUsed(2)".to_owned()));
    world.move_to("one", (Some(1000), Some(1300)), Some(4)).expect("room");
    let other = Reschedule { id: id("one"), by: "bob".into(), starts: None, end: Some(Moment(0)), count: None };
    assert_eq!(world.run(&other), Err(RescheduleRefusal::NotFound));

    world.move_to("one", (None, Some(1000)), None).expect("an end at once");
    assert_eq!(world.phase("one"), Phase::Released { at: Moment(1000), why: Why::ByHand });
    for id in ids {
        let instance = world.ledger.instance(&id).expect("it is kept");
        assert_eq!(instance.state, State::Parked { reclaimed: true });
    }
    assert_eq!(world.move_to("one", (None, Some(1300)), None), Err("Over".to_owned()));
    world.reserve(&reservation("all", OWNER, PLACE, 1, 4)).expect("the host is whole again");
}

/// A window of size 2 was promised as 4 when that was the rung above, and its instance holds 4. Since then there is a
/// rung of 2, which is what a slot of it is promised as; but what its instance gives back is a slot of 4, and somebody
/// counts on it.
#[test]
fn a_longer_window_keeps_what_its_instances_really_hold() {
    let mut world = World::new(&[1, 4], &[4, 2]);
    world.reserve(&window("one", 2, 1, 1000, 1100, 0)).expect("room");
    world.launch("one", 1).expect("it has begun");
    world.reserve(&window("big", 4, 1, 1100, 1200, 0)).expect("the first one is over by then");
    world.ladder(&[1, 2, 4]);
    let refusal = world.move_to("one", (None, Some(1150)), None).expect_err("the large slot is promised");
    assert!(refusal.starts_with("NoStock"), "{refusal}");
    world.move_to("one", (None, Some(1050)), None).expect("less is always granted");
    world.move_to("one", (None, Some(1100)), None).expect("as before");
    world.settle_at(1100);
    world.launch("big", 1).expect("it was promised");
}

proptest! {
    #![proptest_config(config(1500, "tests/regressions/windows.txt"))]

    /// Moving a window is granted exactly when it would be granted anew in a world without it.
    #[test]
    fn a_window_is_moved_wherever_it_could_be_made(
        ladder in prop::sample::select(&LADDERS[..]),
        hosts in prop::collection::vec(1..14_u32, 1..4),
        others in prop::collection::vec((1..7_u32, 1..4_u32, 0..20_u64, 1..12_u64), 0..10),
        size in 1..7_u32, count in 1..5_u32, starts in 0..20_u64, lasts in 1..12_u64,
        to in (prop::option::of(0..20_u64), prop::option::of(0..32_u64), prop::option::of(1..5_u32)),
    ) {
        let (mut world, mut without) = (World::new(ladder, &hosts), World::new(ladder, &hosts));
        let starts = world.now.0 + starts;
        if world.reserve(&window("moved", size, count, starts, starts + lasts, 0)).is_err() {
            return Ok(());
        }
        for (number, (size, count, starts, lasts)) in others.into_iter().enumerate() {
            let starts = world.now.0 + starts;
            let other = window(&format!("other{number}x"), size, count, starts, starts + lasts, 0);
            if world.reserve(&other).is_ok() {
                prop_assert_eq!(without.reserve(&other), Ok(()));
            }
        }
        let begun = world.phase("moved") == Phase::Active;

        let later = |seconds: Option<u64>| seconds.map(|seconds| 1000 + seconds);
        let (new_start, new_end, new_count) = (later(to.0), later(to.1), to.2);
        let (from, until) = (new_start.unwrap_or(starts), new_end.unwrap_or(starts + lasts));
        let answer = world.move_to("moved", (new_start, new_end), new_count);
        if begun && from != starts {
            prop_assert_eq!(answer, Err("HasBegun".to_owned()));
        } else if new_end.is_none() && until <= from {
            prop_assert_eq!(answer, Err("StartTooLate".to_owned()));
        } else if until <= from.max(1000) {
            prop_assert_eq!(answer, Ok(()));
            prop_assert!(!world.ledger.reservation(&id("moved")).expect("it is known").holds());
        } else {
            let mut anew = without;
            let made = anew.reserve(&window("moved", size, new_count.unwrap_or(count), from, until, 0));
            prop_assert_eq!(answer.is_ok(), made.is_ok(), "{:?} and {:?}", answer, made);
            if made.is_ok() {
                let pool = |world: &World| world.ledger.pool(&PLACE.0.into(), &PLACE.1.into()).cloned();
                prop_assert_eq!(pool(&world), pool(&anew), "it counts as if it had been made so");
            }
        }
    }
}

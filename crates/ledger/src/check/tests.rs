//! Each violation is found: a sound ledger is spoilt in one place, and the check must say where.

use super::{Violation, check};
use crate::{
    AccountId, Attachment, Charge, Choice, Course, End, Entry, HostId, HostState, Instance, InstanceId, Ledger,
    MatchCriteria, Moment, Phase, Place, Platform, Reservation, ReservationId, State, Tag, Why, Window,
};

fn id(last: u8) -> ReservationId {
    let code = std::array::from_fn(|i| if i == 19 { last } else { b'a' });
    ReservationId::new(crate::Kind::CapacityReservation, code).expect("legal characters")
}

fn reserved(last: u8, end: End, phase: Phase) -> Entry {
    Entry::Reserved(Box::new(Reservation {
        id: id(last),
        owner: "alice".into(),
        zone: "h".into(),
        class: "g6".into(),
        instance_type: "g6.large".into(),
        size: 2,
        count: 2,
        matching: MatchCriteria::Open,
        platform: Platform::Linux,
        group: Box::from(""),
        name: Box::from(""),
        description: Box::from(""),
        tags: Box::from([]),
        creation_tags: Box::from([]),
        course: Course::Immediate,
        made: Moment(10),
        starts: Moment(10),
        end,
        phase,
    }))
}

fn sound() -> Ledger {
    let mut ledger = Ledger::default();
    let host = |name: &str| Entry::HostAdded { host: name.into(), zone: "h".into(), class: "g6".into(), units: 4 };
    let over = Phase::Released { at: Moment(20), why: Why::ByHand };
    let ladder = Entry::LadderSet { class: "g6".into(), rungs: vec![1, 2] };
    let facts = [
        ladder,
        host("h1"),
        host("h2"),
        reserved(b'1', End::ByHand, Phase::Active),
        reserved(b'2', End::At(Moment(90)), Phase::Active),
        reserved(b'3', End::ByHand, over),
    ];
    facts.iter().for_each(|fact| ledger.apply(fact));
    ledger
}

fn found(spoil: impl Fn(&mut Ledger)) -> Vec<Violation> {
    let mut ledger = sound();
    assert_eq!(check(&ledger), []);
    spoil(&mut ledger);
    check(&ledger)
}

fn pool(ledger: &mut Ledger) -> &mut crate::Pool {
    ledger.pools.first_entry().expect("one pool").into_mut()
}

#[test]
fn a_wrong_pool_is_found() {
    let wrong = || Violation::WrongPool("h".into(), "g6".into());
    let forever = Window::from(Moment(0));
    assert_eq!(found(|it| pool(it).join()), [wrong()], "a promise that nobody holds");
    assert_eq!(found(|it| pool(it).promise(forever, 2, -1)), [wrong()], "a slot that is promised twice");
    assert_eq!(found(|it| pool(it).add_host()), [wrong()], "a host that is not there");
    assert_eq!(found(|it| pool(it).count_whole(4, true)), [wrong()], "a host in service that is not there");
    let later = Window { start: Moment(50), end: Some(Moment(60)) };
    assert_eq!(found(|it| pool(it).promise(later, 1, -1))[0], wrong(), "at a later moment alone");
    let both = [wrong(), Violation::WrongAnswer("h".into(), "g6".into())];
    assert_eq!(found(|it| pool(it).promise(forever, 2, 9)), both, "short by a promise that nobody holds");
    assert_eq!(found(|it| drop(it.hosts.pop_last()))[..], both, "a host that went unnoticed");
    assert_eq!(found(|it| it.pools.clear()), [Violation::WrongPools]);
}

#[test]
fn a_wrong_index_is_found() {
    assert_eq!(found(|it| it.index.due.clear()), [Violation::WrongIndex("due")]);
    assert_eq!(found(|it| it.index.released.extend([(Moment(1), id(b'9'))])), [Violation::WrongIndex("released")]);
    let nobody = |it: &mut Ledger| {
        drop(it.index.by_owner.insert((AccountId::from("bob"), crate::Kind::CapacityReservation), [].into()));
    };
    assert_eq!(found(nobody), [Violation::WrongIndex("by owner")]);
    assert_eq!(found(|it| it.index.held_by_owner.clear()), [Violation::WrongIndex("held by owner")]);
}

#[test]
fn a_wrong_key_or_host_is_found() {
    let moved = |it: &mut Ledger| {
        let held = it.reservations.remove(&id(b'1')).expect("it holds");
        it.reservations.insert(id(b'9'), held);
    };
    assert_eq!(found(moved), [Violation::WrongKey(id(b'9'))]);
    let empty = |it: &mut Ledger| {
        let (state, instances) = (HostState::InService, [].into());
        let (zone, class) = ("h".into(), "g6".into());
        it.hosts.insert("h0".into(), crate::Host { zone, class, units: 0, free: 0, state, instances });
        pool(it).add_host();
        pool(it).count_whole(0, true);
        pool(it).serve(&HostId::from("h0"), 0);
    };
    assert_eq!(found(empty), [Violation::BadHost("h0".into())]);
}

fn instance(last: u8, state: State) -> Entry {
    Entry::Launched(Box::new(Instance {
        id: instance_id(last),
        owner: "alice".into(),
        zone: "h".into(),
        class: "g6".into(),
        instance_type: "g6.large".into(),
        size: 2,
        platform: Platform::Linux,
        charge: Charge::PostPaid,
        spot: false,
        attachment: Attachment::Open,
        name: Box::from(""),
        carried: Box::from([]),
        tags: Box::from([]),
        creation_tags: Box::from([]),
        made: Moment(10),
        started: None,
        state,
    }))
}

fn instance_id(last: u8) -> InstanceId {
    InstanceId::new(std::array::from_fn(|i| if i == 19 { last } else { b'a' })).expect("legal characters")
}

/// On host and in the slot of a reservation, if any.
fn runs(host: &str, slot: Option<u8>) -> State {
    let choice = slot.map_or(Choice::NoneMatched, |_| Choice::First { among: 1 });
    State::Running(Place { host: host.into(), units: 2, reservation: slot.map(id), choice })
}

/// Both slots of the first reservation are used; one instance stands in open capacity, and one nowhere.
fn found_lived_in(spoil: impl Fn(&mut Ledger)) -> Vec<Violation> {
    found(|ledger| {
        ledger.apply(&Entry::HostAdded { host: "h3".into(), zone: "h".into(), class: "g6".into(), units: 4 });
        ledger.apply(&instance(b'1', runs("h1", Some(b'1'))));
        ledger.apply(&instance(b'2', runs("h2", Some(b'1'))));
        ledger.apply(&instance(b'3', runs("h3", None)));
        ledger.apply(&instance(b'4', State::Parked { reclaimed: false }));
        assert_eq!(check(ledger), []);
        spoil(ledger);
    })
}

#[test]
fn a_wrong_instance_is_found() {
    let found = |last: u8, spoil: &dyn Fn(&mut Instance)| {
        found_lived_in(|it| spoil(it.instances.get_mut(&instance_id(last)).expect("it is there")))
    };
    let bad = |last: u8| Violation::BadInstance(instance_id(last));
    assert_eq!(found(b'4', &|it| it.size = 0), [bad(b'4')]);
    assert_eq!(found(b'4', &|it| it.id = instance_id(b'9'))[0], bad(b'4'), "under another's id");
    assert_eq!(found(b'3', &|it| it.size = 3), [bad(b'3')], "more than its place");
    assert_eq!(found(b'3', &|it| it.zone = "i".into())[..], [bad(b'3')], "its host is in another zone");
    assert_eq!(found(b'3', &|it| it.class = "c6".into())[..], [bad(b'3')], "its host is of another class");
    let nowhere = found(b'3', &|it| it.state = runs("h9", None));
    assert_eq!(nowhere[..3], [bad(b'3'), Violation::BadHost("h3".into()), Violation::BadHost("h9".into())]);
    let wrong = Violation::WrongSlot(instance_id(b'1'));
    assert_eq!(found(b'1', &|it| it.owner = "bob".into())[0], wrong);
    assert_eq!(found(b'1', &|it| it.instance_type = "g6.other".into())[0], wrong);
    assert_eq!(found(b'1', &|it| it.zone = "i".into())[1], wrong);
    assert_eq!(found(b'1', &|it| it.class = "c6".into())[1], wrong);
    assert_eq!(found(b'1', &|it| it.state = runs("h1", Some(b'3')))[0], wrong, "of what is over");
    assert_eq!(found(b'1', &|it| it.state = runs("h1", Some(b'9')))[0], wrong, "of what never was");
}

#[test]
fn a_host_with_other_instances_than_stand_on_it_is_found() {
    let found = |spoil: &dyn Fn(&mut crate::Host)| {
        found_lived_in(|it| spoil(it.hosts.get_mut(&HostId::from("h3")).expect("it is there")))
    };
    let bad = Violation::BadHost("h3".into());
    assert_eq!(found(&|it| it.free = 1)[0], bad, "a unit is lost");
    assert_eq!(found(&|it| it.free = 3)[0], bad, "a unit is there twice");
    assert_eq!(found(&|it| it.instances.clear()), std::slice::from_ref(&bad));
    assert_eq!(found(&|it| it.instances.extend([instance_id(b'9')])), [bad]);
    let classless = found_lived_in(|it| it.ladders.clear());
    assert_eq!(classless[..3], ["h1", "h2", "h3"].map(|host| Violation::BadHost(host.into())), "no ladder");
    let amounts = [b'1', b'2'].map(|last| Violation::BadAmount(id(last)));
    assert_eq!(classless[3..], [&amounts[..], &[Violation::WrongPool("h".into(), "g6".into())]].concat());
}

#[test]
fn a_wrong_reservation_is_found() {
    let found = |last: u8, spoil: &dyn Fn(&mut Reservation)| {
        found_lived_in(|it| spoil(it.reservations.get_mut(&id(last)).expect("it is there")))
    };
    let bad = Violation::BadAmount(id(b'3'));
    assert_eq!(found(b'3', &|it| it.count = 0), std::slice::from_ref(&bad));
    assert_eq!(found(b'3', &|it| it.count = 1001), std::slice::from_ref(&bad));
    assert_eq!(found(b'3', &|it| it.size = 0), [bad]);
    assert_eq!(found(b'3', &|it| it.size = 3), [], "over: no rung has to cover it");
    assert_eq!(found(b'2', &|it| it.size = 3)[0], Violation::BadAmount(id(b'2')));
    let early = Violation::ReleasedTooEarly(id(b'3'));
    assert!(!found(b'3', &|it| it.made = Moment(20)).contains(&early), "over as soon as it was made");
    assert!(found(b'3', &|it| it.made = Moment(21)).contains(&early));
    assert_eq!(found(b'1', &|it| it.count = 1)[0], Violation::Overused(id(b'1')));
    let over = Phase::Released { at: Moment(20), why: Why::ByHand };
    assert!(found(b'1', &|it| it.phase = over).contains(&Violation::Overused(id(b'1'))));
    let tags =
        |keys: &[u32]| keys.iter().map(|key| Tag { key: key.to_string().into(), value: Box::from("") }).collect();
    let all: Vec<u32> = (0..=20).collect();
    assert_eq!(found(b'3', &|it| it.tags = tags(&all[1..])), []);
    assert_eq!(found(b'3', &|it| it.tags = tags(&all)), [Violation::BadTags(id(b'3'))]);
    assert_eq!(found(b'3', &|it| it.tags = tags(&[1, 1])), [Violation::BadTags(id(b'3'))]);
    let tagged = found_lived_in(|it| {
        it.instances.get_mut(&instance_id(b'4')).expect("it is there").tags = tags(&[1, 1]);
    });
    assert_eq!(tagged, [Violation::BadInstanceTags(instance_id(b'4'))]);
}

#[test]
fn an_index_that_forgot_instances_is_found() {
    assert_eq!(found_lived_in(|it| it.index.instances.clear())[..], [Violation::WrongIndex("instances")]);
    assert!(found_lived_in(|it| it.index.users.clear()).contains(&Violation::WrongIndex("users")));
    assert_eq!(found_lived_in(|it| it.index.open.clear())[..], [Violation::WrongIndex("open")]);
}

#[test]
fn a_window_that_cannot_be_kept_is_found() {
    let window = |count: u32| {
        let Entry::Reserved(mut it) = reserved(b'5', End::At(Moment(60)), Phase::Prepared) else {
            panic!("a reservation")
        };
        it.course = Course::Windowed { notice_seconds: 0, noticed: false };
        (it.starts, it.count, it.matching) = (Moment(50), count, MatchCriteria::Target);
        Entry::Reserved(it)
    };
    let found = |count: u32| {
        found_lived_in(|it| {
            it.apply(&window(1));
            assert_eq!(check(it), []);
            it.reservations.get_mut(&id(b'5')).expect("it is there").count = count;
        })
    };
    assert_eq!(found(1), []);
    let (zone, class) = (|| "h".into(), || "g6".into());
    assert_eq!(found(0)[..2], [Violation::BadAmount(id(b'5')), Violation::WrongPool(zone(), class())]);
    let both = [Violation::WrongPool(zone(), class()), Violation::WrongAnswer(zone(), class())];
    assert_eq!(found(2), both, "there is room for one beside what stands and is promised");
}

/// Tests compare ledgers, so this has to see everything that steers an answer.
#[test]
fn ledgers_that_differ_in_one_part_are_not_equal() {
    let spoils: [fn(&mut Ledger); 6] = [
        |it| it.ladders.clear(),
        |it| it.hosts.clear(),
        |it| it.pools.clear(),
        |it| it.reservations.clear(),
        |it| it.instances.clear(),
        |it| it.index.due.clear(),
    ];
    for (number, spoil) in spoils.into_iter().enumerate() {
        let different = found_lived_in(|ledger| {
            let before = ledger.clone();
            assert!(*ledger == before);
            spoil(ledger);
            assert!(*ledger != before, "part {number}");
        });
        assert!(!different.is_empty(), "part {number}");
    }
}

//! Each violation is found: a sound ledger is spoilt in one place, and the check must say where.

use super::{Violation, check};
use crate::{
    AccountId, Course, End, Entry, HostId, HostState, Ledger, MatchCriteria, Moment, Phase, Platform, Reservation,
    ReservationId, Why, Window,
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

//! Facts that contradict the ones before, as only a damaged journal could hold them: passed over, counted, reported.

use crate::common::{id, instance, instance_id, reservation};
use ledger::check::{Violation, check, check_quick};
use ledger::limits::HOST_UNITS_MAX;
use ledger::{Attachment, Choice, Course, End, Entry, Instance, Ledger, Moment, Phase, Place, Reservation, State, Why};

fn host(name: &str, class: &str, units: u32) -> Entry {
    Entry::HostAdded { host: name.into(), zone: "h".into(), class: class.into(), units }
}

fn reserved(name: &str, class: &str, size: u32) -> Entry {
    Entry::Reserved(Box::new(reservation(name, "alice", ("h", class), size, 1)))
}

fn released(name: &str) -> Entry {
    Entry::Released { id: id(name), at: Moment(9), why: Why::Expired }
}

fn modified(name: &str) -> Entry {
    let (title, description) = (Some("a".into()), None);
    Entry::Modified { id: id(name), name: title, description, end: Some(End::At(Moment(7))), count: Some(2) }
}

#[test]
fn contradictions_are_counted_and_change_nothing_else() {
    let mut ledger = Ledger::default();
    let ladder = |rungs: &[u32]| Entry::LadderSet { class: "g6".into(), rungs: rungs.to_vec() };
    for fact in
        [ladder(&[1, 4]), host("h1", "g6", 8), reserved("held", "g6", 4), reserved("over", "g6", 1), released("over")]
    {
        ledger.apply(&fact);
    }
    assert_eq!(check(&ledger), []);
    let sound = ledger.clone();
    let damaged = [
        ladder(&[]),
        ladder(&[2, 4]),
        ladder(&[1]),
        host("h1", "g6", 8),
        host("h2", "g6", 0),
        host("h2", "g6", HOST_UNITS_MAX + 1),
        host("h2", "c6", 8),
        Entry::HostRemoved { host: "h9".into() },
        reserved("held", "g6", 1),
        reserved("over", "g6", 1),
        reserved("new", "g6", 5),
        reserved("new", "c6", 1),
        released("new"),
        released("over"),
        modified("new"),
        modified("over"),
        Entry::Tagged { id: id("new"), tags: Vec::new() },
        Entry::Untagged { id: id("new"), keys: Vec::new() },
        Entry::Forgotten { id: id("new") },
        Entry::Forgotten { id: id("held") },
    ];
    for (count, fact) in (1..).zip(&damaged) {
        ledger.take(fact.clone());
        assert_eq!(ledger, sound, "{fact:?}");
        assert_eq!(ledger.anomalies(), count, "{fact:?}");
        assert_eq!(check(&ledger), [Violation::Anomalies(count)]);
    }
}

/// A running instance of one unit on this host, in this slot.
fn launched(number: usize, zone: &str, (host, units): (&str, u32), slot: Option<&str>) -> Entry {
    let place = Place { host: host.into(), units, reservation: slot.map(id), choice: Choice::NotAsked };
    let parked = instance("alice", (zone, "g6"), 1, Attachment::None);
    Entry::Launched(Box::new(Instance { id: instance_id(number), state: State::Running(place), ..parked }))
}

#[test]
fn an_instance_comes_into_no_slot_that_is_not_there_for_it() {
    let mut ledger = Ledger::default();
    let far = Entry::HostAdded { host: "i1".into(), zone: "i".into(), class: "g6".into(), units: 8 };
    let elsewhere = Entry::Reserved(Box::new(reservation("elsewhere", "alice", ("i", "g6"), 1, 1)));
    let ladder = Entry::LadderSet { class: "g6".into(), rungs: vec![1] };
    let full = [reserved("full", "g6", 1), launched(1, "h", ("h1", 1), Some("full"))];
    let over = [reserved("over", "g6", 1), released("over"), elsewhere];
    [ladder, host("h1", "g6", 8), far].iter().chain(&full).chain(&over).for_each(|fact| ledger.apply(fact));
    assert_eq!(check(&ledger), []);
    let sound = ledger.clone();
    let place = |host: &str| Place { host: host.into(), units: 1, reservation: None, choice: Choice::NotAsked };
    let attached = |place| Entry::Attached { id: instance_id(1), attachment: Attachment::None, place };
    let damaged = [
        launched(2, "h", ("h1", 1), Some("full")),
        launched(2, "h", ("h1", 1), Some("over")),
        launched(2, "h", ("h1", 1), Some("elsewhere")),
        launched(2, "h", ("h1", 1), Some("never")),
        launched(2, "h", ("h1", 8), None),
        launched(2, "h", ("i1", 1), None),
        launched(1, "h", ("h1", 1), None),
        attached(Some(place("i1"))),
        attached(None),
    ];
    for (count, fact) in (1..).zip(&damaged) {
        ledger.take(fact.clone());
        assert_eq!((&ledger, ledger.anomalies()), (&sound, count), "{fact:?}");
    }
}

#[test]
fn only_windows_move_and_only_assurances_have_rules() {
    let mut ledger = Ledger::default();
    let windowed = |name: &str| {
        let mut made = reservation(name, "alice", ("h", "g6"), 1, 1);
        made.course = Course::Windowed { notice_seconds: 0, noticed: false };
        (made.starts, made.end) = (Moment(5), End::At(Moment(9)));
        made.phase = Phase::Prepared;
        Entry::Reserved(Box::new(made))
    };
    let ladder = Entry::LadderSet { class: "g6".into(), rungs: vec![1] };
    for fact in [ladder, host("h1", "g6", 8), windowed("window"), windowed("over"), reserved("plain", "g6", 1)] {
        ledger.apply(&fact);
    }
    let gone = Entry::Released { id: id("over"), at: Moment(3), why: Why::ByHand };
    ledger.apply(&gone);
    assert_eq!(check(&ledger), []);
    let sound = ledger.clone();
    let moved = |name: &str, starts, end| Entry::Rescheduled { id: id(name), starts: Moment(starts), end: Moment(end) };
    let rules = |name: &str| Entry::RulesSet { id: id(name), rules: Box::default() };
    let damaged = [
        moved("never", 6, 8),
        moved("over", 6, 8),
        moved("plain", 6, 8),
        moved("window", 8, 6),
        rules("never"),
        rules("window"),
        rules("plain"),
    ];
    for (count, fact) in (1..).zip(&damaged) {
        ledger.apply(fact);
        assert_eq!((&ledger, ledger.anomalies()), (&sound, count), "{fact:?}");
    }
    let before = ledger.anomalies();
    ledger.apply(&moved("window", 6, 6));
    assert_eq!((ledger.anomalies(), ledger.reservation(&id("window")).map(|it| it.starts)), (before, Some(Moment(6))));
}

#[test]
fn facts_that_no_command_decides_are_found() {
    let found = |change: fn(&mut Reservation)| {
        let mut ledger = Ledger::default();
        ledger.apply(&Entry::LadderSet { class: "g6".into(), rungs: vec![1] });
        ledger.apply(&host("h1", "g6", 8));
        let mut one = reservation("one", "alice", ("h", "g6"), 1, 1);
        (one.made, one.starts) = (Moment(5), Moment(5));
        change(&mut one);
        ledger.apply(&Entry::Reserved(Box::new(one)));
        assert_eq!(
            check_quick(&ledger).is_empty(),
            check(&ledger).iter().all(|it| matches!(it, Violation::BadTags(_)))
        );
        check(&ledger)
    };
    let one = id("one");
    assert_eq!(found(|_| ()), []);
    assert_eq!(found(|it| it.count = 0), [Violation::BadAmount(one)]);
    assert_eq!(found(|it| it.count = 1001)[0], Violation::BadAmount(one));
    assert_eq!(found(|it| it.size = 0)[0], Violation::BadAmount(one));
    assert_eq!(
        found(|it| it.phase = Phase::Released { at: Moment(4), why: Why::ByHand }),
        [Violation::ReleasedTooEarly(one)]
    );
    assert_eq!(
        found(|it| {
            let tag = ledger::Tag { key: "k".into(), value: "".into() };
            it.tags = Box::from([tag.clone(), tag]);
        }),
        [Violation::BadTags(one)]
    );
}

#[test]
fn instances_that_no_command_decides_are_found() {
    let found = |change: fn(&mut Instance)| {
        let mut ledger = Ledger::default();
        ledger.apply(&Entry::LadderSet { class: "g6".into(), rungs: vec![1] });
        ledger.apply(&host("h1", "g6", 8));
        let mut one = Instance { id: instance_id(1), ..instance("alice", ("h", "g6"), 1, Attachment::None) };
        change(&mut one);
        ledger.apply(&Entry::Launched(Box::new(one)));
        check(&ledger)
    };
    fn stand(it: &mut Instance, units: u32) {
        let place = Place { host: "h1".into(), units, reservation: None, choice: Choice::NotAsked };
        it.state = State::Running(place);
    }
    assert_eq!(found(|_| ()), []);
    assert_eq!(found(|it| stand(it, 1)), []);
    let bad = Violation::BadInstance(instance_id(1));
    assert_eq!(found(|it| it.size = 0), [Violation::Anomalies(1)]);
    let small = found(|it| {
        it.size = 3;
        stand(it, 2);
    });
    assert!(small.contains(&bad), "{small:?}");
    let elsewhere = found(|it| {
        it.zone = "i".into();
        stand(it, 1);
    });
    assert_eq!(elsewhere, [Violation::Anomalies(1)]);
}

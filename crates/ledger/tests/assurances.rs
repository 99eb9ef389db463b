//! Assurances: they begin when they are to, end with their period unless it is renewed, leave their instances where they
//! stand, and may be used at certain hours alone. What is told to a second ledger, and what a checkpoint keeps, is the same.

use crate::common::reservation;
use ledger::check::check;
use ledger::commands::{
    AddHost, Command, Delete, Launch, LaunchRefusal, Own, PlaceRefusal, Release, ReleaseRefusal, Renew, RenewRefusal,
    Reserve, ReserveRefusal, RulesRefusal, SetLadder, SetRenewal, SetRules, Settle,
};
use ledger::{
    Assurance, Attachment, Charge, CheckpointWalk, Course, End, Instance, InstanceId, Kind, Ladder, Ledger, Moment,
    Period, PeriodUnit, Phase, Platform, Recurrence, Renewal, RenewalStatus, Reservation, ReservationId, Rule, State,
    Why,
};

const HOUR: u64 = 3600;
const DAY: u64 = 24 * HOUR;
/// 2026-11-23T00:00:00Z, a Monday.
const MONDAY: u64 = 1_795_392_000;
const PLACE: (&str, &str) = ("h", "g6");
const MONTH: Period = Period { count: 1, unit: PeriodUnit::Month };

struct World {
    ledger: Ledger,
    told: Ledger,
    now: Moment,
}

fn id(name: &str) -> ReservationId {
    let code = format!("{name:0<20}");
    let code = code.as_bytes().try_into().expect("at most 20 characters");
    ReservationId::new(Kind::ElasticityAssurance, code).expect("lower case letters and digits")
}

fn instance_id(number: u32) -> InstanceId {
    InstanceId::new(format!("{number:0>20}").as_bytes().try_into().expect("20 digits")).expect("digits")
}

/// One instance of one unit, for a period from a moment on.
fn assurance(name: &str, starts: Moment, period: Period, status: RenewalStatus, rules: &[Rule]) -> Reservation {
    let renewal = Renewal { status, period };
    let course = Course::Assured(Box::new(Assurance { period, renewal, rules: rules.into() }));
    let end = End::At(period.after(starts));
    Reservation { id: id(name), course, starts, end, ..reservation("r", "alice", PLACE, 1, 1) }
}

fn instance(number: u32, attachment: Attachment) -> Launch {
    let instance = Instance {
        id: instance_id(number),
        owner: "alice".into(),
        zone: PLACE.0.into(),
        class: PLACE.1.into(),
        instance_type: "g6.1".into(),
        size: 1,
        // Assurances are for any operating system.
        platform: Platform::Windows,
        charge: Charge::PostPaid,
        spot: false,
        attachment,
        name: "".into(),
        carried: [].into(),
        tags: [].into(),
        creation_tags: [].into(),
        made: Moment(0),
        started: None,
        state: State::Parked { reclaimed: false },
    };
    let own = Own { id: instance_id(number), name: "".into(), carried: Box::default() };
    Launch { instance, each: vec![own], least: 1, run: true }
}

impl World {
    /// With one host of so many units.
    fn new(units: u32) -> Self {
        let mut world = Self { ledger: Ledger::default(), told: Ledger::default(), now: Moment(MONDAY) };
        let ladder = Ladder::new(vec![1]).expect("a ladder");
        world.run(&SetLadder { class: PLACE.1.into(), ladder }).expect("nothing stands against it");
        let (zone, class) = (PLACE.0.into(), PLACE.1.into());
        world.run(&AddHost { host: "h1".into(), zone, class, units }).expect("a new host");
        world
    }

    fn run<C: Command>(&mut self, command: &C) -> Result<C::Done, C::Refusal> {
        let (facts, done) = command.decide(&self.ledger, self.now)?;
        for fact in &facts {
            self.ledger.apply(fact);
            self.told.take(fact.clone());
        }
        assert_eq!(check(&self.ledger), []);
        assert_eq!(self.told, self.ledger);
        Ok(done)
    }

    fn assure(&mut self, wanted: Reservation) -> ReservationId {
        let id = wanted.id;
        self.run(&Reserve { reservation: wanted }).expect("there is room");
        id
    }

    /// Time goes on, and nobody looks before; what is due is then done so many facts at a time.
    fn at(&mut self, now: u64, most: usize) {
        self.now = Moment(now);
        let settle = Settle { most, keep_released_seconds: 30 * DAY };
        while settle.decide(&self.ledger, self.now).is_ok_and(|(facts, ())| !facts.is_empty()) {
            let Ok(()) = self.run(&settle);
        }
        assert!(self.ledger.next_due().is_none_or(|due| due > self.now));
    }

    fn found(&self, id: ReservationId) -> &Reservation {
        self.ledger.reservation(&id).expect("it is known")
    }

    fn room(&self) -> u64 {
        self.ledger.pool(&PLACE.0.into(), &PLACE.1.into()).map_or(0, |pool| pool.available(1))
    }

    /// A checkpoint of it is the whole of it.
    fn survives(&self) {
        let (mut walk, mut anew) = (CheckpointWalk::begin(&self.ledger), Ledger::default());
        while let Some(facts) = walk.next(&self.ledger, 1) {
            facts.iter().for_each(|fact| anew.apply(fact));
        }
        assert_eq!(anew, self.ledger);
    }
}

fn by() -> ledger::AccountId {
    "alice".into()
}

#[test]
fn it_counts_for_ever_from_its_beginning_on() {
    let mut world = World::new(1);
    let starts = Moment(MONDAY + 2 * DAY);
    let first = world.assure(assurance("a1", starts, MONTH, RenewalStatus::Normal, &[]));
    assert_eq!(world.found(first).phase, Phase::Prepared);
    assert_eq!(world.ledger.next_due(), Some(starts));
    // Nothing without an end fits beside it, not even after its own: its instance may outlive it.
    for starts in [MONDAY, MONDAY + DAY, MONDAY + 90 * DAY] {
        let wanted = assurance("a2", Moment(starts), MONTH, RenewalStatus::Normal, &[]);
        let refused = world.run(&Reserve { reservation: wanted });
        assert!(matches!(refused, Err(ReserveRefusal::NoStock(_))), "{refused:?}");
    }
    // A window up to its first second does.
    let mut window = reservation("w", "bob", PLACE, 1, 1);
    window.course = Course::Windowed { notice_seconds: 0, noticed: false };
    (window.starts, window.end) = (world.now, End::At(starts));
    world.run(&Reserve { reservation: window }).expect("it is over in time");
    world.survives();
    world.at(starts.0 - 1, 1);
    assert_eq!(world.found(first).phase, Phase::Prepared);
    let early = world.run(&instance(1, Attachment::Target(first)));
    assert_eq!(early, Err(LaunchRefusal::Place(PlaceRefusal::NotActive, 0)));
    world.at(starts.0, 1);
    assert_eq!(world.found(first).phase, Phase::Active);
    world.run(&instance(1, Attachment::Target(first))).expect("what was promised");
    let release = world.run(&Release { id: first, by: by() });
    assert_eq!(release, Err(ReleaseRefusal::EndsByItself));
}

#[test]
fn it_ends_and_its_instance_goes_on() {
    let mut world = World::new(2);
    let id = world.assure(assurance("a1", world.now, MONTH, RenewalStatus::Normal, &[]));
    world.run(&instance(1, Attachment::Open)).expect("a slot");
    world.run(&instance(2, Attachment::None)).expect("open capacity");
    assert_eq!((world.ledger.used(&id), world.room()), (1, 0));
    let end = MONDAY + 30 * DAY;
    world.at(end - 1, 1);
    assert_eq!(world.found(id).phase, Phase::Active);
    world.at(end + 7, 1);
    assert_eq!(world.found(id).phase, Phase::Released { at: Moment(end), why: Why::Expired });
    assert_eq!((world.ledger.used(&id), world.ledger.users(&id, None).count()), (0, 0));
    let user = world.ledger.instance(&instance_id(1)).expect("it is there");
    assert!(user.runs() && user.reservation().is_none());
    // Its place is taken until it leaves, and nobody else's is.
    assert_eq!(world.room(), 0);
    world.run(&Delete { ids: vec![instance_id(1)], by: by(), force: true }).expect("hers");
    assert_eq!(world.room(), 1);
    world.survives();
}

#[test]
fn what_nobody_used_is_free_at_the_end() {
    let mut world = World::new(1);
    world.assure(assurance("a1", world.now, MONTH, RenewalStatus::Never, &[]));
    assert_eq!(world.room(), 0);
    world.at(MONDAY + 30 * DAY, 1);
    assert_eq!(world.room(), 1);
}

#[test]
fn renewals_follow_the_calendar() {
    let period = |count, unit| Period { count, unit };
    let (month, year) = (PeriodUnit::Month, PeriodUnit::Year);
    // Days after Monday, the 23rd of November 2026; then the ends, in days after it too.
    type Renewals<'a> = &'a [(Period, u64)];
    let table: [(u64, Period, Renewals<'_>, u64); 6] = [
        (0, period(1, month), &[], 30),
        (0, period(1, month), &[(period(1, month), 61), (period(1, month), 92), (period(2, month), 151)], 30),
        // From the 31st of January to the 28th of February, and on from there.
        (69, period(1, month), &[(period(1, month), 125)], 97),
        (0, period(1, year), &[(period(1, year), 731), (period(3, PeriodUnit::Week), 752)], 365),
        (0, period(3, PeriodUnit::Day), &[(period(1, PeriodUnit::Week), 10)], 3),
        (0, period(5, year), &[(period(5, year), 3653)], 1826),
    ];
    for (starts, paid, renewals, first_end) in table {
        let mut world = World::new(1);
        let starts = Moment(MONDAY + starts * DAY + 5 * HOUR);
        let id = world.assure(assurance("a1", starts, paid, RenewalStatus::Normal, &[]));
        let end_after = |days| End::At(Moment(MONDAY + days * DAY + 5 * HOUR));
        assert_eq!(world.found(id).end, end_after(first_end), "{paid:?}");
        for (period, end) in renewals {
            world.run(&Renew { ids: vec![id], by: by(), period: *period, renewal: None }).expect("it holds");
            assert_eq!(world.found(id).end, end_after(*end), "{paid:?} {period:?}");
            let Course::Assured(paid) = &world.found(id).course else { panic!("no assurance any more") };
            assert_eq!(paid.period, *period);
        }
        world.survives();
    }
}

#[test]
fn it_renews_itself_however_late_somebody_looks() {
    for most in [1, 2, 100] {
        let mut world = World::new(2);
        let auto = world.assure(assurance("a1", world.now, MONTH, RenewalStatus::Auto, &[]));
        let other = world.assure(assurance("a2", world.now, MONTH, RenewalStatus::Normal, &[]));
        world.run(&instance(1, Attachment::Target(auto))).expect("a slot");
        // A year and ten days pass; it is the 3rd of December 2027.
        world.at(MONDAY + 375 * DAY, most);
        assert_eq!(world.found(auto).end, End::At(Moment(MONDAY + 395 * DAY)), "the 23rd of December");
        assert_eq!(world.found(auto).phase, Phase::Active);
        assert_eq!(world.ledger.used(&auto), 1);
        assert!(world.ledger.reservation(&other).is_none(), "long over, and forgotten");
        // Told to stop, it ends with what it has.
        let (ids, status) = (vec![auto], Some(RenewalStatus::Never));
        world.run(&SetRenewal { ids, by: by(), status, period: None }).expect("it holds");
        world.survives();
        world.at(MONDAY + 395 * DAY, most);
        assert_eq!(world.found(auto).phase, Phase::Released { at: Moment(MONDAY + 395 * DAY), why: Why::Expired });
    }
}

#[test]
fn a_beginning_and_an_end_that_nobody_saw_come_in_order() {
    let mut world = World::new(1);
    let starts = Moment(MONDAY + HOUR);
    let id = world.assure(assurance("a1", starts, MONTH, RenewalStatus::Normal, &[]));
    world.at(MONDAY + 40 * DAY, 100);
    let end = MONTH.after(starts);
    assert_eq!(world.found(id).phase, Phase::Released { at: end, why: Why::Expired });
}

#[test]
fn several_are_renewed_together_or_not_at_all() {
    let mut world = World::new(4);
    let one = world.assure(assurance("a1", world.now, MONTH, RenewalStatus::Normal, &[]));
    let later = world.assure(assurance("a2", Moment(MONDAY + DAY), MONTH, RenewalStatus::Normal, &[]));
    let day = Period { count: 1, unit: PeriodUnit::Day };
    let over = world.assure(assurance("a3", world.now, day, RenewalStatus::Normal, &[]));
    let plain = reservation("crp", "alice", PLACE, 1, 1);
    world.run(&Reserve { reservation: plain.clone() }).expect("there is room");
    world.at(MONDAY + DAY, 100);
    for (ids, refusal) in [
        (vec![one, over], RenewRefusal::Over(over)),
        (vec![one, id("none")], RenewRefusal::NotFound(id("none"))),
        (vec![one, plain.id], RenewRefusal::NotFound(plain.id)),
    ] {
        let renew = Renew { ids: ids.clone(), by: by(), period: MONTH, renewal: None };
        assert_eq!(world.run(&renew), Err(refusal));
        let set = SetRenewal { ids, by: by(), status: Some(RenewalStatus::Auto), period: None };
        assert_eq!(world.run(&set), Err(refusal));
    }
    let strangers = Renew { ids: vec![one], by: "bob".into(), period: MONTH, renewal: None };
    assert_eq!(world.run(&strangers), Err(RenewRefusal::NotFound(one)));
    assert_eq!(world.found(one).end, End::At(Moment(MONDAY + 30 * DAY)), "nothing has changed");
    let renewal = Renewal { status: RenewalStatus::Auto, period: MONTH };
    world.run(&Renew { ids: vec![one, later], by: by(), period: MONTH, renewal: Some(renewal) }).expect("they hold");
    for found in [one, later] {
        let Course::Assured(paid) = &world.found(found).course else { panic!("no assurance any more") };
        assert_eq!(paid.renewal, renewal);
    }
}

#[test]
fn of_a_renewal_only_what_is_given_changes() {
    let mut world = World::new(1);
    let id = world.assure(assurance("a1", world.now, MONTH, RenewalStatus::Normal, &[]));
    let year = Period { count: 1, unit: PeriodUnit::Year };
    for (status, period, expected) in [
        (None, None, (RenewalStatus::Normal, MONTH)),
        (Some(RenewalStatus::Auto), None, (RenewalStatus::Auto, MONTH)),
        (None, Some(year), (RenewalStatus::Auto, year)),
        (Some(RenewalStatus::Never), Some(MONTH), (RenewalStatus::Never, MONTH)),
    ] {
        world.run(&SetRenewal { ids: vec![id], by: by(), status, period }).expect("it holds");
        let Course::Assured(paid) = &world.found(id).course else { panic!("no assurance any more") };
        assert_eq!((paid.renewal.status, paid.renewal.period), expected);
    }
}

const fn rule(recurrence: Recurrence, from_hour: u8, to_hour: u8) -> Rule {
    Rule { recurrence, from_hour, to_hour }
}

#[test]
fn hours_recur() {
    // Days and hours after Monday, the 23rd; the assurance begins on Monday at five.
    let every_day = Recurrence::Daily(1);
    let third = Recurrence::Daily(3);
    let weekend = Recurrence::Weekly(0b100_0001);
    let mondays = Recurrence::Weekly(0b000_0010);
    let turn = Recurrence::Monthly(29, 31);
    let table = [
        (every_day, 4, 10, 0, 3, false),
        (every_day, 4, 10, 0, 4, true),
        (every_day, 4, 10, 0, 9, true),
        (every_day, 4, 10, 0, 10, false),
        (every_day, 0, 24, 6, 23, true),
        (third, 0, 24, 0, 12, true),
        (third, 0, 24, 2, 12, false),
        (third, 0, 24, 3, 0, true),
        (weekend, 8, 12, 5, 8, true),
        (weekend, 8, 12, 6, 8, true),
        (weekend, 8, 12, 7, 8, false),
        (mondays, 8, 12, 7, 8, true),
        (turn, 8, 12, 5, 8, false),
        (turn, 8, 12, 6, 8, true),
        (turn, 8, 12, 7, 8, true),
        (turn, 8, 12, 8, 8, false),
        // February 2027 has no such days.
        (turn, 8, 12, 97, 8, false),
    ];
    let starts = Moment(MONDAY + 5 * HOUR);
    let renewal = Renewal { status: RenewalStatus::Normal, period: MONTH };
    for (recurrence, from, to, days, hours, expected) in table {
        let rules = [rule(recurrence, from, to)].into();
        let paid = Assurance { period: MONTH, renewal, rules };
        let now = Moment(MONDAY + days * DAY + hours * HOUR + 59);
        assert_eq!(paid.is_usable(starts, now), expected, "{recurrence:?} {from}-{to} at {days}d{hours}h");
    }
    let both = Assurance { period: MONTH, renewal, rules: [rule(mondays, 0, 4), rule(weekend, 0, 4)].into() };
    let usable: Vec<u64> = (0..8).filter(|day| both.is_usable(starts, Moment(MONDAY + day * DAY))).collect();
    assert_eq!(usable, [0, 5, 6, 7]);
}

#[test]
fn it_is_held_all_day_and_used_at_its_hours() {
    let mut world = World::new(3);
    let mornings = [rule(Recurrence::Daily(1), 4, 10)];
    let id = world.assure(assurance("a1", world.now, MONTH, RenewalStatus::Normal, &mornings));
    assert_eq!(world.room(), 2, "held also when it may not be used");
    world.at(MONDAY + 3 * HOUR, 1);
    let early = world.run(&instance(1, Attachment::Target(id)));
    assert_eq!(early, Err(LaunchRefusal::Place(PlaceRefusal::NotNow, 0)));
    world.run(&instance(2, Attachment::Open)).expect("open capacity");
    assert_eq!(world.ledger.used(&id), 0);
    world.at(MONDAY + 4 * HOUR, 1);
    world.run(&instance(3, Attachment::Open)).expect("the slot");
    assert_eq!(world.ledger.used(&id), 1);
    // Nobody is thrown out when the hours are over.
    world.at(MONDAY + 10 * HOUR, 1);
    assert_eq!((world.ledger.used(&id), world.room()), (1, 1));
    world.run(&Delete { ids: vec![instance_id(3)], by: by(), force: true }).expect("hers");
    let late = world.run(&instance(4, Attachment::Target(id)));
    assert_eq!(late, Err(LaunchRefusal::Place(PlaceRefusal::NotNow, 0)));
    let rules: Box<[Rule]> = [rule(Recurrence::Daily(1), 8, 12)].into();
    world.run(&SetRules { id, by: by(), rules: rules.clone() }).expect("it has hours");
    world.survives();
    world.run(&instance(4, Attachment::Target(id))).expect("it is one of its hours now");
    assert_eq!(world.run(&SetRules { id, by: "bob".into(), rules: rules.clone() }), Err(RulesRefusal::NotFound));
    let empty = SetRules { id, by: by(), rules: [].into() };
    assert_eq!(world.run(&empty), Err(RulesRefusal::Undivided));
    let always = world.assure(assurance("a2", world.now, MONTH, RenewalStatus::Normal, &[]));
    assert_eq!(world.run(&SetRules { id: always, by: by(), rules: rules.clone() }), Err(RulesRefusal::Undivided));
    world.at(MONDAY + 31 * DAY, 1);
    assert_eq!(world.run(&SetRules { id, by: by(), rules }), Err(RulesRefusal::Over));
}

#[test]
fn a_month_ends_on_the_last_day_of_a_shorter_one() {
    // 2026-03-31 to 2026-04-30, 2026-05-31 to 2026-06-30, 2026-06-30 to 2026-07-30.
    for (from, to) in [(1_774_915_200, 1_777_507_200), (1_780_185_600, 1_782_777_600), (1_782_777_600, 1_785_369_600)] {
        assert_eq!(MONTH.after(Moment(from)), Moment(to));
    }
}

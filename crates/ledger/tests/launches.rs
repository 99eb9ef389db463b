//! Whatever comes before, every promised slot can be launched: on ladder sizes and between them, also with windows that
//! begin and end at different times and with instances that come and go. After every step the invariants hold, and all
//! that is promised is launched in thought, in an order drawn by lot, now and at every beginning to come.

use crate::common::{config, instance, instance_id, reservation};
use ledger::check::check;
use ledger::commands::{
    AddHost, Attach, Command, Delete, Launch, LaunchRefusal, Modify, Own, PlaceRefusal, Release, Reschedule, Reserve,
    SetLadder, SetRenewal, Settle, Start, Stop,
};
use ledger::{
    Assurance, Attachment, CheckpointWalk, Course, End, Instance, InstanceId, Ladder, Ledger, MatchCriteria, Moment,
    Period, PeriodUnit, Phase, Renewal, RenewalStatus, ReservationId,
};
use proptest::prelude::*;

const LADDERS: [&[u32]; 4] = [&[1, 2, 4], &[1, 3, 6], &[1, 2, 6, 12], &[1, 4]];
const PLACE: (&str, &str) = ("h", "g6");
const OWNER: &str = "alice";

#[derive(Clone, Debug)]
enum Step {
    Host { units: u32 },
    Reserve { size: u32, count: u32, open: bool },
    Window { size: u32, count: u32, open: bool, from: u64, lasts: u64 },
    Assure { size: u32, count: u32, auto: bool, from: u64, lasts: u64 },
    Launch { size: u32, count: usize, into: Into },
    Stop { which: usize, keep: bool },
    Start { which: usize },
    Delete { which: usize },
    Attach { which: usize, into: Into },
    Release { which: usize },
    Modify { which: usize, count: u32 },
    Move { which: usize, from: u64, lasts: u64, count: Option<u32> },
    Pass { seconds: u64 },
}

#[derive(Clone, Copy, Debug)]
enum Into {
    None,
    Open,
    Target(usize),
}

fn into() -> impl Strategy<Value = Into> {
    prop_oneof![1 => Just(Into::None), 2 => Just(Into::Open), 3 => (0..9_usize).prop_map(Into::Target)]
}

fn step() -> impl Strategy<Value = Step> {
    let (size, which) = (1..8_u32, 0..9_usize);
    prop_oneof![
        2 => (1..14_u32).prop_map(|units| Step::Host { units }),
        5 => (size.clone(), 1..4_u32, any::<bool>())
            .prop_map(|(size, count, open)| Step::Reserve { size, count, open }),
        6 => (size.clone(), 1..4_u32, any::<bool>(), 0..12_u64, 1..12_u64)
            .prop_map(|(size, count, open, from, lasts)| Step::Window { size, count, open, from, lasts }),
        3 => (size.clone(), 1..4_u32, any::<bool>(), 0..12_u64, 1..12_u64)
            .prop_map(|(size, count, auto, from, lasts)| Step::Assure { size, count, auto, from, lasts }),
        9 => (size, 1..4_usize, into()).prop_map(|(size, count, into)| Step::Launch { size, count, into }),
        2 => (which.clone(), any::<bool>()).prop_map(|(which, keep)| Step::Stop { which, keep }),
        2 => which.clone().prop_map(|which| Step::Start { which }),
        3 => which.clone().prop_map(|which| Step::Delete { which }),
        2 => (which.clone(), into()).prop_map(|(which, into)| Step::Attach { which, into }),
        2 => which.clone().prop_map(|which| Step::Release { which }),
        1 => (which.clone(), 1..5_u32).prop_map(|(which, count)| Step::Modify { which, count }),
        2 => (which, 0..12_u64, 0..12_u64, prop::option::of(1..5_u32))
            .prop_map(|(which, from, lasts, count)| Step::Move { which, from, lasts, count }),
        4 => (0..6_u64).prop_map(|seconds| Step::Pass { seconds }),
    ]
}

struct World {
    ledger: Ledger,
    now: Moment,
    made: usize,
    lot: u64,
}

impl World {
    fn new(rungs: &[u32]) -> Self {
        let mut world = Self { ledger: Ledger::default(), now: Moment(1000), made: 0, lot: 7 };
        let ladder = Ladder::new(rungs.to_vec()).expect("a ladder");
        world.run(&SetLadder { class: PLACE.1.into(), ladder }).expect("nothing stands against it");
        world
    }

    fn run<C: Command>(&mut self, command: &C) -> Result<C::Done, C::Refusal> {
        let (facts, done) = command.decide(&self.ledger, self.now)?;
        facts.iter().for_each(|fact| self.ledger.apply(fact));
        Ok(done)
    }

    /// Settles what is due as if nobody had asked for long, in small pieces.
    fn settle(&mut self) {
        loop {
            let settle = Settle { most: 1, keep_released_seconds: 30 };
            let Ok((facts, ())) = settle.decide(&self.ledger, self.now);
            if facts.is_empty() {
                break;
            }
            facts.iter().for_each(|fact| self.ledger.apply(fact));
        }
        assert!(self.ledger.next_due().is_none_or(|due| due > self.now));
    }

    fn reservations(&self) -> Vec<ReservationId> {
        let kind = ledger::Kind::CapacityReservation;
        self.ledger.reservations_of(&OWNER.into(), kind, None).map(|it| it.id).collect()
    }

    fn reservation(&self, which: usize) -> Option<ReservationId> {
        let all = self.reservations();
        all.get(which % all.len().max(1)).copied()
    }

    fn instance(&self, which: usize) -> Option<InstanceId> {
        let all: Vec<_> = self.ledger.instances_of(&OWNER.into(), None).map(|it| it.id).collect();
        all.get(which % all.len().max(1)).copied()
    }

    fn attachment(&self, into: Into) -> Attachment {
        match into {
            Into::None => Attachment::None,
            Into::Open => Attachment::Open,
            Into::Target(which) => self.reservation(which).map_or(Attachment::None, Attachment::Target),
        }
    }

    fn reserve(&mut self, size: u32, count: u32, open: bool, course: Course, from: u64, end: End) {
        self.made += 1;
        let mut wanted = reservation(&format!("r{}x", self.made), OWNER, PLACE, size, count);
        wanted.matching = if open { MatchCriteria::Open } else { MatchCriteria::Target };
        (wanted.course, wanted.starts, wanted.end) = (course, self.now.plus(from), end);
        self.run(&Reserve { reservation: wanted }).ok();
    }

    fn launch(&mut self, size: u32, count: usize, attachment: Attachment) -> bool {
        self.launch_such(instance(OWNER, PLACE, size, attachment), count).is_ok()
    }

    fn launch_such(&mut self, instance: Instance, count: usize) -> Result<(), LaunchRefusal> {
        let one = |n| Own { id: instance_id(self.made + n + 1), name: "".into(), carried: Box::default() };
        let each = (0..count).map(one).collect();
        self.made += count;
        self.run(&Launch { instance, each, least: 1, run: true }).map(drop)
    }

    fn play(&mut self, step: &Step) {
        let (by, now) = (OWNER.into(), self.now);
        match *step {
            Step::Host { units } => {
                self.made += 1;
                let (host, zone, class) = (format!("h{}", self.made), PLACE.0.into(), PLACE.1.into());
                self.run(&AddHost { host: host.as_str().into(), zone, class, units }).expect("a new host");
            }
            Step::Reserve { size, count, open } => {
                self.reserve(size, count, open, Course::Immediate, 0, End::ByHand);
            }
            Step::Window { size, count, open, from, lasts } => {
                let course = Course::Windowed { notice_seconds: 2, noticed: false };
                self.reserve(size, count, open, course, from, End::At(now.plus(from + lasts)));
            }
            Step::Assure { size, count, auto, from, lasts } => {
                let period = Period { count: 1, unit: PeriodUnit::Day };
                let status = if auto { RenewalStatus::Auto } else { RenewalStatus::Normal };
                let paid = Assurance { period, renewal: Renewal { status, period }, rules: Box::from([]) };
                self.reserve(
                    size,
                    count,
                    !auto,
                    Course::Assured(Box::new(paid)),
                    from,
                    End::At(now.plus(from + lasts)),
                );
            }
            Step::Launch { size, count, into } => {
                let attachment = self.attachment(into);
                let size = match attachment {
                    Attachment::Target(id) => self.ledger.reservation(&id).map_or(size, |it| it.size),
                    _ => size,
                };
                self.launch(size, count, attachment);
            }
            Step::Stop { which, keep } => {
                self.instance(which).map(|id| self.run(&Stop { ids: vec![id], by, keep }));
            }
            Step::Start { which } => drop(self.instance(which).map(|id| self.run(&Start { ids: vec![id], by }))),
            Step::Delete { which } => {
                self.instance(which).map(|id| self.run(&Delete { ids: vec![id], by, force: true }));
            }
            Step::Attach { which, into } => {
                let attachment = self.attachment(into);
                self.instance(which).map(|id| self.run(&Attach { id, by, attachment }));
            }
            Step::Release { which } => drop(self.reservation(which).map(|id| self.run(&Release { id, by }))),
            Step::Modify { which, count } => {
                let (name, description, end, count) = (None, None, None, Some(count));
                self.reservation(which).map(|id| self.run(&Modify { id, by, name, description, end, count }));
            }
            Step::Move { which, from, lasts, count } => {
                let (starts, end) = (now.plus(from), now.plus(from + lasts));
                let starts = (from % 3 > 0).then_some(starts);
                self.reservation(which).map(|id| self.run(&Reschedule { id, by, starts, end: Some(end), count }));
            }
            Step::Pass { seconds } => {
                self.now = now.plus(seconds);
                self.settle();
            }
        }
    }

    /// A number below a bound, drawn by lot.
    fn draw(&mut self, bound: usize) -> usize {
        self.lot = self.lot.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.lot >> 33).unwrap_or(0) % bound.max(1)
    }

    /// Launches into every slot that is promised now, in an order drawn by lot.
    fn launch_all(&mut self) {
        loop {
            let unused = |id: &ReservationId| {
                let it = self.ledger.reservation(id).expect("just listed");
                it.phase == Phase::Active && self.ledger.used(id) < it.count
            };
            let left: Vec<_> = self.reservations().into_iter().filter(unused).collect();
            if left.is_empty() {
                return;
            }
            let id = left[self.draw(left.len())];
            let size = self.ledger.reservation(&id).expect("just listed").size;
            assert!(self.launch(size, 1, Attachment::Target(id)), "a promised slot of {id} is refused");
            assert_eq!(check(&self.ledger), []);
        }
    }

    /// All that is promised can be had, now and at every beginning to come.
    fn all_is_kept(&self) {
        let mut ahead = Self { ledger: self.ledger.clone(), ..*self };
        let begins = |world: &Self| {
            let all = world.reservations().into_iter().filter_map(|id| world.ledger.reservation(&id));
            all.filter(|it| it.phase == Phase::Prepared).map(|it| it.starts).min()
        };
        ahead.launch_all();
        while let Some(next) = begins(&ahead) {
            ahead.now = next;
            ahead.settle();
            ahead.launch_all();
        }
    }

    fn is_sound(&self) {
        assert_eq!(check(&self.ledger), []);
        let short: Vec<_> = self.ledger.pools().flat_map(|(_, _, pool)| pool.shortfall()).collect();
        assert_eq!(short, [], "nothing that a tenant does makes a shortfall");
        for (zone, class, pool) in self.ledger.pools() {
            let later = pool.need_after(pool.present()).into_iter().map(|(at, _)| at);
            for at in std::iter::once(pool.present()).chain(later) {
                let hers = self.ledger.need_of(&OWNER.into(), (zone, class), at, usize::MAX);
                assert_eq!(hers, Some(pool.need().at(at)), "all that is needed is hers");
            }
        }
        let mut anew = Ledger::default();
        let mut walk = CheckpointWalk::begin(&self.ledger);
        while let Some(facts) = walk.next(&self.ledger, 3) {
            facts.into_iter().for_each(|fact| anew.take(fact));
        }
        assert_eq!(anew, self.ledger, "a checkpoint is the whole ledger");
    }

    /// After everything is deleted and over, all hosts are whole.
    fn give_all_back(&mut self) {
        let ids: Vec<_> = self.ledger.instances_of(&OWNER.into(), None).map(|it| it.id).collect();
        self.run(&Delete { ids, by: OWNER.into(), force: true }).expect("they are hers");
        for id in self.reservations() {
            self.run(&Release { id, by: OWNER.into() }).ok();
            let (starts, end, count) = (None, Some(self.now), None);
            self.run(&Reschedule { id, by: OWNER.into(), starts, end, count }).ok();
            let never =
                SetRenewal { ids: vec![id], by: OWNER.into(), status: Some(RenewalStatus::Never), period: None };
            self.run(&never).ok();
        }
        // Assurances end by themselves, renewed ones a day later.
        self.now = self.now.plus(2 * 86_400);
        self.settle();
        assert_eq!(check(&self.ledger), []);
        assert!(self.ledger.hosts().values().all(|host| host.free == host.units && host.instances.is_empty()));
        for (_, _, pool) in self.ledger.pools() {
            assert_eq!((pool.promises(), pool.slack()), (0, pool.supply().to_vec()));
        }
    }
}

fn play(rungs: &[u32], steps: &[Step]) {
    let mut world = World::new(rungs);
    for step in steps {
        world.play(step);
        world.is_sound();
        world.all_is_kept();
    }
    world.give_all_back();
}

proptest! {
    #![proptest_config(config(400, "tests/regressions/launches.txt"))]

    #[test]
    fn every_promised_slot_can_be_launched(
        ladder in prop::sample::select(&LADDERS[..]),
        hosts in prop::collection::vec(1..14_u32, 1..4),
        steps in prop::collection::vec(step(), 1..40),
    ) {
        let hosts = hosts.into_iter().map(|units| Step::Host { units });
        let steps: Vec<Step> = hosts.chain(steps).collect();
        play(ladder, &steps);
    }
}

/// Why pools count in chains: moment by moment everything fits, and yet a small instance launched at once must break
/// the only whole host, which is needed whole later, when the other small slots have come back elsewhere.
#[test]
fn a_big_slot_for_later_does_not_count_on_small_ones_elsewhere() {
    let mut world = World::new(&[1, 8]);
    for _ in 0..3 {
        world.play(&Step::Host { units: 8 });
    }
    // Two hosts have one unit that comes back; the rest of them is taken for good.
    world.reserve(1, 2, false, Course::Windowed { notice_seconds: 0, noticed: false }, 0, End::At(world.now.plus(10)));
    let window = world.reservation(0).expect("there is room");
    assert!(world.launch(7, 2, Attachment::None));
    assert!(world.launch(1, 2, Attachment::Target(window)));
    world.reserve(1, 1, false, Course::Immediate, 0, End::ByHand);
    assert_eq!(world.reservations().len(), 2, "one for good, on the third host");
    let later = Course::Windowed { notice_seconds: 0, noticed: false };
    world.reserve(8, 1, false, later, 10, End::At(world.now.plus(20)));
    assert_eq!(world.reservations().len(), 2, "the third host cannot be promised whole");
    world.is_sound();
    world.all_is_kept();
}

/// An operator may describe a type otherwise between two starts. What was promised of it stays what it was.
#[test]
fn a_type_that_grew_has_no_slot_among_those_promised_before() {
    let mut world = World::new(&[1, 2]);
    world.play(&Step::Host { units: 4 });
    world.reserve(1, 2, true, Course::Immediate, 0, End::ByHand);
    world.reserve(1, 2, true, Course::Immediate, 0, End::ByHand);
    let slots = world.reservation(0).expect("there is room");
    assert!(world.launch(1, 1, Attachment::Target(slots)));
    let small = world.instance(0).expect("it runs");
    for (attachment, refusal) in
        [(Attachment::Target(slots), PlaceRefusal::OtherType), (Attachment::Open, PlaceRefusal::NoStock)]
    {
        let grown = Instance { size: 2, ..instance(OWNER, PLACE, 1, attachment) };
        assert_eq!(world.launch_such(grown, 1), Err(LaunchRefusal::Place(refusal, 0)), "{attachment:?}");
        world.is_sound();
    }
    // One that was there before fits as ever.
    world.run(&Stop { ids: vec![small], by: OWNER.into(), keep: false }).expect("it runs");
    world.run(&Start { ids: vec![small], by: OWNER.into() }).expect("its slot is free");
    world.all_is_kept();
}

//! How fast the ledger decides and applies, and what a reservation costs in memory. Calls the ledger alone.

use anyhow::Result;
use ledger::commands::{Command, Delete, Launch, Own, Release, Reserve, SetLadder};
use ledger::{
    AccountId, Attachment, Charge, End, Entry, Instance, InstanceId, Kind, Ladder, Ledger, MatchCriteria, Moment,
    Phase, Platform, Pool, Reservation, ReservationId, State, Tag, TypeName, Window,
};
use std::time::Instant;

const HOSTS: u32 = 100_000;
const HOST_UNITS: u32 = 128;
const RESERVATIONS: u64 = 1_000_000;
const MEASURED: u64 = 200_000;
const RUNGS: [u32; 8] = [1, 2, 4, 8, 16, 32, 64, 128];
const YEAR_SECONDS: u64 = 365 * 24 * 3600;
const NOW: Moment = Moment(1_800_000_000);

/// Measures all, printing a line as soon as it is known.
///
/// # Errors
/// None; what cannot be measured here is a bug and panics.
pub fn run() -> Result<()> {
    println!("{:<60} {:>10} {:>10} {:>12}", "operation", "p50 ns", "p99 ns", "max ns");
    let pool = windows();
    search();
    reservations();
    launches();
    drop(pool); // until now, lest its memory be used again and not be counted
    Ok(())
}

/// Numbers that look random and are the same in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.roll() % bound
    }

    fn size(&mut self) -> u32 {
        RUNGS[usize::try_from(self.below(4)).unwrap_or(0)]
    }
}

fn measure(operation: &str, times: &mut [u64]) {
    times.sort_unstable();
    let at = |percent: usize| times[(times.len() - 1) * percent / 100];
    println!("{operation:<60} {:>10} {:>10} {:>12}", at(50), at(99), at(100));
}

fn timed<T>(times: &mut Vec<u64>, what: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let out = what();
    times.push(u64::try_from(start.elapsed().as_nanos()).unwrap_or(u64::MAX));
    out
}

/// Bytes that this process has in memory, where the system tells.
fn resident_bytes() -> u64 {
    let pages = std::fs::read_to_string("/proc/self/statm").ok();
    pages.and_then(|text| text.split_whitespace().nth(1)?.parse::<u64>().ok()).unwrap_or(0) * 4096
}

fn id(dice: &mut Dice) -> ReservationId {
    let code =
        std::array::from_fn(|_| b"abcdefghijklmnopqrstuvwxyz0123456789"[usize::try_from(dice.below(36)).unwrap_or(0)]);
    ReservationId::new(Kind::CapacityReservation, code).unwrap_or_else(|| unreachable!("legal characters"))
}

/// Each with names of its own, as if read from a request.
fn reservation(dice: &mut Dice) -> Reservation {
    let size = dice.size();
    let tag = || Tag { key: Box::from("team"), value: Box::from("training") };
    Reservation {
        id: id(dice),
        owner: AccountId::from(format!("{:016}", dice.below(1000)).as_str()),
        zone: "cn-hangzhou-h".into(),
        class: "g6".into(),
        instance_type: format!("ecs.g6.{size}xlarge").as_str().into(),
        size,
        count: 1 + u32::try_from(dice.below(4)).unwrap_or(0),
        matching: MatchCriteria::Open,
        platform: Platform::Linux,
        group: Box::from(""),
        name: Box::from("nightly-training-run"),
        description: Box::from("kept for the nightly training run"),
        tags: Box::from([tag()]),
        creation_tags: Box::from([tag()]),
        course: ledger::Course::Immediate,
        made: NOW,
        starts: NOW,
        end: End::ByHand,
        phase: Phase::Active,
    }
}

fn ladder() -> Ladder {
    Ladder::new(RUNGS.to_vec()).unwrap_or_else(|error| unreachable!("{error:?}"))
}

fn carry_out<C: Command>(ledger: &mut Ledger, command: &C) -> bool {
    let facts = command.decide(ledger, NOW).map(|(facts, _)| facts).unwrap_or_default();
    facts.iter().for_each(|fact| ledger.apply(fact));
    !facts.is_empty()
}

fn reservations() {
    let (mut ledger, mut dice) = (Ledger::default(), Dice(1));
    carry_out(&mut ledger, &SetLadder { class: "g6".into(), ladder: ladder() });
    for n in 0..HOSTS {
        let host = format!("host-{n:06}").as_str().into();
        ledger.apply(&Entry::HostAdded { host, zone: "cn-hangzhou-h".into(), class: "g6".into(), units: HOST_UNITS });
    }
    let mut held = Vec::new();
    let empty = resident_bytes();
    while ledger.reservations_count() < usize::try_from(RESERVATIONS).unwrap_or(usize::MAX) {
        let reservation = reservation(&mut dice);
        held.push((reservation.id, reservation.owner.clone()));
        assert!(carry_out(&mut ledger, &Reserve { reservation }), "the pool is large enough");
    }
    let list = u64::try_from(held.capacity() * size_of::<(ReservationId, AccountId)>() + held.len() * 32).unwrap_or(0);
    let bytes = (resident_bytes().saturating_sub(empty + list)) / RESERVATIONS;
    churn(&mut ledger, &mut dice, &mut held, true);
    churn(&mut ledger, &mut dice, &mut held, false);
    println!("{:<60} {bytes:>10}", "bytes a reservation (resident, one tag, name and text)");
    let mut times = Vec::new();
    let mut walk = ledger::CheckpointWalk::begin(&ledger);
    while timed(&mut times, || walk.next(&ledger, 512)).is_some() {}
    let start = Instant::now();
    assert!(ledger::check::check_quick(&ledger).is_empty(), "sound");
    println!("{:<60} {:>10}", "check_quick of 1,000,000 and more reservations, ms", start.elapsed().as_millis());
    let start = Instant::now();
    assert!(ledger::check::check(&ledger).is_empty(), "sound");
    println!("{:<60} {:>10}", "check of 1,000,000 and more reservations, ms", start.elapsed().as_millis());
    measure("a step of a checkpoint, 512 reservations", &mut times);
}

/// Releases one of those held and reserves another, again and again. What is released is forgotten, as it will be once
/// the service is old enough; or kept, as in its first days: then the times are as much those of fresh memory.
fn churn(ledger: &mut Ledger, dice: &mut Dice, held: &mut [(ReservationId, AccountId)], forget: bool) {
    let (mut reserve, mut release) = (Vec::new(), Vec::new());
    for _ in 0..MEASURED {
        let at = usize::try_from(dice.below(RESERVATIONS)).unwrap_or(0);
        let wanted = Reserve { reservation: reservation(dice) };
        let entry = (wanted.reservation.id, wanted.reservation.owner.clone());
        let (id, by) = std::mem::replace(&mut held[at], entry);
        let given_back = Release { id, by };
        assert!(timed(&mut release, || carry_out(ledger, &given_back)), "it held");
        assert!(timed(&mut reserve, || carry_out(ledger, &wanted)), "there was room");
        if forget {
            ledger.apply(&Entry::Forgotten { id });
        }
    }
    let [first, second] = if forget {
        ["reserve: decide and apply (1,000,000 held, 100,000 hosts)", "release: decide and apply"]
    } else {
        ["reserve: the same, nothing forgotten, memory growing", "release: the same"]
    };
    measure(first, &mut reserve);
    measure(second, &mut release);
}

/// Launches into a reservation and on open capacity and deletes again, on hosts that are half full of instances.
fn launches() {
    let (mut ledger, mut dice) = (Ledger::default(), Dice(3));
    carry_out(&mut ledger, &SetLadder { class: "g6".into(), ladder: ladder() });
    for n in 0..HOSTS {
        let host = format!("host-{n:06}").as_str().into();
        ledger.apply(&Entry::HostAdded { host, zone: "cn-hangzhou-h".into(), class: "g6".into(), units: HOST_UNITS });
    }
    let owner = AccountId::from("1000000000000001");
    let mut promised = reservation(&mut dice);
    (promised.owner, promised.count, promised.size) = (owner.clone(), 1000, 2);
    let (id, instance_type) = (promised.id, promised.instance_type.clone());
    assert!(carry_out(&mut ledger, &Reserve { reservation: promised }), "the pool is large enough");
    let mut standing = Vec::new();
    while standing.len() < 500_000 {
        let size = dice.size();
        let wanted = launch(&mut dice, &owner, &format!("ecs.g6.{size}xlarge").as_str().into(), size, Attachment::None);
        standing.push(wanted.each[0].id);
        assert!(carry_out(&mut ledger, &wanted), "the pool is large enough");
    }
    let mut times = [Vec::new(), Vec::new(), Vec::new()];
    for round in 0..MEASURED {
        let at = usize::try_from(dice.below(500_000)).unwrap_or(0);
        let (which, attachment) = if round % 2 == 0 { (0, Attachment::None) } else { (1, Attachment::Target(id)) };
        let wanted = launch(&mut dice, &owner, &instance_type, 2, attachment);
        let new = wanted.each[0].id;
        assert!(timed(&mut times[which], || carry_out(&mut ledger, &wanted)), "there is room");
        let gone = if which == 0 { std::mem::replace(&mut standing[at], new) } else { new };
        let delete = Delete { ids: vec![gone], by: owner.clone(), force: true };
        assert!(timed(&mut times[2], || carry_out(&mut ledger, &delete)), "it stood");
    }
    measure("launch on open capacity (500,000 stand on 100,000 hosts)", &mut times[0]);
    measure("launch into a reservation", &mut times[1]);
    measure("delete an instance", &mut times[2]);
}

fn launch(dice: &mut Dice, owner: &AccountId, instance_type: &TypeName, size: u32, attachment: Attachment) -> Launch {
    let code =
        std::array::from_fn(|_| b"abcdefghijklmnopqrstuvwxyz0123456789"[usize::try_from(dice.below(36)).unwrap_or(0)]);
    let id = InstanceId::new(code).unwrap_or_else(|| unreachable!("legal characters"));
    let instance = Instance {
        id,
        owner: owner.clone(),
        zone: "cn-hangzhou-h".into(),
        class: "g6".into(),
        instance_type: instance_type.clone(),
        size,
        platform: Platform::Linux,
        charge: Charge::PostPaid,
        spot: false,
        attachment,
        name: Box::from(""),
        carried: Box::from([]),
        tags: Box::from([]),
        creation_tags: Box::from([]),
        made: NOW,
        started: None,
        state: State::Parked { reclaimed: false },
    };
    let own = Own { id, name: Box::from("node"), carried: Box::from([]) };
    Launch { instance, each: vec![own], least: 1, run: true }
}

/// The earliest window in a year that is full of them: a small pool, so that there is something to search.
fn search() {
    let (mut pool, mut dice) = (Pool::new(ladder()), Dice(4));
    for n in 0..2000 {
        pool.add_host();
        pool.serve(&format!("host-{n:06}").as_str().into(), HOST_UNITS);
    }
    pool.forget_before(NOW);
    let (mut made, mut asked) = (0_u32, 0_u32);
    while made < 100_000 && asked < 1_000_000 {
        let start = NOW.plus(1 + dice.below(YEAR_SECONDS));
        let window = Window { start, end: Some(start.plus(3600 * (1 + dice.below(14 * 24)))) };
        let (size, count) = (dice.size(), 1 + u32::try_from(dice.below(64)).unwrap_or(0));
        asked += 1;
        if pool.admits(window, size, count) {
            pool.promise(window, size, i64::from(count));
            made += 1;
        }
    }
    let (mut times, mut found) = (Vec::new(), 0);
    for _ in 0..MEASURED / 10 {
        let seconds = 3600 * (1 + dice.below(14 * 24));
        let count = 1 + u32::try_from(dice.below(20_000)).unwrap_or(0);
        let size = dice.size();
        let to = NOW.plus(YEAR_SECONDS);
        found += u32::from(timed(&mut times, || pool.first_window(NOW, to, seconds, size, count)).is_some());
    }
    let share = u64::from(found) * 1000 / MEASURED;
    measure(&format!("FindWindow in a year with {made} windows ({share} % found)"), &mut times);
}

fn windows() -> Pool {
    let (mut pool, mut dice) = (Pool::new(ladder()), Dice(2));
    for n in 0..HOSTS {
        pool.add_host();
        pool.serve(&format!("host-{n:06}").as_str().into(), HOST_UNITS);
    }
    pool.forget_before(NOW);
    let promise = |dice: &mut Dice| {
        let start = NOW.plus(1 + dice.below(YEAR_SECONDS));
        let end = start.plus(1 + dice.below(30 * 24 * 3600));
        (Window { start, end: Some(end) }, dice.size(), 1 + i64::try_from(dice.below(4)).unwrap_or(0))
    };
    let mut made: Vec<_> = (0..RESERVATIONS).map(|_| promise(&mut dice)).collect();
    let list = resident_bytes();
    made.iter().for_each(|(window, size, count)| pool.promise(*window, *size, *count));
    let bytes = resident_bytes().saturating_sub(list) / RESERVATIONS;
    let breakpoints = pool.need().breakpoints();
    println!("{:<60} {bytes:>10}", format!("bytes a windowed promise ({breakpoints} breakpoints)"));
    let (mut admit, mut make, mut withdraw) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..MEASURED {
        let at = usize::try_from(dice.below(RESERVATIONS)).unwrap_or(0);
        let (window, size, count) = made[at];
        timed(&mut withdraw, || pool.promise(window, size, -count));
        let (window, size, count) = promise(&mut dice);
        assert!(
            timed(&mut admit, || pool.admits(window, size, u32::try_from(count).unwrap_or(u32::MAX))),
            "the pool is large enough"
        );
        timed(&mut make, || pool.promise(window, size, count));
        made[at] = (window, size, count);
    }
    measure("window: admit (1,000,000 windows over a year)", &mut admit);
    measure("window: promise", &mut make);
    measure("window: withdraw", &mut withdraw);
    pool
}

//! What happens, drawn from a seed before any of it does: so that steps can be left out and the rest still means
//! something. Ids and hours are told by where they come from (the third reservation, an hour from now) and are looked up
//! when the step is played. Knows operations by their names and parameters alone.

pub mod fleet;

use crate::dice::Dice;
use fleet::Import;
use std::fmt;

/// What becomes of the batch that is being made durable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It is durable, and the desk hears so.
    Commits,
    /// It is durable, and nobody can say so yet: the desk sends it again.
    CommitsUnknown,
    /// It is lost on the way, and nobody can say so yet: the desk sends it again.
    LostUnknown,
    /// The store refuses it for good.
    Refused,
    /// The store fails, and the batch is not there.
    Fails,
    /// The store fails, and the batch is there all the same.
    FailsDurable,
}

/// One thing that happens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Somebody asks for something.
    Ask {
        /// The number of the account.
        who: usize,
        /// The operation.
        action: &'static str,
        /// Its parameters, `RegionId` apart.
        pairs: Vec<(&'static str, String)>,
    },
    /// A request is sent once more by the same account.
    Again {
        /// How many came after it.
        back: usize,
        /// With another amount.
        changed: bool,
    },
    /// The store is done with the batch under way.
    Store(Fate),
    /// The desk closes its next batch.
    GoOn,
    /// Time passes.
    Wait(u64),
    /// Time passes up to the very second at which something falls due.
    WaitUntilDue,
    /// The wall clock is set back.
    Back(u64),
    /// The desk is woken.
    Tick,
    /// The process dies and is started again.
    Crash {
        /// Whether the batch under way has become durable.
        durable: bool,
        /// Whether that of the directory has.
        directory: bool,
    },
    /// A checkpoint is asked for, or gets on by so many items.
    Checkpoint(usize),
    /// A checkpoint is asked for and written as far as it can be.
    WholeCheckpoint,
    /// The directory's store is done with the batch under way.
    Directory(Fate),
    /// The directory's thread gets on: the region is told what concerns it, and whoever asked is answered. After a failure the
    /// directory is loaded anew.
    Tell,
    /// The directory is checkpointed, as a whole or in part.
    DirectoryCheckpoint {
        /// Whether it is written to its end.
        whole: bool,
    },
    /// The next request has found the directory as it was before its last change.
    Late,
    /// Somebody imports a fleet; the number says who.
    Import(usize, Import),
}

/// Accounts: tenants first, then the operator.
pub const ACCOUNTS: [&str; 3] = ["1059095590880000", "1059095590880001", "1059095590889999"];
/// The number of the operator's account.
pub const OPERATOR: usize = 2;
/// Names that hosts may have.
pub const HOSTS: [&str; 8] = ["h0", "h1", "h2", "h3", "h4", "h5", "h6", "h7"];

const ZONES: [&str; 2] = ["cn-hangzhou-h", "cn-hangzhou-i"];
const TYPES: [&str; 4] = ["ecs.g6.large", "ecs.g6.large", "ecs.g6.xlarge", "ecs.g6.2xlarge"];
const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// What is asked, how often in proportion, and with what. A word that begins with `?` is there half of the time; what
/// follows `=` is drawn where it begins with `%`.
const ASKS: &[(u64, &str)] = &[
    (
        12,
        "CreateCapacityReservation ZoneId.1=%zone InstanceType=%type InstanceAmount=%few \
         ?PrivatePoolOptions.MatchCriteria=%match ?EndTime=%soon ?ClientToken=%token ?Tag.1.Key=%tag",
    ),
    (6, "ReleaseCapacityReservation PrivatePoolOptions.Id=%reservation"),
    (1, "ReleaseCapacityReservation PrivatePoolOptions.Id=%reservation DryRun=true"),
    (6, "ModifyCapacityReservation PrivatePoolOptions.Id=%reservation ?InstanceAmount=%few ?EndTime=%soon"),
    (1, "ModifyCapacityReservation PrivatePoolOptions.Id=%reservation EndTimeType=Unlimited"),
    (10, "DescribeCapacityReservationHistory PrivatePoolOptions.Id=%reservation MaxResults=100"),
    (3, "DescribeCapacityReservationHistory PrivatePoolOptions.Id=%reservation ?MaxResults=%page"),
    (
        10,
        "RunInstances ZoneId=%zone InstanceType=%type Amount=%few ?MinAmount=1 \
         PrivatePoolOptions.MatchCriteria=%launch ?ClientToken=%token ?Tag.1.Key=%tag",
    ),
    (
        3,
        "RunInstances InstanceType=%type Amount=%few ?MinAmount=1 PrivatePoolOptions.MatchCriteria=Target \
         PrivatePoolOptions.Id=%reservation",
    ),
    (
        6,
        "RunInstances InstanceType=%its Amount=%few ?MinAmount=1 PrivatePoolOptions.MatchCriteria=Target \
         PrivatePoolOptions.Id=%reservation",
    ),
    (1, "RunInstances ZoneId=%zone InstanceType=%type Amount=%few DryRun=true"),
    (2, "CreateInstance ZoneId=%zone InstanceType=%type ImageId=m ?PrivatePoolOptions.MatchCriteria=%launch"),
    (5, "StopInstances InstanceId.1=%instance ?InstanceId.2=%instance ?StoppedMode=%stop"),
    (1, "StopInstance InstanceId=%instance StoppedMode=%stop"),
    (5, "StartInstances InstanceId.1=%instance ?InstanceId.2=%instance ?BatchOptimization=SuccessFirst"),
    (3, "StartInstance InstanceId=%instance"),
    (5, "DeleteInstances InstanceId.1=%instance ?InstanceId.2=%instance Force=true ?ClientToken=%token"),
    (1, "DeleteInstance InstanceId=%instance"),
    (4, "ModifyInstanceAttachmentAttributes InstanceId=%instance PrivatePoolOptions.MatchCriteria=%launch"),
    (
        6,
        "ModifyInstanceAttachmentAttributes InstanceId=%instance PrivatePoolOptions.MatchCriteria=Target \
         PrivatePoolOptions.Id=%reservation",
    ),
    (2, "TagResources ResourceType=capacityreservation ResourceId.1=%reservation Tag.1.Key=%tag Tag.1.Value=v"),
    (1, "TagResources ResourceType=elasticityassurance ResourceId.1=%reservation Tag.1.Key=%tag Tag.1.Value=v"),
    (1, "TagResources ResourceType=instance ResourceId.1=%instance Tag.1.Key=%tag Tag.1.Value=v"),
    (1, "UntagResources ResourceType=instance ResourceId.1=%instance All=true"),
    (1, "UntagResources ResourceType=capacityreservation ResourceId.1=%reservation All=true"),
    (
        6,
        "ReserveWindow ZoneId=%zone InstanceType=%type InstanceAmount=%few ?StartTime=%soon EndTime=%later \
         ?NoticeSeconds=60 ?PrivatePoolOptions.MatchCriteria=%match ?ClientToken=%token",
    ),
    (3, "ModifyWindow PrivatePoolOptions.Id=%reservation ?InstanceAmount=%few ?StartTime=%soon ?EndTime=%later"),
    (3, "ReserveWindow ZoneId=%zone InstanceType=%type InstanceAmount=%few EndTime=%later"),
    (1, "ModifyWindow PrivatePoolOptions.Id=%reservation EndTime=Now"),
    (2, "FindWindow InstanceType=%type InstanceAmount=%few DurationHours=2 MaxResults=3"),
    (2, "ExplainCapacity ZoneId=%zone InstanceType=%type InstanceAmount=%few ?StartTime=%soon ?EndTime=%later"),
    (2, "DescribeCapacityTimeline ZoneId=%zone InstanceType=%type"),
    (
        3,
        "CreateElasticityAssurance ZoneId.1=%zone InstanceType.1=%type InstanceAmount=%few Period=1 PeriodUnit=Month \
         ?PrivatePoolOptions.MatchCriteria=%match ?StartTime=%hour ?AutoRenew=true ?ClientToken=%token",
    ),
    (
        1,
        "CreateElasticityAssurance ZoneId.1=%zone InstanceType.1=%type InstanceAmount=%few Period=9 PeriodUnit=Day \
         RecurrenceRules.1.RecurrenceType=Daily RecurrenceRules.1.RecurrenceValue=2 RecurrenceRules.1.StartHour=4 \
         RecurrenceRules.1.EndHour=12",
    ),
    (1, "ModifyElasticityAssurance PrivatePoolOptions.Id=%reservation InstanceAmount=%few"),
    (1, "RenewElasticityAssurances PrivatePoolOptions.Id.1=%reservation Period=1 PeriodUnit=Month"),
    (1, "ModifyElasticityAssuranceAutoRenewAttribute PrivatePoolOptions.Id.1=%reservation RenewalStatus=NotRenewal"),
];

/// The lists that tenants ask for, with their filters and pages.
const LISTS: &[(u64, &str)] = &[
    (
        4,
        "DescribeCapacityReservations ?Status=%status ?ZoneId=%zone ?InstanceType=%type ?Tag.1.Key=%tag ?MaxResults=%page",
    ),
    (3, "DescribeCapacityReservations Status=%status MaxResults=%page"),
    (1, "DescribeCapacityReservations PrivatePoolOptions.Ids=%reservations ?Status=All ?InstanceType=%type"),
    (6, "DescribeCapacityReservations NextToken=%next ?MaxResults=%page"),
    (2, "DescribeCapacityReservationInstances PrivatePoolOptions.Id=%reservation ?MaxResults=%page"),
    (3, "DescribeInstances ?Status=%runs ?ZoneId=%zone ?InstanceType=%type ?Tag.1.Key=%tag ?MaxResults=%page"),
    (2, "DescribeInstances PageSize=%page ?PageNumber=%page ?InstanceIds=%instances"),
    (3, "DescribeInstanceAttachmentAttributes InstanceIds=%instances ?PageSize=%page ?PageNumber=%page"),
    (2, "DescribeElasticityAssurances ?Status=%status ?ZoneId=%zone ?InstanceType=%type ?MaxResults=%page"),
    (1, "DescribeElasticityAssurances PrivatePoolOptions.Ids=%reservations Status=All"),
    (1, "DescribeElasticityAssuranceInstances PrivatePoolOptions.Id=%reservation ?MaxResults=%page"),
    (1, "DescribeElasticityAssuranceAutoRenewAttribute PrivatePoolOptions.Id.1=%reservation"),
    (2, "ListTagResources ResourceType=%resource ?ResourceId.1=%reservation ?Tag.1.Key=%tag"),
    (1, "ListTagResources ResourceType=instance ?ResourceId.1=%instance"),
    (3, "DescribeAvailableResource DestinationResource=InstanceType ?ZoneId=%zone ?InstanceType=%type"),
    (1, "DescribeAvailableResource DestinationResource=InstanceType Cores=%shape ?Memory=16.0 ?ZoneId=%zone"),
    (
        2,
        "DescribeAvailableResource DestinationResource=%offer ?ResourceType=instance ?NetworkCategory=%network \
         ?InstanceType=%type",
    ),
    (
        1,
        "DescribeAvailableResource DestinationResource=%offer ?InstanceType=%type ?Cores=%shape ?IoOptimized=optimized",
    ),
];

/// Who asks for what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Book {
    /// Tenants for everything, and operators for hosts; the second judge listens.
    All,
    /// As all, and operators who change classes and types and import fleets.
    Fleet,
}

impl Book {
    /// The one of a seed: of each four, one has a fleet that changes.
    #[must_use]
    pub const fn of(seed: u64) -> Self {
        if seed % 4 == 1 { Self::Fleet } else { Self::All }
    }
}

/// One in so many steps of a [`Book::Fleet`] is about the fleet.
const ABOUT_FLEET: u64 = 3;

/// What the operator asks.
const ORDERS: &[(u64, &str)] = &[
    (5, "RegisterHosts Hosts=%newhosts"),
    (3, "DrainHosts HostIds=%hosts"),
    (4, "UndrainHosts HostIds=%hosts"),
    (2, "FailHosts HostIds=%hosts"),
    (2, "RemoveHosts HostIds=%hosts"),
    (1, "DescribeHosts ?Status=%serving ?ZoneId=%zone ?MaxResults=%page"),
    (2, "DescribePools ?ZoneId=%zone"),
];

/// The script of a seed.
#[must_use]
pub fn script(seed: u64, steps: usize) -> Vec<Step> {
    let mut dice = Dice::new(seed);
    // Some seeds have a calm store, some are all trouble.
    let trouble = [0, 1, 4][usize::try_from(seed % 3).unwrap_or(0)];
    let book = Book::of(seed);
    let mut script = if book == Book::Fleet { fleet::grown(&mut dice) } else { Vec::new() };
    script.resize_with(steps, || step(&mut dice, trouble, book));
    script
}

/// The script that these bytes choose: a store that makes some trouble, and at most so many steps.
#[must_use]
pub fn chosen(bytes: &[u8], steps: usize) -> Vec<Step> {
    let mut dice = Dice::chosen(bytes);
    let steps = std::iter::from_fn(|| (!dice.is_used_up()).then(|| step(&mut dice, 1, Book::All))).take(steps);
    steps.collect()
}

fn step(dice: &mut Dice, trouble: u64, book: Book) -> Step {
    if book == Book::Fleet && dice.one_in(ABOUT_FLEET) {
        return fleet::step(dice, trouble);
    }
    match dice.below(100) {
        47..=52 => ask(dice, OPERATOR, ORDERS, book),
        0..=52 => {
            let who = usize::try_from(dice.below(2)).unwrap_or(0);
            let of = if dice.one_in(4) { LISTS } else { ASKS };
            ask(dice, who, of, book)
        }
        53..=57 => Step::Again { back: small(dice, 16), changed: dice.one_in(3) },
        58..=76 => Step::Store(fate(dice, trouble)),
        77..=80 => Step::GoOn,
        81..=86 => Step::Wait(passing(dice)),
        87..=89 => Step::WaitUntilDue,
        90 => Step::Back(dice.below(2 * HOUR)),
        91..=92 => Step::Tick,
        93..=94 if trouble > 0 => {
            Step::Crash { durable: dice.one_in(2), directory: book == Book::Fleet && dice.one_in(2) }
        }
        95..=96 => Step::WholeCheckpoint,
        _ => Step::Checkpoint(1 + small(dice, 60)),
    }
}

fn small(dice: &mut Dice, bound: u64) -> usize {
    usize::try_from(dice.below(bound)).unwrap_or(0)
}

fn fate(dice: &mut Dice, trouble: u64) -> Fate {
    let bad = [Fate::CommitsUnknown, Fate::LostUnknown, Fate::Refused, Fate::Fails, Fate::FailsDurable];
    if dice.below(40) < trouble * 2 { *dice.pick(&bad) } else { Fate::Commits }
}

fn passing(dice: &mut Dice) -> u64 {
    let most = *dice.weighed(&[(6, 2), (6, 10 * MINUTE), (6, 5 * HOUR), (3, 3 * DAY), (1, 40 * DAY)]);
    dice.below(most)
}

fn ask(dice: &mut Dice, who: usize, of: &[(u64, &'static str)], book: Book) -> Step {
    let mut words = dice.weighed(of).split_ascii_whitespace();
    let action = words.next().unwrap_or_default();
    let pairs = words.filter_map(|word| {
        let word = match word.strip_prefix('?') {
            Some(_) if dice.one_in(2) => return None,
            Some(word) => word,
            None => word,
        };
        let (name, value) = word.split_once('=')?;
        let Some(what) = value.strip_prefix('%') else { return Some((name, value.to_owned())) };
        let fleet = (book == Book::Fleet).then(|| fleet::drawn(dice, what)).flatten();
        Some((name, fleet.unwrap_or_else(|| drawn(dice, what))))
    });
    Step::Ask { who, action, pairs: pairs.collect() }
}

/// A value, or where it comes from: `@r7` the reservation 7 of those known, `@i7` an instance, `@R7` and `@I7` lists of two, `@n7` a page token, `@+60` a minute from now,
/// `@h3` the full hour three hours from now, `@same` the type of the reservation that the request names.
fn drawn(dice: &mut Dice, what: &str) -> String {
    match what {
        "zone" => (*dice.pick(&ZONES)).into(),
        "type" => (*dice.pick(&TYPES)).into(),
        "few" => dice.weighed(&[(6, 1), (4, 2), (2, 3), (1, 5)]).to_string(),
        "its" => "@same".into(),
        "match" => (*dice.pick(&["Open", "Target"])).into(),
        "launch" => (*dice.pick(&["Open", "Open", "None"])).into(),
        "stop" => (*dice.pick(&["KeepCharging", "StopCharging"])).into(),
        "status" => (*dice.pick(&["All", "All", "Active", "Released", "Prepared", "Pending"])).into(),
        "page" => (1 + dice.below(4)).to_string(),
        "next" => format!("@n{}", dice.below(1000)),
        "reservations" => format!("@R{}", dice.below(1000)),
        "tag" => (*dice.pick(&["a", "b"])).into(),
        "token" => format!("token-{}", dice.below(6)),
        "reservation" => format!("@r{}", dice.below(1000)),
        "instances" => format!("@I{}", dice.below(1000)),
        "resource" => (*dice.pick(&["capacityreservation", "elasticityassurance", "instance"])).into(),
        "offer" => {
            let all = ["InstanceType", "Zone", "IoOptimized", "Network", "SystemDisk", "DataDisk", "ddh", "none"];
            (*dice.pick(&all)).into()
        }
        "network" => (*dice.pick(&["vpc", "vpc", "classic"])).into(),
        "shape" => dice.pick(&[1, 2, 4, 8]).to_string(),
        "serving" => (*dice.pick(&["InService", "Draining", "Failed"])).into(),
        "runs" => (*dice.pick(&["Running", "Running", "Stopped"])).into(),
        "instance" => format!("@i{}", dice.below(1000)),
        "soon" => format!("@+{}", 1 + dice.below(6 * HOUR)),
        "later" => format!("@+{}", HOUR + dice.below(3 * DAY)),
        "hour" => format!("@h{}", 1 + dice.below(48)),
        "hosts" => {
            let (one, other) = (*dice.pick(&HOSTS), *dice.pick(&HOSTS));
            if one == other || dice.one_in(2) { format!("[{one:?}]") } else { format!("[{one:?},{other:?}]") }
        }
        "newhosts" => {
            let (host, zone) = (*dice.pick(&HOSTS), *dice.pick(&ZONES));
            format!("[{{\"HostId\":{host:?},\"ZoneId\":{zone:?},\"HostClass\":\"g6\"}}]")
        }
        other => other.into(),
    }
}

impl fmt::Display for Step {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (who, action, pairs) = match self {
            Self::Ask { who, action, pairs } => (who, action, pairs),
            Self::Import(who, import) => return write!(out, "import {who}:{import}"),
            other => return write!(out, "{other:?}"),
        };
        write!(out, "account {who}: {action}")?;
        pairs.iter().try_for_each(|(name, value)| write!(out, " {name}={value}"))
    }
}

//! What operators do to the fleet: classes and types come and change, and fleets are imported as `berth fleet import` does
//! it. Knows operations by their names and parameters alone.

use super::{Fate, HOSTS, OPERATOR, Step, ZONES, ask, fate, small};
use crate::dice::Dice;
use std::fmt;

/// How many import at the same time.
pub const IMPORTERS: usize = 2;

/// A line of the file that is imported: a host, where it stands, and of which class it is.
pub type Line = (&'static str, &'static str, &'static str);

/// What somebody does who imports a fleet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Import {
    /// Begins, with this file; whatever was going on is cut off.
    Begin(Vec<Line>),
    /// Takes in the answer, if it has come, and asks for the next thing.
    On,
    /// Is cut off.
    Cut,
}

/// Types that tenants ask for; not all of them are there from the beginning, and some never come.
pub(super) const TYPES: [&str; 14] = [
    "ecs.g6.large",
    "ecs.g6.large",
    "ecs.g6.large",
    "ecs.g6.xlarge",
    "ecs.g6.xlarge",
    "ecs.g6.2xlarge",
    "ecs.g6.3",
    "ecs.g6.3",
    "ecs.r6.2",
    "ecs.r6.2",
    "ecs.r6.3",
    "ecs.r6.3",
    "ecs.r6.4",
    "ecs.r6.12",
];

/// What operators ask of the directory. A host of class g6 has 4 units of 2 vCPUs and 8 GiB, one of class r6, which comes in the
/// run, 12 of 1 and 8.
const CHANGES: &[(u64, &str)] = &[
    (6, "PutHostClass HostClass=g6 Vcpus=8 MemoryGib=32 Rungs=%rungs ?DryRun=%seldom"),
    (1, "PutHostClass HostClass=g6 Vcpus=8 MemoryGib=32"),
    (1, "PutHostClass HostClass=g6 Vcpus=16 MemoryGib=32"),
    (10, "PutHostClass HostClass=r6 Vcpus=12 MemoryGib=96"),
    (3, "PutHostClass HostClass=r6 Vcpus=12 MemoryGib=96 Rungs=%rungs ?DryRun=%seldom"),
    (1, "PutHostClass HostClass=r6 Vcpus=12 MemoryGib=96 Unit.Vcpus=2 Unit.MemoryGib=16"),
    (3, "PutInstanceType InstanceType=ecs.g6.3 HostClass=g6 Vcpus=6 MemoryGib=24"),
    (1, "PutInstanceType InstanceType=ecs.g6.large HostClass=%class Vcpus=2 MemoryGib=8 ?Category=other"),
    (3, "PutInstanceType InstanceType=ecs.r6.2 HostClass=r6 Vcpus=2 MemoryGib=16 ?DryRun=%seldom"),
    (3, "PutInstanceType InstanceType=ecs.r6.3 HostClass=r6 Vcpus=3 MemoryGib=24"),
    (3, "PutInstanceType InstanceType=ecs.r6.4 HostClass=r6 Vcpus=1 MemoryGib=32 ?Category=other"),
    (3, "PutInstanceType InstanceType=ecs.r6.6 HostClass=r6 Vcpus=6 MemoryGib=8"),
    (3, "PutInstanceType InstanceType=ecs.r6.12 HostClass=r6 Vcpus=12 MemoryGib=96 ?Category=other"),
    (1, "PutInstanceType InstanceType=ecs.r6.4 HostClass=r6 Vcpus=%few MemoryGib=32"),
    (1, "PutInstanceType InstanceType=ecs.r6.13 HostClass=r6 Vcpus=13 MemoryGib=96"),
    (4, "DescribeInstanceTypes"),
];

/// What makes a fleet of two classes and more types, with sizes that are no rungs.
const GROWS: [&str; 5] = [
    "PutHostClass HostClass=r6 Vcpus=12 MemoryGib=96 ?Rungs=%rungs",
    "PutInstanceType InstanceType=ecs.g6.3 HostClass=g6 Vcpus=6 MemoryGib=24",
    "PutInstanceType InstanceType=ecs.r6.2 HostClass=r6 Vcpus=2 MemoryGib=16",
    "PutInstanceType InstanceType=ecs.r6.3 HostClass=r6 Vcpus=3 MemoryGib=24",
    "RegisterHosts Hosts=%newhosts",
];

/// A ladder of the class g6 or r6, or one that is good for neither.
const RUNGS: [&str; 9] =
    ["[1,2,4]", "[1,2,4]", "[1,4]", "[1,2,12]", "[1,2,4,12]", "[1,3,12]", "[1,2,6,12]", "[1,12]", "[1,2,3]"];

/// What has happened before all else: in half of the runs the fleet has grown.
pub(super) fn grown(dice: &mut Dice) -> Vec<Step> {
    if dice.one_in(2) {
        return Vec::new();
    }
    let steps = GROWS.into_iter().flat_map(|what| {
        [ask(dice, OPERATOR, &[(1, what)], super::Book::Fleet), Step::Directory(Fate::Commits), Step::Tell]
    });
    steps.collect()
}

/// Something that happens around the fleet.
pub(super) fn step(dice: &mut Dice, trouble: u64) -> Step {
    match dice.below(100) {
        0..=21 => ask(dice, OPERATOR, CHANGES, super::Book::Fleet),
        22..=35 => Step::Directory(fate(dice, trouble)),
        36..=49 => Step::Tell,
        50..=53 => Step::Late,
        54..=57 => Step::DirectoryCheckpoint { whole: !dice.one_in(4) },
        58..=61 => Step::Import(small(dice, IMPORTERS as u64), Import::Begin(file(dice))),
        62 => Step::Import(small(dice, IMPORTERS as u64), Import::Cut),
        63..=72 => Step::Store(Fate::Commits),
        _ => Step::Import(small(dice, IMPORTERS as u64), Import::On),
    }
}

/// A file of hosts. Most files agree on where a host stands; some do not.
fn file(dice: &mut Dice) -> Vec<Line> {
    let (first, count) = (small(dice, HOSTS.len() as u64), 1 + small(dice, 5));
    let line = |at: usize| {
        let at = (first + at) % HOSTS.len();
        let (zone, class) = (at + usize::from(dice.one_in(16)), at < 5);
        (HOSTS[at], ZONES[zone % 2], if class != dice.one_in(16) { "g6" } else { "r6" })
    };
    (0..count).map(line).collect()
}

/// A value of [`CHANGES`], or of what is asked where fleets change; nothing if it is drawn as anywhere.
pub(super) fn drawn(dice: &mut Dice, what: &str) -> Option<String> {
    let text = match what {
        "type" => (*dice.pick(&TYPES)).into(),
        "rungs" => (*dice.pick(&RUNGS)).into(),
        "class" => (*dice.pick(&["g6", "r6"])).into(),
        "seldom" => if dice.one_in(4) { "true" } else { "false" }.into(),
        "newhosts" => {
            let hosts: Vec<String> = file(dice).iter().map(json).collect();
            format!("[{}]", hosts.join(","))
        }
        _ => return None,
    };
    Some(text)
}

/// A host as `RegisterHosts` takes it.
pub fn json((host, zone, class): &Line) -> String {
    format!("{{\"HostId\":{host:?},\"ZoneId\":{zone:?},\"HostClass\":{class:?}}}")
}

impl fmt::Display for Import {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Begin(lines) => {
                lines.iter().try_for_each(|(host, zone, class)| write!(out, " {host},{zone},{class}"))
            }
            Self::On => write!(out, " goes on"),
            Self::Cut => write!(out, " is cut off"),
        }
    }
}

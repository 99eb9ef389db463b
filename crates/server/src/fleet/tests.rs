//! The demo fleet, planning twice, and every problem with its message.
#![allow(clippy::unwrap_used, reason = "tests")]

use super::{Catalogue, Fleet, HostPlan, Problems, demo, read};
use ledger::commands::{Command, Reserve};
use ledger::directory::{Directory, Entry, HostClass, InstanceType};
use ledger::{
    End, HostId, Kind, Ledger, MatchCriteria, Moment, Phase, Platform, RegionName, Reservation, ReservationId, Shape,
    ZoneName,
};
use std::collections::BTreeSet;

const NOW: Moment = Moment(1_000_000);

/// A small fleet of one's own; the tests change one line of it at a time.
const SMALL: &str = r#"
[fleet]
regions = ["cn-qingdao"]
[[fleet.region]]
name = "hall"
english = "The hall"
code = "hal"
zones = [{ name = "hall-a", english = "Row A" }, { name = "hall-b" }]
[[fleet.class]]
name = "big"
vcpus = 64
memory_gib = 256
unit = { vcpus = 1, memory_gib = 4 }
rungs = [1, 2, 4, 64]
types = ["ecs.g5.*large", "ecs.x1.*"]
[[fleet.type]]
name = "ecs.x1.half"
vcpus = 1
memory_gib = 0.5
[[fleet.hosts]]
zone = "hall-a"
class = "big"
count = 3
[[fleet.hosts]]
zone = "hall-b"
class = "big"
names = ["left", "right"]
"#;

fn fleet(text: &str) -> Fleet {
    Fleet::new(&read(text).unwrap()).unwrap()
}

fn problems(text: &str) -> String {
    let told = Fleet::new(&read(text).unwrap()).unwrap_err().to_string();
    told.lines().skip(1).map(str::trim).collect::<Vec<_>>().join("\n")
}

fn directory(fleet: &Fleet) -> Directory {
    let mut directory = Directory::default();
    fleet.plan(&directory).unwrap().iter().for_each(|entry| directory.apply(entry));
    directory
}

fn apply(ledger: &mut Ledger, plan: &HostPlan) {
    plan.entries.iter().for_each(|entry| ledger.apply(entry));
}

fn filled(fleet: &Fleet, region: &str) -> Ledger {
    let mut ledger = Ledger::default();
    let plan = fleet.hosts(&RegionName::from(region), &directory(fleet), &ledger, NOW).unwrap();
    apply(&mut ledger, &plan);
    ledger
}

/// What the ledger of the hall has to be told.
fn hosts(fleet: &Fleet, ledger: &Ledger) -> Result<HostPlan, Problems> {
    fleet.hosts(&RegionName::from("hall"), &directory(fleet), ledger, NOW)
}

/// One instance of a type, reserved in a zone.
fn reservation(zone: &str, directory: &Directory, kind: &str) -> Reservation {
    let kind = &directory.types[kind];
    Reservation {
        id: ReservationId::new(Kind::CapacityReservation, [b'a'; 20]).unwrap(),
        owner: "1111111111111111".into(),
        zone: zone.into(),
        class: kind.class.clone(),
        instance_type: kind.name.clone(),
        size: directory.size(kind).unwrap(),
        count: 1,
        matching: MatchCriteria::Open,
        platform: Platform::Linux,
        group: "".into(),
        name: "".into(),
        description: "".into(),
        tags: [].into(),
        creation_tags: [].into(),
        course: ledger::Course::Immediate,
        made: NOW,
        starts: NOW,
        end: End::ByHand,
        phase: Phase::Active,
    }
}

#[test]
fn the_catalogue_is_whole() {
    let catalogue = Catalogue::read().unwrap();
    assert_eq!((catalogue.regions.len(), catalogue.families.len(), catalogue.types.len()), (31, 61, 311));
    let codes: BTreeSet<&str> = catalogue.regions.values().map(|region| &*region.code).collect();
    assert_eq!(codes.len(), 31, "codes are unique");
    assert_eq!(&*catalogue.regions["cn-hangzhou"].code, "bp1");
    let zones: BTreeSet<&ZoneName> =
        catalogue.regions.values().flat_map(|region| &region.zones).map(|zone| &zone.name).collect();
    assert_eq!(zones.len(), catalogue.regions.values().map(|region| region.zones.len()).sum::<usize>());
    assert_eq!(catalogue.types["ecs.t5-lc2m1.nano"].needs.memory_mib, 512);
    assert_eq!(&*catalogue.families["ecs.g6"].generation, "ecs-5");
}

#[test]
fn all_of_the_catalogue_fits_together() {
    let names = Catalogue::read().unwrap().regions.into_keys().map(|name| format!("{name:?}")).collect::<Vec<_>>();
    let fleet = fleet(&format!("[fleet]\nregions = [{}]", names.join(", ")));
    assert_eq!(fleet.regions().count(), 31);
}

#[test]
fn planning_again_gives_nothing() {
    for fleet in [demo().unwrap(), fleet(SMALL)] {
        let directory = directory(&fleet);
        assert_eq!(fleet.plan(&directory).unwrap(), []);
        for region in fleet.regions() {
            let ledger = filled(&fleet, region.name.as_str());
            assert_eq!(
                fleet.hosts(&region.name, &directory, &ledger, NOW).unwrap(),
                HostPlan::default(),
                "{}",
                region.name
            );
            assert_eq!(ledger::check::check(&ledger), []);
        }
    }
}

#[test]
fn only_what_differs_is_planned() {
    let directory = directory(&fleet(SMALL));
    let plan = fleet(&SMALL.replace("The hall", "Our hall")).plan(&directory).unwrap();
    assert!(matches!(&plan[..], [Entry::RegionPut(region)] if &*region.local.english == "Our hall"), "{plan:?}");
    let plan = fleet(&SMALL.replace("[1, 2, 4, 64]", "[1, 2, 4, 8, 64]")).plan(&directory).unwrap();
    assert!(matches!(&plan[..], [Entry::ClassPut(class)] if class.rungs.len() == 5), "{plan:?}");
    assert_eq!(fleet("[fleet]").plan(&directory).unwrap(), [], "what is not described stays");
}

#[test]
fn every_demo_type_can_be_reserved() {
    let fleet = demo().unwrap();
    let directory = directory(&fleet);
    let ledgers: Vec<Ledger> = fleet.regions().map(|region| filled(&fleet, region.name.as_str())).collect();
    let hosts: usize = ledgers.iter().map(|ledger| ledger.hosts().len()).sum();
    assert!((200..1000).contains(&hosts), "a few hundred hosts: {hosts}");
    assert!(ledgers.iter().all(|ledger| !ledger.hosts().is_empty()), "no region is empty");
    for kind in directory.types.values() {
        let mut pools = ledgers.iter().flat_map(|ledger| ledger.pools().map(move |pool| (ledger, pool)));
        let (ledger, (zone, ..)) = pools.find(|(_, (_, class, _))| **class == kind.class).expect("hosts");
        let reservation = reservation(zone.as_str(), &directory, kind.name.as_str());
        let decided = Reserve { reservation }.decide(ledger, NOW);
        assert!(decided.is_ok(), "{}: {decided:?}", kind.name);
    }
    assert!(directory.types.contains_key("ecs.g6.large") && directory.types.contains_key("ecs.ebmgn7.26xlarge"));
}

#[test]
fn the_example_is_sound() {
    let example = fleet(include_str!("../../../../examples/fleet.toml"));
    let directory = directory(&example);
    let whole = &directory.types["ecs.lab.whole"];
    assert_eq!((directory.size(whole), &*whole.family), (Some(2), "ecs.lab"));
    assert_eq!(filled(&example, "cn-hangzhou").hosts().len(), 24);
    assert!(filled(&example, "office-1").host(&HostId::from("bert")).is_some());
}

#[test]
fn hosts_are_called_as_described() {
    let ledger = filled(&fleet(SMALL), "hall");
    let names: Vec<&str> = ledger.hosts().keys().map(HostId::as_str).collect();
    assert_eq!(names, ["hall-a-big-0001", "hall-a-big-0002", "hall-a-big-0003", "left", "right"]);
    let ledger = filled(&fleet(&SMALL.replace("count = 3", "count = 2\nname = \"r%02d.a\"")), "hall");
    assert!(ledger.host(&HostId::from("r02.a")).is_some());
    assert!(filled(&fleet(SMALL), "cn-qingdao").hosts().is_empty());
}

#[test]
fn hosts_that_are_not_described_stay_unless_told_otherwise() {
    let ledger = filled(&fleet(SMALL), "hall");
    let fewer = SMALL.replace("count = 3", "count = 2");
    let plan = hosts(&fleet(&fewer), &ledger).unwrap();
    assert_eq!(plan, HostPlan { entries: vec![], absent: vec![HostId::from("hall-a-big-0003")] });
    let strict = fewer.replace("[fleet]", "[fleet]\nremove_absent = true");
    let plan = hosts(&fleet(&strict), &ledger).unwrap();
    let gone = ledger::Entry::HostRemoved { host: HostId::from("hall-a-big-0003") };
    assert_eq!(plan, HostPlan { entries: vec![gone], absent: vec![] });
}

#[test]
fn a_host_that_changed_goes_and_comes_again() {
    let mut ledger = filled(&fleet(SMALL), "hall");
    let other = fleet(&SMALL.replace("vcpus = 64\nmemory_gib = 256", "vcpus = 96\nmemory_gib = 384"));
    let plan = hosts(&other, &ledger).unwrap();
    assert_eq!(plan.entries.len(), 10, "{plan:?}");
    apply(&mut ledger, &plan);
    assert_eq!(ledger.host(&HostId::from("left")).unwrap().units, 96);
    assert_eq!(hosts(&other, &ledger).unwrap(), HostPlan::default());
    let moved = fleet(&SMALL.replace("zone = \"hall-b\"", "zone = \"hall-a\""));
    let plan = hosts(&moved, &filled(&fleet(SMALL), "hall")).unwrap();
    assert_eq!(plan.entries.len(), 4, "{plan:?}");
}

#[test]
fn a_class_that_names_no_unit_and_no_rungs_gets_some() {
    let bare = SMALL.replace("unit = { vcpus = 1, memory_gib = 4 }\nrungs = [1, 2, 4, 64]\n", "");
    let bare = bare.replace("memory_gib = 0.5", "memory_gib = 4");
    let directory = directory(&fleet(&bare));
    let class = &directory.classes["big"];
    assert_eq!((class.unit.vcpus, class.unit.memory_mib, class.unit.gpus), (1, 4096, 0));
    assert_eq!((class.units(), &class.rungs[..]), (64, &[1, 2, 4, 8, 16, 32, 64][..]));
}

#[test]
fn rungs_that_nobody_chose_grow_and_never_shrink() {
    let text = SMALL.replace("rungs = [1, 2, 4, 64]\n", "");
    let mut directory = directory(&fleet(&text));
    let rungs = |directory: &Directory| directory.classes["big"].rungs.clone();
    assert_eq!(rungs(&directory), [1, 2, 4, 8, 16, 32, 64]);
    // A type that came by operation, and one that is described no longer.
    let own = InstanceType { name: "ecs.x1.odd".into(), ..directory.types["ecs.x1.half"].clone() };
    let needs = Shape { vcpus: 24, ..own.needs };
    directory.apply(&Entry::TypePut(InstanceType { needs, ..own }));
    let class = HostClass { rungs: vec![1, 2, 4, 8], ..directory.classes["big"].clone() };
    directory.apply(&Entry::ClassPut(class));
    let less = fleet(&text.replace("ecs.g5.*large", "ecs.g5.large"));
    less.plan(&directory).unwrap().iter().for_each(|entry| directory.apply(entry));
    assert_eq!(rungs(&directory), [1, 2, 4, 8, 16, 32, 64]);
    assert_eq!(less.plan(&directory).unwrap(), []);
    // Chosen ones are as they were chosen.
    fleet(SMALL).plan(&directory).unwrap().iter().for_each(|entry| directory.apply(entry));
    assert_eq!(rungs(&directory), [1, 2, 4, 64]);
}

#[test]
fn a_ladder_that_promises_stand_on_is_not_cut() {
    let full = fleet(SMALL);
    let mut ledger = filled(&full, "hall");
    ledger.apply(&ledger::Entry::Reserved(Box::new(reservation("hall-a", &directory(&full), "ecs.g5.16xlarge"))));
    let less = SMALL.replace("[1, 2, 4, 64]", "[1, 2, 4]").replace("ecs.g5.*large", "ecs.g5.large");
    let told = hosts(&fleet(&less), &ledger).unwrap_err().to_string();
    assert!(told.contains("region hall: the ladder of class big: a reservation holds instances of 64 units"), "{told}");
}

#[test]
fn the_unit_of_a_class_is_for_good() {
    let directory = directory(&fleet(SMALL));
    let other =
        SMALL.replace("{ vcpus = 1, memory_gib = 4 }", "{ vcpus = 2, memory_gib = 8 }").replace("4, 64]", "4, 32]");
    let told = fleet(&other).plan(&directory).unwrap_err().to_string();
    assert!(told.contains("[[fleet.class]] big: its unit differs"), "{told}");
}

#[test]
fn strange_fields_are_refused_with_their_line() {
    let table = [
        ("[fleet]\nregion_names = []", "line 2", "unknown field `region_names`"),
        ("[fleet]\n\n[[fleet.hosts]]\nzone = \"a\"\nclass = \"b\"\nnumber = 3", "line 6", "unknown field `number`"),
        ("[fleet]\n[[fleet.class]]\nname = \"x\"\nvcpus = -1", "line 4", "invalid value"),
        (
            "[fleet]\n[[fleet.class]]\nname = \"x\"\nvcpus = 1\nmemory_gib = 0.3\ntypes = []",
            "line 5",
            "whole number of MiB",
        ),
        ("[fleet]\n[[fleet.class]]\nname = \"x\"", "line 2", "missing field `vcpus`"),
        ("[fleets]", "line 1", "unknown field `fleets`"),
    ];
    for (text, line, why) in table {
        let told = read(text).unwrap_err().to_string();
        assert!(told.contains(line) && told.contains(why), "{text}\n{told}");
    }
}

#[test]
fn each_problem_is_told() {
    let types = "types = [\"ecs.g5.*large\", \"ecs.x1.*\"]";
    let rungs = "rungs = [1, 2, 4, 64]";
    let unit = "unit = { vcpus = 1, memory_gib = 4 }";
    let table = [
        (unit, "", "no host of it can hold ecs.g5.16xlarge, which takes 512 units of the 64"),
        ("\"cn-qingdao\"", "\"cn-atlantis\"", "[fleet] regions: cn-atlantis is not in the catalogue"),
        ("\"cn-qingdao\"", "\"cn-qingdao\", \"cn-qingdao\"", "[fleet] regions: cn-qingdao is described more than once"),
        ("name = \"hall\"", "name = \"cn-qingdao\"", "[[fleet.region]]: cn-qingdao is described more than once"),
        ("name = \"hall\"", "name = \"the hall\"", "[[fleet.region]]: \"the hall\" cannot name a region"),
        ("name = \"hall-b\" }", "name = \"-\" }", "[[fleet.region]] hall: \"-\" is no name"),
        ("name = \"hall\"", "name = \"My.Region\"", "[[fleet.region]]: \"My.Region\" cannot name a region"),
        ("name = \"hall\"", "name = \"directory\"", "[[fleet.region]]: \"directory\" cannot name a region"),
        ("name = \"hall\"", "name = \"lock\"", "[[fleet.region]]: \"lock\" cannot name a region"),
        ("name = \"hall-b\" }", "name = \"hall-a\" }", "zone hall-a is one of region hall too"),
        ("name = \"hall-b\" }", "name = \"cn-qingdao-b\" }", "zone cn-qingdao-b is one of region cn-qingdao too"),
        ("code = \"hal\"", "code = \"Hal\"", "[[fleet.region]] hall: code \"Hal\" must be three"),
        ("code = \"hal\"", "code = \"hall\"", "[[fleet.region]] hall: code \"hall\" must be three"),
        (types, "types = []", "[[fleet.class]] big: it offers no instance type"),
        (types, "types = [\"ecs.nope.*\", \"ecs.x1.*\"]", "[[fleet.class]] big: no instance type is called ecs.nope.*"),
        (types, "types = [\"ecs.g5.*large\"]", "[[fleet.type]] ecs.x1.half: no class offers it"),
        (rungs, "rungs = [2, 4]", "[[fleet.class]] big: `rungs` are no ladder: the first must be 1"),
        (rungs, "rungs = [1, 2, 3]", "[[fleet.class]] big: `rungs` are no ladder: 3 is no larger multiple"),
        (rungs, "rungs = [1, 2000000]", "[[fleet.class]] big: `rungs` are no ladder: at most 16 rungs"),
        (rungs, "rungs = [1, 2, 4]", "[[fleet.class]] big: ecs.g5.16xlarge takes 64 units, above the top rung 4"),
        (rungs, "rungs = [1, 2, 40, 80]", "ecs.g5.16xlarge takes 64 units and counts as rung 80, which no host of 64"),
        (unit, "unit = { vcpus = 1, memory_gib = 0 }", "[[fleet.class]] big: ecs.g5.16xlarge needs something that"),
        (
            unit,
            "unit = { vcpus = 64, memory_gib = 512 }",
            "no host of it can hold ecs.g5.16xlarge, which takes 1 units",
        ),
        ("vcpus = 64", "vcpus = 32", "[[fleet.class]] big: no host of it can hold ecs.g5.16xlarge"),
        ("vcpus = 64", "vcpus = 0", "[[fleet.class]] big: `vcpus` and `memory_gib` must be more than 0"),
        (
            "vcpus = 64\nmemory_gib = 256",
            "vcpus = 4000000000\nmemory_gib = 9000000000",
            "[[fleet.class]] big: a host would have 2250000000 units, more than 1048576",
        ),
        ("memory_gib = 0.5", "memory_gib = 0", "[[fleet.type]] ecs.x1.half: `vcpus` and `memory_gib` must be more"),
        ("memory_gib = 0.5", "memory_gib = 0.5\ngpus = 65", "ecs.x1.half needs something that `unit` has none of"),
        (
            "memory_gib = 0.5",
            "memory_gib = 1\narchitecture = \"arm\"",
            "architecture is \"arm\"; it must be one of X86",
        ),
        ("memory_gib = 0.5", "memory_gib = 1\ngeneration = \"ecs-9\"", "generation is \"ecs-9\"; it must be one of"),
        ("zone = \"hall-b\"", "zone = \"hall-c\"", "[[fleet.hosts]] hall-c big: zone hall-c is in none of the regions"),
        (
            "class = \"big\"\ncount",
            "class = \"small\"\ncount",
            "[[fleet.hosts]] hall-a small: class small is not described",
        ),
        ("count = 3", "count = 0", "[[fleet.hosts]] hall-a big: 0 hosts; there may be 1 to 1048576"),
        ("count = 3", "count = 4000000000", "[[fleet.hosts]] hall-a big: 4000000000 hosts; there may be"),
        ("count = 3", "", "[[fleet.hosts]] hall-a big: give either `count`"),
        ("count = 3", "count = 3\nnames = [\"a\"]", "[[fleet.hosts]] hall-a big: give either `count`"),
        (
            "count = 3",
            "count = 3\nname = \"host\"",
            "[[fleet.hosts]] hall-a big: name \"host\" must have exactly one %d",
        ),
        ("count = 3", "names = []", "[[fleet.hosts]] hall-a big: 0 hosts"),
        ("count = 3", "names = [\"left\"]", "[[fleet.hosts]] hall-b big: host left is described more than once"),
        ("count = 3", "names = [\"not a name\"]", "[[fleet.hosts]] hall-a big: \"not a name\" is no name"),
    ];
    for (from, to, expected) in table {
        assert!(SMALL.contains(from), "{from}");
        let told = problems(&SMALL.replacen(from, to, 1));
        assert!(told.contains(expected), "{from} -> {to}: expected {expected:?} in\n{told}");
    }
}

#[test]
fn what_stands_twice_is_told() {
    let class = "[[fleet.class]]\nname = \"big\"\nvcpus = 64\nmemory_gib = 256\ntypes = [\"ecs.g6.large\"]\n";
    assert!(problems(&format!("{SMALL}{class}")).contains("[[fleet.class]]: big is described more than once"));
    let class = class.replace("big", "other").replace("g6", "g5");
    assert!(problems(&format!("{SMALL}{class}")).contains("other: ecs.g5.large is offered by class big too"));
    let kind = "[[fleet.type]]\nname = \"ecs.x1.half\"\nvcpus = 1\nmemory_gib = 1\n";
    assert!(problems(&format!("{SMALL}{kind}")).contains("[[fleet.type]]: ecs.x1.half is described more than once"));
    let told =
        problems(&SMALL.replace("hall-b", "hall-c").replace("count = 3", "count = 0").replace("[1, 2, 4, 64]", "[3]"));
    assert!(told.lines().count() >= 2, "all at once:\n{told}");
}

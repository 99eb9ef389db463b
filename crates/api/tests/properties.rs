//! Whatever is sent: nothing panics, only what reads keeps no fact, and each fault is one that the row tells of.

use crate::common::{self, ALICE, BOB, ID, REGION, START, World, is};
use api::operations::TABLE;
use ledger::Moment;
use ledger::check::check;
use proptest::prelude::*;
use rpc::fault::common as shared;

/// Operations of reservations, windows and instances; those of the directory have tests of their own.
const OURS: [&str; 24] = [
    "CreateCapacityReservation",
    "DescribeCapacityReservations",
    "DescribeCapacityReservationInstances",
    "ModifyCapacityReservation",
    "ReleaseCapacityReservation",
    "TagResources",
    "UntagResources",
    "ListTagResources",
    "RunInstances",
    "CreateInstance",
    "DescribeInstances",
    "StartInstance",
    "StartInstances",
    "StopInstance",
    "StopInstances",
    "DeleteInstance",
    "DeleteInstances",
    "ModifyInstanceAttachmentAttributes",
    "DescribeInstanceAttachmentAttributes",
    "ReserveWindow",
    "ModifyWindow",
    "FindWindow",
    "DescribeCapacityTimeline",
    "ExplainCapacity",
];

/// Values that go deeper than noise does; `{0}` and the like stand for ids that exist.
const VALUES: [&str; 41] = [
    "cn-hangzhou",
    "cn-hangzhou-h",
    "cn-hangzhou-i",
    "ecs.g6.large",
    "ecs.c6.large",
    "1",
    "2",
    "1000",
    "01",
    "Open",
    "Target",
    "Limited",
    "Unlimited",
    "2026-12-30T06:32:00Z",
    "2026-11-23T02:01Z",
    "2026-11-23T02:01:06Z",
    "2031-11-22T02:01:00Z",
    "86400",
    "Now",
    "PostPaid",
    "Linux",
    "windows",
    "rg-one",
    "capacityreservation",
    "env",
    "true",
    "All",
    "Released",
    "[]",
    "{0}",
    "{2}",
    "[\"{0}\"]",
    "{3}",
    "{4}",
    "[\"{3}\",\"{4}\"]",
    "instance",
    "None",
    "StopCharging",
    "SuccessFirst",
    "Running",
    "",
];

fn value() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => prop::sample::select(VALUES.to_vec()).prop_map(str::to_owned),
        1 => "\\PC{0,20}",
        1 => any::<String>(),
    ]
}

/// Which parameter of the row, the index it gets if it has one, and a value.
fn pair() -> impl Strategy<Value = (prop::sample::Index, u8, String)> {
    (any::<prop::sample::Index>(), 1..5_u8, value())
}

/// A world with two reservations of Alice and one of Bob, an instance of each, and a window of Alice.
fn world() -> (World, [String; 6]) {
    let mut world = World::new();
    let first = world.reserve(ALICE, &[("Tag.1.Key", "env")]);
    let ids = [
        first.clone(),
        world.reserve(ALICE, &[("EndTime", "2026-11-24T00:00:00Z")]),
        world.reserve(BOB, &[]),
        world.launch(ALICE, &[("PrivatePoolOptions.MatchCriteria", "Open")]).remove(0),
        world.launch(BOB, &[]).remove(0),
        world.window(&first, "w", 60, 3600),
    ];
    world.now = Moment(START + 5);
    (world, ids)
}

proptest! {
    #[test]
    fn any_parameters_are_answered(
        action in prop::sample::select(OURS.to_vec()),
        required in any::<bool>(),
        pairs in prop::collection::vec(pair(), 0..14),
    ) {
        let (mut world, ids) = world();
        let bobs = world.instance(BOB, &ids[4]);
        let row = TABLE.iter().find(|row| row.name == action).expect("a row");
        let mut all: Vec<(String, String)> = Vec::new();
        if required {
            let id = &ids[if action == "ModifyWindow" { 5 } else { 0 }];
            let known = [
                REGION,
                (ID, &**id),
                ("ResourceType", "capacityreservation"),
                ("ResourceId.1", &*ids[0]),
                ("InstanceId", &*ids[3]),
                ("InstanceId.1", &*ids[3]),
                ("ImageId", "m-1"),
                ("PrivatePoolOptions.MatchCriteria", "None"),
                ("ZoneId", "cn-hangzhou-h"),
                ("EndTime", "2026-12-30T06:32:00Z"),
            ];
            let made = common::create();
            let needed = known.iter().chain(&made).filter(|(name, _)| {
                let alike = |param: &str| param == name.replace(".1", ".N") || param == *name;
                row.params.iter().any(|param| param.absent.is_some() && alike(param.name))
            });
            all.extend(needed.map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        }
        for (which, index, value) in pairs {
            let index = format!(".{index}");
            let name = which.get(row.params).name;
            let name = name.strip_suffix(".N").map_or_else(|| name.to_owned(), |list| format!("{list}{index}"));
            let name = name.replace(".N.", &format!("{index}."));
            let numbered = ids.iter().enumerate();
            let value = numbered.fold(value, |value, (at, id)| value.replace(&format!("{{{at}}}"), id));
            if all.iter().all(|(known, _)| *known != name) {
                all.push((name, value));
            }
        }
        let sent: Vec<(&str, &str)> = all.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        match world.ask(ALICE, action, &sent) {
            Ok(draft) => {
                let reads = ["Describe", "List", "Find", "Explain"].iter().any(|verb| action.starts_with(verb));
                prop_assert!(!reads || draft.entries.is_empty());
                draft.entries.iter().for_each(|entry| world.ledger.apply(entry));
            }
            Err(fault) => {
                let absent = row.params.iter().flat_map(|param| param.absent.iter().chain(&param.empty));
                let told = absent.chain(row.faults).chain([&shared::INVALID_PARAMETER]).any(|known| is(&fault, known));
                prop_assert!(told, "{action} does not tell of {fault:?}");
            }
        }
        // What is the stranger's is as it was, and nothing is promised twice.
        prop_assert_eq!(world.listed(BOB, &[("Status", "All")]), vec![ids[2].clone()]);
        prop_assert_eq!(world.instance(BOB, &ids[4]), bobs);
        prop_assert_eq!(check(&world.ledger), vec![]);
    }

    #[test]
    fn pages_of_any_size_are_the_whole_list_cut(count in 0..30_u64, size in 1..=12_usize, same in 1..10_u64) {
        let mut world = World::large();
        for at in 0..count {
            world.now = Moment(START + at / same);
            world.reserve(ALICE, &[]);
        }
        let whole = world.listed(ALICE, &[("MaxResults", "100")]);
        let (size_text, mut token, mut seen) = (size.to_string(), String::new(), Vec::new());
        loop {
            let pairs = [REGION, ("MaxResults", &*size_text), ("NextToken", &*token)];
            let body = world.ask(ALICE, "DescribeCapacityReservations", &pairs).expect("a page").body;
            prop_assert_eq!(common::number(&body, "TotalCount"), i64::try_from(whole.len()).expect("few"));
            seen.extend(common::ids(&body));
            token = common::text(&body, "NextToken");
            if token.is_empty() {
                break;
            }
            prop_assert_eq!(seen.len() % size, 0);
        }
        prop_assert_eq!(seen, whole);
    }
}

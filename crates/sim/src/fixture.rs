//! The region that is simulated: two zones, one class of host, three types. Knows no step.

use crate::script::{ACCOUNTS, HOSTS, OPERATOR};
use ledger::directory::{Account, Entry as Known, HostClass, InstanceType, LocalName, PageKey, Region, Zone};
use ledger::{Entry, Shape};

/// The region's name.
pub(crate) const REGION: &str = "cn-hangzhou";
/// Units of a host.
const UNITS: u32 = 4;
/// Slots of a host for each size, from the smallest.
const RUNGS: [u32; 3] = [1, 2, 4];

/// What the directory begins with.
pub(crate) fn directory() -> Vec<Known> {
    let local = LocalName::default;
    let zone = |name: &str| Zone { name: name.into(), local: local() };
    let unit = Shape { vcpus: 2, memory_mib: 8192, gpus: 0 };
    let times = |units: u32| Shape { vcpus: 2 * units, memory_mib: 8192 * u64::from(units), gpus: 0 };
    let kind = |name: &str, units| {
        Known::TypePut(InstanceType {
            name: name.into(),
            family: "ecs.g6".into(),
            class: "g6".into(),
            needs: times(units),
            gpu_spec: "".into(),
            category: "General-purpose".into(),
            architecture: "X86".into(),
            generation: "ecs-5".into(),
        })
    };
    let mut known = vec![
        Known::PageKeySet(PageKey([7; 32])),
        Known::RegionPut(Region {
            name: REGION.into(),
            local: local(),
            endpoint: "".into(),
            code: "bp1".into(),
            zones: vec![zone("cn-hangzhou-h"), zone("cn-hangzhou-i")],
        }),
        Known::ClassPut(HostClass {
            name: "g6".into(),
            capacity: times(UNITS),
            unit,
            rungs: RUNGS.to_vec(),
            rungs_chosen: true,
        }),
        kind("ecs.g6.large", 1),
        kind("ecs.g6.xlarge", 2),
        kind("ecs.g6.2xlarge", 4),
    ];
    known.extend(
        ACCOUNTS.iter().enumerate().map(|(at, id)| {
            Known::AccountPut(Account { id: (*id).into(), name: (*id).into(), operator: at == OPERATOR })
        }),
    );
    known
}

/// What the region begins with: so many hosts, in one zone and the other by turns.
pub(crate) fn fleet(hosts: usize) -> Vec<Entry> {
    let ladder = Entry::LadderSet { class: "g6".into(), rungs: RUNGS.to_vec() };
    let host = |(at, name): (usize, &&str)| Entry::HostAdded {
        host: (*name).into(),
        zone: if at % 2 == 0 { "cn-hangzhou-h" } else { "cn-hangzhou-i" }.into(),
        class: "g6".into(),
        units: UNITS,
    };
    std::iter::once(ladder).chain(HOSTS.iter().enumerate().take(hosts).map(host)).collect()
}

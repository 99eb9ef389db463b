//! The directory of the tests: one region with one zone, one class of hosts of four units, one type.

use ledger::Shape;
use ledger::directory::{Directory, Entry as Known, HostClass, InstanceType, LocalName, Region, Zone};
use std::sync::Arc;

/// What all regions share.
pub fn directory() -> Arc<Directory> {
    let unit = Shape { vcpus: 2, memory_mib: 8192, gpus: 0 };
    let zone = Zone { name: "cn-hangzhou-h".into(), local: LocalName::default() };
    let mut directory = Directory::default();
    for fact in [
        Known::RegionPut(Region {
            name: "cn-hangzhou".into(),
            local: LocalName::default(),
            endpoint: "".into(),
            code: "bp1".into(),
            zones: vec![zone],
        }),
        Known::ClassPut(HostClass {
            name: "g6".into(),
            capacity: Shape { vcpus: 8, memory_mib: 32_768, gpus: 0 },
            unit,
            rungs: vec![1, 2],
            rungs_chosen: true,
        }),
        Known::TypePut(InstanceType {
            name: "ecs.g6.large".into(),
            family: "ecs.g6".into(),
            class: "g6".into(),
            needs: unit,
            gpu_spec: "".into(),
            category: "General-purpose".into(),
            architecture: "X86".into(),
            generation: "ecs-5".into(),
        }),
    ] {
        directory.apply(&fact);
    }
    Arc::new(directory)
}

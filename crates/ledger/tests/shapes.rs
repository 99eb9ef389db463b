//! How many units a host holds, and how many an instance type takes: what is scarcest decides.

use ledger::Shape;

fn shape(vcpus: u32, memory_gib: u64, gpus: u32) -> Shape {
    Shape { vcpus, memory_mib: memory_gib * 1024, gpus }
}

/// Units of two processors with eight GiB.
#[test]
fn a_host_holds_what_its_scarcest_resource_allows() {
    let unit = shape(2, 8, 0);
    for (host, units) in [
        (shape(96, 384, 0), 48),
        (shape(96, 383, 0), 47), // memory for no more
        (shape(95, 400, 0), 47), // processors for no more
        (shape(96, 384, 8), 48), // no unit needs the GPUs
        (shape(1, 384, 0), 0),
    ] {
        assert_eq!(host.units(unit), units, "{host:?}");
    }
    assert_eq!(shape(96, 384, 8).units(shape(4, 16, 1)), 8, "a GPU for each");
    assert_eq!(shape(96, 384, 8).units(Shape::default()), 0, "nothing holds nothing");
    let huge = Shape { vcpus: u32::MAX, memory_mib: u64::MAX, gpus: 0 };
    assert_eq!(huge.units(Shape { memory_mib: 1, ..Shape::default() }), u32::MAX, "more than can be counted");
}

#[test]
fn a_type_takes_as_many_units_as_its_largest_need() {
    let unit = shape(2, 8, 0);
    for (needs, units) in [
        (shape(2, 8, 0), Some(1)),
        (shape(1, 1, 0), Some(1)),  // less than a unit is one
        (shape(0, 0, 0), Some(1)),  // and so is nothing
        (shape(8, 8, 0), Some(4)),  // processors
        (shape(2, 40, 0), Some(5)), // memory
        (shape(3, 8, 0), Some(2)),  // a part of a unit is a whole one
        (shape(2, 8, 1), None),     // no unit has a GPU
    ] {
        assert_eq!(needs.size(unit), units, "{needs:?}");
    }
    let small = Shape { memory_mib: 1, ..Shape::default() };
    assert_eq!(Shape { memory_mib: u64::from(u32::MAX), ..small }.size(small), Some(u32::MAX));
    assert_eq!(Shape { memory_mib: u64::from(u32::MAX) + 1, ..small }.size(small), None, "more than can be counted");
    assert_eq!(Shape { memory_mib: u64::MAX, ..small }.size(Shape { memory_mib: 2, ..small }), None);
}

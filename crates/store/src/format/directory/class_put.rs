//! Kinds 2, ClassPut, and 7, ClassChosen: a host class. Of one kind 7 somebody chose the rungs; those of kind 2 grow with
//! its types.
//!
//! ```text
//! name text · capacity_vcpus number · capacity_memory_mib number · capacity_gpus number
//! unit_vcpus number · unit_memory_mib number · unit_gpus number · rungs list of number
//! ```

use crate::format::fields::{Fields, Malformed, Sink, Source, put_all, take_all, take_u32};
use ledger::{Shape, directory::HostClass};

impl Fields for HostClass {
    fn put(&self, to: &mut dyn Sink) {
        to.text("name", self.name.as_str());
        put_shape(to, ["capacity_vcpus", "capacity_memory_mib", "capacity_gpus"], self.capacity);
        put_shape(to, ["unit_vcpus", "unit_memory_mib", "unit_gpus"], self.unit);
        put_all(to, "rungs", &self.rungs);
    }
    fn take(from: &mut dyn Source) -> Result<Self, Malformed> {
        Ok(Self {
            name: from.text("name")?.as_ref().into(),
            capacity: take_shape(from, ["capacity_vcpus", "capacity_memory_mib", "capacity_gpus"])?,
            unit: take_shape(from, ["unit_vcpus", "unit_memory_mib", "unit_gpus"])?,
            rungs: take_all(from, "rungs")?,
            rungs_chosen: false,
        })
    }
}

/// vCPUs number, memory in MiB number, GPUs number.
pub(super) fn put_shape(to: &mut dyn Sink, names: [&'static str; 3], shape: Shape) {
    let [vcpus, memory, gpus] = names;
    to.number(vcpus, u64::from(shape.vcpus));
    to.number(memory, shape.memory_mib);
    to.number(gpus, u64::from(shape.gpus));
}

/// The reverse of [`put_shape`].
pub(super) fn take_shape(from: &mut dyn Source, names: [&'static str; 3]) -> Result<Shape, Malformed> {
    let [vcpus, memory, gpus] = names;
    Ok(Shape { vcpus: take_u32(from, vcpus)?, memory_mib: from.number(memory)?, gpus: take_u32(from, gpus)? })
}

#[cfg(test)]
mod tests {
    use super::super::super::checks::both_forms;
    use ledger::{
        Shape,
        directory::{Entry, HostClass},
    };
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn comes_back(
            name: String, has: (u32, u64, u32), unit: (u32, u64, u32), rungs: Vec<u32>, rungs_chosen: bool,
        ) {
            both_forms(&Entry::ClassPut(HostClass {
                name: name.as_str().into(),
                capacity: Shape { vcpus: has.0, memory_mib: has.1, gpus: has.2 },
                unit: Shape { vcpus: unit.0, memory_mib: unit.1, gpus: unit.2 },
                rungs,
                rungs_chosen,
            }))?;
        }
    }
}

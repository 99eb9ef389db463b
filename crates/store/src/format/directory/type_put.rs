//! Kind 3, TypePut: an instance type.
//!
//! ```text
//! name text · family text · class text · vcpus number · memory_mib number · gpus number
//! gpu_spec text · category text · architecture text · generation text
//! ```

use super::class_put::{put_shape, take_shape};
use crate::format::fields::{Fields, Malformed, Sink, Source};
use ledger::directory::InstanceType;

impl Fields for InstanceType {
    fn put(&self, to: &mut dyn Sink) {
        to.text("name", self.name.as_str());
        to.text("family", &self.family);
        to.text("class", self.class.as_str());
        put_shape(to, ["vcpus", "memory_mib", "gpus"], self.needs);
        to.text("gpu_spec", &self.gpu_spec);
        to.text("category", &self.category);
        to.text("architecture", &self.architecture);
        to.text("generation", &self.generation);
    }
    fn take(from: &mut dyn Source) -> Result<Self, Malformed> {
        Ok(Self {
            name: from.text("name")?.as_ref().into(),
            family: from.text("family")?,
            class: from.text("class")?.as_ref().into(),
            needs: take_shape(from, ["vcpus", "memory_mib", "gpus"])?,
            gpu_spec: from.text("gpu_spec")?,
            category: from.text("category")?,
            architecture: from.text("architecture")?,
            generation: from.text("generation")?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::checks::both_forms;
    use ledger::{
        Shape,
        directory::{Entry, InstanceType},
    };
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn comes_back(name: String, class: String, texts: [Box<str>; 5], needs: (u32, u64, u32)) {
            both_forms(&Entry::TypePut(InstanceType {
                name: name.as_str().into(),
                family: texts[0].clone(),
                class: class.as_str().into(),
                needs: Shape { vcpus: needs.0, memory_mib: needs.1, gpus: needs.2 },
                gpu_spec: texts[1].clone(),
                category: texts[2].clone(),
                architecture: texts[3].clone(),
                generation: texts[4].clone(),
            }))?;
        }
    }
}

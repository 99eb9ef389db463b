//! Amounts of what machines have, and how many of one fit in another. Whole numbers only.

/// vCPUs, memory and GPUs of a host, an instance type or a unit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Shape {
    /// Virtual processors.
    pub vcpus: u32,
    /// Memory in MiB.
    pub memory_mib: u64,
    /// GPUs, whole ones.
    pub gpus: u32,
}

impl Shape {
    const fn parts(self) -> [u64; 3] {
        [self.vcpus as u64, self.memory_mib, self.gpus as u64]
    }

    /// How many of `unit` this holds: what the scarcest resource allows. 0 for an empty unit.
    #[must_use]
    pub fn units(self, unit: Self) -> u32 {
        let fits = self.parts().into_iter().zip(unit.parts()).filter_map(|(have, each)| have.checked_div(each));
        fits.min().map_or(0, |units| u32::try_from(units).unwrap_or(u32::MAX))
    }

    /// How many of `unit` cover this: what the largest share of any resource needs; nothing if it needs what the
    /// unit has none of, or more than can be counted.
    #[must_use]
    pub fn size(self, unit: Self) -> Option<u32> {
        let mut size = 1;
        for (need, each) in self.parts().into_iter().zip(unit.parts()) {
            if need > 0 {
                size = size.max(need.checked_add(each.checked_sub(1)?)? / each);
            }
        }
        u32::try_from(size).ok()
    }
}

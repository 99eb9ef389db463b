//! Host classes and instance types as a request found them, and what is measured in them. Knows no host and no promise.

use std::collections::BTreeMap;

/// vCPUs and GiB.
pub(super) type Shape = (u64, u64);

/// A host class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Class {
    pub(super) capacity: Shape,
    pub(super) unit: Shape,
    pub(super) rungs: Vec<u64>,
    /// Somebody said which rungs.
    pub(super) chosen: bool,
}

impl Class {
    /// Units of a host.
    pub(super) fn units(&self) -> u64 {
        (self.capacity.0 / self.unit.0).min(self.capacity.1 / self.unit.1)
    }

    /// Units of a type.
    pub(super) fn size(&self, needs: Shape) -> u64 {
        needs.0.div_ceil(self.unit.0).max(needs.1.div_ceil(self.unit.1))
    }

    /// The rung in which so many units are promised.
    pub(super) fn rung(&self, size: u64) -> Option<u64> {
        self.rungs.iter().copied().find(|rung| *rung >= size).filter(|rung| *rung <= self.units())
    }

    /// Where nobody chose the rungs: the size itself where it fits between the others, else the next above, which may have to be made.
    pub(super) fn grow(&mut self, size: u64) {
        let below = self.rungs.iter().copied().rfind(|rung| *rung <= size).unwrap_or(1);
        match self.rungs.iter().copied().find(|rung| *rung >= size) {
            Some(above) if !size.is_multiple_of(below) || !above.is_multiple_of(size) => {}
            Some(_) => self.rungs.push(size),
            None => self.rungs.push(size.next_multiple_of(below)),
        }
        self.rungs.sort_unstable();
        self.rungs.dedup();
    }
}

/// An instance type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Type {
    pub(super) class: String,
    pub(super) needs: Shape,
    pub(super) category: String,
}

/// What there is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Known {
    pub(super) classes: BTreeMap<String, Class>,
    pub(super) types: BTreeMap<String, Type>,
}

impl Default for Known {
    fn default() -> Self {
        let class = Class { capacity: (8, 32), unit: (2, 8), rungs: vec![1, 2, 4], chosen: true };
        let kind = |name: &str, units: u64| {
            let (class, category) = ("g6".to_owned(), "General-purpose".to_owned());
            (name.to_owned(), Type { class, needs: (2 * units, 8 * units), category })
        };
        let types = [kind("ecs.g6.large", 1), kind("ecs.g6.xlarge", 2), kind("ecs.g6.2xlarge", 4)];
        Self { classes: BTreeMap::from([("g6".to_owned(), class)]), types: types.into() }
    }
}

impl Known {
    /// The class of a type, and how many units of it the type takes; nothing if the type is not known.
    pub(super) fn measured(&self, instance_type: &str) -> Option<(&str, u64)> {
        let it = self.types.get(instance_type)?;
        Some((&it.class, self.classes.get(&it.class)?.size(it.needs)))
    }

    /// Units of a host of a class.
    pub(super) fn units(&self, class: &str) -> Option<u64> {
        self.classes.get(class).map(Class::units)
    }
}

//! Regions, zones and instance types that are known beforehand, so that an operator need not write them out.
//!
//! The data are recorded facts, but for the generations, which are inferred: the one recorded example puts `ecs.g6`
//! into `ecs-5`, so a family of age 4 to 7 is taken for `ecs-3` to `ecs-6` (`ecs.i2`, `ecs.d2c` for `ecs-4`, and so
//! on). Every type is `X86`.

use super::regions::code_of;
use ledger::directory::{LocalName, Region, Zone};
use ledger::{Shape, TypeName};
use serde::Deserialize;
use std::collections::BTreeMap;

const DATA: &str = include_str!("../../data/catalogue.json");

/// What is known beforehand.
#[derive(Clone, Debug, Default)]
pub struct Catalogue {
    /// By name.
    pub regions: BTreeMap<Box<str>, Region>,
    /// By name, such as `ecs.g6`.
    pub families: BTreeMap<Box<str>, Family>,
    /// By name, such as `ecs.g6.large`.
    pub types: BTreeMap<TypeName, Known>,
}

/// What the types of a family have in common.
#[derive(Clone, Debug)]
pub struct Family {
    /// Such as `General-purpose`.
    pub category: Box<str>,
    /// Such as `ecs-5`.
    pub generation: Box<str>,
}

/// An instance type, without the host class that only an operator can give it.
#[derive(Clone, Debug)]
pub struct Known {
    /// Its family.
    pub family: Box<str>,
    /// What one instance needs.
    pub needs: Shape,
    /// GPU model; empty without one.
    pub gpu_spec: Box<str>,
}

impl Catalogue {
    /// Reads the catalogue that is built in.
    ///
    /// # Errors
    /// Never as it is delivered; a test keeps it so.
    pub fn read() -> Result<Self, serde_json::Error> {
        let file: File = serde_json::from_str(DATA)?;
        let mut catalogue = Self::default();
        for region in file.regions {
            catalogue.regions.insert(region.name.clone(), region.into());
        }
        for family in file.families {
            for kind in family.types {
                let needs = Shape { vcpus: kind.vcpus, memory_mib: kind.memory_mib, gpus: kind.gpus };
                let known = Known { family: family.name.clone(), needs, gpu_spec: kind.gpu_spec };
                catalogue.types.insert(TypeName::from(&*kind.name), known);
            }
            let common = Family { category: family.category, generation: family.generation };
            catalogue.families.insert(family.name, common);
        }
        Ok(catalogue)
    }
}

#[derive(Deserialize)]
struct File {
    regions: Vec<RegionLine>,
    families: Vec<FamilyLine>,
}

#[derive(Deserialize)]
struct RegionLine {
    name: Box<str>,
    english: Box<str>,
    code: Option<Box<str>>,
    zones: Vec<ZoneLine>,
}

#[derive(Deserialize)]
struct ZoneLine {
    name: Box<str>,
    english: Box<str>,
}

#[derive(Deserialize)]
struct FamilyLine {
    name: Box<str>,
    category: Box<str>,
    generation: Box<str>,
    types: Vec<TypeLine>,
}

#[derive(Deserialize)]
struct TypeLine {
    name: Box<str>,
    vcpus: u32,
    memory_mib: u64,
    #[serde(default)]
    gpus: u32,
    #[serde(default)]
    gpu_spec: Box<str>,
}

impl From<RegionLine> for Region {
    fn from(line: RegionLine) -> Self {
        let local = |english: Box<str>| LocalName { english, chinese: Box::default() };
        let zone = |zone: ZoneLine| Zone { name: (&*zone.name).into(), local: local(zone.english) };
        Self {
            code: line.code.unwrap_or_else(|| code_of(&line.name)),
            endpoint: format!("ecs.{}.aliyuncs.com", line.name).into(),
            name: (&*line.name).into(),
            local: local(line.english),
            zones: line.zones.into_iter().map(zone).collect(),
        }
    }
}

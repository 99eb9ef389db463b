//! The `[fleet]` table of a configuration file, as it is written. Strict: a field that is not known is refused.
//! Says nothing about whether the parts agree; that is checked when a `Fleet` is made of it.

use super::memory::Mib;
use serde::Deserialize;

/// `[fleet]`
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Description {
    /// Regions of the catalogue to serve, by name.
    pub regions: Vec<String>,
    /// Whether hosts that are not described are taken away; otherwise they stay.
    pub remove_absent: bool,
    /// `[[fleet.region]]`: regions of one's own.
    pub region: Vec<RegionTable>,
    /// `[[fleet.class]]`: host classes.
    pub class: Vec<ClassTable>,
    /// `[[fleet.type]]`: instance types of one's own.
    #[serde(rename = "type")]
    pub types: Vec<TypeTable>,
    /// `[[fleet.hosts]]`: hosts.
    pub hosts: Vec<HostsTable>,
}

/// `[[fleet.region]]`: a region of one's own, or another description of one of the catalogue.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegionTable {
    /// Its name.
    pub name: String,
    /// What people call it, in English.
    #[serde(default)]
    pub english: String,
    /// The same in Chinese; without it the English name serves.
    #[serde(default)]
    pub chinese: String,
    /// Host name under which clients reach it; may be left out.
    #[serde(default)]
    pub endpoint: String,
    /// Three small letters or digits that ids of this region begin with; made from the name if left out.
    pub code: Option<String>,
    /// Its zones.
    pub zones: Vec<ZoneTable>,
}

/// A zone of a `[[fleet.region]]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ZoneTable {
    /// Its name, unique among all regions.
    pub name: String,
    /// What people call it, in English.
    #[serde(default)]
    pub english: String,
    /// The same in Chinese; without it the English name serves.
    #[serde(default)]
    pub chinese: String,
}

/// `[[fleet.class]]`: a make of host, and what it is offered as.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClassTable {
    /// Its name.
    pub name: String,
    /// vCPUs of one host that instances may have.
    pub vcpus: u32,
    /// Memory of one host that instances may have, in GiB.
    pub memory_gib: Mib,
    /// GPUs of one host.
    #[serde(default)]
    pub gpus: u32,
    /// What one unit is; the least of each resource that any of its types needs, if left out.
    pub unit: Option<ShapeTable>,
    /// In which sizes its pools count, in units, each dividing the next; made from its types if left out.
    pub rungs: Option<Vec<u32>>,
    /// Instance types that it offers, by name; `*` stands for any run of characters.
    pub types: Vec<String>,
}

/// An amount of each resource.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShapeTable {
    /// vCPUs.
    pub vcpus: u32,
    /// Memory in GiB.
    pub memory_gib: Mib,
    /// GPUs.
    #[serde(default)]
    pub gpus: u32,
}

/// `[[fleet.type]]`: an instance type of one's own, or another description of one of the catalogue.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TypeTable {
    /// Its name, such as `ecs.x1.large`.
    pub name: String,
    /// vCPUs of one instance.
    pub vcpus: u32,
    /// Memory of one instance in GiB.
    pub memory_gib: Mib,
    /// GPUs of one instance.
    #[serde(default)]
    pub gpus: u32,
    /// GPU model.
    #[serde(default)]
    pub gpu_spec: String,
    /// Its family; the name up to its last dot if left out.
    pub family: Option<String>,
    /// Such as `General-purpose`; that of the family in the catalogue if left out, else General-purpose.
    pub category: Option<String>,
    /// `X86` or `ARM`; X86 if left out.
    pub architecture: Option<String>,
    /// `ecs-1` to `ecs-6`; that of the family in the catalogue if left out, else none.
    pub generation: Option<String>,
}

/// `[[fleet.hosts]]`: hosts of one class in one zone; either `count` of them, or those that `names` lists.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HostsTable {
    /// Where they stand.
    pub zone: String,
    /// Of which class they are.
    pub class: String,
    /// How many.
    pub count: Option<u32>,
    /// How they are called: `%d` is the number of each, from 1; `%04d` the same with four digits. If left out,
    /// the zone, the class and four digits.
    pub name: Option<String>,
    /// Their names, each by itself.
    pub names: Option<Vec<String>>,
}

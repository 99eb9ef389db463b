//! Regions and zones: those that are taken from the catalogue, and those that are described.

use super::catalogue::Catalogue;
use super::description::{Description, RegionTable};
use super::problem::Problem;
use ledger::directory::{LocalName, Region, Zone};
use ledger::{RegionName, ZoneName};
use std::collections::BTreeMap;

const NAME_BYTES_MAX: usize = 64;
const CODE_LETTERS: &[u8; 36] = b"abcdefghijklmnopqrstuvwxyz0123456789";

/// The regions of a description.
pub(super) fn resolve(
    description: &Description,
    catalogue: &Catalogue,
    problems: &mut Vec<Problem>,
) -> BTreeMap<RegionName, Region> {
    let mut regions = BTreeMap::new();
    for name in &description.regions {
        match catalogue.regions.get(name.as_str()) {
            Some(known) => put(&mut regions, known.clone(), "[fleet] regions", problems),
            None => problems.push(Problem::RegionUnknown(name.clone())),
        }
    }
    for table in &description.region {
        let whose = format!("[[fleet.region]] {}", table.name);
        if !is_region_name(&table.name) {
            problems.push(Problem::RegionName(table.name.clone()));
        }
        table.zones.iter().for_each(|zone| check_name(&whose, &zone.name, problems));
        put(&mut regions, own(table), "[[fleet.region]]", problems);
    }
    check_codes(&regions, problems);
    regions
}

/// In which region each zone is.
pub(super) fn zones(
    regions: &BTreeMap<RegionName, Region>,
    problems: &mut Vec<Problem>,
) -> BTreeMap<ZoneName, RegionName> {
    let mut zones: BTreeMap<ZoneName, RegionName> = BTreeMap::new();
    for region in regions.values() {
        for zone in &region.zones {
            if let Some(other) = zones.insert(zone.name.clone(), region.name.clone()) {
                let (region, zone, other) = (region.name.to_string(), zone.name.to_string(), other.to_string());
                problems.push(Problem::ZoneTwice { region, zone, other });
            }
        }
    }
    zones
}

/// Whether a text may be a name: it goes into ids, resource names and logs as it is.
pub(super) fn is_name(text: &str) -> bool {
    let letter = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    text.len() <= NAME_BYTES_MAX
        && text.bytes().next().is_some_and(|first| first.is_ascii_alphanumeric())
        && text.bytes().all(letter)
}

/// Whether a region may be called so: its store has the name, too.
fn is_region_name(text: &str) -> bool {
    is_name(text) && store::can_name_region(text)
}

pub(super) fn check_name(table: &str, name: &str, problems: &mut Vec<Problem>) {
    if !is_name(name) {
        problems.push(Problem::Name { table: table.to_owned(), name: name.to_owned() });
    }
}

/// The code of a region that names none: three letters or digits that depend on its name alone (FNV-1a).
pub(super) fn code_of(region: &str) -> Box<str> {
    let fold = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    let hash = region.bytes().fold(0xcbf2_9ce4_8422_2325, fold);
    let letter = |place: u64| {
        let index = usize::try_from(hash / place % 36).unwrap_or_default();
        char::from(CODE_LETTERS[index])
    };
    [1, 36, 36 * 36].into_iter().map(letter).collect::<String>().into()
}

fn put(regions: &mut BTreeMap<RegionName, Region>, region: Region, table: &str, problems: &mut Vec<Problem>) {
    if let Some(twice) = regions.insert(region.name.clone(), region) {
        problems.push(Problem::Twice { table: table.to_owned(), name: twice.name.to_string() });
    }
}

fn own(table: &RegionTable) -> Region {
    let local = |english: &str, chinese: &str| LocalName { english: english.into(), chinese: chinese.into() };
    let mut zones: Vec<Zone> = table
        .zones
        .iter()
        .map(|zone| Zone { name: ZoneName::from(&*zone.name), local: local(&zone.english, &zone.chinese) })
        .collect();
    zones.sort_by(|a, b| a.name.cmp(&b.name));
    Region {
        name: RegionName::from(&*table.name),
        local: local(&table.english, &table.chinese),
        endpoint: table.endpoint.as_str().into(),
        code: table.code.as_deref().map_or_else(|| code_of(&table.name), Into::into),
        zones,
    }
}

fn check_codes(regions: &BTreeMap<RegionName, Region>, problems: &mut Vec<Problem>) {
    let mut codes: BTreeMap<&str, &RegionName> = BTreeMap::new();
    for region in regions.values() {
        let letters = region.code.bytes().all(|byte| CODE_LETTERS.contains(&byte));
        let taken = codes.insert(&region.code, &region.name).is_some();
        if region.code.len() != 3 || !letters || taken {
            let (region, code) = (region.name.to_string(), region.code.to_string());
            problems.push(Problem::Code { region, code });
        }
    }
}

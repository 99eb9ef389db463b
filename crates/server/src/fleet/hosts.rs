//! Hosts: how groups of them are called, and where each stands.

use super::description::HostsTable;
use super::problem::Problem;
use super::regions::is_name;
use ledger::limits::HOSTS_MAX;
use ledger::{ClassName, HostId, RegionName, ZoneName};
use std::collections::BTreeMap;

/// Digits that a number in a host's name may be asked to have.
const DIGITS_MAX: usize = 9;

/// The hosts of a region, by name.
pub(super) type Hosts = BTreeMap<HostId, (ZoneName, ClassName)>;

/// The hosts of a description, a region each.
pub(super) fn resolve(
    groups: &[HostsTable],
    zones: &BTreeMap<ZoneName, RegionName>,
    described: impl Fn(&str) -> bool,
    problems: &mut Vec<Problem>,
) -> BTreeMap<RegionName, Hosts> {
    let mut hosts: BTreeMap<RegionName, Hosts> = BTreeMap::new();
    for table in groups {
        let group = format!("{} {}", table.zone, table.class);
        if !described(&table.class) {
            problems.push(Problem::ClassUnknown { group: group.clone(), class: table.class.clone() });
        }
        let Some((zone, region)) = zones.get_key_value(table.zone.as_str()) else {
            problems.push(Problem::ZoneUnknown { group, zone: table.zone.clone() });
            continue;
        };
        let here = hosts.entry(region.clone()).or_default();
        let names = match names(table, &group, HOSTS_MAX.saturating_sub(here.len())) {
            Ok(names) => names,
            Err(problem) => {
                problems.push(problem);
                continue;
            }
        };
        for name in names {
            if !is_name(&name) {
                problems.push(Problem::Name { table: format!("[[fleet.hosts]] {group}"), name: name.clone() });
            }
            let place = (zone.clone(), ClassName::from(&*table.class));
            if here.insert(HostId::from(&*name), place).is_some() {
                let (group, region) = (group.clone(), region.to_string());
                problems.push(Problem::HostTwice { group, host: name, region });
            }
        }
    }
    hosts
}

/// The names of a group's hosts, `room` of them at most.
fn names(table: &HostsTable, group: &str, room: usize) -> Result<Vec<String>, Problem> {
    let group = group.to_owned();
    let within = |count: usize| (1..=room).contains(&count);
    match (table.count, &table.name, &table.names) {
        (None, None, Some(names)) if within(names.len()) => Ok(names.clone()),
        (None, None, Some(names)) => Err(Problem::Count { group, count: names.len() }),
        (Some(count), name, None) => {
            let wanted = usize::try_from(count).unwrap_or(usize::MAX);
            if !within(wanted) {
                return Err(Problem::Count { group, count: wanted });
            }
            let standing = || format!("{}-{}-%04d", table.zone, table.class);
            let name = name.clone().unwrap_or_else(standing);
            let Some((before, digits, after)) = pattern(&name) else {
                return Err(Problem::NamePattern { group, name });
            };
            Ok((1..=count).map(|number| format!("{before}{number:0digits$}{after}")).collect())
        }
        _ => Err(Problem::CountOrNames(group)),
    }
}

/// A pattern with one `%d` or `%04d`: what stands before the number, its least digits, what stands after it.
fn pattern(text: &str) -> Option<(&str, usize, &str)> {
    let (before, rest) = text.split_once('%')?;
    let (digits, after) = rest.split_once('d')?;
    let width = match digits.strip_prefix('0') {
        Some(width) => width.parse().ok().filter(|width| (1..=DIGITS_MAX).contains(width) && digits.len() == 2)?,
        None if digits.is_empty() => 0,
        None => return None,
    };
    (!after.contains('%')).then_some((before, width, after))
}

#[cfg(test)]
mod tests {
    use super::pattern;

    #[test]
    fn a_pattern_has_one_number() {
        assert_eq!(pattern("g6-%04d.rack"), Some(("g6-", 4, ".rack")));
        assert_eq!(pattern("%d"), Some(("", 0, "")));
        for odd in ["", "g6", "g6-%", "g6-%s", "g6-%4d", "g6-%00d", "g6-%010d", "g6-%d-%d", "g6-%+4d", "g6-%0d"] {
            assert_eq!(pattern(odd), None, "{odd}");
        }
    }
}

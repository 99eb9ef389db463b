//! Whether what is promised of each pool can be kept: by really packing it, and by counting it anew.

use super::Violation;
use crate::{ClassName, Ledger, Pool, ZoneName};
use std::collections::BTreeMap;

type Place<'a> = (&'a ZoneName, &'a ClassName);

/// What hosts and reservations say of one pool.
#[derive(Default)]
struct Said {
    /// Units of each host.
    hosts: Vec<u32>,
    promises: u64,
    /// Instances promised, by size.
    instances: BTreeMap<u32, u64>,
}

pub(super) fn check(ledger: &Ledger, found: &mut Vec<Violation>) {
    let mut said: BTreeMap<Place<'_>, Said> = BTreeMap::new();
    for host in ledger.hosts.values() {
        said.entry((&host.zone, &host.class)).or_default().hosts.push(host.units);
    }
    for held in ledger.reservations.values().filter(|held| held.holds()) {
        let here = said.entry((&held.zone, &held.class)).or_default();
        here.promises += 1;
        *here.instances.entry(held.size).or_default() += u64::from(held.count);
    }
    if !said.keys().copied().eq(ledger.pools.keys().map(|(zone, class)| (zone, class))) {
        found.push(Violation::WrongPools);
    }
    for ((zone, class), said) in said {
        if let Some(pool) = ledger.pool(zone, class) {
            check_pool(ledger, pool, (zone, class), &said, found);
        }
    }
}

fn check_pool(ledger: &Ledger, pool: &Pool, (zone, class): Place<'_>, said: &Said, found: &mut Vec<Violation>) {
    let counted = u64::try_from(said.hosts.len()) == Ok(pool.hosts()) && pool.promises() == said.promises;
    let rungs = pool.ladder().rungs();
    let slack: Vec<i128> = rungs.iter().map(|rung| slack(pool, *rung, said)).collect();
    // Every reservation of today counts for ever from its beginning on: nothing changes later.
    let steady = pool.slack_after(pool.present()).is_empty();
    let same_ladder = ledger.ladders.get(class) == Some(pool.ladder());
    if !counted || !steady || !same_ladder || !pool.slack().iter().map(|slots| i128::from(*slots)).eq(slack) {
        found.push(Violation::WrongPool(zone.clone(), class.clone()));
    }
    if packs(pool, said) != (pool.shortfall().next().is_none()) {
        found.push(Violation::WrongAnswer(zone.clone(), class.clone()));
    }
}

/// Slots of a rung on all hosts, less what all promises of that rung or a larger one take of them.
fn slack(pool: &Pool, rung: u32, said: &Said) -> i128 {
    let supply: u64 = said.hosts.iter().map(|units| u64::from(units / rung)).sum();
    let promised = said.instances.iter().map(|(size, count)| (promised_as(pool, *size), *count));
    let demand: u128 =
        promised.filter(|(size, _)| *size >= rung).map(|(size, n)| u128::from(size / rung) * u128::from(n)).sum();
    i128::from(supply).saturating_sub_unsigned(demand)
}

/// The rung that a size is promised as.
fn promised_as(pool: &Pool, size: u32) -> u32 {
    pool.ladder().rungs().iter().copied().find(|rung| *rung >= size).unwrap_or(u32::MAX)
}

/// Puts every promised instance onto a host, the largest first, each on the first host that has room.
fn packs(pool: &Pool, said: &Said) -> bool {
    let mut free = said.hosts.clone();
    let mut instances: Vec<(u32, u64)> =
        said.instances.iter().map(|(size, n)| (promised_as(pool, *size), *n)).collect();
    instances.sort_unstable_by(|one, other| other.cmp(one));
    instances.into_iter().all(|(size, mut left)| {
        for units in &mut free {
            let here = u64::from(*units / size).min(left);
            *units -= size * u32::try_from(here).unwrap_or(0);
            left -= here;
        }
        left == 0
    })
}

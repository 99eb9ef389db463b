//! Whether what is promised of each pool can be kept: by really packing it, and by counting it anew.

use super::Violation;
use crate::limits::RUNGS_MAX;
use crate::{ClassName, Ledger, Moment, Pool, Window, ZoneName};
use std::collections::BTreeMap;

type Place<'a> = (&'a ZoneName, &'a ClassName);
type Row = [i64; RUNGS_MAX];

/// What hosts, reservations and instances say of one pool.
#[derive(Default)]
struct Said {
    hosts: u64,
    promises: u64,
    /// Units free on each host in service.
    free: Vec<u32>,
    /// Units of each host in service.
    whole: Vec<u32>,
    /// Instances promised and not launched: when, of which size, how many.
    promised: Vec<(Window, u32, u32)>,
    /// Units that come back, and when.
    returns: Vec<(Moment, u32)>,
}

fn said(ledger: &Ledger) -> BTreeMap<Place<'_>, Said> {
    let mut all: BTreeMap<Place<'_>, Said> = BTreeMap::new();
    for host in ledger.hosts.values() {
        let here = all.entry((&host.zone, &host.class)).or_default();
        here.hosts += 1;
        here.free.extend(host.serves().then_some(host.free));
        here.whole.extend(host.serves().then_some(host.units));
    }
    for held in ledger.reservations.values().filter(|held| held.holds()) {
        let here = all.entry((&held.zone, &held.class)).or_default();
        here.promises += 1;
        let users = ledger.users(&held.id, None);
        let unused = held.count.saturating_sub(u32::try_from(users.count()).unwrap_or(u32::MAX));
        here.promised.push((held.counts_for(), held.size, unused));
        let Some(end) = held.reclaims_at() else { continue };
        let places = ledger.users(&held.id, None).filter_map(|user| user.place());
        let served = places.filter(|place| ledger.host(&place.host).is_some_and(crate::Host::serves));
        here.returns.extend(served.map(|place| (end, place.units)));
    }
    all
}

pub(super) fn check(ledger: &Ledger, found: &mut Vec<Violation>) {
    let said = said(ledger);
    if !said.keys().copied().eq(ledger.pools.keys().map(|(zone, class)| (zone, class))) {
        found.push(Violation::WrongPools);
    }
    for ((zone, class), said) in &said {
        let Some(pool) = ledger.pool(zone, class) else { continue };
        if !is_counted(pool, said) || ledger.ladders.get(*class) != Some(pool.ladder()) {
            found.push(Violation::WrongPool((*zone).clone(), (*class).clone()));
        }
        let sound = pool.shortfall().next().is_none();
        let packs = packs(pool, said, pool.present());
        // With windows the rule is stricter than packing each moment by itself.
        let timeless = said.promised.iter().all(|(window, ..)| window.end.is_none() && window.start <= pool.present());
        let timeless = timeless && said.returns.is_empty();
        if (sound && !packs) || (timeless && sound != packs) {
            found.push(Violation::WrongAnswer((*zone).clone(), (*class).clone()));
        }
    }
}

/// Whether what is promised can be packed at every moment to come.
pub(super) fn check_moments(ledger: &Ledger, found: &mut Vec<Violation>) {
    for ((zone, class), said) in &said(ledger) {
        let Some(pool) = ledger.pool(zone, class) else { continue };
        let moments = pool.need_after(pool.present());
        let kept = || moments.iter().all(|(at, _)| packs(pool, said, *at));
        if pool.shortfall().next().is_none() && !kept() {
            found.push(Violation::WrongAnswer((*zone).clone(), (*class).clone()));
        }
    }
}

/// Whether the pool's numbers are what they come to when they are counted anew.
fn is_counted(pool: &Pool, said: &Said) -> bool {
    let rungs = pool.ladder().rungs();
    let slots = |rung: &u32| said.free.iter().map(|free| i64::from(free / rung)).sum::<i64>();
    let supply: Vec<i64> = rungs.iter().map(slots).collect();
    let need = need(pool, said);
    let now = need.first().map(|(_, row)| row.clone());
    (pool.hosts(), pool.promises()) == (said.hosts, said.promises)
        && supply == pool.supply()
        && pool.free().map(|(free, hosts)| (free, hosts.len() as u64)).eq(alike(&said.free))
        && pool.whole().eq(alike(&said.whole))
        && now.as_deref() == Some(pool.need().now())
        && pool.need_after(pool.present()) == need[1..]
        && heaviest(&need) == pool.need().heaviest()
}

/// How many of these numbers are the same.
fn alike(numbers: &[u32]) -> BTreeMap<u32, u64> {
    let mut buckets = BTreeMap::new();
    numbers.iter().for_each(|number| *buckets.entry(*number).or_default() += 1);
    buckets
}

/// Units needed of each rung from the present on: the row now, and after each change.
fn need(pool: &Pool, said: &Said) -> Vec<(Moment, Vec<i64>)> {
    let (rungs, present) = (pool.ladder().rungs(), pool.present());
    let mut changes: BTreeMap<Moment, Row> = BTreeMap::from([(present, [0; RUNGS_MAX])]);
    let mut change = |at: Moment, rung: usize, units: i64| {
        changes.entry(at.max(present)).or_insert([0; RUNGS_MAX])[rung] += units;
    };
    for (window, size, count) in &said.promised {
        let Some(rung) = pool.ladder().rung_for(*size) else { continue };
        let units = i64::from(rungs[rung]) * i64::from(*count);
        change(window.start, rung, units);
        window.end.into_iter().for_each(|end| change(end, rung, -units));
    }
    for (at, units) in &said.returns {
        let mut left = *units;
        for (rung, size) in rungs.iter().enumerate().rev() {
            change(*at, rung, -i64::from(left - left % size));
            left %= size;
        }
    }
    let mut sum = vec![0; rungs.len()];
    let rows = changes.into_iter().filter_map(|(at, row)| {
        sum.iter_mut().zip(row).for_each(|(sum, by)| *sum += by);
        (at == present || row != [0; RUNGS_MAX]).then(|| (at, sum.clone()))
    });
    rows.collect()
}

/// The heaviest chain from each rung: from the last moment back, each time the best with or without it.
fn heaviest(need: &[(Moment, Vec<i64>)]) -> Vec<i64> {
    let width = need.first().map_or(0, |(_, row)| row.len());
    let mut best = vec![i64::MIN / 4; width];
    for (_, row) in need.iter().rev() {
        for rung in (0..width).rev() {
            let above = best.get(rung + 1).copied().unwrap_or(0);
            best[rung] = best[rung].max(row[rung] + above);
        }
    }
    best
}

/// Puts every instance promised at a moment onto what is free then, the largest first, each where there is room first.
fn packs(pool: &Pool, said: &Said, at: Moment) -> bool {
    let mut free = said.free.clone();
    free.extend(said.returns.iter().filter(|(when, _)| *when <= at).map(|(_, units)| *units));
    let promised_as = |size: u32| pool.ladder().rungs().iter().copied().find(|rung| *rung >= size).unwrap_or(u32::MAX);
    let here = |window: &Window| window.start <= at && window.end.is_none_or(|end| at < end);
    let promised = said.promised.iter().filter(|(window, ..)| here(window));
    let mut sizes: BTreeMap<u32, u64> = BTreeMap::new();
    promised.for_each(|(_, size, count)| *sizes.entry(promised_as(*size)).or_default() += u64::from(*count));
    sizes.into_iter().rev().all(|(size, mut left)| {
        for units in &mut free {
            let here = u64::from(*units / size).min(left);
            *units -= size * u32::try_from(here).unwrap_or(0);
            left -= here;
        }
        left == 0
    })
}

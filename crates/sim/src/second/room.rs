//! Whether there is room: what the hosts have, what is promised at each moment, and the heaviest chain of it, counted anew from the
//! lists each time. See docs/manual/capacity-model.md.

use super::model::{Host, Instance, Model, Reservation, UNITS_OF_A_HOST, size_of};
use std::collections::BTreeSet;

/// Sizes of slots, from the smallest; each divides the next.
pub(super) const RUNGS: [u64; 3] = [1, 2, 4];

/// Rungs from one up, each with the place of its moment, and the slots of it that are needed then.
pub(super) type Chain = Vec<(usize, usize, i64)>;

/// What a zone has and has promised.
#[derive(Debug)]
pub(super) struct Room {
    /// Slots of each rung on the hosts in service, as they are now.
    pub(super) supply: [u64; RUNGS.len()],
    /// At each moment from now on at which anything changes: slots of exactly that rung that are promised and not launched, less
    /// those that instances with a known end have given back by then.
    needs: Vec<[i64; RUNGS.len()]>,
}

impl Room {
    /// The heaviest chain from a rung up, in units: of what is needed of it at some moment, of the next rung then or later, and so on.
    /// `through`: the chain has what is needed of that rung at that moment.
    pub(super) fn heaviest(&self, from: usize, through: Option<(usize, usize)>) -> i64 {
        let mut best: Vec<Option<i64>> = vec![Some(0); self.needs.len()];
        for (rung, size) in RUNGS.iter().enumerate().skip(from) {
            let mut before: Option<i64> = None;
            for (moment, needs) in self.needs.iter().enumerate() {
                before = before.max(best[moment]);
                let passes = through.is_none_or(|(by, at)| by != rung || at == moment);
                best[moment] = before.filter(|_| passes).map(|sum| sum + size.cast_signed() * needs[rung]);
            }
        }
        best.into_iter().flatten().max().unwrap_or(0)
    }

    /// The chains from a rung up that weigh just so much and have what is needed of one rung at one of these moments.
    pub(super) fn chains(&self, from: usize, (rung, within): (usize, &[usize]), weight: i64) -> Vec<Chain> {
        let mut chains: Vec<(i64, Chain)> = vec![(0, Chain::new())];
        for (next, size) in RUNGS.iter().enumerate().skip(from) {
            let mut longer = Vec::new();
            for (sum, chain) in &chains {
                let after = chain.last().map_or(0, |(_, at, _)| *at);
                for at in (after..self.needs.len()).filter(|at| next != rung || within.contains(at)) {
                    let slots = self.needs[at][next];
                    let link = std::iter::once((next, at, slots));
                    let chain = chain.iter().copied().chain(link).collect();
                    longer.push((sum + size.cast_signed() * slots, chain));
                }
            }
            chains = longer;
        }
        chains.into_iter().filter(|(sum, _)| *sum == weight).map(|(_, chain)| chain).collect()
    }

    pub(super) fn holds(&self, from: usize, through: Option<(usize, usize)>) -> bool {
        self.heaviest(from, through) <= (RUNGS[from] * self.supply[from]).cast_signed()
    }

    /// Whether all that is needed more than before has its slots.
    fn holds_more_than(&self, before: &Self) -> bool {
        (0..RUNGS.len()).all(|rung| {
            let more = (0..self.needs.len()).filter(|at| self.needs[*at][rung] > before.needs[*at][rung]);
            more.into_iter().all(|at| (0..=rung).all(|from| self.holds(from, Some((rung, at)))))
        })
    }

    /// Whether what is promised has its slots still at each rung that lost some.
    fn holds_on_less_than(&self, before: &Self) -> bool {
        (0..RUNGS.len()).all(|rung| self.supply[rung] >= before.supply[rung] || self.holds(rung, None))
    }
}

impl Model {
    /// Units that are free on a host.
    pub(super) fn free(&self, host: &Host) -> u64 {
        let here = self.instances.iter().filter(|it| it.host.as_deref() == Some(&*host.name));
        UNITS_OF_A_HOST - here.map(|it| size_of(&it.instance_type).unwrap_or(0)).sum::<u64>()
    }

    /// A zone as it stands, at these moments.
    pub(super) fn room(&self, zone: &str, moments: &BTreeSet<u64>) -> Room {
        let serving = self.hosts.iter().filter(|host| host.zone == zone && host.serves());
        let supply = RUNGS.map(|size| serving.clone().map(|host| self.free(host) / size).sum());
        let here = self.reservations.iter().filter(|it| it.zone == zone && it.is_held());
        let here: Vec<_> = here.map(|it| (it, size_of(&it.instance_type), self.used(&it.id))).collect();
        let needs = moments.iter().map(|moment| {
            RUNGS.map(|size| {
                let of_size = here.iter().filter(|(_, its, _)| *its == Some(size));
                of_size.map(|(it, _, used)| self.needed(it, *used, *moment)).sum()
            })
        });
        Room { supply, needs: needs.collect() }
    }

    /// Slots of a reservation that are needed at a moment.
    pub(super) fn needed(&self, it: &Reservation, used: u64, moment: u64) -> i64 {
        match moment {
            _ if it.counts_at(moment) => it.count.cast_signed() - used.cast_signed(),
            _ if it.reclaims_by(moment) => -self.serving_users(it).cast_signed(),
            _ => 0,
        }
    }

    /// How many of its instances stand on hosts in service.
    pub(super) fn serving_users(&self, it: &Reservation) -> u64 {
        let serves =
            |user: &&Instance| self.hosts.iter().any(|host| user.host.as_ref() == Some(&host.name) && host.serves());
        let users = self.instances.iter().filter(|user| user.slot.as_ref() == Some(&it.id));
        users.filter(serves).count() as u64
    }

    /// Moments from now on at which something begins or ends.
    pub(super) fn moments(&self, now: u64) -> BTreeSet<u64> {
        let both = self.reservations.iter().flat_map(|it| it.end.into_iter().chain([it.start]));
        both.filter(|moment| *moment > now).chain([now]).collect()
    }

    /// A zone as it stands, now and later.
    pub(super) fn room_from(&self, zone: &str, now: u64) -> Room {
        self.room(zone, &self.moments(now))
    }

    /// Whether a change of promises leaves room for all that it promises more.
    pub(super) fn has_room_after(&self, zone: &str, now: u64, change: impl FnOnce(&mut Self)) -> bool {
        let mut after = self.clone();
        change(&mut after);
        let moments = &self.moments(now) | &after.moments(now);
        after.room(zone, &moments).holds_more_than(&self.room(zone, &moments))
    }

    /// The hosts on which so many units can be taken with the fewest large slots broken.
    pub(super) fn best_hosts(&self, zone: &str, units: u64) -> Vec<String> {
        let serving = self.hosts.iter().filter(|host| host.zone == zone && host.serves());
        let with_room = serving.filter(|host| self.free(host) >= units);
        let costs: Vec<(usize, &str)> = with_room
            .map(|host| {
                let free = self.free(host);
                let breaks = |size: u64| free / size != (free - units) / size;
                (RUNGS.iter().rposition(|size| breaks(*size)).unwrap_or(0), host.name.as_str())
            })
            .collect();
        let least = costs.iter().map(|(cost, _)| *cost).min();
        costs.iter().filter(|(cost, _)| Some(*cost) == least).map(|(_, name)| (*name).to_owned()).collect()
    }

    /// Whether what is promised still fits when somebody takes so many units of a host without a promise.
    pub(super) fn spares(&self, zone: &str, units: u64, host: &str, now: u64) -> bool {
        let moments = self.moments(now);
        let (before, mut after) = (self.room(zone, &moments), self.room(zone, &moments));
        let free = self.hosts.iter().find(|it| it.name == host).map_or(0, |it| self.free(it));
        for (rung, size) in RUNGS.iter().enumerate() {
            after.supply[rung] = before.supply[rung] + (free.saturating_sub(units)) / size - free / size;
        }
        after.holds_on_less_than(&before)
    }
}

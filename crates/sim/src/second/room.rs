//! Whether there is room: what the hosts have, what is promised at each moment, and the heaviest chain of it, counted anew from the
//! lists each time. See docs/manual/capacity-model.md.

use super::model::{Host, Model, Pool, Reservation};
use std::collections::BTreeSet;

/// Rungs from one up, each with the place of its moment, and the slots of it that are needed then.
pub(super) type Chain = Vec<(usize, usize, i64)>;

/// What a pool has and has promised.
#[derive(Debug)]
pub(super) struct Room {
    /// Sizes of slots, from the smallest; each divides the next.
    pub(super) rungs: Vec<u64>,
    /// Slots of each rung on the hosts in service, as they are now.
    pub(super) supply: Vec<u64>,
    /// At each moment from now on at which anything changes: slots of exactly that rung that are promised and not launched, less
    /// those that instances with a known end have given back by then.
    needs: Vec<Vec<i64>>,
}

impl Room {
    /// The heaviest chain from a rung up, in units: of what is needed of it at some moment, of the next rung then or later, and so on.
    /// `through`: the chain has what is needed of that rung at that moment.
    pub(super) fn heaviest(&self, from: usize, through: Option<(usize, usize)>) -> i64 {
        let mut best: Vec<Option<i64>> = vec![Some(0); self.needs.len()];
        for (rung, size) in self.rungs.iter().enumerate().skip(from) {
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
        for (next, size) in self.rungs.iter().enumerate().skip(from) {
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
        self.heaviest(from, through) <= (self.rungs[from] * self.supply[from]).cast_signed()
    }

    /// Whether all that is needed more than before has its slots.
    fn holds_more_than(&self, before: &Self) -> bool {
        (0..self.rungs.len()).all(|rung| {
            let more = (0..self.needs.len()).filter(|at| self.needs[*at][rung] > before.needs[*at][rung]);
            more.into_iter().all(|at| (0..=rung).all(|from| self.holds(from, Some((rung, at)))))
        })
    }

    /// Whether what is promised has its slots still at each rung that lost some.
    fn holds_on_less_than(&self, before: &Self) -> bool {
        (0..self.rungs.len()).all(|rung| self.supply[rung] >= before.supply[rung] || self.holds(rung, None))
    }
}

/// A reservation that is held, and what it needs of each rung.
pub(super) struct Share<'a> {
    it: &'a Reservation,
    /// The place of the rung in which it is promised.
    rung: usize,
    /// Slots that nobody is in.
    open: i64,
    /// What those who are in give back when it ends: slots of the largest rungs that go into what each takes.
    back: Vec<i64>,
}

impl Share<'_> {
    /// Slots of a rung that are needed for it at a moment.
    pub(super) fn needs(&self, rung: usize, moment: u64) -> i64 {
        match moment {
            _ if self.it.counts_at(moment) && rung == self.rung => self.open,
            _ if self.it.reclaims_by(moment) => -self.back[rung],
            _ => 0,
        }
    }
}

impl Model {
    /// The sizes of slots of a class, from the smallest.
    pub(super) fn rungs(&self, class: &str) -> &[u64] {
        self.ladders.get(class).map_or(&[], Vec::as_slice)
    }

    /// The rung in which so many units are promised: the next above, if they are none.
    pub(super) fn rung(&self, class: &str, size: u64) -> Option<u64> {
        self.rungs(class).iter().copied().find(|rung| *rung >= size)
    }

    /// Whether a host of a pool, as a whole, has room for a slot of a type of this size.
    pub(super) fn offers(&self, pool: &Pool, size: u64) -> bool {
        let rung = self.rung(&pool.class, size);
        rung.is_some_and(|rung| self.hosts.iter().any(|host| host.pool == *pool && host.units >= rung))
    }

    /// Units that are free on a host.
    pub(super) fn free(&self, host: &Host) -> u64 {
        let here = self.instances.iter().filter(|it| it.host.as_deref() == Some(&*host.name));
        host.units - here.map(|it| it.takes).sum::<u64>()
    }

    /// The hosts of a pool that serve.
    pub(super) fn serving(&self, pool: &Pool) -> impl Iterator<Item = &Host> {
        self.hosts.iter().filter(move |host| host.pool == *pool && host.serves())
    }

    /// A pool as it stands, at these moments.
    pub(super) fn room(&self, pool: &Pool, moments: &BTreeSet<u64>) -> Room {
        let rungs = self.rungs(&pool.class).to_vec();
        let supply = rungs.iter().map(|size| self.serving(pool).map(|host| self.free(host) / size).sum()).collect();
        let held = self.reservations.iter().filter(|it| it.pool == *pool && it.is_held());
        let shares: Vec<Share<'_>> = held.map(|it| self.share(it)).collect();
        let needs_at = |moment: u64| {
            let needs = |rung| shares.iter().map(|share| share.needs(rung, moment)).sum();
            (0..rungs.len()).map(needs).collect()
        };
        Room { needs: moments.iter().copied().map(needs_at).collect(), supply, rungs }
    }

    /// What a reservation needs.
    pub(super) fn share<'a>(&self, it: &'a Reservation) -> Share<'a> {
        let rungs = self.rungs(&it.pool.class);
        let rung = rungs.iter().position(|rung| *rung >= it.size).unwrap_or(rungs.len());
        let mut back = vec![0; rungs.len()];
        for takes in self.taken_by_users(it) {
            let mut left = takes;
            for (at, size) in rungs.iter().enumerate().rev() {
                back[at] += (left / size).cast_signed();
                left %= size;
            }
        }
        let open = it.count.cast_signed() - self.used(&it.id).cast_signed();
        Share { it, rung, open, back }
    }

    /// What each of its instances that stand on hosts in service takes there.
    pub(super) fn taken_by_users(&self, it: &Reservation) -> impl Iterator<Item = u64> {
        let users = self.instances.iter().filter(move |user| user.slot.as_ref() == Some(&it.id));
        let serves = |name: &String| self.hosts.iter().any(|host| host.name == *name && host.serves());
        users.filter(move |user| user.host.as_ref().is_some_and(serves)).map(|user| user.takes)
    }

    /// Moments from now on at which something begins or ends.
    pub(super) fn moments(&self, now: u64) -> BTreeSet<u64> {
        let both = self.reservations.iter().flat_map(|it| it.end.into_iter().chain([it.start]));
        both.filter(|moment| *moment > now).chain([now]).collect()
    }

    /// A pool as it stands, now and later.
    pub(super) fn room_from(&self, pool: &Pool, now: u64) -> Room {
        self.room(pool, &self.moments(now))
    }

    /// Whether a change leaves room for all that it promises more, and at each rung of which it takes slots away.
    pub(super) fn has_room_after(&self, pool: &Pool, now: u64, change: impl FnOnce(&mut Self)) -> bool {
        let mut after = self.clone();
        change(&mut after);
        let moments = &self.moments(now) | &after.moments(now);
        let (before, after) = (self.room(pool, &moments), after.room(pool, &moments));
        after.holds_more_than(&before) && after.holds_on_less_than(&before)
    }

    /// The hosts on which so many units can be taken with the fewest large slots broken.
    pub(super) fn best_hosts(&self, pool: &Pool, units: u64) -> Vec<String> {
        let with_room = self.serving(pool).filter(|host| self.free(host) >= units);
        let costs: Vec<(usize, &str)> = with_room
            .map(|host| {
                let free = self.free(host);
                let breaks = |size: u64| free / size != (free - units) / size;
                let largest = self.rungs(&pool.class).iter().rposition(|size| breaks(*size));
                (largest.unwrap_or(0), host.name.as_str())
            })
            .collect();
        let least = costs.iter().map(|(cost, _)| *cost).min();
        costs.iter().filter(|(cost, _)| Some(*cost) == least).map(|(_, name)| (*name).to_owned()).collect()
    }

    /// Whether what is promised still fits when somebody takes so many units of a host without a promise.
    pub(super) fn spares(&self, pool: &Pool, units: u64, host: &str, now: u64) -> bool {
        let room = self.room_from(pool, now);
        let free = self.hosts.iter().find(|it| it.name == host).map_or(0, |it| self.free(it));
        room.rungs.iter().enumerate().all(|(rung, size)| {
            let lost = free / size - free.saturating_sub(units) / size;
            let left = room.supply[rung].cast_signed() - lost.cast_signed();
            lost == 0 || room.heaviest(rung, None) <= left * size.cast_signed()
        })
    }
}

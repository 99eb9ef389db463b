//! Hosts: they come, stop to serve, serve again and go.

use super::answers;
use super::faults::{DRY_RUN, NO_CLASS, Row};
use super::listing::{Pages, told};
use super::model::{Fault, Host, Model, Outcome, Pool, Reservation, Status, Told, texts, value};
use super::room::Room;
use crate::judge::Sent;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

const NOT_FOUND: Row = ("InvalidHostId.NotFound", "The specified HostId does not exist");
const IN_USE: Row = ("OperationDenied.HostInUse", "Instances stand on the specified host; they must leave it first");
const CONFLICT: Row = ("InvalidHostId.Conflict", "The specified HostId names another host already");

/// A fault that names the host.
fn about((code, message): Row, host: &str) -> Fault {
    Fault { code, message: format!("{}: {host}", message.trim_end_matches('.')) }
}

impl Model {
    /// RegisterHosts. A class that the region counts in no ladder yet begins with the one that the request found.
    pub(super) fn register_hosts(&mut self, sent: &Sent) -> Outcome {
        let list: Vec<serde_json::Value> =
            serde_json::from_str(value(sent, "Hosts").unwrap_or_default()).unwrap_or_default();
        let text = |it: &serde_json::Value, name: &str| it[name].as_str().unwrap_or_default().to_owned();
        let mut list: Vec<(String, Pool)> = list
            .iter()
            .map(|it| (text(it, "HostId"), Pool { zone: text(it, "ZoneId"), class: text(it, "HostClass") }))
            .collect();
        // Of several hosts the first in order of name that is in the way is told.
        list.sort();
        if let Some((name, _)) = list.iter().find(|(_, pool)| self.found.units(&pool.class).is_none()) {
            return Err(about(NO_CLASS, name));
        }
        let twice = list.windows(2).find(|two| two[0].0 == two[1].0).map(|two| &two[0].0);
        let other = |(name, pool): &&(String, Pool)| self.hosts.iter().any(|it| it.name == *name && it.pool != *pool);
        let other = list.iter().find(other).map(|(name, _)| name);
        if let Some(name) = twice.into_iter().chain(other).min() {
            return Err(about(CONFLICT, name));
        }
        if value(sent, "DryRun") == Some("true") {
            return Err(DRY_RUN.into());
        }
        let all = list.len();
        list.retain(|(name, _)| self.hosts.iter().all(|host| host.name != *name));
        let registered = list.len();
        for (name, pool) in list {
            let found = self.found.classes.get(&pool.class);
            let (units, rungs) = found.map_or((0, &[][..]), |class| (class.units(), &class.rungs));
            self.ladders.entry(pool.class.clone()).or_insert_with(|| rungs.to_vec());
            self.hosts.push(Host { name, pool, units, status: Status::InService });
        }
        let text = format!("{{\"Registered\":{registered},\"Unchanged\":{}}}", all - registered);
        Ok((Told::Done(text), registered > 0))
    }

    /// The places of the hosts that a request names, each once, in order of name.
    fn named_hosts(&self, sent: &Sent) -> Result<Vec<usize>, Fault> {
        let names: BTreeSet<String> = value(sent, "HostIds").map(texts).unwrap_or_default().into_iter().collect();
        let place = |name: &String| self.hosts.iter().position(|host| host.name == *name);
        names.iter().map(|name| place(name).ok_or_else(|| about(NOT_FOUND, name))).collect()
    }

    /// DrainHosts, UndrainHosts and FailHosts.
    pub(super) fn turn_hosts(&mut self, sent: &Sent, to: Status) -> Outcome {
        let mut changed = 0;
        for at in self.named_hosts(sent)? {
            changed += u64::from(self.hosts[at].status != to);
            self.hosts[at].status = to;
        }
        Ok((Told::Done(format!("{{\"Changed\":{changed}}}")), changed > 0))
    }

    /// RemoveHosts.
    pub(super) fn remove_hosts(&mut self, sent: &Sent) -> Outcome {
        let places = self.named_hosts(sent)?;
        if let Some(at) = places.iter().find(|at| self.standing(&self.hosts[**at].name).next().is_some()) {
            return Err(about(IN_USE, &self.hosts[*at].name));
        }
        let names: Vec<String> = places.iter().map(|at| self.hosts[*at].name.clone()).collect();
        self.hosts.retain(|host| !names.contains(&host.name));
        Ok((Told::Done(format!("{{\"Removed\":{}}}", names.len())), !names.is_empty()))
    }

    /// Ids of the instances that have a place on a host.
    fn standing(&self, host: &str) -> impl Iterator<Item = &String> {
        self.instances.iter().filter(move |it| it.host.as_deref() == Some(host)).map(|it| &it.id)
    }

    /// DescribeHosts.
    pub(super) fn list_hosts(&self, sent: &Sent, pages: &Pages) -> Outcome {
        let page = pages.asked(sent)?;
        let names = value(sent, "HostIds").map(texts);
        let wanted = self.hosts.iter().filter(|host| {
            names.as_ref().is_none_or(|names| names.contains(&host.name))
                && value(sent, "ZoneId").is_none_or(|zone| zone == host.pool.zone)
                && value(sent, "Status").is_none_or(|status| status == host.status.word())
        });
        let all = wanted.map(|host| {
            let mut ids: Vec<&String> = self.standing(&host.name).collect();
            ids.sort();
            ((0, host.name.clone()), answers::host(host, self.free(host), &ids))
        });
        told(sent, page, 100, all.collect(), answers::hosts)
    }

    /// DescribePools.
    pub(super) fn list_pools(&self, sent: &Sent, now: u64) -> Outcome {
        let held = self.reservations.iter().filter(|it| it.is_held()).map(|it| &it.pool);
        let mut pools: BTreeSet<&Pool> = self.hosts.iter().map(|host| &host.pool).chain(held).collect();
        pools.retain(|pool| value(sent, "ZoneId").is_none_or(|wanted| wanted == pool.zone));
        let pools: Vec<String> = pools.into_iter().map(|pool| self.pool(pool, now)).collect();
        Ok((Told::Done(format!("{{\"Pools\":{{\"Pool\":[{}]}}}}", pools.join(","))), false))
    }

    fn pool(&self, pool: &Pool, now: u64) -> String {
        let hosts = self.hosts.iter().filter(|host| host.pool == *pool).count();
        let free: u64 = self.serving(pool).map(|host| self.free(host)).sum();
        let held = self.reservations.iter().filter(|it| it.pool == *pool && it.is_held()).count();
        let room = self.room_from(pool, now);
        let rungs = room.rungs.iter().enumerate().map(|(at, size)| {
            let demand = room.heaviest(at, None) / size.cast_signed();
            let supply = room.supply[at];
            let slack = supply.cast_signed() - demand;
            format!("{{\"Units\":{size},\"Supply\":{supply},\"Demand\":{demand},\"Slack\":{slack}}}")
        });
        let rungs: Vec<String> = rungs.collect();
        let short = self.short(pool, &room, now);
        let short: Vec<String> = short.into_iter().map(|(it, slots)| answers::shortfall(it, slots)).collect();
        format!(
            "{{\"ZoneId\":\"{}\",\"HostClass\":\"{}\",\"HostCount\":{hosts},\"HostsInService\":{},\"FreeUnits\":{free},\
             \"ReservationCount\":{held},\"Rungs\":{{\"Rung\":[{}]}},\"ShortfallCount\":{},\
             \"Shortfalls\":{{\"Shortfall\":[{}]}}}}",
            pool.zone,
            pool.class,
            self.serving(pool).count(),
            rungs.join(","),
            short.len(),
            short.join(","),
        )
    }

    /// The reservations of a pool that are short, and of how many slots at the worst moment: room is given to large rungs first, and
    /// among those of a rung to the one that was made first.
    fn short(&self, pool: &Pool, room: &Room, now: u64) -> Vec<(&Reservation, u64)> {
        if (0..room.rungs.len()).all(|rung| room.holds(rung, None)) {
            return Vec::new();
        }
        let mut held: Vec<&Reservation> =
            self.reservations.iter().filter(|it| it.pool == *pool && it.is_held()).collect();
        held.sort_by_key(|it| (Reverse(self.rung(&pool.class, it.size)), it.made, it.id.clone()));
        let mut worst: BTreeMap<&str, u64> = BTreeMap::new();
        for moment in self.moments(now) {
            let mut given = 0;
            for it in held.iter().filter(|it| it.counts_at(moment)) {
                let at = room.rungs.iter().position(|rung| *rung >= it.size);
                let (rung, slots) = at.map_or((1, 0), |at| (room.rungs[at], room.supply[at]));
                let over = held.iter().filter(|window| window.reclaims_by(moment));
                let back: u64 = over.flat_map(|window| self.taken_by_users(window)).map(|takes| takes / rung).sum();
                let left = ((slots + back) * rung).saturating_sub(given) / rung;
                let wanted = it.count - self.used(&it.id);
                given += wanted.min(left) * rung;
                let known = worst.entry(&it.id).or_default();
                *known = (*known).max(wanted.saturating_sub(left));
            }
        }
        held.sort_by(|one, other| one.id.cmp(&other.id));
        let short = held.into_iter().map(|it| (it, worst.get(it.id.as_str()).copied().unwrap_or(0)));
        short.filter(|(_, slots)| *slots > 0).collect()
    }
}

impl Host {
    pub(super) fn serves(&self) -> bool {
        self.status == Status::InService
    }
}

//! Hosts: they come, stop to serve, serve again and go.

use super::answers;
use super::faults::Row;
use super::listing::{Pages, told};
use super::model::{Fault, Host, Model, Outcome, Reservation, Status, Told, ZONES, size_of, texts, value};
use super::room::{RUNGS, Room};
use crate::judge::Sent;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

const NOT_FOUND: Row = ("InvalidHostId.NotFound", "The specified HostId does not exist");
const IN_USE: Row = ("OperationDenied.HostInUse", "Instances stand on the specified host; they must leave it first");
const CONFLICT: Row = ("InvalidHostId.Conflict", "The specified HostId names another host already");

/// A fault that names the host.
fn about((code, message): Row, host: &str) -> Fault {
    Fault { code, message: format!("{message}: {host}") }
}

impl Model {
    /// RegisterHosts.
    pub(super) fn register_hosts(&mut self, sent: &Sent) -> Outcome {
        let list: Vec<serde_json::Value> =
            serde_json::from_str(value(sent, "Hosts").unwrap_or_default()).unwrap_or_default();
        let mut after = self.clone();
        let (mut registered, mut unchanged) = (0, 0);
        for it in &list {
            let text = |name: &str| it[name].as_str().unwrap_or_default().to_owned();
            let (name, zone) = (text("HostId"), text("ZoneId"));
            match after.hosts.iter().find(|host| host.name == name) {
                None => {
                    registered += 1;
                    after.hosts.push(Host { name, zone, status: Status::InService });
                }
                Some(host) if host.zone == zone => unchanged += 1,
                Some(_) => return Err(about(CONFLICT, &name)),
            }
        }
        *self = after;
        let text = format!("{{\"Registered\":{registered},\"Unchanged\":{unchanged}}}");
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
                && value(sent, "ZoneId").is_none_or(|zone| zone == host.zone)
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
        let zones = ZONES.into_iter().filter(|zone| {
            let has_hosts = self.hosts.iter().any(|host| host.zone == *zone);
            let has_promises = self.reservations.iter().any(|it| it.zone == *zone && it.is_held());
            has_hosts || has_promises
        });
        let zones = zones.filter(|zone| value(sent, "ZoneId").is_none_or(|wanted| wanted == *zone));
        let pools = zones.map(|zone| {
            let here: Vec<&Host> = self.hosts.iter().filter(|host| host.zone == zone).collect();
            let serving = here.iter().filter(|host| host.serves());
            let free: u64 = serving.clone().map(|host| self.free(host)).sum();
            let held = self.reservations.iter().filter(|it| it.zone == zone && it.is_held()).count();
            let room = self.room_from(zone, now);
            let rungs = RUNGS.iter().enumerate().map(|(at, size)| {
                let demand = room.heaviest(at, None) / size.cast_signed();
                let supply = room.supply[at];
                let slack = supply.cast_signed() - demand;
                format!("{{\"Units\":{size},\"Supply\":{supply},\"Demand\":{demand},\"Slack\":{slack}}}")
            });
            let rungs: Vec<String> = rungs.collect();
            let short: Vec<String> =
                self.short(zone, &room, now).into_iter().map(|(it, slots)| answers::shortfall(it, slots)).collect();
            format!(
                "{{\"ZoneId\":\"{zone}\",\"HostClass\":\"g6\",\"HostCount\":{},\"HostsInService\":{},\"FreeUnits\":{free},\
                 \"ReservationCount\":{held},\"Rungs\":{{\"Rung\":[{}]}},\"ShortfallCount\":{},\
                 \"Shortfalls\":{{\"Shortfall\":[{}]}}}}",
                here.len(),
                serving.count(),
                rungs.join(","),
                short.len(),
                short.join(","),
            )
        });
        let pools: Vec<String> = pools.collect();
        Ok((Told::Done(format!("{{\"Pools\":{{\"Pool\":[{}]}}}}", pools.join(","))), false))
    }
}

impl Model {
    /// The reservations of a zone that are short, and of how many slots at the worst moment: room is given to large sizes first, and
    /// among those of a size to the one that was made first.
    fn short(&self, zone: &str, room: &Room, now: u64) -> Vec<(&Reservation, u64)> {
        if (0..RUNGS.len()).all(|rung| room.holds(rung, None)) {
            return Vec::new();
        }
        let mut held: Vec<&Reservation> =
            self.reservations.iter().filter(|it| it.zone == zone && it.is_held()).collect();
        held.sort_by_key(|it| (Reverse(size(it)), it.made, it.id.clone()));
        let mut worst: BTreeMap<&str, u64> = BTreeMap::new();
        for moment in self.moments(now) {
            let mut given = 0;
            for it in held.iter().filter(|it| it.counts_at(moment)) {
                let slots: u64 = RUNGS.iter().position(|rung| *rung == size(it)).map_or(0, |at| room.supply[at]);
                let over = held.iter().filter(|window| window.reclaims_by(moment));
                let back: u64 = over.map(|window| self.serving_users(window) * (size(window) / size(it))).sum();
                let left = ((slots + back) * size(it)).saturating_sub(given) / size(it);
                let wanted = it.count - self.used(&it.id);
                given += wanted.min(left) * size(it);
                let known = worst.entry(&it.id).or_default();
                *known = (*known).max(wanted.saturating_sub(left));
            }
        }
        held.sort_by(|one, other| one.id.cmp(&other.id));
        let short = held.into_iter().map(|it| (it, worst.get(it.id.as_str()).copied().unwrap_or(0)));
        short.filter(|(_, slots)| *slots > 0).collect()
    }
}

fn size(it: &Reservation) -> u64 {
    size_of(&it.instance_type).unwrap_or(1)
}

impl Host {
    pub(super) fn serves(&self) -> bool {
        self.status == Status::InService
    }
}

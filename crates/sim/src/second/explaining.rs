//! Why there is no room, and what is the nearest that there is: by asking for one more and one more, and by weighing every chain.

use super::answers::family;
use super::faults::{END_TIME, START_TIME};
use super::model::{Model, Outcome, Told, ZONES, number, value};
use super::outlook::{FOUND_AHEAD, Where, seconds};
use super::room::Chain;
use super::windows::moment;
use crate::judge::Sent;
use std::collections::BTreeSet;

/// What is asked for.
#[derive(Clone)]
struct Question {
    who: usize,
    of: Where,
    count: u64,
    start: u64,
    end: Option<u64>,
}

impl Question {
    /// As a proposal of this kind.
    fn proposed(&self, kind: &str) -> String {
        let end = self.end.map(seconds).unwrap_or_default();
        format!(
            "{{\"Kind\":\"{kind}\",\"ZoneId\":\"{}\",\"InstanceType\":\"{}\",\"InstanceAmount\":{},\"StartTime\":\"{}\",\
             \"EndTime\":\"{end}\"}}",
            self.of.pool.zone,
            self.of.instance_type,
            self.count,
            seconds(self.start),
        )
    }
}

impl Model {
    /// ExplainCapacity. Where several chains are as heavy, any of them may be told.
    pub(super) fn explain(&self, sent: &Sent, now: u64) -> Outcome {
        let start = moment(value(sent, "StartTime").unwrap_or("Now"), now, START_TIME)?;
        if start < now {
            return Err(START_TIME.into());
        }
        let end = value(sent, "EndTime").map(|text| moment(text, now, END_TIME)).transpose()?;
        if end.is_some_and(|end| end <= start) {
            return Err(END_TIME.into());
        }
        let (zone, instance_type) =
            (value(sent, "ZoneId").unwrap_or_default(), value(sent, "InstanceType").unwrap_or_default());
        let of = self.offered_in(zone, instance_type, now)?;
        let count = number(value(sent, "InstanceAmount"));
        let asked = Question { who: sent.who, of, count, start, end };
        let mut available = 0;
        while self.grants(&Question { count: available + 1, ..asked.clone() }) {
            available += 1;
        }
        if count <= available {
            let text = format!("{{\"Fits\":true,\"AvailableAmount\":{available},\"Proposals\":{{\"Proposal\":[]}}}}");
            return Ok((Told::Done(text), false));
        }
        let proposals = self.proposals(&asked, available).join(",");
        let texts = self.bounds(&asked).into_iter().map(|bound| {
            format!(
                "{{\"Fits\":false,\"AvailableAmount\":{available},\"Bound\":{bound},\
                 \"Proposals\":{{\"Proposal\":[{proposals}]}}}}"
            )
        });
        Ok((Told::OneOf(texts.collect()), false))
    }

    fn grants(&self, asked: &Question) -> bool {
        let of = &asked.of;
        self.offers(&of.pool, of.size) && self.has_window(of, asked.count, asked.start, asked.end)
    }

    /// What is in the way, as it may be told: at the rung that has room for the fewest, and of several such the largest.
    fn bounds(&self, asked: &Question) -> BTreeSet<String> {
        let pool = &asked.of.pool;
        let moments: Vec<u64> = (&self.moments(asked.of.now) | &BTreeSet::from([asked.start])).into_iter().collect();
        let room = self.room(pool, &moments.iter().copied().collect());
        let rungs = &room.rungs;
        let rung = rungs.iter().position(|rung| *rung >= asked.of.size).unwrap_or(0);
        let within = |at: &usize| moments[*at] >= asked.start && asked.end.is_none_or(|end| moments[*at] < end);
        let within: Vec<usize> = (0..moments.len()).filter(within).collect();
        let weight = |from: usize| within.iter().map(|at| room.heaviest(from, Some((rung, *at)))).max().unwrap_or(0);
        let fits = |from: usize| {
            let units = (room.supply[from] * rungs[from]).cast_signed();
            (1..).take_while(|count| weight(from) + count * rungs[rung].cast_signed() <= units).count()
        };
        let bound = (0..=rung).rev().min_by_key(|from| fits(*from)).unwrap_or(0);
        let standing: u64 = self.serving(pool).map(|host| host.units - self.free(host)).sum();
        let out_of_service = self.hosts.iter().filter(|host| host.pool == *pool && !host.serves()).count();
        let is_named = |name: &&String| self.found.measured(name) == Some((&*pool.class, rungs[bound]));
        let named = self.found.types.keys().find(is_named).map_or("", String::as_str);
        let chains = room.chains(bound, (rung, &within), weight(bound));
        let chains = chains.into_iter().map(|chain| {
            format!(
                "{{\"RungUnits\":{},\"RungInstanceType\":\"{named}\",\"Supply\":{},\"Demand\":{},\
                 \"Moments\":{{\"Moment\":[{}]}},\"StandingUnits\":{standing},\"HostsOutOfService\":{},\
                 \"Shortfall\":{}}}",
                rungs[bound],
                room.supply[bound],
                weight(bound).div_euclid(rungs[bound].cast_signed()),
                self.links(asked, &moments, &chain).join(","),
                out_of_service,
                (0..rungs.len()).any(|rung| !room.holds(rung, None)),
            )
        });
        chains.collect()
    }

    /// What is needed of each rung of a chain, by everybody and by the caller; where it is nothing, nothing is told.
    fn links(&self, asked: &Question, moments: &[u64], chain: &Chain) -> Vec<String> {
        let each = chain.iter().map(|(rung, at, slots)| {
            let (size, moment) = (self.rungs(&asked.of.pool.class)[*rung], moments[*at]);
            let own = self.reservations.iter().filter(|it| it.owner == asked.who && it.pool == asked.of.pool);
            let own: i64 = own.filter(|it| it.is_held()).map(|it| self.share(it).needs(*rung, moment)).sum();
            (size, moment, slots * size.cast_signed(), own * size.cast_signed())
        });
        let told = each.filter(|(.., needed, own)| (*needed, *own) != (0, 0));
        let told = told.map(|(size, moment, needed, own)| {
            let moment = seconds(moment);
            format!(
                "{{\"Time\":\"{moment}\",\"RungUnits\":{size},\"PromisedUnits\":{needed},\"OwnPromisedUnits\":{own}}}"
            )
        });
        told.collect()
    }

    /// What would be granted: fewer, later, in another zone, of another type; of the last two at most three each.
    fn proposals(&self, asked: &Question, available: u64) -> Vec<String> {
        let fewer = Some(Question { count: available, ..asked.clone() }).filter(|_| available > 0);
        let granted = |others: Vec<(&str, &str)>, kind| -> Vec<String> {
            let others = others.into_iter().filter_map(|(zone, name)| self.type_in(zone, name, asked.of.now).ok());
            let others = others.map(|of| Question { of, ..asked.clone() });
            others.filter(|other| self.grants(other)).map(|other| other.proposed(kind)).take(3).collect()
        };
        let (zone, instance_type) = (asked.of.pool.zone.as_str(), asked.of.instance_type.as_str());
        let zones = ZONES.into_iter().filter(|other| *other != zone);
        let zones = granted(zones.map(|zone| (zone, instance_type)).collect(), "OtherZone");
        let types = granted(self.nearest(asked).into_iter().map(|name| (zone, name)).collect(), "OtherType");
        let later = self.later(asked).map(|other| other.proposed("Later"));
        fewer.map(|other| other.proposed("Fewer")).into_iter().chain(later).chain(zones).chain(types).collect()
    }

    /// Other types: of the same family first, then those of the same hosts, then the nearest in vCPUs, then by name.
    fn nearest(&self, asked: &Question) -> Vec<&str> {
        let types = &self.found.types;
        let asked = (&asked.of.instance_type, types.get(&asked.of.instance_type));
        let (asked, Some(needs)) = asked else { return Vec::new() };
        let mut others: Vec<_> = types.iter().filter(|(name, _)| *name != asked).collect();
        others.sort_by_key(|(name, it)| {
            let far = it.needs.0.abs_diff(needs.needs.0);
            (family(name) != family(asked), it.class != needs.class, far, *name)
        });
        others.into_iter().map(|(name, _)| name.as_str()).collect()
    }

    /// The same for as long, at the earliest moment after that.
    fn later(&self, asked: &Question) -> Option<Question> {
        let lasts = asked.end? - asked.start;
        let starts = self.moments(asked.of.now).into_iter();
        let starts = starts.filter(|at| *at > asked.start && *at <= asked.start + FOUND_AHEAD);
        let mut others = starts.map(|start| Question { start, end: Some(start + lasts), ..asked.clone() });
        others.find(|other| self.grants(other))
    }
}

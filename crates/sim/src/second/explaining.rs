//! Why there is no room, and what is the nearest that there is: by asking for one more and one more, and by weighing every chain.

use super::faults::{END_TIME, NOT_OFFERED, START_TIME};
use super::model::{Model, Outcome, TYPES, Told, UNITS_OF_A_HOST, ZONES, number, size_of, value};
use super::outlook::{FOUND_AHEAD, Where, seconds};
use super::room::{Chain, RUNGS};
use super::windows::moment;
use crate::judge::Sent;
use std::collections::BTreeSet;

/// What is asked for.
#[derive(Clone, Copy)]
struct Question<'a> {
    who: usize,
    of: Where<'a>,
    count: u64,
    start: u64,
    end: Option<u64>,
}

impl Question<'_> {
    /// The place of the type's rung.
    fn rung(&self) -> usize {
        RUNGS.iter().position(|size| size_of(self.of.instance_type) == Some(*size)).unwrap_or(0)
    }

    /// As a proposal of this kind.
    fn proposed(&self, kind: &str) -> String {
        let end = self.end.map(seconds).unwrap_or_default();
        format!(
            "{{\"Kind\":\"{kind}\",\"ZoneId\":\"{}\",\"InstanceType\":\"{}\",\"InstanceAmount\":{},\"StartTime\":\"{}\",\
             \"EndTime\":\"{end}\"}}",
            self.of.zone,
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
        if !self.has_hosts(zone) {
            return Err(NOT_OFFERED.into());
        }
        let count = number(value(sent, "InstanceAmount"));
        let asked = Question { who: sent.who, of: Where { zone, instance_type, now }, count, start, end };
        let mut available = 0;
        while self.grants(&Question { count: available + 1, ..asked }) {
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

    fn grants(&self, asked: &Question<'_>) -> bool {
        self.has_window(&asked.of, asked.count, asked.start, asked.end)
    }

    /// What is in the way, as it may be told: at the rung that has room for the fewest, and of several such the largest.
    fn bounds(&self, asked: &Question<'_>) -> BTreeSet<String> {
        let (zone, rung) = (asked.of.zone, asked.rung());
        let moments: Vec<u64> = (&self.moments(asked.of.now) | &BTreeSet::from([asked.start])).into_iter().collect();
        let room = self.room(zone, &moments.iter().copied().collect());
        let within = |at: &usize| moments[*at] >= asked.start && asked.end.is_none_or(|end| moments[*at] < end);
        let within: Vec<usize> = (0..moments.len()).filter(within).collect();
        let weight = |from: usize| within.iter().map(|at| room.heaviest(from, Some((rung, *at)))).max().unwrap_or(0);
        let fits = |from: usize| {
            let units = (room.supply[from] * RUNGS[from]).cast_signed();
            (1..).take_while(|count| weight(from) + count * RUNGS[rung].cast_signed() <= units).count()
        };
        let bound = (0..=rung).rev().min_by_key(|from| fits(*from)).unwrap_or(0);
        let here = || self.hosts.iter().filter(|host| host.zone == zone);
        let standing: u64 = here().filter(|host| host.serves()).map(|host| UNITS_OF_A_HOST - self.free(host)).sum();
        let named = TYPES.iter().find(|(_, size)| *size == RUNGS[bound]).map_or("", |(name, _)| name);
        let chains = room.chains(bound, (rung, &within), weight(bound));
        let chains = chains.into_iter().map(|chain| {
            format!(
                "{{\"RungUnits\":{},\"RungInstanceType\":\"{named}\",\"Supply\":{},\"Demand\":{},\
                 \"Moments\":{{\"Moment\":[{}]}},\"StandingUnits\":{standing},\"HostsOutOfService\":{},\
                 \"Shortfall\":{}}}",
                RUNGS[bound],
                room.supply[bound],
                weight(bound).div_euclid(RUNGS[bound].cast_signed()),
                self.links(asked, &moments, &chain).join(","),
                here().filter(|host| !host.serves()).count(),
                (0..RUNGS.len()).any(|rung| !room.holds(rung, None)),
            )
        });
        chains.collect()
    }

    /// What is needed of each rung of a chain, by everybody and by the caller; where it is nothing, nothing is told.
    fn links(&self, asked: &Question<'_>, moments: &[u64], chain: &Chain) -> Vec<String> {
        let each = chain.iter().map(|(rung, at, slots)| {
            let (size, moment) = (RUNGS[*rung], moments[*at]);
            let own = self.reservations.iter().filter(|it| it.owner == asked.who && it.zone == asked.of.zone);
            let own = own.filter(|it| it.is_held() && size_of(&it.instance_type) == Some(size));
            let own: i64 = own.map(|it| self.needed(it, self.used(&it.id), moment)).sum();
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

    /// What would be granted: fewer, later, in another zone, of another type of those hosts, the nearest in size first.
    fn proposals(&self, asked: &Question<'_>, available: u64) -> Vec<String> {
        let fewer = Some(Question { count: available, ..*asked }).filter(|_| available > 0);
        let zones = ZONES.into_iter().filter(|zone| *zone != asked.of.zone && self.has_hosts(zone));
        let zones = zones.map(|zone| Question { of: Where { zone, ..asked.of }, ..*asked });
        let size = |name: &str| size_of(name).unwrap_or(0);
        let mut types: Vec<&str> = TYPES.iter().map(|(name, _)| *name).collect();
        types.retain(|name| *name != asked.of.instance_type);
        types.sort_by_key(|name| (size(name).abs_diff(size(asked.of.instance_type)), *name));
        let types = types.into_iter().map(|name| Question { of: Where { instance_type: name, ..asked.of }, ..*asked });
        let zones = zones.filter(|other| self.grants(other)).map(|other| other.proposed("OtherZone"));
        let types = types.filter(|other| self.grants(other)).map(|other| other.proposed("OtherType"));
        let later = self.later(asked).map(|other| other.proposed("Later"));
        fewer.map(|other| other.proposed("Fewer")).into_iter().chain(later).chain(zones).chain(types).collect()
    }

    /// The same for as long, at the earliest moment after that.
    fn later<'a>(&self, asked: &Question<'a>) -> Option<Question<'a>> {
        let lasts = asked.end? - asked.start;
        let starts = self.moments(asked.of.now).into_iter();
        let starts = starts.filter(|at| *at > asked.start && *at <= asked.start + FOUND_AHEAD);
        let mut others = starts.map(|start| Question { start, end: Some(start + lasts), ..*asked });
        others.find(|other| self.grants(other))
    }
}

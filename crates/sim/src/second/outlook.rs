//! What could be had, and when: each question is asked of every moment at which anything begins or ends.

use super::faults::NOT_OFFERED;
use super::model::{DAY, Fault, Kind, Model, Outcome, Pool, Reservation, Tags, Told, ZONES, number, value};
use crate::judge::Sent;
use rpc::time::{self, Precision};

/// So far ahead windows are looked for.
pub(super) const FOUND_AHEAD: u64 = 90 * DAY;
/// So far ahead a timeline goes.
const SHOWN_AHEAD: u64 = 7 * DAY;

pub(super) fn seconds(moment: u64) -> String {
    time::format(moment, Precision::Seconds)
}

/// What a window is asked for in.
#[derive(Clone)]
pub(super) struct Where {
    pub(super) pool: Pool,
    pub(super) instance_type: String,
    /// Units of the type.
    pub(super) size: u64,
    pub(super) now: u64,
}

impl Model {
    /// A type in a zone, as it is known.
    pub(super) fn type_in(&self, zone: &str, instance_type: &str, now: u64) -> Result<Where, Fault> {
        let (pool, size) = self.measured(zone, instance_type)?;
        Ok(Where { pool, instance_type: instance_type.to_owned(), size, now })
    }

    /// The same of one that a host there has room for.
    pub(super) fn offered_in(&self, zone: &str, instance_type: &str, now: u64) -> Result<Where, Fault> {
        let of = self.type_in(zone, instance_type, now)?;
        if self.offers(&of.pool, of.size) { Ok(of) } else { Err(NOT_OFFERED.into()) }
    }

    /// Whether so many could be reserved for these moments, or from one on for good.
    pub(super) fn has_window(&self, of: &Where, count: u64, start: u64, end: Option<u64>) -> bool {
        let wanted = Reservation {
            id: String::new(),
            owner: 0,
            kind: Kind::Window { notice: 0, noticed: false },
            pool: of.pool.clone(),
            instance_type: of.instance_type.clone(),
            size: of.size,
            count,
            matching: String::new(),
            made: of.now,
            start,
            begun: false,
            end,
            released: None,
            tags: Tags::new(),
            creation_tags: Tags::new(),
        };
        self.has_room_after(&of.pool, of.now, |after| after.reservations.push(wanted))
    }

    /// FindWindow: in each zone the earliest, then the earliest after that, and so on; the earliest of all zones are told.
    pub(super) fn find_window(&self, sent: &Sent, now: u64) -> Outcome {
        let instance_type = value(sent, "InstanceType").unwrap_or_default();
        let (count, most) = (number(value(sent, "InstanceAmount")), number(value(sent, "MaxResults")));
        let lasts = 3600 * number(value(sent, "DurationHours"));
        let zones = ZONES.into_iter().map(|zone| self.type_in(zone, instance_type, now));
        let mut zones: Vec<Where> = zones.collect::<Result<_, _>>()?;
        zones.retain(|of| self.offers(&of.pool, of.size));
        if zones.is_empty() {
            return Err(NOT_OFFERED.into());
        }
        let mut found = Vec::new();
        for of in &zones {
            let mut from = now;
            for _ in 0..most {
                let starts = self.moments(now).into_iter().filter(|at| *at > from);
                let mut starts = [from].into_iter().chain(starts).filter(|at| at + lasts <= now + FOUND_AHEAD);
                let Some(start) = starts.find(|at| self.has_window(of, count, *at, Some(at + lasts))) else { break };
                found.push((start, of.pool.zone.as_str()));
                from = start + lasts;
            }
        }
        found.sort_unstable();
        found.truncate(usize::try_from(most).unwrap_or(0));
        let windows = found.into_iter().map(|(start, zone)| {
            let end = seconds(start + lasts);
            format!("{{\"ZoneId\":\"{zone}\",\"StartTime\":\"{}\",\"EndTime\":\"{end}\"}}", seconds(start))
        });
        let windows: Vec<String> = windows.collect();
        let text = format!("{{\"InstanceAmount\":{count},\"Windows\":{{\"Window\":[{}]}}}}", windows.join(","));
        Ok((Told::Done(text), false))
    }

    /// DescribeCapacityTimeline.
    pub(super) fn timeline(&self, sent: &Sent, now: u64) -> Outcome {
        let (zone, instance_type) =
            (value(sent, "ZoneId").unwrap_or_default(), value(sent, "InstanceType").unwrap_or_default());
        let of = self.offered_in(zone, instance_type, now)?;
        let end = now + SHOWN_AHEAD;
        let mut borders: Vec<u64> = self.moments(now).into_iter().filter(|at| *at < end).collect();
        borders.push(end);
        let mut stretches: Vec<(u64, u64, u64)> = Vec::new();
        for pair in borders.windows(2) {
            let mut offer = 0;
            while self.has_window(&of, offer + 1, pair[0], Some(pair[1])) {
                offer += 1;
            }
            match stretches.last_mut().filter(|(.., before)| *before == offer) {
                Some((_, until, _)) => *until = pair[1],
                None => stretches.push((pair[0], pair[1], offer)),
            }
        }
        let rung = self.rung(&of.pool.class, of.size).unwrap_or(u64::MAX);
        let total: u64 = self.serving(&of.pool).map(|host| host.units / rung).sum();
        let shown = stretches.into_iter().map(|(from, until, offer)| {
            let (from, until) = (seconds(from), seconds(until));
            format!("{{\"StartTime\":\"{from}\",\"EndTime\":\"{until}\",\"AvailableAmount\":{offer}}}")
        });
        let shown: Vec<String> = shown.collect();
        let text = format!(
            "{{\"ZoneId\":\"{zone}\",\"InstanceType\":\"{instance_type}\",\"TotalAmount\":{total},\"NextToken\":\"\",\
             \"Stretches\":{{\"Stretch\":[{}]}}}}",
            shown.join(",")
        );
        Ok((Told::Done(text), false))
    }
}

//! What could be had, and when: each question is asked of every moment at which anything begins or ends.

use super::faults::NOT_OFFERED;
use super::model::{
    DAY, Kind, Model, Outcome, Reservation, Tags, Told, UNITS_OF_A_HOST, ZONES, number, size_of, value,
};
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
#[derive(Clone, Copy)]
pub(super) struct Where<'a> {
    pub(super) zone: &'a str,
    pub(super) instance_type: &'a str,
    pub(super) now: u64,
}

impl Model {
    pub(super) fn has_hosts(&self, zone: &str) -> bool {
        self.hosts.iter().any(|host| host.zone == zone)
    }

    /// Whether so many could be reserved for these moments, or from one on for good.
    pub(super) fn has_window(&self, of: &Where<'_>, count: u64, start: u64, end: Option<u64>) -> bool {
        let wanted = Reservation {
            id: String::new(),
            owner: 0,
            kind: Kind::Window { notice: 0, noticed: false },
            zone: of.zone.to_owned(),
            instance_type: of.instance_type.to_owned(),
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
        self.has_room_after(of.zone, of.now, |after| after.reservations.push(wanted))
    }

    /// FindWindow: in each zone the earliest, then the earliest after that, and so on; the earliest of all zones are told.
    pub(super) fn find_window(&self, sent: &Sent, now: u64) -> Outcome {
        let instance_type = value(sent, "InstanceType").unwrap_or_default();
        let (count, most) = (number(value(sent, "InstanceAmount")), number(value(sent, "MaxResults")));
        let lasts = 3600 * number(value(sent, "DurationHours"));
        let zones: Vec<&str> = ZONES.into_iter().filter(|zone| self.has_hosts(zone)).collect();
        if zones.is_empty() {
            return Err(NOT_OFFERED.into());
        }
        let mut found = Vec::new();
        for zone in zones {
            let of = Where { zone, instance_type, now };
            let mut from = now;
            for _ in 0..most {
                let starts = self.moments(now).into_iter().filter(|at| *at > from);
                let mut starts = [from].into_iter().chain(starts).filter(|at| at + lasts <= now + FOUND_AHEAD);
                let Some(start) = starts.find(|at| self.has_window(&of, count, *at, Some(at + lasts))) else { break };
                found.push((start, zone));
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
        if !self.has_hosts(zone) {
            return Err(NOT_OFFERED.into());
        }
        let of = Where { zone, instance_type, now };
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
        let serving = self.hosts.iter().filter(|host| host.zone == zone && host.serves()).count() as u64;
        let total = serving * (UNITS_OF_A_HOST / size_of(instance_type).unwrap_or(u64::MAX));
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

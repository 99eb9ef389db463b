//! Windows: reservations of a beginning and an end, whose instances are stopped at the end.

use super::answers;
use super::faults::{END_TIME, FEWER_THAN_USED, NO_STOCK, POOL_NOT_FOUND, POOL_STATUS, Row, START_TIME};
use super::history::{event, of_instance};
use super::model::{DAY, Fault, Kind, Model, Outcome, Reservation, Seen, Told, given_tags, number, value};
use crate::judge::Sent;
use rpc::time;

const AHEAD: u64 = 5 * 365 * DAY;
const USUAL_NOTICE: u64 = 300;
const BEGUN: (&str, &str) =
    ("OperationDenied.StartTimeNotSupported", "The specified private pool does not support this operation.");

/// A moment that is not too far ahead.
pub(super) fn moment(text: &str, now: u64, or: Row) -> Result<u64, Fault> {
    let moment = if text == "Now" { Some(now) } else { time::parse_either(text) };
    moment.filter(|moment| *moment <= now + AHEAD).ok_or_else(|| or.into())
}

impl Model {
    /// ReserveWindow.
    pub(super) fn reserve_window(&mut self, sent: &Sent, now: u64, seen: &Seen) -> Outcome {
        let start = moment(value(sent, "StartTime").unwrap_or("Now"), now, START_TIME)?;
        if start < now {
            return Err(START_TIME.into());
        }
        let end = value(sent, "EndTime").and_then(time::parse_either);
        let end = end.filter(|end| *end > start && *end <= now + AHEAD).ok_or(END_TIME)?;
        let notice = value(sent, "NoticeSeconds").map_or(USUAL_NOTICE, |text| number(Some(text)));
        let instance_type = value(sent, "InstanceType").unwrap_or_default();
        let (pool, size) = self.measured(value(sent, "ZoneId").unwrap_or_default(), instance_type)?;
        let new = Reservation {
            id: self.id_of_new(seen),
            owner: sent.who,
            kind: Kind::Window { notice, noticed: false },
            pool,
            instance_type: instance_type.to_owned(),
            size,
            count: number(value(sent, "InstanceAmount")),
            matching: value(sent, "PrivatePoolOptions.MatchCriteria").unwrap_or("Open").to_owned(),
            made: now,
            start,
            begun: start <= now,
            end: Some(end),
            released: None,
            tags: given_tags(sent),
            creation_tags: given_tags(sent),
        };
        self.check_stock(&new, now)?;
        let told = answers::reserved(&new);
        self.begins(sent, &new);
        self.reservations.push(new);
        Ok((Told::Done(told), true))
    }

    /// ModifyWindow.
    pub(super) fn modify_window(&mut self, sent: &Sent, now: u64) -> Outcome {
        let start = value(sent, "StartTime").map(|text| moment(text, now, START_TIME)).transpose()?;
        let end = value(sent, "EndTime").map(|text| moment(text, now, END_TIME)).transpose()?;
        if end.is_some_and(|end| end > now && start.is_some_and(|start| end <= start)) {
            return Err(END_TIME.into());
        }
        let at = self.named(sent, |it| matches!(it.kind, Kind::Window { .. })).ok_or(POOL_NOT_FOUND)?;
        let was = self.reservations[at].clone();
        if !was.is_held() {
            return Err(POOL_STATUS.into());
        }
        if start.is_some_and(|start| start != was.start) {
            if was.begun {
                return Err(BEGUN.into());
            }
            let not_before_its_end = end.is_none() && start >= was.end;
            if start < Some(now) || not_before_its_end {
                return Err(START_TIME.into());
            }
        }
        let count = value(sent, "InstanceAmount").map_or(was.count, |text| number(Some(text)));
        let (start, new_end) = (start.unwrap_or(was.start), end.or(was.end).unwrap_or(now));
        if end.is_some() && (new_end <= now || new_end <= start) {
            for user in self.over(at, now) {
                self.happens(sent, &was.id, &of_instance("InstanceReclaimed", &user));
            }
            self.happens(sent, &was.id, &event("Released"));
            return Ok((Told::Done(answers::window(&self.reservations[at])), true));
        }
        if count < self.used(&was.id) {
            return Err(FEWER_THAN_USED.into());
        }
        let change = |model: &mut Self| {
            let it = &mut model.reservations[at];
            (it.count, it.start, it.end, it.begun) = (count, start, Some(new_end), it.begun || start <= now);
            if let Kind::Window { noticed, .. } = &mut it.kind
                && was.end != Some(new_end)
            {
                *noticed = false;
            }
        };
        if !self.has_room_after(&was.pool, now, change) {
            return Err(NO_STOCK.into());
        }
        change(self);
        let moved = (was.start, was.end) != (start, Some(new_end));
        let amount = value(sent, "InstanceAmount").map(|_| count);
        if moved {
            self.happens(sent, &was.id, &answers::moved(start, new_end));
        }
        if amount.is_some() {
            self.happens(sent, &was.id, &answers::modified(amount, None));
        }
        let written = moved || amount.is_some();
        Ok((Told::Done(answers::window(&self.reservations[at])), written))
    }
}

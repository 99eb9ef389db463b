//! Elasticity assurances: reservations of a period, which may renew themselves, some of them for some hours alone.

use super::answers;
use super::faults::{NO_POOL, POOL_NOT_FOUND, POOL_OVER, POOL_STATUS, START_TIME_MALFORMED};
use super::model::{Hours, Kind, Model, Outcome, Reservation, Seen, Told, done, done_if, given_tags, number, value};
use crate::judge::Sent;
use rpc::time::{self, Precision};

const HOUR: u64 = 3600;
const NOT_VALID: (&str, &str) = ("Invalid.PrivatePoolOptionsId", "The specified PrivatePoolOptions.Id is invalid.");

/// So many months later: the same day and time, or the last day of a shorter month.
pub(super) fn months_later(moment: u64, months: u64) -> u64 {
    let text = time::format(moment, Precision::Seconds);
    let part = |from: usize, to: usize| number(text.get(from..to));
    let month = part(5, 7) - 1 + months;
    let (year, month) = (part(0, 4) + month / 12, month % 12 + 1);
    let on = |day: u64| time::parse_either(&format!("{year:04}-{month:02}-{day:02}{}", text.get(10..)?));
    (1..=part(8, 10)).rev().find_map(on).unwrap_or(moment)
}

fn is_assurance(it: &Reservation) -> bool {
    matches!(it.kind, Kind::Assurance { .. })
}

impl Model {
    /// CreateElasticityAssurance.
    pub(super) fn assure(&mut self, sent: &Sent, now: u64, seen: &Seen) -> Outcome {
        let start = match value(sent, "StartTime").and_then(time::parse_either) {
            None => now,
            Some(hour) if hour / HOUR == now / HOUR => now,
            Some(hour) if hour > now => hour,
            Some(_) => return Err(START_TIME_MALFORMED.into()),
        };
        let period = number(value(sent, "Period"));
        let end = match value(sent, "PeriodUnit") {
            Some("Day") => start + period * 24 * HOUR,
            _ => months_later(start, period),
        };
        let rule = |name: &str| value(sent, name).map(|text| number(Some(text)));
        let hours = rule("RecurrenceRules.1.RecurrenceValue").map(|every| Hours {
            every,
            from: rule("RecurrenceRules.1.StartHour").unwrap_or(0),
            to: rule("RecurrenceRules.1.EndHour").unwrap_or(0),
        });
        let renewal = if value(sent, "AutoRenew") == Some("true") { "AutoRenewal" } else { "Normal" };
        let instance_type = value(sent, "InstanceType.1").unwrap_or_default();
        let (pool, size) = self.measured(value(sent, "ZoneId.1").unwrap_or_default(), instance_type)?;
        let new = Reservation {
            id: self.id_of_new(seen),
            owner: sent.who,
            kind: Kind::Assurance { renewal: renewal.to_owned(), hours },
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
        let told = answers::assured(&new.id);
        self.reservations.push(new);
        Ok((Told::Ordered(told), true))
    }

    /// ModifyElasticityAssurance.
    pub(super) fn modify_assurance(&mut self, sent: &Sent, now: u64) -> Outcome {
        let at = self.named(sent, is_assurance).ok_or(POOL_NOT_FOUND)?;
        if !self.reservations[at].is_held() {
            return Err(POOL_STATUS.into());
        }
        let count = number(value(sent, "InstanceAmount"));
        self.check_amount(at, count, now)?;
        self.reservations[at].count = count;
        done()
    }

    /// RenewElasticityAssurances.
    pub(super) fn renew(&mut self, sent: &Sent) -> Outcome {
        let id = value(sent, "PrivatePoolOptions.Id.1").unwrap_or_default();
        let at = self.reservation(sent.who, id).filter(|at| is_assurance(&self.reservations[*at])).ok_or(NO_POOL)?;
        let it = &mut self.reservations[at];
        if !it.is_held() {
            return Err(POOL_OVER.into());
        }
        it.end = it.end.map(|end| months_later(end, number(value(sent, "Period"))));
        Ok((Told::Ordered(answers::renewed(id)), true))
    }

    /// ModifyElasticityAssuranceAutoRenewAttribute.
    pub(super) fn set_renewal(&mut self, sent: &Sent) -> Outcome {
        let id = value(sent, "PrivatePoolOptions.Id.1").unwrap_or_default();
        let at = self.reservation(sent.who, id).filter(|at| is_assurance(&self.reservations[*at]));
        let it = &mut self.reservations[at.ok_or(NOT_VALID)?];
        if !it.is_held() {
            return Err(NOT_VALID.into());
        }
        let status = value(sent, "RenewalStatus");
        if let (Kind::Assurance { renewal, .. }, Some(status)) = (&mut it.kind, status) {
            status.clone_into(renewal);
        }
        done_if(status.is_some())
    }

    /// DescribeElasticityAssuranceAutoRenewAttribute.
    pub(super) fn list_renewals(&self, sent: &Sent) -> Outcome {
        let id = value(sent, "PrivatePoolOptions.Id.1").unwrap_or_default();
        let at = self.reservation(sent.who, id).ok_or(NOT_VALID)?;
        let Kind::Assurance { renewal, .. } = &self.reservations[at].kind else { return Err(NOT_VALID.into()) };
        Ok((Told::Done(answers::renewal(id, renewal)), false))
    }
}

//! The operations that make and change reservations.

use super::answers;
use super::faults::{
    DRY_RUN, END_TIME, FEWER_THAN_USED, NO_STOCK, NOT_OFFERED, NOT_ON_SALE, OUT_OF_STOCK, POOL_NOT_FOUND, POOL_OVER,
    POOL_STATUS, UNKNOWN_TYPE,
};
use super::history::event;
use super::model::{
    Fault, Kind, Model, NEVER, Outcome, Pool, Reservation, Seen, Told, done, done_if, given_tags, number, value,
};
use crate::judge::Sent;
use rpc::time;

const OTHER_END: (&str, &str) =
    ("OperationDenied.EndTimeTypeNotSupported", "The specified private pool does not support this operation.");
const NOT_FOR_ASSURANCES: (&str, &str) =
    ("Invalid.PrivatePoolOptions.Id", "The specified PrivatePoolOptions.Id is not supported for the action.");
const NOT_BEGUN: (&str, &str) =
    ("InvalidOperation.ReleasePrivatePoolUnsupported", "The specified private pool does not support release.");

/// Whether it is a capacity reservation, as windows are and assurances are not.
pub(super) const fn is_reservation(it: &Reservation) -> bool {
    !matches!(it.kind, Kind::Assurance { .. })
}

impl Model {
    /// Where a type stands in a zone, and how many units it takes.
    pub(super) fn measured(&self, zone: &str, instance_type: &str) -> Result<(Pool, u64), Fault> {
        let (class, size) = self.found.measured(instance_type).ok_or(UNKNOWN_TYPE)?;
        Ok((Pool { zone: zone.to_owned(), class: class.to_owned() }, size))
    }

    /// Whether so many more of a type can be promised as this new reservation.
    pub(super) fn check_stock(&self, new: &Reservation, now: u64) -> Result<(), Fault> {
        if self.hosts.iter().all(|host| host.pool.zone != new.pool.zone) {
            return Err(NOT_ON_SALE.into());
        }
        if !self.offers(&new.pool, new.size) {
            return Err(NOT_OFFERED.into());
        }
        match self.has_room_after(&new.pool, now, |after| after.reservations.push(new.clone())) {
            true => Ok(()),
            false => Err(OUT_OF_STOCK.into()),
        }
    }

    /// CreateCapacityReservation.
    pub(super) fn create(&mut self, sent: &Sent, now: u64, seen: &Seen) -> Outcome {
        let end = value(sent, "EndTime").map(|text| future(text, now)).transpose()?;
        let instance_type = value(sent, "InstanceType").unwrap_or_default();
        let (pool, size) = self.measured(value(sent, "ZoneId.1").unwrap_or_default(), instance_type)?;
        let new = Reservation {
            id: self.id_of_new(seen),
            owner: sent.who,
            kind: Kind::Immediate,
            pool,
            instance_type: instance_type.to_owned(),
            size,
            count: number(value(sent, "InstanceAmount")),
            matching: value(sent, "PrivatePoolOptions.MatchCriteria").unwrap_or("Open").to_owned(),
            made: now,
            start: now,
            begun: true,
            end,
            released: None,
            tags: given_tags(sent),
            creation_tags: given_tags(sent),
        };
        self.check_stock(&new, now)?;
        let told = answers::created(&new.id);
        self.begins(sent, &new);
        self.reservations.push(new);
        Ok((Told::Done(told), true))
    }

    /// ModifyCapacityReservation.
    pub(super) fn modify(&mut self, sent: &Sent, now: u64) -> Outcome {
        let end_type = value(sent, "EndTimeType");
        let end = match (end_type, value(sent, "EndTime")) {
            (None, None) => None,
            (Some("Unlimited"), _) => Some(None),
            (_, text) => Some(Some(future(text.unwrap_or_default(), now)?)),
        };
        let at = self.named(sent, is_reservation).ok_or(POOL_NOT_FOUND)?;
        let was = self.reservations[at].clone();
        if !was.is_held() {
            return Err(POOL_STATUS.into());
        }
        if end.is_some() && !matches!(was.kind, Kind::Immediate) {
            return Err(OTHER_END.into());
        }
        let count = value(sent, "InstanceAmount").map_or(was.count, |text| number(Some(text)));
        self.check_amount(at, count, now)?;
        // An EndTime alone moves an end that is there, and makes none.
        let end = end.filter(|_| end_type.is_some() || was.end.is_some());
        let it = &mut self.reservations[at];
        (it.count, it.end) = (count, end.unwrap_or(was.end));
        let amount = value(sent, "InstanceAmount").map(|_| count);
        if end.is_some() || amount.is_some() {
            self.happens(sent, &was.id, &answers::modified(amount, end));
        }
        done_if(end.is_some() || amount.is_some())
    }

    /// Whether a reservation can have another amount.
    pub(super) fn check_amount(&self, at: usize, count: u64, now: u64) -> Result<(), Fault> {
        let it = &self.reservations[at];
        if count < self.used(&it.id) {
            return Err(FEWER_THAN_USED.into());
        }
        match self.has_room_after(&it.pool, now, |after| after.reservations[at].count = count) {
            true => Ok(()),
            false => Err(NO_STOCK.into()),
        }
    }

    /// ReleaseCapacityReservation.
    pub(super) fn release(&mut self, sent: &Sent, now: u64) -> Outcome {
        if value(sent, "PrivatePoolOptions.Id").is_some_and(|id| id.starts_with("eap-")) {
            return Err(NOT_FOR_ASSURANCES.into());
        }
        let at = self.named(sent, is_reservation).ok_or((
            "Invalid.PrivatePoolOptions.Ids",
            "The specified parameter \"PrivatePoolOptions.Ids\" exist invalid element Id.",
        ))?;
        let it = &self.reservations[at];
        if it.released.is_some() {
            return Err(POOL_OVER.into());
        }
        if !it.begun {
            return Err(NOT_BEGUN.into());
        }
        if it.end.is_some() {
            return Err((
                "Invalid.Action.ReleaseCapacityReservation",
                "Release action is not supported when using Limited endTimeType, please change it to Unlimited first.",
            )
                .into());
        }
        if value(sent, "DryRun") == Some("true") {
            return Err(DRY_RUN.into());
        }
        let id = it.id.clone();
        self.over(at, now);
        self.happens(sent, &id, &event("Released"));
        done()
    }

    /// The place of the caller's reservation that a request names, if it is one of these.
    pub(super) fn named(&self, sent: &Sent, wanted: impl Fn(&Reservation) -> bool) -> Option<usize> {
        let at = self.reservation(sent.who, value(sent, "PrivatePoolOptions.Id")?)?;
        Some(at).filter(|at| wanted(&self.reservations[*at]))
    }
}

/// A moment that is still to come.
fn future(text: &str, now: u64) -> Result<u64, Fault> {
    let moment = time::parse_either(text).filter(|moment| *moment > now && *moment <= NEVER);
    moment.ok_or_else(|| END_TIME.into())
}

//! What the operations on elasticity assurances share: periods, automatic renewal, orders, and lists of ids.
//! Berth bills nobody: a period is how long an assurance runs.

use crate::limits::{
    END_SECONDS_MAX, PERIOD_DAYS_MAX, PERIOD_MONTHS_MAX, PERIOD_WEEKS_MAX, PERIOD_YEARS_MAX, START_DAYS_MAX,
};
use crate::listing::TOO_MANY_IDS;
use crate::reserving::{NO_START, STARTS_LATER};
use crate::{Param, pool_id};
use ledger::{Kind, Moment, Period, PeriodUnit, ReservationId};
use rpc::fault::{Fault, common};
use rpc::params::Params;
use rpc::{time, values};
use std::collections::BTreeSet;

/// The kind of reservation that an assurance is.
pub const KIND: Kind = Kind::ElasticityAssurance;
/// How resources of this kind are called in allow-lists.
pub const RESOURCE: &str = "elasticityassurance";
/// The parameter with several ids.
pub const IDS: &str = "PrivatePoolOptions.Id.N";

/// `PeriodUnit` is none of its words, or needs rules of recurrence.
pub const INVALID_PERIOD_UNIT: Fault =
    Fault::new(400, "InvalidParameter.PeriodUnit", "The specified PeriodUnit is not supported.");
/// `Period` is no number that its unit allows, or would end too far ahead.
pub const INVALID_PERIOD: Fault = Fault::new(400, "InvalidParameter.Period", "The specified Period is not valid.");
/// No id is given, in the operations on automatic renewal.
pub const MISSING_ID: Fault =
    Fault::new(400, "MissingParameter.PrivatePoolOptionsId", "The specified PrivatePoolOptions.Id should not be null.");
/// The caller has no such assurance, in the operations on automatic renewal.
pub const INVALID_ID: Fault =
    Fault::new(400, "Invalid.PrivatePoolOptionsId", "The specified PrivatePoolOptions.Id is invalid.");

const HOUR_SECONDS: u64 = 3600;
const DAY_SECONDS: u64 = 24 * HOUR_SECONDS;
/// Digits of an order's number; the first is not 0.
const ORDER_LEAST: u128 = 100_000_000_000_000;

/// Words of `PeriodUnit`, what they mean, and how many of it there may be at most.
pub type Units = &'static [(&'static str, PeriodUnit, u32)];

/// A month, or a year.
pub const MONTHS_AND_YEARS: Units =
    &[("Month", PeriodUnit::Month, PERIOD_MONTHS_MAX), ("Year", PeriodUnit::Year, PERIOD_YEARS_MAX)];
/// Of a new assurance.
pub const PAID: Units = &[
    ("Month", PeriodUnit::Month, PERIOD_MONTHS_MAX),
    ("Year", PeriodUnit::Year, PERIOD_YEARS_MAX),
    ("Day", PeriodUnit::Day, PERIOD_DAYS_MAX),
];
/// Of a renewal.
pub const RENEWED: Units = &[
    ("Weekly", PeriodUnit::Week, PERIOD_WEEKS_MAX),
    ("Month", PeriodUnit::Month, PERIOD_MONTHS_MAX),
    ("Year", PeriodUnit::Year, PERIOD_YEARS_MAX),
];

/// `Period` and `PeriodUnit`: 1 of this unit, unless they say otherwise.
///
/// # Errors
/// A unit that there is not; then a number that it does not allow.
pub fn period(params: &Params, units: Units, otherwise: &str) -> Result<Period, Fault> {
    let word = params.text("PeriodUnit").unwrap_or(otherwise);
    let (_, unit, most) = *units.iter().find(|(known, ..)| *known == word).ok_or(INVALID_PERIOD_UNIT)?;
    let read = |text| values::integer(text).and_then(|count| u32::try_from(count).ok());
    let count = params.text("Period").map_or(Some(1), read);
    let count = count.filter(|count| (1..=most).contains(count)).ok_or(INVALID_PERIOD)?;
    Ok(Period { count, unit })
}

/// Checks that an end is none that is too far ahead.
///
/// # Errors
/// When it is.
pub fn in_time(end: Moment) -> Result<(), Fault> {
    if end.0 <= END_SECONDS_MAX { Ok(()) } else { Err(INVALID_PERIOD) }
}

/// `StartTime`: a full hour, from the one that is under way, which is now, to 180 days from today; now if it is absent.
///
/// # Errors
/// When it is no such hour.
pub fn starts(params: &Params, now: Moment) -> Result<Moment, Fault> {
    let Some(text) = params.text("StartTime") else { return Ok(now) };
    let at = time::parse_either(text).ok_or(NO_START)?;
    let days = (at / DAY_SECONDS).saturating_sub(now.0 / DAY_SECONDS);
    if !at.is_multiple_of(HOUR_SECONDS) || days > START_DAYS_MAX {
        return Err(STARTS_LATER);
    }
    if at.saturating_add(HOUR_SECONDS) <= now.0 { Err(NO_START) } else { Ok(Moment(at).max(now)) }
}

/// A parameter that is true or false; false if it is absent.
///
/// # Errors
/// When it is neither.
pub fn flag(params: &Params, name: &str, otherwise: bool) -> Result<bool, Fault> {
    let read = |text| values::flag(text).ok_or_else(|| common::INVALID_PARAMETER.because(name));
    params.text(name).map_or(Ok(otherwise), read)
}

/// `AutoRenewPeriod`, in months; whole years are told as years.
///
/// # Errors
/// When it is none of its values.
pub fn auto_renew_period(params: &Params) -> Result<Option<Period>, Fault> {
    let read = |text| match text {
        "1" | "2" | "3" | "6" => text.parse().ok().map(|count| Period { count, unit: PeriodUnit::Month }),
        "12" => Some(Period { count: 1, unit: PeriodUnit::Year }),
        "24" => Some(Period { count: 2, unit: PeriodUnit::Year }),
        "36" => Some(Period { count: 3, unit: PeriodUnit::Year }),
        _ => None,
    };
    let invalid = || common::INVALID_PARAMETER.because("AutoRenewPeriod");
    params.text("AutoRenewPeriod").map(|text| read(text).ok_or_else(invalid)).transpose()
}

/// The number of an order: fifteen digits of the draw that no id shows. Nothing is paid, so nobody keeps it.
pub fn order(draw: u128) -> String {
    (ORDER_LEAST + (draw >> 64) % (9 * ORDER_LEAST)).to_string()
}

/// The ids in `PrivatePoolOptions.Id.N`, each once, in order of first index; at most so many.
///
/// # Errors
/// Too many; then `unknown` for one that is no id of an assurance.
pub fn ids(params: &Params, most: usize, unknown: &Fault) -> Result<Vec<ReservationId>, Fault> {
    let texts = Param::optional(IDS).values(params);
    if texts.len() > most {
        return Err(TOO_MANY_IDS);
    }
    let parse = |text: &&str| pool_id::parse(KIND, text).ok_or_else(|| unknown.clone());
    let ids = texts.iter().map(parse).collect::<Result<Vec<_>, _>>()?;
    let mut seen = BTreeSet::new();
    Ok(ids.into_iter().filter(|id| seen.insert(*id)).collect())
}

#[cfg(test)]
mod tests {
    use super::order;

    #[test]
    fn an_order_has_fifteen_digits() {
        for draw in [0, 1, u128::MAX, u128::MAX << 64, 0x1234_5678_9abc_def0 << 64] {
            let order = order(draw);
            assert!(order.len() == 15 && order.bytes().all(|it| it.is_ascii_digit()), "{order}");
        }
        assert_ne!(order(0), order(1 << 64));
    }
}

//! `RecurrenceRules.N` on the wire: the hours, of UTC, at which alone an assurance may be used.

use crate::limits::{RULE_HOURS_MIN, RULES_MAX};
use ledger::{Recurrence, Rule};
use rpc::body::Body;
use rpc::fault::{Fault, common};
use rpc::params::{Object, Params};
use rpc::values::integer;
use std::ops::RangeInclusive;

const LIST: &str = "RecurrenceRules";
const TYPE: &str = "RecurrenceType";
const VALUE: &str = "RecurrenceValue";
const FROM: &str = "StartHour";
const TO: &str = "EndHour";

const DAYS: RangeInclusive<i64> = 1..=31;
const WEEKDAYS: RangeInclusive<i64> = 0..=6;

/// Whether there are any.
pub fn is_given(params: &Params) -> bool {
    !params.objects(LIST).is_empty()
}

/// The rules of a request, in order of index.
///
/// # Errors
/// `InvalidParameter` for too many, and for the first that is no rule.
pub fn read(params: &Params) -> Result<Box<[Rule]>, Fault> {
    let given = params.objects(LIST);
    if given.len() > RULES_MAX {
        return Err(common::INVALID_PARAMETER.because(LIST));
    }
    given.iter().map(rule).collect()
}

fn rule(given: &Object<'_>) -> Result<Rule, Fault> {
    let invalid = |field| common::INVALID_PARAMETER.because(&format!("{LIST}.{}.{field}", given.index));
    let text = |field| given.text(field).unwrap_or_default();
    let recurrence = match text(TYPE) {
        "Daily" => number(text(VALUE), DAYS).map(Recurrence::Daily),
        "Weekly" => weekdays(text(VALUE)).map(Recurrence::Weekly),
        "Monthly" => days_of_month(text(VALUE)),
        _ => return Err(invalid(TYPE)),
    };
    let recurrence = recurrence.ok_or_else(|| invalid(VALUE))?;
    let from_hour = number(text(FROM), 0..=24 - RULE_HOURS_MIN).ok_or_else(|| invalid(FROM))?;
    let least = i64::from(from_hour) + RULE_HOURS_MIN;
    let to_hour = number(text(TO), least..=24).ok_or_else(|| invalid(TO))?;
    Ok(Rule { recurrence, from_hour, to_hour })
}

fn number(text: &str, legal: RangeInclusive<i64>) -> Option<u8> {
    integer(text).filter(|number| legal.contains(number)).and_then(|number| u8::try_from(number).ok())
}

/// `0,6`, each day once: as bits, the lowest for Sunday.
fn weekdays(text: &str) -> Option<u8> {
    text.split(',').try_fold(0, |days, day| {
        let bit = 1 << number(day, WEEKDAYS)?;
        (days & bit == 0).then_some(days | bit)
    })
}

/// `10-20`: these days of the month, both included.
fn days_of_month(text: &str) -> Option<Recurrence> {
    let (first, last) = text.split_once('-')?;
    let (first, last) = (number(first, DAYS)?, number(last, DAYS)?);
    (first <= last).then_some(Recurrence::Monthly(first, last))
}

/// A rule as answers show it.
pub fn body(rule: &Rule) -> Body {
    let (word, value) = match rule.recurrence {
        Recurrence::Daily(each) => ("Daily", each.to_string()),
        Recurrence::Weekly(days) => {
            let set = WEEKDAYS.filter(|day| days >> day & 1 == 1).map(|day| day.to_string());
            ("Weekly", set.collect::<Vec<_>>().join(","))
        }
        Recurrence::Monthly(first, last) => ("Monthly", format!("{first}-{last}")),
    };
    Body::new()
        .text(TYPE, word)
        .text(VALUE, value)
        .integer(FROM, u32::from(rule.from_hour))
        .integer(TO, u32::from(rule.to_hour))
}

//! Parameters that creating and modifying a reservation read alike. Each is checked by its own form alone; whether
//! the reservation or the stock allows it is asked later.
//!
//! A parameter that is there and empty has been given, and its form is wrong.

use crate::faults::{INVALID_AMOUNT, INVALID_DESCRIPTION, INVALID_END_TIME, INVALID_NAME, INVALID_PLATFORM};
use crate::limits::{DESCRIPTION_CHARS, END_SECONDS_MAX, NAME_CHARS};
use crate::words;
use ledger::limits::INSTANCES_MAX;
use ledger::{End, Moment, Platform};
use rpc::fault::{Fault, common};
use rpc::params::Params;
use rpc::{time, values};

const END_TYPE: &str = "EndTimeType";
const END: &str = "EndTime";

/// `InstanceAmount`, 1 to 1000.
pub fn amount(params: &Params) -> Result<Option<u32>, Fault> {
    let read = |text| values::integer(text).and_then(|number| u32::try_from(number).ok());
    let legal = |number: &u32| (1..=INSTANCES_MAX).contains(number);
    params.text("InstanceAmount").map(|text| read(text).filter(legal).ok_or(INVALID_AMOUNT)).transpose()
}

/// `PrivatePoolOptions.Name`: begins with a letter of any script and goes on with letters, digits, `.`, `:`, `_`, `-`.
/// A web address has slashes, so the rule against one at the beginning is kept by that.
pub fn name(params: &Params) -> Result<Option<&str>, Fault> {
    let inner = |letter: char| letter.is_alphabetic() || letter.is_ascii_digit() || ".:_-".contains(letter);
    let legal = |name: &&str| {
        NAME_CHARS.contains(&name.chars().count()) && name.starts_with(char::is_alphabetic) && name.chars().all(inner)
    };
    params.text("PrivatePoolOptions.Name").map(|name| Some(name).filter(legal).ok_or(INVALID_NAME)).transpose()
}

/// `Description`: no web address at its beginning.
pub fn description(params: &Params) -> Result<Option<&str>, Fault> {
    let legal = |text: &&str| {
        let address = text.starts_with("http://") || text.starts_with("https://");
        DESCRIPTION_CHARS.contains(&text.chars().count()) && !address
    };
    params.text("Description").map(|text| Some(text).filter(legal).ok_or(INVALID_DESCRIPTION)).transpose()
}

/// `Platform`, in any letter case.
pub fn platform(params: &Params) -> Result<Option<Platform>, Fault> {
    params.text("Platform").map(|text| words::read_platform(text).ok_or(INVALID_PLATFORM)).transpose()
}

/// What `EndTimeType` and `EndTime` say together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GivenEnd {
    /// Neither is given.
    Nothing,
    /// `EndTimeType` says how it ends, and `EndTime` when if that is asked.
    Whole(End),
    /// `EndTime` alone.
    TimeAlone(Moment),
}

/// `EndTimeType` and `EndTime`, which must lie in the future. With Unlimited, `EndTime` is not looked at.
pub fn end(params: &Params, now: Moment) -> Result<GivenEnd, Fault> {
    let time = || {
        let legal = |seconds: &u64| *seconds > now.0 && *seconds <= END_SECONDS_MAX;
        params.text(END).and_then(time::parse_either).filter(legal).map(Moment).ok_or(INVALID_END_TIME)
    };
    match params.text(END_TYPE) {
        Some("Unlimited") => Ok(GivenEnd::Whole(End::ByHand)),
        Some("Limited") => time().map(|time| GivenEnd::Whole(End::At(time))),
        Some(_) => Err(common::INVALID_PARAMETER.because(END_TYPE)),
        None if params.text(END).is_some() => time().map(GivenEnd::TimeAlone),
        None => Ok(GivenEnd::Nothing),
    }
}

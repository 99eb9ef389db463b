//! What the window operations share: which moments, which type in which zone, and their faults. Windows are seconds of
//! UTC: no calendar moves them.

use crate::faults::{INVALID_END_TIME, UNKNOWN_ZONE};
use crate::limits::WINDOW_AHEAD_SECONDS;
use crate::{Context, pool_id, reserving, words};
use ledger::directory::InstanceType;
use ledger::{Course, End, Kind, Moment, Phase, Pool, Reservation, Window, ZoneName};
use rpc::body::Body;
use rpc::fault::{Fault, common};
use rpc::params::Params;
use rpc::time;
use rpc::time::Precision;

/// `StartTime` is no time, in the past or too far ahead.
pub const INVALID_START_TIME: Fault =
    Fault::new(400, "InvalidStartTime.ValueNotSupported", "The specified StartTime is invalid.");
/// The caller has no window of this id.
pub const NOT_FOUND: Fault =
    Fault::new(404, "InvalidPrivatePoolId.NotFound", "The specified private pool does not exist.");

/// `StartTime`: now if it is absent or `Now`; not before now.
///
/// # Errors
/// When it is no time, before now or too far ahead.
pub fn start(params: &Params, now: Moment) -> Result<Moment, Fault> {
    match params.text("StartTime") {
        None | Some("Now") => Ok(now),
        Some(text) => moment(text, now).filter(|start| *start >= now).ok_or(INVALID_START_TIME),
    }
}

/// `EndTime`, if it is given: after the start.
///
/// # Errors
/// When it is no time, not after the start or too far ahead.
pub fn end(params: &Params, start: Moment, now: Moment) -> Result<Option<Moment>, Fault> {
    let Some(text) = params.text("EndTime") else { return Ok(None) };
    moment(text, now).filter(|end| *end > start).map(Some).ok_or(INVALID_END_TIME)
}

/// A moment that is not too far ahead.
pub fn moment(text: &str, now: Moment) -> Option<Moment> {
    time::parse_either(text).map(Moment).filter(|moment| *moment <= farthest(now))
}

/// The last moment at which a window may end.
pub const fn farthest(now: Moment) -> Moment {
    now.plus(WINDOW_AHEAD_SECONDS)
}

/// From when to when to look: so many seconds if no end is given, but not beyond what may be reserved.
///
/// # Errors
/// As [`start`] and [`end`].
pub fn span(params: &Params, now: Moment, seconds: u64) -> Result<(Moment, Moment), Fault> {
    let from = start(params, now)?;
    Ok((from, end(params, from, now)?.unwrap_or_else(|| from.plus(seconds).min(farthest(now)))))
}

/// A moment as these operations answer it.
pub fn seconds(moment: Moment) -> String {
    time::format(moment.0, Precision::Seconds)
}

/// An instance type, and units of one instance.
///
/// # Errors
/// When it is not known.
pub fn kind<'a>(params: &Params, context: &Context<'a>) -> Result<(&'a InstanceType, u32), Fault> {
    let kind = params.text("InstanceType").and_then(|kind| context.directory.types.get(kind));
    let kind = kind.ok_or(reserving::UNKNOWN_TYPE)?;
    Ok((kind, context.directory.size(kind).ok_or(reserving::NOT_OFFERED)?))
}

/// The zone that `ZoneId` names, if it names any.
///
/// # Errors
/// When the region has no such zone.
pub fn zone<'a>(params: &Params, context: &Context<'a>) -> Result<Option<&'a ZoneName>, Fault> {
    let Some(name) = params.text("ZoneId") else { return Ok(None) };
    let region = context.directory.regions.get(context.region).ok_or(UNKNOWN_ZONE)?;
    region.zones.iter().map(|zone| &zone.name).find(|zone| zone.as_str() == name).map(Some).ok_or(UNKNOWN_ZONE)
}

/// The pools of a type's class that have hosts: of one zone, or of each, in order of name.
pub fn pools<'a>(
    context: &Context<'a>,
    kind: &'a InstanceType,
    zone: Option<&'a ZoneName>,
) -> impl Iterator<Item = (&'a ZoneName, &'a Pool)> {
    let here = move |at: &ZoneName| zone.is_none_or(|zone| zone == at);
    let pools =
        context.ledger.pools().filter(move |(at, class, pool)| here(at) && **class == kind.class && pool.hosts() > 0);
    pools.map(|(zone, _, pool)| (zone, pool))
}

/// The caller's own window of this id.
///
/// # Errors
/// When there is none.
pub fn own<'a>(context: &Context<'a>, id: &str) -> Result<&'a Reservation, Fault> {
    let found = pool_id::own(context, Kind::CapacityReservation, id);
    found.filter(|it| matches!(it.course, Course::Windowed { .. })).ok_or(NOT_FOUND)
}

/// What ReserveWindow and ModifyWindow answer of a window: these moments are told to the second.
pub fn stands(body: Body, phase: Phase, starts: Moment, end: End) -> Body {
    let end = match end {
        End::At(end) => seconds(end),
        End::ByHand => String::new(),
    };
    body.text("Status", words::status(phase)).text("StartTime", seconds(starts)).text("EndTime", end)
}

/// A number of seconds or hours that a window is to last, `DurationSeconds` or `DurationHours`.
///
/// # Errors
/// When neither is given, both are, or it is no positive number that is small enough.
pub fn duration(params: &Params) -> Result<u64, Fault> {
    let (name, text, each) = match (params.text("DurationSeconds"), params.text("DurationHours")) {
        (Some(text), None) => ("DurationSeconds", text, 1),
        (None, Some(text)) => ("DurationHours", text, 3600),
        _ => return Err(common::INVALID_PARAMETER.because("either DurationHours or DurationSeconds")),
    };
    let number = rpc::values::integer(text).and_then(|number| u64::try_from(number).ok()?.checked_mul(each));
    let legal = |seconds: &u64| (1..=WINDOW_AHEAD_SECONDS).contains(seconds);
    number.filter(legal).ok_or_else(|| common::INVALID_PARAMETER.because(name))
}

/// From one moment to another; for ever, if there is no other.
pub const fn between(start: Moment, end: Option<Moment>) -> Window {
    Window { start, end }
}

//! CreateCapacityReservation: promise capacity from now on.

use crate::faults::UNKNOWN_ZONE;
use crate::fields::{self, GivenEnd};
use crate::{Context, Draft, Operation, Param, Resource, Scope};
use crate::{faults, pool_id, tags};
use ledger::commands::{Command, Reserve, ReserveRefusal};
use ledger::{Course, End, Kind, MatchCriteria, Phase, Platform, Reservation, Tag};
use rpc::body::Body;
use rpc::fault::{Fault, common};
use rpc::params::Params;
use rpc::time;

const TOO_MANY_ZONES: Fault = Fault::new(400, "Invalid.TooManyZoneIds", "Too many ZoneIds in the request.");
const STARTS_LATER: Fault = Fault::new(
    400,
    "InvalidStartTime.NotSupported",
    "The specified StartTime should be within 180 calendar days from the current date, and you must specify a precision to hour.",
);
const NO_START: Fault =
    Fault::new(400, "InvalidStartTime.MalFormed", "The specified StartTime is out of the permitted range.");
const INVALID_CHARGE: Fault =
    Fault::new(400, "Invalid.InstanceChargeType", "The specified InstanceChargeType is not valid.");

/// The operation.
pub struct CreateCapacityReservation;

impl Operation for CreateCapacityReservation {
    const NAME: &'static str = "CreateCapacityReservation";
    const SCOPE: Scope = Scope::Region;
    const RESOURCE: Resource = Resource::All("capacityreservation");
    const PARAMS: &'static [Param] = &[
        Param::required("RegionId", faults::MISSING_REGION),
        Param::required("ZoneId.N", faults::MISSING_ZONE),
        Param::required("InstanceType", faults::MISSING_INSTANCE_TYPE),
        Param::required("InstanceAmount", faults::MISSING_AMOUNT),
        Param::optional("ClientToken"),
        Param::optional("PrivatePoolOptions.Name"),
        Param::optional("PrivatePoolOptions.MatchCriteria"),
        Param::optional("Description"),
        Param::optional("StartTime"),
        Param::optional("EndTimeType"),
        Param::optional("EndTime"),
        Param::optional("InstanceChargeType"),
        Param::optional("Platform"),
        Param::optional("Tag.N.Key"),
        Param::optional("Tag.N.Value"),
        Param::optional("ResourceGroupId"),
    ];
    const FAULTS: &'static [Fault] = &[
        TOO_MANY_ZONES,
        faults::INVALID_AMOUNT,
        faults::INVALID_NAME,
        faults::INVALID_MATCHING,
        faults::INVALID_DESCRIPTION,
        STARTS_LATER,
        NO_START,
        common::INVALID_PARAMETER,
        faults::INVALID_END_TIME,
        INVALID_CHARGE,
        faults::INVALID_PLATFORM,
        faults::TOO_MANY_TAGS,
        faults::INVALID_TAG_KEY,
        faults::INVALID_TAG_VALUE,
        faults::DUPLICATE_TAG_KEY,
        faults::UNKNOWN_GROUP,
        UNKNOWN_ZONE,
        faults::UNKNOWN_INSTANCE_TYPE,
        faults::EMPTY_ZONE,
        faults::NOT_OFFERED,
        faults::NO_STOCK,
    ];

    fn prepare(params: &Params, context: &Context<'_>) -> Result<Draft, Fault> {
        let wish = Wish::read(params, context)?;
        let region = context.directory.regions.get(context.region).ok_or(UNKNOWN_ZONE)?;
        let zone = region.zones.iter().find(|zone| zone.name.as_str() == wish.zone).ok_or(UNKNOWN_ZONE)?;
        let kind = context.directory.types.get(wish.kind).ok_or(faults::UNKNOWN_INSTANCE_TYPE)?;
        if !context.ledger.pools().any(|(at, _, pool)| *at == zone.name && pool.hosts() > 0) {
            return Err(faults::EMPTY_ZONE);
        }
        let size = context.directory.size(kind).ok_or(faults::NOT_OFFERED)?;
        let id = pool_id::fresh(Kind::CapacityReservation, &region.code, context.draw).ok_or(common::INTERNAL_ERROR)?;
        let reservation = Reservation {
            id,
            owner: context.caller.account.clone(),
            zone: zone.name.clone(),
            class: kind.class.clone(),
            instance_type: kind.name.clone(),
            size,
            count: wish.count,
            matching: wish.matching,
            platform: wish.platform,
            group: wish.group.into(),
            name: wish.name.into(),
            description: wish.description.into(),
            tags: wish.tags.clone(),
            creation_tags: wish.tags,
            course: Course::Immediate,
            made: context.now,
            starts: context.now,
            end: wish.end,
            phase: Phase::Active,
        };
        let (entries, ()) = Reserve { reservation }.decide(context.ledger, context.now).map_err(refuse)?;
        Ok(Draft { entries, body: Body::new().text("PrivatePoolOptionsId", id.to_string()) })
    }
}

/// What the parameters ask for, each of them in a form that could be granted.
struct Wish<'a> {
    zone: &'a str,
    kind: &'a str,
    count: u32,
    name: &'a str,
    matching: MatchCriteria,
    description: &'a str,
    end: End,
    platform: Platform,
    tags: Box<[Tag]>,
    group: &'a str,
}

impl<'a> Wish<'a> {
    fn read(params: &'a Params, context: &Context<'_>) -> Result<Self, Fault> {
        let zones = params.list("ZoneId");
        let [(_, zone)] = zones[..] else {
            return Err(if zones.is_empty() { faults::MISSING_ZONE } else { TOO_MANY_ZONES });
        };
        let kind = params.text("InstanceType").ok_or(faults::MISSING_INSTANCE_TYPE)?;
        let count = fields::amount(params)?.ok_or(faults::MISSING_AMOUNT)?;
        let name = fields::name(params)?.unwrap_or_default();
        let matching = fields::matching(params)?;
        let description = fields::description(params)?.unwrap_or_default();
        starts_now(params)?;
        let end = match fields::end(params, context.now)? {
            GivenEnd::Nothing => End::ByHand,
            GivenEnd::Whole(end) => end,
            GivenEnd::TimeAlone(time) => End::At(time),
        };
        if params.text("InstanceChargeType").is_some_and(|text| text != "PostPaid") {
            return Err(INVALID_CHARGE);
        }
        let platform = fields::platform(params)?.unwrap_or(Platform::Linux);
        let tags = tags::read(params)?.into();
        let group = fields::group(params)?;
        Ok(Self { zone, kind, count, name, matching, description, end, platform, tags, group })
    }
}

/// Only immediate reservations come into being through this operation.
fn starts_now(params: &Params) -> Result<(), Fault> {
    match params.text("StartTime") {
        None | Some("Now") => Ok(()),
        Some(text) if time::parse_either(text).is_some() => Err(STARTS_LATER),
        Some(_) => Err(NO_START),
    }
}

fn refuse(refusal: ReserveRefusal) -> Fault {
    match refusal {
        // One draw in 2^88 meets an id that is taken; asking again draws anew.
        ReserveRefusal::IdTaken => common::SERVICE_UNAVAILABLE,
        ReserveRefusal::EndInPast => faults::INVALID_END_TIME,
        ReserveRefusal::NoPool | ReserveRefusal::TooLarge => faults::NOT_OFFERED,
        ReserveRefusal::NoStock(_) => faults::NO_STOCK,
    }
}

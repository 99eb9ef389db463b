//! CreateCapacityReservation: promise capacity from now on.

use crate::fields::{self, GivenEnd};
use crate::reserving::{self, Wish};
use crate::{Context, Draft, Operation, Param, Resource, Scope};
use crate::{faults, tags};
use ledger::{Course, End, Kind, Platform};
use rpc::body::Body;
use rpc::fault::{Fault, common};
use rpc::params::Params;
use rpc::time;

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
        Param::required("ZoneId.N", reserving::MISSING_ZONE),
        Param::required("InstanceType", reserving::MISSING_TYPE),
        Param::required("InstanceAmount", reserving::MISSING_AMOUNT),
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
        reserving::TOO_MANY_ZONES,
        faults::INVALID_AMOUNT,
        faults::INVALID_NAME,
        reserving::INVALID_MATCHING,
        faults::INVALID_DESCRIPTION,
        reserving::STARTS_LATER,
        reserving::NO_START,
        common::INVALID_PARAMETER,
        faults::INVALID_END_TIME,
        INVALID_CHARGE,
        faults::INVALID_PLATFORM,
        faults::TOO_MANY_TAGS,
        faults::INVALID_TAG_KEY,
        faults::INVALID_TAG_VALUE,
        faults::DUPLICATE_TAG_KEY,
        reserving::UNKNOWN_GROUP,
        faults::UNKNOWN_ZONE,
        reserving::UNKNOWN_TYPE,
        reserving::EMPTY_ZONE,
        reserving::NOT_OFFERED,
        reserving::NO_STOCK,
    ];

    fn prepare(params: &Params, context: &Context<'_>) -> Result<Draft, Fault> {
        let (entries, id) = read(params, context)?.reserve(context)?;
        Ok(Draft { entries, body: Body::new().text("PrivatePoolOptionsId", id.to_string()) })
    }
}

/// What the parameters ask for.
fn read<'a>(params: &'a Params, context: &Context<'_>) -> Result<Wish<'a>, Fault> {
    let zone = reserving::zone(params)?;
    let instance_type = params.text("InstanceType").ok_or(reserving::MISSING_TYPE)?;
    let count = fields::amount(params)?.ok_or(reserving::MISSING_AMOUNT)?;
    let name = fields::name(params)?.unwrap_or_default();
    let matching = reserving::matching(params)?;
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
    let group = reserving::group(params)?;
    let (kind, course, starts) = (Kind::CapacityReservation, Course::Immediate, context.now);
    Ok(Wish {
        kind,
        zone,
        instance_type,
        count,
        matching,
        platform,
        name,
        description,
        tags,
        group,
        course,
        starts,
        end,
    })
}

/// Only immediate reservations come into being through this operation.
fn starts_now(params: &Params) -> Result<(), Fault> {
    match params.text("StartTime") {
        None | Some("Now") => Ok(()),
        Some(text) if time::parse_either(text).is_some() => Err(reserving::STARTS_LATER),
        Some(_) => Err(reserving::NO_START),
    }
}

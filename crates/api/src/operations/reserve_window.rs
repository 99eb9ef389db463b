//! ReserveWindow: promise capacity for exactly some moments to come. Its instances are reclaimed at its end.

use crate::limits::{NOTICE_SECONDS, NOTICE_SECONDS_DEFAULT};
use crate::operations::EXTENSION;
use crate::reserving::{self, Wish};
use crate::{Context, Draft, Operation, Param, Resource, Scope};
use crate::{faults, fields, tags, windows};
use ledger::{Course, End, Entry, Kind, Platform};
use rpc::body::Body;
use rpc::fault::{Fault, common};
use rpc::params::Params;
use rpc::values::integer;

const MISSING_END: Fault = Fault::new(400, "MissingEndTime", "EndTime is mandatory for this action.");

/// The operation.
pub struct ReserveWindow;

impl Operation for ReserveWindow {
    const NAME: &'static str = "ReserveWindow";
    const VERSION: &'static str = EXTENSION;
    const SCOPE: Scope = Scope::Region;
    const RESOURCE: Resource = Resource::All("capacityreservation");
    const PARAMS: &'static [Param] = &[
        Param::required("RegionId", faults::MISSING_REGION),
        Param::required("ZoneId", reserving::MISSING_ZONE),
        Param::required("InstanceType", reserving::MISSING_TYPE),
        Param::required("InstanceAmount", reserving::MISSING_AMOUNT),
        Param::required("EndTime", MISSING_END),
        Param::optional("StartTime"),
        Param::optional("NoticeSeconds"),
        Param::optional("PrivatePoolOptions.Name"),
        Param::optional("PrivatePoolOptions.MatchCriteria"),
        Param::optional("Description"),
        Param::optional("Platform"),
        Param::optional("ResourceGroupId"),
        Param::optional("Tag.N.Key"),
        Param::optional("Tag.N.Value"),
        Param::optional("ClientToken"),
        Param::optional("DryRun"),
    ];
    const FAULTS: &'static [Fault] = &[
        faults::INVALID_AMOUNT,
        windows::INVALID_START_TIME,
        faults::INVALID_END_TIME,
        common::INVALID_PARAMETER,
        faults::INVALID_NAME,
        reserving::INVALID_MATCHING,
        faults::INVALID_DESCRIPTION,
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
        let body = Body::new().text("PrivatePoolOptionsId", id.to_string());
        let made = entries.iter().find_map(|entry| match entry {
            Entry::Reserved(it) => Some(it),
            _ => None,
        });
        let body = match made {
            Some(it) => windows::stands(body, it.phase, it.starts, it.end),
            None => body,
        };
        Ok(Draft { entries, body })
    }
}

/// What the parameters ask for.
fn read<'a>(params: &'a Params, context: &Context<'_>) -> Result<Wish<'a>, Fault> {
    let count = fields::amount(params)?.ok_or(reserving::MISSING_AMOUNT)?;
    let starts = windows::start(params, context.now)?;
    let end = windows::end(params, starts, context.now)?.ok_or(MISSING_END)?;
    let notice_seconds = notice(params)?;
    let name = fields::name(params)?.unwrap_or_default();
    let matching = reserving::matching(params)?;
    let description = fields::description(params)?.unwrap_or_default();
    let platform = fields::platform(params)?.unwrap_or(Platform::Linux);
    let tags = tags::read(params)?.into();
    let group = reserving::group(params)?;
    let zone = params.text("ZoneId").ok_or(reserving::MISSING_ZONE)?;
    let instance_type = params.text("InstanceType").ok_or(reserving::MISSING_TYPE)?;
    let course = Course::Windowed { notice_seconds, noticed: false };
    let (kind, end) = (Kind::CapacityReservation, End::At(end));
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

fn notice(params: &Params) -> Result<u64, Fault> {
    let Some(text) = params.text("NoticeSeconds") else { return Ok(NOTICE_SECONDS_DEFAULT) };
    let legal = integer(text).filter(|seconds| NOTICE_SECONDS.contains(seconds));
    legal
        .and_then(|seconds| u64::try_from(seconds).ok())
        .ok_or_else(|| common::INVALID_PARAMETER.because("NoticeSeconds"))
}

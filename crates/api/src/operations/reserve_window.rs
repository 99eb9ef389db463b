//! ReserveWindow: promise capacity for exactly some moments to come. Its instances are reclaimed at its end.

use crate::limits::{NOTICE_SECONDS, NOTICE_SECONDS_DEFAULT};
use crate::operations::EXTENSION;
use crate::{Context, Draft, Operation, Param, Resource, Scope};
use crate::{faults, fields, pool_id, tags, windows, words};
use ledger::commands::{Command, Reserve, ReserveRefusal};
use ledger::{Course, End, Entry, Kind, Phase, Platform, Reservation};
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
        Param::required("ZoneId", faults::MISSING_ZONE),
        Param::required("InstanceType", faults::MISSING_INSTANCE_TYPE),
        Param::required("InstanceAmount", faults::MISSING_AMOUNT),
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
        faults::INVALID_MATCHING,
        faults::INVALID_DESCRIPTION,
        faults::INVALID_PLATFORM,
        faults::TOO_MANY_TAGS,
        faults::INVALID_TAG_KEY,
        faults::INVALID_TAG_VALUE,
        faults::DUPLICATE_TAG_KEY,
        faults::UNKNOWN_GROUP,
        faults::UNKNOWN_ZONE,
        faults::UNKNOWN_INSTANCE_TYPE,
        faults::NOT_OFFERED,
        faults::NO_STOCK,
    ];

    fn prepare(params: &Params, context: &Context<'_>) -> Result<Draft, Fault> {
        let reservation = reservation(params, context)?;
        let id = reservation.id;
        let (entries, ()) = Reserve { reservation }.decide(context.ledger, context.now).map_err(refuse)?;
        let made = entries.iter().find_map(|entry| match entry {
            Entry::Reserved(it) => Some(it.phase),
            _ => None,
        });
        let status = made.map_or("", words::status);
        let body = Body::new().text("PrivatePoolOptionsId", id.to_string()).text("Status", status);
        Ok(Draft { entries, body })
    }
}

/// What the parameters ask for.
fn reservation(params: &Params, context: &Context<'_>) -> Result<Reservation, Fault> {
    let count = fields::amount(params)?.ok_or(faults::MISSING_AMOUNT)?;
    let starts = windows::start(params, context.now)?;
    let ends = windows::end(params, starts, context.now)?.ok_or(MISSING_END)?;
    let notice_seconds = notice(params)?;
    let name = fields::name(params)?.unwrap_or_default();
    let matching = fields::matching(params)?;
    let description = fields::description(params)?.unwrap_or_default();
    let platform = fields::platform(params)?.unwrap_or(Platform::Linux);
    let tags: Box<[_]> = tags::read(params)?.into();
    let group = fields::group(params)?;
    let zone = windows::zone(params, context)?.ok_or(faults::MISSING_ZONE)?;
    let (kind, size) = windows::kind(params, context)?;
    let code = context.directory.regions.get(context.region).map_or("", |region| &region.code);
    Ok(Reservation {
        id: pool_id::fresh(Kind::CapacityReservation, code, context.draw).ok_or(common::INTERNAL_ERROR)?,
        owner: context.caller.account.clone(),
        zone: zone.clone(),
        class: kind.class.clone(),
        instance_type: kind.name.clone(),
        size,
        count,
        matching,
        platform,
        group: group.into(),
        name: name.into(),
        description: description.into(),
        creation_tags: tags.clone(),
        tags,
        course: Course::Windowed { notice_seconds, noticed: false },
        made: context.now,
        starts,
        end: End::At(ends),
        phase: Phase::Prepared,
    })
}

fn notice(params: &Params) -> Result<u64, Fault> {
    let Some(text) = params.text("NoticeSeconds") else { return Ok(NOTICE_SECONDS_DEFAULT) };
    let legal = integer(text).filter(|seconds| NOTICE_SECONDS.contains(seconds));
    legal
        .and_then(|seconds| u64::try_from(seconds).ok())
        .ok_or_else(|| common::INVALID_PARAMETER.because("NoticeSeconds"))
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

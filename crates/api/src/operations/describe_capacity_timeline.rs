//! DescribeCapacityTimeline: how many instances of a type could be had in a zone, over time. For a window as many as at
//! the worst moment of it.

use crate::limits::{STRETCHES, STRETCHES_DEFAULT, TIMELINE_SECONDS_DEFAULT};
use crate::operations::EXTENSION;
use crate::reserving;
use crate::{Context, Draft, Operation, Param, Resource, Scope};
use crate::{faults, paging, windows};
use ledger::{Moment, Offer};
use rpc::body::Body;
use rpc::fault::{Fault, common};
use rpc::params::Params;

/// The operation.
pub struct DescribeCapacityTimeline;

impl Operation for DescribeCapacityTimeline {
    const NAME: &'static str = "DescribeCapacityTimeline";
    const VERSION: &'static str = EXTENSION;
    const SCOPE: Scope = Scope::Region;
    const RESOURCE: Resource = Resource::Any;
    const PARAMS: &'static [Param] = &[
        Param::required("RegionId", faults::MISSING_REGION),
        Param::required("ZoneId", reserving::MISSING_ZONE),
        Param::required("InstanceType", reserving::MISSING_TYPE),
        Param::optional("StartTime"),
        Param::optional("EndTime"),
        Param::optional("MaxResults"),
        Param::optional("NextToken"),
    ];
    const FAULTS: &'static [Fault] = &[
        windows::INVALID_START_TIME,
        faults::INVALID_END_TIME,
        common::INVALID_PARAMETER,
        faults::UNKNOWN_ZONE,
        reserving::UNKNOWN_TYPE,
        reserving::NOT_OFFERED,
    ];

    fn prepare(params: &Params, context: &Context<'_>) -> Result<Draft, Fault> {
        let cursor = paging::open(Self::NAME, params, context)?;
        let (from, to) = match &cursor {
            None => windows::span(params, context.now, TIMELINE_SECONDS_DEFAULT)?,
            Some(cursor) => read(cursor).ok_or_else(|| common::INVALID_PARAMETER.because("NextToken"))?,
        };
        let most = paging::size_of(params, STRETCHES, STRETCHES_DEFAULT)?;
        let zone = windows::zone(params, context)?.ok_or(reserving::MISSING_ZONE)?;
        let (kind, size) = windows::kind(params, context)?;
        let (_, pool) = windows::pools(context, kind, Some(zone)).next().ok_or(reserving::NOT_OFFERED)?;
        let (offers, rest) = pool.over_time(from.max(context.now), to, size, most).ok_or(reserving::NOT_OFFERED)?;
        let token = rest.map_or_else(String::new, |rest| {
            paging::issue(Self::NAME, params, context, &format!("{} {}", rest.0, to.0))
        });
        let body = Body::new()
            .text("ZoneId", zone.as_str().to_owned())
            .text("InstanceType", kind.name.as_str().to_owned())
            .integer("TotalAmount", pool.total(size))
            .text("NextToken", token)
            .list("Stretches", "Stretch", offers.iter().map(stretch));
        Ok(Draft { entries: Vec::new(), body })
    }
}

/// Where the next page begins, and where all of them end.
fn read(cursor: &str) -> Option<(Moment, Moment)> {
    let (from, to) = cursor.split_once(' ')?;
    Some((Moment(from.parse().ok()?), Moment(to.parse().ok()?)))
}

fn stretch(offer: &Offer) -> Body {
    Body::new()
        .text("StartTime", windows::seconds(offer.from))
        .text("EndTime", windows::seconds(offer.to))
        .integer("AvailableAmount", offer.count)
}

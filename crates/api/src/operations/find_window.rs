//! FindWindow: the earliest window for so many instances of a type that last so long, and the next ones: in one zone, or
//! in all of them. Of one zone each begins when the one before has ended, or later, so that all can be had together.

use crate::limits::{FOUND_WINDOWS, SEARCH_SECONDS_DEFAULT};
use crate::operations::EXTENSION;
use crate::reserving;
use crate::{Context, Draft, Operation, Param, Resource, Scope};
use crate::{faults, fields, paging, windows};
use ledger::{Moment, Pool, ZoneName};
use rpc::body::Body;
use rpc::fault::{Fault, common};
use rpc::params::Params;

/// The operation.
pub struct FindWindow;

impl Operation for FindWindow {
    const NAME: &'static str = "FindWindow";
    const VERSION: &'static str = EXTENSION;
    const SCOPE: Scope = Scope::Region;
    const RESOURCE: Resource = Resource::Any;
    const PARAMS: &'static [Param] = &[
        Param::required("RegionId", faults::MISSING_REGION),
        Param::required("InstanceType", reserving::MISSING_TYPE),
        Param::required("InstanceAmount", reserving::MISSING_AMOUNT),
        Param::optional("DurationHours"),
        Param::optional("DurationSeconds"),
        Param::optional("ZoneId"),
        Param::optional("StartTime"),
        Param::optional("EndTime"),
        Param::optional("MaxResults"),
    ];
    const FAULTS: &'static [Fault] = &[
        faults::INVALID_AMOUNT,
        common::INVALID_PARAMETER,
        windows::INVALID_START_TIME,
        faults::INVALID_END_TIME,
        faults::UNKNOWN_ZONE,
        reserving::UNKNOWN_TYPE,
        reserving::NOT_OFFERED,
    ];

    fn prepare(params: &Params, context: &Context<'_>) -> Result<Draft, Fault> {
        let count = fields::amount(params)?.ok_or(reserving::MISSING_AMOUNT)?;
        let seconds = windows::duration(params)?;
        let (from, to) = windows::span(params, context.now, SEARCH_SECONDS_DEFAULT)?;
        let most = paging::size_of(params, FOUND_WINDOWS, 1)?;
        let zone = windows::zone(params, context)?;
        let (kind, size) = windows::kind(params, context)?;
        let pools: Vec<_> = windows::pools(context, kind, zone).collect();
        if pools.iter().all(|(_, pool)| pool.ladder().rung_for(size).is_none()) {
            return Err(reserving::NOT_OFFERED);
        }
        let search = Search { from, to, seconds, size, count };
        let found = search.earliest(&pools, most);
        let items = found.iter().map(|(start, zone)| {
            Body::new()
                .text("ZoneId", zone.as_str().to_owned())
                .text("StartTime", windows::seconds(*start))
                .text("EndTime", windows::seconds(start.plus(seconds)))
        });
        let body = Body::new().integer("InstanceAmount", count).list("Windows", "Window", items);
        Ok(Draft { entries: Vec::new(), body })
    }
}

struct Search {
    from: Moment,
    to: Moment,
    seconds: u64,
    size: u32,
    count: u32,
}

impl Search {
    /// The earliest of all pools: of each the first one, and when that is taken its next.
    fn earliest<'a>(&self, pools: &[(&'a ZoneName, &Pool)], most: usize) -> Vec<(Moment, &'a ZoneName)> {
        let first = |pool: &Pool, from| pool.first_window(from, self.to, self.seconds, self.size, self.count);
        let mut next: Vec<_> = pools.iter().map(|(zone, pool)| (first(pool, self.from), *zone, *pool)).collect();
        let mut found = Vec::new();
        while found.len() < most {
            let waiting = next.iter_mut().filter_map(|(start, zone, pool)| Some(((*start)?, *zone, *pool, start)));
            let Some((start, zone, pool, slot)) = waiting.min_by_key(|(start, zone, ..)| (*start, *zone)) else {
                break;
            };
            found.push((start, zone));
            *slot = first(pool, start.plus(self.seconds));
        }
        found
    }
}

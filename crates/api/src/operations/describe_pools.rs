//! DescribePools: the pools of a region: what their hosts supply, what is promised of them, what is left, and which
//! reservations a shortfall may touch.

use crate::limits::{SHORT_MOMENTS_MAX, SHORT_RESERVATIONS_MAX};
use crate::operations::EXTENSION;
use crate::{Context, Draft, Operation, Param, Resource, Scope};
use crate::{hosts, words};
use ledger::{ClassName, Pool, Short, ZoneName};
use rpc::body::Body;
use rpc::fault::Fault;
use rpc::params::Params;

/// The operation.
pub struct DescribePools;

impl Operation for DescribePools {
    const NAME: &'static str = "DescribePools";
    const VERSION: &'static str = EXTENSION;
    const OPERATOR: bool = true;
    const SCOPE: Scope = Scope::Region;
    const RESOURCE: Resource = Resource::Any;
    const PARAMS: &'static [Param] =
        &[Param::required("RegionId", hosts::MISSING_REGION), Param::optional("ZoneId"), Param::optional("HostClass")];
    const FAULTS: &'static [Fault] = &[];

    fn prepare(params: &Params, context: &Context<'_>) -> Result<Draft, Fault> {
        let given = |name| params.text(name).filter(|text| !text.is_empty());
        let (zone, class) = (given("ZoneId"), given("HostClass"));
        let here = |at: &ZoneName, of: &ClassName| {
            zone.is_none_or(|zone| at.as_str() == zone) && class.is_none_or(|class| of.as_str() == class)
        };
        let pools = context.ledger.pools().filter(|(at, of, _)| here(at, of));
        let items = pools.map(|(zone, class, pool)| item(context, zone, class, pool));
        Ok(Draft { entries: Vec::new(), body: Body::new().list("Pools", "Pool", items) })
    }
}

fn item(context: &Context<'_>, zone: &ZoneName, class: &ClassName, pool: &Pool) -> Body {
    let short = context.ledger.short(zone, class, SHORT_MOMENTS_MAX);
    let free: u64 = pool.free().map(|(units, hosts)| u64::from(units) * hosts.len() as u64).sum();
    let serving: usize = pool.free().map(|(_, hosts)| hosts.len()).sum();
    Body::new()
        .text("ZoneId", zone.as_str().to_owned())
        .text("HostClass", class.as_str().to_owned())
        .integer("HostCount", pool.hosts())
        .integer("HostsInService", serving)
        .integer("FreeUnits", free)
        .integer("ReservationCount", pool.promises())
        .list("Rungs", "Rung", rungs(pool))
        .integer("ShortfallCount", short.len())
        .list("Shortfalls", "Shortfall", short.iter().take(SHORT_RESERVATIONS_MAX).map(|it| shortfall(context, it)))
}

/// Slots of each rung: supplied by the hosts as they are now, needed at the worst of all moments, and left.
fn rungs(pool: &Pool) -> impl Iterator<Item = Body> {
    let slack = pool.slack();
    let rows: Vec<_> = pool.ladder().rungs().iter().copied().zip(pool.supply().to_vec()).zip(slack).collect();
    rows.into_iter().map(|((units, supply), slack)| {
        Body::new()
            .integer("Units", units)
            .integer("Supply", supply)
            .integer("Demand", supply - slack)
            .integer("Slack", slack)
    })
}

fn shortfall(context: &Context<'_>, short: &Short) -> Body {
    let body = Body::new().text("PrivatePoolOptionsId", short.id.to_string()).integer("Slots", short.slots);
    match context.ledger.reservation(&short.id) {
        Some(it) => body
            .text("AccountId", it.owner.as_str().to_owned())
            .text("InstanceType", it.instance_type.as_str().to_owned())
            .text("Status", words::status(it.phase)),
        None => body,
    }
}

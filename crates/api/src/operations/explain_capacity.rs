//! ExplainCapacity: why so many instances of a type cannot be had, and what is the nearest that can: fewer of them, later,
//! in another zone, of another type. Names no other tenant, and nothing of theirs: it is part of the sums.

use crate::limits::{OWN_LOOKED_AT_MAX, PROPOSALS_MAX, SEARCH_SECONDS_DEFAULT, TYPES_TRIED_MAX};
use crate::operations::EXTENSION;
use crate::reserving;
use crate::{Context, Draft, Operation, Param, Resource, Scope};
use crate::{faults, fields, windows};
use ledger::directory::InstanceType;
use ledger::{Bound, Pool, Window, ZoneName};
use rpc::body::Body;
use rpc::fault::Fault;
use rpc::params::Params;

/// The operation.
pub struct ExplainCapacity;

impl Operation for ExplainCapacity {
    const NAME: &'static str = "ExplainCapacity";
    const VERSION: &'static str = EXTENSION;
    const SCOPE: Scope = Scope::Region;
    const RESOURCE: Resource = Resource::Any;
    const PARAMS: &'static [Param] = &[
        Param::required("RegionId", faults::MISSING_REGION),
        Param::required("ZoneId", reserving::MISSING_ZONE),
        Param::required("InstanceType", reserving::MISSING_TYPE),
        Param::required("InstanceAmount", reserving::MISSING_AMOUNT),
        Param::optional("StartTime"),
        Param::optional("EndTime"),
    ];
    const FAULTS: &'static [Fault] = &[
        faults::INVALID_AMOUNT,
        windows::INVALID_START_TIME,
        faults::INVALID_END_TIME,
        faults::UNKNOWN_ZONE,
        reserving::UNKNOWN_TYPE,
        reserving::NOT_OFFERED,
    ];

    fn prepare(params: &Params, context: &Context<'_>) -> Result<Draft, Fault> {
        let count = fields::amount(params)?.ok_or(reserving::MISSING_AMOUNT)?;
        let start = windows::start(params, context.now)?;
        let window = windows::between(start, windows::end(params, start, context.now)?);
        let zone = windows::zone(params, context)?.ok_or(reserving::MISSING_ZONE)?;
        let (kind, size) = windows::kind(params, context)?;
        let (_, pool) = windows::pools(context, kind, Some(zone)).next().ok_or(reserving::NOT_OFFERED)?;
        let question = Question { context, zone, kind, size, count, window, pool };
        let room = pool.room(window, size).ok_or(reserving::NOT_OFFERED)?;
        let fits = room.count >= u64::from(count);
        let mut body = Body::new().flag("Fits", fits).integer("AvailableAmount", room.count);
        if !fits && let Some(bound) = pool.bound(window, size) {
            body = body.object("Bound", question.bound(&bound));
        }
        let proposals = if fits { Vec::new() } else { question.proposals(room.count) };
        Ok(Draft { entries: Vec::new(), body: body.list("Proposals", "Proposal", proposals) })
    }
}

/// What was asked for.
struct Question<'a> {
    context: &'a Context<'a>,
    zone: &'a ZoneName,
    kind: &'a InstanceType,
    size: u32,
    count: u32,
    window: Window,
    pool: &'a Pool,
}

impl Question<'_> {
    /// Which rung has no room, when, and what stands there.
    fn bound(&self, bound: &Bound) -> Body {
        Body::new()
            .integer("RungUnits", bound.rung)
            .text("RungInstanceType", self.type_of(bound.rung))
            .integer("Supply", bound.supply)
            .integer("Demand", bound.demand)
            .list("Moments", "Moment", self.moments(bound))
            .integer("StandingUnits", self.pool.standing())
            .integer("HostsOutOfService", self.pool.out_of_service())
            .flag("Shortfall", self.pool.shortfall().next().is_some())
    }

    /// The first type by name that takes just so many units; empty if there is none.
    fn type_of(&self, units: u32) -> String {
        let mut types = self.context.directory.types.values().filter(|kind| kind.class == self.kind.class);
        let found = types.find(|kind| self.context.directory.size(kind) == Some(units));
        found.map_or_else(String::new, |kind| kind.name.as_str().to_owned())
    }

    /// What is needed of the rung and of each above it, each at its moment: by everybody, and by the caller.
    fn moments(&self, bound: &Bound) -> Vec<Body> {
        let (ledger, owner) = (self.context.ledger, &self.context.caller.account);
        let rungs = self.pool.ladder().rungs().iter().enumerate().skip_while(|(_, units)| **units < bound.rung);
        // What has been needed since something last changed is needed now.
        let moments = bound.moments.iter().map(|at| self.context.now.max(*at));
        let each = rungs.zip(moments).map(|((rung, units), at)| {
            let needed = self.pool.need().at(at).get(rung).copied().unwrap_or(0);
            let own = ledger.need_of(owner, (self.zone, &self.kind.class), at, OWN_LOOKED_AT_MAX);
            let own = own.and_then(|own| own.get(rung).copied()).unwrap_or(0);
            (at, *units, needed, own)
        });
        let told = each.filter(|(.., needed, own)| (*needed, *own) != (0, 0));
        let bodies = told.map(|(at, units, needed, own)| {
            Body::new()
                .text("Time", windows::seconds(at))
                .integer("RungUnits", units)
                .integer("PromisedUnits", needed)
                .integer("OwnPromisedUnits", own)
        });
        bodies.collect()
    }

    /// The nearest that can be had, each a request that would be granted now.
    fn proposals(&self, available: u64) -> Vec<Body> {
        let mut proposals = Vec::new();
        if available > 0 {
            proposals.push(self.proposal("Fewer", self.zone, self.kind, available, self.window));
        }
        proposals.extend(self.later());
        proposals.extend(self.elsewhere());
        proposals.extend(self.otherwise());
        proposals
    }

    /// The same for as long, but later.
    fn later(&self) -> Option<Body> {
        let seconds = self.window.end?.0.saturating_sub(self.window.start.0);
        let to = self.window.start.plus(SEARCH_SECONDS_DEFAULT).plus(seconds).min(windows::farthest(self.context.now));
        let start = self.pool.first_window(self.window.start, to, seconds, self.size, self.count)?;
        let window = windows::between(start, Some(start.plus(seconds)));
        Some(self.proposal("Later", self.zone, self.kind, u64::from(self.count), window))
    }

    /// The same in other zones.
    fn elsewhere(&self) -> impl Iterator<Item = Body> {
        let others = windows::pools(self.context, self.kind, None).filter(|(zone, _)| *zone != self.zone);
        let fit = others.filter(|(_, pool)| pool.admits(self.window, self.size, self.count)).take(PROPOSALS_MAX);
        fit.map(|(zone, _)| self.proposal("OtherZone", zone, self.kind, u64::from(self.count), self.window))
    }

    /// Other types in the same zone: those of the family first, then those on the same hosts, then the nearest in size.
    fn otherwise(&self) -> impl Iterator<Item = Body> {
        let others = self.context.directory.types.values().filter(|kind| kind.name != self.kind.name);
        let here =
            |kind: &InstanceType| self.context.ledger.pool(self.zone, &kind.class).filter(|pool| pool.hosts() > 0);
        let mut near: Vec<_> = others.filter_map(|kind| Some((kind, here(kind)?))).collect();
        near.sort_by_key(|(kind, _)| {
            let far = kind.needs.vcpus.abs_diff(self.kind.needs.vcpus);
            (kind.family != self.kind.family, kind.class != self.kind.class, far, &kind.name)
        });
        let fit = near.into_iter().take(TYPES_TRIED_MAX).filter(|(kind, pool)| {
            let size = self.context.directory.size(kind);
            size.is_some_and(|size| pool.admits(self.window, size, self.count))
        });
        let fit = fit.take(PROPOSALS_MAX);
        fit.map(|(kind, _)| self.proposal("OtherType", self.zone, kind, u64::from(self.count), self.window))
    }

    fn proposal(&self, what: &'static str, zone: &ZoneName, kind: &InstanceType, count: u64, window: Window) -> Body {
        Body::new()
            .text("Kind", what)
            .text("ZoneId", zone.as_str().to_owned())
            .text("InstanceType", kind.name.as_str().to_owned())
            .integer("InstanceAmount", count)
            .text("StartTime", windows::seconds(window.start))
            .text("EndTime", window.end.map_or_else(String::new, windows::seconds))
    }
}

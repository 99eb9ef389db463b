//! ExplainCapacity: why so many instances of a type cannot be had, and what is the nearest that can: fewer of them, later,
//! in another zone, of another type. Names no other tenant, and none of what they hold.

use crate::limits::{OUTLOOK_SECONDS_DEFAULT, OWN_LOOKED_AT_MAX, PROPOSALS_MAX};
use crate::operations::EXTENSION;
use crate::reserving;
use crate::{Context, Draft, Operation, Param, Resource, Scope};
use crate::{faults, fields, windows};
use ledger::directory::InstanceType;
use ledger::{Bound, Kind, Moment, Pool, Window, ZoneName};
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
        let types = self.context.directory.types.values().filter(|kind| kind.class == self.kind.class);
        let of_rung = types.filter(|kind| self.context.directory.size(kind) == Some(bound.rung)).map(|kind| &kind.name);
        let moment = bound.moments.first().copied().unwrap_or(self.window.start);
        let needed = self.pool.needed_at(moment).max(0);
        let own = self.own_units(moment);
        let hosts = self.context.ledger.hosts().values();
        let here = hosts.filter(|host| host.zone == *self.zone && host.class == self.kind.class);
        let (mut standing, mut out) = (0_u64, 0_u64);
        for host in here {
            standing += u64::from(host.units - host.free);
            out += u64::from(!host.serves());
        }
        let moments = bound.moments.iter().map(|it| rpc::body::Node::Text(windows::seconds(*it).into()));
        Body::new()
            .integer("RungUnits", bound.rung)
            .text("RungInstanceType", of_rung.min().map_or_else(String::new, |name| name.as_str().to_owned()))
            .integer("Supply", bound.supply)
            .integer("Demand", bound.demand)
            .list("Moments", "Moment", moments)
            .integer("PromisedUnits", needed)
            .integer("OwnPromisedUnits", own)
            .integer("StandingUnits", standing)
            .integer("HostsOutOfService", out)
            .flag("Shortfall", self.pool.shortfall().next().is_some())
    }

    /// Units that the caller's own reservations promise at a moment and that nothing uses.
    fn own_units(&self, moment: Moment) -> u64 {
        let (ledger, owner) = (self.context.ledger, &self.context.caller.account);
        let kinds = [Kind::CapacityReservation, Kind::ElasticityAssurance];
        let held = kinds.into_iter().flat_map(|kind| ledger.held_of(owner, kind, None)).take(OWN_LOOKED_AT_MAX);
        let here = held.filter(|it| {
            let window = it.counts_for();
            let then = window.start <= moment && window.end.is_none_or(|end| moment < end);
            then && it.zone == *self.zone && it.class == self.kind.class
        });
        here.map(|it| u64::from(it.size) * u64::from(it.count.saturating_sub(ledger.used(&it.id)))).sum()
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
        let to = self.window.start.plus(OUTLOOK_SECONDS_DEFAULT).plus(seconds);
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

    /// Other types in the same zone: those of the family first, then the nearest in size.
    fn otherwise(&self) -> impl Iterator<Item = Body> {
        let size = |kind: &InstanceType| self.context.directory.size(kind);
        let others = self.context.directory.types.values().filter(|kind| kind.name != self.kind.name);
        let fits = |kind: &&InstanceType| {
            let pool = self.context.ledger.pool(self.zone, &kind.class).filter(|pool| pool.hosts() > 0);
            pool.zip(size(kind)).is_some_and(|(pool, size)| pool.admits(self.window, size, self.count))
        };
        let mut fitting: Vec<&InstanceType> = others.filter(fits).collect();
        fitting.sort_by_key(|kind| {
            let far = kind.needs.vcpus.abs_diff(self.kind.needs.vcpus);
            (kind.family != self.kind.family, kind.class != self.kind.class, far, &kind.name)
        });
        let nearest = fitting.into_iter().take(PROPOSALS_MAX);
        nearest.map(|kind| self.proposal("OtherType", self.zone, kind, u64::from(self.count), self.window))
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

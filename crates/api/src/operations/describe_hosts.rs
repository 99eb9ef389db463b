//! DescribeHosts: the hosts of a region, in order of name, with what is free on them and what stands there.

use crate::limits::{HOST_PAGE_INSTANCES, HOST_PAGE_ITEMS, HOST_PAGE_ITEMS_DEFAULT};
use crate::operations::EXTENSION;
use crate::{Context, Draft, Operation, Param, Resource, Scope};
use crate::{hosts, paging, words};
use ledger::{ClassName, Host, HostId, HostState, Ledger, ZoneName};
use rpc::body::Body;
use rpc::fault::{Fault, common};
use rpc::params::Params;
use std::collections::BTreeSet;
use std::ops::Bound;

/// The operation.
pub struct DescribeHosts;

impl Operation for DescribeHosts {
    const NAME: &'static str = "DescribeHosts";
    const VERSION: &'static str = EXTENSION;
    const OPERATOR: bool = true;
    const SCOPE: Scope = Scope::Region;
    const RESOURCE: Resource = Resource::Any;
    const PARAMS: &'static [Param] = &[
        Param::required("RegionId", hosts::MISSING_REGION),
        Param::optional("HostIds"),
        Param::optional("ZoneId"),
        Param::optional("HostClass"),
        Param::optional("Status"),
        Param::optional("MaxResults"),
        Param::optional("NextToken"),
    ];
    const FAULTS: &'static [Fault] = &[hosts::INVALID_IDS, common::INVALID_PARAMETER];

    fn prepare(params: &Params, context: &Context<'_>) -> Result<Draft, Fault> {
        let filter = Filter::read(params)?;
        let size = paging::size_of(params, HOST_PAGE_ITEMS, HOST_PAGE_ITEMS_DEFAULT)?;
        let after = paging::open(Self::NAME, params, context)?.map(|name| HostId::from(&*name));
        let total = filter.count(context.ledger);
        // A page ends when it has enough hosts, or enough instances; never amid those of one host.
        let (mut page, mut listed, mut more) = (Vec::new(), 0_usize, false);
        for (name, host) in filter.matching(context.ledger, after.as_ref()) {
            more = page.len() == size || listed >= HOST_PAGE_INSTANCES;
            if more {
                break;
            }
            listed += host.instances.len();
            page.push((name, host));
        }
        let last = page.last().filter(|_| more).map(|(name, _)| *name);
        let token = last.map_or_else(String::new, |name| paging::issue(Self::NAME, params, context, name.as_str()));
        let body = Body::new().integer("TotalCount", total).integer("MaxResults", size).text("NextToken", token).list(
            "Hosts",
            "Host",
            page.into_iter().map(|(name, host)| item(name, host)),
        );
        Ok(Draft { entries: Vec::new(), body })
    }
}

struct Filter<'a> {
    ids: Option<BTreeSet<HostId>>,
    zone: Option<&'a str>,
    class: Option<&'a str>,
    state: Option<HostState>,
}

impl<'a> Filter<'a> {
    fn read(params: &'a Params) -> Result<Self, Fault> {
        let given = |name| params.text(name).filter(|text| !text.is_empty());
        let ids = given("HostIds").map(|_| hosts::ids(params)).transpose()?;
        let state = given("Status").map(words::read_host_state);
        if state == Some(None) {
            return Err(common::INVALID_PARAMETER.because("Status"));
        }
        let ids = ids.map(BTreeSet::from_iter);
        Ok(Self { ids, zone: given("ZoneId"), class: given("HostClass"), state: state.flatten() })
    }

    /// The hosts that match, from after this one on.
    fn matching<'h>(
        &'h self,
        ledger: &'h Ledger,
        after: Option<&HostId>,
    ) -> impl Iterator<Item = (&'h HostId, &'h Host)> {
        let from = (after.map_or(Bound::Unbounded, Bound::Excluded), Bound::Unbounded);
        let named = self.ids.iter().flat_map(move |ids| ids.range::<HostId, _>(from));
        let named = named.filter_map(|id| ledger.hosts().get_key_value(id));
        let all = self.ids.is_none().then(|| ledger.hosts().range::<HostId, _>(from));
        all.into_iter().flatten().chain(named).filter(|(_, host)| self.matches(host))
    }

    fn matches(&self, host: &Host) -> bool {
        self.is_in(&host.zone, &host.class) && self.state.is_none_or(|state| host.state == state)
    }

    fn is_in(&self, zone: &ZoneName, class: &ClassName) -> bool {
        self.zone.is_none_or(|wanted| zone.as_str() == wanted)
            && self.class.is_none_or(|wanted| class.as_str() == wanted)
    }

    /// How many match. Pools know how many hosts they have; only who asks for names or a status has hosts looked at.
    fn count(&self, ledger: &Ledger) -> usize {
        if self.ids.is_some() || self.state.is_some() {
            return self.matching(ledger, None).count();
        }
        let pools = ledger.pools().filter(|(zone, class, _)| self.is_in(zone, class));
        pools.map(|(.., pool)| usize::try_from(pool.hosts()).unwrap_or(usize::MAX)).sum()
    }
}

fn item(name: &HostId, host: &Host) -> Body {
    Body::new()
        .text("HostId", name.as_str().to_owned())
        .text("ZoneId", host.zone.as_str().to_owned())
        .text("HostClass", host.class.as_str().to_owned())
        .text("Status", words::host_state(host.state))
        .integer("Units", host.units)
        .integer("FreeUnits", host.free)
        .integer("InstanceCount", host.instances.len())
        .list("InstanceIds", "InstanceId", host.instances.iter().map(|id| rpc::body::Node::Text(id.to_string().into())))
}

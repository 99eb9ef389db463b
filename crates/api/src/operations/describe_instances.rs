//! DescribeInstances: list the caller's instances, the oldest first.
//!
//! What Berth does not know of an instance (networks, disks, addresses) is there and empty where clients walk it, and
//! absent elsewhere.

use crate::limits::{PAGE_ITEMS, PAGE_ITEMS_DEFAULT};
use crate::{Context, Draft, Operation, Param, Resource, Scope};
use crate::{instance_id, instances, paging, permission, tags, words};
use ledger::{Charge, End, Instance, InstanceId, Moment};
use rpc::body::{Body, Node};
use rpc::fault::{Fault, common};
use rpc::params::Params;
use rpc::values::integer;

const UNKNOWN_CHARGE: Fault =
    Fault::new(404, "InvalidInstanceChargeType.NotFound", "The InstanceChargeType does not exist in our records");
const UNKNOWN_STATUS: Fault = Fault::new(404, "InvalidStatus.NotFound", "The specified Status is not found");
const TAGS_DIFFER: Fault =
    Fault::new(400, "InvalidTag.Mismatch", "The specified Tag.n.Key and Tag.n.Value are not match.");
const TOO_MANY_TAGS: Fault = Fault::new(400, "InvalidTagCount", "The specified tags are beyond the permitted range.");

/// The operation.
pub struct DescribeInstances;

impl Operation for DescribeInstances {
    const NAME: &'static str = "DescribeInstances";
    const SCOPE: Scope = Scope::Region;
    const RESOURCE: Resource = Resource::All("instance");
    const PARAMS: &'static [Param] = &[
        Param::required("RegionId", instances::MISSING_REGION),
        Param::optional("InstanceIds"),
        Param::optional("Status"),
        Param::optional("ZoneId"),
        Param::optional("InstanceType"),
        Param::optional("InstanceChargeType"),
        Param::optional("InstanceName"),
        Param::optional("PageNumber"),
        Param::optional("PageSize"),
        Param::optional("MaxResults"),
        Param::optional("NextToken"),
        Param::optional("Tag.N.Key"),
        Param::optional("Tag.N.Value"),
        Param::optional("DryRun"),
    ];
    const FAULTS: &'static [Fault] =
        &[common::INVALID_PARAMETER, UNKNOWN_CHARGE, UNKNOWN_STATUS, TOO_MANY_TAGS, TAGS_DIFFER];

    fn prepare(params: &Params, context: &Context<'_>) -> Result<Draft, Fault> {
        let filter = Filter::read(params)?;
        let wanted = Wanted::read(Self::NAME, params, context)?;
        let page = wanted.page(&filter, context);
        let last = page.items.last().filter(|_| page.more && !wanted.by_number).map(|it| place(it));
        let token = last.map_or_else(String::new, |(made, id)| {
            paging::issue(Self::NAME, params, context, &format!("{} {id}", made.0))
        });
        let body = Body::new()
            .integer("TotalCount", page.total)
            .integer("PageNumber", wanted.number)
            .integer("PageSize", wanted.size)
            .text("NextToken", token)
            .list("Instances", "Instance", page.items.iter().map(|it| item(it, context)));
        Ok(Draft { entries: Vec::new(), body })
    }
}

const fn place(instance: &Instance) -> (Moment, InstanceId) {
    (instance.made, instance.id)
}

/// Which page is asked for: by its number, or by what the last one ended with. A token, or `MaxResults`, goes before a
/// number.
struct Wanted {
    number: usize,
    size: usize,
    by_number: bool,
    after: Option<(Moment, InstanceId)>,
}

impl Wanted {
    fn read(action: &str, params: &Params, context: &Context<'_>) -> Result<Self, Fault> {
        let read = |cursor: String| {
            let (made, id) = cursor.split_once(' ')?;
            Some((Moment(made.parse().ok()?), InstanceId::parse(id)?))
        };
        let invalid = || common::INVALID_PARAMETER.because("NextToken");
        let after = paging::open(action, params, context)?;
        let after = after.map(|cursor| read(cursor).ok_or_else(invalid)).transpose()?;
        if after.is_some() || params.text("MaxResults").is_some() {
            return Ok(Self { number: 1, size: paging::size(params)?, by_number: false, after });
        }
        let number = number(params, "PageNumber", 1, i64::from(u32::MAX))?;
        let size = self::number(params, "PageSize", PAGE_ITEMS_DEFAULT, *PAGE_ITEMS.end())?;
        let by_number = params.text("PageNumber").is_some() || params.text("PageSize").is_some();
        Ok(Self { number, size, by_number, after })
    }

    /// The page. How many the caller has the ledger knows by itself; only a filter makes it look at each.
    fn page<'c>(&self, filter: &Filter<'_>, context: &Context<'c>) -> Page<'c> {
        let (ledger, owner) = (context.ledger, &context.caller.account);
        match &filter.ids {
            None if filter.is_empty() => {
                let total = ledger.instances_count_of(owner);
                let mut following = ledger.instances_of(owner, self.after).skip(self.skipped().min(total));
                let items = following.by_ref().take(self.size).collect();
                Page { items, more: following.next().is_some(), total }
            }
            None => self.counting(ledger.instances_of(owner, None).filter(|it| filter.matches(it))),
            Some(ids) => {
                let mut named: Vec<_> = ids.iter().filter_map(|id| instance_id::own(context, id)).collect();
                named.sort_unstable_by_key(|it| place(it));
                named.dedup_by_key(|it| it.id);
                self.counting(named.into_iter().filter(|it| filter.matches(it)))
            }
        }
    }

    /// Looks at all of them once, in their order, because the answer tells how many there are.
    fn counting<'c>(&self, all: impl Iterator<Item = &'c Instance>) -> Page<'c> {
        let mut page = Page { items: Vec::with_capacity(self.size), more: false, total: 0 };
        for instance in all {
            page.total += 1;
            let before = self.after.is_some_and(|after| place(instance) <= after) || page.total <= self.skipped();
            if before {
                continue;
            }
            match page.items.len() < self.size {
                true => page.items.push(instance),
                false => page.more = true,
            }
        }
        page
    }

    /// How many lie before it.
    const fn skipped(&self) -> usize {
        self.number.saturating_sub(1).saturating_mul(self.size)
    }
}

fn number(params: &Params, name: &str, absent: usize, most: i64) -> Result<usize, Fault> {
    let Some(text) = params.text(name) else { return Ok(absent) };
    let number = integer(text).filter(|number| (1..=most).contains(number));
    number.and_then(|number| usize::try_from(number).ok()).ok_or_else(|| common::INVALID_PARAMETER.because(name))
}

/// One page, and what there is besides.
struct Page<'a> {
    items: Vec<&'a Instance>,
    more: bool,
    total: usize,
}

/// What an instance has to be like. An empty filter counts as none.
struct Filter<'a> {
    ids: Option<Vec<String>>,
    status: Option<&'a str>,
    zone: Option<&'a str>,
    kind: Option<&'a str>,
    charge: Option<Charge>,
    name: Option<&'a str>,
    tags: tags::Filter<'a>,
}

impl<'a> Filter<'a> {
    fn read(params: &'a Params) -> Result<Self, Fault> {
        let given = |name| params.text(name).filter(|text| !text.is_empty());
        let ids = instance_id::array(params, "InstanceIds");
        let ids = ids.map_err(|_| common::INVALID_PARAMETER.because("InstanceIds"))?;
        let charge = match given("InstanceChargeType") {
            None => None,
            Some("PostPaid") => Some(Charge::PostPaid),
            Some("PrePaid") => Some(Charge::PrePaid),
            Some(_) => return Err(UNKNOWN_CHARGE),
        };
        let status = given("Status");
        if status.is_some_and(|it| !["Pending", "Running", "Starting", "Stopping", "Stopped"].contains(&it)) {
            return Err(UNKNOWN_STATUS);
        }
        let tags = tags::Filter::read(params, TOO_MANY_TAGS, TAGS_DIFFER)?;
        let (zone, kind, name) = (given("ZoneId"), given("InstanceType"), given("InstanceName"));
        Ok(Self { ids, status, zone, kind, charge, name, tags })
    }

    const fn is_empty(&self) -> bool {
        let nowhere = self.zone.is_none() && self.kind.is_none() && self.name.is_none();
        self.ids.is_none() && self.status.is_none() && self.charge.is_none() && nowhere && self.tags.is_empty()
    }

    fn matches(&self, it: &Instance) -> bool {
        self.status.is_none_or(|status| words::state(&it.state) == status)
            && self.zone.is_none_or(|zone| it.zone.as_str() == zone)
            && self.kind.is_none_or(|kind| it.instance_type.as_str() == kind)
            && self.charge.is_none_or(|charge| it.charge == charge)
            && self.name.is_none_or(|name| permission::matches(name, &it.name))
            && self.tags.matches(&it.tags)
    }
}

/// One instance as the answer shows it.
fn item(it: &Instance, context: &Context<'_>) -> Body {
    let kind = context.directory.types.get(&it.instance_type);
    let carried = |name: &str| {
        let found = it.carried.iter().find(|(known, _)| **known == *name);
        found.map_or_else(String::new, |(_, value)| value.to_string())
    };
    let reclaimed = context.ledger.reclaimed_at(it);
    let locks = reclaimed.filter(|(_, noticed)| *noticed).map(|_| Body::new().text("LockReason", "Recycling"));
    let groups = it.carried.iter().filter(|(name, _)| **name == *"SecurityGroupId");
    Body::new()
        .text("InstanceId", it.id.to_string())
        .text("InstanceName", it.name.to_string())
        .text("Description", carried("Description"))
        .text("HostName", carried("HostName"))
        .text("Status", words::state(&it.state))
        .text("StoppedMode", words::stopped_mode(&it.state))
        .text("InstanceType", it.instance_type.as_str().to_owned())
        .text("InstanceTypeFamily", kind.map_or_else(String::new, |kind| kind.family.to_string()))
        .text("ZoneId", it.zone.as_str().to_owned())
        .text("RegionId", context.region.as_str().to_owned())
        .integer("Cpu", kind.map_or(0, |kind| kind.needs.vcpus))
        .integer("Memory", kind.map_or(0, |kind| kind.needs.memory_mib))
        .integer("GPUAmount", kind.map_or(0, |kind| kind.needs.gpus))
        .text("GPUSpec", kind.map_or_else(String::new, |kind| kind.gpu_spec.to_string()))
        .text("InstanceChargeType", words::charge(it.charge))
        .text("SpotStrategy", if it.spot { "SpotAsPriceGo" } else { "NoSpot" })
        .text("ImageId", carried("ImageId"))
        .text("KeyPairName", carried("KeyPairName"))
        .text("ResourceGroupId", carried("ResourceGroupId"))
        .text("OSType", words::platform(it.platform))
        .text("CreationTime", words::minutes(it.made))
        .text("StartTime", it.started.map_or_else(String::new, words::minutes))
        .text("ExpiredTime", words::end_time(reclaimed.map_or(End::ByHand, |(end, _)| End::At(end))))
        .text("InstanceNetworkType", "vpc")
        .flag("IoOptimized", true)
        .flag("DeletionProtection", false)
        .flag("Recyclable", false)
        .object(
            "EcsCapacityReservationAttr",
            Body::new().text("CapacityReservationId", "").text("CapacityReservationPreference", ""),
        )
        .object(
            "VpcAttributes",
            Body::new().text("VSwitchId", carried("VSwitchId")).text("VpcId", "").text("NatIpAddress", "").list(
                "PrivateIpAddress",
                "IpAddress",
                NOTHING,
            ),
        )
        .list("PublicIpAddress", "IpAddress", NOTHING)
        .list("InnerIpAddress", "IpAddress", NOTHING)
        .list("NetworkInterfaces", "NetworkInterface", NOTHING)
        .list("OperationLocks", "LockReason", locks)
        .list("SecurityGroupIds", "SecurityGroupId", groups.map(|(_, id)| Node::Text(id.to_string().into())))
        .list("Tags", "Tag", it.tags.iter().map(tags::body))
}

/// A list of what Berth does not know.
const NOTHING: [Body; 0] = [];

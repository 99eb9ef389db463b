//! DescribeCapacityReservations: list the caller's reservations, the oldest first.

use crate::limits::IDS_MAX;
use crate::{Context, Draft, Operation, Param, Resource, Scope};
use crate::{faults, paging, pool_id, tags, words};
use ledger::{Kind, Platform, Reservation};
use rpc::body::Body;
use rpc::fault::{Fault, common};
use rpc::params::Params;
use rpc::values::{TextsError, texts};

const KIND: Kind = Kind::CapacityReservation;
const IDS: &str = "PrivatePoolOptions.Ids";

const INVALID_IDS: Fault =
    Fault::new(400, "InvalidParameter.PrivatePoolOptions.Ids", "The specified PrivatePoolOptions.Ids is invalid.");
const TOO_MANY_IDS: Fault =
    Fault::new(400, "Invalid.TooManyPrivatePoolOptions.Ids", "Too many PrivatePoolOptions.Ids in this request.");

/// The operation.
pub struct DescribeCapacityReservations;

impl Operation for DescribeCapacityReservations {
    const NAME: &'static str = "DescribeCapacityReservations";
    const SCOPE: Scope = Scope::Region;
    const RESOURCE: Resource = Resource::All("capacityreservation");
    const PARAMS: &'static [Param] = &[
        Param::required("RegionId", faults::MISSING_REGION),
        Param::optional(IDS),
        Param::optional("InstanceType"),
        Param::optional("ZoneId"),
        Param::optional("InstanceChargeType"),
        Param::optional("Platform"),
        Param::optional("Status"),
        Param::optional("ResourceGroupId"),
        Param::optional("Tag.N.Key"),
        Param::optional("Tag.N.Value"),
        Param::optional("MaxResults"),
        Param::optional("NextToken"),
    ];
    const FAULTS: &'static [Fault] = &[INVALID_IDS, TOO_MANY_IDS, common::INVALID_PARAMETER];

    fn prepare(params: &Params, context: &Context<'_>) -> Result<Draft, Fault> {
        let ids = params.text(IDS).map(|text| texts(text, IDS_MAX)).transpose().map_err(|error| match error {
            TextsError::Malformed => INVALID_IDS,
            TextsError::TooMany => TOO_MANY_IDS,
        })?;
        let filter = Filter::read(params, ids.is_some())?;
        let size = paging::size(params)?;
        let after = paging::after(Self::NAME, params, context)?;
        let page = match &ids {
            Some(ids) => Page::counting(pool_id::own_all(context, KIND, ids).into_iter(), &filter, size, after),
            None => Page::of_all(context, &filter, size, after),
        };
        let last = page.items.last().filter(|_| page.more).map(|last| paging::place(last));
        let items = page.items.iter().map(|reservation| item(reservation, context));
        let body = Body::new()
            .integer("TotalCount", page.total)
            .integer("MaxResults", size)
            .text("NextToken", paging::token(Self::NAME, params, context, last))
            .list("CapacityReservationSet", "CapacityReservationItem", items);
        Ok(Draft { entries: Vec::new(), body })
    }
}

/// One page, and what there is besides.
struct Page<'a> {
    items: Vec<&'a Reservation>,
    more: bool,
    total: usize,
}

impl<'a> Page<'a> {
    /// A page of all of the caller's. What the ledger counts by itself takes no longer for many than for few; only
    /// further filters make it look at each. Ended reservations are passed over unless they are asked for.
    fn of_all(context: &Context<'a>, filter: &Filter<'_>, size: usize, after: Option<paging::Place>) -> Self {
        let (ledger, owner) = (context.ledger, &context.caller.account);
        match (filter.wanted, filter.is_status_alone()) {
            (Wanted::None, _) => Self { items: Vec::new(), more: false, total: 0 },
            (Wanted::Any, true) => {
                Self::counted(ledger.reservations_of(owner, KIND, after), size, ledger.count_of(owner, KIND))
            }
            (Wanted::Active, true) => {
                Self::counted(ledger.held_of(owner, KIND, after), size, ledger.held_count_of(owner, KIND))
            }
            (Wanted::Active, false) => Self::counting(ledger.held_of(owner, KIND, None), filter, size, after),
            (Wanted::Any | Wanted::Released, _) => {
                Self::counting(ledger.reservations_of(owner, KIND, None), filter, size, after)
            }
        }
    }

    /// The page that these begin with, of so many in total.
    fn counted(mut following: impl Iterator<Item = &'a Reservation>, size: usize, total: usize) -> Self {
        let items = following.by_ref().take(size).collect();
        Self { items, more: following.next().is_some(), total }
    }

    /// Looks at all of them once, in their order, because the answer tells how many match.
    fn counting(
        all: impl Iterator<Item = &'a Reservation>,
        filter: &Filter<'_>,
        size: usize,
        after: Option<paging::Place>,
    ) -> Self {
        let mut page = Self { items: Vec::with_capacity(size), more: false, total: 0 };
        for reservation in all.filter(|reservation| filter.matches(reservation)) {
            page.total += 1;
            if after.is_none_or(|after| paging::place(reservation) > after) {
                match page.items.len() < size {
                    true => page.items.push(reservation),
                    false => page.more = true,
                }
            }
        }
        page
    }
}

/// Which statuses are asked for. No reservation is ever Pending, Preparing or Prepared.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wanted {
    Any,
    Active,
    Released,
    None,
}

/// What a reservation has to be like. An empty filter counts as none.
struct Filter<'a> {
    kind: Option<&'a str>,
    zone: Option<&'a str>,
    group: Option<&'a str>,
    platform: Option<Platform>,
    wanted: Wanted,
    tags: tags::Filter<'a>,
}

impl<'a> Filter<'a> {
    fn read(params: &'a Params, by_id: bool) -> Result<Self, Fault> {
        let given = |name| params.text(name).filter(|text| !text.is_empty());
        let invalid = |name| common::INVALID_PARAMETER.because(name);
        let kind = given("InstanceType");
        let postpaid = match given("InstanceChargeType") {
            None | Some("PostPaid") => true,
            Some("PrePaid") => false,
            Some(_) => return Err(invalid("InstanceChargeType")),
        };
        let platform = match given("Platform") {
            None => None,
            Some(text) if text.eq_ignore_ascii_case("all") => None,
            Some(text) => Some(words::read_platform(text).ok_or_else(|| invalid("Platform"))?),
        };
        let wanted = match given("Status") {
            None | Some("Active") => Wanted::Active,
            Some("All") => Wanted::Any,
            Some("Released") => Wanted::Released,
            Some("Pending" | "Preparing" | "Prepared") => Wanted::None,
            Some(_) => return Err(invalid("Status")),
        };
        // A filter by type only sees what is in effect, unless it is named by its id.
        let wanted = match (postpaid, kind.is_some() && !by_id, wanted) {
            (false, _, _) | (true, true, Wanted::Released) => Wanted::None,
            (true, true, Wanted::Any) => Wanted::Active,
            (true, _, wanted) => wanted,
        };
        let tags = tags::Filter::read(params, invalid("Tag"), invalid("Tag.N.Key"))?;
        Ok(Self { kind, zone: given("ZoneId"), group: given("ResourceGroupId"), platform, wanted, tags })
    }

    /// Whether nothing but the status is asked for.
    const fn is_status_alone(&self) -> bool {
        let fields = self.kind.is_some() || self.zone.is_some() || self.group.is_some() || self.platform.is_some();
        !fields && self.tags.is_empty()
    }

    fn matches(&self, reservation: &Reservation) -> bool {
        let status = match self.wanted {
            Wanted::Any => true,
            Wanted::Active => reservation.holds(),
            Wanted::Released => !reservation.holds(),
            Wanted::None => false,
        };
        status
            && self.kind.is_none_or(|kind| reservation.instance_type.as_str() == kind)
            && self.zone.is_none_or(|zone| reservation.zone.as_str() == zone)
            && self.group.is_none_or(|group| *reservation.group == *group)
            && self.platform.is_none_or(|platform| reservation.platform == platform)
            && self.tags.matches(&reservation.tags)
    }
}

/// One reservation as the answer shows it.
fn item(reservation: &Reservation, context: &Context<'_>) -> Body {
    let text = |text: &str| String::from(text);
    let used = context.ledger.used(&reservation.id);
    let usage = || {
        Body::new()
            .text("AccountId", text(reservation.owner.as_str()))
            .text("ServiceName", "ECS")
            .integer("UsedAmount", used)
    };
    let usages = (used > 0).then(usage);
    let allocated = Body::new()
        .integer("UsedAmount", used)
        .integer("TotalAmount", reservation.count)
        .integer("AvailableAmount", reservation.count.saturating_sub(used))
        .text("zoneId", text(reservation.zone.as_str()))
        .text("InstanceType", text(reservation.instance_type.as_str()))
        .list("CapacityReservationUsages", "CapacityReservationUsage", usages);
    Body::new()
        .text("Status", words::status(reservation.phase))
        .text("TimeSlot", "")
        .text("PrivatePoolOptionsMatchCriteria", words::matching(reservation.matching))
        .text("PrivatePoolOptionsId", reservation.id.to_string())
        .text("PrivatePoolOptionsName", text(&reservation.name))
        .text("RegionId", text(context.region.as_str()))
        .text("InstanceChargeType", "PostPaid")
        .text("EndTime", words::end_time(reservation.end))
        .text("StartTime", words::minutes(reservation.starts))
        .text("Description", text(&reservation.description))
        .text("EndTimeType", words::end_type(reservation.end))
        .text("ResourceGroupId", text(&reservation.group))
        .text("Platform", words::platform(reservation.platform))
        .list("AllocatedResources", "AllocatedResource", [allocated])
        .list("Tags", "Tag", reservation.tags.iter().map(tags::body))
        .text("StartTimeType", words::start_type(reservation))
        .text("SavingPlanId", "")
        .text("ReservedInstanceId", "")
        .text("CapacityReservationOwnerId", text(reservation.owner.as_str()))
}

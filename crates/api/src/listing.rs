//! Listings of the caller's reservations of one kind: which are asked for, and a page of them, the oldest first.
//! How one of them is shown is its operation's.

use crate::limits::IDS_MAX;
use crate::{Context, paging, pool_id, tags};
use ledger::{Course, Kind, Phase, Platform, Reservation};
use rpc::body::Body;
use rpc::fault::{Fault, common};
use rpc::params::Params;
use rpc::values::{TextsError, texts};

/// The parameter with the ids.
pub const IDS: &str = "PrivatePoolOptions.Ids";

/// `PrivatePoolOptions.Ids` is no JSON array of texts.
pub const INVALID_IDS: Fault =
    Fault::new(400, "InvalidParameter.PrivatePoolOptions.Ids", "The specified PrivatePoolOptions.Ids is invalid.");
/// More than 100 ids; more than an operation takes.
pub const TOO_MANY_IDS: Fault =
    Fault::new(400, "Invalid.TooManyPrivatePoolOptions.Ids", "Too many PrivatePoolOptions.Ids in this request.");

/// What a request asks a listing for.
pub struct Question<'a> {
    action: &'static str,
    kind: Kind,
    ids: Option<Vec<String>>,
    /// Of these it asks for those that match.
    pub filter: Filter<'a>,
    size: usize,
    after: Option<paging::Place>,
}

impl<'a> Question<'a> {
    /// Reads what the listings have in common. `statuses` are the words that `Status` takes.
    ///
    /// # Errors
    /// The first fault in the order of checks.
    pub fn read(
        action: &'static str,
        kind: Kind,
        statuses: &[&str],
        params: &'a Params,
        context: &Context<'_>,
    ) -> Result<Self, Fault> {
        let ids = params.text(IDS).map(|text| texts(text, IDS_MAX)).transpose().map_err(|error| match error {
            TextsError::Malformed => INVALID_IDS,
            TextsError::TooMany => TOO_MANY_IDS,
        })?;
        let filter = Filter::read(params, statuses, ids.is_some())?;
        let size = paging::size(params)?;
        let after = paging::after(action, params, context)?;
        Ok(Self { action, kind, ids, filter, size, after })
    }

    /// The answer: a page, with its list under these names and each shown by `item`.
    pub fn answer(
        &self,
        params: &Params,
        context: &Context<'_>,
        (wrapper, element): (&'static str, &'static str),
        item: impl Fn(&Reservation, &Context<'_>) -> Body,
    ) -> Body {
        let page = self.page(context);
        let last = page.items.last().filter(|_| page.more).map(|last| paging::place(last));
        Body::new()
            .integer("TotalCount", page.total)
            .integer("MaxResults", self.size)
            .text("NextToken", paging::token(self.action, params, context, last))
            .list(wrapper, element, page.items.iter().map(|reservation| item(reservation, context)))
    }

    /// What the ledger counts by itself takes no longer for many than for few; only further filters make it look at
    /// each. Ended reservations are passed over unless they are asked for.
    fn page<'c>(&self, context: &Context<'c>) -> Page<'c> {
        let (ledger, owner) = (context.ledger, &context.caller.account);
        if let Some(ids) = &self.ids {
            return self.counting(pool_id::own_all(context, self.kind, ids).into_iter());
        }
        match (self.filter.wanted, self.filter.is_status_alone()) {
            (Wanted::None, _) => Page { items: Vec::new(), more: false, total: 0 },
            (Wanted::Any, true) => {
                let all = ledger.reservations_of(owner, self.kind, self.after);
                self.counted(all, ledger.count_of(owner, self.kind))
            }
            (Wanted::Held, true) => {
                let held = ledger.held_of(owner, self.kind, self.after);
                self.counted(held, ledger.held_count_of(owner, self.kind))
            }
            (Wanted::Held | Wanted::Prepared | Wanted::Active, _) => {
                self.counting(ledger.held_of(owner, self.kind, None))
            }
            (Wanted::Any | Wanted::Released, _) => self.counting(ledger.reservations_of(owner, self.kind, None)),
        }
    }

    /// The page that these begin with, of so many in total.
    fn counted<'c>(&self, mut following: impl Iterator<Item = &'c Reservation>, total: usize) -> Page<'c> {
        let items = following.by_ref().take(self.size).collect();
        Page { items, more: following.next().is_some(), total }
    }

    /// Looks at all of them once, in their order, because the answer tells how many match.
    fn counting<'c>(&self, all: impl Iterator<Item = &'c Reservation>) -> Page<'c> {
        let mut page = Page { items: Vec::with_capacity(self.size), more: false, total: 0 };
        for reservation in all.filter(|reservation| self.filter.matches(reservation)) {
            page.total += 1;
            if self.after.is_none_or(|after| paging::place(reservation) > after) {
                match page.items.len() < self.size {
                    true => page.items.push(reservation),
                    false => page.more = true,
                }
            }
        }
        page
    }
}

/// One page, and what there is besides.
struct Page<'a> {
    items: Vec<&'a Reservation>,
    more: bool,
    total: usize,
}

/// Which statuses are asked for. No reservation is ever Pending, Preparing or Deactived.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wanted {
    Any,
    /// Prepared or Active.
    Held,
    Prepared,
    Active,
    Released,
    None,
}

/// What a reservation has to be like. An empty filter counts as none.
pub struct Filter<'a> {
    instance_type: Option<&'a str>,
    zone: Option<&'a str>,
    group: Option<&'a str>,
    wanted: Wanted,
    tags: tags::Filter<'a>,
    /// For this operating system.
    pub platform: Option<Platform>,
    /// An assurance that may be used at certain hours alone, or one that always may.
    pub divided: Option<bool>,
}

impl<'a> Filter<'a> {
    fn read(params: &'a Params, statuses: &[&str], by_id: bool) -> Result<Self, Fault> {
        let given = |name| params.text(name).filter(|text| !text.is_empty());
        let invalid = |name| common::INVALID_PARAMETER.because(name);
        let instance_type = given("InstanceType");
        let postpaid = match given("InstanceChargeType") {
            None | Some("PostPaid") => true,
            Some("PrePaid") => false,
            Some(_) => return Err(invalid("InstanceChargeType")),
        };
        let wanted = match given("Status") {
            None => Wanted::Held,
            Some(other) if !statuses.contains(&other) => return Err(invalid("Status")),
            Some("All") => Wanted::Any,
            Some("Prepared") => Wanted::Prepared,
            Some("Active") => Wanted::Active,
            Some("Released") => Wanted::Released,
            Some(_) => Wanted::None,
        };
        // A filter by type only sees what is in effect, unless it is named by its id.
        let wanted = match (postpaid, instance_type.is_some() && !by_id, wanted) {
            (false, _, _) | (true, true, Wanted::Released | Wanted::Prepared) => Wanted::None,
            (true, true, Wanted::Any | Wanted::Held) => Wanted::Active,
            (true, _, wanted) => wanted,
        };
        let tags = tags::Filter::read(params, invalid("Tag"), invalid("Tag.N.Key"))?;
        let (zone, group) = (given("ZoneId"), given("ResourceGroupId"));
        Ok(Self { instance_type, zone, group, wanted, tags, platform: None, divided: None })
    }

    /// Whether nothing but the status is asked for.
    const fn is_status_alone(&self) -> bool {
        let fields = self.instance_type.is_some() || self.zone.is_some() || self.group.is_some();
        !fields && self.platform.is_none() && self.divided.is_none() && self.tags.is_empty()
    }

    fn matches(&self, reservation: &Reservation) -> bool {
        let status = match self.wanted {
            Wanted::Any => true,
            Wanted::Held => reservation.holds(),
            Wanted::Prepared => reservation.phase == Phase::Prepared,
            Wanted::Active => reservation.phase == Phase::Active,
            Wanted::Released => !reservation.holds(),
            Wanted::None => false,
        };
        status
            && self.instance_type.is_none_or(|kind| reservation.instance_type.as_str() == kind)
            && self.zone.is_none_or(|zone| reservation.zone.as_str() == zone)
            && self.group.is_none_or(|group| *reservation.group == *group)
            && self.platform.is_none_or(|platform| reservation.platform == platform)
            && self.divided.is_none_or(|divided| is_divided(reservation) == divided)
            && self.tags.matches(&reservation.tags)
    }
}

/// Whether it is an assurance that may be used at certain hours alone.
pub fn is_divided(reservation: &Reservation) -> bool {
    matches!(&reservation.course, Course::Assured(paid) if !paid.rules.is_empty())
}

/// How much of a reservation is used, and what it is for, as answers show it; with the list of its users' accounts
/// under these names.
pub fn allocated(
    reservation: &Reservation,
    context: &Context<'_>,
    (wrapper, element): (&'static str, &'static str),
) -> Body {
    let used = context.ledger.used(&reservation.id);
    let usage = || {
        Body::new()
            .text("AccountId", String::from(reservation.owner.as_str()))
            .text("ServiceName", "ECS")
            .integer("UsedAmount", used)
    };
    Body::new()
        .integer("UsedAmount", used)
        .integer("TotalAmount", reservation.count)
        .integer("AvailableAmount", reservation.count.saturating_sub(used))
        .text("zoneId", String::from(reservation.zone.as_str()))
        .text("InstanceType", String::from(reservation.instance_type.as_str()))
        .list(wrapper, element, (used > 0).then(usage))
}

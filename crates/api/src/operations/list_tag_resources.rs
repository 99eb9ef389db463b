//! ListTagResources: list the tags of the caller's reservations, the oldest reservation first.
//!
//! A page ends with the reservation that brings it to [`TAG_PAGE_ITEMS`] tags or beyond, so that it never ends amid
//! the tags of one.

use crate::limits::TAG_PAGE_ITEMS;
use crate::{Context, Draft, Operation, Param, Resource, Scope};
use crate::{faults, paging, pool_id, tagged, tags};
use ledger::{Kind, Reservation, Tag};
use rpc::body::Body;
use rpc::fault::{Fault, common};
use rpc::params::Params;

/// The operation.
pub struct ListTagResources;

impl Operation for ListTagResources {
    const NAME: &'static str = "ListTagResources";
    const SCOPE: Scope = Scope::Region;
    const RESOURCE: Resource = Resource::Any;
    const PARAMS: &'static [Param] = &[
        Param::required("RegionId", faults::MISSING_REGION_OF_TAGS),
        Param::required("ResourceType", faults::MISSING_RESOURCE_TYPE),
        Param::optional("ResourceId.N"),
        Param::optional("Tag.N.Key"),
        Param::optional("Tag.N.Value"),
        Param::optional("TagFilter.N.TagKey"),
        Param::optional("TagFilter.N.TagValues.N"),
        Param::optional("NextToken"),
    ];
    const FAULTS: &'static [Fault] = &[
        faults::UNKNOWN_RESOURCE_TYPE,
        faults::TOO_MANY_RESOURCE_IDS,
        faults::TOO_MANY_TAGS,
        faults::INVALID_TAG_KEY,
        common::INVALID_PARAMETER,
    ];

    fn prepare(params: &Params, context: &Context<'_>) -> Result<Draft, Fault> {
        let is_reservation = tagged::is_reservation(params)?;
        let ids = tagged::ids(params)?;
        let filter = Filter {
            tags: tags::Filter::read(params, faults::TOO_MANY_TAGS, faults::INVALID_TAG_KEY)?,
            fuzzy: tags::Fuzzy::read(params)?,
        };
        let after = paging::after(Self::NAME, params, context)?;
        let page = if !is_reservation {
            Page::default()
        } else if ids.is_empty() {
            Page::of(context.ledger.reservations_of(&context.caller.account, Kind::CapacityReservation, after), &filter)
        } else {
            let mut named = pool_id::own_all(context, &ids);
            named.retain(|reservation| after.is_none_or(|after| paging::place(reservation) > after));
            Page::of(named.into_iter(), &filter)
        };
        let body = Body::new().text("NextToken", paging::token(Self::NAME, params, context, page.last)).list(
            "TagResources",
            "TagResource",
            page.items,
        );
        Ok(Draft { entries: Vec::new(), body })
    }
}

/// A reservation has to match all of it; of its tags those are listed that a part of it speaks of, or all if there
/// is no filter.
struct Filter<'a> {
    tags: tags::Filter<'a>,
    fuzzy: tags::Fuzzy<'a>,
}

impl Filter<'_> {
    fn matches(&self, reservation: &Reservation) -> bool {
        self.tags.matches(reservation) && self.fuzzy.matches(reservation)
    }

    fn names(&self, tag: &Tag) -> bool {
        let none = self.tags.is_empty() && self.fuzzy.is_empty();
        none || self.tags.names(tag) || self.fuzzy.names(tag)
    }
}

/// One page, and the place of its last reservation if more follow.
#[derive(Default)]
struct Page {
    items: Vec<Body>,
    last: Option<paging::Place>,
}

impl Page {
    fn of<'a>(all: impl Iterator<Item = &'a Reservation>, filter: &Filter<'_>) -> Self {
        let mut page = Self::default();
        let mut last = None;
        let tagged = |reservation: &&Reservation| reservation.tags.iter().any(|tag| filter.names(tag));
        for reservation in all.filter(|reservation| filter.matches(reservation)).filter(tagged) {
            if page.items.len() >= TAG_PAGE_ITEMS {
                page.last = last;
                break;
            }
            let named = reservation.tags.iter().filter(|tag| filter.names(tag));
            page.items.extend(named.map(|tag| item(reservation, tag)));
            last = Some(paging::place(reservation));
        }
        page
    }
}

fn item(reservation: &Reservation, tag: &Tag) -> Body {
    Body::new()
        .text("ResourceType", "capacityreservation")
        .text("ResourceId", reservation.id.to_string())
        .text("TagKey", String::from(&*tag.key))
        .text("TagValue", String::from(&*tag.value))
}

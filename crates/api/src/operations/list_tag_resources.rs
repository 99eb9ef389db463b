//! ListTagResources: list the tags of the caller's reservations or instances, the oldest first.
//!
//! A page ends with the resource that brings it to [`TAG_PAGE_ITEMS`] tags or beyond, so that it never ends amid
//! the tags of one.

use crate::limits::TAG_PAGE_ITEMS;
use crate::tagged::{self, ResourceKind};
use crate::{Context, Draft, Operation, Param, Resource, Scope};
use crate::{faults, instance_id, paging, pool_id, tags};
use ledger::{ID_CODE_LEN, Instance, InstanceId, Moment, Reservation, ReservationId, Tag};
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
        let kind = tagged::kind(params)?;
        let ids = tagged::ids(params)?;
        let filter = Filter {
            tags: tags::Filter::read(params, faults::TOO_MANY_TAGS, faults::INVALID_TAG_KEY)?,
            fuzzy: tags::Fuzzy::read(params)?,
        };
        let after = paging::open(Self::NAME, params, context)?.map(|cursor| Place::read(&cursor)).transpose()?;
        let all = resources(context, kind, &ids, after);
        let page = Page::of(all, params.text("ResourceType").unwrap_or_default(), &filter);
        let token =
            page.last.map_or_else(String::new, |last| paging::issue(Self::NAME, params, context, &last.cursor()));
        let body = Body::new().text("NextToken", token).list("TagResources", "TagResource", page.items);
        Ok(Draft { entries: Vec::new(), body })
    }
}

/// Where in the listing a resource stands: when it was made, and its id.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Place(Moment, String);

impl Place {
    fn cursor(&self) -> String {
        format!("{} {}", self.0.0, self.1)
    }

    fn read(cursor: &str) -> Result<Self, Fault> {
        let place = cursor.split_once(' ').and_then(|(made, id)| Some(Self(Moment(made.parse().ok()?), id.to_owned())));
        place.ok_or_else(|| common::INVALID_PARAMETER.because("NextToken"))
    }
}

/// Something with tags.
struct Carrier<'a> {
    place: Place,
    tags: &'a [Tag],
}

impl<'a> Carrier<'a> {
    fn reservation(it: &'a Reservation) -> Self {
        Self { place: Place(it.made, it.id.to_string()), tags: &it.tags }
    }

    fn instance(it: &'a Instance) -> Self {
        Self { place: Place(it.made, it.id.to_string()), tags: &it.tags }
    }
}

/// The caller's resources of a kind, only those named if any are, after a place, the oldest first.
fn resources<'a>(
    context: &Context<'a>,
    kind: ResourceKind,
    ids: &[&str],
    after: Option<Place>,
) -> Box<dyn Iterator<Item = Carrier<'a>> + 'a> {
    let (ledger, owner) = (context.ledger, &context.caller.account);
    let since = after.as_ref().map(|place| place.0);
    let later = move |it: &Carrier<'a>| after.as_ref().is_none_or(|after| it.place > *after);
    if !ids.is_empty() {
        let own = |id: &&str| match kind {
            ResourceKind::Reservation(kind) => pool_id::own(context, kind, id).map(Carrier::reservation),
            ResourceKind::Instance => instance_id::own(context, id).map(Carrier::instance),
            ResourceKind::Stranger => None,
        };
        let mut named: Vec<Carrier<'a>> = ids.iter().filter_map(own).collect();
        named.sort_unstable_by(|one, other| one.place.cmp(&other.place));
        named.dedup_by(|one, other| one.place == other.place);
        return Box::new(named.into_iter().filter(later));
    }
    match kind {
        ResourceKind::Reservation(kind) => {
            let from = since.zip(ReservationId::new(kind, [b'0'; ID_CODE_LEN]));
            Box::new(ledger.reservations_of(owner, kind, from).map(Carrier::reservation).filter(later))
        }
        ResourceKind::Instance => {
            let from = since.zip(InstanceId::new([b'0'; ID_CODE_LEN]));
            Box::new(ledger.instances_of(owner, from).map(Carrier::instance).filter(later))
        }
        ResourceKind::Stranger => Box::new(std::iter::empty()),
    }
}

/// A resource has to match all of it; of its tags those are listed that a part of it speaks of, or all if there
/// is no filter.
struct Filter<'a> {
    tags: tags::Filter<'a>,
    fuzzy: tags::Fuzzy<'a>,
}

impl Filter<'_> {
    fn matches(&self, tags: &[Tag]) -> bool {
        self.tags.matches(tags) && self.fuzzy.matches(tags)
    }

    fn names(&self, tag: &Tag) -> bool {
        let none = self.tags.is_empty() && self.fuzzy.is_empty();
        none || self.tags.names(tag) || self.fuzzy.names(tag)
    }
}

/// One page, and the place of its last resource if more follow.
#[derive(Default)]
struct Page {
    items: Vec<Body>,
    last: Option<Place>,
}

impl Page {
    fn of<'a>(all: impl Iterator<Item = Carrier<'a>>, kind: &str, filter: &Filter<'_>) -> Self {
        let mut page = Self::default();
        let mut last = None;
        let tagged = |it: &Carrier<'_>| filter.matches(it.tags) && it.tags.iter().any(|tag| filter.names(tag));
        for carrier in all.filter(tagged) {
            if page.items.len() >= TAG_PAGE_ITEMS {
                page.last = last;
                break;
            }
            let named = carrier.tags.iter().filter(|tag| filter.names(tag));
            page.items.extend(named.map(|tag| item(kind, &carrier.place.1, tag)));
            last = Some(carrier.place);
        }
        page
    }
}

fn item(kind: &str, id: &str, tag: &Tag) -> Body {
    Body::new()
        .text("ResourceType", kind.to_owned())
        .text("ResourceId", id.to_owned())
        .text("TagKey", String::from(&*tag.key))
        .text("TagValue", String::from(&*tag.value))
}

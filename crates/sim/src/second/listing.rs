//! Lists: filters, order and pages.

use super::answers;
use super::faults::{NO_POOL, Row};
use super::model::{Instance, Kind, Mode, Model, Outcome, Reservation, Tags, Told, number, texts, value};
use super::reservations::is_reservation;
use crate::judge::Sent;
use std::collections::BTreeMap;

/// Stands for a page token in an expected text.
pub(super) const TOKEN: &str = "\u{1}token\u{1}";
const STATUSES: [&str; 5] = ["All", "Preparing", "Prepared", "Active", "Released"];
const TOKEN_REFUSED: Row = ("InvalidParameter", "The specified parameter is not valid: NextToken");
const NO_RESERVATION_TO_LIST: Row =
    ("InvalidParameter.PrivatePoolOptions.Id", "The specified PrivatePoolOptions.Id is invalid.");
const NO_INSTANCE_TO_LIST: Row = ("InvalidInstanceIds.NotFound", "The specified InstanceIds does not exist.");

/// Where an item stands in its list.
type Key = (u64, String);

/// Where a page ended, and of whose list: the caller, the operation and the filters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Page {
    who: usize,
    action: &'static str,
    filters: Vec<(&'static str, String)>,
    /// The last item.
    after: Key,
}

impl Page {
    /// How many there are before it, where the items are numbered.
    pub(super) fn goes_on_at(&self) -> usize {
        usize::try_from(self.after.0 + 1).unwrap_or(usize::MAX)
    }
}

/// The tokens that have been told, and where each goes on.
#[derive(Debug, Default)]
pub(super) struct Pages(BTreeMap<String, Page>);

impl Pages {
    /// Whether an answer is the expected text with a token in its place; which then stands for that page.
    pub(super) fn fits(&mut self, text: &str, page: &Page, answer: &str) -> bool {
        let Some((before, after)) = text.split_once(TOKEN) else { return false };
        let token = answer.strip_prefix(before).and_then(|rest| rest.strip_suffix(after));
        let Some(token) = token.filter(|token| !token.is_empty() && !token.contains('"')) else { return false };
        self.0.insert(token.to_owned(), page.clone()).is_none_or(|known| known == *page)
    }

    /// The page that a request asks for; none: the first.
    pub(super) fn asked(&self, sent: &Sent) -> Result<Option<&Page>, Row> {
        let token = value(sent, "NextToken").filter(|token| !token.is_empty());
        match token.map(|token| self.0.get(token)) {
            None => Ok(None),
            Some(Some(page)) if page.who == sent.who && page.action == sent.action && page.filters == filters(sent) => {
                Ok(Some(page))
            }
            Some(_) => Err(TOKEN_REFUSED),
        }
    }
}

/// The filters of a request: everything but where the page is and how long.
fn filters(sent: &Sent) -> Vec<(&'static str, String)> {
    let mut filters: Vec<_> =
        sent.pairs.iter().filter(|(name, _)| !matches!(*name, "NextToken" | "MaxResults")).cloned().collect();
    filters.sort();
    filters
}

/// A page of a list, of `usual_size` if nothing is said, which `text` writes down: from how many there are, how many a page has, the next token and the items shown.
pub(super) fn told<T>(
    sent: &Sent,
    page: Option<&Page>,
    usual_size: u64,
    mut all: Vec<(Key, T)>,
    text: impl Fn(usize, u64, &str, &[T]) -> String,
) -> Outcome {
    all.sort_by(|(one, _), (other, _)| one.cmp(other));
    let (total, size) = (all.len(), value(sent, "MaxResults").map_or(usual_size, |text| number(Some(text))));
    let mut shown: Vec<(Key, T)> =
        all.into_iter().filter(|(key, _)| page.is_none_or(|page| *key > page.after)).collect();
    let more = shown.len() as u64 > size;
    shown.truncate(usize::try_from(size).unwrap_or(0));
    let last = shown.last().map(|(key, _)| key.clone());
    let items: Vec<T> = shown.into_iter().map(|(_, it)| it).collect();
    Ok((
        match last.filter(|_| more) {
            None => Told::Done(text(total, size, "", &items)),
            Some(after) => {
                let page = Page { who: sent.who, action: sent.action, filters: filters(sent), after };
                Told::Page(text(total, size, TOKEN, &items), page)
            }
        },
        false,
    ))
}

impl Model {
    /// DescribeCapacityReservations and DescribeElasticityAssurances.
    pub(super) fn list_reservations(&self, sent: &Sent, pages: &Pages) -> Outcome {
        let page = pages.asked(sent)?;
        let status = value(sent, "Status").unwrap_or_default();
        let plain = sent.action == "DescribeCapacityReservations";
        let not_yet = if plain { "Pending" } else { "Deactived" };
        if !status.is_empty() && status != not_yet && !STATUSES.contains(&status) {
            return Err(("InvalidParameter", "The specified parameter is not valid: Status").into());
        }
        let own = self.reservations.iter().filter(|it| it.owner == sent.who && is_reservation(it) == plain);
        let listed = own.filter(|it| is_listed(it, sent, status));
        let write = if plain { answers::reservation } else { answers::assurance };
        let all = listed.map(|it| ((it.made, it.id.clone()), write(it, self.used(&it.id))));
        let text = if plain { answers::reservations } else { answers::assurances };
        told(sent, page, 10, all.collect(), text)
    }

    /// DescribeCapacityReservationInstances and DescribeElasticityAssuranceInstances.
    pub(super) fn list_users(&self, sent: &Sent, pages: &Pages) -> Outcome {
        let page = pages.asked(sent)?;
        let plain = sent.action == "DescribeCapacityReservationInstances";
        let at = self.named(sent, |it| is_reservation(it) == plain);
        let at = at.ok_or(if plain { NO_RESERVATION_TO_LIST } else { NO_POOL })?;
        let id = &self.reservations[at].id;
        let users = self.instances.iter().filter(|it| it.slot.as_ref() == Some(id));
        let all = users.map(|it| ((0, it.id.clone()), format!("{{\"InstanceId\":\"{}\"}}", it.id)));
        let wrapper = if plain { "CapacityReservationItem" } else { "ElasticityAssuranceItem" };
        told(sent, page, 10, all.collect(), |total, size, token, items: &[String]| {
            answers::users(wrapper, total, size, token, items)
        })
    }

    /// ListTagResources. A page ends once it has told of fifty tags.
    pub(super) fn list_tags(&self, sent: &Sent, pages: &Pages) -> Outcome {
        let page = pages.asked(sent)?;
        let kind = value(sent, "ResourceType").unwrap_or_default();
        let instances = self.instances.iter().filter(|_| kind == "instance");
        let instances = instances.map(|it| (it.owner, it.made, &it.id, &it.tags));
        let plain = kind == "capacityreservation";
        let held = self.reservations.iter().filter(|it| kind != "instance" && is_reservation(it) == plain);
        let mut all: Vec<_> = instances.chain(held.map(|it| (it.owner, it.made, &it.id, &it.tags))).collect();
        all.retain(|(owner, _, id, tags)| {
            *owner == sent.who && value(sent, "ResourceId.1").is_none_or(|wanted| wanted == *id) && has_tag(tags, sent)
        });
        let mut left: Vec<(Key, &Tags)> =
            all.into_iter().map(|(_, made, id, tags)| ((made, id.clone()), tags)).collect();
        left.retain(|(key, tags)| !tags.is_empty() && page.is_none_or(|page| *key > page.after));
        left.sort();
        let (mut lines, mut last) = (Vec::new(), None);
        let mut rest = left.into_iter();
        while lines.len() < 50
            && let Some((key, tags)) = rest.next()
        {
            let named = value(sent, "Tag.1.Key");
            let shown = tags.iter().filter(|(key, _)| named.is_none_or(|named| named == key.as_str()));
            lines.extend(shown.map(|(tag, text)| answers::tag_of(kind, &key.1, tag, text)));
            last = Some(key);
        }
        let Some(after) = last.filter(|_| rest.next().is_some()) else {
            return Ok((Told::Done(answers::tag_list("", &lines)), false));
        };
        let page = Page { who: sent.who, action: sent.action, filters: filters(sent), after };
        Ok((Told::Page(answers::tag_list(TOKEN, &lines), page), false))
    }

    /// DescribeInstances.
    pub(super) fn list_instances(&self, sent: &Sent, pages: &Pages) -> Outcome {
        let page = pages.asked(sent)?;
        let ids = value(sent, "InstanceIds").map(texts);
        let own = self.instances.iter().filter(|it| it.owner == sent.who);
        let all = own.filter(|it| {
            let status = if it.runs { "Running" } else { "Stopped" };
            ids.as_ref().is_none_or(|ids| ids.contains(&it.id))
                && value(sent, "Status").is_none_or(|wanted| wanted == status)
                && value(sent, "ZoneId").is_none_or(|zone| zone == it.pool.zone)
                && value(sent, "InstanceType").is_none_or(|kind| kind == it.instance_type)
                && has_tag(&it.tags, sent)
        });
        let all = all.map(|it| {
            (
                (it.made, it.id.clone()),
                answers::instance(it, self.window_of(it), self.found.types.get(&it.instance_type)),
            )
        });
        let by_number = value(sent, "PageNumber").or_else(|| value(sent, "PageSize")).is_some();
        if page.is_some() || value(sent, "MaxResults").is_some() || !by_number {
            return told(sent, page, 10, all.collect(), |total, size, token, items: &[String]| {
                answers::instances(total, 1, size, token, items)
            });
        }
        let (total, number, size, items) = numbered(sent, all.collect());
        Ok((Told::Done(answers::instances(total, number, size, "", &items)), false))
    }

    /// DescribeInstanceAttachmentAttributes.
    pub(super) fn list_attachments(&self, sent: &Sent) -> Outcome {
        let ids = value(sent, "InstanceIds").map(texts).unwrap_or_default();
        if ids.iter().any(|id| self.instance(sent.who, id).is_none()) {
            return Err(NO_INSTANCE_TO_LIST.into());
        }
        let named = self.instances.iter().filter(|it| ids.contains(&it.id));
        let all = named.map(|it| ((it.made, it.id.clone()), self.attachment(it))).collect();
        let (total, number, size, items) = numbered(sent, all);
        Ok((Told::Done(answers::attachments(total, number, size, &items)), false))
    }

    /// The window in whose slot an instance is.
    fn window_of(&self, it: &Instance) -> Option<&Reservation> {
        let slot = it.slot.as_ref()?;
        self.reservations.iter().find(|window| window.id == *slot && matches!(window.kind, Kind::Window { .. }))
    }

    fn attachment(&self, it: &Instance) -> String {
        let over = |id: &str| self.reservation(it.owner, id).is_none_or(|at| !self.reservations[at].is_held());
        let (mode, id) = match &it.mode {
            Mode::None => ("None", ""),
            Mode::Open => ("Open", it.slot.as_deref().unwrap_or_default()),
            Mode::Target(id) if over(id) => ("", ""),
            Mode::Target(id) => ("Target", id.as_str()),
        };
        answers::attachment(&it.id, mode, id)
    }
}

/// A page by its number: how many there are in all, which page, of how many, and what is on it.
fn numbered(sent: &Sent, mut all: Vec<(Key, String)>) -> (usize, u64, u64, Vec<String>) {
    all.sort();
    let page = value(sent, "PageNumber").map_or(1, |text| number(Some(text)));
    let size = value(sent, "PageSize").map_or(10, |text| number(Some(text)));
    let total = all.len();
    let skipped = usize::try_from((page - 1) * size).unwrap_or(usize::MAX);
    let shown = all.into_iter().skip(skipped).take(usize::try_from(size).unwrap_or(0));
    (total, page, size, shown.map(|(_, item)| item).collect())
}

fn has_tag(tags: &Tags, sent: &Sent) -> bool {
    value(sent, "Tag.1.Key").is_none_or(|key| {
        tags.get(key).is_some_and(|held| value(sent, "Tag.1.Value").is_none_or(|wanted| wanted == held))
    })
}

fn is_listed(it: &Reservation, sent: &Sent, status: &str) -> bool {
    let by_status = match status {
        "" => it.status() != "Released",
        "All" => true,
        wanted => it.status() == wanted,
    };
    let ids = value(sent, "PrivatePoolOptions.Ids").map(texts);
    by_status
        && has_tag(&it.tags, sent)
        && value(sent, "ZoneId").is_none_or(|zone| zone == it.pool.zone)
        // Filtered by type, only what is Active is seen, unless ids are given too.
        && value(sent, "InstanceType").is_none_or(|kind| kind == it.instance_type && (it.is_active() || ids.is_some()))
        && ids.is_none_or(|ids| ids.contains(&it.id))
}

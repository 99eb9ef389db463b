//! The list of reservations: filters, order and pages.

use super::answers;
use super::reservations::{Reservation, Told, number, value};
use crate::judge::Sent;
use std::collections::BTreeMap;

/// Stands for a page token in an expected text.
pub(super) const TOKEN: &str = "\u{1}token\u{1}";
const STATUSES: [&str; 6] = ["All", "Pending", "Preparing", "Prepared", "Active", "Released"];
const REFUSED: Told = Told::Refused("InvalidParameter", "The specified parameter is not valid: NextToken");

/// Where a page ended, and of whose list: the caller and the filters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Page {
    who: usize,
    filters: Vec<(&'static str, String)>,
    /// Start and id of its last item.
    after: (u64, String),
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
}

/// The filters of a request: everything but where the page is and how long.
fn filters(sent: &Sent) -> Vec<(&'static str, String)> {
    let mut filters: Vec<_> =
        sent.pairs.iter().filter(|(name, _)| !matches!(*name, "NextToken" | "MaxResults")).cloned().collect();
    filters.sort();
    filters
}

/// What a list of these answers.
pub(super) fn list(reservations: &[Reservation], sent: &Sent, pages: &Pages) -> Told {
    let token = value(sent, "NextToken").filter(|token| !token.is_empty());
    let page = match token.map(|token| pages.0.get(token)) {
        None => None,
        Some(Some(page)) if page.who == sent.who && page.filters == filters(sent) => Some(page),
        Some(_) => return REFUSED,
    };
    let status = value(sent, "Status").unwrap_or_default();
    if !status.is_empty() && !STATUSES.contains(&status) {
        return Told::Refused("InvalidParameter", "The specified parameter is not valid: Status");
    }
    let mut all: Vec<&Reservation> =
        reservations.iter().filter(|it| it.owner == sent.who && matches(it, sent, status)).collect();
    all.sort_by_key(|it| (it.start, it.id.clone()));
    let size = value(sent, "MaxResults").map_or(10, |text| number(Some(text)));
    let after = |it: &&&Reservation| page.is_none_or(|page| (it.start, it.id.clone()) > page.after);
    let rest: Vec<&Reservation> = all.iter().filter(after).copied().collect();
    let shown: Vec<&Reservation> = rest.iter().take(usize::try_from(size).unwrap_or(0)).copied().collect();
    match shown.last().filter(|_| shown.len() < rest.len()) {
        None => Told::Done(answers::list(all.len(), size, "", &shown)),
        Some(last) => {
            let page = Page { who: sent.who, filters: filters(sent), after: (last.start, last.id.clone()) };
            Told::Page(answers::list(all.len(), size, TOKEN, &shown), page)
        }
    }
}

fn matches(it: &Reservation, sent: &Sent, status: &str) -> bool {
    let active = it.released.is_none();
    let by_status = match status {
        "" => active,
        "All" => true,
        "Active" => active,
        "Released" => !active,
        _ => false,
    };
    let tag = value(sent, "Tag.1.Key").is_none_or(|key| {
        it.tags.get(key).is_some_and(|held| value(sent, "Tag.1.Value").is_none_or(|wanted| wanted == held))
    });
    let ids = value(sent, "PrivatePoolOptions.Ids");
    by_status
        && tag
        && value(sent, "ZoneId").is_none_or(|zone| zone == it.zone)
        // Filtered by type, only what is Active is seen, unless ids are given too.
        && value(sent, "InstanceType").is_none_or(|kind| kind == it.instance_type && (active || ids.is_some()))
        && ids.is_none_or(|ids| ids.contains(&format!("\"{}\"", it.id)))
}

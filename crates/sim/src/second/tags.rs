//! Tags of reservations.

use super::answers;
use super::reservations::{Model, Outcome, value};
use crate::judge::Sent;
use std::collections::BTreeMap;

const NOT_FOUND: (&str, &str) =
    ("InvalidResourceId.NotFound", "The specified ResourceIds are not found in our records.");

/// The tag that a request gives.
pub(super) fn given(sent: &Sent) -> BTreeMap<String, String> {
    let key = value(sent, "Tag.1.Key").map(str::to_owned);
    key.map(|key| (key, value(sent, "Tag.1.Value").unwrap_or_default().to_owned())).into_iter().collect()
}

pub(super) fn tag(model: &mut Model, sent: &Sent) -> Outcome {
    let id = value(sent, "ResourceId.1");
    let found = model.reservations.iter_mut().find(|it| Some(it.id.as_str()) == id && it.owner == sent.who);
    let it = found.ok_or(NOT_FOUND)?;
    let before = it.tags.clone();
    it.tags.extend(given(sent));
    Ok((answers::NOTHING.to_owned(), it.tags != before))
}

/// All tags at once.
pub(super) fn untag(model: &mut Model, sent: &Sent) -> Outcome {
    let id = value(sent, "ResourceId.1");
    let found = model.reservations.iter_mut().find(|it| Some(it.id.as_str()) == id && it.owner == sent.who);
    let it = found.ok_or(NOT_FOUND)?;
    let changed = !it.tags.is_empty();
    it.tags.clear();
    Ok((answers::NOTHING.to_owned(), changed))
}

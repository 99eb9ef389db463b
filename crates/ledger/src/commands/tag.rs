//! Put tags on reservations, and take them off: all of the named ones, or none.

use super::Command;
use crate::limits::TAGS_MAX;
use crate::{AccountId, Entry, Ledger, Moment, Reservation, ReservationId, Tag};

/// Adds tags, or overwrites those of the same key, on each of these reservations.
#[derive(Clone, Debug)]
pub struct Tags {
    /// On which.
    pub ids: Vec<ReservationId>,
    /// Who asks.
    pub by: AccountId,
    /// With unique keys.
    pub tags: Vec<Tag>,
}

/// Takes tags off each of these reservations.
#[derive(Clone, Debug)]
pub struct Untag {
    /// From which.
    pub ids: Vec<ReservationId>,
    /// Who asks.
    pub by: AccountId,
    /// These keys; nothing given: every tag.
    pub keys: Option<Vec<Box<str>>>,
}

/// Why tags cannot be changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TagRefusal {
    /// The asker has none of one of the ids.
    NotFound(ReservationId),
    /// This one would have more than [`TAGS_MAX`] tags.
    TooMany(ReservationId),
}

fn owned<'a>(ledger: &'a Ledger, id: &ReservationId, by: &AccountId) -> Result<&'a Reservation, TagRefusal> {
    ledger.reservation(id).filter(|found| found.owner == *by).ok_or(TagRefusal::NotFound(*id))
}

impl Command for Tags {
    type Done = ();
    type Refusal = TagRefusal;

    fn decide(&self, ledger: &Ledger, _: Moment) -> Result<(Vec<Entry>, ()), TagRefusal> {
        let mut entries = Vec::new();
        for id in &self.ids {
            let reservation = owned(ledger, id, &self.by)?;
            let kept = reservation.tags.iter().filter(|tag| self.tags.iter().all(|new| new.key != tag.key));
            if kept.count() + self.tags.len() > TAGS_MAX {
                return Err(TagRefusal::TooMany(*id));
            }
            entries.push(Entry::Tagged { id: *id, tags: self.tags.clone() });
        }
        Ok((entries, ()))
    }
}

impl Command for Untag {
    type Done = ();
    type Refusal = TagRefusal;

    fn decide(&self, ledger: &Ledger, _: Moment) -> Result<(Vec<Entry>, ()), TagRefusal> {
        let mut entries = Vec::new();
        for id in &self.ids {
            let tags = owned(ledger, id, &self.by)?.tags.iter();
            let gone = tags.filter(|tag| self.keys.as_ref().is_none_or(|keys| keys.contains(&tag.key)));
            let keys: Vec<_> = gone.map(|tag| tag.key.clone()).collect();
            if !keys.is_empty() {
                entries.push(Entry::Untagged { id: *id, keys });
            }
        }
        Ok((entries, ()))
    }
}

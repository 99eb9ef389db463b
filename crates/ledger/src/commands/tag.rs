//! Put tags on reservations and instances, and take them off: all of the named ones, or none.

use super::Command;
use crate::limits::TAGS_MAX;
use crate::{AccountId, Entry, InstanceId, Ledger, Moment, ReservationId, Tag};

/// What can have tags.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tagged {
    /// A reservation.
    Reservation(ReservationId),
    /// An instance.
    Instance(InstanceId),
}

/// Adds tags, or overwrites those of the same key, on each of these.
#[derive(Clone, Debug)]
pub struct Tags {
    /// On which.
    pub ids: Vec<Tagged>,
    /// Who asks.
    pub by: AccountId,
    /// With unique keys.
    pub tags: Vec<Tag>,
}

/// Takes tags off each of these.
#[derive(Clone, Debug)]
pub struct Untag {
    /// From which.
    pub ids: Vec<Tagged>,
    /// Who asks.
    pub by: AccountId,
    /// These keys; nothing given: every tag.
    pub keys: Option<Vec<Box<str>>>,
}

/// Why tags cannot be changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TagRefusal {
    /// The asker has none of one of the ids.
    NotFound(Tagged),
    /// This one would have more than [`TAGS_MAX`] tags.
    TooMany(Tagged),
}

/// The tags of something that the asker owns.
fn tags_of<'a>(ledger: &'a Ledger, id: &Tagged, by: &AccountId) -> Result<&'a [Tag], TagRefusal> {
    let found = match id {
        Tagged::Reservation(id) => ledger.reservation(id).map(|it| (&it.owner, &it.tags)),
        Tagged::Instance(id) => ledger.instance(id).map(|it| (&it.owner, &it.tags)),
    };
    found.filter(|(owner, _)| *owner == by).map(|(_, tags)| &**tags).ok_or(TagRefusal::NotFound(*id))
}

impl Command for Tags {
    type Done = ();
    type Refusal = TagRefusal;

    fn decide(&self, ledger: &Ledger, _: Moment) -> Result<(Vec<Entry>, ()), TagRefusal> {
        let mut entries = Vec::new();
        for id in &self.ids {
            let kept = tags_of(ledger, id, &self.by)?.iter();
            let kept = kept.filter(|tag| self.tags.iter().all(|new| new.key != tag.key));
            if kept.count() + self.tags.len() > TAGS_MAX {
                return Err(TagRefusal::TooMany(*id));
            }
            let tags = self.tags.clone();
            entries.push(match *id {
                Tagged::Reservation(id) => Entry::Tagged { id, tags },
                Tagged::Instance(id) => Entry::InstanceTagged { id, tags },
            });
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
            let tags = tags_of(ledger, id, &self.by)?.iter();
            let gone = tags.filter(|tag| self.keys.as_ref().is_none_or(|keys| keys.contains(&tag.key)));
            let keys: Vec<_> = gone.map(|tag| tag.key.clone()).collect();
            if keys.is_empty() {
                continue;
            }
            entries.push(match *id {
                Tagged::Reservation(id) => Entry::Untagged { id, keys },
                Tagged::Instance(id) => Entry::InstanceUntagged { id, keys },
            });
        }
        Ok((entries, ()))
    }
}

//! Tags of reservations and instances.

use super::model::{Model, Outcome, Tags, done, done_if, given_tags, value};
use super::reservations::is_reservation;
use crate::judge::Sent;

const NOT_FOUND: (&str, &str) =
    ("InvalidResourceId.NotFound", "The specified ResourceIds are not found in our records.");

impl Model {
    /// The tags of the resource that a request names.
    fn tags_of(&mut self, sent: &Sent) -> Option<&mut Tags> {
        let id = value(sent, "ResourceId.1")?;
        match value(sent, "ResourceType") {
            Some("instance") => self.instance(sent.who, id).map(|at| &mut self.instances[at].tags),
            kind => {
                let wanted = kind == Some("capacityreservation");
                let at = self.reservation(sent.who, id);
                let at = at.filter(|at| is_reservation(&self.reservations[*at]) == wanted);
                at.map(|at| &mut self.reservations[at].tags)
            }
        }
    }

    /// TagResources.
    pub(super) fn tag(&mut self, sent: &Sent) -> Outcome {
        let tags = self.tags_of(sent).ok_or(NOT_FOUND)?;
        tags.extend(given_tags(sent));
        self.tagged(sent, &given_tags(sent));
        done()
    }

    /// UntagResources, all of them at once.
    pub(super) fn untag(&mut self, sent: &Sent) -> Outcome {
        let tags = self.tags_of(sent).ok_or(NOT_FOUND)?;
        let taken = std::mem::take(tags);
        if !taken.is_empty() {
            self.untagged(sent, &taken);
        }
        done_if(!taken.is_empty())
    }
}

//! Which reservation an instance takes: the one that it names, or the first of the open ones that match.

use super::faults::{NO_POOL, POOL_NOT_USABLE, POOL_OVER};
use super::model::{Fault, Mode, Model, Pool, Reservation, Tags, ZONES, given_tags, value};
use crate::judge::Sent;

const UNKNOWN_TYPE: (&str, &str) = (
    "InvalidInstanceType.ValueNotSupported",
    "The specified InstanceType does not exist or beyond the permitted range.",
);
const OTHER_TYPE: (&str, &str) = ("Invalid.InstanceType", "The InstanceType does not match the PrivatePool.");
const OTHER_ZONE: (&str, &str) = ("Invalid.ZoneId", "The ZoneId does not match the PrivatePool.");
const USED_UP: (&str, &str) = ("Invalid.PrivatePoolOptions.NoStock", "The PrivatePool has been used up.");

/// What is to be placed.
#[derive(Clone, Debug)]
pub(super) struct Wish {
    pub(super) owner: usize,
    pub(super) pool: Pool,
    pub(super) instance_type: String,
    pub(super) size: u64,
    pub(super) mode: Mode,
    creation_tags: Tags,
}

impl Model {
    /// What a launch asks for. Without a zone it is that of the reservation that is named.
    pub(super) fn wish(&self, sent: &Sent, now: u64) -> Result<Wish, Fault> {
        let mode = match value(sent, "PrivatePoolOptions.MatchCriteria") {
            Some("Target") => Mode::Target(value(sent, "PrivatePoolOptions.Id").unwrap_or_default().to_owned()),
            Some("Open") => Mode::Open,
            _ => Mode::None,
        };
        let named = match &mode {
            Mode::Target(id) => self.reservation(sent.who, id).map(|at| self.reservations[at].pool.zone.as_str()),
            _ => None,
        };
        let zone = value(sent, "ZoneId").or(named).unwrap_or(ZONES[0]).to_owned();
        let instance_type = value(sent, "InstanceType").unwrap_or_default();
        let (class, size) = self.found.measured(instance_type).ok_or(UNKNOWN_TYPE)?;
        let wish = Wish {
            owner: sent.who,
            pool: Pool { zone, class: class.to_owned() },
            instance_type: instance_type.to_owned(),
            size,
            mode,
            creation_tags: given_tags(sent),
        };
        self.check_target(&wish, now)?;
        Ok(wish)
    }

    /// What an instance asks for when it is started again.
    pub(super) fn wish_of(&self, at: usize) -> Wish {
        let it = &self.instances[at];
        Wish {
            owner: it.owner,
            pool: it.pool.clone(),
            instance_type: it.instance_type.clone(),
            size: it.size,
            mode: it.mode.clone(),
            creation_tags: it.creation_tags.clone(),
        }
    }

    /// Whether the reservation that is named is one for this instance.
    pub(super) fn check_target(&self, wish: &Wish, now: u64) -> Result<(), Fault> {
        let Mode::Target(id) = &wish.mode else { return Ok(()) };
        let at = self.reservation(wish.owner, id).ok_or(NO_POOL)?;
        let it = &self.reservations[at];
        if !it.is_active() {
            return Err(POOL_OVER.into());
        }
        if it.instance_type != wish.instance_type {
            return Err(OTHER_TYPE.into());
        }
        if it.pool.zone != wish.pool.zone {
            return Err(OTHER_ZONE.into());
        }
        if !it.is_usable(now) {
            return Err(POOL_NOT_USABLE.into());
        }
        Ok(())
    }

    /// The reservation whose slot is taken; none: open capacity. Of several open ones that which ends first, then has the least
    /// unused, then is the oldest.
    pub(super) fn slot_for(&self, wish: &Wish, now: u64) -> Result<Option<String>, Fault> {
        let unused = |it: &Reservation| it.count.saturating_sub(self.used(&it.id));
        match &wish.mode {
            Mode::None => Ok(None),
            Mode::Target(id) => {
                let at = self.reservation(wish.owner, id).ok_or(NO_POOL)?;
                let left = unused(&self.reservations[at]);
                if left == 0 { Err(USED_UP.into()) } else { Ok(Some(id.clone())) }
            }
            Mode::Open => {
                let open = self.reservations.iter().filter(|it| {
                    it.owner == wish.owner
                        && it.pool.zone == wish.pool.zone
                        && it.instance_type == wish.instance_type
                        && it.matching == "Open"
                        && it.is_active()
                        && it.is_usable(now)
                        && it.creation_tags == wish.creation_tags
                        && unused(it) > 0
                });
                let first = open.min_by_key(|it| (it.end.unwrap_or(u64::MAX), unused(it), it.made, it.id.clone()));
                Ok(first.map(|it| it.id.clone()))
            }
        }
    }
}

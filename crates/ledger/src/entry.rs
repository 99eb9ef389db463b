//! The facts of a region: what happened, with everything needed to apply it again without any rule of admission.

use crate::{ClassName, End, HostId, Moment, Reservation, ReservationId, Tag, Why, ZoneName};

/// One fact. A journal is a sequence of them, a checkpoint too; their numbers on disk are the `store` crate's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// From now on pools of this class count in these rungs (units, ascending, each dividing the next, the first 1).
    LadderSet {
        /// Whose pools.
        class: ClassName,
        /// The rungs.
        rungs: Vec<u32>,
    },
    /// A host came.
    HostAdded {
        /// Its name, unique in the region.
        host: HostId,
        /// Where it stands.
        zone: ZoneName,
        /// Of which class.
        class: ClassName,
        /// How many units it holds; 1 or more.
        units: u32,
    },
    /// A host went, with whatever it supplied.
    HostRemoved {
        /// Which.
        host: HostId,
    },
    /// A reservation as it stands: made just now, or kept by a checkpoint (then perhaps released already).
    Reserved(Box<Reservation>),
    /// Something about a reservation changed; absent means unchanged.
    Modified {
        /// Which.
        id: ReservationId,
        /// New display name.
        name: Option<Box<str>>,
        /// New free text.
        description: Option<Box<str>>,
        /// New end.
        end: Option<End>,
        /// New number of instances.
        count: Option<u32>,
    },
    /// A reservation ended.
    Released {
        /// Which.
        id: ReservationId,
        /// When.
        at: Moment,
        /// How.
        why: Why,
    },
    /// Tags were added or overwritten.
    Tagged {
        /// On which.
        id: ReservationId,
        /// Which tags.
        tags: Vec<Tag>,
    },
    /// Tags were taken off.
    Untagged {
        /// From which.
        id: ReservationId,
        /// By key; keys it does not have are passed over.
        keys: Vec<Box<str>>,
    },
    /// A released reservation is no longer remembered.
    Forgotten {
        /// Which.
        id: ReservationId,
    },
}

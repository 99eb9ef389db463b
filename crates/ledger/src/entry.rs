//! The facts of a region: what happened, with everything needed to apply it again without any rule of admission.

use crate::{
    Attachment, ClassName, End, HostId, HostState, Instance, InstanceId, Moment, Period, Place, Renewal, Reservation,
    ReservationId, Rule, Tag, Why, ZoneName,
};

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
    /// A host was taken out of service, or put back.
    HostMarked {
        /// Which.
        host: HostId,
        /// What it is from now on.
        state: HostState,
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
    /// A window was moved: it is for these moments now.
    Rescheduled {
        /// Which.
        id: ReservationId,
        /// When it begins.
        starts: Moment,
        /// When it ends.
        end: Moment,
    },
    /// A reservation that waited for its beginning is in effect.
    Began {
        /// Which.
        id: ReservationId,
        /// When.
        at: Moment,
    },
    /// The instances of a window were given notice that they will be reclaimed.
    Noticed {
        /// Which.
        id: ReservationId,
        /// When.
        at: Moment,
    },
    /// An assurance was renewed: it ends later.
    Renewed {
        /// Which.
        id: ReservationId,
        /// For how long.
        period: Period,
        /// When it ends now.
        end: Moment,
    },
    /// What is to happen when the period of an assurance is over.
    RenewalSet {
        /// Of which.
        id: ReservationId,
        /// What.
        renewal: Renewal,
    },
    /// An assurance may be used at other hours.
    RulesSet {
        /// Which.
        id: ReservationId,
        /// At these alone.
        rules: Box<[Rule]>,
    },
    /// A reservation ended. Its unused slots are free; its instances are open use from now on.
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
    /// An instance as it stands: launched just now, or kept by a checkpoint.
    Launched(Box<Instance>),
    /// An instance runs again.
    Started {
        /// Which.
        id: InstanceId,
        /// When.
        at: Moment,
        /// Where, if it held nothing before.
        place: Option<Place>,
    },
    /// An instance stopped.
    Stopped {
        /// Which.
        id: InstanceId,
        /// When.
        at: Moment,
        /// What becomes of its place.
        how: Halt,
    },
    /// An instance may use other reservations from now on, and perhaps stands in another slot of its host.
    Attached {
        /// Which.
        id: InstanceId,
        /// Which it may use.
        attachment: Attachment,
        /// Its place from now on, on the same host; nothing if it holds none.
        place: Option<Place>,
    },
    /// Tags of an instance were added or overwritten.
    InstanceTagged {
        /// On which.
        id: InstanceId,
        /// Which tags.
        tags: Vec<Tag>,
    },
    /// Tags of an instance were taken off.
    InstanceUntagged {
        /// From which.
        id: InstanceId,
        /// By key; keys it does not have are passed over.
        keys: Vec<Box<str>>,
    },
    /// An instance is gone.
    Deleted {
        /// Which.
        id: InstanceId,
        /// When.
        at: Moment,
    },
}

/// How an instance stops.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Halt {
    /// Its place is kept for it.
    Keeping,
    /// It gives its place back.
    Giving,
    /// Its place is taken from it: its window is over.
    Reclaimed,
}

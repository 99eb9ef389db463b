//! What an instance is: something that runs on a host, perhaps in a slot of a reservation. Berth decides whether and
//! where it may run; who operates the hosts starts it there.

use crate::{AccountId, ClassName, HostId, InstanceId, Moment, Platform, ReservationId, Tag, TypeName, ZoneName};

/// Which reservations it may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Attachment {
    /// None: open capacity only.
    None,
    /// Any open one that matches; open capacity if there is none.
    Open,
    /// This one or nothing.
    Target(ReservationId),
}

/// Why it stands in the slot it stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Choice {
    /// It named the reservation.
    Named,
    /// Among so many open reservations that matched and had a slot left this one came first: it ends first, then has
    /// the least unused, then is the oldest.
    First {
        /// How many there were.
        among: u32,
    },
    /// It would have taken a reservation, but no open one that matches had a slot left.
    NoneMatched,
    /// It takes no reservation.
    NotAsked,
}

/// Where an instance stands, and in whose slot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// On which host.
    pub host: HostId,
    /// Units of the host that are kept for it: its size; in a reservation the rung that the reservation promised, so
    /// that the slot is whole again when the instance leaves it.
    pub units: u32,
    /// In a slot of this reservation; none: open capacity.
    pub reservation: Option<ReservationId>,
    /// Why there.
    pub choice: Choice,
}

/// What an instance is doing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// It runs.
    Running(Place),
    /// It does not run, and its place is kept for it (wire: `KeepCharging`).
    Stopped(Place),
    /// It does not run and holds nothing (wire: `StopCharging`).
    Parked {
        /// It was made to leave: its window was over.
        reclaimed: bool,
    },
}

/// How it is paid for. Berth bills nobody; reservations only match what is paid by use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Charge {
    /// By use.
    PostPaid,
    /// For a period in advance.
    PrePaid,
}

/// Texts by name, in order.
pub type Carried = Box<[(Box<str>, Box<str>)]>;

/// An instance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Instance {
    /// Its id.
    pub id: InstanceId,
    /// Whose it is.
    pub owner: AccountId,
    /// Where.
    pub zone: ZoneName,
    /// The class of hosts its type is offered on.
    pub class: ClassName,
    /// The instance type.
    pub instance_type: TypeName,
    /// Units it needs, as the type was when it was launched; at least 1.
    pub size: u32,
    /// Its operating system.
    pub platform: Platform,
    /// How it is paid for.
    pub charge: Charge,
    /// Whether it may be taken away at any time: such instances never use a reservation.
    pub spot: bool,
    /// Which reservations it may use.
    pub attachment: Attachment,
    /// Display name.
    pub name: Box<str>,
    /// What the caller said of it that Berth does not act on (image, network, disks), by name, in order.
    pub carried: Carried,
    /// Tags now.
    pub tags: Box<[Tag]>,
    /// Tags from the hour of its creation: these steer the matching, later edits do not.
    pub creation_tags: Box<[Tag]>,
    /// When it was made.
    pub made: Moment,
    /// When it was last started; never, if nothing.
    pub started: Option<Moment>,
    /// What it is doing.
    pub state: State,
}

impl Instance {
    /// Where it stands; nothing if it holds nothing.
    #[must_use]
    pub const fn place(&self) -> Option<&Place> {
        match &self.state {
            State::Running(place) | State::Stopped(place) => Some(place),
            State::Parked { .. } => None,
        }
    }

    /// The reservation whose slot it is in.
    #[must_use]
    pub fn reservation(&self) -> Option<ReservationId> {
        self.place().and_then(|place| place.reservation)
    }

    /// Whether it runs.
    #[must_use]
    pub const fn runs(&self) -> bool {
        matches!(self.state, State::Running(_))
    }

    pub(crate) const fn place_mut(&mut self) -> Option<&mut Place> {
        match &mut self.state {
            State::Running(place) | State::Stopped(place) => Some(place),
            State::Parked { .. } => None,
        }
    }
}

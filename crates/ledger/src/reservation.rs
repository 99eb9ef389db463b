//! What a reservation is. Its words on the wire are the `api` crate's.

use crate::{AccountId, Assurance, ClassName, End, Moment, ReservationId, Tag, TypeName, Window, ZoneName};

/// Which instances may use it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum MatchCriteria {
    /// Any that matches.
    Open,
    /// Only those that name it.
    Target,
}

/// Operating system kind of the instances it is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Platform {
    /// Linux.
    Linux,
    /// Windows.
    Windows,
}

/// Why a reservation ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// Its owner released it.
    ByHand,
    /// Its end came.
    Expired,
}

/// Where a reservation stands in its life; each phase carries its own data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// Holds capacity from a later moment on, and waits for it.
    Prepared,
    /// Holds its capacity.
    Active,
    /// Over: holds nothing, for good.
    Released {
        /// When it ended.
        at: Moment,
        /// How.
        why: Why,
    },
}

/// How a reservation runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Course {
    /// From the moment it is made. Its instances outlive it, so it counts for ever until it is released.
    Immediate,
    /// Exactly from its beginning to its end, at which its instances are reclaimed.
    Windowed {
        /// How long before its end notice is given to its instances, in seconds.
        notice_seconds: u64,
        /// Notice has been given.
        noticed: bool,
    },
    /// An elasticity assurance: for a period, perhaps from a later moment on. Its instances outlive it.
    Assured(Box<Assurance>),
}

/// N instances of a type, promised to an account in a zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reservation {
    /// Its id.
    pub id: ReservationId,
    /// Whose it is.
    pub owner: AccountId,
    /// Where.
    pub zone: ZoneName,
    /// The class of hosts its type is offered on.
    pub class: ClassName,
    /// The instance type.
    pub instance_type: TypeName,
    /// Units of one instance, as the type was when it was reserved; at least 1.
    pub size: u32,
    /// Instances promised, 1 or more.
    pub count: u32,
    /// Which instances may use it.
    pub matching: MatchCriteria,
    /// For which operating system.
    pub platform: Platform,
    /// Resource group; empty for none.
    pub group: Box<str>,
    /// Display name; empty for none.
    pub name: Box<str>,
    /// Free text; may be empty.
    pub description: Box<str>,
    /// Tags now.
    pub tags: Box<[Tag]>,
    /// Tags from the hour of its creation: these steer the matching, later edits do not.
    pub creation_tags: Box<[Tag]>,
    /// How it runs.
    pub course: Course,
    /// When it was made.
    pub made: Moment,
    /// When it begins, or began.
    pub starts: Moment,
    /// When it is to end.
    pub end: End,
    /// Where it stands.
    pub phase: Phase,
}

impl Reservation {
    /// Whether it holds capacity, now or later.
    #[must_use]
    pub const fn holds(&self) -> bool {
        matches!(self.phase, Phase::Active | Phase::Prepared)
    }

    /// For which window it counts when others ask. Where its instances outlive it, its end makes no difference.
    #[must_use]
    pub const fn counts_for(&self) -> Window {
        match (&self.course, self.end) {
            (Course::Windowed { .. }, End::At(end)) => Window { start: self.starts, end: Some(end) },
            _ => Window::from(self.starts),
        }
    }

    /// When its instances are reclaimed; never, if they outlive it.
    #[must_use]
    pub const fn reclaims_at(&self) -> Option<Moment> {
        self.counts_for().end
    }
}

//! Moments and windows: whole seconds, handed in from outside. Nothing here reads a clock.

/// Seconds since the epoch, UTC.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment(pub u64);

impl Moment {
    /// The moment `seconds` later; the last representable one if there is none.
    #[must_use]
    pub const fn plus(self, seconds: u64) -> Self {
        Self(self.0.saturating_add(seconds))
    }
}

/// When a reservation gives its capacity back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum End {
    /// At this moment, by itself (wire: `Limited`).
    At(Moment),
    /// Only when it is released by hand (wire: `Unlimited`).
    ByHand,
}

/// Half open: `start` belongs to it, `end` does not; without an end it lasts for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// The first moment of it.
    pub start: Moment,
    /// The first moment after it.
    pub end: Option<Moment>,
}

impl Window {
    /// From `start` on, for ever.
    #[must_use]
    pub const fn from(start: Moment) -> Self {
        Self { start, end: None }
    }
}

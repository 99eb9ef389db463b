//! Tags on reservations.

/// A key with a value, which may be empty. Within one reservation keys are unique.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Tag {
    /// 1 to 128 characters.
    pub key: Box<str>,
    /// 0 to 128 characters.
    pub value: Box<str>,
}

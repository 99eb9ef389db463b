//! Describing a record once, field by field, for both of its forms: bytes on disk and JSON in exports.
//! Knows neither form; those are `binary.rs` and `text.rs`.
//!
//! The order of fields is the layout on disk; their names are the layout in an export.

use crate::store::Failure;
use std::fmt;

/// What was found where a record was expected.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Malformed(pub Box<str>);

impl Malformed {
    pub(crate) fn new(what: impl fmt::Display) -> Self {
        Self(what.to_string().into())
    }

    /// The failure of a store that has this at a revision.
    #[must_use]
    pub fn at(&self, revision: u64) -> Failure {
        Failure::Damaged { file: "the store".into(), revision, what: self.to_string() }
    }
}

/// Codes on disk and words in exports of a choice. Codes are never changed and never reused.
pub(crate) type Words = [(u8, &'static str)];

/// Writes the inside of one item of a list.
pub(crate) type PutItem<'f> = dyn FnMut(usize, &mut dyn Sink) + 'f;
/// Reads the inside of one item of a list.
pub(crate) type TakeItem<'f> = dyn FnMut(&mut dyn Source) -> Result<(), Malformed> + 'f;

/// Takes the fields of a record, in order.
pub(crate) trait Sink {
    fn number(&mut self, name: &'static str, value: u64);
    fn flag(&mut self, name: &'static str, value: bool);
    fn text(&mut self, name: &'static str, value: &str);
    /// Bytes whose number the layout fixes.
    fn fixed(&mut self, name: &'static str, value: &[u8]);
    /// One of several words, by its code.
    fn word(&mut self, name: &'static str, words: &Words, code: u8);
    /// Items one after the other. An item with a single field named "" is that field itself.
    fn list(&mut self, name: &'static str, count: usize, item: &mut PutItem<'_>);
    /// An item that may be absent.
    fn maybe(&mut self, name: &'static str, present: bool, item: &mut PutItem<'_>);
}

/// Gives the fields back, in the same order.
pub(crate) trait Source {
    fn number(&mut self, name: &'static str) -> Result<u64, Malformed>;
    fn flag(&mut self, name: &'static str) -> Result<bool, Malformed>;
    fn text(&mut self, name: &'static str) -> Result<Box<str>, Malformed>;
    fn fixed(&mut self, name: &'static str, into: &mut [u8]) -> Result<(), Malformed>;
    fn word(&mut self, name: &'static str, words: &Words) -> Result<u8, Malformed>;
    fn list(&mut self, name: &'static str, item: &mut TakeItem<'_>) -> Result<(), Malformed>;
    fn maybe(&mut self, name: &'static str, item: &mut TakeItem<'_>) -> Result<(), Malformed>;
}

/// A record whose fields are described here.
pub(crate) trait Fields: Sized {
    fn put(&self, to: &mut dyn Sink);
    fn take(from: &mut dyn Source) -> Result<Self, Malformed>;
}

/// A number that has to fit in 32 bits.
pub(crate) fn take_u32(from: &mut dyn Source, name: &'static str) -> Result<u32, Malformed> {
    let wide = from.number(name)?;
    u32::try_from(wide).map_err(|_| Malformed::new(format!("{name}: {wide} is too large")))
}

/// Any number of records.
pub(crate) fn put_all<T: Fields>(to: &mut dyn Sink, name: &'static str, all: &[T]) {
    to.list(name, all.len(), &mut |at, item| {
        if let Some(it) = all.get(at) {
            it.put(item);
        }
    });
}

/// The reverse of [`put_all`].
pub(crate) fn take_all<T: Fields>(from: &mut dyn Source, name: &'static str) -> Result<Vec<T>, Malformed> {
    let mut all = Vec::new();
    from.list(name, &mut |item| {
        all.push(T::take(item)?);
        Ok(())
    })?;
    Ok(all)
}

/// A record that may be absent.
pub(crate) fn put_maybe<T: Fields>(to: &mut dyn Sink, name: &'static str, it: Option<&T>) {
    to.maybe(name, it.is_some(), &mut |_, item| {
        if let Some(it) = it {
            it.put(item);
        }
    });
}

/// The reverse of [`put_maybe`].
pub(crate) fn take_maybe<T: Fields>(from: &mut dyn Source, name: &'static str) -> Result<Option<T>, Malformed> {
    let mut found = None;
    from.maybe(name, &mut |item| {
        found = Some(T::take(item)?);
        Ok(())
    })?;
    Ok(found)
}

/// A text by itself is an item with one field.
impl Fields for Box<str> {
    fn put(&self, to: &mut dyn Sink) {
        to.text("", self);
    }
    fn take(from: &mut dyn Source) -> Result<Self, Malformed> {
        from.text("")
    }
}

/// A number by itself is an item with one field.
impl Fields for u32 {
    fn put(&self, to: &mut dyn Sink) {
        to.number("", u64::from(*self));
    }
    fn take(from: &mut dyn Source) -> Result<Self, Malformed> {
        take_u32(from, "")
    }
}

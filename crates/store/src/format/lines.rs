//! Facts, records and tokens as JSON values: what one line of an export holds.
//! Knows one value at a time; the order of lines is `tools/export.rs`'s.

use super::common::{put_moment, take_moment};
use super::fields::{Fields, Malformed, put_maybe, take_maybe};
use super::kinds::{Fact, PutFact, TakeFact, kind_name};
use super::text::Object;
use crate::{Origin, Record, Remembered};
use serde_json::{Map, Value};

/// A fact as an object with one member: its kind, with its fields inside.
#[must_use]
pub fn fact_to_json<E: Fact>(fact: &E) -> Value {
    let mut fields = Object::default();
    fact.put(&mut PutFact(&mut fields));
    Value::Object(Map::from_iter([(kind_name(fact).to_owned(), Value::Object(fields.0))]))
}

/// The reverse of [`fact_to_json`].
pub(crate) fn fact_from_json<E: Fact>(value: Value) -> Result<E, Malformed> {
    let Value::Object(object) = value else {
        return Err(Malformed::new("a fact should be an object"));
    };
    let mut members = object.into_iter();
    let (Some((name, Value::Object(fields))), None) = (members.next(), members.next()) else {
        return Err(Malformed::new("a fact should be an object with one member: its kind, and an object in it"));
    };
    let kind = E::KINDS.iter().find(|(_, known)| *known == name).map(|(number, _)| *number);
    let kind = kind.ok_or_else(|| Malformed::new(format!("kind {name:?} of fact is not known")))?;
    let mut fields = Object(fields);
    let fact = E::take(kind, &mut TakeFact(&mut fields))?;
    fields.end()?;
    Ok(fact)
}

/// A remembered client token as an object.
pub(crate) fn remembered_to_json(it: &Remembered) -> Value {
    let mut fields = Object::default();
    it.put(&mut fields);
    Value::Object(fields.0)
}

/// The reverse of [`remembered_to_json`].
pub(crate) fn remembered_from_json(value: Value) -> Result<Remembered, Malformed> {
    let mut fields = Object::from_item(value);
    let it = Remembered::take(&mut fields)?;
    fields.end()?;
    Ok(it)
}

/// Adds the fields of a record to an object.
pub(crate) fn record_to_json<E: Fact>(record: &Record<E>, to: &mut Object) {
    put_moment(to, "at", record.at);
    record.origin.put(to);
    let entries: Vec<Value> = record.entries.iter().map(fact_to_json).collect();
    to.0.insert("entries".to_owned(), entries.into());
    put_maybe(to, "remembered", record.remembered.as_ref());
}

/// The reverse of [`record_to_json`]: takes its fields out of the object.
pub(crate) fn record_from_json<E: Fact>(from: &mut Object) -> Result<Record<E>, Malformed> {
    let (at, origin) = (take_moment(from, "at")?, Origin::take(from)?);
    let Value::Array(entries) = from.get("entries")? else {
        return Err(Malformed::new("\"entries\" should be a list"));
    };
    let entries: Result<Vec<E>, Malformed> = entries.into_iter().map(fact_from_json).collect();
    Ok(Record { at, origin, entries: entries?, remembered: take_maybe(from, "remembered")? })
}

//! The layout of a batch: the body of one frame of the journal.
//!
//! ```text
//! format     1 byte, 1
//! records    list of:
//!   at           number, seconds since the epoch
//!   origin       see origin.rs
//!   entries      list of: kind 1 byte, then the layout of that kind
//!   remembered   maybe: see origin.rs
//! ```
//! Revision and id of the batch are the frame's.

use super::binary::Bytes;
use super::common::{put_moment, take_moment};
use super::fields::{Fields, Malformed, Sink, Source, put_maybe, take_maybe};
use super::kinds::{Fact, PutFact, TakeFact};
use crate::{Batch, Frame, Origin, Record};

const FORMAT: u8 = 1;

/// Writes facts, each with its kind before it.
pub(super) fn put_facts<E: Fact>(to: &mut Vec<u8>, facts: &[E]) {
    to.list("entries", facts.len(), &mut |at, item| {
        if let Some(fact) = facts.get(at) {
            item.fixed("kind", &[fact.kind()]);
            fact.put(&mut PutFact(item));
        }
    });
}

/// The reverse of [`put_facts`].
pub(super) fn take_facts<E: Fact>(from: &mut dyn Source) -> Result<Vec<E>, Malformed> {
    let mut facts = Vec::new();
    from.list("entries", &mut |item| {
        let mut kind = [0];
        item.fixed("kind", &mut kind)?;
        facts.push(E::take(kind[0], &mut TakeFact(item))?);
        Ok(())
    })?;
    Ok(facts)
}

/// The frame that keeps a batch.
#[must_use]
pub fn encode_batch<E: Fact>(batch: &Batch<E>) -> Frame {
    let mut body = vec![FORMAT];
    body.number("records", u64::try_from(batch.records.len()).unwrap_or(u64::MAX));
    for record in &batch.records {
        put_moment(&mut body, "at", record.at);
        record.origin.put(&mut body);
        put_facts(&mut body, &record.entries);
        put_maybe(&mut body, "remembered", record.remembered.as_ref());
    }
    Frame { revision: batch.revision, batch: batch.id, body }
}

/// The batch that a frame keeps.
///
/// # Errors
/// When the body is not one that [`encode_batch`] of this or an earlier version wrote.
pub fn decode_batch<E: Fact>(frame: &Frame) -> Result<Batch<E>, Malformed> {
    let mut from = Bytes(&frame.body);
    let mut format = [0];
    from.fixed("format", &mut format)?;
    if format[0] != FORMAT {
        return Err(Malformed::new(format!("batch format {} is not known; use a newer version of Berth", format[0])));
    }
    let mut records = Vec::new();
    from.list("records", &mut |item| {
        records.push(Record {
            at: take_moment(item, "at")?,
            origin: Origin::take(item)?,
            entries: take_facts(item)?,
            remembered: take_maybe(item, "remembered")?,
        });
        Ok(())
    })?;
    from.end()?;
    Ok(Batch { revision: frame.revision, id: frame.batch, records })
}

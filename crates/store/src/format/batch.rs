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
use crate::{Batch, BatchId, Frame, Origin, Record};
use std::collections::VecDeque;

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

/// Records that are written down as they come, until a batch is made of them. By then their facts need not be there
/// any more.
#[derive(Debug, Default)]
pub struct Written {
    bytes: Vec<u8>,
    /// Where each record ends, counted from the first that was ever written.
    ends: VecDeque<usize>,
    taken: usize,
}

impl Written {
    /// Writes one more.
    pub fn push<E: Fact>(&mut self, record: &Record<E>) {
        put_moment(&mut self.bytes, "at", record.at);
        record.origin.put(&mut self.bytes);
        put_facts(&mut self.bytes, &record.entries);
        put_maybe(&mut self.bytes, "remembered", record.remembered.as_ref());
        self.ends.push_back(self.taken + self.bytes.len());
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Makes a frame of the first of them, as many as are no longer than `bytes_max` together and one at the least;
    /// says how many those are.
    pub fn take(&mut self, revision: u64, batch: BatchId, bytes_max: usize) -> (Frame, usize) {
        let fit = self.ends.partition_point(|end| end - self.taken <= bytes_max);
        let count = fit.max(1).min(self.ends.len());
        let end = self.ends.drain(..count).next_back().unwrap_or(self.taken);
        let length = end - self.taken;
        self.taken = end;
        let mut body = Vec::with_capacity(length + 16);
        body.push(FORMAT);
        body.number("records", u64::try_from(count).unwrap_or(u64::MAX));
        body.extend(self.bytes.drain(..length));
        (Frame { revision, batch, body }, count)
    }
}

/// The frame that keeps a batch.
#[must_use]
pub fn encode_batch<E: Fact>(batch: &Batch<E>) -> Frame {
    let mut written = Written::default();
    batch.records.iter().for_each(|record| written.push(record));
    written.take(batch.revision, batch.id, usize::MAX).0
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

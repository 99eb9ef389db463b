//! A data folder as text: one JSON value a line. The format is described in docs/manual/store.md.
//! Knows the order of lines; what is in one is `format/lines.rs`'s.

use super::{DIRECTORY, Progress, Steps, undecodable};
use crate::embedded::Embedded;
use crate::format::{Fact, Object, decode_batch, decode_chunk, fact_to_json, hex, record_to_json, remembered_to_json};
use crate::store::{Failure, Frame, Head, Loaded, Store};
use crate::{DataFolder, Piece};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::io::Write;

/// The version of the text format.
pub(super) const VERSION: u64 = 1;

/// What was exported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exported {
    /// The stores, by name, with the head of each.
    pub stores: Vec<(String, Head)>,
    /// Lines written.
    pub lines: u64,
}

/// Writes lines, counting and digesting them.
struct Lines<'w> {
    out: &'w mut dyn Write,
    digest: Sha256,
    count: u64,
}

impl Lines<'_> {
    fn line(&mut self, value: &Value) -> Result<(), Failure> {
        let mut text = value.to_string();
        text.push('\n');
        self.digest.update(text.as_bytes());
        self.count += 1;
        self.out.write_all(text.as_bytes()).map_err(|it| failed(&it))
    }
}

fn failed(error: &std::io::Error) -> Failure {
    Failure::Medium { file: "the export".into(), what: error.to_string() }
}

/// Writes all stores of a data folder as text, one after the other. The text holds the secrets of all keys.
///
/// # Errors
/// When a store cannot be read or is damaged, or the text cannot be written.
pub fn export(data: &DataFolder, out: &mut dyn Write, progress: &mut Progress<'_>) -> Result<Exported, Failure> {
    let mut lines = Lines { out, digest: Sha256::new(), count: 0 };
    lines.line(&json!({ "berth-export": VERSION }))?;
    let mut stores = Vec::new();
    for name in data.regions()? {
        let store = data.region(&name)?;
        let mut steps = Steps { store: &name, done: 0, progress };
        let head = if name == DIRECTORY {
            write::<ledger::directory::Entry>(&store, &mut lines, &mut steps)?
        } else {
            write::<ledger::Entry>(&store, &mut lines, &mut steps)?
        };
        stores.push((name, head));
    }
    let digest = hex(&lines.digest.clone().finalize());
    let count = lines.count;
    lines.line(&json!({ "end": true, "lines": count, "sha256": digest }))?;
    lines.out.flush().map_err(|it| failed(&it))?;
    Ok(Exported { stores, lines: lines.count })
}

/// The whole journal where it goes back to the beginning; else the checkpoint and the journal after it.
fn write<E: Fact>(store: &Embedded, lines: &mut Lines<'_>, steps: &mut Steps<'_, '_>) -> Result<Head, Failure> {
    let head = store.head()?;
    let whole = match store.journal(1, &mut |frame| first(frame)) {
        Err(Failure::Caller(first)) => first == "1",
        other => {
            other?;
            head.revision == 0
        }
    };
    let checkpoint = store.checkpoint()?.filter(|_| !whole);
    lines.line(&json!({
        "store": steps.store,
        "holds": E::JOURNAL,
        "checkpoint": checkpoint.as_ref().map(head_to_json),
    }))?;
    if whole {
        store.journal(1, &mut |frame| {
            steps.step(frame.revision);
            batch::<E>(frame, lines).map(|()| crate::Control::Continue)
        })?;
        return Ok(head);
    }
    store.load(&mut |loaded| match loaded {
        Loaded::Chunk { revision, bytes } => {
            steps.step(0);
            chunk::<E>(revision, bytes, lines)
        }
        Loaded::Frame(frame) => {
            steps.step(frame.revision);
            batch::<E>(frame, lines)
        }
    })
}

/// Ends a visit at once with the first revision that the journal has.
fn first(frame: &Frame) -> Result<crate::Control, Failure> {
    Err(Failure::Caller(frame.revision.to_string()))
}

fn head_to_json(head: &Head) -> Value {
    json!({ "revision": head.revision, "batch": hex(&head.batch), "chain": hex(&head.chain) })
}

fn chunk<E: Fact>(revision: u64, bytes: &[u8], lines: &mut Lines<'_>) -> Result<(), Failure> {
    for piece in decode_chunk::<E>(bytes).map_err(|it| undecodable(revision, &it))? {
        match piece {
            Piece::Entries(facts) => {
                facts.iter().try_for_each(|fact| lines.line(&json!({ "entry": fact_to_json(fact) })))?;
            }
            Piece::Remembered(tokens) => {
                tokens.iter().try_for_each(|it| lines.line(&json!({ "remembered": remembered_to_json(it) })))?;
            }
            Piece::Latest(at) => lines.line(&json!({ "latest": at.0 }))?,
        }
    }
    Ok(())
}

fn batch<E: Fact>(frame: &Frame, lines: &mut Lines<'_>) -> Result<(), Failure> {
    let batch = decode_batch::<E>(frame).map_err(|it| undecodable(frame.revision, &it))?;
    let of = batch.records.len();
    let place =
        |record: usize| json!({ "revision": batch.revision, "batch": hex(&batch.id), "record": record, "of": of });
    if of == 0 {
        lines.line(&place(0))?;
    }
    for (at, record) in batch.records.iter().enumerate() {
        let Value::Object(fields) = place(at + 1) else { continue };
        let mut object = Object(fields);
        record_to_json(record, &mut object);
        lines.line(&Value::Object(object.0))?;
    }
    Ok(())
}

//! The reverse of an export: a new data folder from text, wholly or not at all.
//! Checks line by line; whatever is wrong is told with the number of its line.

use super::export::VERSION;
use super::{DIRECTORY, Progress, Steps};
use crate::embedded::{Embedded, check_name, make_folder, medium_failure, sync_folder};
use crate::format::{
    Chunks, Fact, Malformed, Object, encode_batch, fact_from_json, hex, record_from_json, remembered_from_json, unhex,
};
use crate::store::{Appended, Failure, Head, Store};
use crate::{Batch, BatchId, DataFolder, Piece, Record};
use ledger::Moment;
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::fs;
use std::io::{self, BufRead, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Longest line, in bytes.
const LINE_BYTES_MAX: u64 = 32 << 20;

/// What was imported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Imported {
    /// The stores, by name, with the head of each.
    pub stores: Vec<(String, Head)>,
    /// Lines read.
    pub lines: u64,
}

/// Makes a data folder from the text of an export. `folder` must be missing or empty. Everything is written to a folder
/// beside it, which gets its name when all of it is there and durable; after a failure `folder` is as it was.
///
/// # Errors
/// When the folder is not empty, a line is wrong (with its number), the text ends too early, or writing fails.
pub fn import(folder: &Path, input: &mut dyn BufRead, progress: &mut Progress<'_>) -> Result<Imported, Failure> {
    if fs::read_dir(folder).is_ok_and(|mut inside| inside.next().is_some()) {
        let text = format!("{} is not empty; import into a folder that is missing or empty", folder.display());
        return Err(Failure::Caller(text));
    }
    let name = folder.file_name().ok_or_else(|| Failure::Caller("the folder needs a name".into()))?;
    let parent = match folder.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_path_buf(),
        _ => PathBuf::from("."),
    };
    let beside = parent.join(format!("{}.importing", name.to_string_lossy()));
    make_folder(&parent)?;
    // The lock is taken before what an earlier, failed import left is removed: it might not have failed yet.
    let data = DataFolder::open(&beside)?;
    empty(&data)?;
    let done = read_all(&data, input, progress);
    if done.is_err() {
        // Best effort: the next import removes it too.
        let _ = fs::remove_dir_all(&beside);
        return done;
    }
    sync_folder(&beside)?;
    fs::rename(&beside, folder).map_err(|it| medium_failure(folder, &it))?;
    sync_folder(&parent)?;
    done
}

fn empty(data: &DataFolder) -> Result<(), Failure> {
    data.regions()?.into_iter().try_for_each(|name| {
        let path = data.path().join(name);
        fs::remove_dir_all(&path).map_err(|it| medium_failure(&path, &it))
    })
}

/// The lines of the text, with what the last of them is to confirm.
struct Text<'r> {
    input: &'r mut dyn BufRead,
    digest: Sha256,
    number: u64,
}

impl Text<'_> {
    fn wrong(&self, what: impl std::fmt::Display) -> Failure {
        Failure::Caller(format!("line {}: {what}", self.number))
    }

    /// The next line as an object. The digest is the one before this line.
    fn next(&mut self) -> Result<(Object, [u8; 32]), Failure> {
        self.number += 1;
        let before = self.digest.clone().finalize().into();
        let mut line = Vec::new();
        let read = Read::take(&mut *self.input, LINE_BYTES_MAX).read_until(b'\n', &mut line);
        read.map_err(|it: io::Error| self.wrong(it))?;
        if line.last() != Some(&b'\n') {
            return Err(self.wrong(if line.is_empty() {
                "the export ends too early"
            } else {
                "the line is cut short"
            }));
        }
        self.digest.update(&line);
        match serde_json::from_slice(&line) {
            Ok(Value::Object(fields)) => Ok((Object(fields), before)),
            Ok(_) => Err(self.wrong("not a JSON object")),
            Err(error) => Err(self.wrong(error)),
        }
    }
}

fn read_all(data: &DataFolder, input: &mut dyn BufRead, progress: &mut Progress<'_>) -> Result<Imported, Failure> {
    let mut text = Text { input, digest: Sha256::new(), number: 0 };
    let (mut first, _) = text.next()?;
    if first.get("berth-export").ok().as_ref().and_then(Value::as_u64) != Some(VERSION) || first.end().is_err() {
        return Err(text.wrong(format!("not an export of Berth in version {VERSION}")));
    }
    let mut stores: Vec<(String, Head)> = Vec::new();
    let (mut line, mut before) = text.next()?;
    while line.0.contains_key("store") {
        let start = start(&mut line).map_err(|it| text.wrong(it))?;
        if stores.iter().any(|it| it.0 == start.name) {
            return Err(text.wrong(format!("the store {:?} comes twice", start.name)));
        }
        let store = data.region(&start.name)?;
        let mut steps = Steps { store: &start.name, done: 0, progress };
        (line, before) = if start.name == DIRECTORY {
            read_store::<ledger::directory::Entry>(&store, &start, &mut text, &mut steps)?
        } else {
            read_store::<ledger::Entry>(&store, &start, &mut text, &mut steps)?
        };
        stores.push((start.name, store.head()?));
    }
    end(line, text.number, &before).map_err(|it| text.wrong(it))?;
    let rest = text.input.fill_buf().map(|rest| !rest.is_empty());
    if rest.map_err(|it| text.wrong(it))? {
        return Err(text.wrong("something follows the last line"));
    }
    Ok(Imported { stores, lines: text.number })
}

/// The last line says how many there are before it, and their digest.
fn end(mut line: Object, number: u64, digest: &[u8; 32]) -> Result<(), Malformed> {
    if line.get("end")? != Value::Bool(true) {
        return Err(Malformed::new("\"end\" should be true"));
    }
    let (lines, told) = (line.get("lines")?, line.get("sha256")?);
    line.end()?;
    if lines.as_u64() != Some(number - 1) {
        return Err(Malformed::new(format!("the export says it has {lines} lines before this one")));
    }
    if told.as_str() != Some(hex(digest).as_str()) {
        return Err(Malformed::new("the lines before are not those that were exported: their digest is another"));
    }
    Ok(())
}

struct Start {
    name: String,
    checkpoint: Option<Head>,
}

fn start(line: &mut Object) -> Result<Start, Malformed> {
    let name = line.get("store")?.as_str().unwrap_or_default().to_owned();
    check_name(&name).map_err(Malformed::new)?;
    let holds = if name == DIRECTORY { ledger::directory::Entry::JOURNAL } else { ledger::Entry::JOURNAL };
    if line.get("holds")?.as_str() != Some(holds) {
        return Err(Malformed::new(format!("\"holds\" of this store should be {holds:?}")));
    }
    let checkpoint = match line.get("checkpoint")? {
        Value::Null => None,
        value => Some(head(Object::from_item(value))?),
    };
    line.end()?;
    Ok(Start { name, checkpoint })
}

fn head(mut from: Object) -> Result<Head, Malformed> {
    let mut head = Head::EMPTY;
    head.revision = revision(&mut from)?;
    bytes(&mut from, "batch", &mut head.batch)?;
    bytes(&mut from, "chain", &mut head.chain)?;
    from.end()?;
    Ok(head)
}

fn revision(from: &mut Object) -> Result<u64, Malformed> {
    let value = from.get("revision")?.as_u64().filter(|it| *it > 0);
    value.ok_or_else(|| Malformed::new("\"revision\" should be a whole number of 1 or more"))
}

fn bytes(from: &mut Object, name: &str, into: &mut [u8]) -> Result<(), Malformed> {
    let value = from.get(name)?;
    let done = value.as_str().and_then(|text| unhex(text, into));
    done.ok_or_else(|| Malformed::new(format!("{name:?} should be {} hexadecimal digits", into.len() * 2)))
}

/// Reads one store; returns the first line after it.
fn read_store<E: Fact>(
    store: &Embedded,
    start: &Start,
    text: &mut Text<'_>,
    steps: &mut Steps<'_, '_>,
) -> Result<(Object, [u8; 32]), Failure> {
    let mut chunks = start.checkpoint.map(|at| store.begin_at(at)).transpose()?.map(Chunks::new);
    let mut gathered: Option<Batch<E>> = None;
    loop {
        let (mut line, before) = text.next()?;
        let in_batch = line.0.contains_key("revision");
        if let (false, Some(chunks)) = (in_batch, &mut chunks) {
            steps.step(0);
            if let Some(piece) = piece::<E>(&mut line).map_err(|it| text.wrong(it))? {
                chunks.piece(&piece)?;
                continue;
            }
        }
        if let Some(chunks) = chunks.take() {
            chunks.finish()?;
        }
        if !in_batch {
            if gathered.is_some() {
                return Err(text.wrong("the batch before this line is not complete"));
            }
            return Ok((line, before));
        }
        let (batch, complete) = gather(gathered.take(), line).map_err(|it| text.wrong(it))?;
        if !complete {
            gathered = Some(batch);
            continue;
        }
        steps.step(batch.revision);
        match store.append(&encode_batch(&batch)) {
            Appended::Committed => {}
            Appended::Refused(why) => return Err(text.wrong(format!("the batch does not follow: {why:?}"))),
            Appended::Unknown(failure) | Appended::Failed(failure) => return Err(failure),
        }
    }
}

/// A line of a checkpoint; nothing when it is none.
fn piece<E: Fact>(line: &mut Object) -> Result<Option<Piece<E>>, Malformed> {
    let piece = if line.0.contains_key("entry") {
        Piece::Entries(vec![fact_from_json(line.get("entry")?)?])
    } else if line.0.contains_key("remembered") {
        Piece::Remembered(vec![Arc::new(remembered_from_json(line.get("remembered")?)?)])
    } else if line.0.contains_key("latest") {
        let at = line.get("latest")?.as_u64();
        Piece::Latest(Moment(at.ok_or_else(|| Malformed::new("\"latest\" should be a whole number of 0 or more"))?))
    } else {
        return Ok(None);
    };
    line.end()?;
    Ok(Some(piece))
}

/// Adds a line to the batch that is being gathered; says whether that is complete now.
fn gather<E: Fact>(so_far: Option<Batch<E>>, mut line: Object) -> Result<(Batch<E>, bool), Malformed> {
    let (revision, mut id): (u64, BatchId) = (revision(&mut line)?, [0; 16]);
    bytes(&mut line, "batch", &mut id)?;
    let (record, of) = (line.get("record")?.as_u64(), line.get("of")?.as_u64());
    let mut batch = so_far.unwrap_or(Batch { revision, id, records: Vec::new() });
    if (batch.revision, batch.id) != (revision, id) {
        return Err(Malformed::new("the batch before this line is not complete"));
    }
    let (Some(record), Some(of)) = (record, of) else {
        return Err(Malformed::new("\"record\" and \"of\" should be whole numbers"));
    };
    if of > 0 {
        let read: Record<E> = record_from_json(&mut line)?;
        batch.records.push(read);
    }
    line.end()?;
    let count = u64::try_from(batch.records.len()).unwrap_or(u64::MAX);
    if record != count || record > of {
        return Err(Malformed::new(format!("record {record} of {of} is not the next one of its batch")));
    }
    Ok((batch, record == of))
}

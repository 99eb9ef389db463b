//! Reads everything a store holds and says what is wrong with it.
//! Goes on after a problem where it can, so that one report has them all.

use super::fold::Fold;
use super::{Progress, Steps, undecodable};
use crate::format::{decode_batch, decode_chunk};
use crate::store::{Control, Failure, Frame, Head, Loaded, Store};
use crate::{DataFolder, Piece, follow};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Problems that one report holds at most.
const PROBLEMS_MAX: usize = 1000;

/// What a verification found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Frames of the journal that were read.
    pub frames: u64,
    /// Chunks of the checkpoint that were read.
    pub chunks: u64,
    /// Whether a state folded from the journal alone could be, and was, compared with the checkpoint. It can where the
    /// journal goes back to revision 1.
    pub compared: bool,
    /// What is wrong, in plain words with file and revision; empty when all is well.
    pub problems: Vec<String>,
}

impl Report {
    fn problem(&mut self, what: String) {
        if self.problems.len() < PROBLEMS_MAX {
            self.problems.push(what);
        }
    }
}

/// Verifies a store by name; the directory's is known by its name.
///
/// # Errors
/// Only when there is no such store; all else is in the report, also when it cannot be opened.
pub fn verify_of(data: &DataFolder, name: &str, progress: &mut Progress<'_>) -> Result<Report, Failure> {
    let store = match super::existing(data, name) {
        Ok(store) => store,
        Err(failure @ Failure::Caller(_)) => return Err(failure),
        Err(failure) => return Ok(Report { problems: vec![failure.to_string()], ..Report::default() }),
    };
    Ok(if name == super::DIRECTORY {
        verify::<ledger::directory::Entry>(&store, name, progress)
    } else {
        verify::<ledger::Entry>(&store, name, progress)
    })
}

/// Verifies a store: checksums, the chain of hashes, that everything decodes and can be applied, and that the
/// checkpoint is what the journal up to it gives.
pub fn verify<E: Fold>(store: &dyn Store, name: &str, progress: &mut Progress<'_>) -> Report {
    let mut report = Report::default();
    let mut steps = Steps { store: name, done: 0, progress };
    let checkpoint = store.checkpoint().unwrap_or_default();
    let replayed = replay::<E>(store, checkpoint, &mut report, &mut steps);
    let kept = load::<E>(store, &mut report, &mut steps);
    if let (Some(replayed), Some(kept), Some(at)) = (replayed, kept, checkpoint) {
        report.compared = true;
        compare::<E>(&E::facts(&replayed), &E::facts(&kept), at.revision, &mut report);
    }
    report
}

/// Takes a fact in; a fact that the fold cannot take in is a problem, not the end.
fn apply<E: Fold>(state: &mut E::State, fact: &E, revision: u64, report: &mut Report) {
    if catch_unwind(AssertUnwindSafe(|| E::apply(state, fact))).is_err() {
        report.problem(format!("revision {revision}: a fact cannot be applied: {}", crate::format::kind_name(fact)));
    }
}

fn facts_of<E: Fold>(frame: &Frame, report: &mut Report) -> Vec<E> {
    match decode_batch::<E>(frame) {
        Ok(batch) => batch.records.into_iter().flat_map(|record| record.entries).collect(),
        Err(malformed) => {
            report.problem(undecodable(frame.revision, &malformed).to_string());
            Vec::new()
        }
    }
}

/// Reads the whole journal; returns the state at the checkpoint where the journal goes back to revision 1.
fn replay<E: Fold>(
    store: &dyn Store,
    checkpoint: Option<Head>,
    report: &mut Report,
    steps: &mut Steps<'_, '_>,
) -> Option<E::State> {
    let until = checkpoint.map_or(0, |at| at.revision);
    let (mut state, mut head, mut whole, mut wrong) = (E::State::default(), Head::EMPTY, false, false);
    let mut from = 0;
    loop {
        let read = store.journal(from, &mut |frame| {
            steps.step(frame.revision);
            report.frames += 1;
            whole |= frame.revision == 1;
            head = follow(&head, frame);
            let facts = facts_of::<E>(frame, report);
            if whole && frame.revision <= until {
                facts.iter().for_each(|fact| apply(&mut state, fact, frame.revision, report));
                // The engine has checked the chain within the journal; this is the one across to the checkpoint.
                wrong |= frame.revision == until && Some(head) != checkpoint;
            }
            Ok(Control::Continue)
        });
        match read {
            Ok(()) => break,
            Err(failure) => {
                let next = after(&failure, from);
                // Past the end there is nothing more to find.
                if from == 0 || !matches!(failure, Failure::Gone { .. }) {
                    report.problem(failure.to_string());
                }
                whole = false;
                let Some(next) = next.filter(|_| report.problems.len() < PROBLEMS_MAX) else { break };
                from = next;
            }
        }
    }
    if wrong && whole {
        report.problem(format!("revision {until}: the checkpoint's chain hash is not the journal's"));
    }
    (whole && until > 0).then_some(state)
}

/// Where to read on after a damaged frame: the frame after the next, which the next one's own hash leads to.
fn after(failure: &Failure, from: u64) -> Option<u64> {
    match failure {
        Failure::Damaged { revision, .. } if *revision > 0 => Some(revision.saturating_add(2).max(from + 1)),
        _ => None,
    }
}

/// Loads as a server does; returns the state that the checkpoint alone gives.
fn load<E: Fold>(store: &dyn Store, report: &mut Report, steps: &mut Steps<'_, '_>) -> Option<E::State> {
    let mut at_checkpoint = E::State::default();
    let (mut journal_only, mut tail) = (true, 0);
    let read = store.load(&mut |loaded| {
        match loaded {
            Loaded::Chunk { revision, bytes } => {
                steps.step(0);
                report.chunks += 1;
                journal_only = false;
                match decode_chunk::<E>(bytes) {
                    Ok(pieces) => pieces.iter().for_each(|piece| {
                        if let Piece::Entries(facts) = piece {
                            facts.iter().for_each(|fact| apply(&mut at_checkpoint, fact, revision, report));
                        }
                    }),
                    Err(malformed) => report.problem(undecodable(revision, &malformed).to_string()),
                }
            }
            Loaded::Frame(_) => tail += 1, // decoded above already
        }
        Ok(())
    });
    if let Err(failure) = read {
        let text = failure.to_string();
        if !report.problems.contains(&text) {
            report.problem(text);
        }
        return None;
    }
    (!journal_only).then_some(at_checkpoint)
}

fn compare<E: Fold>(replayed: &[E], kept: &[E], revision: u64, report: &mut Report) {
    let differ = replayed.iter().zip(kept).position(|(one, other)| one != other);
    let shorter = (replayed.len() != kept.len()).then(|| replayed.len().min(kept.len()));
    if let Some(at) = differ.or(shorter) {
        // Facts of the directory hold secrets, so only the kind is told.
        let kind = |facts: &[E]| facts.get(at).map_or("nothing", crate::format::kind_name);
        report.problem(format!(
            "the checkpoint at revision {revision} is not what the journal gives: fact {at} is {} there and {} here",
            kind(kept),
            kind(replayed),
        ));
    }
}

//! What must hold of every run, kept apart from what runs: the judge sees what was asked, what was made durable and what
//! was answered, and nothing of how.

pub(crate) mod directory;
mod journal;

use crate::script::ACCOUNTS;
use desk::Reply;
pub(crate) use journal::number_of;
use journal::{Journal, Told};
use ledger::check::check;
use ledger::directory::{Directory, Entry as Known};
use ledger::{Choice, Instance, Ledger, MatchCriteria, Moment};
use rpc::body::Node;
use rpc::fault::common;
use std::collections::{BTreeMap, BTreeSet};
use store::Batch;

/// For how long a client token is remembered, in seconds.
const TOKEN_LIFE_SECONDS: u64 = 24 * 3600;
/// Faults that say there is no room.
const NO_ROOM: [&str; 2] = ["OperationDenied.NoStock", "Invalid.PrivatePoolOptions.NoStock"];

/// What broke, in words.
pub type Violation = String;

/// A request as it was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// The number of the account.
    pub who: usize,
    /// The operation.
    pub action: &'static str,
    /// Its parameters, `RegionId` apart.
    pub pairs: Vec<(&'static str, String)>,
}

/// What an answer has to be.
#[derive(Clone, Debug)]
pub(crate) enum Due {
    /// Whatever it is.
    Any,
    /// The answer that was given before.
    Same(Box<str>),
    /// A refusal, since the token came with something else before.
    Mismatch,
    /// An effect of its own, or a refusal of its own: nobody brought this token before.
    Fresh,
}

/// A request that waits for its answer.
#[derive(Debug)]
pub(crate) struct Asked {
    pub(crate) sent: Sent,
    pub(crate) due: Due,
    /// It asks for slots that were promised: there must be room.
    pub(crate) promised: bool,
    /// It names something of another account's.
    pub(crate) strangers: bool,
    /// When, by the wall clock.
    wall: u64,
}

/// Which token: of which account, for which operation.
type TokenKey = (usize, &'static str, String);

/// A token that is durable.
#[derive(Debug)]
struct Kept {
    pairs: Vec<(&'static str, String)>,
    answer: Box<str>,
    at: Moment,
}

/// The judge of one run.
#[derive(Debug, Default)]
pub(crate) struct Judge {
    pub(crate) region: Journal<Ledger>,
    pub(crate) directory: Journal<Directory>,
    told: Told,
    pub(crate) waiting: BTreeMap<u64, Asked>,
    sent: BTreeMap<u64, Sent>,
    tokens: BTreeMap<TokenKey, Kept>,
    /// Tokens that were ever brought.
    brought: BTreeSet<TokenKey>,
    /// The latest hour that any clock has shown.
    pub(crate) peak: u64,
}

fn token_of(sent: &Sent) -> Option<&str> {
    sent.pairs.iter().find(|(name, _)| *name == "ClientToken").map(|(_, token)| token.as_str())
}

fn key_of(sent: &Sent) -> Option<TokenKey> {
    token_of(sent).map(|token| (sent.who, sent.action, token.to_owned()))
}

impl Judge {
    /// A request is about to be decided, at this hour of the wall clock.
    pub(crate) fn asked(&mut self, number: u64, sent: &Sent, wall: u64) {
        let due = key_of(sent).map_or(Due::Any, |key| {
            let first = self.brought.insert(key.clone());
            match self.tokens.get(&key) {
                Some(kept) if self.peak < kept.at.0 + TOKEN_LIFE_SECONDS => {
                    if kept.pairs == sent.pairs {
                        Due::Same(kept.answer.clone())
                    } else {
                        Due::Mismatch
                    }
                }
                _ if first => Due::Fresh,
                _ => Due::Any,
            }
        });
        self.sent.insert(number, sent.clone());
        self.waiting.insert(number, Asked { sent: sent.clone(), due, promised: false, strangers: false, wall });
    }

    /// A batch is handed to the store for the first time.
    pub(crate) fn appending(&mut self, batch: &Batch) -> Result<(), Violation> {
        self.region.appending(batch, &self.told)
    }

    /// A batch of the directory is.
    pub(crate) fn appending_to_directory(&mut self, batch: &Batch<Known>) -> Result<(), Violation> {
        self.directory.appending(batch, &self.told)
    }

    /// A batch has become durable.
    pub(crate) fn committed(&mut self, batch: &Batch) {
        if !self.region.committed(batch) {
            return;
        }
        for record in &batch.records {
            let Some(sent) = number_of(&record.origin).and_then(|number| self.sent.get(&number)) else { continue };
            if let (Some(key), Some(remembered)) = (key_of(sent), &record.remembered) {
                let (pairs, answer) = (sent.pairs.clone(), remembered.answer.clone());
                self.tokens.insert(key, Kept { pairs, answer, at: remembered.at });
            }
        }
    }

    /// A batch of the directory has.
    pub(crate) fn committed_to_directory(&mut self, batch: &Batch<Known>) -> Result<(), Violation> {
        let before = self.directory.durable.clone();
        self.directory.committed(batch);
        directory::followed(&before, &self.directory.durable)?;
        directory::sound(&self.directory.durable)
    }

    /// Whether a request has an effect on the region that is durable.
    pub(crate) fn is_durable(&self, number: u64) -> bool {
        self.region.is_durable(number) == Some(true)
    }

    /// The moment of the region's newest record that is durable.
    pub(crate) const fn durable_until(&self) -> u64 {
        self.region.durable_until().0
    }

    /// The region is loaded anew.
    pub(crate) fn lost(&mut self) {
        self.region.lost();
    }

    /// The process died, and with it everybody's connection.
    pub(crate) fn died(&mut self) {
        self.region.lost();
        self.directory.lost();
        self.waiting.clear();
    }

    /// Everything has been done that could be: nobody waits any more.
    pub(crate) fn nobody_waits(&self) -> Result<(), Violation> {
        match self.waiting.iter().next() {
            Some((number, asked)) => Err(format!("request {number} is never answered: {}", asked.sent.action)),
            None => Ok(()),
        }
    }

    /// An answer leaves.
    pub(crate) fn answer(&mut self, number: u64, reply: &Reply) -> Result<Asked, Violation> {
        let Some(asked) = self.waiting.remove(&number) else {
            return Err(format!("request {number} is answered twice, or was never asked"));
        };
        // Whoever is told of a failure knows nothing.
        if reply.as_ref().is_err_and(|fault| fault.code == common::INTERNAL_ERROR.code) {
            return Ok(asked);
        }
        let durable = self.region.is_durable(number).or(self.directory.is_durable(number));
        match (reply, durable) {
            (Ok(_), Some(false)) => {
                return Err(format!("request {number} is answered before it is durable"));
            }
            (Err(fault), Some(_)) => {
                return Err(format!("request {number} has an effect and is refused: {}", fault.code));
            }
            (Ok(_), _) => drop(self.told.done.insert(number)),
            (Err(_), None) => drop(self.told.refused.insert(number)),
        }
        if asked.strangers && reply.is_ok() {
            return Err(format!("request {number} reaches what is another account's: {}", asked.sent.action));
        }
        judge_token(number, &asked, reply)?;
        judge_amount(number, &asked.sent, reply)?;
        match (&asked.due, reply, key_of(&asked.sent)) {
            (Due::Fresh, Ok(_), _) if durable.is_none() => {
                return Err(format!("request {number} brings a new token and its answer is of another request"));
            }
            (Due::Fresh | Due::Any, Ok(body), Some(key)) => {
                // From now on it is promised, whatever the store says.
                let (pairs, answer) = (asked.sent.pairs.clone(), body.to_json_text().into());
                self.tokens.entry(key).or_insert(Kept { pairs, answer, at: Moment(asked.wall) });
            }
            _ => {}
        }
        if let Err(fault) = reply
            && asked.promised
            && NO_ROOM.contains(&fault.code)
        {
            return Err(format!("request {number} asks for promised slots and finds no room: {}", asked.sent.action));
        }
        Ok(asked)
    }

    /// The ledger that runs, after each step.
    pub(crate) fn look(&self, ledger: &Ledger) -> Result<(), Violation> {
        if let found @ [_, ..] = check(ledger).as_slice() {
            return Err(format!("{found:?}"));
        }
        for id in ACCOUNTS {
            let owner = id.into();
            ledger.instances_of(&owner, None).try_for_each(|it| judge_match(ledger, it))?;
        }
        Ok(())
    }

    /// The ledger just after a request or a tick, at this hour: nothing may be left that is due.
    pub(crate) fn settled(&self, ledger: &Ledger, wall: u64) -> Result<(), Violation> {
        match ledger.next_due() {
            Some(due) if due.0 <= wall => Err(format!("what was due at {} is not done at {wall}", due.0)),
            _ => Ok(()),
        }
    }

    /// The ledger that was loaded.
    pub(crate) fn loaded(&self, ledger: &Ledger) -> Result<(), Violation> {
        if *ledger != self.region.durable {
            return Err("what was loaded is not what was made durable".into());
        }
        self.look(ledger)
    }
}

fn judge_token(number: u64, asked: &Asked, reply: &Reply) -> Result<(), Violation> {
    let right = match (&asked.due, reply) {
        (Due::Any, _) => true,
        (Due::Fresh, reply) => reply.as_ref().err().is_none_or(|it| it.code != common::IDEMPOTENT_MISMATCH.code),
        (Due::Same(answer), Ok(body)) => body.to_json_text() == **answer,
        (Due::Mismatch, Err(fault)) => fault.code == common::IDEMPOTENT_MISMATCH.code,
        _ => false,
    };
    if right {
        return Ok(());
    }
    let told = reply.as_ref().map_or_else(|fault| fault.code.to_owned(), rpc::body::Body::to_json_text);
    Err(format!("request {number} brings a known token ({:?}) and is answered {told}", asked.due))
}

/// As many were launched as were asked for, or at least as many as would do.
fn judge_amount(number: u64, sent: &Sent, reply: &Reply) -> Result<(), Violation> {
    let value = |wanted: &str| sent.pairs.iter().find(|(name, _)| *name == wanted)?.1.parse::<usize>().ok();
    let Some(Node::List { nodes, .. }) = reply.as_ref().ok().and_then(|body| body.get("InstanceIdSets")) else {
        return Ok(());
    };
    let most = value("Amount").unwrap_or(1);
    let least = value("MinAmount").unwrap_or(most);
    if (least..=most).contains(&nodes.len()) {
        return Ok(());
    }
    Err(format!("request {number} launched {} and asked for {least} to {most}", nodes.len()))
}

/// Whoever took an open reservation without naming it was made with the same tags.
fn judge_match(ledger: &Ledger, instance: &Instance) -> Result<(), Violation> {
    let place = instance.place().filter(|place| matches!(place.choice, Choice::First { .. }));
    let taken = place.and_then(|place| ledger.reservation(&place.reservation?));
    let Some(taken) = taken else { return Ok(()) };
    let alike = taken.creation_tags == instance.creation_tags && taken.platform == instance.platform;
    if alike && taken.matching == MatchCriteria::Open {
        return Ok(());
    }
    Err(format!("{} took {}, which is not for it", instance.id, taken.id))
}

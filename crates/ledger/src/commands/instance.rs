//! Start, stop and delete instances: all of the named ones, or none.

use super::Command;
use super::scratch::{PlaceRefusal, Scratch, Wish};
use crate::{AccountId, Entry, Halt, Instance, InstanceId, Ledger, Moment, State};
use std::convert::Infallible;

/// Starts stopped instances. One that holds no place is given one as if it were launched.
#[derive(Clone, Debug)]
pub struct Start {
    /// Which, each once.
    pub ids: Vec<InstanceId>,
    /// Who asks.
    pub by: AccountId,
}

/// Starts stopped instances, each that can be started.
#[derive(Clone, Debug)]
pub struct StartEach {
    /// Which, each once.
    pub ids: Vec<InstanceId>,
    /// Who asks.
    pub by: AccountId,
}

/// Stops running instances.
#[derive(Clone, Debug)]
pub struct Stop {
    /// Which, each once.
    pub ids: Vec<InstanceId>,
    /// Who asks.
    pub by: AccountId,
    /// Whether their places are kept for them.
    pub keep: bool,
}

/// Deletes instances.
#[derive(Clone, Debug)]
pub struct Delete {
    /// Which, each once.
    pub ids: Vec<InstanceId>,
    /// Who asks.
    pub by: AccountId,
    /// Running ones too.
    pub force: bool,
}

/// Why instances are left as they are. Names the first that is in the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InstanceRefusal {
    /// The asker has none of this id.
    NotFound(InstanceId),
    /// What it is doing does not allow it.
    WrongState(InstanceId),
    /// There is no place for it.
    Place(InstanceId, PlaceRefusal),
}

impl InstanceRefusal {
    /// Which instance is in the way.
    #[must_use]
    pub const fn id(&self) -> InstanceId {
        match self {
            Self::NotFound(id) | Self::WrongState(id) | Self::Place(id, _) => *id,
        }
    }
}

/// An instance of the asker's.
pub(super) fn owned<'a>(ledger: &'a Ledger, id: &InstanceId, by: &AccountId) -> Result<&'a Instance, InstanceRefusal> {
    ledger.instance(id).filter(|found| found.owner == *by).ok_or(InstanceRefusal::NotFound(*id))
}

impl Command for Start {
    type Done = ();
    type Refusal = InstanceRefusal;

    fn decide(&self, ledger: &Ledger, now: Moment) -> Result<(Vec<Entry>, ()), InstanceRefusal> {
        let mut scratch = Scratch::of(ledger, now);
        let started = self.ids.iter().map(|id| start(ledger, &mut scratch, id, &self.by, now));
        Ok((started.collect::<Result<_, _>>()?, ()))
    }
}

impl Command for StartEach {
    /// Each, with the refusal if it was not started.
    type Done = Vec<(InstanceId, Option<InstanceRefusal>)>;
    type Refusal = Infallible;

    fn decide(&self, ledger: &Ledger, now: Moment) -> Result<(Vec<Entry>, Self::Done), Infallible> {
        let mut scratch = Scratch::of(ledger, now);
        let (mut entries, mut done) = (Vec::new(), Vec::new());
        for id in &self.ids {
            let started = start(ledger, &mut scratch, id, &self.by, now);
            done.push((*id, started.as_ref().err().copied()));
            entries.extend(started);
        }
        Ok((entries, done))
    }
}

fn start<'a>(
    ledger: &'a Ledger,
    scratch: &mut Scratch<'a>,
    id: &InstanceId,
    by: &AccountId,
    now: Moment,
) -> Result<Entry, InstanceRefusal> {
    let instance = owned(ledger, id, by)?;
    let place = match &instance.state {
        State::Running(_) => return Err(InstanceRefusal::WrongState(*id)),
        State::Stopped(_) => None,
        State::Parked { .. } => {
            let place = scratch.place(&Wish::of(instance));
            Some(place.map_err(|refusal| InstanceRefusal::Place(*id, refusal))?)
        }
    };
    Ok(Entry::Started { id: *id, at: now, place })
}

impl Command for Stop {
    type Done = ();
    type Refusal = InstanceRefusal;

    fn decide(&self, ledger: &Ledger, now: Moment) -> Result<(Vec<Entry>, ()), InstanceRefusal> {
        let how = if self.keep { Halt::Keeping } else { Halt::Giving };
        let stop = |id: &InstanceId| match owned(ledger, id, &self.by)?.runs() {
            true => Ok(Entry::Stopped { id: *id, at: now, how }),
            false => Err(InstanceRefusal::WrongState(*id)),
        };
        Ok((self.ids.iter().map(stop).collect::<Result<_, _>>()?, ()))
    }
}

impl Command for Delete {
    type Done = ();
    type Refusal = InstanceRefusal;

    fn decide(&self, ledger: &Ledger, now: Moment) -> Result<(Vec<Entry>, ()), InstanceRefusal> {
        let delete = |id: &InstanceId| match owned(ledger, id, &self.by)?.runs() && !self.force {
            true => Err(InstanceRefusal::WrongState(*id)),
            false => Ok(Entry::Deleted { id: *id, at: now }),
        };
        Ok((self.ids.iter().map(delete).collect::<Result<_, _>>()?, ()))
    }
}

//! Launch instances: into a slot of a reservation, or on open capacity.

use super::Command;
use super::scratch::{PlaceRefusal, Scratch, Wish};
use crate::limits::INSTANCES_OF_OWNER_MAX;
use crate::{Carried, Entry, Instance, InstanceId, Ledger, Moment, Place, State};

/// Makes instances of one kind.
#[derive(Clone, Debug)]
pub struct Launch {
    /// What each is to be, with tags of unique keys. What is its own, when it is made and started, and what it is
    /// doing are decided here, whatever stands there.
    pub instance: Instance,
    /// What is each one's own; at most [`LAUNCHES_MAX`](crate::limits::LAUNCHES_MAX).
    pub each: Vec<Own>,
    /// With fewer than this none is made.
    pub least: usize,
    /// Whether they run; otherwise they are made stopped, and their places are kept for them.
    pub run: bool,
}

/// What is one instance's own among those that are made together.
#[derive(Clone, Debug)]
pub struct Own {
    /// Its id.
    pub id: InstanceId,
    /// Its name.
    pub name: Box<str>,
    /// What it carries.
    pub carried: Carried,
}

/// Why nothing is launched, in the order in which it is checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LaunchRefusal {
    /// An id is taken already.
    IdTaken,
    /// The account would have more than [`INSTANCES_OF_OWNER_MAX`] instances.
    TooMany,
    /// There are too few places: why there was none for the next, and how many there would have been.
    Place(PlaceRefusal, usize),
}

impl Command for Launch {
    /// The instances, with their places.
    type Done = Vec<(InstanceId, Place)>;
    type Refusal = LaunchRefusal;

    fn decide(&self, ledger: &Ledger, now: Moment) -> Result<(Vec<Entry>, Self::Done), LaunchRefusal> {
        if self.each.iter().any(|own| ledger.instance(&own.id).is_some()) {
            return Err(LaunchRefusal::IdTaken);
        }
        if ledger.instances_count_of(&self.instance.owner) + self.each.len() > INSTANCES_OF_OWNER_MAX {
            return Err(LaunchRefusal::TooMany);
        }
        let (mut scratch, wish) = (Scratch::of(ledger, now), Wish::of(&self.instance));
        let (mut entries, mut done) = (Vec::new(), Vec::new());
        for own in &self.each {
            let place = match scratch.place(&wish) {
                Ok(place) => place,
                Err(refusal) if done.len() < self.least.max(1) => {
                    return Err(LaunchRefusal::Place(refusal, done.len()));
                }
                Err(_) => break,
            };
            done.push((own.id, place.clone()));
            entries.push(Entry::Launched(Box::new(self.made(own, place, now))));
        }
        Ok((entries, done))
    }
}

impl Launch {
    fn made(&self, own: &Own, place: Place, now: Moment) -> Instance {
        let (state, started) =
            if self.run { (State::Running(place), Some(now)) } else { (State::Stopped(place), None) };
        let Own { id, name, carried } = own.clone();
        Instance { id, name, carried, made: now, started, state, ..self.instance.clone() }
    }
}

//! Looking back: a page of the history of a reservation, read from the journal. The desk has said before that the caller
//! may be told, and the journal has what is durable, so nothing is told that might be lost. Needs no desk, and holds none
//! up: whoever drives it calls it from a thread of its own.
//!
//! The journal is read from the hour at which the reservation was made, and no more than so many bytes of it at once. Which
//! instances were in its slots where that ended is remembered for whoever goes on, or else found out again.

use crate::limits::{PLACES_KEPT, SEARCH_BYTES_MAX};
use api::history::{By, Position, Search, What};
use ledger::{Entry, Halt, Moment, ReservationId};
use rpc::body::Body;
use std::collections::VecDeque;
use store::format::{decode_batch, mentions};
use store::{About, Control, Failure, Frame, Origin, Record, Store, Subject, Watch, batch_at, revision_at};

/// Reads the journal of one region.
#[derive(Debug, Default)]
pub struct Looker {
    /// Where earlier searches ended, the latest last.
    places: VecDeque<Place>,
}

/// How far a journal has been read for one reservation.
#[derive(Clone, Debug)]
struct Place {
    id: ReservationId,
    /// The next fact.
    at: Position,
    /// What was learnt on the way.
    watch: Watch,
}

/// A search on its way.
struct Reading<'a> {
    search: &'a Search,
    place: Place,
    changes: Vec<Body>,
    bytes: usize,
}

impl Looker {
    /// The page that a search asks for. `rest` is called now and then with how many bytes have been read since.
    ///
    /// # Errors
    /// When the journal cannot be read.
    pub fn look(&mut self, store: &dyn Store, search: &Search, rest: &mut dyn FnMut(usize)) -> Result<Body, Failure> {
        let Some(oldest) = batch_at::<Entry>(store, 0)? else {
            return Ok(search.answer(Vec::new(), Moment(0), None));
        };
        let begins = match oldest.records.first() {
            Some(first) if oldest.revision > 1 => first.at,
            _ => Moment(0),
        };
        let mut place = self.place(search).map_or_else(|| Place::beginning(store, search), Ok)?;
        place.at = place.at.max(Position { revision: oldest.revision, fact: 0 });
        let mut reading = Reading { search, place, changes: Vec::new(), bytes: 0 };
        let mut more = false;
        store.journal(reading.place.at.revision, &mut |frame| {
            more = reading.bytes >= SEARCH_BYTES_MAX || reading.frame(frame)?;
            rest(frame.body.len());
            Ok(if more { Control::Stop } else { Control::Continue })
        })?;
        let next = more.then(|| search.from.map_or(reading.place.at, |from| from.max(reading.place.at)));
        if more {
            self.remember(reading.place);
        }
        Ok(search.answer(reading.changes, begins, next))
    }

    /// The farthest place known that is not beyond where the page begins.
    fn place(&self, search: &Search) -> Option<Place> {
        let from = search.from?;
        let known = self.places.iter().filter(|place| place.id == search.id && place.at <= from);
        known.max_by_key(|place| place.at).cloned()
    }

    fn remember(&mut self, place: Place) {
        self.places.retain(|known| (known.id, known.at) != (place.id, place.at));
        if self.places.len() >= PLACES_KEPT {
            self.places.pop_front();
        }
        self.places.push_back(place);
    }
}

impl Place {
    fn beginning(store: &dyn Store, search: &Search) -> Result<Self, Failure> {
        let at = Position { revision: revision_at::<Entry>(store, search.made)?, fact: 0 };
        Ok(Self { id: search.id, at, watch: Watch::new(Subject::Reservation(search.id)) })
    }
}

impl Reading<'_> {
    /// Reads a frame of the journal. Says whether the page is full and more is to come; it comes at `place` then.
    fn frame(&mut self, frame: &Frame) -> Result<bool, Failure> {
        self.bytes += frame.body.len();
        if mentions(&frame.body, &self.search.id, self.place.watch.inside()) {
            let batch = decode_batch::<Entry>(frame).map_err(|error| error.at(frame.revision))?;
            let facts = batch.records.iter().flat_map(|record| record.entries.iter().map(move |fact| (record, fact)));
            for (number, (record, fact)) in facts.enumerate() {
                let at = Position { revision: frame.revision, fact: number };
                if at < self.place.at {
                    continue;
                }
                self.place.at = at;
                if self.fact(record, fact) {
                    return Ok(true);
                }
            }
        }
        self.place.at = Position { revision: frame.revision + 1, fact: 0 };
        Ok(false)
    }

    /// Passes the next fact. Says whether it belongs on the next page.
    fn fact(&mut self, record: &Record, fact: &Entry) -> bool {
        let told = self.place.watch.look(fact).and_then(|about| {
            let wanted = self.search.from.is_none_or(|from| from <= self.place.at);
            let what = what(about, fact).filter(|_| wanted)?;
            self.search.tell(moment(fact).unwrap_or(record.at), by(&record.origin), what)
        });
        if told.is_some() && self.changes.len() >= self.search.most {
            return true;
        }
        self.changes.extend(told);
        self.place.watch.pass(fact);
        false
    }
}

/// What a fact means for the reservation; nothing if an instance in its slots stays there.
const fn what(about: About, fact: &Entry) -> Option<What<'_>> {
    match about {
        About::Itself => Some(What::Fact(fact)),
        About::Enters(id) => Some(What::Entered(id)),
        About::Leaves(id) if matches!(fact, Entry::Stopped { how: Halt::Reclaimed, .. }) => Some(What::Reclaimed(id)),
        About::Leaves(id) => Some(What::Left(id)),
        About::Inside(_) => None,
    }
}

/// When something fell due that perhaps was done later, as after a standstill of the server.
const fn moment(fact: &Entry) -> Option<Moment> {
    match fact {
        Entry::Began { at, .. }
        | Entry::Noticed { at, .. }
        | Entry::Released { at, .. }
        | Entry::Stopped { at, .. } => Some(*at),
        _ => None,
    }
}

fn by(origin: &Origin) -> By<'_> {
    match origin {
        Origin::System => By::Clock,
        Origin::Caller { account, key, source, request_id, action, nonce: _ } => {
            By::Request { account, key, source, request_id, action }
        }
    }
}

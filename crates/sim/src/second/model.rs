//! What the second judge believes there is: reservations, instances and hosts, in lists; and what becomes of them as time goes by.

use super::answers;
use super::assurances::months_later;
use super::history::{Change, Looked, event, of_instance};
use super::known::Known;
use super::listing::Page;
use crate::judge::Sent;
use crate::script::HOSTS;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// Zones, in order of name.
pub(super) const ZONES: [&str; 2] = ["cn-hangzhou-h", "cn-hangzhou-i"];
/// The class of the hosts that a region begins with, their units, and the ladder in which it counts them.
const FIRST_CLASS: (&str, u64, [u64; 3]) = ("g6", 4, [1, 2, 4]);
/// 2099-12-31T15:59:00Z: the end of what has none.
pub(super) const NEVER: u64 = 4_102_415_940;
pub(super) const DAY: u64 = 24 * 3600;
const RELEASED_ARE_KEPT: u64 = 30 * DAY;

/// Tags, in order of key.
pub(super) type Tags = BTreeMap<String, String>;

/// The hosts of a class in a zone: nothing is shared between two of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Pool {
    pub(super) zone: String,
    pub(super) class: String,
}

/// What kind of reservation it is.
#[derive(Clone, Debug)]
pub(super) enum Kind {
    /// One that began when it was made.
    Immediate,
    /// One that stops its instances at its end, so many seconds after notice. 0: without.
    Window { notice: u64, noticed: bool },
    /// An elasticity assurance: whether it renews itself, in the words of the API, and at which hours alone it may be used.
    Assurance { renewal: String, hours: Option<Hours> },
}

/// Hours of each so many days, counted from the day on which it begins.
#[derive(Clone, Copy, Debug)]
pub(super) struct Hours {
    pub(super) every: u64,
    pub(super) from: u64,
    pub(super) to: u64,
}

/// A reservation.
#[derive(Clone, Debug)]
pub(super) struct Reservation {
    pub(super) id: String,
    pub(super) owner: usize,
    pub(super) kind: Kind,
    pub(super) pool: Pool,
    pub(super) instance_type: String,
    /// Units of an instance of that type.
    pub(super) size: u64,
    pub(super) count: u64,
    pub(super) matching: String,
    pub(super) made: u64,
    pub(super) start: u64,
    /// Its start has come.
    pub(super) begun: bool,
    pub(super) end: Option<u64>,
    pub(super) released: Option<u64>,
    pub(super) tags: Tags,
    pub(super) creation_tags: Tags,
}

impl Reservation {
    /// Whether it is not over.
    pub(super) const fn is_held(&self) -> bool {
        self.released.is_none()
    }

    /// Whether it is under way.
    pub(super) const fn is_active(&self) -> bool {
        self.is_held() && self.begun
    }

    pub(super) const fn status(&self) -> &'static str {
        match (self.released, self.begun) {
            (Some(_), _) => "Released",
            (None, true) => "Active",
            (None, false) => "Prepared",
        }
    }

    /// Whether this is an hour at which instances come in.
    pub(super) fn is_usable(&self, now: u64) -> bool {
        let Kind::Assurance { hours: Some(hours), .. } = &self.kind else { return true };
        let (days, hour) = (now / DAY - self.start / DAY, now % DAY / 3600);
        days.is_multiple_of(hours.every) && (hours.from..hours.to).contains(&hour)
    }

    /// Whether it has given back the places of its instances by then.
    pub(super) fn reclaims_by(&self, moment: u64) -> bool {
        matches!(self.kind, Kind::Window { .. }) && self.end.is_some_and(|end| end <= moment)
    }

    /// Whether it counts at a moment for the admission of others: all but windows do so from their start on without an end.
    pub(super) fn counts_at(&self, moment: u64) -> bool {
        self.start <= moment && !self.reclaims_by(moment)
    }

    /// When its instances are to be given notice.
    pub(super) fn notice_at(&self) -> Option<u64> {
        let Kind::Window { notice, noticed: false } = self.kind else { return None };
        self.end.filter(|_| notice > 0).map(|end| self.start.max(end.saturating_sub(notice)))
    }
}

/// Which reservations an instance may use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    Open,
    Target(String),
    None,
}

/// An instance.
#[derive(Clone, Debug)]
pub(super) struct Instance {
    pub(super) id: String,
    pub(super) owner: usize,
    pub(super) pool: Pool,
    pub(super) instance_type: String,
    /// Units that it needs.
    pub(super) size: u64,
    pub(super) mode: Mode,
    pub(super) image: String,
    pub(super) made: u64,
    pub(super) started: Option<u64>,
    pub(super) runs: bool,
    /// The host on which it has a place.
    pub(super) host: Option<String>,
    /// Units that it takes of the host: as many as it needs, or those of the rung in which its slot was promised when it came.
    pub(super) takes: u64,
    /// The reservation in whose slot it is.
    pub(super) slot: Option<String>,
    pub(super) tags: Tags,
    pub(super) creation_tags: Tags,
}

/// A host.
#[derive(Clone, Debug)]
pub(super) struct Host {
    pub(super) name: String,
    pub(super) pool: Pool,
    pub(super) units: u64,
    pub(super) status: Status,
}

/// Whether a host serves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Status {
    InService,
    Draining,
    Failed,
}

impl Status {
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::InService => "InService",
            Self::Draining => "Draining",
            Self::Failed => "Failed",
        }
    }
}

/// What cannot be known before it is seen: what a request brought into being, and where.
#[derive(Clone, Debug, Default)]
pub(crate) struct Seen {
    /// The caller's reservations.
    pub(crate) reservations: Vec<String>,
    /// The caller's instances that have a place.
    pub(crate) places: Vec<SeenPlace>,
}

/// Where an instance was put.
#[derive(Clone, Debug)]
pub(crate) struct SeenPlace {
    pub(crate) instance: String,
    pub(crate) host: String,
    pub(crate) reservation: Option<String>,
}

/// What a request is answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Told {
    /// A success with this text.
    Done(String),
    /// The same, with a page token where [`super::listing::TOKEN`] stands.
    Page(String, Page),
    /// The same, with a number of fifteen digits where [`answers::ORDER`] stands.
    Ordered(String),
    /// A success with one of these texts.
    OneOf(Vec<String>),
    /// The list of new instances, in the order in which they were made: they took these slots. Any order of the ids in which each
    /// has the slot of its turn will do.
    Launched(Vec<(String, Option<String>)>),
    /// A page of a history: of what is durable when it is told.
    Looked(Looked),
    /// A fault: code and message.
    Refused(Fault),
    /// What was told before, or this fault.
    Either(Box<Told>, Fault),
}

/// A fault: code and message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) code: &'static str,
    pub(super) message: String,
}

impl From<(&'static str, &str)> for Fault {
    fn from((code, message): (&'static str, &str)) -> Self {
        Self { code, message: message.to_owned() }
    }
}

/// What is answered and whether anything is written down, or a fault.
pub(super) type Outcome = Result<(Told, bool), Fault>;

/// A success that tells nothing. It is written down, also where all is as it was.
pub(super) fn done() -> Outcome {
    done_if(true)
}

/// The same, written down only if anything changed.
pub(super) fn done_if(changed: bool) -> Outcome {
    Ok((Told::Done(answers::NOTHING.to_owned()), changed))
}

/// Client tokens: of which account, for which operation; with what they came, what they were told, and when.
type Remembered = BTreeMap<(usize, &'static str, String), (Vec<(&'static str, String)>, Told, u64)>;

/// Sizes of slots of each class, from the smallest; each divides the next.
pub(super) type Ladders = BTreeMap<String, Vec<u64>>;

/// All that is known.
#[derive(Clone, Debug)]
pub(super) struct Model {
    pub(super) reservations: Vec<Reservation>,
    pub(super) instances: Vec<Instance>,
    pub(super) hosts: Vec<Host>,
    /// The rungs in which each class is counted.
    pub(super) ladders: Ladders,
    /// Classes and types as the request that is asked now found them.
    pub(super) found: Rc<Known>,
    pub(super) tokens: Remembered,
    /// What happened to reservations, the oldest first.
    pub(super) changes: Rc<Vec<Change>>,
    /// The request that is asked now, and when; and the last one that was written down.
    pub(super) asked: (u64, u64),
    pub(super) last: u64,
}

impl Model {
    /// A region with so many hosts, in each zone by turns.
    pub(super) fn new(hosts: usize) -> Self {
        let (class, units, rungs) = FIRST_CLASS;
        let host = |(at, name): (usize, &&str)| Host {
            name: (*name).to_owned(),
            pool: Pool { zone: ZONES[at % ZONES.len()].to_owned(), class: class.to_owned() },
            units,
            status: Status::InService,
        };
        Self {
            reservations: Vec::new(),
            instances: Vec::new(),
            hosts: HOSTS.iter().enumerate().take(hosts).map(host).collect(),
            ladders: BTreeMap::from([(class.to_owned(), rungs.to_vec())]),
            found: Rc::default(),
            tokens: BTreeMap::new(),
            changes: Rc::default(),
            asked: (0, 0),
            last: 0,
        }
    }

    /// Does what is due; says whether anything was.
    pub(super) fn settle(&mut self, now: u64) -> bool {
        let mut any = false;
        for at in 0..self.reservations.len() {
            any |= self.reservations[at].is_held() && self.falls_due(at, now);
        }
        let before = self.reservations.len();
        self.reservations.retain(|it| it.released.is_none_or(|at| now <= at + RELEASED_ARE_KEPT));
        self.tokens.retain(|_, (_, _, at)| now < *at + DAY);
        any || self.reservations.len() < before
    }

    /// What is due of a reservation is done. What is due in the same second is told in this order: notice, beginning, end.
    fn falls_due(&mut self, at: usize, now: u64) -> bool {
        let it = &mut self.reservations[at];
        let id = it.id.clone();
        let notice = it.notice_at().filter(|at| *at <= now);
        let beginning = Some(it.start).filter(|at| !it.begun && *at <= now);
        let before = it.end;
        while let (Kind::Assurance { renewal, .. }, Some(end)) = (&it.kind, it.end.filter(|end| *end <= now))
            && renewal == "AutoRenewal"
        {
            it.end = Some(months_later(end, 1));
        }
        let renewed = it.end != before;
        it.begun |= beginning.is_some();
        if let Kind::Window { noticed, .. } = &mut it.kind {
            *noticed |= notice.is_some();
        }
        let mut told = Vec::from_iter(notice.map(|at| (at, event("NoticeGiven"))));
        told.extend(beginning.map(|at| (at, event("Began"))));
        told.sort_by_key(|(at, _)| *at);
        if let Some(end) = it.end.filter(|end| *end <= now) {
            let users = self.over(at, end).into_iter();
            told.extend(users.map(|user| (end, of_instance("InstanceReclaimed", &user))));
            told.push((end, event("Expired")));
        }
        for (due, said) in &told {
            self.clock_did(&id, *due, now, said);
        }
        renewed || !told.is_empty()
    }

    /// A reservation is over: its instances go on by themselves, and those of a window are stopped and give their places back.
    /// Tells which, in order of id.
    pub(super) fn over(&mut self, at: usize, moment: u64) -> BTreeSet<String> {
        let it = &mut self.reservations[at];
        it.released = Some(moment);
        let users = self.instances.iter_mut().filter(|user| user.slot.as_deref() == Some(&*it.id));
        let mut reclaimed = BTreeSet::new();
        for user in users {
            user.slot = None;
            user.takes = user.size;
            if matches!(it.kind, Kind::Window { .. }) {
                (user.runs, user.host) = (false, None);
                reclaimed.insert(user.id.clone());
            }
        }
        reclaimed
    }

    /// How many slots of a reservation are used.
    pub(super) fn used(&self, id: &str) -> u64 {
        self.instances.iter().filter(|it| it.slot.as_deref() == Some(id)).count() as u64
    }

    /// The place of the caller's reservation of this id.
    pub(super) fn reservation(&self, who: usize, id: &str) -> Option<usize> {
        self.reservations.iter().position(|it| it.id == id && it.owner == who)
    }

    /// The place of the caller's instance of this id.
    pub(super) fn instance(&self, who: usize, id: &str) -> Option<usize> {
        self.instances.iter().position(|it| it.id == id && it.owner == who)
    }

    /// The same, or what stands for it where none was made.
    pub(super) fn id_of_new(&self, seen: &Seen) -> String {
        self.new_reservation(seen).unwrap_or_else(|| "(none was made)".to_owned())
    }

    /// The reservation that a request made.
    pub(super) fn new_reservation(&self, seen: &Seen) -> Option<String> {
        seen.reservations.iter().find(|id| self.reservations.iter().all(|it| it.id != **id)).cloned()
    }
}

/// What a parameter says; nothing if it is left out.
pub(super) fn value<'a>(sent: &'a Sent, name: &str) -> Option<&'a str> {
    sent.pairs.iter().find(|(it, _)| *it == name).map(|(_, value)| value.as_str())
}

/// The same of one that is a number.
pub(super) fn number(text: Option<&str>) -> u64 {
    text.and_then(|text| text.parse().ok()).unwrap_or(0)
}

/// The texts of a JSON array.
pub(super) fn texts(text: &str) -> Vec<String> {
    serde_json::from_str(text).unwrap_or_default()
}

/// The tag that a request gives.
pub(super) fn given_tags(sent: &Sent) -> Tags {
    let key = value(sent, "Tag.1.Key").map(str::to_owned);
    key.map(|key| (key, value(sent, "Tag.1.Value").unwrap_or_default().to_owned())).into_iter().collect()
}

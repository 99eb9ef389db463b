//! Reservations as the second judge keeps them, and the operations that change them.

use super::answers;
use super::listing::{self, Page, Pages};
use super::tags;
use crate::judge::Sent;
use rpc::time;
use std::collections::BTreeMap;

/// Zones, each with the hosts that the simulation begins with.
const ZONES: [&str; 2] = ["cn-hangzhou-h", "cn-hangzhou-i"];
const HOSTS_OF_A_ZONE: u64 = 3;
const UNITS_OF_A_HOST: u64 = 4;
/// Types, and how many units each takes.
const TYPES: [(&str, u64); 3] = [("ecs.g6.large", 1), ("ecs.g6.xlarge", 2), ("ecs.g6.2xlarge", 4)];
/// 2099-12-31T15:59:00Z: the end of what has none.
pub(super) const NEVER: u64 = 4_102_415_940;
const DAY: u64 = 24 * 3600;
const RELEASED_ARE_KEPT: u64 = 30 * DAY;

/// A reservation.
#[derive(Clone, Debug)]
pub(super) struct Reservation {
    pub(super) id: String,
    pub(super) owner: usize,
    pub(super) zone: String,
    pub(super) instance_type: String,
    pub(super) count: u64,
    pub(super) matching: String,
    pub(super) start: u64,
    pub(super) end: Option<u64>,
    pub(super) released: Option<u64>,
    pub(super) tags: BTreeMap<String, String>,
}

/// What a request is answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Told {
    /// A success with this text.
    Done(String),
    /// The same, with a page token where [`listing::TOKEN`] stands.
    Page(String, Page),
    /// A fault: code and message.
    Refused(&'static str, &'static str),
}

/// Client tokens: of which account, for which operation.
type Remembered = BTreeMap<(usize, &'static str, String), (Vec<(&'static str, String)>, String, u64)>;

/// All that is known.
#[derive(Clone, Debug, Default)]
pub(super) struct Model {
    pub(super) reservations: Vec<Reservation>,
    tokens: Remembered,
}

/// What a parameter says; nothing if it is left out.
pub(super) fn value<'a>(sent: &'a Sent, name: &str) -> Option<&'a str> {
    sent.pairs.iter().find(|(it, _)| *it == name).map(|(_, value)| value.as_str())
}

impl Model {
    /// Does what is due; says whether anything was.
    pub(super) fn settle(&mut self, now: u64) -> bool {
        let mut any = false;
        for it in &mut self.reservations {
            if let (None, Some(end)) = (it.released, it.end.filter(|end| *end <= now)) {
                it.released = Some(end);
                any = true;
            }
        }
        let before = self.reservations.len();
        self.reservations.retain(|it| it.released.is_none_or(|at| now < at + RELEASED_ARE_KEPT));
        self.tokens.retain(|_, (_, _, at)| now < *at + DAY);
        any || self.reservations.len() < before
    }

    /// What a request is answered, and whether it is written down; `made` is the id if it makes a reservation.
    pub(super) fn decide(&mut self, sent: &Sent, now: u64, made: Option<&str>, pages: &Pages) -> (Told, bool) {
        let key = value(sent, "ClientToken").map(|token| (sent.who, sent.action, token.to_owned()));
        if let Some((pairs, answer, _)) = key.as_ref().and_then(|key| self.tokens.get(key)) {
            let told = if *pairs == sent.pairs {
                Told::Done(answer.clone())
            } else {
                Told::Refused("IdempotentParameterMismatch", "The request is retried with updated parameters.")
            };
            return (told, false);
        }
        let done = match sent.action {
            "CreateCapacityReservation" => self.create(sent, now, made),
            "ModifyCapacityReservation" => self.modify(sent, now),
            "ReleaseCapacityReservation" => self.release(sent, now),
            "TagResources" => tags::tag(self, sent),
            "UntagResources" => tags::untag(self, sent),
            _ => return (listing::list(&self.reservations, sent, pages), false),
        };
        match done {
            Err((code, message)) => (Told::Refused(code, message), false),
            Ok((text, changed)) => {
                let remembered = key.is_some();
                if let Some(key) = key {
                    self.tokens.insert(key, (sent.pairs.clone(), text.clone(), now));
                }
                (Told::Done(text), changed || remembered)
            }
        }
    }

    fn create(&mut self, sent: &Sent, now: u64, made: Option<&str>) -> Outcome {
        let end = match value(sent, "EndTime") {
            None => None,
            Some(text) => Some(future(text, now)?),
        };
        let (zone, kind) =
            (value(sent, "ZoneId.1").unwrap_or_default(), value(sent, "InstanceType").unwrap_or_default());
        let count = number(value(sent, "InstanceAmount"));
        if !self.fits(zone, kind, count, None) {
            return Err((
                "OperationDenied.NoStock",
                "The resource is out of stock in the specified zone. Please try other types, or choose other regions and zones.",
            ));
        }
        let id = made.unwrap_or("(none was made)").to_owned();
        self.reservations.push(Reservation {
            id: id.clone(),
            owner: sent.who,
            zone: zone.to_owned(),
            instance_type: kind.to_owned(),
            count,
            matching: value(sent, "PrivatePoolOptions.MatchCriteria").unwrap_or("Open").to_owned(),
            start: now,
            end,
            released: None,
            tags: tags::given(sent),
        });
        Ok((answers::created(&id), true))
    }

    fn modify(&mut self, sent: &Sent, now: u64) -> Outcome {
        let end_type = value(sent, "EndTimeType");
        let end = match (end_type, value(sent, "EndTime")) {
            (None, None) => None,
            (Some("Unlimited"), _) => Some(None),
            (_, text) => Some(Some(future(text.unwrap_or_default(), now)?)),
        };
        let Some(at) = self.own(sent) else {
            return Err(("InvalidPrivatePoolId.NotFound", "The specified private pool does not exist."));
        };
        let it = self.reservations[at].clone();
        if it.released.is_some() {
            return Err((
                "IncorrectPrivatePoolStatus",
                "The current status of the private pool does not support this operation.",
            ));
        }
        let count = value(sent, "InstanceAmount").map_or(it.count, |text| number(Some(text)));
        if count > it.count && !self.fits(&it.zone, &it.instance_type, count, Some(at)) {
            return Err((
                "OperationDenied.NoStock",
                "The requested resource is sold out in the specified zone; try other types of resources or other regions and \
                 zones.",
            ));
        }
        // An EndTime alone moves an end that is there, and makes none.
        let end = end.filter(|_| end_type.is_some() || it.end.is_some()).unwrap_or(it.end);
        let changed = count != it.count || end != it.end;
        (self.reservations[at].count, self.reservations[at].end) = (count, end);
        Ok((answers::NOTHING.to_owned(), changed))
    }

    fn release(&mut self, sent: &Sent, now: u64) -> Outcome {
        let Some(at) = self.own(sent) else {
            return Err((
                "Invalid.PrivatePoolOptions.Ids",
                "The specified parameter \"PrivatePoolOptions.Ids\" exist invalid element Id.",
            ));
        };
        let it = &mut self.reservations[at];
        if it.released.is_some() {
            return Err(("Invalid.PrivatePoolOptions.status", "The PrivatePool is expired or inactive."));
        }
        if it.end.is_some() {
            return Err((
                "Invalid.Action.ReleaseCapacityReservation",
                "Release action is not supported when using Limited endTimeType, please change it to Unlimited first.",
            ));
        }
        if value(sent, "DryRun") == Some("true") {
            return Err(("DryRunOperation", "Request validation has been passed with DryRun flag set."));
        }
        it.released = Some(now);
        Ok((answers::NOTHING.to_owned(), true))
    }

    /// The place of the caller's reservation that a request names.
    fn own(&self, sent: &Sent) -> Option<usize> {
        let id = value(sent, "PrivatePoolOptions.Id")?;
        self.reservations.iter().position(|it| it.id == id && it.owner == sent.who)
    }

    /// Whether so many of a type can be promised beside all others, put onto empty hosts the largest first. `instead` of one
    /// that is there already.
    fn fits(&self, zone: &str, kind: &str, count: u64, instead: Option<usize>) -> bool {
        if !ZONES.contains(&zone) {
            return false;
        }
        let others = self
            .reservations
            .iter()
            .enumerate()
            .filter(|(at, it)| it.zone == zone && it.released.is_none() && Some(*at) != instead);
        let mut wanted: Vec<(&str, u64)> = others.map(|(_, it)| (it.instance_type.as_str(), it.count)).collect();
        wanted.push((kind, count));
        let mut sizes: Vec<u64> = Vec::new();
        for (kind, count) in wanted {
            let size = TYPES.iter().find(|(name, _)| *name == kind).map_or(u64::MAX, |(_, size)| *size);
            // More than all units together do not fit anyway.
            sizes.extend((0..count.min(HOSTS_OF_A_ZONE * UNITS_OF_A_HOST + 1)).map(|_| size));
        }
        sizes.sort_unstable_by(|a, b| b.cmp(a));
        let mut free = vec![UNITS_OF_A_HOST; usize::try_from(HOSTS_OF_A_ZONE).unwrap_or(0)];
        sizes.iter().all(|size| match free.iter_mut().find(|units| **units >= *size) {
            Some(units) => {
                *units -= size;
                true
            }
            None => false,
        })
    }
}

/// A success with its text and whether anything changed, or a fault.
pub(super) type Outcome = Result<(String, bool), (&'static str, &'static str)>;

pub(super) fn number(text: Option<&str>) -> u64 {
    text.and_then(|text| text.parse().ok()).unwrap_or(0)
}

/// A moment that is still to come.
fn future(text: &str, now: u64) -> Result<u64, (&'static str, &'static str)> {
    let moment = time::parse_either(text).filter(|moment| *moment > now && *moment <= NEVER);
    moment.ok_or(("InvalidEndTime.ValueNotSupported", "The specified EndTime is invalid."))
}

//! Launching, starting, stopping and deleting instances.

use super::answers;
use super::faults::{DRY_RUN, NO_STOCK};
use super::matching::Wish;
use super::model::{
    Fault, Instance, Mode, Model, Outcome, Pool, Seen, SeenPlace, Told, done, given_tags, number, value,
};
use crate::judge::{Sent, Violation};

const DRY_RUN_OF_SEVERAL: (&str, &str) = ("DRYRUN.SUCCESS", DRY_RUN.1);
const NOT_FOUND: (&str, &str) = ("InvalidInstanceId.NotFound", "The specified InstanceId does not exist.");
const WRONG_STATUS: (&str, &str) =
    ("IncorrectInstanceStatus", "The current status of the resource does not support this operation.");
const MIN_AMOUNT: (&str, &str) = ("InvalidMinAmount.Malformed", "The specified parameter MinAmount is not valid.");
const NO_HOSTS: (&str, &str) =
    ("InvalidInstanceType.ZoneNotSupported", "The specified zone does not support this instancetype.");

/// Places that were seen and are not accounted for yet.
pub(super) struct Unclaimed<'a>(Vec<&'a SeenPlace>);

impl<'a> Unclaimed<'a> {
    /// The places that this model knows nothing of.
    pub(super) fn of(model: &Model, seen: &'a Seen) -> Self {
        let known = |place: &SeenPlace| model.instances.iter().any(|it| it.id == place.instance && it.host.is_some());
        Self(seen.places.iter().filter(|place| !known(place)).collect())
    }

    /// Nothing may be left at the end.
    pub(super) fn check(&self) -> Result<(), Violation> {
        self.0.first().map_or(Ok(()), |it| {
            Err(format!("{} stands on {} in {:?}, where it cannot be", it.instance, it.host, it.reservation))
        })
    }

    /// The instance, and the host, of the next place in this slot on one of these hosts: a host is filled before the next is
    /// begun, so the one with most of what is left came first, and of several the one with most of it in this slot.
    fn claim(&mut self, named: Option<&str>, slot: Option<&str>, hosts: &[String]) -> Option<(String, String)> {
        let fits = |it: &&SeenPlace| {
            named.is_none_or(|id| id == it.instance) && it.reservation.as_deref() == slot && hosts.contains(&it.host)
        };
        let on = |host: &str| {
            let here = || self.0.iter().filter(|it| it.host == host);
            (here().count(), here().filter(|it| it.reservation.as_deref() == slot).count())
        };
        let fitting = self.0.iter().enumerate().filter(|(_, it)| fits(it));
        let (at, _) = fitting.max_by_key(|(_, it)| on(&it.host))?;
        let it = self.0.remove(at);
        Some((it.instance.clone(), it.host.clone()))
    }
}

/// Where one more is put.
struct Place {
    id: String,
    host: String,
    takes: u64,
    slot: Option<String>,
}

impl Model {
    /// A place for one more. The id and the host are those that were seen, if that is possible.
    fn place(&self, wish: &Wish, named: Option<&str>, now: u64, unclaimed: &mut Unclaimed<'_>) -> Result<Place, Fault> {
        let slot = self.slot_for(wish, now)?;
        let takes = self.takes(&wish.pool, wish.size, slot.as_deref());
        let hosts = self.best_hosts(&wish.pool, takes);
        // Who names a reservation is told of it rather than of the zone. A type for which the region was told of no rung yet is
        // as one that has no hosts.
        let bare = self.hosts.iter().all(|host| host.pool != wish.pool);
        let unheard_of = self.rung(&wish.pool.class, wish.size).is_none();
        if (bare || unheard_of) && !matches!(wish.mode, Mode::Target(_)) {
            return Err(NO_HOSTS.into());
        }
        let Some(first) = hosts.first() else { return Err(NO_STOCK.into()) };
        if slot.is_none() && !self.spares(&wish.pool, takes, first, now) {
            return Err(NO_STOCK.into());
        }
        let claimed = unclaimed.claim(named, slot.as_deref(), &hosts);
        let (id, host) = claimed.unwrap_or_else(|| ("(none was made)".to_owned(), first.clone()));
        Ok(Place { id, host, takes, slot })
    }

    /// Units that an instance takes: in a slot those of the rung, else as many as it needs.
    fn takes(&self, pool: &Pool, size: u64, slot: Option<&str>) -> u64 {
        slot.and_then(|_| self.rung(&pool.class, size)).unwrap_or(size)
    }

    /// RunInstances and CreateInstance.
    pub(super) fn launch(&mut self, sent: &Sent, now: u64, unclaimed: &mut Unclaimed<'_>) -> Outcome {
        let alone = sent.action == "CreateInstance";
        let most = value(sent, "Amount").map_or(1, |text| number(Some(text)));
        let least = value(sent, "MinAmount").map_or(most, |text| number(Some(text)));
        if least > most {
            return Err(MIN_AMOUNT.into());
        }
        let wish = self.wish(sent, now)?;
        let mut after = self.clone();
        let mut launched = Vec::new();
        let mut refused = None;
        while (launched.len() as u64) < most {
            match after.place(&wish, None, now, unclaimed) {
                Ok(Place { id, host, takes, slot }) => {
                    launched.push((id.clone(), slot.clone()));
                    after.instances.push(Instance {
                        id,
                        owner: wish.owner,
                        pool: wish.pool.clone(),
                        instance_type: wish.instance_type.clone(),
                        size: wish.size,
                        mode: wish.mode.clone(),
                        image: value(sent, "ImageId").unwrap_or_default().to_owned(),
                        made: now,
                        started: (!alone).then_some(now),
                        runs: !alone,
                        host: Some(host),
                        takes,
                        slot,
                        tags: given_tags(sent),
                        creation_tags: given_tags(sent),
                    });
                }
                Err(fault) => {
                    refused = Some(fault);
                    break;
                }
            }
        }
        if let Some(fault) = refused.filter(|_| (launched.len() as u64) < least) {
            return Err(fault);
        }
        if value(sent, "DryRun") == Some("true") {
            return Err(DRY_RUN.into());
        }
        *self = after;
        self.launches(sent, &launched);
        match launched.first() {
            Some((id, _)) if alone => Ok((Told::Done(format!("{{\"InstanceId\":\"{id}\"}}")), true)),
            _ => Ok((Told::Launched(launched), true)),
        }
    }

    /// StartInstance(s), StopInstance(s) and DeleteInstance(s).
    pub(super) fn change(&mut self, sent: &Sent, now: u64, unclaimed: &mut Unclaimed<'_>) -> Outcome {
        let several = sent.action.ends_with('s');
        let mut ids: Vec<&str> = Vec::new();
        for (_, id) in sent.pairs.iter().filter(|(name, _)| name.starts_with("InstanceId")) {
            if !ids.contains(&id.as_str()) {
                ids.push(id);
            }
        }
        let each_alone = value(sent, "BatchOptimization") == Some("SuccessFirst");
        let mut after = self.clone();
        let mut lines = Vec::new();
        for id in ids {
            let before = after.instance(sent.who, id).map(|at| after.instances[at].runs);
            let result = after.change_one(sent, id, now, unclaimed);
            match result {
                Err(fault) if !each_alone => return Err(fault),
                _ => lines.push(answers::response(sent.action, id, before, result.err().as_ref())),
            }
        }
        if value(sent, "DryRun") == Some("true") {
            return Err(if several { DRY_RUN_OF_SEVERAL } else { DRY_RUN }.into());
        }
        *self = after;
        let changed = lines.iter().any(|line| line.contains("\"Code\":\"200\""));
        if several && sent.action != "DeleteInstances" {
            let list = lines.join(",");
            return Ok((Told::Done(format!("{{\"InstanceResponses\":{{\"InstanceResponse\":[{list}]}}}}")), changed));
        }
        done()
    }

    fn change_one(&mut self, sent: &Sent, id: &str, now: u64, unclaimed: &mut Unclaimed<'_>) -> Result<(), Fault> {
        let at = self.instance(sent.who, id).ok_or(NOT_FOUND)?;
        let runs = self.instances[at].runs;
        match sent.action {
            "StartInstance" | "StartInstances" if runs => Err(WRONG_STATUS.into()),
            "StartInstance" | "StartInstances" => {
                if self.instances[at].host.is_none() {
                    let wish = self.wish_of(at);
                    self.check_target(&wish, now)?;
                    let place = self.place(&wish, Some(id), now, unclaimed)?;
                    self.moves(sent, id, None, place.slot.as_deref());
                    let it = &mut self.instances[at];
                    (it.slot, it.host, it.takes) = (place.slot, Some(place.host), place.takes);
                }
                let it = &mut self.instances[at];
                (it.runs, it.started) = (true, Some(now));
                Ok(())
            }
            "StopInstance" | "StopInstances" if !runs => Err(WRONG_STATUS.into()),
            "StopInstance" | "StopInstances" => {
                let it = &mut self.instances[at];
                it.runs = false;
                if value(sent, "StoppedMode") == Some("StopCharging") {
                    it.host = None;
                    let left = it.slot.take();
                    self.moves(sent, id, left.as_deref(), None);
                }
                Ok(())
            }
            _ if runs && value(sent, "Force") != Some("true") => Err(WRONG_STATUS.into()),
            _ => {
                let left = self.instances.remove(at).slot;
                self.moves(sent, id, left.as_deref(), None);
                Ok(())
            }
        }
    }

    /// ModifyInstanceAttachmentAttributes.
    pub(super) fn attach(&mut self, sent: &Sent, now: u64) -> Outcome {
        let mode = match value(sent, "PrivatePoolOptions.MatchCriteria") {
            Some("Target") => Mode::Target(value(sent, "PrivatePoolOptions.Id").unwrap_or_default().to_owned()),
            Some("Open") => Mode::Open,
            _ => Mode::None,
        };
        let at = self.instance(sent.who, value(sent, "InstanceId").unwrap_or_default());
        let at = at.ok_or(("Invalid.InstanceId", "Instance does not exist."))?;
        let was = self.instances[at].clone();
        let mut wish = self.wish_of(at);
        wish.mode = mode.clone();
        let stays = was.slot.as_ref().filter(|slot| match &mode {
            Mode::Target(id) => id == *slot,
            Mode::Open => self.reservations.iter().any(|it| it.id == **slot && it.matching == "Open"),
            Mode::None => false,
        });
        // Who is in stays, also at hours at which nobody comes in.
        if stays.is_none() {
            self.check_target(&wish, now)?;
        }
        // What it names must have a slot for it, also where it takes none yet.
        let found = self.slot_for(&wish, now).map_err(|fault| match fault.code {
            "Invalid.PrivatePoolOptions.NoStock" => {
                ("Invalid.PrivatePoolOptions.status", "The PrivatePool has been used up.").into()
            }
            _ => fault,
        });
        let slot = match stays {
            Some(slot) => Some(slot.clone()),
            None => found?.filter(|_| was.host.is_some()),
        };
        // Who may use any open one, and finds no room for its slot where it stands, is on open capacity.
        let stays_out = (mode == Mode::Open && slot.is_some()).then_some(None);
        let ways = std::iter::once(slot).chain(stays_out);
        let moved = ways.into_iter().find_map(|slot| Some((self.takes_there(at, slot.as_deref(), now)?, slot)));
        let (takes, slot) = moved.ok_or(NO_STOCK)?;
        self.moves(sent, &was.id, was.slot.as_deref(), slot.as_deref());
        let it = &mut self.instances[at];
        (it.slot, it.mode, it.takes) = (slot, mode, takes);
        done()
    }

    /// What an instance takes in this slot, or out of any, if that can be had where it stands: room for the whole slot, beside all
    /// that is promised, its own slot too.
    fn takes_there(&self, at: usize, slot: Option<&str>, now: u64) -> Option<u64> {
        let it = &self.instances[at];
        let stays = it.slot.as_deref() == slot;
        let takes = if stays { it.takes } else { self.takes(&it.pool, it.size, slot) };
        let more = takes.saturating_sub(it.takes);
        let host = self.hosts.iter().find(|host| more > 0 && it.host.as_ref() == Some(&host.name));
        let fits = host.is_none_or(|host| more <= self.free(host) && self.spares(&it.pool, more, &host.name, now));
        let moves = |model: &mut Self| {
            let it = &mut model.instances[at];
            (it.slot, it.takes) = (slot.map(str::to_owned), takes);
        };
        (fits && self.has_room_after(&it.pool, now, moves)).then_some(takes)
    }
}

/// The instances that the answer to a launch lists.
pub(super) fn listed(answer: &str) -> Vec<&str> {
    let list = answer.strip_prefix("{\"InstanceIdSets\":{\"InstanceIdSet\":[\"");
    list.and_then(|rest| rest.strip_suffix("\"]}}")).map(|list| list.split("\",\"").collect()).unwrap_or_default()
}

/// Whether an answer lists the instances that were launched: in an order in which each has the slot of its turn.
pub(super) fn are_listed(launched: &[(String, Option<String>)], answer: &str) -> bool {
    let ids = listed(answer);
    let slot_of = |id: &str| launched.iter().find(|(it, _)| it == id).map(|(_, slot)| slot);
    let all_there = launched.iter().all(|(id, _)| ids.contains(&id.as_str()));
    all_there
        && ids.len() == launched.len()
        && ids.iter().zip(launched).all(|(id, (_, slot))| slot_of(id) == Some(slot))
}

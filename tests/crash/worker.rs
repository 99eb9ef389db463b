//! One client at work: creates, releases, changes and tags reservations of its own, and launches, stops, starts and deletes
//! instances in them, until the server is gone.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use rig::config::REGION;
use rig::{Answer, Client, Dice, Key, clock};

use crate::launches::{Launch, Life};
use crate::model::{Promise, State};
use crate::order::Timed;

/// Reservations that one worker holds at most, so that all together stay within the stock.
const HELD_MAX: usize = 50;
/// Instances of one reservation at most.
pub const COUNT_MAX: u64 = 3;
/// Launches that one worker has alive at most. They may outlive their reservations, and have to find room then too.
const ALIVE_MAX: usize = 25;

/// A worker and everything it was promised.
pub struct Worker {
    dice: Dice,
    key: Key,
    /// Everything it ever asked for.
    pub promises: Vec<Promise>,
    /// Everything it ever launched.
    pub launches: Vec<Launch>,
    /// Requests answered.
    pub answered: u64,
    /// Sends what it asks for.
    pub line: Line,
}

/// How requests are sent, and when they were.
#[derive(Debug, Default)]
pub struct Line {
    /// Whether `InternalError` is an answer like none, because something is made to fail.
    pub failures_are_fine: bool,
    /// Changes that were acknowledged.
    pub done: Vec<Timed>,
}

/// How a request went.
enum Went {
    /// It was answered with success.
    Done(Answer),
    /// No answer, so nobody knows.
    Cut,
}

impl Worker {
    /// With chances of its own.
    #[must_use]
    pub fn new(seed: u64, key: &Key) -> Self {
        Self {
            dice: Dice::new(seed),
            key: key.clone(),
            promises: Vec::new(),
            launches: Vec::new(),
            answered: 0,
            line: Line::default(),
        }
    }

    /// Works until a request stays without an answer, or `stop` is set.
    ///
    /// # Errors
    /// An answer that is wrong. That the server is gone is none.
    pub fn work(&mut self, address: &str, stop: &AtomicBool) -> Result<()> {
        let mut client = Client::new(address, &self.key);
        while !stop.load(Ordering::Relaxed) {
            let (held, alive) = (self.held(), self.alive());
            let go_on = match self.dice.below(100) {
                _ if held.is_empty() => self.create(&mut client)?,
                _ if held.len() >= HELD_MAX => self.release(&mut client, &held)?,
                _ if alive.len() >= ALIVE_MAX => self.delete(&mut client, &alive)?,
                0..28 => self.create(&mut client)?,
                28..44 => self.release(&mut client, &held)?,
                44..56 => self.modify(&mut client, &held)?,
                56..64 => self.tag(&mut client, &held)?,
                64..82 => self.launch(&mut client, &held)?,
                82..91 if !alive.is_empty() => self.turn(&mut client, &alive)?,
                _ if !alive.is_empty() => self.delete(&mut client, &alive)?,
                _ => self.launch(&mut client, &held)?,
            };
            if !go_on {
                return Ok(());
            }
            self.answered += 1;
        }
        Ok(())
    }

    /// Places of the reservations that are to be released by hand and are not yet.
    fn held(&self) -> Vec<usize> {
        let held = |promise: &Promise| promise.id.is_some() && promise.ends.is_none() && !promise.known.released;
        (0..self.promises.len()).filter(|at| held(&self.promises[*at])).collect()
    }

    /// Places of the launches whose instances are there.
    fn alive(&self) -> Vec<usize> {
        (0..self.launches.len()).filter(|at| self.launches[*at].known != Life::Gone).collect()
    }

    /// The instances that stand in the slots of a reservation, if it holds.
    #[must_use]
    pub fn standing_in(&self, reservation: &str) -> Vec<&str> {
        let here = self.launches.iter().filter(|it| it.reservation == reservation && it.known.stands());
        here.flat_map(|it| &it.ids).map(String::as_str).collect()
    }

    fn create(&mut self, client: &mut Client) -> Result<bool> {
        let state = State {
            count: 1 + self.dice.below(COUNT_MAX),
            description: format!("first {}", self.dice.below(1000)),
            tag: format!("{}", self.dice.below(1000)),
            released: false,
        };
        // Some release themselves, soon enough to do so while the server is away.
        let ends = (self.dice.below(20) == 0).then(|| clock::now() + 2 + self.dice.below(10));
        let mut promise = Promise::wish(self.dice.text(), state, ends);
        let went = self.line.send(client, "CreateCapacityReservation", &promise.parameters())?;
        if let Went::Done(answer) = &went {
            promise.id = Some(answer.text("PrivatePoolOptionsId").to_owned());
        }
        self.promises.push(promise);
        Ok(matches!(went, Went::Done(_)))
    }

    fn release(&mut self, client: &mut Client, held: &[usize]) -> Result<bool> {
        let at = held[self.dice.place(held.len())];
        let after = State { released: true, ..self.promises[at].known.clone() };
        self.change(client, at, "ReleaseCapacityReservation", &[], after)
    }

    fn modify(&mut self, client: &mut Client, held: &[usize]) -> Result<bool> {
        let at = held[self.dice.place(held.len())];
        let description = format!("then {}", self.dice.below(1000));
        // No fewer than are used.
        let used = self.standing_in(self.promises[at].id.as_deref().unwrap_or_default()).len() as u64;
        let count = used.max(1 + self.dice.below(COUNT_MAX));
        let after = State { count, description, ..self.promises[at].known.clone() };
        let params = [("InstanceAmount", after.count.to_string()), ("Description", after.description.clone())];
        self.change(client, at, "ModifyCapacityReservation", &params, after)
    }

    fn tag(&mut self, client: &mut Client, held: &[usize]) -> Result<bool> {
        let at = held[self.dice.place(held.len())];
        let after = State { tag: format!("{}", self.dice.below(1000)), ..self.promises[at].known.clone() };
        let params = [
            ("ResourceType", "capacityreservation".to_owned()),
            ("ResourceId.1", self.promises[at].id.clone().unwrap_or_default()),
            ("Tag.1.Key", "round".to_owned()),
            ("Tag.1.Value", after.tag.clone()),
        ];
        self.change(client, at, "TagResources", &params, after)
    }

    /// Launches into free slots of a reservation, if it has any.
    fn launch(&mut self, client: &mut Client, held: &[usize]) -> Result<bool> {
        let promise = &self.promises[held[self.dice.place(held.len())]];
        let (id, count) = (promise.id.clone().unwrap_or_default(), promise.known.count);
        let free = count.saturating_sub(self.standing_in(&id).len() as u64);
        if free == 0 {
            return self.tag(client, held);
        }
        let amount = usize::try_from(1 + self.dice.below(free))?;
        let mut launch = Launch::wish(self.dice.text(), id, amount);
        let went = self.line.send(client, "RunInstances", &launch.parameters())?;
        if let Went::Done(answer) = &went {
            launch.take(answer.list("InstanceIdSets", "InstanceIdSet")?)?;
            (launch.known, launch.perhaps) = (Life::Running, None);
        }
        self.launches.push(launch);
        Ok(matches!(went, Went::Done(_)))
    }

    /// Stops what runs, in either way; starts what has kept its place; deletes what has not, because others may have it.
    fn turn(&mut self, client: &mut Client, alive: &[usize]) -> Result<bool> {
        let at = alive[self.dice.place(alive.len())];
        match self.launches[at].known {
            Life::Running if self.dice.below(2) == 0 => {
                self.live(client, at, "Stop", &[("StoppedMode", "StopCharging".to_owned())], Life::Parked)
            }
            Life::Running => self.live(client, at, "Stop", &[], Life::Kept),
            Life::Kept => self.live(client, at, "Start", &[], Life::Running),
            Life::Parked | Life::Gone => self.delete(client, &[at]),
        }
    }

    fn delete(&mut self, client: &mut Client, alive: &[usize]) -> Result<bool> {
        let at = alive[self.dice.place(alive.len())];
        self.live(client, at, "Delete", &[("Force", "true".to_owned())], Life::Gone)
    }

    /// One operation on all instances of a launch: that on one if it is one, else that on many.
    fn live(
        &mut self,
        client: &mut Client,
        at: usize,
        deed: &str,
        more: &[(&'static str, String)],
        after: Life,
    ) -> Result<bool> {
        const MANY: [&str; 3] = ["InstanceId.1", "InstanceId.2", "InstanceId.3"];
        let launch = &mut self.launches[at];
        let (action, mut params) = match launch.ids.as_slice() {
            [one] => (format!("{deed}Instance"), vec![("InstanceId", one.clone())]),
            many => (format!("{deed}Instances"), MANY.into_iter().zip(many.iter().cloned()).collect()),
        };
        params.push(("RegionId", REGION.to_owned()));
        params.extend_from_slice(more);
        match self.line.send(client, &action, &params)? {
            Went::Done(_) => {
                launch.known = after;
                Ok(true)
            }
            Went::Cut => {
                launch.perhaps = Some(after);
                Ok(false)
            }
        }
    }

    fn change(
        &mut self,
        client: &mut Client,
        at: usize,
        action: &str,
        more: &[(&'static str, String)],
        after: State,
    ) -> Result<bool> {
        let promise = &mut self.promises[at];
        let mut params = vec![("RegionId", REGION.to_owned())];
        if action != "TagResources" {
            params.push(("PrivatePoolOptions.Id", promise.id.clone().unwrap_or_default()));
        }
        params.extend_from_slice(more);
        match self.line.send(client, action, &params)? {
            Went::Done(_) => {
                promise.known = after;
                Ok(true)
            }
            Went::Cut => {
                promise.perhaps = Some(after);
                Ok(false)
            }
        }
    }
}

impl Line {
    fn send(&mut self, client: &mut Client, action: &str, params: &[(&'static str, String)]) -> Result<Went> {
        let params: Vec<(&str, &str)> = params.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let signed = client.sign(action, &params);
        let sent = Instant::now();
        let Ok(response) = client.send(&signed) else { return Ok(Went::Cut) };
        let answered = Instant::now();
        let answer = Answer::read(&response).with_context(|| format!("{action} {params:?}"))?;
        // A server that is being stopped may say so; whether it had done the thing is then not known.
        if answer.status == 503 || (self.failures_are_fine && answer.code() == "InternalError") {
            return Ok(Went::Cut);
        }
        ensure!(answer.status == 200, "{action} {params:?}: {} {}", answer.status, answer.json);
        let request_id = answer.text("RequestId").to_owned();
        self.done.push(Timed { request_id, action: action.to_owned(), sent, answered });
        Ok(Went::Done(answer))
    }
}

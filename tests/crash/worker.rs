//! One client at work: creates, releases, changes and tags reservations of its own until the server is gone.

use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Context, Result, ensure};
use rig::config::REGION;
use rig::{Answer, Client, Dice, Key, clock};

use crate::model::{Promise, State};

/// Reservations that one worker holds at most, so that all together stay within the stock.
const HELD_MAX: usize = 50;
/// Instances of one reservation at most.
pub const COUNT_MAX: u64 = 3;

/// A worker and everything it was promised.
pub struct Worker {
    dice: Dice,
    key: Key,
    /// Everything it ever asked for.
    pub promises: Vec<Promise>,
    /// Requests answered.
    pub answered: u64,
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
        Self { dice: Dice::new(seed), key: key.clone(), promises: Vec::new(), answered: 0 }
    }

    /// Works until a request stays without an answer, or `stop` is set.
    ///
    /// # Errors
    /// An answer that is wrong. That the server is gone is none.
    pub fn work(&mut self, address: &str, stop: &AtomicBool) -> Result<()> {
        let mut client = Client::new(address, &self.key);
        while !stop.load(Ordering::Relaxed) {
            let held = self.held();
            let go_on = match self.dice.below(100) {
                _ if held.is_empty() => self.create(&mut client)?,
                _ if held.len() >= HELD_MAX => self.release(&mut client, &held)?,
                0..40 => self.create(&mut client)?,
                40..65 => self.release(&mut client, &held)?,
                65..85 => self.modify(&mut client, &held)?,
                _ => self.tag(&mut client, &held)?,
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
        let went = send(client, "CreateCapacityReservation", &promise.parameters())?;
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
        let after = State { count: 1 + self.dice.below(COUNT_MAX), description, ..self.promises[at].known.clone() };
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
        match send(client, action, &params)? {
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

fn send(client: &mut Client, action: &str, params: &[(&'static str, String)]) -> Result<Went> {
    let params: Vec<(&str, &str)> = params.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let signed = client.sign(action, &params);
    let Ok(response) = client.send(&signed) else { return Ok(Went::Cut) };
    let answer = Answer::read(&response).with_context(|| format!("{action} {params:?}"))?;
    // A server that is being stopped may say so; whether it had done the thing is then not known.
    if answer.status == 503 {
        return Ok(Went::Cut);
    }
    ensure!(answer.status == 200, "{action} {params:?}: {} {}", answer.status, answer.json);
    Ok(Went::Done(answer))
}

//! What the journal is asked for: the history of a reservation has to end in what is durable.

use super::World;
use crate::judge::Violation;
use api::history::Search;
use ledger::Phase;
use serde_json::Value;
use std::collections::BTreeSet;

impl World {
    /// Looks for what a request wants to be told, answers it, and judges what is told of a whole life.
    pub(super) fn looks_back(&mut self, number: u64, search: &Search) -> Result<(), Violation> {
        let found = self.looker.look(&self.store, search, &mut |_| {});
        let body = found.map_err(|failure| format!("request {number}: {failure}"))?;
        let told: Value = serde_json::from_str(&body.to_json_text()).unwrap_or_default();
        // The second judge says all of it, where it listens.
        if self.second.is_none() && search.from.is_none() && told["NextToken"] == "" {
            self.lived(number, search, told["Changes"]["Change"].as_array().map_or(&[], Vec::as_slice))?;
        }
        self.answered(number, &Ok(body))
    }

    /// It began by being made, it is over if it was ended, and whoever came and has not left is in its slots.
    fn lived(&self, number: u64, search: &Search, changes: &[Value]) -> Result<(), Violation> {
        let (mut inside, mut over) = (BTreeSet::new(), false);
        for (at, change) in changes.iter().enumerate() {
            let id = || change["InstanceId"].as_str().unwrap_or_default().to_owned();
            let event = change["Event"].as_str().unwrap_or_default();
            let right = match event {
                "InstanceEntered" => inside.insert(id()),
                "InstanceLeft" | "InstanceReclaimed" => inside.remove(&id()),
                "Released" | "Expired" => !std::mem::replace(&mut over, true),
                _ => (event == "Created") == (at == 0),
            };
            if !right {
                return Err(format!("request {number} is told of a history in which {change} cannot be"));
            }
            if over {
                inside.clear();
            }
        }
        let ledger = &self.judge.region.durable;
        let Some(reservation) = ledger.reservation(&search.id) else { return Ok(()) };
        let users: BTreeSet<String> = ledger.users(&search.id, None).map(|user| user.id.to_string()).collect();
        if over != matches!(reservation.phase, Phase::Released { .. }) || inside != users || changes.is_empty() {
            return Err(format!(
                "request {number} is told of {changes:?}, and durable is {reservation:?} with {users:?}"
            ));
        }
        Ok(())
    }
}

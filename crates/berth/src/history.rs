//! `berth store history`: the life of a reservation, an instance or a host, as a table or as JSON.

use crate::cli::Output;
use crate::store::{out, progress};
use anyhow::{Context, Result, bail};
use ledger::{HostId, InstanceId, Moment, ReservationId};
use serde_json::{Value, json};
use store::Subject;
use store::format::{fact_to_json, kind_name};
use store::tools::{Happening, history};
use store::{DIRECTORY, DataFolder, Origin};

/// Finds the region that knows the subject, and prints its life. What is no id of ours is taken for a host's name.
pub fn run(id: &str, data: &DataFolder, output: Output) -> Result<()> {
    let reservation = ReservationId::parse(id).map(Subject::Reservation);
    let instance = || InstanceId::parse(id).map(Subject::Instance);
    let subject = reservation.or_else(instance).unwrap_or_else(|| Subject::Host(HostId::from(id)));
    for region in data.regions()?.into_iter().filter(|name| name != DIRECTORY) {
        let life = history(&data.region(&region)?, &subject, &mut progress).with_context(|| region.clone())?;
        if !life.is_empty() {
            print(&region, &life, output);
            return Ok(());
        }
    }
    bail!("no region in {} knows {id}, as far as its history is kept", data.path().display())
}

fn print(region: &str, life: &[Happening], output: Output) {
    if output == Output::Json {
        let life: Vec<Value> = life.iter().map(json).collect();
        out!("{:#}", json!({ "region": region, "history": life }));
        return;
    }
    out!("{:20}  {:12}  {:16}  {:24}  {:15}  RequestId and what", "when (UTC)", "fact", "account", "key", "from");
    for happening in life {
        let when = happening.at.map_or_else(|| "before".into(), time);
        let what = fact_to_json(&happening.fact);
        let kind = kind_name(&happening.fact);
        let (account, key, source, request_id) = match &happening.origin {
            Some(Origin::Caller { account, key, source, request_id, .. }) => {
                (account.as_str(), key.as_str(), &**source, &**request_id)
            }
            Some(Origin::System) => ("by itself", "-", "-", "-"),
            None => ("not kept", "-", "-", "-"),
        };
        out!("{when:20}  {kind:12}  {account:16}  {key:24}  {source:15}  {request_id} {what}");
    }
}

fn time(at: Moment) -> String {
    rpc::time::format(at.0, rpc::time::Precision::Seconds)
}

fn json(happening: &Happening) -> Value {
    let origin = match &happening.origin {
        Some(Origin::Caller { account, key, source, request_id, action, .. }) => json!({
            "account": account.as_str(),
            "key": key.as_str(),
            "source": source,
            "request_id": request_id,
            "action": action,
        }),
        Some(Origin::System) => json!("system"),
        None => Value::Null,
    };
    json!({
        "revision": happening.revision,
        "at": happening.at.map(time),
        "origin": origin,
        "fact": fact_to_json(&happening.fact),
    })
}

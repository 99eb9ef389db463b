//! An import as calls: what stands, whether what comes can come, and its registration.

use super::file::{Host, Problem};
use super::plan::{Plan, Standing};
use super::progress::Progress;
use crate::client::{Answer, Client};
use anyhow::{Context, Result, bail};
use api::operations::EXTENSION;
use rpc::fault::common;
use serde_json::{Value, json};

/// Hosts of one call.
const HOSTS_MAX: usize = 1000;
/// Bytes of their text, below what a parameter may have.
const BYTES_MAX: usize = 60_000;
/// Hosts of a page.
const PAGE: &str = "1000";

/// The hosts that stand in the region.
pub async fn standing(client: &mut Client) -> Result<Standing> {
    let (mut standing, mut token) = (Standing::new(), String::new());
    loop {
        let params = [("MaxResults", PAGE), ("NextToken", token.as_str())];
        let answer = client.call("DescribeHosts", EXTENSION, &params).await?;
        let body = told("DescribeHosts", &answer)?;
        let hosts = body["Hosts"]["Host"].as_array().context("DescribeHosts: there is no list of hosts")?;
        for host in hosts {
            let text = |name: &str| host[name].as_str().unwrap_or_default().to_owned();
            standing.insert(text("HostId"), (text("ZoneId"), text("HostClass")));
        }
        token = body["NextToken"].as_str().unwrap_or_default().to_owned();
        if token.is_empty() {
            return Ok(standing);
        }
    }
}

/// Whether every zone and class can take hosts, without changing anything.
pub async fn check(client: &mut Client, plan: &Plan<'_>) -> Result<Result<(), Vec<Problem>>> {
    let mut problems = Vec::new();
    for sample in plan.samples() {
        let hosts = text(&[sample]);
        let params = [("Hosts", hosts.as_str()), ("DryRun", "true")];
        let answer = client.call("RegisterHosts", EXTENSION, &params).await?;
        match &answer.fault {
            Some(fault) if fault.code == common::DRY_RUN.code => {}
            Some(fault) if fault.status == 404 => {
                let like = plan.new.iter().filter(|it| it.zone == sample.zone && it.class == sample.class).count();
                let (zone, class, message) = (&sample.zone, &sample.class, &fault.message);
                let what = format!("zone {zone} and class {class}, with {like} host(s): {message}");
                problems.push(Problem { line: sample.line, what });
            }
            _ => drop(told("RegisterHosts", &answer)?),
        }
    }
    Ok(if problems.is_empty() { Ok(()) } else { Err(problems) })
}

/// Sends the hosts that come, and shows how far it is.
pub async fn register(client: &mut Client, plan: &Plan<'_>) -> Result<()> {
    let (mut done, total) = (0, plan.new.len());
    let mut progress = Progress::new(total);
    for chunk in chunks(&plan.new) {
        let hosts = text(chunk);
        let sent = client.call("RegisterHosts", EXTENSION, &[("Hosts", hosts.as_str())]).await;
        let outcome = sent.and_then(|answer| told("RegisterHosts", &answer).map(drop));
        if let Err(error) = outcome {
            progress.end();
            return Err(error
                .context(format!("{done} of {total} hosts have come; run the same command again, and the rest will")));
        }
        done += chunk.len();
        progress.at(done);
    }
    progress.end();
    Ok(())
}

/// The body of an answer that is no fault.
fn told(action: &str, answer: &Answer) -> Result<Value> {
    if let Some(fault) = &answer.fault {
        bail!("{action}: {fault}");
    }
    serde_json::from_str(&answer.body).with_context(|| format!("{action}: the answer is no JSON"))
}

/// As many hosts a call as its text allows.
fn chunks<'a, 'b>(mut hosts: &'b [&'a Host]) -> impl Iterator<Item = &'b [&'a Host]> {
    std::iter::from_fn(move || {
        let mut bytes = 2;
        let fits = hosts.iter().take(HOSTS_MAX).take_while(|host| {
            bytes += one(host).to_string().len() + 1;
            bytes <= BYTES_MAX
        });
        let (chunk, rest) = hosts.split_at(fits.count());
        hosts = rest;
        (!chunk.is_empty()).then_some(chunk)
    })
}

fn one(host: &Host) -> Value {
    json!({ "HostId": host.host, "ZoneId": host.zone, "HostClass": host.class })
}

fn text(hosts: &[&Host]) -> String {
    Value::Array(hosts.iter().map(|host| one(host)).collect()).to_string()
}

#[cfg(test)]
mod tests {
    use super::{BYTES_MAX, Host, chunks, text};

    #[test]
    fn every_host_is_in_one_call_that_is_not_too_long() {
        for length in [1, 20, 100] {
            let hosts: Vec<Host> = (0..2500)
                .map(|n| Host { host: format!("{n:0length$}"), zone: "z".into(), class: "g6".into(), line: n })
                .collect();
            let all: Vec<&Host> = hosts.iter().collect();
            let sizes: Vec<usize> = chunks(&all).map(<[_]>::len).collect();
            assert_eq!(sizes.iter().sum::<usize>(), 2500);
            assert!(chunks(&all).all(|chunk| text(chunk).len() <= BYTES_MAX && chunk.len() <= 1000));
        }
    }
}

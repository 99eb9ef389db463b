//! An import as calls: what stands, which zones and classes there are, and the registration of what comes.

use super::file::Host;
use super::plan::{Known, Region, Standing};
use super::progress::Progress;
use crate::client::{Answer, Client};
use crate::ending::{EndWith, TRANSPORT};
use anyhow::{Context, Result, anyhow, bail};
use api::HOSTS_OF_CALL_MAX;
use api::operations::{ECS, EXTENSION};
use rpc::fault::common;
use rpc::limits::VALUE_BYTES_MAX;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

/// Hosts of a page.
const PAGE: &str = "1000";
/// Classes that are asked for. A file that names more which the server may not know is not meant.
const CLASSES_MAX: usize = 1000;
/// How long an account that is over its quota of calls waits in all, and how long at a time. A window of it is a minute.
const THROTTLED_MAX: Duration = Duration::from_secs(120);
const THROTTLED_PAUSE: Duration = Duration::from_secs(1);

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Zones {
    zones: ZoneList,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ZoneList {
    zone: Vec<Zone>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Zone {
    zone_id: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Page {
    next_token: String,
    hosts: HostList,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct HostList {
    host: Vec<StandingHost>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct StandingHost {
    host_id: String,
    zone_id: String,
    host_class: String,
}

/// How many hosts came, and how many stood already.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "PascalCase")]
pub struct Came {
    /// Those that came.
    pub registered: usize,
    /// Those that somebody else had registered meanwhile, just so.
    pub unchanged: usize,
}

/// Asks for everything that the hosts of a file can be compared with.
///
/// # Errors
/// When the server cannot be reached, or refuses to tell.
pub async fn known(client: &mut Client, hosts: &[Host]) -> Result<Known> {
    let mut known = Known::default();
    let regions: BTreeSet<&str> = hosts.iter().map(|host| host.region.as_str()).collect();
    for region in regions {
        let found = match zones(client, region).await? {
            Ok(zones) => Region::Known { zones, standing: standing(client, region).await? },
            Err(why) => Region::Unknown(why),
        };
        known.regions.insert(region.to_owned(), found);
    }
    let samples = known.samples(hosts);
    if samples.len() > CLASSES_MAX {
        bail!(
            "the file names {} host classes that no host is of yet; at most {CLASSES_MAX} are looked at",
            samples.len()
        );
    }
    for sample in samples {
        if !is_class(client, sample).await? {
            known.no_classes.insert(sample.class.clone());
        }
    }
    Ok(known)
}

/// The zones of a region, or why it is none.
async fn zones(client: &mut Client, region: &str) -> Result<Result<BTreeSet<String>, String>> {
    let answer = ask(client, "DescribeZones", ECS, &[("RegionId", region), ("Verbose", "false")]).await?;
    if let Some(fault) = answer.fault.as_ref().filter(|fault| fault.code == common::INVALID_REGION_ID.code) {
        return Ok(Err(fault.message.clone()));
    }
    let zones: Zones = told("DescribeZones", &answer)?;
    Ok(Ok(zones.zones.zone.into_iter().map(|zone| zone.zone_id).collect()))
}

/// The hosts that stand in a region.
async fn standing(client: &mut Client, region: &str) -> Result<Standing> {
    const ACTION: &str = "DescribeHosts";
    let (mut standing, mut token) = (Standing::new(), String::new());
    loop {
        let params = [("RegionId", region), ("MaxResults", PAGE), ("NextToken", token.as_str())];
        let page: Page = told(ACTION, &ask(client, ACTION, EXTENSION, &params).await?)?;
        let before = standing.len();
        let hosts = page.hosts.host.into_iter();
        standing.extend(hosts.map(|host| (host.host_id, (host.zone_id, host.host_class))));
        if page.next_token.is_empty() {
            return Ok(standing);
        }
        if standing.len() == before {
            return Err(anyhow!("{ACTION}: a page without anything new, and still no end")).end_with(TRANSPORT);
        }
        token = page.next_token;
    }
}

/// Whether a host's class is known: whether it could come, without its coming.
async fn is_class(client: &mut Client, host: &Host) -> Result<bool> {
    const ACTION: &str = "RegisterHosts";
    let hosts = text(&[host]);
    let params = [("RegionId", host.region.as_str()), ("Hosts", hosts.as_str()), ("DryRun", "true")];
    let answer = ask(client, ACTION, EXTENSION, &params).await?;
    match &answer.fault {
        Some(fault) if fault.code == common::DRY_RUN.code => Ok(true),
        // Somebody else registers hosts at the same time. The class is looked at first, and so was found.
        Some(fault) if fault.status == 409 => Ok(true),
        Some(fault) if fault.status == 404 && fault.code.starts_with("InvalidHostClass") => Ok(false),
        Some(fault) => bail!("{ACTION}: {fault}"),
        None => bail!("{ACTION}: this server does not heed DryRun, and may have registered host {}", host.host),
    }
}

/// Sends the hosts that come, and shows how far it is. One call at a time: a region decides them one after the other, and
/// two at once were measured to be no faster.
///
/// # Errors
/// When a call is refused or its answer does not come. What was sent before stays.
pub async fn register(client: &mut Client, hosts: &[&Host], progress: &Progress) -> Result<Came> {
    const ACTION: &str = "RegisterHosts";
    let mut all = Came::default();
    progress.begin(hosts.len());
    for chunk in chunks(hosts) {
        let region = chunk.first().map_or("", |host| host.region.as_str());
        let hosts = text(chunk);
        let params = [("RegionId", region), ("Hosts", hosts.as_str())];
        let came: Came = told(ACTION, &ask(client, ACTION, EXTENSION, &params).await?)?;
        all.registered += came.registered;
        all.unchanged += came.unchanged;
        progress.more(chunk.len());
    }
    Ok(all)
}

/// Calls, and waits and calls again while the account is over its quota.
async fn ask(client: &mut Client, action: &str, version: &str, params: &[(&str, &str)]) -> Result<Answer> {
    let begun = Instant::now();
    loop {
        let answer = client.call(action, version, params).await?;
        let throttled = answer.fault.as_ref().is_some_and(|fault| fault.code.starts_with(common::THROTTLING.code));
        if !throttled || begun.elapsed() > THROTTLED_MAX {
            return Ok(answer);
        }
        tokio::time::sleep(THROTTLED_PAUSE).await;
    }
}

/// What an answer says that is no fault.
fn told<T: DeserializeOwned>(action: &str, answer: &Answer) -> Result<T> {
    if let Some(fault) = &answer.fault {
        bail!("{action}: {fault} (RequestId {})", fault.request_id);
    }
    serde_json::from_str(&answer.body)
        .with_context(|| format!("{action}: the answer is not understood"))
        .end_with(TRANSPORT)
}

/// As many hosts a call as may be, as its text allows, and as are of one region.
fn chunks<'a, 'b>(mut hosts: &'b [&'a Host]) -> impl Iterator<Item = &'b [&'a Host]> {
    std::iter::from_fn(move || {
        let region = &hosts.first()?.region;
        let mut bytes = "[]".len();
        let fits = hosts.iter().take(HOSTS_OF_CALL_MAX).take_while(|host| {
            bytes += one(host).to_string().len() + ",".len();
            bytes <= VALUE_BYTES_MAX && host.region == *region
        });
        // A host's names are short enough for one to fit always.
        let (chunk, rest) = hosts.split_at(fits.count().max(1));
        hosts = rest;
        Some(chunk)
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
    use super::{Host, VALUE_BYTES_MAX, chunks, text};

    fn hosts(count: usize, length: usize, region: impl Fn(usize) -> &'static str) -> Vec<Host> {
        let host = |line| Host {
            host: format!("{line:0length$}"),
            zone: "z".into(),
            class: "g6".into(),
            region: region(line).into(),
            line,
        };
        (0..count).map(host).collect()
    }

    #[test]
    fn every_host_is_in_one_call_that_is_not_too_long() {
        for length in [1, 20, 128] {
            let hosts = hosts(2500, length, |_| "a");
            let all: Vec<&Host> = hosts.iter().collect();
            let sent: Vec<usize> = chunks(&all).flatten().map(|host| host.line).collect();
            assert_eq!(sent, (0..2500).collect::<Vec<_>>());
            assert!(chunks(&all).all(|chunk| text(chunk).len() <= VALUE_BYTES_MAX && chunk.len() <= 1000));
            assert!(chunks(&all).count() <= if length < 128 { 3 } else { 7 });
        }
        assert_eq!(chunks(&[]).count(), 0);
    }

    #[test]
    fn a_call_is_for_one_region() {
        let hosts = hosts(7, 1, |line| if line < 3 { "a" } else { "b" });
        let all: Vec<&Host> = hosts.iter().collect();
        assert_eq!(chunks(&all).map(<[_]>::len).collect::<Vec<_>>(), [3, 4]);
    }
}

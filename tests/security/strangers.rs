//! Another account's id and one never issued are answered alike, byte for byte, but for the RequestId and the id itself.
//!
//! Goes through the contract: each operation with a parameter that takes ids has to be asked here, or the parameter has
//! to stand among those whose ids belong to nobody.

use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use rig::call::{Scheme, VERSION};
use rig::config::{REGION, TYPE, ZONE};
use rig::http::Response;
use rig::{Answer, Client};

use crate::Test;
use crate::ground::Ground;
use crate::operations;

/// The tests of this file.
pub const TESTS: [Test; 1] = [Test {
    name: "strangers' ids",
    tried: "each id parameter of each operation of the contract: another account's ids, in each state, against one never \
            issued; with and without DryRun, in both schemes and formats; all headers and the body compared",
    run,
}];

/// A parameter of an operation with what else the call needs.
struct Asked {
    action: &'static str,
    parameter: &'static str,
    kinds: &'static [Kind],
    more: &'static [(&'static str, &'static str)],
}

/// What an id may be of: the names of others' ids, and of one never issued, and what the call then needs besides.
struct Kind {
    theirs: &'static [&'static str],
    never: &'static str,
    more: &'static [(&'static str, &'static str)],
}

const fn asked(
    action: &'static str,
    parameter: &'static str,
    kinds: &'static [Kind],
    more: &'static [(&'static str, &'static str)],
) -> Asked {
    Asked { action, parameter, kinds, more }
}

const RESERVATIONS: Kind = Kind {
    theirs: &["foreign", "their released", "their limited", "their window", "their full"],
    never: "never",
    more: &[],
};
const ASSURANCES: Kind = Kind { theirs: &["their assurance"], never: "no assurance", more: &[] };
const RUNNING: Kind = Kind { theirs: &["theirs", "their stopped"], never: "nothing", more: &[] };
const PROMISES: &[Kind] = &[RESERVATIONS, ASSURANCES];
const INSTANCES: &[Kind] = &[RUNNING];
const RESOURCES: &[Kind] = &[
    Kind { more: &[("ResourceType", "capacityreservation")], ..RESERVATIONS },
    Kind { more: &[("ResourceType", "elasticityassurance")], ..ASSURANCES },
    Kind { more: &[("ResourceType", "instance")], ..RUNNING },
];
const KEYS: &[Kind] = &[Kind { theirs: &["their key"], never: "no key", more: &[] }];
const ACCOUNTS: &[Kind] = &[Kind { theirs: &["their account"], never: "no account", more: &[] }];
const HOSTS: &[Kind] = &[Kind { theirs: &["a host"], never: "no host", more: &[] }];

const POOL: &str = "PrivatePoolOptions.Id";
const POOLS: &str = "PrivatePoolOptions.Ids";
const POOL_N: &str = "PrivatePoolOptions.Id.N";
const LAUNCH: &[(&str, &str)] =
    &[("ZoneId", ZONE), ("InstanceType", TYPE), ("ImageId", "i"), ("PrivatePoolOptions.MatchCriteria", "Target")];

const ATTACH: &[(&str, &str)] = &[("InstanceId", "{runs}"), ("PrivatePoolOptions.MatchCriteria", "Target")];

/// Each operation that takes ids, and how it is asked.
const ASKED: [Asked; 39] = [
    asked("ReleaseCapacityReservation", POOL, PROMISES, &[]),
    asked("ModifyCapacityReservation", POOL, PROMISES, &[("Description", "changed")]),
    asked("ModifyCapacityReservation", POOL, PROMISES, &[("InstanceAmount", "1000")]),
    asked("DescribeCapacityReservationInstances", POOL, PROMISES, &[]),
    asked("DescribeCapacityReservationHistory", POOL, PROMISES, &[]),
    asked("DescribeCapacityReservations", POOLS, PROMISES, &[("Status", "All")]),
    asked("PurchaseElasticityAssurance", POOL, PROMISES, &[]),
    asked("ModifyElasticityAssurance", POOL, PROMISES, &[("Description", "changed")]),
    asked("RenewElasticityAssurances", POOL_N, PROMISES, &[("Period", "1"), ("PeriodUnit", "Month")]),
    asked("ModifyElasticityAssuranceAutoRenewAttribute", POOL_N, PROMISES, &[("RenewalStatus", "AutoRenewal")]),
    asked("DescribeElasticityAssuranceAutoRenewAttribute", POOL_N, PROMISES, &[]),
    asked("DescribeElasticityAssuranceInstances", POOL, PROMISES, &[]),
    asked("DescribeElasticityAssurances", POOLS, PROMISES, &[("Status", "All")]),
    asked("ModifyWindow", POOL, PROMISES, &[("Description", "changed")]),
    asked("ModifyWindow", POOL, PROMISES, &[("InstanceAmount", "1000")]),
    asked("TagResources", "ResourceId.N", RESOURCES, &[("Tag.1.Key", "a"), ("Tag.1.Value", "b")]),
    asked("UntagResources", "ResourceId.N", RESOURCES, &[("All", "true")]),
    asked("ListTagResources", "ResourceId.N", RESOURCES, &[]),
    asked("RunInstances", POOL, PROMISES, LAUNCH),
    asked("CreateInstance", POOL, PROMISES, LAUNCH),
    asked("StartInstance", "InstanceId", INSTANCES, &[]),
    asked("StartInstances", "InstanceId.N", INSTANCES, &[("BatchOptimization", "SuccessFirst")]),
    asked("StopInstance", "InstanceId", INSTANCES, &[("StoppedMode", "StopCharging")]),
    asked("StopInstances", "InstanceId.N", INSTANCES, &[("BatchOptimization", "SuccessFirst")]),
    asked("StopInstances", "InstanceId.N", INSTANCES, &[("BatchOptimization", "AllTogether")]),
    asked("DeleteInstance", "InstanceId", INSTANCES, &[("Force", "true")]),
    asked("DeleteInstances", "InstanceId.N", INSTANCES, &[("Force", "true")]),
    asked(
        "ModifyInstanceAttachmentAttributes",
        "InstanceId",
        INSTANCES,
        &[("PrivatePoolOptions.MatchCriteria", "None")],
    ),
    asked("ModifyInstanceAttachmentAttributes", POOL, PROMISES, ATTACH),
    asked("DescribeInstances", "InstanceIds", INSTANCES, &[]),
    asked("DescribeInstanceAttachmentAttributes", "InstanceIds", INSTANCES, &[]),
    asked("DisableAccessKey", "UserAccessKeyId", KEYS, &[]),
    asked("CreateAccessKey", "AccountId", ACCOUNTS, &[]),
    asked("DescribeAccounts", "AccountIds", ACCOUNTS, &[]),
    asked("DescribeHosts", "HostIds", HOSTS, &[]),
    asked("DrainHosts", "HostIds", HOSTS, &[]),
    asked("UndrainHosts", "HostIds", HOSTS, &[]),
    asked("FailHosts", "HostIds", HOSTS, &[]),
    asked("RemoveHosts", "HostIds", HOSTS, &[]),
];

/// Parameters whose ids belong to nobody: regions and zones are public, the others are carried or passed over.
const PUBLIC: [&str; 9] = [
    "RegionId",
    "ZoneId",
    "ZoneId.N",
    "ResourceGroupId",
    "VSwitchId",
    "SecurityGroupId",
    "SecurityGroupIds.N",
    "ImageId",
    "DedicatedHostId",
];

fn run(binary: &Path) -> Result<String> {
    every_id_is_asked()?;
    let mut ground = Ground::set(binary)?;
    ground.furnish()?;
    let before = ground.scene.look()?;
    let mut compared = 0;
    for asked in &ASKED {
        for kind in asked.kinds {
            for theirs in kind.theirs {
                compared +=
                    alike(&mut ground, asked, kind, theirs).with_context(|| format!("{}: {theirs}", asked.action))?;
            }
        }
    }
    ensure!(before == ground.scene.look()?, "one had an effect");
    ground.end()?;
    let actions: std::collections::BTreeSet<_> = ASKED.iter().map(|it| it.action).collect();
    Ok(format!("{compared} pairs of answers to {} operations, no byte different", actions.len()))
}

/// A new operation, or a new parameter of one, has to be thought of here.
fn every_id_is_asked() -> Result<()> {
    for operation in operations::all()? {
        for parameter in operation.parameters().filter(|name| !PUBLIC.contains(name)) {
            let last = parameter.trim_end_matches(".N").rsplit('.').next().unwrap_or_default();
            let takes_ids = last.ends_with("Id") || last.ends_with("Ids");
            let is_asked = ASKED.iter().any(|it| it.action == operation.name && it.parameter == parameter);
            if takes_ids && !is_asked {
                bail!("{} takes ids in {parameter}, and no row of this test asks it", operation.name);
            }
        }
    }
    Ok(())
}

/// One parameter with one stranger's id, in every way of asking. How many pairs were compared.
fn alike(ground: &mut Ground, asked: &Asked, kind: &Kind, theirs: &str) -> Result<usize> {
    let version = operations::all()?.iter().find(|it| it.name == asked.action).map(operations::version);
    let version = version.with_context(|| format!("{} is not in the contract", asked.action))?;
    let mut compared = 0;
    for scheme in [Scheme::V3Query, Scheme::V1Form] {
        for format in ["JSON", "XML"] {
            for dry_run in [None, Some("true")] {
                let client = &mut ground.scene.first;
                (client.scheme, client.version) = (scheme, version);
                let runs = ground.scene.values["runs"].clone();
                let mut more = vec![("RegionId", REGION), ("Format", format)];
                more.extend(kind.more.iter().chain(asked.more).map(|&(name, value)| match value {
                    "{runs}" => (name, runs.as_str()),
                    _ => (name, value),
                }));
                more.extend(dry_run.map(|it| ("DryRun", it)));
                let mut answer = |name: &str| {
                    let id = ground.scene.values.get(name).with_context(|| format!("there is no {name}"))?;
                    ask(client, asked, id, &more, format)
                };
                let (strange, never) = (answer(theirs)?, answer(kind.never)?);
                ensure!(strange == never, "{scheme:?}, DryRun {dry_run:?}, told apart:\n{strange}\n{never}");
                compared += 1;
            }
        }
    }
    (ground.scene.first.scheme, ground.scene.first.version) = (Scheme::V3Query, VERSION);
    Ok(compared)
}

/// Status, headers and body of an answer, without what differs from request to request. The id that was asked for may be
/// said again.
fn ask(client: &mut Client, asked: &Asked, id: &str, more: &[(&str, &str)], format: &str) -> Result<String> {
    let name = asked.parameter.replace(".N", ".1");
    let value = if name.ends_with("Ids") { format!("[\"{id}\"]") } else { id.to_owned() };
    let params = [more, &[(name.as_str(), value.as_str())]].concat();
    let signed = client.sign(asked.action, &params);
    let response = client.send(&signed)?;
    Ok(masked(&response, format)?.replace(id, "<id>"))
}

/// A whole answer as text, without its RequestId and the hour.
///
/// # Errors
/// When it has no RequestId.
pub fn masked(response: &Response, format: &str) -> Result<String> {
    let request_id = request_id(response, format)?;
    let mut all = format!("{}\n", response.status);
    for (name, value) in response.headers.iter().filter(|(name, _)| name != "date") {
        all.push_str(&format!("{name}: {value}\n"));
    }
    all.push_str(str::from_utf8(&response.body)?);
    Ok(all.replace(&request_id, "<RequestId>"))
}

fn request_id(response: &Response, format: &str) -> Result<String> {
    if format == "JSON" {
        return Ok(Answer::read(response)?.text("RequestId").to_owned());
    }
    let kind = response.header("content-type").unwrap_or_default();
    ensure!(kind == "text/xml;charset=utf-8", "the content type is {kind:?}");
    let text = str::from_utf8(&response.body)?;
    let (_, rest) = text.split_once("<RequestId>").with_context(|| text.to_owned())?;
    let (id, _) = rest.split_once("</RequestId>").with_context(|| text.to_owned())?;
    Ok(id.to_owned())
}

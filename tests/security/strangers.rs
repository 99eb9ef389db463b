//! Another account's id and one never issued are answered alike, byte for byte, but for the RequestId.

use anyhow::{Context, Result, ensure};
use rig::config::{REGION, TYPE, ZONE};
use rig::http::Response;
use rig::{Answer, call::Scheme};

use crate::scene::Scene;

/// An operation, the parameter that takes the id, and the others.
type Asked = (&'static str, &'static str, &'static [(&'static str, &'static str)]);

/// Each operation that takes an id, and how.
const OPERATIONS: [Asked; 18] = [
    ("ReleaseCapacityReservation", "PrivatePoolOptions.Id", &[]),
    ("ReleaseCapacityReservation", "PrivatePoolOptions.Id", &[("DryRun", "true")]),
    ("ModifyCapacityReservation", "PrivatePoolOptions.Id", &[("Description", "changed")]),
    ("ModifyCapacityReservation", "PrivatePoolOptions.Id", &[("InstanceAmount", "1000")]),
    ("DescribeCapacityReservationInstances", "PrivatePoolOptions.Id", &[]),
    ("DescribeCapacityReservations", "PrivatePoolOptions.Ids", &[("Status", "All")]),
    ("TagResources", "ResourceId.1", &[("ResourceType", KIND), ("Tag.1.Key", "a"), ("Tag.1.Value", "b")]),
    ("UntagResources", "ResourceId.1", &[("ResourceType", KIND), ("All", "true")]),
    ("ListTagResources", "ResourceId.1", &[("ResourceType", KIND)]),
    ("RunInstances", "PrivatePoolOptions.Id", &[ZONE_H, LARGE, TARGET]),
    ("StartInstance", "InstanceId", &[]),
    ("StopInstance", "InstanceId", &[("StoppedMode", "StopCharging")]),
    ("DeleteInstance", "InstanceId", &[("Force", "true")]),
    ("DeleteInstances", "InstanceId.1", &[("Force", "true")]),
    ("StopInstances", "InstanceId.1", &[("BatchOptimization", "SuccessFirst")]),
    ("ModifyInstanceAttachmentAttributes", "InstanceId", &[("PrivatePoolOptions.MatchCriteria", "None")]),
    ("DescribeInstances", "InstanceIds", &[]),
    ("DescribeInstanceAttachmentAttributes", "InstanceIds", &[]),
];
const ZONE_H: (&str, &str) = ("ZoneId", ZONE);
const LARGE: (&str, &str) = ("InstanceType", TYPE);
const TARGET: (&str, &str) = ("PrivatePoolOptions.MatchCriteria", "Target");
const KIND: &str = "capacityreservation";

/// Asks each operation for both, in both formats.
///
/// # Errors
/// The first two answers that differ.
pub fn run(scene: &mut Scene) -> Result<()> {
    for scheme in [Scheme::V3Query, Scheme::V1Form] {
        scene.first.scheme = scheme;
        for format in ["JSON", "XML"] {
            for (action, name, more) in OPERATIONS {
                let instance = name.starts_with("InstanceId");
                let [foreign, never] = if instance { ["theirs", "nothing"] } else { ["foreign", "never"] };
                let strange = ask(scene, action, name, foreign, more, format)?;
                let never = ask(scene, action, name, never, more, format)?;
                ensure!(
                    strange == never,
                    "{action} tells them apart:\n{}\n{}",
                    String::from_utf8_lossy(&strange),
                    String::from_utf8_lossy(&never)
                );
            }
        }
    }
    scene.first.scheme = Scheme::V3Query;
    Ok(())
}

/// Status, headers and body of an answer, without what differs from request to request. The id that was asked for may be
/// said again.
fn ask(
    scene: &mut Scene,
    action: &str,
    name: &str,
    whose: &str,
    more: &[(&str, &str)],
    format: &str,
) -> Result<Vec<u8>> {
    let id = scene.values[whose].clone();
    let value = if name.ends_with("Ids") { format!("[\"{id}\"]") } else { id.clone() };
    let params = [&[("RegionId", REGION), (name, value.as_str()), ("Format", format)], more].concat();
    let signed = scene.first.sign(action, &params);
    let response = scene.send(&signed)?;
    let request_id = request_id(&response, format).with_context(|| format!("{action} in {format}"))?;
    let mut all = format!("{}\n", response.status);
    for (name, value) in response.headers.iter().filter(|(name, _)| name != "date") {
        all.push_str(&format!("{name}: {value}\n"));
    }
    all.push_str(str::from_utf8(&response.body)?);
    Ok(all.replace(&request_id, "<RequestId>").replace(&id, "<id>").into_bytes())
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

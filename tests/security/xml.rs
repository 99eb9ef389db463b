//! Characters that XML does not have: whatever is kept or said again, every answer is well-formed.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use rig::call::{EXTENSION, Scheme, VERSION};
use rig::config::{REGION, TYPE, ZONE};
use rig::http::Response;
use rig::{Answer, Client, xml};
use rpc::signature::client::Signed;

use crate::Test;
use crate::game::{AMBIGUOUS, expect};
use crate::ground::Ground;
use crate::operations;

/// The tests of this file.
pub const TESTS: [Test; 2] = [
    Test {
        name: "XML-illegal characters",
        tried: "U+0000 to U+001F, U+007F to U+009F, U+FFFE, U+FFFF, markup and entities in each text that can be sent; \
                every answer parsed, in XML and in JSON",
        run: illegal,
    },
    Test {
        name: "text that is no text",
        tried: "lone surrogates, overlong forms, cut off characters and bytes that UTF-8 does not have, in names and values",
        run: no_text,
    },
];

/// What is put into each text, on its own and among letters.
fn evil() -> Vec<String> {
    let controls = (0..=0x1f_u32).chain(0x7f..=0x9f).chain([0xfffe, 0xffff, 0x1_fffe, 0xfdd0, 0x2028, 0xfeff]);
    let mut all: Vec<String> = controls.filter_map(char::from_u32).map(|it| format!("ab{it}c")).collect();
    all.extend(
        ["]]>", "<a>", "&#0;", "&lt;", "<!--", "<?a?>", "'\"><b a='", "\u{10ffff}ab", "ab\u{1}\u{2}]]>\0"]
            .map(|it| format!("ab{it}")),
    );
    all
}

/// Names and values; what stands in braces is known when the server runs.
type Pairs = &'static [(&'static str, &'static str)];

/// Each operation with its texts: what is sent of each is one that is evil.
const TEXTS: &[(&str, Pairs, &[&str])] = &[
    ("CreateCapacityReservation", NEW, &[NAME, "Description", KEY, VALUE, "ClientToken", "Platform", "EndTime"]),
    ("ModifyCapacityReservation", MINE, &[NAME, "Description", "PrivatePoolOptions.Id"]),
    (
        "CreateElasticityAssurance",
        NEW_ASSURANCE,
        &[NAME, "Description", KEY, VALUE, "RecurrenceRules.1.RecurrenceValue"],
    ),
    ("ModifyElasticityAssurance", MY_ASSURANCE, &[NAME, "Description"]),
    ("ReserveWindow", NEW_WINDOW, &[NAME, "Description", KEY, VALUE]),
    ("ModifyWindow", MY_WINDOW, &[NAME, "Description"]),
    ("TagResources", TAGGED, &[KEY, VALUE, "ResourceId.1", "ResourceType"]),
    ("UntagResources", TAGGED, &["TagKey.1"]),
    ("RunInstances", LAUNCH, &["InstanceName", "HostName", "Description", KEY, VALUE, "ImageId", "ClientToken"]),
    ("CreateInstance", LAUNCH, &["InstanceName", "HostName", "Description", KEY, VALUE, "ImageId", "KeyPairName"]),
    ("DescribeCapacityReservations", HERE, &["NextToken", "PrivatePoolOptions.Ids", "ZoneId", "InstanceType", KEY]),
    ("DescribeInstances", HERE, &["InstanceIds", "InstanceName", "NextToken"]),
    ("DescribeCapacityReservationHistory", MINE, &[ID, "NextToken"]),
    ("CreateAccount", &[], &["AccountName"]),
    ("RegisterHosts", HERE, &["Hosts"]),
    ("PutInstanceType", &[("HostClass", "g6"), ("Vcpus", "2"), ("MemoryGib", "8")], &["InstanceType", "HostClass"]),
];
const NAME: &str = "PrivatePoolOptions.Name";
const KEY: &str = "Tag.1.Key";
const VALUE: &str = "Tag.1.Value";
const ID: &str = "PrivatePoolOptions.Id";
const HERE: Pairs = &[("RegionId", REGION)];
const AMOUNT: (&str, &str) = ("InstanceAmount", "1");
const NEW: Pairs = &[("RegionId", REGION), ("ZoneId.1", ZONE), ("InstanceType", TYPE), AMOUNT, (KEY, "k")];
const NEW_ASSURANCE: Pairs = &[("RegionId", REGION), ("ZoneId.1", ZONE), ("InstanceType.1", TYPE), AMOUNT, (KEY, "k")];
const NEW_WINDOW: Pairs =
    &[("RegionId", REGION), ("ZoneId", ZONE), ("InstanceType", TYPE), AMOUNT, ("EndTime", "{soon}"), (KEY, "k")];
const MINE: Pairs = &[("RegionId", REGION), (ID, "{mine}")];
const MY_ASSURANCE: Pairs = &[("RegionId", REGION), (ID, "{my assurance}")];
const MY_WINDOW: Pairs = &[("RegionId", REGION), (ID, "{my window}")];
const TAGGED: Pairs =
    &[("RegionId", REGION), ("ResourceType", "capacityreservation"), ("ResourceId.1", "{mine}"), (KEY, "k")];
const NO_POOL: (&str, &str) = ("PrivatePoolOptions.MatchCriteria", "None");
const LAUNCH: Pairs =
    &[("RegionId", REGION), ("ZoneId", ZONE), ("InstanceType", TYPE), ("ImageId", "i"), NO_POOL, (KEY, "k")];
/// What shows all that was kept.
const SHOWN: [(&str, Pairs); 6] = [
    ("DescribeCapacityReservations", &[("RegionId", REGION), ("Status", "All"), ("MaxResults", "100")]),
    ("DescribeElasticityAssurances", &[("RegionId", REGION), ("Status", "All"), ("MaxResults", "100")]),
    ("DescribeInstances", &[("RegionId", REGION), ("MaxResults", "100")]),
    ("ListTagResources", &[("RegionId", REGION), ("ResourceType", "capacityreservation")]),
    ("DescribeAccounts", &[("MaxResults", "100")]),
    ("DescribeCapacityReservationHistory", &[("RegionId", REGION), (ID, "{mine}"), ("MaxResults", "100")]),
];

fn illegal(binary: &Path) -> Result<String> {
    every_kept_text_is_tried()?;
    let mut ground = Ground::set(binary)?;
    ground.furnish()?;
    let soon = rig::clock::seconds_text(rig::clock::now() + 7200);
    ground.scene.values.insert("soon".to_owned(), soon);
    let (mut kept, mut refused) = (0, 0);
    for (action, good, names) in TEXTS {
        for name in *names {
            for text in evil() {
                for format in ["XML", "JSON"] {
                    let taken = one(&mut ground, action, good, (name, &text), format)
                        .with_context(|| format!("{action} with {name} {text:?}"))?;
                    *if taken { &mut kept } else { &mut refused } += 1;
                }
            }
        }
        shown(&mut ground)?;
    }
    ensure!(kept > 100 && refused > 100, "{kept} kept, {refused} refused: too few of either to tell anything");
    ground.end()?;
    Ok(format!("{kept} texts taken, {refused} refused; all answers well-formed, and all listings"))
}

/// A text that is kept and shown again has to be tried here, in each operation that takes it.
fn every_kept_text_is_tried() -> Result<()> {
    const KEPT: [&str; 7] = [NAME, "Description", "InstanceName", "HostName", "AccountName", KEY, VALUE];
    for operation in operations::all()? {
        let asks = ["Describe", "List"].iter().any(|start| operation.name.starts_with(start));
        let names = operation.parameters().map(|name| name.replace(".N.", ".1."));
        for name in names.filter(|name| !asks && KEPT.contains(&name.as_str())) {
            let row = TEXTS.iter().find(|(action, ..)| *action == operation.name);
            let is_tried = row.is_some_and(|(_, _, names)| names.contains(&name.as_str()));
            ensure!(is_tried, "{} keeps {name}, and no row of this test tries it", operation.name);
        }
    }
    Ok(())
}

/// One text in one operation. Whether it was taken.
fn one(ground: &mut Ground, action: &str, good: Pairs, (name, text): (&str, &str), format: &str) -> Result<bool> {
    let good = filled(ground, good);
    let mut params: Vec<(&str, &str)> =
        good.iter().filter(|(found, _)| *found != name).map(|(found, value)| (*found, value.as_str())).collect();
    params.extend([(name, text), ("Format", format)]);
    let client = who(ground, action);
    let signed = client.sign(action, &params);
    let response = client.send(&signed)?;
    parsed(&response, format)?;
    ensure!(response.status < 500, "{}", response.status);
    undo(client, action, &response)?;
    Ok(response.status == 200)
}

/// With what is known when the server runs.
fn filled(ground: &Ground, pairs: Pairs) -> Vec<(&'static str, String)> {
    let known = |value: &str| value.strip_prefix('{').and_then(|it| it.strip_suffix('}')).map(str::to_owned);
    let fill = |value: &str| known(value).map_or_else(|| value.to_owned(), |name| ground.scene.values[&*name].clone());
    pairs.iter().map(|(name, value)| (*name, fill(value))).collect()
}

/// Everything that was kept, in both formats.
fn shown(ground: &mut Ground) -> Result<()> {
    for (action, params) in SHOWN {
        let params = filled(ground, params);
        let params: Vec<(&str, &str)> = params.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let client = who(ground, action);
        for format in ["XML", "JSON"] {
            let signed = client.sign(action, &[params.as_slice(), &[("Format", format)]].concat());
            let response = client.send(&signed)?;
            ensure!(response.status == 200, "{action}: {}", response.status);
            parsed(&response, format).with_context(|| action.to_owned())?;
        }
    }
    Ok(())
}

/// Operators' operations are asked by an operator, our own under their version.
fn who<'a>(ground: &'a mut Ground, action: &str) -> &'a mut Client {
    let operators = ["CreateAccount", "RegisterHosts", "PutInstanceType", "DescribeAccounts"].contains(&action);
    let client = if operators { &mut ground.operator } else { &mut ground.scene.first };
    let ours = ["ReserveWindow", "ModifyWindow", "DescribeCapacityReservationHistory"].contains(&action);
    client.version = if operators || ours { EXTENSION } else { VERSION };
    // In a form every byte can be sent, and V1 signs them all.
    client.scheme = if client.scheme == Scheme::V1Form { Scheme::V3Form } else { Scheme::V1Form };
    client
}

/// Instances and promises are given back while they would fill the hosts; some stay to be listed.
fn undo(client: &mut Client, action: &str, response: &Response) -> Result<()> {
    let text = String::from_utf8_lossy(&response.body);
    let found = |start: &str| text.split(['"', '<', '>']).find(|piece| piece.starts_with(start)).map(str::to_owned);
    if response.status != 200 {
        return Ok(());
    }
    let version = std::mem::replace(&mut client.version, VERSION);
    let done = match action {
        "CreateCapacityReservation" => found("crp-")
            .map(|id| client.call("ReleaseCapacityReservation", &[HERE, &[("PrivatePoolOptions.Id", &id)]].concat())),
        "RunInstances" | "CreateInstance" => {
            found("i-").map(|id| client.call("DeleteInstance", &[("InstanceId", &id), ("Force", "true")]))
        }
        _ => None,
    };
    client.version = version;
    done.transpose().map(drop)
}

/// Sees that an answer is well-formed.
fn parsed(response: &Response, format: &str) -> Result<()> {
    if format == "JSON" {
        return Answer::read(response).map(drop);
    }
    let text = str::from_utf8(&response.body).context("the answer is not UTF-8")?;
    xml::check(text).with_context(|| text.to_owned())
}

fn no_text(binary: &Path) -> Result<String> {
    let mut ground = Ground::set(binary)?;
    let before = ground.scene.look()?;
    let bytes = [
        "%ED%A0%80",
        "%ED%BF%BF",
        "%ED%A0%80%ED%B0%80",
        "%C0%80",
        "%C0%AF",
        "%E0%80%AF",
        "%F4%90%80%80",
        "%F8%88%80%80%80",
        "%FF",
        "%FE",
        "%80",
        "%E5%AE",
        "%F0%9F",
    ];
    let mut count = 0;
    for scheme in [Scheme::V3Form, Scheme::V3Query, Scheme::V1Form, Scheme::V1Query] {
        for text in bytes {
            for piece in [format!("Description={text}"), format!("Description=a{text}b"), format!("{text}=a")] {
                for format in ["XML", "JSON"] {
                    let client = &mut ground.scene.first;
                    client.scheme = scheme;
                    let mut signed = client.sign("CreateCapacityReservation", &[NEW, &[("Format", format)]].concat());
                    append(&mut signed, &piece);
                    expect(client, &signed, 400, AMBIGUOUS).with_context(|| format!("{scheme:?} {piece}"))?;
                    let response = client.send(&signed)?;
                    parsed(&response, format).with_context(|| piece.clone())?;
                    count += 1;
                }
            }
        }
    }
    ground.scene.first.scheme = Scheme::V3Query;
    ensure!(before == ground.scene.look()?, "one had an effect");
    ground.end()?;
    Ok(format!("{count} requests, all refused with {AMBIGUOUS} in well-formed answers"))
}

fn append(signed: &mut Signed, piece: &str) {
    if signed.body.is_empty() {
        signed.target.push('&');
        signed.target.push_str(piece);
    } else {
        signed.body.push('&');
        signed.body.push_str(piece);
    }
}

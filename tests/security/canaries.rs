//! Secrets that stand nowhere else in the world: after a run of everything they are looked for wherever they must not be.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use rig::call::{EXTENSION, Scheme, VERSION};
use rig::config::{Plan, REGION, TYPE, ZONE};
use rig::http::{Connection, Response, request};
use rig::{Client, Scene, clock};
use rpc::encode::{hex, percent};
use rpc::signature::client::Signed;

use crate::Test;
use crate::ground::{GUEST, GUEST_TOKEN, Ground, OPERATOR, SPARE, client, metrics};
use crate::operations;

/// The tests of this file.
pub const TESTS: [Test; 1] = [Test {
    name: "canary secrets",
    tried: "every operation, good, denied, forged and broken, logged at level debug in both formats; then secrets, tokens \
            and signatures are looked for in logs, metrics, answers, /proc and the output of every command",
    run,
}];

/// What must not be found, and what was said in answer to whom.
#[derive(Default)]
struct Canaries {
    secrets: Vec<String>,
    /// Found in the log and nowhere else: whoever sent them may be told them.
    signatures: Vec<String>,
    said: Vec<(String, String)>,
}

fn run(binary: &Path) -> Result<String> {
    let mut seen = Vec::new();
    for format in ["text", "json"] {
        // The gate is tried to its end, its quotas too.
        let plan = Plan { limits: "nonces = 100000", ..Scene::plan() };
        let mut ground = Ground::set_with(binary, plan, format)?;
        ground.furnish()?;
        let mut canaries = Canaries::default();
        canaries.secrets.extend([OPERATOR.1, SPARE.1, GUEST.1, GUEST_TOKEN].map(str::to_owned));
        for name in ["first-key", "second-key"] {
            canaries.secrets.push(fs::read_to_string(ground.scene.folder.path().join(name))?);
        }
        made_keys(&mut ground, &mut canaries)?;
        every_operation(&mut ground, &mut canaries)?;
        broken(&ground, &mut canaries)?;
        seen.push(look(binary, ground, &canaries, format)?);
    }
    Ok(seen.join("; "))
}

/// Keys that were made while it ran: their secrets are told once, in the very answer that is left out here.
fn made_keys(ground: &mut Ground, canaries: &mut Canaries) -> Result<()> {
    ground.operator.version = EXTENSION;
    for scheme in [Scheme::V3Query, Scheme::V1Form] {
        ground.operator.scheme = scheme;
        let made = ground.operator.call("CreateAccessKey", &[("AccountId", "1000000000000001")])?.good()?;
        let key = (made.text("AccessKeyId").to_owned(), made.text("AccessKeySecret").to_owned());
        ensure!(!key.1.is_empty(), "no secret was told");
        let mut user = client(&ground.scene, (&key.0, &key.1));
        send(canaries, &mut user, "DescribeZones", &[("RegionId", REGION)])?;
        let disabled = [("UserAccessKeyId", key.0.as_str())];
        send(canaries, &mut ground.operator, "DisableAccessKey", &disabled)?;
        send(canaries, &mut user, "DescribeZones", &[("RegionId", REGION)])?;
        canaries.secrets.push(key.1);
    }
    Ok(())
}

/// Every operation by everybody, in both schemes and formats: served, denied, refused.
fn every_operation(ground: &mut Ground, canaries: &mut Canaries) -> Result<()> {
    let values = ground.scene.values.clone();
    for operation in operations::all()? {
        for scheme in [Scheme::V3Query, Scheme::V3Form, Scheme::V1Query, Scheme::V1Form] {
            for format in ["JSON", "XML"] {
                let mut params = vec![("RegionId", REGION), ("Format", format)];
                params.extend(operation.parameters().filter_map(|name| guess(name, &values)));
                params.sort_unstable();
                params.dedup_by_key(|(name, _)| *name);
                // Whatever is destroyed by this is the second one's.
                let Ground { scene, operator, guest } = &mut *ground;
                for who in [&mut scene.first, operator, guest] {
                    let dry = [&params[..], &[("DryRun", "true")]].concat();
                    (who.scheme, who.version) = (scheme, operations::version(&operation));
                    send(canaries, who, &operation.name, &dry)?;
                    send(canaries, who, &operation.name, &params[..1])?;
                    who.version = VERSION;
                }
                let mut forger = client(scene, (OPERATOR.0, "a-guess"));
                (forger.scheme, forger.version) = (scheme, operations::version(&operation));
                send(canaries, &mut forger, &operation.name, &params)?;
                let mut bare = client(scene, GUEST);
                (bare.scheme, bare.version) = (scheme, operations::version(&operation));
                send(canaries, &mut bare, &operation.name, &params)?;
            }
        }
    }
    Ok(())
}

/// Something that may do for a parameter.
fn guess<'a>(name: &str, values: &'a rig::scene::Values) -> Option<(&'static str, &'a str)> {
    Some(match name {
        "PrivatePoolOptions.Id" => ("PrivatePoolOptions.Id", &values["mine"]),
        "PrivatePoolOptions.Id.N" => ("PrivatePoolOptions.Id.1", &values["my assurance"]),
        "InstanceId" => ("InstanceId", &values["runs"]),
        "InstanceId.N" => ("InstanceId.1", &values["runs"]),
        "ResourceId.N" => ("ResourceId.1", &values["mine"]),
        "ResourceType" => ("ResourceType", "capacityreservation"),
        "Tag.N.Key" => ("Tag.1.Key", "a"),
        "Tag.N.Value" => ("Tag.1.Value", "b"),
        "ZoneId" => ("ZoneId", ZONE),
        "ZoneId.N" => ("ZoneId.1", ZONE),
        "InstanceType" => ("InstanceType", TYPE),
        "InstanceType.N" => ("InstanceType.1", TYPE),
        "InstanceAmount" => ("InstanceAmount", "1"),
        "UserAccessKeyId" => ("UserAccessKeyId", "no-such-key"),
        "AccountId" => ("AccountId", "1000000000000009"),
        "HostIds" => ("HostIds", "[\"none\"]"),
        "MaxResults" => ("MaxResults", "5"),
        _ => return None,
    })
}

/// Requests that are broken around their secrets.
fn broken(ground: &Ground, canaries: &mut Canaries) -> Result<()> {
    let here = [("RegionId", REGION), ("Format", "JSON")];
    let spoil: [fn(&mut Signed); 7] = [
        |it| it.target.push_str("&RegionId=again"),
        |it| it.target.push_str("&%zz=1"),
        |it| it.headers.retain(|(name, _)| *name != "host"),
        |it| it.headers.push(("x-acs-more", "1".to_owned())),
        |it| it.headers.push(("content-type", "application/json".to_owned())),
        |it| it.target = it.target.replace("/?", "/else?"),
        |it| it.body.push_str("x=1"),
    ];
    for who in [&ground.scene.first, &ground.operator, &ground.guest] {
        for scheme in [Scheme::V3Query, Scheme::V1Query] {
            for spoil in spoil {
                let mut signer = client(&ground.scene, (&who.key().id, &who.key().secret));
                (signer.scheme, signer.token) = (scheme, who.token.clone());
                let mut signed = signer.sign_at("DescribeZones", &here, clock::now(), &rig::call::nonce());
                spoil(&mut signed);
                let bytes = request("POST", &signed.target, &signed.headers, signed.body.as_bytes());
                for bytes in [&bytes[..], &bytes[..bytes.len() / 2], &[&bytes[..], b"\0\xff rubbish"].concat()] {
                    let mut connection = Connection::open(ground.scene.server.address())?;
                    connection.send(bytes)?;
                    if bytes.ends_with(b"\r\n\r\n")
                        && let Ok(Some(response)) = connection.receive()
                    {
                        remember(canaries, &signed, "a broken request", &response);
                    }
                }
            }
        }
    }
    Ok(())
}

fn send(canaries: &mut Canaries, who: &mut Client, action: &str, params: &[(&str, &str)]) -> Result<()> {
    let signed = who.sign(action, params);
    let response = who.send(&signed).with_context(|| action.to_owned())?;
    remember(canaries, &signed, action, &response);
    Ok(())
}

fn remember(canaries: &mut Canaries, signed: &Signed, action: &str, response: &Response) {
    let carried = format!("{}&{}", signed.target, signed.body);
    let in_headers =
        signed.headers.iter().find_map(|(name, value)| (*name == "authorization").then_some(value.as_str()));
    let from = in_headers.unwrap_or(&carried);
    if let Some((_, rest)) = from.split_once("Signature=") {
        // In a query some of it is escaped; the longest piece that is not will do.
        let whole = rest.split('&').next().unwrap_or_default();
        canaries.signatures.extend(whole.split('%').max_by_key(|piece| piece.len()).map(str::to_owned));
    }
    let mut said = format!("{:?}\n{}", response.headers, String::from_utf8_lossy(&response.body));
    if response.status == 400 && said.contains("SignatureDoesNotMatch") && carried.contains(GUEST_TOKEN) {
        // The string to sign holds all parameters of V1: who sent the token is shown what was received.
        said = said.replace(GUEST_TOKEN, "");
    }
    canaries.said.push((action.to_owned(), said));
}

/// Looks everywhere.
fn look(binary: &Path, ground: Ground, canaries: &Canaries, format: &str) -> Result<String> {
    let address = ground.address().to_owned();
    let id = ground.scene.server.id();
    let mut places = vec![("the metrics".to_owned(), metrics(&address)?)];
    for name in ["cmdline", "environ"] {
        places.push((
            format!("/proc/{name}"),
            String::from_utf8_lossy(&fs::read(format!("/proc/{id}/{name}"))?).into_owned(),
        ));
    }
    let answers = canaries.said.len();
    places.extend(canaries.said.iter().map(|(action, said)| (format!("an answer to {action}"), said.clone())));
    let reservation = ground.scene.values["mine"].clone();
    let file = ground.scene.folder.path().join("berth.toml");
    let mut scene = ground.scene;
    scene.healthy()?;
    let data = scene.data.clone();
    let (log_file, folder) = (scene.log.clone(), scene.folder);
    scene.server.stop()?;
    let log = fs::read_to_string(&log_file)?;
    ensure!(log.lines().count() > 1000, "the log has {} lines only", log.lines().count());
    for signature in &canaries.signatures {
        ensure!(signature.len() >= 6, "a signature of nothing: {signature:?}");
        ensure!(!log.contains(signature.as_str()), "the log has a signature: {signature}");
    }
    places.push(("the log".to_owned(), log));
    let (data_text, file) = (data.to_str().context("no text")?, file.to_str().context("no text")?);
    for arguments in [
        &["store", "info", data_text][..],
        &["store", "verify", data_text],
        &["store", "history", &reservation, "--data", data_text],
        &["config", "check", file],
    ] {
        let done = Command::new(binary).args(arguments).output()?;
        ensure!(done.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&done.stderr));
        let text = [done.stdout, done.stderr].concat();
        places.push((arguments.join(" "), String::from_utf8_lossy(&text).into_owned()));
    }
    let exported = export(binary, &data, folder.path(), canaries)?;
    for (place, text) in &places {
        for secret in canaries.secrets.iter().chain(&exported) {
            for form in [secret.clone(), percent(secret), hex(secret.as_bytes())] {
                ensure!(!text.contains(&form), "{place} has the secret {secret}");
            }
        }
    }
    Ok(format!("{answers} answers and {} lines of {format} log: none", places.last().map_or(0, |_| log_lines(&places))))
}

fn log_lines(places: &[(String, String)]) -> usize {
    places.iter().find(|(name, _)| name == "the log").map_or(0, |(_, text)| text.lines().count())
}

/// The one thing that holds secrets because it has to: for its owner alone. Gives the key of page tokens, which is
/// told nowhere else.
fn export(binary: &Path, data: &Path, folder: &Path, canaries: &Canaries) -> Result<Vec<String>> {
    let file = folder.join("export");
    let done = Command::new(binary).args(["store", "export"]).args([data, &file]).output()?;
    ensure!(done.status.success(), "store export: {}", String::from_utf8_lossy(&done.stderr));
    for place in [&file, &data.to_owned()] {
        let mode = fs::metadata(place)?.permissions().mode();
        ensure!(mode & 0o077 == 0, "{} may be read by others: {mode:o}", place.display());
    }
    let text = fs::read_to_string(&file)?;
    ensure!(
        canaries.secrets.iter().all(|secret| text.contains(secret.as_str())),
        "the export lacks a secret: this test looks for the wrong ones"
    );
    let (_, rest) = text.split_once("PageKeySet").context("no key of page tokens in the export")?;
    let key = rest.split('"').find(|piece| piece.len() == 64 && piece.bytes().all(|it| it.is_ascii_hexdigit()));
    Ok(vec![key.context("no key of page tokens in the export")?.to_owned()])
}

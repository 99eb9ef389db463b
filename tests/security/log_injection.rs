//! What a client sends must not become lines of the log, colours of a terminal, or keys of a JSON object.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use rig::call::{EXTENSION, Scheme, VERSION};
use rig::config::{REGION, TYPE, ZONE};
use rig::http::{Connection, request};
use rig::{Answer, Client, Key, Scene};
use rpc::encode::percent;

use crate::Test;
use crate::ground::Ground;

/// The tests of this file.
pub const TESTS: [Test; 2] = [
    Test {
        name: "log injection",
        tried: "line ends, escapes of terminals, quotes and JSON in action, key, nonce, token, host, path, user agent, ids, \
                names and host names; text and JSON logs at level debug",
        run: logs,
    },
    Test {
        name: "injection into what the operator reads",
        tried: "the same in every text that is kept, read with store history, info and verify, and with call",
        run: tools,
    },
];

/// A word that no line of ours begins with.
const MARK: &str = "F0RGED";

fn evil() -> [String; 8] {
    [
        format!("\n2026-11-23T02:01:00Z  INFO {MARK}"),
        format!("\r\n2026-11-23T02:01:00Z  INFO {MARK}"),
        format!("\u{1b}[2K\u{1b}[1G\u{1b}[31m{MARK}"),
        format!("\",\"level\":\"ERROR\",\"message\":\"{MARK}"),
        format!("\u{2028}{MARK}\u{85}{MARK}"),
        format!("\0{MARK}\u{7}\u{8}\u{7f}"),
        format!("{MARK} status=200 code=\"OK\""),
        format!("\u{9b}31m{MARK}\u{202e}"),
    ]
}

fn logs(binary: &Path) -> Result<String> {
    let mut seen = Vec::new();
    for format in ["text", "json"] {
        let mut ground = Ground::set_with(binary, Scene::plan(), format)?;
        let mut sent = 0;
        for text in evil() {
            sent += signed(&mut ground, &text)?;
            sent += unsigned(&ground, &text)?;
        }
        let ready =
            Answer::read(&ground.scene.send(&ground.scene.first.sign("DescribeZones", &[("RegionId", REGION)]))?)?;
        ready.good()?;
        let log = ground.scene.server.log()?;
        ground.end()?;
        let lines = sound(&log, format)?;
        ensure!(lines > sent / 2, "{lines} lines about {sent} requests");
        seen.push(format!("{lines} lines of {format} about {sent} requests"));
    }
    Ok(format!("{}: none forged", seen.join(", ")))
}

/// Requests with a good signature and something evil in them. How many.
fn signed(ground: &mut Ground, text: &str) -> Result<usize> {
    let mut sent = 0;
    let name = format!("name-{text}");
    for scheme in [Scheme::V3Form, Scheme::V1Form] {
        for (operator, action, params) in [
            (false, "DescribeZones", vec![("RegionId", text)]),
            (false, "ReleaseCapacityReservation", vec![("RegionId", REGION), ("PrivatePoolOptions.Id", text)]),
            (false, "DescribeInstances", vec![("RegionId", REGION), ("InstanceIds", text), ("NextToken", text)]),
            (
                false,
                "CreateCapacityReservation",
                vec![
                    ("RegionId", REGION),
                    ("ZoneId.1", ZONE),
                    ("InstanceType", TYPE),
                    ("InstanceAmount", "1"),
                    ("Description", &name),
                    ("PrivatePoolOptions.Name", &name),
                    ("ClientToken", text),
                    ("Tag.1.Key", text),
                    ("Tag.1.Value", text),
                ],
            ),
            (true, "CreateAccount", vec![("AccountName", &name)]),
            (true, "DisableAccessKey", vec![("UserAccessKeyId", text)]),
            (true, "DrainHosts", vec![("RegionId", REGION), ("HostIds", text)]),
            (true, "RegisterHosts", vec![("RegionId", REGION), ("Hosts", text)]),
            (true, "PutHostClass", vec![("HostClass", text), ("Vcpus", "4"), ("MemoryGib", "4")]),
        ] {
            let client = if operator { &mut ground.operator } else { &mut ground.scene.first };
            client.scheme = scheme;
            client.version = if operator { EXTENSION } else { VERSION };
            client.call(action, &params).with_context(|| format!("{action} with {text:?}"))?;
            sent += 1;
        }
    }
    ground.scene.first.scheme = Scheme::V3Query;
    Ok(sent)
}

/// Requests that say who they are in evil words. How many.
fn unsigned(ground: &Ground, text: &str) -> Result<usize> {
    let address = ground.address();
    let nobody = Key { id: format!("k{text}"), secret: "s".to_owned() };
    let mut v1 = Client::new(address, &nobody);
    v1.scheme = Scheme::V1Query;
    let escaped = percent(text);
    let signed = v1.sign(text, &[("RegionId", text), ("SecurityToken", text)]);
    let by_headers = |name: &'static str| {
        let mut headers = signed.headers.clone();
        headers.retain(|(found, _)| *found != name);
        headers.push((name, text.to_owned()));
        request("POST", &signed.target, &headers, b"")
    };
    let mut all = vec![
        request("POST", &signed.target, &signed.headers, b""),
        request("GET", &format!("/{escaped}?Format=JSON"), &[("host", "h".to_owned())], b""),
        request("GET", &format!("/?Format={escaped}&Action={escaped}"), &[("host", "h".to_owned())], b""),
        request(&escaped, "/", &[("host", "h".to_owned())], b""),
        format!("GET /{text} HTTP/1.1\r\nhost: h\r\n\r\n").into_bytes(),
        format!("{text} / HTTP/1.1\r\nhost: h\r\n\r\n").into_bytes(),
    ];
    for name in [
        "user-agent",
        "host",
        "authorization",
        "x-acs-action",
        "x-acs-version",
        "x-acs-date",
        "x-forwarded-for",
        "referer",
        "content-type",
    ] {
        all.push(by_headers(name));
    }
    for bytes in &all {
        let mut connection = Connection::open(address)?;
        // Whether it is answered or hung up on is for other tests.
        connection.send(bytes).and_then(|()| connection.receive()).ok();
    }
    Ok(all.len())
}

/// Sees that every line is one of ours. How many there are.
fn sound(log: &str, format: &str) -> Result<usize> {
    let mut lines = 0;
    for line in log.split('\n') {
        let legal =
            line.chars().all(|it| !it.is_control() && !matches!(it, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}'));
        ensure!(legal, "a line with control characters: {line:?}");
        let ours = match format {
            "json" => serde_json::from_str::<serde_json::Value>(line)
                .is_ok_and(|it| it.get("message").is_some_and(|it| !it.to_string().contains(MARK))),
            _ => line.get(..4).is_some_and(|year| year.bytes().all(|it| it.is_ascii_digit())) && line.contains("Z "),
        };
        if ours {
            lines += 1;
            let fields = line.split_once(MARK).map_or(line, |(before, _)| before);
            ensure!(fields == line || fields.contains('"'), "evil words that are not quoted: {line:?}");
        } else {
            // What the start and the end say on standard output.
            ensure!(!line.contains(MARK), "a forged line: {line:?}");
        }
    }
    Ok(lines)
}

fn tools(binary: &Path) -> Result<String> {
    let mut ground = Ground::set(binary)?;
    let mut kept = Vec::new();
    for text in evil() {
        signed(&mut ground, &text)?;
    }
    for item in ground.scene.first.reservations(REGION, &[])? {
        kept.push(item["PrivatePoolOptionsId"].as_str().context("no id")?.to_owned());
    }
    let secret = ground.scene.folder.path().join("first-key");
    let endpoint = format!("http://{}", ground.address());
    let mut outputs = Vec::new();
    for (action, operator) in
        [("DescribeCapacityReservations", false), ("ListTagResources", false), ("DescribeAccounts", true)]
    {
        let (id, file) = if operator {
            ("operator-key", ground.scene.folder.path().join("operator"))
        } else {
            ("first-key", secret.clone())
        };
        let mut call = Command::new(binary);
        call.args(["call", action, "RegionId=cn-hangzhou", "ResourceType=capacityreservation", "MaxResults=50"]);
        call.env("BERTH_ENDPOINT", &endpoint).env("ALIBABA_CLOUD_ACCESS_KEY_ID", id);
        call.env("ALIBABA_CLOUD_ACCESS_KEY_SECRET", std::fs::read_to_string(file)?);
        outputs.push((format!("call {action}"), output(&mut call)?));
    }
    let scene = ground.scene;
    scene.server.stop()?;
    let data = scene.data.to_str().context("a path that is no text")?.to_owned();
    for arguments in [&["info", &data][..], &["verify", &data]] {
        outputs.push((arguments[0].to_owned(), output(Command::new(binary).arg("store").args(arguments))?));
    }
    for id in &kept {
        let arguments = ["store", "history", id, "--data", &data];
        outputs.push((format!("history {id}"), output(Command::new(binary).args(arguments))?));
    }
    for (name, text) in &outputs {
        ensure!(!text.is_empty(), "{name} says nothing");
        let evil = text.chars().find(|it| {
            (it.is_control() && *it != '\n') || matches!(it, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}')
        });
        ensure!(evil.is_none(), "{name} prints {evil:?}:\n{text:?}");
    }
    Ok(format!(
        "{} outputs, {} reservations with evil names among them: no control character",
        outputs.len(),
        kept.len()
    ))
}

fn output(command: &mut Command) -> Result<String> {
    let done = command.output()?;
    ensure!(done.status.success(), "{command:?}: {}", String::from_utf8_lossy(&done.stderr));
    Ok(String::from_utf8(done.stdout)? + &String::from_utf8(done.stderr)?)
}

//! `berth dev` as a test would start it: on any free port, told of in one line; with a seed, a certificate, a state.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on ends")]

mod common;

use common::{REGION, Said, ZONE, command, finish};
use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Stdio};

/// A server that says where it is; ended when dropped.
struct Started {
    child: Child,
    ready: Value,
}

impl Started {
    fn with(more: &[&str], folder: &Path) -> Self {
        let mut dev = command(&[&["dev", "--listen", "127.0.0.1:0", "--output", "json"], more].concat());
        let mut child = dev.current_dir(folder).stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let ready = serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line:?}"));
        Self { child, ready }
    }

    fn told(&self, name: &str) -> &str {
        self.ready[name].as_str().unwrap_or_else(|| panic!("no {name} in {}", self.ready))
    }

    fn call(&self, arguments: &[&str]) -> Said {
        let whole = ["call", "--dev", "--endpoint", self.told("endpoint"), "--region", self.told("region")];
        finish(command(&[&whole, arguments].concat()), "")
    }
}

impl Drop for Started {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

fn reserve(server: &Started) -> Said {
    let zone = format!("ZoneId.1={ZONE}");
    server.call(&["CreateCapacityReservation", &zone, "InstanceType=ecs.g6.large", "InstanceAmount=1"]).good()
}

#[test]
fn one_line_tells_a_program_what_it_has_to_know() {
    let folder = tempfile::tempdir().unwrap();
    let server = Started::with(&["--no-console"], folder.path());
    assert_eq!(server.told("endpoint"), format!("http://{}", server.told("address")));
    assert_eq!((server.told("key_id"), server.told("secret")), ("berth-dev", "berth-dev-secret"));
    assert_eq!(
        (server.told("region"), &server.ready["certificate"], &server.ready["console"]),
        (REGION, &Value::Null, &Value::Null)
    );
    // It serves when it has said so.
    server.call(&["DescribeZones"]).good();
    let other = Started::with(&[], folder.path());
    assert_eq!(other.told("console"), format!("{}/console", other.told("endpoint")));
}

#[test]
fn two_runs_with_a_seed_make_the_same_ids() {
    let folder = tempfile::tempdir().unwrap();
    let run = |seed: &[&str]| {
        let server = Started::with(seed, folder.path());
        (reserve(&server).json(), reserve(&server).json())
    };
    let first = run(&["--seed", "1"]);
    assert_eq!(first, run(&["--seed", "1"]));
    assert_ne!(first.0, first.1);
    assert_ne!(first.0, run(&["--seed", "2"]).0);
    finish(command(&["dev", "--seed", "x"]), "").ended(64, "invalid value 'x'");
}

#[test]
fn the_certificate_is_where_it_says() {
    let folder = tempfile::tempdir().unwrap();
    let there = folder.path().canonicalize().unwrap();
    for (how, file) in [("--tls", "berth-dev.pem"), ("--tls=other.pem", "other.pem")] {
        let server = Started::with(&[how], folder.path());
        assert!(server.told("endpoint").starts_with("https://") && server.told("console").starts_with("https://"));
        assert_eq!(Path::new(server.told("certificate")), there.join(file));
        server.call(&["DescribeZones"]).ended(2, "TLS");
        let refused = server.call(&["DescribeZones", "--ca", server.told("certificate"), "RegionId=nowhere"]);
        assert!(refused.ended(1, "InvalidRegionId").err.contains("https://"), "its pages are there too");
        server.call(&["DescribeZones", "--ca", server.told("certificate")]).good();
    }
}

#[test]
fn a_state_is_begun_with_or_nothing_starts() {
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().join("state.toml");
    let call = format!(
        "[[call]]\nAction = \"CreateCapacityReservation\"\nRegionId = {REGION:?}\nZoneId = [{ZONE:?}]\n\
         InstanceType = \"ecs.g6.large\"\nInstanceAmount = 2\n"
    );
    std::fs::write(&state, &call).unwrap();
    let server = Started::with(&["--state", "state.toml"], folder.path());
    assert_eq!(server.call(&["DescribeCapacityReservations"]).good().json()["TotalCount"], 1);
    std::fs::write(&state, call.replace("InstanceAmount = 2", "InstanceAmount = 0")).unwrap();
    let state = state.display().to_string();
    let refused = finish(command(&["dev", "--listen", "127.0.0.1:0", "--state", &state]), "");
    let at = format!("berth: {state}, line 1, call 1: CreateCapacityReservation: ");
    let refused = refused.ended(1, &at);
    assert!(refused.err.contains("`berth explain ") && refused.out.is_empty(), "{refused:?}");
}

//! `berth call` against the built binary: what users see of answers, faults and trouble on the way.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on ends")]

mod common;

use common::{Dev, REGION, ZONE, command, finish};
use std::io::{Read, Write};
use std::net::TcpListener;

const CREATE: [&str; 4] =
    ["CreateCapacityReservation", "ZoneId.1=cn-hangzhou-h", "InstanceType=ecs.g6.large", "InstanceAmount=2"];

fn create(dev: &Dev, more: &[&str]) -> String {
    dev.call(&[&CREATE, more].concat()).good().text("PrivatePoolOptionsId")
}

fn total(dev: &Dev) -> u64 {
    dev.call(&["DescribeCapacityReservations"]).good().json()["TotalCount"].as_u64().unwrap()
}

#[test]
fn a_reservation_is_made_seen_and_released_with_either_signature() {
    let dev = Dev::start();
    for signature in ["v1", "v3"] {
        let id = create(&dev, &["--signature", signature]);
        let named = format!("PrivatePoolOptions.Id={id}");
        let seen = dev.call(&["DescribeCapacityReservations", "--signature", signature, "--output", "table"]).good();
        assert!(seen.out.contains("\nCapacityReservationSet (1)\n") && seen.out.contains(&id), "{seen:?}");
        let done = dev.call(&["ReleaseCapacityReservation", &named, "--signature", signature]).good();
        // The body as it came: RequestId is its first field.
        assert!(done.out.starts_with("{\n  \"RequestId\": \""), "{done:?}");
        assert_eq!(total(&dev), 0);
    }
}

#[test]
fn an_operation_of_our_own_is_called_by_its_own_version() {
    let dev = Dev::start();
    let hosts = dev.call(&["DescribeHosts", "MaxResults=3"]).good();
    assert_eq!(hosts.json()["Hosts"]["Host"].as_array().unwrap().len(), 3);
    let table = dev.call(&["DescribeHosts", "MaxResults=3", "--output", "table"]).good().out;
    let header = table.lines().find(|line| line.contains("HostId")).unwrap();
    assert!(header.find("HostId") < header.find("ZoneId"), "columns come in the order of the answer: {header}");
    dev.call(&["DescribeHosts", "--version", "2014-05-26"]).ended(1, "InvalidAction.NotFound");
}

#[test]
fn a_fault_is_told_to_people_and_to_programs() {
    let dev = Dev::start();
    let release = ["ReleaseCapacityReservation", "PrivatePoolOptions.Id=crp-bp1aaaaaaaaaaaaaaaaaa"];
    let with = |output: &str| dev.call(&[&release[..], &["--output", output]].concat());
    let code = with("json").ended(1, "RequestId").text("Code");
    for (output, begin) in [("json", "{"), ("xml", "<?xml"), ("table", "")] {
        let said = with(output).ended(1, &format!(" {code}: "));
        assert!(
            said.err.contains("\n  RequestId  ") && said.err.contains(&format!("/console/errors/{code}?")),
            "{said:?}"
        );
        assert!(said.out.starts_with(begin) && said.out.is_empty() == begin.is_empty(), "{said:?}");
    }
}

#[test]
fn xml_is_the_body_as_it_came() {
    let said = Dev::start().call(&["DescribeRegions", "--output", "xml"]).good();
    assert!(said.out.contains("<DescribeRegionsResponse><RequestId>"), "{said:?}");
}

#[test]
fn a_misspelt_action_is_sent_and_the_right_one_named() {
    let dev = Dev::start();
    dev.call(&["RelaseCapacityReservation"]).ended(1, "did you mean ReleaseCapacityReservation?");
    let said = dev.call(&["Nothing"]).ended(1, "InvalidAction.NotFound");
    assert!(!said.err.contains("did you mean"), "{said:?}");
}

#[test]
fn the_environment_says_who_calls_and_where() {
    let dev = Dev::start();
    let call = |secret: &str, token: &str| {
        let mut call = command(&["call", "DescribeCapacityReservations"]);
        call.env("BERTH_ENDPOINT", dev.endpoint()).env("ALIBABA_CLOUD_REGION_ID", REGION);
        call.env("ALIBABA_CLOUD_ACCESS_KEY_ID", "berth-dev").env("ALIBABA_CLOUD_ACCESS_KEY_SECRET", secret);
        call.env("ALIBABA_CLOUD_SECURITY_TOKEN", token);
        call
    };
    finish(call("berth-dev-secret", ""), "").good();
    finish(call("berth-dev-secret", "no-token-of-it"), "").ended(1, "berth: 4");
    let said = finish(call("a-wrong-secret", ""), "").ended(1, "SignatureDoesNotMatch");
    assert!(!said.out.contains("a-wrong-secret") && !said.err.contains("a-wrong-secret"), "{said:?}");
    // What is an argument comes before it.
    let mut given = call("a-wrong-secret", "");
    given.arg("--secret-file").arg(dev.file("secret", "berth-dev-secret\n"));
    finish(given, "").good();
    let mut known = call("a-wrong-secret", "no-token-of-it");
    known.args(["--dev", "--endpoint", &dev.endpoint()]);
    finish(known, "").good();
}

#[test]
fn a_dry_run_changes_nothing_and_is_refused_where_there_is_none() {
    let dev = Dev::start();
    let named = format!("PrivatePoolOptions.Id={}", create(&dev, &[]));
    let release = |more: &[&str]| dev.call(&[&["ReleaseCapacityReservation", &named], more].concat());
    assert_eq!(release(&["--dry-run"]).good().text("Code"), "DryRunOperation");
    let said = release(&["--dry-run", "--output", "table"]).good();
    assert_eq!(said.out, "nothing is wrong with it, and nothing was done\n");
    assert!(release(&["--dry-run", "--output", "xml"]).good().out.contains("<Code>DryRunOperation</Code>"));
    // Of many instances it has a code of its own.
    let run = ["RunInstances", "InstanceType=ecs.g6.large", "ZoneId=cn-hangzhou-h"];
    let instance = dev.call(&run).good().json()["InstanceIdSets"]["InstanceIdSet"][0].as_str().unwrap().to_owned();
    dev.call(&["StopInstances", &format!("InstanceId.1={instance}"), "--dry-run"]).good();
    dev.call(&[&CREATE[..], &["--dry-run"]].concat()).ended(64, "has no dry run");
    dev.call(&["RelaseCapacityReservation", "--dry-run"]).ended(64, "not known");
    assert_eq!(total(&dev), 1, "nothing came and nothing went");
}

#[test]
fn a_value_may_stand_in_a_file_or_come_by_pipe() {
    let dev = Dev::start();
    let file = dev.file("hosts.json", r#"[{"HostId":"new-1","ZoneId":"cn-hangzhou-h","HostClass":"g6"}]"#);
    let hosts = format!("Hosts=@{}", file.display());
    assert_eq!(dev.call(&["RegisterHosts", &hosts]).good().json()["Registered"], 1);
    let piped = dev.command(&["call", "DescribeHosts", "HostIds=@-"]);
    let found = finish(piped, "[\"new-1\"]\n").good().json();
    assert_eq!((&found["TotalCount"], &found["Hosts"]["Host"][0]["ZoneId"]), (&1.into(), &ZONE.into()));
}

#[test]
fn what_makes_no_sense_is_not_sent() {
    let dev = Dev::start();
    for (arguments, why) in [
        (vec![], "Usage"),
        (vec!["DescribeRegions", "Name"], "NAME=VALUE"),
        (vec!["DescribeRegions", "A=1", "A=2"], "twice"),
        (vec!["DescribeRegions", "--output", "yaml"], "yaml"),
        (vec!["DescribeRegions", "--timeout", "0"], "timeout"),
        (vec!["DescribeRegions", "--key-id", "k"], "cannot be used with"),
        (vec!["Describe\nRegions"], "odd letters"),
        (vec!["DescribeRegions", "A=@no/such/file"], "no/such/file"),
    ] {
        dev.call(&arguments).ended(64, why);
    }
    finish(command(&["call", "DescribeRegions"]), "").ended(64, "no key");
    finish(command(&["call", "DescribeRegions", "--dev", "--endpoint", "berth"]), "").ended(64, "no address");
    let help = finish(command(&["call", "--help"]), "").good();
    assert!(help.out.contains("NAME=VALUE") && help.err.is_empty(), "{help:?}");
}

/// Someone else who listens: says this to the first who asks, and closes.
fn stranger(says: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut head = [0; 4096];
        assert!(stream.read(&mut head).unwrap() > 0);
        match says {
            "" => drop(stream.read_to_end(&mut Vec::new())),
            _ => stream.write_all(says.as_bytes()).unwrap(),
        }
    });
    format!("http://{address}")
}

#[test]
fn trouble_on_the_way_is_told_apart_from_a_fault() {
    let ask = |endpoint: &str| {
        finish(command(&["call", "DescribeRegions", "--dev", "--timeout", "1", "--endpoint", endpoint]), "")
    };
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    ask(&format!("http://{closed}")).ended(2, "cannot connect");
    ask(&stranger("")).ended(2, "no answer within 1 s");
    ask(&stranger("HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{}")).ended(2, "broke off");
    ask(&stranger("HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\n<hi>")).ended(2, "<hi>");
    ask(&stranger("HTTP/1.1 502 Bad Gateway\r\ncontent-length: 4\r\n\r\n<hi>")).ended(2, "not from Berth: <hi>");
    ask(&stranger("SSH-2.0-OpenSSH\r\n")).ended(2, "DescribeRegions at http://127.0.0.1:");
}

//! What `berth dev` can be started with: a seed, a certificate of its own, a state to begin with.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on ends")]

mod common;

use common::{Ask, NOW, REGION, Site};
use ledger::Moment;
use server::StartError;
use server::clock::{Clock, Hand, Wall};
use server::dev::{self, Options, Started};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

const ZONE: &str = "cn-hangzhou-h";
const HERE: (&str, &str) = ("RegionId", REGION);

fn options() -> Options {
    Options::at("127.0.0.1:0".parse().unwrap())
}

fn start(options: &Options) -> Result<Started, StartError> {
    dev::start(options, Arc::new(Hand::at(Moment(NOW))) as Arc<dyn Clock>)
}

/// Sends calls to a server for development, as the key that everybody knows unless another is named.
struct Client {
    site: Site,
    started: Started,
}

impl Client {
    fn of(options: &Options) -> Self {
        Self { site: Site::new(), started: start(options).unwrap_or_else(|error| panic!("{error}")) }
    }

    fn ask<'a>(&self, action: &'a str, params: &'a [(&'a str, &'a str)]) -> Ask<'a> {
        Ask { address: self.started.server.address(), key: (dev::KEY, dev::SECRET), ..self.site.ask(action, params) }
    }

    fn done(&self, action: &str, params: &[(&str, &str)]) -> common::Answer {
        let answer = self.ask(action, params).send();
        assert_eq!(answer.status, 200, "{action}: {}", answer.body);
        answer
    }
}

/// Everything that has an id, and what is refused too. `more` reads come between.
fn story(client: &Client, more: usize) -> Vec<String> {
    let pool = [HERE, ("ZoneId.1", ZONE), ("InstanceType", "ecs.g6.large"), ("InstanceAmount", "2")];
    let assured = [HERE, ("ZoneId.1", ZONE), ("InstanceType.1", "ecs.g6.large"), ("InstanceAmount", "1")];
    let assured = [&assured[..], &[("PeriodUnit", "Month")]].concat();
    let launched = [HERE, ("ZoneId", ZONE), ("InstanceType", "ecs.g6.large"), ("Amount", "3")];
    let calls: [(&str, &[(&str, &str)]); 8] = [
        ("CreateCapacityReservation", &pool),
        ("CreateCapacityReservation", &pool),
        ("CreateElasticityAssurance", &assured),
        ("RunInstances", &launched),
        ("CreateAccount", &[("AccountName", "tenant")]),
        ("CreateAccessKey", &[("AccountId", dev::ACCOUNT)]),
        ("DescribeCapacityReservations", &[HERE, ("MaxResults", "1")]),
        ("NoSuchAction", &[]),
    ];
    let told = calls.iter().map(|(action, params)| {
        (0..more).for_each(|_| drop(client.done("DescribeZones", &[HERE])));
        let mut ask = client.ask(action, params);
        // Nonces and keys of callers are their own, and hours are those of the clock.
        ask.nonce = common::nonce();
        ask.send().body
    });
    // It names the address, which differs.
    let address = client.started.server.address().to_string();
    told.map(|body| body.replace(&address, "{address}")).collect()
}

#[test]
fn with_a_seed_the_same_calls_make_the_same_ids() {
    let run = |seed, more| {
        let client = Client::of(&Options { seed, ..options() });
        let told = story(&client, more);
        client.started.server.stop();
        told
    };
    let first = run(Some(7), 0);
    assert!(first[6].contains("NextToken") && first[7].contains("InvalidAction.NotFound"), "{first:?}");
    assert_eq!(first, run(Some(7), 0));
    assert_eq!(first, run(Some(7), 3), "other calls between change nothing");
    for other in [run(Some(8), 0), run(None, 0), run(None, 0)] {
        assert!(first.iter().zip(&other).all(|(one, other)| one != other), "{first:?} {other:?}");
    }
    let distinct: std::collections::BTreeSet<&String> = first.iter().collect();
    assert_eq!(distinct.len(), first.len());
}

fn curl(certificate: &Path, url: &str) -> (bool, String) {
    let mut curl = Command::new("curl");
    curl.args(["-sS", "--noproxy", "*", "--cacert"]).arg(certificate).arg(url);
    let said = curl.output().unwrap_or_else(|error| panic!("curl is needed for this test: {error}"));
    (said.status.success(), String::from_utf8_lossy(&said.stdout).into_owned())
}

#[test]
fn a_certificate_is_made_at_each_start_and_its_key_is_nowhere() {
    let folder = tempfile::tempdir().unwrap();
    let tls = Options { tls: Some(folder.path().join("trusted.pem")), ..options() };
    let run = || dev::start(&tls, Arc::new(Wall)).unwrap();
    let first = run();
    let (port, file) = (first.server.address().port(), first.certificate.clone().unwrap());
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(text.starts_with("-----BEGIN CERTIFICATE-----") && !text.contains("PRIVATE"), "{text}");
    for host in ["127.0.0.1", "localhost"] {
        assert_eq!(curl(&file, &format!("https://{host}:{port}/healthz")), (true, "ok\n".into()));
    }
    let kept = folder.path().join("kept.pem");
    std::fs::copy(&file, &kept).unwrap();
    first.server.stop();
    let second = run();
    let url = format!("{}/healthz", second.server.endpoint());
    assert!(curl(&file, &url).0 && !curl(&kept, &url).0, "each start has a certificate of its own");
    second.server.stop();
    let left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|it| it.unwrap().file_name()).collect();
    assert_eq!(left.len(), 2, "{left:?}");
}

#[test]
fn what_is_no_certificate_is_not_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("notes");
    std::fs::write(&file, "of value").unwrap();
    let error = |tls: &Path| {
        let tls = Options { tls: Some(tls.into()), ..options() };
        start(&tls).err().unwrap().to_string()
    };
    assert!(error(&file).contains("is no certificate, so it is left alone"));
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "of value");
    assert!(error(&folder.path().join("none/trusted.pem")).contains("cannot be written"));
}

#[test]
fn the_example_of_a_state_is_sound() {
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/dev-state.toml");
    let client = Client::of(&Options { state: Some(example), ..options() });
    let hour = || client.done("AdvanceClock", &[("Seconds", "0")]).field("Time");
    assert_eq!(hour(), "2027-01-01T00:00:00Z");
    let listed = |key| {
        let params = [HERE, ("Status", "All")];
        let answer = Ask { key, ..client.ask("DescribeCapacityReservations", &params) }.send();
        let json: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
        json["CapacityReservationSet"]["CapacityReservationItem"].as_array().unwrap().clone()
    };
    let research = ("research", "research-secret");
    let theirs = listed(research);
    assert_eq!(theirs.len(), 1);
    assert_eq!(theirs[0]["PrivatePoolOptionsName"], "training");
    assert_eq!(theirs[0]["StartTime"], "2027-01-01T00:00Z");
    assert_eq!(theirs[0]["AllocatedResources"]["AllocatedResource"][0]["UsedAmount"], 2);
    let params = [HERE];
    let instances = Ask { key: research, ..client.ask("DescribeInstances", &params) }.send().body;
    assert_eq!((instances.matches("i-bp").count() > 1, instances.matches("\"Stopped\"").count()), (true, 1));
    let ours = listed((dev::KEY, dev::SECRET));
    assert_eq!((ours.len(), &ours[0]["Status"]), (1, &"Prepared".into()));
    client.done("AdvanceClock", &[("Seconds", "115200")]);
    assert_eq!(listed((dev::KEY, dev::SECRET))[0]["Status"], "Active");
    assert_eq!(listed(research)[0]["AllocatedResources"]["AllocatedResource"][0]["UsedAmount"], 2);
    client.started.server.stop();
}

#[test]
fn the_clock_begins_where_the_state_says() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("state.toml");
    for (time, runs) in
        [("1970-01-01T00:00:00Z", true), ("2020-02-29T23:59:59Z", true), ("9999-12-31T23:59:59Z", false)]
    {
        std::fs::write(&file, format!("[clock]\ntime = {time:?}\nruns = {runs}\n")).unwrap();
        let client = Client::of(&Options { state: Some(file.clone()), ..options() });
        assert_eq!(client.done("AdvanceClock", &[("Seconds", "0")]).field("Time"), time);
        let pool = [HERE, ("ZoneId.1", ZONE), ("InstanceType", "ecs.g6.large"), ("InstanceAmount", "1")];
        client.done("CreateCapacityReservation", &pool);
        client.started.server.stop();
    }
}

/// The first thing that cannot be refuses the start, and says where it stands and what to do.
#[test]
fn a_state_that_cannot_be_refuses_the_start() {
    let call = "\n[[call]]\nAction = \"CreateCapacityReservation\"\nRegionId = \"cn-hangzhou\"\nInstanceType = \"ecs.g6.large\"\n";
    let good = format!("{call}ZoneId = [{ZONE:?}]\nInstanceAmount = 1\nas = \"pool\"\n");
    let much = format!("{call}ZoneId = [{ZONE:?}]\nInstanceAmount = 1000\nInstanceType = \"ecs.g6.26xlarge\"\n");
    let much = much.replacen("InstanceType = \"ecs.g6.large\"\n", "", 1);
    let release = "[[call]]\nAction = \"ReleaseCapacityReservation\"\nRegionId = \"cn-hangzhou\"\n";
    let tenant = "[[account]]\nid = \"1000000000000002\"\nkey = [{ id = \"t\", secret = \"s\" }]\n";
    let table = [
        ("[fleet]\nregions = [\"nowhere\"]".into(), "state.toml: the fleet as it is described has 1 problem"),
        ("[fleet]\nregions = 3".into(), "state.toml: TOML parse error at line 2"),
        ("[[account]]\nid = \"2\"".into(), "state.toml: account \"2\": an account id is 16 digits"),
        (tenant.replace("\"t\"", "\"berth-dev\""), "key \"berth-dev\": is of `berth dev` itself"),
        (tenant.replace("0002", "0001"), "account \"1000000000000001\": is of `berth dev` itself"),
        (
            format!("{good}{much}"),
            "state.toml, line 10, call 2: CreateCapacityReservation: OperationDenied.NoStock, 403: ",
        ),
        (call.into(), "state.toml, line 2, call 1: CreateCapacityReservation: MissingZoneId, 400: "),
        ("[[call]]\nAction = \"Nothing\"".into(), "line 1, call 1: Nothing: there is no such operation"),
        (format!("{good}by = \"nobody\""), "call 1: CreateCapacityReservation: there is no key \"nobody\""),
        (format!("{good}{good}"), "line 10, call 2: CreateCapacityReservation: there are two calls as \"pool\""),
        (
            format!("{release}PrivatePoolOptions.Id = \"${{pool.Id}}\"\n{good}"),
            "no call before this one is as \"pool\"",
        ),
        (
            format!("{good}{release}PrivatePoolOptions.Id = \"${{pool.Id}}\""),
            "PrivatePoolOptions.Id: ${pool.Id}: there is no such text",
        ),
        (
            format!("{tenant}{good}{release}by = \"t\"\nPrivatePoolOptions.Id = \"${{pool.PrivatePoolOptionsId}}\""),
            "call 2: ReleaseCapacityReservation: Invalid.PrivatePoolOptions.Ids, 400: ",
        ),
        (
            format!("{tenant}[[call]]\nAction = \"DrainHosts\"\nby = \"t\"\n{HOSTS}"),
            "call 1: DrainHosts: Forbidden.RAM, 403: ",
        ),
        (
            "[[call]]\nAction = \"DescribeZones\"\nRegionId = \"cn-hangzhou\"\nFormat = \"XML\"".into(),
            "call 1: DescribeZones: ",
        ),
    ];
    let folder = tempfile::tempdir().unwrap();
    let file: PathBuf = folder.path().join("state.toml");
    for (text, told) in table {
        std::fs::write(&file, &text).unwrap();
        let tls = Some(folder.path().join("trusted.pem"));
        let Err(error) = start(&Options { state: Some(file.clone()), tls, ..options() }) else {
            panic!("taken: {text}")
        };
        assert!(error.to_string().contains(told), "{text}\n{error}");
    }
    let error = start(&Options { state: Some(folder.path().join("none")), ..options() }).err().unwrap().to_string();
    assert!(error.contains("none cannot be read"), "{error}");
    // Nothing was written for a server that did not start.
    assert!(!folder.path().join("trusted.pem").exists());
}

const HOSTS: &str = "RegionId = \"cn-hangzhou\"\nHostIds = '[\"h\"]'\n";

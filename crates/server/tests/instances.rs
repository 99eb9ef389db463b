//! Instances over real HTTP: their life, and which region a request is for that names none.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on ends")]

mod common;

use common::{ALICE, Answer, Ask, BOB, LOCAL, REGION, Site};
use serde_json::Value;
use server::data::InMemory;

/// A second region, of which ids begin with another code.
const SHANGHAI: &str = r#"
[[fleet.region]]
name = "cn-shanghai"
zones = [{ name = "cn-shanghai-b" }]
[[fleet.hosts]]
zone = "cn-shanghai-b"
class = "g6"
count = 1
"#;

fn json(answer: &Answer) -> Value {
    assert_eq!(answer.status, 200, "{answer:?}");
    serde_json::from_str(&answer.body).unwrap()
}

/// Launches one `ecs.g6.large` and gives its id.
fn launch(site: &Site, key: (&str, &str), region: &str, more: &[(&str, &str)]) -> String {
    let mut params = vec![("RegionId", region), ("InstanceType", "ecs.g6.large")];
    params.extend(more);
    let answer = json(&Ask { key, ..site.ask("RunInstances", &params) }.send());
    answer["InstanceIdSets"]["InstanceIdSet"][0].as_str().unwrap().to_owned()
}

/// `Status StoppedMode` of an instance; nothing if it is not there.
fn state(site: &Site, key: (&str, &str), region: &str, id: &str) -> Option<String> {
    let ids = format!("[{id:?}]");
    let params = [("RegionId", region), ("InstanceIds", ids.as_str())];
    let answer = json(&Ask { key, ..site.ask("DescribeInstances", &params) }.send());
    let it = answer["Instances"]["Instance"].get(0)?;
    Some(format!("{} {}", it["Status"].as_str()?, it["StoppedMode"].as_str()?))
}

/// What is asked, with which parameters besides the id, and what the instance is like afterwards.
type Step = (&'static str, &'static [(&'static str, &'static str)], Option<&'static str>);

#[test]
fn without_a_region_the_id_tells_it() {
    let site = Site::with(SHANGHAI, &InMemory::default());
    let running = Some("Running Not-applicable".to_owned());
    let ids = [REGION, "cn-shanghai"].map(|region| (region, launch(&site, ALICE, region, &[])));
    assert_ne!(ids[0].1[..5], ids[1].1[..5], "each region has a code of its own");
    for (region, id) in &ids {
        let named = [("InstanceId", id.as_str())];
        let steps: [Step; 5] = [
            ("StopInstance", &[], Some("Stopped KeepCharging")),
            ("StartInstance", &[], Some("Running Not-applicable")),
            ("StopInstance", &[("StoppedMode", "StopCharging")], Some("Stopped StopCharging")),
            ("StartInstance", &[("RegionId", "")], Some("Running Not-applicable")),
            ("DeleteInstance", &[("Force", "true")], None),
        ];
        for (action, more, expected) in steps {
            let params = [&named[..], more].concat();
            let stranger = Ask { key: BOB, ..site.ask(action, &params) }.send();
            assert_eq!((stranger.status, stranger.code().as_str()), (404, "InvalidInstanceId.NotFound"), "{action}");
            let answer = site.ask(action, &params).send();
            assert_eq!(answer.status, 200, "{action} in {region}: {answer:?}");
            assert_eq!(state(&site, ALICE, region, id), expected.map(str::to_owned), "{action} in {region}");
        }
    }
    // What is said goes before what the id tells.
    let id = launch(&site, ALICE, REGION, &[]);
    for (region, status, code) in
        [("cn-shanghai", 404, "InvalidInstanceId.NotFound"), ("atlantis", 404, "InvalidRegionId.NotFound")]
    {
        let answer = site.ask("StopInstance", &[("InstanceId", &id), ("RegionId", region)]).send();
        assert_eq!((answer.status, answer.code().as_str()), (status, code), "{region}");
    }
    assert_eq!(state(&site, ALICE, REGION, &id), running);
}

#[test]
fn an_id_of_no_region_is_not_found() {
    let site = Site::new();
    let id = launch(&site, ALICE, REGION, &[]);
    let elsewhere = format!("i-zzz{}", &id[5..]);
    for text in [elsewhere.as_str(), "i-", "i", "-", "bp1", "i-bp1", "eap-bp1", "é", " "] {
        for action in ["StartInstance", "StopInstance", "DeleteInstance"] {
            let answer = site.ask(action, &[("InstanceId", text)]).send();
            let told = (answer.status, answer.code());
            assert_eq!(told, (404, "InvalidInstanceId.NotFound".to_owned()), "{action} {text:?}");
        }
    }
    let answer = site.ask("StartInstance", &[("InstanceId", "")]).send();
    assert_eq!((answer.status, answer.code().as_str()), (400, "MissingInstanceId"));
}

#[test]
fn an_allow_list_of_a_region_covers_what_the_id_tells() {
    let site = Site::with(SHANGHAI, &InMemory::default());
    let here = launch(&site, LOCAL, REGION, &[]);
    let there = launch(&site, LOCAL, "cn-shanghai", &[]);
    let stop = |id: &str| Ask { key: LOCAL, ..site.ask("StopInstance", &[("InstanceId", id)]) }.send();
    assert_eq!(stop(&here).status, 200);
    assert_eq!((stop(&there).status, stop(&there).code().as_str()), (403, "Forbidden.RAM"));
    // Naming the region that it may act in leads nowhere else.
    let params = [("InstanceId", there.as_str()), ("RegionId", REGION)];
    let answer = Ask { key: LOCAL, ..site.ask("StopInstance", &params) }.send();
    assert_eq!(answer.code(), "InvalidInstanceId.NotFound");
    assert_eq!(state(&site, LOCAL, REGION, &here).as_deref(), Some("Stopped KeepCharging"));
}

#[test]
fn instances_are_there_after_a_restart() {
    let mut site = Site::durable("");
    let pool = site.create("2", &[]);
    let into = [("PrivatePoolOptions.MatchCriteria", "Target"), ("PrivatePoolOptions.Id", pool.as_str())];
    let ids = [launch(&site, ALICE, REGION, &into), launch(&site, ALICE, REGION, &into)];
    let gone = launch(&site, ALICE, REGION, &[]);
    let parked = [("InstanceId", ids[1].as_str()), ("StoppedMode", "StopCharging")];
    assert_eq!(site.ask("StopInstance", &parked).send().status, 200);
    let delete =
        [("RegionId", REGION), ("InstanceId.1", gone.as_str()), ("Force", "true"), ("ClientToken", "delete-once")];
    assert_eq!(site.ask("DeleteInstances", &delete).send().status, 200);
    let list = |site: &Site| {
        let answer = json(&site.ask("DescribeInstances", &[("RegionId", REGION)]).send());
        (answer["TotalCount"].clone(), answer["Instances"].clone())
    };
    let before = list(&site);
    assert_eq!(before.0, 2);
    site.restart();
    assert_eq!(list(&site), before);
    // What was done with a token is done still.
    assert_eq!(site.ask("DeleteInstances", &delete).send().status, 200);
    let again = [("RegionId", REGION), ("InstanceId.1", &ids[0]), ("InstanceId.2", &ids[1])];
    let answer =
        json(&site.ask("StartInstances", &[&again[..], &[("BatchOptimization", "SuccessFirst")]].concat()).send());
    let codes: Vec<&str> = answer["InstanceResponses"]["InstanceResponse"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["Code"].as_str().unwrap())
        .collect();
    assert_eq!(codes, ["IncorrectInstanceStatus", "200"]);
}

//! Who may run the fleet, over HTTP: operators' keys may call what is for operators; any other key is refused like
//! anything else that is denied, learns nothing and changes nothing; and each action belongs to one version.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on ends")]

mod common;

use api::Row;
use api::operations::{EXTENSION, TABLE};
use common::{ALICE, Answer, Ask, BOB, GUEST, GUEST_TOKEN, LOCAL, NOW, OPERATOR, READER, REGION, Site, VERSION};
use ledger::Moment;
use server::clock::{Clock, Hand};
use server::data::{Data, InMemory};
use server::dev;
use std::collections::BTreeSet;
use std::sync::Arc;
use store::DIRECTORY;

type Pairs<'a> = &'a [(&'a str, &'a str)];

const HERE: (&str, &str) = ("RegionId", REGION);
const HOSTS: &str = r#"[{"HostId":"n1","ZoneId":"cn-hangzhou-h","HostClass":"g6"}]"#;
const ONE: (&str, &str) = ("HostIds", r#"["n1"]"#);

/// What is for operators, with parameters with which each goes well after those before it.
const OPERATORS: [(&str, Pairs<'_>); 13] = [
    ("CreateAccount", &[("AccountName", "made")]),
    ("CreateAccessKey", &[("AccountId", "1000000000000001")]),
    ("DisableAccessKey", &[("UserAccessKeyId", GUEST.0)]),
    ("DescribeAccounts", &[]),
    ("PutHostClass", &[("HostClass", "x1"), ("Vcpus", "64"), ("MemoryGib", "256")]),
    ("PutInstanceType", &[("InstanceType", "ecs.x1.large"), ("HostClass", "x1"), ("Vcpus", "2"), ("MemoryGib", "8")]),
    ("RegisterHosts", &[HERE, ("Hosts", HOSTS)]),
    ("DescribeHosts", &[HERE]),
    ("DrainHosts", &[HERE, ONE]),
    ("FailHosts", &[HERE, ONE]),
    ("UndrainHosts", &[HERE, ONE]),
    ("RemoveHosts", &[HERE, ONE]),
    ("DescribePools", &[HERE]),
];

fn told(answer: &Answer) -> (u16, String) {
    (answer.status, if answer.status == 200 { String::new() } else { answer.code() })
}

/// The body without what differs each time.
fn same(answer: &Answer) -> String {
    answer.body.replace(&answer.field("RequestId"), "{*}")
}

fn forbidden() -> (u16, String) {
    (403, "Forbidden.RAM".to_owned())
}

/// All that an operator can see, and how often something was made durable.
fn look(site: &Site, data: &dyn Data) -> (Vec<String>, [u64; 2]) {
    let lists = ["DescribeHosts", "DescribePools", "DescribeAccounts"];
    let seen = lists.map(|action| {
        let answer = site.order(action, &[HERE]).send();
        assert_eq!(answer.status, 200, "{}", answer.body);
        same(&answer)
    });
    (seen.to_vec(), [DIRECTORY, REGION].map(|name| data.open(name).unwrap().head().unwrap().revision))
}

/// A key of the operator's account with this allow-list.
fn limited(site: &Site, list: &str) -> (String, String) {
    let made = site.order("CreateAccessKey", &[("AccountId", "1000000000000006"), ("Permits", list)]).send();
    (made.field("AccessKeyId"), made.field("AccessKeySecret"))
}

#[test]
fn every_operation_of_ours_is_either_the_operators_or_everybodys() {
    let ours: BTreeSet<&str> =
        TABLE.iter().filter(|row| row.operator && !row.development).map(|row| row.name).collect();
    assert_eq!(ours, OPERATORS.iter().map(|(action, _)| *action).collect());
    assert!(TABLE.iter().all(|row| !row.operator || row.version == EXTENSION));
    let everybodys: Vec<&Row> = TABLE.iter().filter(|row| row.version == EXTENSION && !row.operator).collect();
    let site = Site::new();
    let place = [HERE, ("ZoneId", "cn-hangzhou-h"), ("InstanceType", "ecs.g6.large"), ("InstanceAmount", "2")];
    let window = [&place[..], &[("EndTime", "2027-01-16T08:00:00Z")]].concat();
    let made = site.ask("ReserveWindow", &window).send();
    assert_eq!(made.status, 200, "{}", made.body);
    let id = made.field("PrivatePoolOptionsId");
    let change = [HERE, ("PrivatePoolOptions.Id", &*id), ("InstanceAmount", "1")];
    let find = [&place[..], &[("DurationHours", "2")]].concat();
    let mut asked = 1;
    for (action, params) in [
        ("ModifyWindow", &change[..]),
        ("FindWindow", &find),
        ("DescribeCapacityTimeline", &place[..3]),
        ("ExplainCapacity", &place),
        ("DescribeCapacityReservationHistory", &change[..2]),
    ] {
        let answer = site.ask(action, params).send();
        assert_eq!(answer.status, 200, "{action}: {}", answer.body);
        asked += 1;
    }
    assert_eq!(asked, everybodys.len());
}

#[test]
fn what_is_the_operators_is_denied_to_every_other_key_and_changes_nothing() {
    let data = InMemory::default();
    let site = Site::with("", &data);
    let ecs = limited(&site, r#"[{"Actions":["ecs:*"],"Resources":["*"]}]"#);
    let none = limited(&site, "[]");
    let everything = r#"[{"Actions":["*"],"Resources":["*"]}]"#;
    let made = site.order("CreateAccessKey", &[("AccountId", "1000000000000001"), ("Permits", everything)]).send();
    let tenant = (made.field("AccessKeyId"), made.field("AccessKeySecret"));
    let others = [&ecs, &none, &tenant].map(|(id, secret)| ((id.as_str(), secret.as_str()), None));
    let known = [(ALICE, None), (BOB, None), (READER, None), (LOCAL, None), (GUEST, Some(GUEST_TOKEN))];
    let before = look(&site, &data);
    let mut said = BTreeSet::new();
    for (key, token) in known.into_iter().chain(others) {
        for (action, params) in OPERATORS {
            for v3 in [true, false] {
                let with = [params, &[("Format", "JSON")]].concat();
                let answer = Ask { key, token, v3, ..site.ask(action, &with) }.send();
                assert_eq!(told(&answer), forbidden(), "{action} by {}: {}", key.0, answer.body);
                said.insert(same(&answer));
            }
            // That it would only be tried makes no difference.
            let dry = [params, &[("DryRun", "true")]].concat();
            let answer = Ask { key, token, ..site.ask(action, &dry) }.send();
            assert_eq!(told(&answer), forbidden(), "{action} by {}", key.0);
        }
    }
    assert_eq!(said.len(), 1, "{said:?}");
    assert_eq!(look(&site, &data), before);
}

#[test]
fn an_operators_key_may_and_with_an_allow_list_what_that_names() {
    let site = Site::new();
    for (action, params) in OPERATORS {
        let answer = site.order(action, params).send();
        assert_eq!(answer.status, 200, "{action}: {}", answer.body);
    }
    let site = Site::new();
    let ours = limited(&site, r#"[{"Actions":["berth:*"],"Resources":["*"]}]"#);
    for (action, params) in OPERATORS {
        let answer = Ask { key: (&ours.0, &ours.1), ..site.ask(action, params) }.send();
        assert_eq!(answer.status, 200, "{action}: {}", answer.body);
    }
    let watch = limited(&site, r#"[{"Actions":["berth:Describe*"],"Resources":["*"]}]"#);
    for (action, params) in OPERATORS {
        let answer = Ask { key: (&watch.0, &watch.1), ..site.ask(action, params) }.send();
        let expected = if action.starts_with("Describe") { (200, String::new()) } else { forbidden() };
        assert_eq!(told(&answer), expected, "{action}");
    }
}

#[test]
fn a_tenant_is_told_what_is_missing_and_nothing_of_what_is_there() {
    let site = Site::new();
    for row in TABLE.iter().filter(|row| row.operator && !row.development) {
        let absent = row.params.iter().find_map(|param| param.absent.as_ref());
        let expected = absent.map_or_else(forbidden, |fault| (fault.status, fault.code.to_owned()));
        assert_eq!(told(&site.ask(row.name, &[]).send()), expected, "{}", row.name);
    }
    let answers = [
        ("DescribeHosts", &[HERE, ("Status", "Asleep")][..]),
        ("DescribeHosts", &[("RegionId", "cn-nowhere")]),
        ("DrainHosts", &[HERE, ("HostIds", r#"["cn-hangzhou-h-g6-0001"]"#)]),
        ("DrainHosts", &[HERE, ("HostIds", r#"["none"]"#)]),
        ("DrainHosts", &[HERE, ("HostIds", "none")]),
        ("RemoveHosts", &[("RegionId", "cn-nowhere"), ONE]),
        ("RegisterHosts", &[HERE, ("Hosts", "[]")]),
        ("PutHostClass", &[("HostClass", "g6"), ("Vcpus", "1"), ("MemoryGib", "1")]),
        ("PutHostClass", &[("HostClass", "-"), ("Vcpus", "x"), ("MemoryGib", "x")]),
        ("DisableAccessKey", &[("UserAccessKeyId", "none")]),
        ("CreateAccessKey", &[("AccountId", "none")]),
    ];
    let said: BTreeSet<String> =
        answers.iter().map(|(action, params)| same(&site.ask(action, params).send())).collect();
    assert_eq!(said.len(), 1, "{said:?}");
    assert_eq!(told(&site.order("DescribeHosts", &[("RegionId", "cn-nowhere")]).send()).0, 404);
}

/// An action under the other version is as unknown as one that there is not, whoever asks, and before it is asked who.
#[test]
fn each_action_belongs_to_one_version() {
    let site = Site::new();
    let nobody = ("nobody", "nobodys-secret");
    let mut said = BTreeSet::new();
    let mut unknown = |key, action: &str, version: &str| {
        let answer = Ask { key, version: Some(version), ..site.ask(action, &[("Format", "JSON")]) }.send();
        assert_eq!(told(&answer), (404, "InvalidAction.NotFound".into()), "{action} {version}");
        said.insert(same(&answer));
    };
    for row in TABLE {
        let other = if row.version == EXTENSION { VERSION } else { EXTENSION };
        for key in [OPERATOR, ALICE, nobody] {
            unknown(key, row.name, other);
        }
    }
    for action in ["DescribeHost", "describehosts", "DESCRIBEPOOLS", "RebootInstance", "AddHosts"] {
        for version in [VERSION, EXTENSION] {
            unknown(OPERATOR, action, version);
        }
    }
    assert_eq!(said.len(), 1, "{said:?}");
    for version in ["2026-11-02", "2014-05-27", "1", "20261101"] {
        let answer = Ask { version: Some(version), ..site.order("DescribeHosts", &[HERE]) }.send();
        assert_eq!(told(&answer).1, "InvalidVersion", "{version:?}: {}", answer.body);
    }
    let stranger = Ask { key: nobody, ..site.ask("DescribeHosts", &[HERE]) }.send();
    assert_eq!(told(&stranger).1, "InvalidAccessKeyId.NotFound");
}

#[test]
fn an_operators_key_that_is_disabled_does_nothing_from_then_on() {
    let data = InMemory::default();
    let site = Site::with("", &data);
    let made = site.order("CreateAccount", &[("AccountName", "night-shift"), ("Operator", "true")]).send();
    let (id, secret) = site.new_key(&made.field("AccountId"));
    let ask = |action, params| Ask { key: (&id, &secret), ..site.ask(action, params) };
    assert_eq!(ask("RegisterHosts", &[HERE, ("Hosts", HOSTS)]).send().status, 200, "it may at once");
    let signed_before = ask("FailHosts", &[HERE, ONE]).bytes();
    assert_eq!(site.order("DisableAccessKey", &[("UserAccessKeyId", &id)]).send().status, 200);
    let before = look(&site, &data);
    let inactive = (403, "InvalidAccessKeyId.Inactive".to_owned());
    assert_eq!(told(&common::exchange(site.address, &signed_before)), inactive);
    for (action, params) in OPERATORS {
        assert_eq!(told(&ask(action, params).send()), inactive, "{action}");
    }
    assert_eq!(look(&site, &data), before);
}

#[test]
fn what_is_only_tried_on_hosts_changes_nothing() {
    let data = InMemory::default();
    let site = Site::with("", &data);
    assert_eq!(site.order("RegisterHosts", &[HERE, ("Hosts", HOSTS)]).send().status, 200);
    let before = look(&site, &data);
    let more = HOSTS.replace("n1", "n2");
    for (action, params) in [
        ("RegisterHosts", &[HERE, ("Hosts", &*more)]),
        ("DrainHosts", &[HERE, ONE]),
        ("FailHosts", &[HERE, ONE]),
        ("UndrainHosts", &[HERE, ONE]),
        ("RemoveHosts", &[HERE, ONE]),
    ] {
        for dry in ["true", "True", "1"] {
            let answer = site.order(action, &[&params[..], &[("DryRun", dry)]].concat()).send();
            assert_eq!(told(&answer), (400, "DryRunOperation".into()), "{action}");
        }
        let odd = site.order(action, &[&params[..], &[("DryRun", "perhaps")]].concat()).send();
        assert_eq!(told(&odd), (400, "InvalidParameter".into()), "{action}");
        let wrong = [HERE, ("DryRun", "true"), ("HostIds", r#"["none"]"#), ("Hosts", "[]")];
        let expected = if action == "RegisterHosts" { "InvalidHosts.Malformed" } else { "InvalidHostId.NotFound" };
        assert_eq!(told(&site.order(action, &wrong).send()).1, expected, "{action}: a try is checked as the deed is");
    }
    assert_eq!(look(&site, &data), before);
}

#[test]
fn the_key_of_dev_is_an_operators_there_and_nobodys_elsewhere() {
    let clock = Arc::new(Hand::at(Moment(NOW)));
    let options = dev::Options::at("127.0.0.1:0".parse().unwrap());
    let server = dev::start(&options, clock as Arc<dyn Clock>).unwrap().server;
    let site = Site::new();
    let known = (dev::KEY, dev::SECRET);
    let ask = |action, params| Ask { address: server.address(), key: known, ..site.ask(action, params) };
    for (action, params) in [("DescribeHosts", &[HERE][..]), ("DescribePools", &[HERE]), ("DescribeAccounts", &[])] {
        let answer = ask(action, params).send();
        assert_eq!(answer.status, 200, "{action}: {}", answer.body);
    }
    let made = ask("CreateAccount", &[("AccountName", "tenant")]).send().field("AccountId");
    let of_made = [("AccountId", &*made)];
    let key = ask("CreateAccessKey", &of_made).send();
    let (id, secret) = (key.field("AccessKeyId"), key.field("AccessKeySecret"));
    let tenant = Ask { key: (&id, &secret), ..ask("DescribeHosts", &[HERE]) };
    assert_eq!(told(&tenant.send()), forbidden());
    assert_eq!(told(&Ask { key: (&id, &secret), ..ask("DescribeRegions", &[]) }.send()).0, 200);
    let last = ask("DisableAccessKey", &[("UserAccessKeyId", dev::KEY)]).send();
    assert_eq!(told(&last), (403, "OperationDenied.LastOperatorKey".into()));
    let elsewhere = Ask { key: known, ..site.ask("DescribeHosts", &[HERE]) }.send();
    assert_eq!(told(&elsewhere).1, "InvalidAccessKeyId.NotFound");
    server.stop();
}

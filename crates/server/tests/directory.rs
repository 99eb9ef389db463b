//! The directory changes while the server runs: what an operator does counts for the next request, is durable before it
//! is answered, and stays.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on ends")]

mod common;

use common::failing::Failing;
use common::{ALICE, Answer, Ask, NOW, OPERATOR, READER, REGION, Site, until};
use ledger::directory::{Entry, HostClass, KeyState};
use ledger::{ClassName, Moment};
use server::Server;
use server::clock::{Clock, Hand};
use server::data::{Data, InMemory};
use server::directory::Kept;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use store::format::decode_batch;
use store::{Batch, Control, DIRECTORY, Origin};

const HERE: &[(&str, &str)] = &[("RegionId", REGION)];
const LIST: &str = "DescribeCapacityReservations";
/// A class of the configuration that offers one type, so that its ladder has one rung.
const SMALL_CLASS: &str = "[[fleet.class]]\nname = \"g5\"\nvcpus = 64\nmemory_gib = 256\ntypes = [\"ecs.g5.large\"]\n\
    [[fleet.hosts]]\nzone = \"cn-hangzhou-h\"\nclass = \"g5\"\ncount = 1\n";
const BIG: &[(&str, &str)] =
    &[("InstanceType", "ecs.g5.own"), ("HostClass", "g5"), ("Vcpus", "16"), ("MemoryGib", "64")];

fn key((id, secret): &(String, String)) -> (&str, &str) {
    (id, secret)
}

fn told(answer: &Answer) -> (u16, String) {
    (answer.status, if answer.status == 200 { String::new() } else { answer.code() })
}

/// Reserves one instance with a key.
fn reserve(site: &Site, key: (&str, &str), kind: &str) -> (u16, String) {
    let params = [("RegionId", REGION), ("ZoneId.1", "cn-hangzhou-h"), ("InstanceType", kind), ("InstanceAmount", "1")];
    told(&Ask { key, ..site.ask("CreateCapacityReservation", &params) }.send())
}

fn disable(site: &Site, id: &str) -> (u16, String) {
    told(&site.order("DisableAccessKey", &[("UserAccessKeyId", id)]).send())
}

fn account(site: &Site, name: &str) -> String {
    let answer = site.order("CreateAccount", &[("AccountName", name)]).send();
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.field("AccountId")
}

/// How many accounts there are.
fn accounts(site: &Site) -> i64 {
    let answer = site.order("DescribeAccounts", &[]).send();
    let json: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
    json["TotalCount"].as_i64().unwrap()
}

fn revision(data: &dyn Data) -> u64 {
    data.open(DIRECTORY).unwrap().head().unwrap().revision
}

fn rungs(site: &Site, class: &str) -> Option<Vec<u32>> {
    let region = &site.server.as_ref().unwrap().service().regions[REGION];
    region.look(|ledger| ledger.ladder(&ClassName::from(class)).map(|it| it.rungs().to_vec())).flatten()
}

#[test]
fn a_tenants_key_works_at_once_and_not_at_all_when_it_is_disabled() {
    let mut site = Site::durable("");
    let tenant = account(&site, "tenant");
    let (kept, gone) = (site.new_key(&tenant), site.new_key(&tenant));
    assert_eq!(reserve(&site, key(&kept), "ecs.g6.large"), (200, String::new()));
    assert_eq!(reserve(&site, key(&gone), "ecs.g6.large"), (200, String::new()));
    assert_eq!(disable(&site, &gone.0).0, 200);
    let inactive = (403, "InvalidAccessKeyId.Inactive".to_owned());
    assert_eq!(reserve(&site, key(&gone), "ecs.g6.large"), inactive);
    assert_eq!(disable(&site, &gone.0).0, 200, "again is no fault");
    // What the configuration does not name is as it was: the one works, the other does not.
    for _ in 0..2 {
        site.restart();
        assert_eq!(reserve(&site, key(&kept), "ecs.g6.large"), (200, String::new()));
        assert_eq!(reserve(&site, key(&gone), "ecs.g6.large"), inactive);
    }
}

#[test]
fn a_tenant_is_refused_what_is_the_operators_as_anything_else_that_is_denied() {
    let site = Site::new();
    let release = [("RegionId", REGION), ("PrivatePoolOptions.Id", "crp-bp1neverissued000000"), ("Format", "JSON")];
    let same = |answer: &Answer| answer.body.replace(&answer.field("RequestId"), "{*}");
    let denied = Ask { key: READER, ..site.ask("ReleaseCapacityReservation", &release) }.send();
    assert_eq!(told(&denied), (403, "Forbidden.RAM".into()));
    let before = accounts(&site);
    let mut asked = 0;
    for row in api::operations::TABLE.iter().filter(|row| row.operator && !row.development) {
        let needed = row.params.iter().filter(|param| param.absent.is_some()).map(|param| (param.name, "x1"));
        let params: Vec<(&str, &str)> = needed.chain([("Format", "JSON")]).collect();
        for v3 in [false, true] {
            let answer = Ask { v3, ..site.ask(row.name, &params) }.send();
            assert_eq!((answer.status, same(&answer)), (403, same(&denied)), "{}", row.name);
            asked += 1;
        }
        // An operator's account is not enough, if the key's allow-list does not name it.
        let list = r#"[{"Actions":["ecs:*"],"Resources":["*"]}]"#;
        let made = site.order("CreateAccessKey", &[("AccountId", "1000000000000006"), ("Permits", list)]).send();
        let (id, secret) = (made.field("AccessKeyId"), made.field("AccessKeySecret"));
        let answer = Ask { key: (&id, &secret), ..site.ask(row.name, &params) }.send();
        assert_eq!(same(&answer), same(&denied), "{}", row.name);
    }
    assert!(asked >= 12, "{asked}");
    assert_eq!(accounts(&site), before);
}

#[test]
fn a_version_has_its_own_operations() {
    let site = Site::new();
    for (action, version) in [("DescribeAccounts", "2014-05-26"), ("DescribeRegions", "2026-11-01")] {
        let answer = Ask { version: Some(version), ..site.order(action, &[]) }.send();
        assert_eq!(told(&answer), (404, "InvalidAction.NotFound".into()), "{action} {version}");
    }
    assert_eq!(site.order("DescribeRegions", &[]).send().status, 200);
    assert_eq!(site.order("DescribeAccounts", &[]).send().status, 200);
}

#[test]
fn what_is_not_durable_is_never_acknowledged() {
    let data = Failing::default();
    let site = Site::with("", &data);
    account(&site, "before");
    let (count, journal) = (accounts(&site), revision(&data.data));
    data.closed.store(true, Ordering::SeqCst);
    data.failures.store(1, Ordering::SeqCst);
    let create = [("AccountName", "after")];
    assert_eq!(told(&site.order("CreateAccount", &create).send()), (500, "InternalError".into()));
    // Until it is loaded anew nothing changes; what is durable is read, and the regions go on.
    let unavailable = (503, "ServiceUnavailable".to_owned());
    assert_eq!(told(&site.order("CreateAccount", &create).send()), unavailable);
    assert_eq!(disable(&site, READER.0), unavailable);
    assert_eq!((accounts(&site), revision(&data.data)), (count, journal));
    site.create("1", &[]);
    data.closed.store(false, Ordering::SeqCst);
    until("the directory can be changed", || {
        let answer = site.order("CreateAccount", &create).send();
        assert!(matches!(answer.status, 200 | 503), "{answer:?}");
        answer.status == 200
    });
    assert_eq!((accounts(&site), revision(&data.data)), (count + 1, journal + 1));
}

#[test]
fn an_append_of_which_nobody_can_say_whether_it_is_durable_is_sent_again_and_done_once() {
    let data = Failing::default();
    let site = Site::with("", &data);
    let (count, journal) = (accounts(&site), revision(&data.data));
    data.unknown.store(1, Ordering::SeqCst);
    account(&site, "once");
    assert_eq!((accounts(&site), revision(&data.data)), (count + 1, journal + 1));
}

#[test]
fn a_dry_run_changes_nothing() {
    let data = InMemory::default();
    let site = Site::with("", &data);
    let (journal, before) = (revision(&data), site.server.as_ref().unwrap().service().directory.now());
    let class: &[(&str, &str)] = &[("HostClass", "x1"), ("Vcpus", "64"), ("MemoryGib", "256")];
    let kind: &[(&str, &str)] =
        &[("InstanceType", "ecs.g6.own"), ("HostClass", "g6"), ("Vcpus", "2"), ("MemoryGib", "8")];
    for (action, params) in [
        ("CreateAccount", &[("AccountName", "dry")][..]),
        ("CreateAccessKey", &[("AccountId", "1000000000000001")]),
        ("DisableAccessKey", &[("UserAccessKeyId", READER.0)]),
        ("PutHostClass", class),
        ("PutInstanceType", kind),
    ] {
        let dry = [params, &[("DryRun", "true")]].concat();
        assert_eq!(told(&site.order(action, &dry).send()), (400, "DryRunOperation".into()), "{action}");
        let odd = [params, &[("DryRun", "perhaps")]].concat();
        assert_eq!(told(&site.order(action, &odd).send()), (400, "InvalidParameter".into()), "{action}");
    }
    assert_eq!(revision(&data), journal);
    assert_eq!(site.server.as_ref().unwrap().service().directory.now(), before);
}

#[test]
fn each_change_is_in_the_journal_with_who_made_it_and_cannot_be_replayed_after_a_restart() {
    let mut site = Site::durable("");
    let once = |site: &Site| {
        let params = [("AccountName", "audited")];
        let ask = Ask { nonce: "once".into(), ..site.order("CreateAccount", &params) };
        told(&ask.send())
    };
    assert_eq!(once(&site).0, 200);
    site.restart();
    assert_eq!(once(&site), (400, "SignatureNonceUsed".into()));
    site.stop();
    let store = common::open(site.folder.path()).open(DIRECTORY).unwrap();
    let mut origins = Vec::new();
    store
        .journal(0, &mut |frame| {
            let batch: Batch<Entry> = decode_batch(frame).unwrap();
            origins.extend(batch.records.into_iter().map(|record| record.origin));
            Ok(Control::Continue)
        })
        .unwrap();
    let made = origins.iter().find_map(|origin| match origin {
        Origin::Caller { account, key, source, action, .. } => {
            Some((account.as_str(), key.as_str(), &**source, &**action))
        }
        Origin::System => None,
    });
    assert_eq!(made, Some(("1000000000000006", OPERATOR.0, "127.0.0.1", "CreateAccount")));
}

#[test]
fn the_last_operator_stays_able_to_make_keys() {
    let mut site = Site::durable("");
    assert_eq!(disable(&site, OPERATOR.0), (403, "OperationDenied.LastOperatorKey".into()));
    let second = site.new_key("1000000000000006");
    assert_eq!(disable(&site, OPERATOR.0).0, 200);
    assert_eq!(disable(&site, READER.0), (403, "InvalidAccessKeyId.Inactive".into()), "one's own key ends at once too");
    let with_second = Ask { key: key(&second), ..site.ask("DescribeAccounts", &[]) };
    assert_eq!(with_second.send().status, 200);
    // The configuration names the first one, and does not bring it back; another secret does.
    site.restart();
    let ask = |site: &Site, secret: &str| Ask { key: (OPERATOR.0, secret), ..site.ask("DescribeAccounts", &[]) }.send();
    assert_eq!(told(&ask(&site, OPERATOR.1)), (403, "InvalidAccessKeyId.Inactive".into()));
    std::fs::write(site.folder.path().join("operator.secret"), "another-secret-10").unwrap();
    site.restart();
    assert_eq!(ask(&site, "another-secret-10").status, 200);
    assert_eq!(ask(&site, OPERATOR.1).code(), "SignatureDoesNotMatch");
}

#[test]
fn a_key_of_the_configuration_that_was_disabled_stays_so_when_it_is_taken_out_and_put_back() {
    let mut site = Site::durable("");
    assert_eq!(disable(&site, ALICE.0).0, 200);
    let alice = site.config.account.remove(0);
    site.restart();
    site.config.account.insert(0, alice);
    site.restart();
    assert_eq!(told(&site.ask(LIST, HERE).send()), (403, "InvalidAccessKeyId.Inactive".into()));
    let directory = site.server.as_ref().unwrap().service().directory.now();
    assert_eq!(directory.keys[ALICE.0].state, KeyState::Revoked);
}

#[test]
fn a_new_type_can_be_reserved_at_once_wherever_its_class_has_hosts() {
    let mut site = Site::durable(SMALL_CLASS);
    let none = (403, "InvalidInstanceType.NotSupported".to_owned());
    assert_eq!((rungs(&site, "g5"), reserve(&site, ALICE, "ecs.g5.own")), (Some(vec![1]), none));
    assert_eq!(told(&site.order("PutInstanceType", BIG).send()).0, 200);
    assert_eq!(rungs(&site, "g5"), Some(vec![1, 8]));
    for expected in [200, 200, 200, 200, 403] {
        assert_eq!(reserve(&site, ALICE, "ecs.g5.own").0, expected);
    }
    // The configuration does not know the type; the class keeps its rung all the same.
    site.restart();
    assert_eq!(rungs(&site, "g5"), Some(vec![1, 8]));
    assert_eq!(reserve(&site, ALICE, "ecs.g5.own"), (403, "OperationDenied.NoStock".into()));
}

#[test]
fn a_region_that_was_not_told_of_a_ladder_is_told_at_the_next_start() {
    let data = InMemory::default();
    let mut site = Site::with(SMALL_CLASS, &data);
    site.stop();
    // As if the power had gone between the directory and the region.
    let mut kept = Kept::load(data.open(DIRECTORY).unwrap()).unwrap();
    let class = kept.directory().classes["g5"].clone();
    let longer = HostClass { rungs: vec![1, 8, 16], ..class };
    kept.put(vec![Entry::ClassPut(longer)], &Hand::at(Moment(NOW))).unwrap();
    let clock = Arc::clone(&site.clock) as Arc<dyn Clock>;
    site.server = Some(Server::start(&site.config, &data, clock).unwrap());
    assert_eq!(rungs(&site, "g5"), Some(vec![1, 8, 16]));
}

#[test]
fn a_region_that_cannot_be_told_now_is_told_later() {
    let data = Failing::default();
    let site = Site::with(SMALL_CLASS, &data);
    data.closed.store(true, Ordering::SeqCst);
    data.failures.store(1, Ordering::SeqCst);
    assert_eq!(reserve(&site, ALICE, "ecs.g6.large").0, 500, "the region is down");
    assert_eq!(told(&site.order("PutInstanceType", BIG).send()).0, 200);
    assert_eq!(rungs(&site, "g5"), None);
    data.closed.store(false, Ordering::SeqCst);
    until("the region counts in the new ladder", || rungs(&site, "g5") == Some(vec![1, 8]));
}

#[test]
fn of_many_who_want_one_name_one_gets_it() {
    let site = Site::new();
    let asks: Vec<Vec<u8>> =
        (0..24).map(|_| site.order("CreateAccount", &[("AccountName", "wanted")]).bytes()).collect();
    let address = site.address;
    let clients: Vec<_> =
        asks.into_iter().map(|bytes| std::thread::spawn(move || common::exchange(address, &bytes))).collect();
    let answers: Vec<Answer> = clients.into_iter().map(|client| client.join().unwrap()).collect();
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1, "{answers:?}");
    assert!(answers.iter().all(|answer| matches!(answer.status, 200 | 409)), "{answers:?}");
}

#[test]
fn many_changes_are_checkpointed_and_stay() {
    let mut site = Site::durable("");
    let (count, all) = (accounts(&site), 150);
    (0..all).for_each(|number| drop(account(&site, &format!("account-{number}"))));
    site.restart();
    assert_eq!(accounts(&site), count + all);
    site.stop();
    let store = common::open(site.folder.path()).open(DIRECTORY).unwrap();
    assert!(store.checkpoint().unwrap().is_some_and(|head| head.revision > 100), "{:?}", store.checkpoint());
}

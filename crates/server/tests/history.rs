//! The history of a reservation over the wire: with who asked for each change, across restarts, and without holding
//! anybody up.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on ends")]

mod common;

use common::failing::Failing;
use common::{ALICE, Answer, Ask, BOB, REGION, Site};
use serde_json::Value;
use std::sync::{PoisonError, mpsc};

const HISTORY: &str = "DescribeCapacityReservationHistory";

fn changes(answer: &Answer) -> Vec<Value> {
    assert_eq!(answer.status, 200, "{}", answer.body);
    let json: Value = serde_json::from_str(&answer.body).unwrap();
    json["Changes"]["Change"].as_array().unwrap().clone()
}

#[test]
fn a_life_is_told_with_its_requests_across_restarts_and_checkpoints() {
    let mut site = Site::durable("[store]\ncheckpoint_every_records = 5");
    let create = [
        ("RegionId", REGION),
        ("ZoneId.1", "cn-hangzhou-h"),
        ("InstanceType", "ecs.g6.large"),
        ("InstanceAmount", "2"),
    ];
    let created = site.ask("CreateCapacityReservation", &create).send();
    let id = created.field("PrivatePoolOptionsId");
    let own = [("RegionId", REGION), ("PrivatePoolOptions.Id", id.as_str())];
    let modify = [own.as_slice(), &[("InstanceAmount", "3")]].concat();
    let modified = site.ask("ModifyCapacityReservation", &modify).send();
    // A dry run and a refused call leave nothing.
    assert_eq!(
        site.ask("ReleaseCapacityReservation", &[own.as_slice(), &[("DryRun", "true")]].concat()).send().status,
        400
    );
    assert_eq!(Ask { key: BOB, ..site.ask("ReleaseCapacityReservation", &own) }.send().status, 400);
    (0..30).for_each(|_| drop(site.create("1", &[])));
    site.restart();
    let released = site.release(&id);
    for _ in 0..2 {
        let told = changes(&site.ask(HISTORY, &own).send());
        let of = |field: &str| -> Vec<&str> { told.iter().map(|it| it[field].as_str().unwrap()).collect() };
        assert_eq!(of("Event"), ["Created", "Modified", "Released"]);
        assert_eq!(of("RequestId"), [&created, &modified, &released].map(|answer| answer.field("RequestId")));
        assert_eq!((of("AccessKeyId"), of("SourceIp")), (vec![ALICE.0; 3], vec!["127.0.0.1"; 3]));
        assert_eq!(of("AccountId"), ["1000000000000001"; 3]);
        site.restart();
    }
}

#[test]
fn whoever_looks_back_holds_nobody_up() {
    let data = Failing::default();
    let site = Site::with("", &data);
    let id = site.create("1", &[]);
    let theirs = Ask { key: BOB, ..site.ask("CreateCapacityReservation", &NEW) }.send().field("PrivatePoolOptionsId");
    let (mine, theirs) = (of(&id), of(&theirs));
    let (told, answers) = mpsc::channel();
    std::thread::scope(|scope| {
        let held = data.reading.lock().unwrap_or_else(PoisonError::into_inner);
        for _ in 0..8 {
            let (told, ask) = (told.clone(), site.ask(HISTORY, &mine));
            scope.spawn(move || told.send(ask.send()).unwrap());
        }
        // One is under way and four wait at most; the others are told so at once.
        for _ in 0..3 {
            let answer = answers.recv().unwrap();
            assert_eq!((answer.status, answer.code().as_str()), (400, "Throttling.User"), "{}", answer.body);
        }
        let (other_told, other_answer) = mpsc::channel();
        let ask = Ask { key: BOB, ..site.ask(HISTORY, &theirs) };
        scope.spawn(move || other_told.send(ask.send()).unwrap());
        // While the journal cannot be read, everything else goes on.
        site.create("1", &[]);
        assert_eq!(site.status_of(&id), "Active");
        drop(held);
        let found = (3..8).map(|_| answers.recv().unwrap()).filter(|answer| answer.status == 200);
        let found: Vec<Answer> = found.collect();
        assert!(found.len() >= 4, "{} were looked for", found.len());
        found.iter().for_each(|answer| assert_eq!(changes(answer).len(), 1));
        assert_eq!(changes(&other_answer.recv().unwrap()).len(), 1, "another account has its own place");
    });
}

const NEW: [(&str, &str); 4] =
    [("RegionId", REGION), ("ZoneId.1", "cn-hangzhou-h"), ("InstanceType", "ecs.g6.large"), ("InstanceAmount", "1")];

fn of(id: &str) -> [(&str, &str); 2] {
    [("RegionId", REGION), ("PrivatePoolOptions.Id", id)]
}

//! Who comes in and who does not.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on ends")]

mod common;

use common::{ALICE, Ask, DISABLED, GUEST, GUEST_TOKEN, NOW, READER, REGION, Site};
use ledger::Moment;
use server::data::InMemory;

const LIST: &str = "DescribeCapacityReservations";
const HERE: &[(&str, &str)] = &[("RegionId", REGION), ("Format", "JSON")];

#[test]
fn each_wrong_thing_has_its_own_fault() {
    let site = Site::new();
    for v3 in [false, true] {
        let ask = || Ask { v3, ..site.ask(LIST, HERE) };
        let table = [
            (Ask { key: ("nobody", ALICE.1), ..ask() }, 404, "InvalidAccessKeyId.NotFound"),
            (Ask { key: (ALICE.0, "wrong"), ..ask() }, 400, "SignatureDoesNotMatch"),
            (Ask { key: DISABLED, ..ask() }, 403, "InvalidAccessKeyId.Inactive"),
            (Ask { at: NOW - 901, ..ask() }, 400, "InvalidTimeStamp.Expired"),
            (Ask { at: NOW + 901, ..ask() }, 400, "InvalidTimeStamp.Expired"),
            (Ask { token: Some("t"), ..ask() }, 400, "InvalidSecurityToken.MismatchWithAccessKey"),
            (Ask { key: GUEST, ..ask() }, 400, "MissingSecurityToken"),
            (Ask { key: GUEST, token: Some("t"), ..ask() }, 400, "InvalidSecurityToken.MismatchWithAccessKey"),
            (Ask { action: "Unheard", ..ask() }, 404, "InvalidAction.NotFound"),
            (Ask { version: Some("2026-11-01"), ..ask() }, 404, "InvalidAction.NotFound"),
            (Ask { version: Some("2014-05-27"), ..ask() }, 400, "InvalidVersion"),
            (Ask { action: "Unheard", version: Some("2014-05-27"), ..ask() }, 404, "InvalidAction.NotFound"),
            (Ask { params: &[("RegionId", "atlantis"), ("Format", "JSON")], ..ask() }, 404, "InvalidRegionId.NotFound"),
        ];
        for (ask, status, code) in table {
            let answer = ask.send();
            assert_eq!((answer.status, answer.code().as_str()), (status, code), "V3 {v3} {}: {answer:?}", ask.key.0);
        }
        for at in [NOW - 900, NOW, NOW + 900] {
            assert_eq!(Ask { at, ..ask() }.send().status, 200);
        }
        assert_eq!(Ask { key: GUEST, token: Some(GUEST_TOKEN), ..ask() }.send().status, 200);
    }
}

#[test]
fn a_temporary_key_ends() {
    let site = Site::new();
    site.clock.set(Moment(rpc::time::parse_either("2027-01-15T09:00:00Z").unwrap()));
    let answer = Ask { key: GUEST, token: Some(GUEST_TOKEN), ..site.ask(LIST, HERE) }.send();
    assert_eq!((answer.status, answer.code().as_str()), (403, "InvalidSecurityToken.Expired"));
}

#[test]
fn a_wrong_signature_names_the_string_to_sign() {
    let site = Site::new();
    let answer = Ask { key: (ALICE.0, "wrong"), v3: false, ..site.ask(LIST, HERE) }.send();
    let message = answer.field("Message");
    assert!(message.contains("server string to sign is:POST&%2F&AccessKeyId%3Dalice"), "{message}");
}

#[test]
fn a_replay_is_refused_and_a_forgery_does_not_use_the_nonce_up() {
    let site = Site::new();
    for v3 in [false, true] {
        let nonce = common::nonce();
        let forged = Ask { nonce: nonce.clone(), key: (ALICE.0, "wrong"), v3, ..site.ask(LIST, HERE) };
        assert_eq!(forged.send().code(), "SignatureDoesNotMatch");
        let ask = Ask { nonce: nonce.clone(), v3, ..site.ask(LIST, HERE) };
        assert_eq!(ask.send().status, 200);
        assert_eq!(ask.send().code(), "SignatureNonceUsed");
        let other = Ask { nonce, at: NOW + 1, v3, ..site.ask(LIST, HERE) };
        assert_eq!(other.send().code(), "SignatureNonceUsed");
    }
}

#[test]
fn an_allow_list_denies_what_it_does_not_name() {
    let site = Site::new();
    assert_eq!(Ask { key: READER, ..site.ask(LIST, HERE) }.send().status, 200);
    let release = "ReleaseCapacityReservation";
    let params = [("RegionId", REGION), ("PrivatePoolOptions.Id", "crp-bp100000000000000000")];
    let answer = Ask { key: READER, ..site.ask(release, &params) }.send();
    assert_eq!((answer.status, answer.code().as_str()), (403, "Forbidden.RAM"));
    // What is missing is told before what is denied.
    let answer = Ask { key: READER, ..site.ask(release, &params[..1]) }.send();
    assert_eq!(answer.code(), "MissingParameter.PrivatePoolOptions.Id");
}

#[test]
fn a_quota_throttles_one_operation_of_one_account() {
    let site = Site::with("[quotas]\ncalls = 2\nseconds = 60", &InMemory::default());
    let list = || site.ask(LIST, HERE).send();
    assert_eq!((list().status, list().status), (200, 200));
    let answer = list();
    assert_eq!((answer.status, answer.code().as_str()), (400, "Throttling.User"));
    assert_eq!(answer.header("x-acs-retry-after"), Some((60 - NOW % 60).to_string().as_str()));
    assert_eq!(Ask { key: READER, ..site.ask(LIST, HERE) }.send().status, 200);
    site.create("1", &[]);
    site.clock.set(Moment(NOW + 60 - NOW % 60));
    assert_eq!(list().status, 200);
}

#[test]
fn a_full_memory_of_nonces_refuses_rather_than_forgets() {
    let site = Site::with("[limits]\nnonces = 64\nnonces_a_key = 64", &InMemory::default());
    let answers: Vec<_> = (0..300).map(|_| site.ask(LIST, HERE).send()).collect();
    let full = answers.iter().filter(|answer| answer.status == 503).count();
    assert!(full > 100, "{full} of 300");
    assert!(answers.iter().all(|answer| answer.status == 200 || answer.code() == "ServiceUnavailable"));
}

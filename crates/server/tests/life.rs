//! The life of a reservation over real HTTP: in every layout, signed both ways, answered in both formats.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on ends")]

mod common;

use common::{ALICE, Ask, BOB, REGION, Site};
use rpc::signature::client::Layout;

const WAYS: [(&str, Layout, bool); 7] = [
    ("GET", Layout::Query, false),
    ("POST", Layout::Query, false),
    ("POST", Layout::Form, false),
    ("POST", Layout::Split, false),
    ("GET", Layout::Query, true),
    ("POST", Layout::Query, true),
    ("POST", Layout::Form, true),
];

#[test]
fn a_reservation_lives_in_every_layout_and_format() {
    let site = Site::new();
    for (method, layout, v3) in WAYS {
        for format in ["JSON", "json", "XML"] {
            let id = site.create("1", &[("Format", "JSON")]);
            let params = [("RegionId", REGION), ("PrivatePoolOptions.Id", id.as_str()), ("Format", format)];
            let release = || Ask { method, layout, v3, ..site.ask("ReleaseCapacityReservation", &params) }.send();
            let (first, second) = (release(), release());
            let way = format!("{method} {layout:?} V3 {v3} {format}: {first:?} {second:?}");
            assert_eq!((first.status, second.status), (200, 400), "{way}");
            let request_id = first.header("x-acs-request-id").unwrap();
            assert!(first.body.contains(request_id) && request_id.to_uppercase() == request_id, "{way}");
            let code = "Invalid.PrivatePoolOptions.status";
            if format == "XML" {
                assert_eq!(first.header("content-type"), Some("text/xml;charset=utf-8"), "{way}");
                assert!(first.body.contains("<ReleaseCapacityReservationResponse>"), "{way}");
                assert!(second.body.contains(&format!("<Code>{code}</Code>")), "{way}");
            } else {
                assert_eq!(first.header("content-type"), Some("application/json;charset=utf-8"), "{way}");
                assert_eq!(second.code(), code, "{way}");
                assert_eq!(second.field("HostId"), site.address.to_string(), "{way}");
            }
            assert_eq!(site.status_of(&id), "Released");
        }
    }
}

#[test]
fn v1_answers_in_xml_and_v3_in_json_when_nothing_is_said() {
    let site = Site::new();
    let params = [("RegionId", REGION)];
    let v1 = Ask { v3: false, ..site.ask("DescribeCapacityReservations", &params) }.send();
    assert_eq!((v1.status, v1.header("content-type")), (200, Some("text/xml;charset=utf-8")), "{v1:?}");
    let v3 = site.ask("DescribeCapacityReservations", &params).send();
    assert_eq!((v3.status, v3.header("content-type")), (200, Some("application/json;charset=utf-8")), "{v3:?}");
}

#[test]
fn a_dry_run_changes_nothing_and_others_see_nothing() {
    let site = Site::new();
    let id = site.create("3", &[]);
    let params = [("RegionId", REGION), ("PrivatePoolOptions.Id", id.as_str()), ("DryRun", "True")];
    assert_eq!(site.ask("ReleaseCapacityReservation", &params).send().code(), "DryRunOperation");
    assert_eq!(site.status_of(&id), "Active");
    let stranger = Ask { key: BOB, ..site.ask("ReleaseCapacityReservation", &params[..2]) }.send();
    assert_eq!(stranger.code(), "Invalid.PrivatePoolOptions.Ids");
    assert_eq!(site.release(&id).status, 200);
}

#[test]
fn a_client_token_answers_alike_and_does_it_once() {
    let site = Site::new();
    let first = site.create("2", &[("ClientToken", "once")]);
    assert_eq!(site.create("2", &[("ClientToken", "once")]), first);
    let other = [
        ("RegionId", REGION),
        ("ZoneId.1", "cn-hangzhou-h"),
        ("InstanceType", "ecs.g6.large"),
        ("InstanceAmount", "3"),
        ("ClientToken", "once"),
    ];
    let answer = site.ask("CreateCapacityReservation", &other).send();
    assert_eq!(answer.code(), "IdempotentParameterMismatch", "for {}", ALICE.0);
}

#[test]
fn stock_runs_out_and_comes_back() {
    let site = Site::new();
    let all = site.create("640", &[]);
    let params = [
        ("RegionId", REGION),
        ("ZoneId.1", "cn-hangzhou-h"),
        ("InstanceType", "ecs.g6.large"),
        ("InstanceAmount", "1"),
    ];
    let refused = site.ask("CreateCapacityReservation", &params).send();
    assert!(refused.status >= 400 && !refused.code().is_empty(), "{refused:?}");
    assert_eq!(site.release(&all).status, 200);
    site.create("640", &[]);
}

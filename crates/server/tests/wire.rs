//! Bytes that are no proper request: each is refused in an orderly way, and the server goes on.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on ends")]

mod common;

use common::{Ask, REGION, Site, connect, exchange, read};
use server::data::InMemory;
use std::io::Write;

const LIST: &str = "DescribeCapacityReservations";
const HERE: &[(&str, &str)] = &[("RegionId", REGION), ("Format", "JSON")];

fn with_header(bytes: &[u8], header: &str) -> Vec<u8> {
    let text = String::from_utf8(bytes.to_vec()).unwrap();
    text.replacen("\r\n", &format!("\r\n{header}\r\n"), 1).into_bytes()
}

#[test]
fn methods_and_paths_that_are_not_served() {
    let site = Site::new();
    for method in ["PUT", "DELETE", "PATCH", "OPTIONS"] {
        let answer = exchange(site.address, format!("{method} /?Format=JSON HTTP/1.1\r\nhost: h\r\n\r\n").as_bytes());
        assert_eq!((answer.status, answer.code().as_str()), (403, "UnsupportedHTTPMethod"), "{method}");
    }
    let answer = exchange(site.address, b"GET /other?Format=JSON HTTP/1.1\r\nhost: h\r\n\r\n");
    assert_eq!((answer.status, answer.code().as_str()), (404, "InvalidAction.NotFound"));
    assert_eq!(answer.field("HostId"), "h");
}

#[test]
fn a_body_with_two_lengths_or_none_is_refused() {
    let site = Site::new();
    let chunked = b"POST /?Format=JSON HTTP/1.1\r\nhost: h\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n";
    assert_eq!(exchange(site.address, chunked).code(), "InvalidParameter");
    for headers in [
        "content-length: 5\r\ntransfer-encoding: chunked",
        "transfer-encoding: chunked\r\ncontent-length: 5",
        "content-length: 5\r\ncontent-length: 6",
        "content-length: -1",
        "content-length: 99999999999999999999999",
    ] {
        let bytes = format!("POST /?Format=JSON HTTP/1.1\r\nhost: h\r\n{headers}\r\n\r\n0\r\n\r\n");
        assert_eq!(exchange(site.address, bytes.as_bytes()).status, 400, "{headers}");
    }
    assert_eq!(site.ask(LIST, HERE).send().status, 200);
}

#[test]
fn what_is_too_large_is_refused_before_it_is_read() {
    let site = Site::new();
    let head = format!("POST /?Format=JSON HTTP/1.1\r\nhost: h\r\ncontent-length: {}\r\n\r\n", 1 << 30);
    assert_eq!(exchange(site.address, head.as_bytes()).code(), "InvalidParameter");
    let long = with_header(&site.ask(LIST, HERE).bytes(), &format!("x-long: {}", "a".repeat(70_000)));
    assert_eq!(exchange(site.address, &long).status, 431);
    let many: String = (0..120).map(|number| format!("x-{number}: 1\r\n")).collect();
    let many = with_header(&site.ask(LIST, HERE).bytes(), many.trim_end());
    assert_eq!(exchange(site.address, &many).status, 431);
    let value = "a".repeat(70_000);
    let answer = Ask {
        layout: rpc::signature::client::Layout::Form,
        params: &[("RegionId", REGION), ("Format", "JSON"), ("InstanceType", &value)],
        ..site.ask(LIST, HERE)
    };
    assert_eq!(answer.send().code(), "InvalidParameter");
    assert_eq!(site.ask(LIST, HERE).send().status, 200);
}

#[test]
fn who_takes_too_long_is_cut_off_and_others_are_not() {
    let site = Site::with("[limits]\nhead_seconds = 1\nbody_seconds = 1\nidle_seconds = 1", &InMemory::default());
    let whole = site.ask(LIST, HERE).bytes();
    let slow_body = b"POST /?Format=JSON HTTP/1.1\r\nhost: h\r\ncontent-length: 100\r\n\r\nab".as_slice();
    for part in [&whole[..20], b"".as_slice(), slow_body] {
        let mut stream = connect(site.address);
        stream.write_all(part).unwrap();
        assert!(read(&mut stream).is_none(), "the connection ends without an answer");
    }
    let mut kept = connect(site.address);
    kept.write_all(&whole).unwrap();
    assert_eq!(read(&mut kept).unwrap().status, 200);
    assert!(read(&mut kept).is_none(), "an idle connection ends too");
}

#[test]
fn a_newcomer_gets_the_place_of_whoever_never_had_a_request_let_in() {
    let site = Site::with("[limits]\nconnections = 2", &InMemory::default());
    let mut known = connect(site.address);
    known.write_all(&site.ask(LIST, HERE).bytes()).unwrap();
    assert_eq!(read(&mut known).unwrap().status, 200);
    let mut stranger = connect(site.address);
    stranger.write_all(b"POST / HTTP/1.1\r\nhost: ").unwrap();
    let mut newcomer = connect(site.address);
    newcomer.write_all(&site.ask(LIST, HERE).bytes()).unwrap();
    assert_eq!(read(&mut newcomer).unwrap().status, 200);
    assert!(read(&mut stranger).is_none(), "it ends without an answer");
    known.write_all(&site.ask(LIST, HERE).bytes()).unwrap();
    assert_eq!(read(&mut known).unwrap().status, 200, "it was left in peace");
}

#[test]
fn many_requests_go_over_one_connection() {
    let site = Site::new();
    let mut stream = connect(site.address);
    for _ in 0..20 {
        stream.write_all(&site.ask(LIST, HERE).bytes()).unwrap();
        assert_eq!(read(&mut stream).unwrap().status, 200);
    }
}

#[test]
fn those_who_run_it_can_ask_how_it_is() {
    let site = Site::new();
    site.create("1", &[]);
    let get = |path: &str| exchange(site.address, format!("GET {path} HTTP/1.1\r\nhost: h\r\n\r\n").as_bytes());
    assert_eq!((get("/healthz").status, get("/readyz").status), (200, 200));
    let metrics = get("/metrics").body;
    for line in [
        "berth_requests_total{action=\"CreateCapacityReservation\",status=\"200\",code=\"OK\"} 1",
        "berth_reservations{region=\"cn-hangzhou\"} 1",
        "berth_pool_slack{region=\"cn-hangzhou\",zone=\"cn-hangzhou-h\",class=\"g6\",rung=\"1\"} 639",
        "berth_nonces 1",
    ] {
        assert!(metrics.lines().any(|found| found == line), "{line} in {metrics}");
    }
}

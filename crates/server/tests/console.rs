//! The console as it is served: its files, its addresses, what it forbids browsers, and where faults have their pages.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on ends")]

mod common;

use api::operations::TABLE;
use common::{Answer, Site, exchange};
use serde_json::Value;
use server::data::InMemory;
use std::collections::BTreeMap;
use std::path::Path;

fn get(site: &Site, path: &str, headers: &str) -> Answer {
    exchange(site.address, format!("GET {path} HTTP/1.1\r\nhost: berth.example:1\r\n{headers}\r\n").as_bytes())
}

fn off() -> Site {
    Site::with("[console]\nenabled = false", &InMemory::default())
}

#[test]
fn every_file_is_served_compressed_and_asked_for_once() {
    let site = Site::new();
    let dist = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../console/dist");
    let mut files = 0;
    for entry in std::fs::read_dir(dist).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        let path = format!("/console/{}", name.strip_suffix(".gz").unwrap());
        let answer = get(&site, &path, "accept-encoding: br, gzip\r\n");
        assert_eq!((answer.status, answer.header("content-encoding")), (200, Some("gzip")), "{path}");
        let length = entry.metadata().unwrap().len().to_string();
        assert_eq!(answer.header("content-length"), Some(&*length), "{path} is the file itself");
        let etag = answer.header("etag").unwrap();
        let again = get(&site, &path, &format!("if-none-match: {etag}\r\n"));
        assert_eq!((again.status, again.body.as_str()), (304, ""), "{path}");
        files += 1;
    }
    assert_eq!(files, 6);
    for path in ["/console/operations.json", "/console/errors.json"] {
        let answer = get(&site, path, "");
        let length: usize = answer.header("content-length").unwrap().parse().unwrap();
        assert!(length < 64 << 10 && answer.header("content-encoding") == Some("gzip"), "{path}: {length}");
    }
}

#[test]
fn an_address_within_the_console_is_the_console_and_another_is_not() {
    let site = Site::new();
    for path in
        ["/console", "/console/", "/console/errors/Invalid.Param", "/console/reservations/x?region=y", "/console/no.js"]
    {
        let answer = get(&site, path, "");
        assert_eq!((answer.status, answer.header("content-type")), (200, Some("text/html; charset=utf-8")), "{path}");
    }
    for path in ["/consoles", "/console.js", "/other"] {
        assert_eq!(get(&site, path, "").status, 404, "{path}");
    }
    assert_eq!(get(&site, "/console", "accept-encoding: identity\r\n").status, 406);
}

#[test]
fn browsers_are_told_to_run_nothing_else_and_to_send_nothing_elsewhere() {
    let site = Site::new();
    for path in ["/console", "/console/app.js", "/console/errors.json"] {
        let answer = get(&site, path, "");
        let policy = answer.header("content-security-policy").unwrap();
        assert!(policy.starts_with("default-src 'none';") && !policy.contains("unsafe") && !policy.contains('*'));
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
            ("referrer-policy", "no-referrer"),
            ("cache-control", "no-cache"),
        ] {
            assert_eq!(answer.header(name), Some(value), "{path}");
        }
    }
}

#[test]
fn it_can_be_turned_off() {
    let site = off();
    for path in ["/console", "/console/app.js", "/console/errors/X"] {
        assert_eq!(get(&site, path, "").status, 404, "{path}");
    }
}

#[test]
fn a_fault_recommends_its_page_where_its_reader_can_open_it() {
    let ask = "GET /?Action=Nothing&Format=JSON HTTP/1.1\r\n";
    let recommended = |site: &Site, headers: &str| {
        let answer = exchange(site.address, format!("{ask}{headers}\r\n").as_bytes());
        let id = format!("requestId={}", answer.field("RequestId"));
        answer.field("Recommend").replace(&id, "ID")
    };
    let recorded = "https://api.aliyun.com/troubleshoot?q=InvalidAction.NotFound&product=Ecs&ID";
    let site = Site::new();
    let page = "http://berth.example:1/console/errors/InvalidAction.NotFound?ID";
    assert_eq!(recommended(&site, "host: berth.example:1\r\n"), page);
    assert_eq!(recommended(&site, "host: no host]]>\r\n"), recorded, "what is no host is not repeated");
    let site = Site::with("[console]\naddress = \"https://berth.example/x/\"", &InMemory::default());
    let page = "https://berth.example/x/console/errors/InvalidAction.NotFound?ID";
    assert_eq!(recommended(&site, "host: inside:1\r\n"), page);
    assert_eq!(recommended(&off(), "host: berth.example:1\r\n"), recorded);
}

#[test]
fn what_it_knows_of_operations_is_the_table() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../console/data/operations.json");
    let told: Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    let told: BTreeMap<&str, &Value> =
        told["operations"].as_array().unwrap().iter().map(|it| (it["name"].as_str().unwrap(), it)).collect();
    assert_eq!(told.len(), TABLE.len());
    for row in TABLE {
        let it = told[row.name];
        assert_eq!((it["version"].as_str(), it["operator"].as_bool()), (Some(row.version), Some(row.operator)));
        let mut named: Vec<&str> =
            it["parameters"].as_array().unwrap().iter().map(|it| it["name"].as_str().unwrap()).collect();
        let mut taken: Vec<&str> = row.params.iter().map(|param| param.name).collect();
        named.sort_unstable();
        taken.sort_unstable();
        assert_eq!(named, taken, "{}", row.name);
    }
}

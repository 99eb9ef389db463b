//! A shortfall is told when it appears and when it is made good, and the metrics show it meanwhile. Alone in its file:
//! what one test of a process logs without a subscriber, another could no longer collect.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on ends")]

mod common;

use common::{Lines, Site, exchange};
use server::log::{LogFormat, LogLevel, subscriber};
use server::shortfall::Shortfalls;

const RUNG: &str = "region=\"cn-hangzhou\",zone=\"cn-hangzhou-h\",class=\"g6\",rung=\"1\"";

/// What is logged meanwhile, in this thread.
fn logged(what: impl FnOnce()) -> String {
    let lines = Lines::default();
    let own = lines.clone();
    tracing::subscriber::with_default(subscriber(LogFormat::Text, LogLevel::Warn, move || own.clone()), what);
    lines.text()
}

fn metric(site: &Site, name: &str) -> Option<i64> {
    let text = exchange(site.address, b"GET /metrics HTTP/1.1\r\nhost: h\r\n\r\n").body;
    let name = format!("{name}{{{RUNG}}} ");
    text.lines().find_map(|line| line.strip_prefix(&name)).map(|value| value.parse().unwrap())
}

#[test]
fn a_shortfall_is_told() {
    // All ten hosts are promised in the smallest size; then one of them goes.
    let mut site = Site::durable("");
    let mut ids = vec![site.create("100", &[]), site.create("540", &[])];
    assert_eq!(metric(&site, "berth_pool_shortfall"), Some(0));
    site.config.fleet.remove_absent = true;
    site.config.fleet.hosts[0].count = Some(9);
    let told = logged(|| site.restart());
    let lines: Vec<&str> = told.lines().filter(|line| line.contains("shortfall")).collect();
    assert!(lines.len() == 1 && lines[0].contains("zone=cn-hangzhou-h class=g6 rung=1 slots_lacking=64"), "{told}");
    assert_eq!((metric(&site, "berth_pool_shortfall"), metric(&site, "berth_pool_slack")), (Some(64), Some(-64)));

    let regions = &site.server.as_ref().unwrap().service().regions;
    let mut shortfalls = Shortfalls::default();
    let mut look = || logged(|| shortfalls.look(regions));
    assert!(look().contains("slots_lacking=64"));
    assert_eq!(look(), "", "once is enough");
    assert_eq!(site.release(&ids.remove(0)).status, 200);
    let told = look();
    assert!(told.lines().count() == 1 && told.contains("shortfall made good"), "{told}");
    assert_eq!(look(), "");
    assert_eq!(metric(&site, "berth_pool_shortfall"), Some(0));
}

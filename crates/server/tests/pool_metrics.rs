//! What the metrics say of pools.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on ends")]

mod common;

use common::{Site, exchange};

const RUNG: &str = "region=\"cn-hangzhou\",zone=\"cn-hangzhou-h\",class=\"g6\",rung=\"1\"";

fn shortfall(site: &Site) -> Option<i64> {
    let text = exchange(site.address, b"GET /metrics HTTP/1.1\r\nhost: h\r\n\r\n").body;
    let name = format!("berth_pool_shortfall{{{RUNG}}} ");
    text.lines().find_map(|line| line.strip_prefix(&name)).map(|value| value.parse().unwrap())
}

#[test]
fn a_pool_that_is_no_more_is_in_no_metric() {
    let mut site = Site::durable("");
    let id = site.create("1", &[]);
    site.config.fleet.remove_absent = true;
    site.config.fleet.hosts.clear();
    site.restart();
    assert_eq!(shortfall(&site), Some(1));
    assert_eq!(site.release(&id).status, 200);
    assert_eq!(shortfall(&site), None);
}

//! What was answered stays: across restarts, failures of the store, and the end of the server. And what has to happen
//! by the clock happens.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on ends")]

mod common;

use common::failing::Failing;
use common::{Ask, REGION, Site, connect, read, until};
use ledger::Moment;
use server::Server;
use server::clock::Clock;
use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::Ordering;

const END: &str = "2027-01-15T10:00:00Z";

fn end() -> u64 {
    rpc::time::parse_either(END).unwrap()
}

#[test]
fn a_limited_reservation_ends_though_nobody_asks() {
    let site = Site::new();
    let id = site.create("640", &[("EndTimeType", "Limited"), ("EndTime", END)]);
    let slack = || {
        let region = &site.server.as_ref().unwrap().service().regions[REGION];
        region.look(|ledger| ledger.pools().next().unwrap().2.slack()[0]).unwrap()
    };
    site.clock.set(Moment(end() - 1));
    assert_eq!((site.status_of(&id).as_str(), slack()), ("Active", 0));
    site.clock.set(Moment(end()));
    until("the slots are free", || slack() == 640);
    assert_eq!(site.status_of(&id), "Released");
}

#[test]
fn a_restart_keeps_everything() {
    let mut site = Site::durable("");
    let kept = site.create("3", &[("ClientToken", "t"), ("Tag.1.Key", "team"), ("Tag.1.Value", "blue")]);
    let gone = site.create("2", &[]);
    let limited = site.create("1", &[("EndTimeType", "Limited"), ("EndTime", END)]);
    let release = |nonce: &str, site: &Site| {
        let params = [("RegionId", REGION), ("PrivatePoolOptions.Id", gone.as_str())];
        Ask { nonce: nonce.into(), ..site.ask("ReleaseCapacityReservation", &params) }.send()
    };
    assert_eq!(release("once", &site).status, 200);
    site.restart();
    assert_eq!(site.status_of(&kept), "Active");
    assert_eq!(site.status_of(&gone), "Released");
    assert_eq!(site.create("3", &[("ClientToken", "t"), ("Tag.1.Key", "team"), ("Tag.1.Value", "blue")]), kept);
    assert_eq!(release("once", &site).code(), "SignatureNonceUsed", "a replay is known after a restart");
    site.stop();
    site.clock.set(Moment(end() + 5));
    site.server = None;
    let data = common::open(site.folder.path());
    let clock = Arc::clone(&site.clock) as Arc<dyn Clock>;
    let server = Server::start(&site.config, &data, clock).unwrap();
    (site.address, site.server) = (server.address(), Some(server));
    assert_eq!(site.status_of(&limited), "Released", "its end came while nobody was there");
    site.stop();
}

#[test]
fn checkpoints_take_the_place_of_the_journal() {
    let mut site = Site::durable("[store]\ncheckpoint_every_records = 10");
    let ids: Vec<String> = (0..60).map(|_| site.create("1", &[])).collect();
    until("a checkpoint is there", || {
        std::fs::read_dir(site.folder.path().join("data").join(REGION)).unwrap().any(|entry| {
            let name = entry.unwrap().file_name().into_string().unwrap();
            name.starts_with("checkpoint-") && name.ends_with(".log")
        })
    });
    site.restart();
    assert!(ids.iter().all(|id| site.status_of(id) == "Active"));
}

#[test]
fn a_graceful_stop_answers_everything_under_way() {
    let mut site = Site::durable("[store]\nsync_delay_ms = 0");
    let ids: Vec<String> = (0..32).map(|_| site.create("1", &[])).collect();
    let asks: Vec<Vec<u8>> = ids
        .iter()
        .map(|id| {
            let params = [("RegionId", REGION), ("PrivatePoolOptions.Id", id.as_str())];
            site.ask("ReleaseCapacityReservation", &params).bytes()
        })
        .collect();
    let address = site.address;
    let (sent, all_sent) = std::sync::mpsc::channel();
    let clients: Vec<_> = asks
        .into_iter()
        .map(|bytes| {
            let sent = sent.clone();
            std::thread::spawn(move || {
                let mut stream = connect(address);
                stream.write_all(&bytes[..bytes.len() - 2]).unwrap();
                stream.write_all(&bytes[bytes.len() - 2..]).unwrap();
                sent.send(()).unwrap();
                read(&mut stream).map(|answer| answer.status)
            })
        })
        .collect();
    // All have been sent; how many have been read is up to the machine, which is the point.
    clients.iter().for_each(|_| all_sent.recv().unwrap());
    site.stop();
    let statuses: Vec<Option<u16>> = clients.into_iter().map(|client| client.join().unwrap()).collect();
    assert!(statuses.iter().all(|status| matches!(status, Some(200) | None)), "{statuses:?}");
    site.server = None;
    let data = common::open(site.folder.path());
    let clock = Arc::clone(&site.clock) as Arc<dyn Clock>;
    let server = Server::start(&site.config, &data, clock).unwrap();
    (site.address, site.server) = (server.address(), Some(server));
    for (id, status) in ids.iter().zip(statuses) {
        if status == Some(200) {
            assert_eq!(site.status_of(id), "Released", "what was answered is there");
        }
    }
}

#[test]
fn a_failed_append_ends_the_desk_and_the_region_comes_back_with_what_was_durable() {
    let data = Failing::default();
    let site = Site::with("", &data);
    let before = site.create("4", &[]);
    data.failures.store(1, Ordering::SeqCst);
    let failed = site.release(&before);
    assert_eq!((failed.status, failed.code().as_str()), (500, "InternalError"));
    until("the region is back", || {
        let answer = site.ask("DescribeCapacityReservations", &[("RegionId", REGION)]).send();
        assert!(matches!(answer.status, 200 | 503), "{answer:?}");
        answer.status == 200
    });
    assert_eq!(site.status_of(&before), "Active", "what was not durable has not happened");
    assert_eq!(site.release(&before).status, 200);
    assert_eq!(site.status_of(&before), "Released");
}

#[test]
fn a_start_that_cannot_keep_the_hosts_fails() {
    let data = Failing::default();
    let mut site = Site::with("", &data);
    site.stop();
    site.config.fleet.hosts[0].count = Some(11);
    let start = || Server::start(&site.config, &data, Arc::clone(&site.clock) as Arc<dyn Clock>);
    data.failures.store(1, Ordering::SeqCst);
    let refused = start().map(drop).unwrap_err().to_string();
    assert!(refused.contains("its hosts could not be kept"), "{refused}");
    let server = start().unwrap();
    assert_eq!(server.service().regions[REGION].look(|ledger| ledger.hosts().len()), Some(11));
    server.stop();
}

#[test]
fn time_does_not_go_back_though_the_clock_does() {
    let site = Site::new();
    let limited = site.create("1", &[("EndTimeType", "Limited"), ("EndTime", END)]);
    site.clock.set(Moment(end()));
    until("it has ended", || site.status_of(&limited) == "Released");
    // Not so far back that the gate would have to fear replays.
    site.clock.set(Moment(end() - 600));
    let answer = site.ask("DescribeCapacityReservations", &[("RegionId", REGION)]).send();
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(site.status_of(&limited), "Released");
}

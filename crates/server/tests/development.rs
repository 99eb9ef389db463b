//! What `berth dev` can be told, and no other server: its clock.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on ends")]

mod common;

use common::{Ask, NOW, OPERATOR, REGION, Site};
use ledger::Moment;
use rpc::time::{Precision, format};
use server::Server;
use server::clock::{Clock, Hand};
use server::dev::{self, Options};
use std::sync::Arc;

const HERE: (&str, &str) = ("RegionId", REGION);

struct Dev {
    site: Site,
    wall: Arc<Hand>,
    server: Server,
}

impl Dev {
    fn new() -> Self {
        let wall = Arc::new(Hand::at(Moment(NOW)));
        let clock = Arc::clone(&wall) as Arc<dyn Clock>;
        let server = dev::start(&Options::at("127.0.0.1:0".parse().unwrap()), clock).unwrap().server;
        Self { site: Site::new(), wall, server }
    }

    fn ask<'a>(&self, action: &'a str, params: &'a [(&'a str, &'a str)]) -> Ask<'a> {
        Ask { address: self.server.address(), key: (dev::KEY, dev::SECRET), ..self.site.ask(action, params) }
    }

    fn done(&self, action: &str, params: &[(&str, &str)]) -> common::Answer {
        let answer = self.ask(action, params).send();
        assert_eq!(answer.status, 200, "{action}: {}", answer.body);
        answer
    }

    fn hour(&self) -> String {
        self.done("AdvanceClock", &[("Seconds", "0")]).field("Time")
    }
}

fn at(ahead: u64) -> String {
    format(NOW + ahead, Precision::Seconds)
}

#[test]
fn a_reservation_ends_when_the_clock_is_set_to_its_end() {
    let dev = Dev::new();
    let end = at(30 * 86_400);
    let wanted = [
        HERE,
        ("ZoneId.1", "cn-hangzhou-h"),
        ("InstanceType", "ecs.g6.large"),
        ("InstanceAmount", "1"),
        ("EndTimeType", "Limited"),
        ("EndTime", &end),
    ];
    let id = dev.done("CreateCapacityReservation", &wanted).field("PrivatePoolOptionsId");
    let ids = format!("[{id:?}]");
    let listed = [HERE, ("PrivatePoolOptions.Ids", &*ids), ("Status", "All")];
    let is = |status: &str| {
        let told = dev.done("DescribeCapacityReservations", &listed).body;
        assert!(told.contains(&format!("\"Status\":\"{status}\"")), "{told}");
    };
    dev.done("SetClock", &[("Time", &at(30 * 86_400 - 1)), ("Runs", "false")]);
    is("Active");
    dev.done("AdvanceClock", &[("Seconds", "1")]);
    is("Released");
    dev.server.stop();
}

#[test]
fn the_clock_goes_on_or_stands_and_never_goes_back() {
    let dev = Dev::new();
    assert_eq!(dev.hour(), at(0));
    dev.done("SetClock", &[("Time", &at(1000))]);
    dev.wall.set(Moment(NOW + 5));
    assert_eq!(dev.hour(), at(1005));
    dev.done("AdvanceClock", &[("Seconds", "10"), ("Runs", "false")]);
    dev.wall.set(Moment(NOW + 60));
    assert_eq!(dev.hour(), at(1015));
    let back = dev.ask("SetClock", &[("Time", &at(1014))]).send();
    assert_eq!((back.status, &*back.code()), (400, "InvalidClock.OutOfRange"));
    assert_eq!(dev.hour(), at(1015));
    dev.server.stop();
}

/// Clients sign by the real hour, whatever the clock shows.
#[test]
fn signatures_are_held_against_the_real_hour() {
    let dev = Dev::new();
    dev.done("AdvanceClock", &[("Seconds", "31536000")]);
    dev.done("DescribeRegions", &[]);
    // The requests of this test are signed at NOW.
    dev.wall.set(Moment(NOW + 3600));
    assert_eq!(dev.ask("DescribeRegions", &[]).send().code(), "InvalidTimeStamp.Expired");
    dev.server.stop();
}

/// What a server that is not for development is asked of it is as unknown as what there is not.
#[test]
fn serve_knows_no_such_action() {
    let site = Site::new();
    let same = |answer: common::Answer| answer.body.replace(&answer.field("RequestId"), "{*}");
    let none = same(Ask { key: OPERATOR, ..site.order("AdvanceClocks", &[]) }.send());
    for row in api::operations::TABLE.iter().filter(|row| row.is_for_development()) {
        for key in [OPERATOR, ("nobody", "nobodys-secret")] {
            let answer = Ask { key, ..site.order(row.name, &[("Time", "x"), ("Seconds", "1")]) }.send();
            assert_eq!((answer.status, &*answer.code()), (404, "InvalidAction.NotFound"), "{}", row.name);
            assert_eq!(same(answer), none, "{}", row.name);
        }
    }
}

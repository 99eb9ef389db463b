//! What `berth dev` can be told, and no other server: its clock and its stock; and who may tell it.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on ends")]

mod common;

use common::dev::Dev;
use common::{Ask, NOW, OPERATOR, REGION, Site};
use ledger::Moment;
use rpc::time::{Precision, format};

const HERE: (&str, &str) = ("RegionId", REGION);

fn at(ahead: u64) -> String {
    format(NOW + ahead, Precision::Seconds)
}

#[test]
fn a_reservation_ends_when_the_clock_is_set_to_its_end() {
    let dev = Dev::new();
    let end = at(30 * 86_400);
    let id = dev.reserve(&[("EndTimeType", "Limited"), ("EndTime", &end)]);
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
    for row in api::operations::TABLE.iter().filter(|row| row.development) {
        for key in [OPERATOR, ("nobody", "nobodys-secret")] {
            let answer = Ask { key, ..site.order(row.name, &[("Time", "x"), ("Seconds", "1")]) }.send();
            assert_eq!((answer.status, &*answer.code()), (404, "InvalidAction.NotFound"), "{}", row.name);
            assert_eq!(same(answer), none, "{}", row.name);
        }
    }
}

/// With the stock gone, whatever asks is refused, and is told so beforehand; with the stock lifted it is not.
#[test]
fn what_there_is_no_stock_for_is_refused_until_there_is() {
    let dev = Dev::new();
    let here = [HERE, ("ZoneId", "cn-hangzhou-h"), ("InstanceType", "ecs.g6.large")];
    let all = dev.done("SetStock", &here).body;
    let none = [&here[..], &[("InstanceAmount", "0")]].concat();
    assert!(dev.done("SetStock", &none).body.contains("\"AvailableAmount\":0"));
    let run = [&here[..], &[("ImageId", "i")]].concat();
    let told = [&here[..], &[("DestinationResource", "InstanceType")]].concat();
    assert_eq!(dev.told("RunInstances", &run), (403, "OperationDenied.NoStock".into()));
    assert!(dev.done("DescribeAvailableResource", &told).body.contains("WithoutStock"));
    let again = dev.done("SetStock", &here).body;
    let amount = |body: &str| body.split("AvailableAmount").nth(1).unwrap().to_owned();
    assert_eq!(amount(&again), amount(&all));
    dev.done("RunInstances", &run);
    dev.server.stop();
}

/// An account that is no operator's is told what is missing, and nothing else; nothing happens.
#[test]
fn a_tenant_may_tell_it_nothing() {
    let dev = Dev::new();
    let account = dev.done("CreateAccount", &[("AccountName", "tenant")]).field("AccountId");
    let key = dev.done("CreateAccessKey", &[("AccountId", &account)]);
    let (id, secret) = (key.field("AccessKeyId"), key.field("AccessKeySecret"));
    let all = [HERE, ("ZoneId", "cn-hangzhou-h"), ("InstanceType", "ecs.g6.large"), ("InstanceAmount", "0")];
    let more = [("Time", "9999-01-01T00:00:00Z"), ("Seconds", "1"), ("SnapshotName", "s"), ("Code", "Throttling")];
    let params = [&all[..], &more].concat();
    for row in api::operations::TABLE.iter().filter(|row| row.development) {
        let absent = row.params.iter().find_map(|param| param.absent.as_ref());
        let expected = absent.map_or((403, "Forbidden.RAM"), |fault| (fault.status, fault.code));
        let bare = Ask { key: (&id, &secret), ..dev.ask(row.name, &[]) }.send();
        assert_eq!((bare.status, &*bare.code()), expected, "{}", row.name);
        let whole = Ask { key: (&id, &secret), ..dev.ask(row.name, &params) }.send();
        assert_eq!((whole.status, &*whole.code()), (403, "Forbidden.RAM"), "{}", row.name);
    }
    assert_eq!(dev.hour(), at(0));
    assert!(dev.body("DescribeFaults", &[]).contains("[]") && dev.body("DescribeSnapshots", &[]).contains("[]"));
    dev.reserve(&[]);
    dev.server.stop();
}

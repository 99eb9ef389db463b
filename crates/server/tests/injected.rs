//! Faults that `berth dev` was told to answer with: told like real ones, before or after what was asked for is done.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on ends")]

mod common;

use common::dev::{Dev, one};
use common::{REGION, connect, read};
use std::io::{ErrorKind, Read, Write};
use std::time::Duration;

const HERE: (&str, &str) = ("RegionId", REGION);
const CREATE: &str = "CreateCapacityReservation";

fn held(dev: &Dev) -> usize {
    dev.done("DescribeCapacityReservations", &[HERE]).body.matches("\"Status\":\"Active\"").count()
}

#[test]
fn an_injected_fault_is_told_like_a_real_one() {
    let dev = Dev::new();
    let whole = [HERE, ("ZoneId", "cn-hangzhou-h"), ("InstanceType", "ecs.g6.large")];
    let none = [&whole[..], &[("InstanceAmount", "0")]].concat();
    for format in ["JSON", "XML"] {
        dev.done("SetStock", &none);
        let params = [&one()[..], &[("Format", format)]].concat();
        let real = dev.ask(CREATE, &params).send();
        dev.done("SetStock", &whole);
        dev.done("InjectFault", &[("ActionName", CREATE), ("Code", "OperationDenied.NoStock"), ("Count", "1")]);
        let injected = dev.ask(CREATE, &params).send();
        let id = |answer: &common::Answer| answer.header("x-acs-request-id").unwrap().to_owned();
        let told = |answer: &common::Answer| answer.body.replace(&id(answer), "{*}");
        assert_eq!((injected.status, told(&injected)), (real.status, told(&real)), "{format}");
        let lines = |answer: &common::Answer| -> Vec<String> {
            let head = answer.head.replace(&id(answer), "{*}");
            head.lines().filter(|line| !line.starts_with("date")).map(str::to_owned).collect()
        };
        assert_eq!(lines(&injected), lines(&real), "{format}");
        assert_eq!(held(&dev), 0, "nothing was done");
    }
    dev.reserve(&[]);
    dev.server.stop();
}

#[test]
fn what_no_berth_ever_says_is_told_as_given() {
    let dev = Dev::new();
    let message = "a <b> & \"c\" 'd' é容";
    dev.done("InjectFault", &[("Code", "Own.Code"), ("HttpStatus", "599"), ("Message", message), ("Count", "2")]);
    let json = dev.ask("DescribeRegions", &[]).send();
    assert_eq!((json.status, &*json.code(), &*json.field("Message")), (599, "Own.Code", message));
    let xml = dev.ask("DescribeRegions", &[("Format", "XML")]).send();
    assert_eq!(xml.status, 599);
    assert!(xml.body.contains("<Message>a &lt;b&gt; &amp; &quot;c&quot; &apos;d&apos; é容</Message>"), "{}", xml.body);
    dev.done("DescribeRegions", &[]);
    dev.server.stop();
}

#[test]
fn an_answer_that_is_lost_is_answered_again_for_its_token() {
    let dev = Dev::new();
    for (number, lost) in [("Code", "InternalError"), ("Cut", "true")].into_iter().enumerate() {
        let token = format!("token-{number}");
        let params = [&one()[..], &[("ClientToken", &token)]].concat();
        dev.done("InjectFault", &[("ActionName", CREATE), ("When", "After"), ("Count", "1"), lost]);
        let first = read(&mut sent(&dev, &params));
        assert_eq!(first.map(|answer| answer.status), (lost.0 == "Code").then_some(500));
        assert_eq!(held(&dev), number + 1, "it was done");
        let (second, third) = (dev.done(CREATE, &params), dev.done(CREATE, &params));
        assert_eq!(second.field("PrivatePoolOptionsId"), third.field("PrivatePoolOptionsId"));
        assert_eq!(held(&dev), number + 1, "and once");
    }
    dev.server.stop();
}

fn sent(dev: &Dev, params: &[(&str, &str)]) -> std::net::TcpStream {
    let mut stream = connect(dev.server.address());
    stream.write_all(&dev.ask(CREATE, params).bytes()).unwrap();
    stream
}

#[test]
fn a_connection_is_cut_and_nothing_is_done() {
    let dev = Dev::new();
    dev.done("InjectFault", &[("ActionName", CREATE), ("Cut", "true"), ("Count", "1")]);
    let mut rest = Vec::new();
    // Whether it ends in good order or is reset, nothing was sent on it.
    sent(&dev, &one()).read_to_end(&mut rest).ok();
    assert!(rest.is_empty(), "{}", String::from_utf8_lossy(&rest));
    assert_eq!(held(&dev), 0);
    dev.reserve(&[]);
    dev.server.stop();
}

#[test]
fn what_is_answered_late_is_done_at_once() {
    let dev = Dev::new();
    let late = |milliseconds| {
        dev.done("InjectFault", &[("ActionName", CREATE), ("DelayMilliseconds", milliseconds), ("Count", "1")]);
    };
    late("60000");
    let mut stream = sent(&dev, &one());
    while held(&dev) == 0 {
        std::thread::sleep(Duration::from_millis(1));
    }
    stream.set_nonblocking(true).unwrap();
    assert_eq!(stream.read(&mut [0]).unwrap_err().kind(), ErrorKind::WouldBlock, "not answered yet");
    drop(stream);
    late("10");
    dev.reserve(&[]);
    dev.server.stop();
}

#[test]
fn chance_falls_alike_for_the_same_seed() {
    let dev = Dev::new();
    let run = |seed: &str| -> Vec<u16> {
        let inject = [("ActionName", "DescribeRegions"), ("Code", "Throttling"), ("Probability", "30"), ("Seed", seed)];
        dev.done("InjectFault", &inject);
        let told = (0..40).map(|_| dev.told("DescribeRegions", &[]).0).collect();
        dev.done("ClearFaults", &[]);
        told
    };
    let first = run("1");
    assert!(first.contains(&200) && first.contains(&400));
    assert_eq!(first, run("1"));
    assert_ne!(first, run("2"));
    dev.server.stop();
}

/// Who is not let in is told so as ever, and uses up nothing; and whoever injected a fault can take it back.
#[test]
fn a_fault_meets_only_who_is_let_in_and_never_the_way_out() {
    let dev = Dev::new();
    dev.done("InjectFault", &[("Code", "ServiceUnavailable"), ("Count", "1")]);
    let stranger = common::Ask { key: ("nobody", "nobodys-secret"), ..dev.ask("DescribeRegions", &[]) };
    assert_eq!(stranger.send().code(), "InvalidAccessKeyId.NotFound");
    let nowhere = dev.ask("DescribeZones", &[("RegionId", "cn-nowhere")]).send();
    assert_eq!(nowhere.status, 404);
    for (action, params) in [("SetClock", &[("Time", "x")][..]), ("DescribeFaults", &[]), ("DescribeSnapshots", &[])] {
        assert_ne!(dev.told(action, params).0, 503, "{action}");
    }
    assert_eq!(dev.told("DescribeRegions", &[]), (503, "ServiceUnavailable".into()));
    dev.done("DescribeRegions", &[]);
    dev.server.stop();
}

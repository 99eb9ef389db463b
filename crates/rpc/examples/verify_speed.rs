//! Prints what reading and verifying one request costs:
//! `cargo run --release -p rpc --example verify_speed`.
#![expect(clippy::disallowed_types, reason = "a measurement reads the clock; the crate does not")]

use std::hint::black_box;
use std::time::Instant;

use rpc::signature::client::{Call, Layout, Signed, sign_v1, sign_v3};
use rpc::{Incoming, Request};

const ROUNDS: u128 = 200_000;
const SECRET: &str = "TestAccessKeySecret0123456789ab";

fn main() {
    let call = Call {
        method: "POST",
        host: "127.0.0.1:8526",
        access_key_id: "LTAI5tTestAccessKeyId00",
        secret: SECRET,
        security_token: None,
        action: "ReleaseCapacityReservation",
        version: "2014-05-26",
        timestamp: 1_795_392_900,
        nonce: "d41d8cd98f00b204e9800998ecf8427e",
        params: &[
            ("DryRun", "false"),
            ("Format", "JSON"),
            ("PrivatePoolOptions.Id", "crp-bp67acfmxazb4dck01"),
            ("RegionId", "cn-hangzhou"),
        ],
    };
    for layout in [Layout::Query, Layout::Form] {
        measure(&format!("V1 {layout:?}"), &sign_v1(&call, layout));
        measure(&format!("V3 {layout:?}"), &sign_v3(&call, layout));
    }
}

fn measure(name: &str, signed: &Signed) {
    let mut headers: Vec<(&str, &[u8])> =
        signed.headers.iter().map(|(name, value)| (*name, value.as_bytes())).collect();
    headers.push(("accept", b"application/json"));
    headers.push(("content-length", b"0"));
    let begin = Instant::now();
    for _ in 0..ROUNDS {
        let request = Request::read(black_box(Incoming {
            method: "POST",
            path: "/",
            query: signed.target.strip_prefix("/?"),
            headers: &headers,
            body: signed.body.as_bytes(),
        }));
        let taken = request.is_ok_and(|it| it.credentials().and_then(|given| it.verify(&given, SECRET)).is_ok());
        assert!(taken, "a signed request was refused");
    }
    println!("{name}: {} ns a request", begin.elapsed().as_nanos() / ROUNDS);
}

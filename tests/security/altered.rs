//! Requests that were good until somebody changed something on their way.

use rig::clock;
use rpc::signature::client::Signed;

use crate::Test;
use crate::game::{Game, INCOMPLETE, MISMATCH, authorization, drop_header, drop_param, game, play, set, set_param};

/// The tests of this file.
pub const TESTS: [Test; 1] = [Test {
    name: "altered requests",
    tried: "each part of a signed V3 and V1 request changed, doubled or taken away",
    run: |binary| play(binary, &V3, &V1),
}];

const V3: [Game; 21] = [
    game("parameter added to the query", |it| it.target = "/?DryRun=false".to_owned(), 400, MISMATCH),
    game("action changed", |it| set(it, "x-acs-action", "DescribeRegions"), 400, MISMATCH),
    game("action away", |it| drop_header(it, "x-acs-action"), 404, "InvalidAction.NotFound"),
    game("action twice", |it| it.headers.push(("x-acs-action", "DescribeRegions".to_owned())), 400, INCOMPLETE),
    game("version away", |it| drop_header(it, "x-acs-version"), 400, "MissingVersion"),
    game("host changed", |it| set(it, "host", "ecs.cn-hangzhou.aliyuncs.com"), 400, MISMATCH),
    game("date away", |it| drop_header(it, "x-acs-date"), 400, "MissingTimestamp"),
    game("date changed", |it| set(it, "x-acs-date", &clock::seconds_text(clock::now() + 60)), 400, MISMATCH),
    game("date of no form", |it| set(it, "x-acs-date", "now"), 400, "InvalidTimeStamp.Format"),
    game("date of another form", |it| set(it, "x-acs-date", "20261123T001500Z"), 400, "InvalidTimeStamp.Format"),
    game("nonce away", |it| drop_header(it, "x-acs-signature-nonce"), 400, "MissingSignatureNonce"),
    game("nonce changed", |it| set(it, "x-acs-signature-nonce", "another"), 400, MISMATCH),
    game("nonce of 10000", |it| set(it, "x-acs-signature-nonce", &"n".repeat(10_000)), 400, INCOMPLETE),
    game("signature changed", |it| authorization(it, |text| flip_last(&text)), 400, MISMATCH),
    game("signature in capitals", |it| authorization(it, |text| capital_signature(&text)), 400, MISMATCH),
    game("signature cut off", |it| authorization(it, |text| text[..text.len() - 1].to_owned()), 400, MISMATCH),
    game("signature of the other scheme", |it| authorization(it, |text| no_signature(&text)), 400, INCOMPLETE),
    game("host not signed", |it| authorization(it, |text| text.replace("host;", "")), 400, INCOMPLETE),
    game(
        "algorithm unknown",
        |it| authorization(it, |text| text.replace("SHA256", "SM3")),
        400,
        "InvalidSignatureMethod",
    ),
    game("authorization twice", twice, 400, INCOMPLETE),
    game(
        "credential unknown",
        |it| authorization(it, |text| text.replace("first-key", "third-key")),
        404,
        "InvalidAccessKeyId.NotFound",
    ),
];

const V1: [Game; 11] = [
    game("key away", |it| drop_param(it, "AccessKeyId"), 400, "MissingAccessKeyId"),
    game("key unknown", |it| set_param(it, "AccessKeyId", "third-key"), 404, "InvalidAccessKeyId.NotFound"),
    game("signature away", |it| drop_param(it, "Signature"), 400, "MissingSignature"),
    game("signature empty", |it| set_param(it, "Signature", ""), 400, "MissingSignature"),
    game("signature changed", |it| set_param(it, "Signature", "AMFKzn6o6XlSUt%2B4ZldASL8UDoI%3D"), 400, MISMATCH),
    game("signature that is no Base64", |it| set_param(it, "Signature", "%E5%AE%B9"), 400, MISMATCH),
    game("timestamp away", |it| drop_param(it, "Timestamp"), 400, "MissingTimestamp"),
    game("timestamp of no form", |it| set_param(it, "Timestamp", "1763856000"), 400, "InvalidTimeStamp.Format"),
    game("nonce away", |it| drop_param(it, "SignatureNonce"), 400, "MissingSignatureNonce"),
    game("parameter added", |it| it.target.push_str("&DryRun=false"), 400, MISMATCH),
    game("action changed", |it| set_param(it, "Action", "DescribeRegions"), 400, MISMATCH),
];

fn flip_last(text: &str) -> String {
    let last = if text.ends_with('0') { '1' } else { '0' };
    format!("{}{last}", &text[..text.len() - 1])
}

fn capital_signature(text: &str) -> String {
    let (before, signature) = text.rsplit_once('=').unwrap_or_default();
    format!("{before}={}", signature.to_ascii_uppercase())
}

fn no_signature(text: &str) -> String {
    text.split(",Signature=").next().unwrap_or_default().to_owned()
}

fn twice(signed: &mut Signed) {
    let authorizations: Vec<(&'static str, String)> =
        signed.headers.iter().filter(|(name, _)| *name == "authorization").cloned().collect();
    signed.headers.extend(authorizations);
}

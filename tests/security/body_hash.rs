//! V3 signs the body by its hash, which travels in a header.

use rpc::signature::client::Signed;

use crate::Test;
use crate::game::{Game, INCOMPLETE, MISMATCH, drop_header, game, play, set};

/// The tests of this file.
pub const TESTS: [Test; 1] = [Test {
    name: "body hash against body",
    tried: "a V3 form whose body, or hash, or both are others than signed; a hash in other letters, of a part, of none",
    run: |binary| play(binary, &GAMES, &[]),
}];

const GAMES: [Game; 12] = [
    game("body changed", |it| it.body.push_str("&Description=more"), 400, MISMATCH),
    game("body taken away", |it| it.body.clear(), 400, MISMATCH),
    game("body hash changed", |it| set(it, "x-acs-content-sha256", &"0".repeat(64)), 400, MISMATCH),
    game("body and its hash changed", other_body, 400, MISMATCH),
    game("body hash away", |it| drop_header(it, "x-acs-content-sha256"), 400, INCOMPLETE),
    game("hash in capitals", |it| change_hash(it, str::to_ascii_uppercase), 400, MISMATCH),
    game("hash cut off", |it| change_hash(it, |hash| hash[..32].to_owned()), 400, MISMATCH),
    game("hash empty", |it| set(it, "x-acs-content-sha256", ""), 400, INCOMPLETE),
    game("hash that says there is none", |it| set(it, "x-acs-content-sha256", "UNSIGNED-PAYLOAD"), 400, MISMATCH),
    game("hash twice", |it| it.headers.push(("x-acs-content-sha256", "0".repeat(64))), 400, INCOMPLETE),
    game("body longer by nothing", |it| it.body.push('&'), 400, MISMATCH),
    game("body in another order", other_order, 400, MISMATCH),
];

fn change_hash(signed: &mut Signed, change: fn(&str) -> String) {
    if let Some((_, hash)) = signed.headers.iter_mut().find(|(name, _)| *name == "x-acs-content-sha256") {
        *hash = change(hash);
    }
}

/// The same parameters: as a set of them it would be the same request.
fn other_order(signed: &mut Signed) {
    let mut pieces: Vec<&str> = signed.body.split('&').collect();
    pieces.reverse();
    signed.body = pieces.join("&");
}

/// The right hash of another body, which the signature is not about.
fn other_body(signed: &mut Signed) {
    signed.body.clear();
    set(signed, "x-acs-content-sha256", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

//! Tokens of others: what makes a call once, and what tells where a listing goes on, is worth nothing to anybody else.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use rig::call::{Scheme, VERSION};
use rig::config::{REGION, TYPE, ZONE};
use rig::scene::{fill_page_of_tags, launch};
use rig::{Answer, Client, clock};

use crate::Test;
use crate::ground::{GUEST, GUEST_TOKEN, Ground, SPARE, assurance, client};
use crate::operations;
use crate::strangers::masked;

/// The tests of this file.
pub const TESTS: [Test; 3] = [
    Test {
        name: "ClientToken of others",
        tried: "each operation with a ClientToken: one that another account has used, with equal and with other parameters",
        run: client_tokens,
    },
    Test {
        name: "NextToken of others",
        tried: "each listing: a token of another account, of another listing, and a damaged one have to be answered alike",
        run: page_tokens,
    },
    Test {
        name: "SecurityToken of others",
        tried: "a temporary key without its token, with parts of it and more; its token with other keys; both schemes",
        run: security_tokens,
    },
];

type Params = Vec<(&'static str, String)>;

/// What the owner of these things asks of an operation with a ClientToken.
fn tokened(action: &str, own: &BTreeMap<&str, String>) -> Option<Params> {
    let owned = |pairs: &[(&'static str, &str)]| -> Params {
        pairs.iter().map(|(name, value)| (*name, (*value).to_owned())).collect()
    };
    let of = |name: &str| own[name].clone();
    let new = |zone, kind| owned(&[(zone, ZONE), (kind, TYPE), ("InstanceAmount", "1")]);
    let launch = || {
        owned(&[
            ("ZoneId", ZONE),
            ("InstanceType", TYPE),
            ("ImageId", "i"),
            ("PrivatePoolOptions.MatchCriteria", "None"),
        ])
    };
    let named =
        |name: &'static str, id: &str, more: &[(&'static str, &str)]| [vec![(name, of(id))], owned(more)].concat();
    Some(match action {
        "CreateCapacityReservation" => new("ZoneId.1", "InstanceType"),
        "CreateElasticityAssurance" => new("ZoneId.1", "InstanceType.1"),
        "ReserveWindow" => [new("ZoneId", "InstanceType"), vec![("EndTime", of("end"))]].concat(),
        "RunInstances" | "CreateInstance" => launch(),
        "DeleteInstances" => named("InstanceId.1", "instance", &[("Force", "true")]),
        "ModifyElasticityAssurance" => named("PrivatePoolOptions.Id", "assurance", &[]),
        "PurchaseElasticityAssurance" => named("PrivatePoolOptions.Id", "assurance", &[]),
        "RenewElasticityAssurances" => {
            named("PrivatePoolOptions.Id.1", "assurance", &[("Period", "1"), ("PeriodUnit", "Month")])
        }
        "ModifyWindow" => named("PrivatePoolOptions.Id", "window", &[]),
        _ => return None,
    })
}

fn own(who: &mut Client) -> Result<BTreeMap<&'static str, String>> {
    let window = crate::ground::window(who)?;
    let (assurance, instance) = (assurance(who)?, launch(who, &[])?);
    let end = clock::seconds_text(clock::now() + 7200);
    Ok([("assurance", assurance), ("window", window), ("instance", instance), ("end", end)].into())
}

fn client_tokens(binary: &Path) -> Result<String> {
    let mut ground = Ground::set(binary)?;
    let mut count = 0;
    for operation in operations::with("ClientToken")? {
        for same in [true, false] {
            let (ours, theirs) = (own(&mut ground.scene.first)?, own(&mut ground.scene.second)?);
            let token = format!("token-{count}");
            let call = |who: &mut Client, own: &BTreeMap<&str, String>, description: &str| -> Result<Answer> {
                let Some(mut params) = tokened(&operation.name, own) else {
                    bail!("{} takes a ClientToken, and no row of this test asks it", operation.name)
                };
                params.extend([("RegionId", REGION.to_owned()), ("ClientToken", token.clone())]);
                params.push(("Description", description.to_owned()));
                let params: Vec<(&str, &str)> = params.iter().map(|(name, value)| (*name, value.as_str())).collect();
                who.version = operations::version(&operation);
                let answer = who.call(&operation.name, &params);
                who.version = VERSION;
                answer.with_context(|| operation.name.clone())
            };
            let used = call(&mut ground.scene.second, &theirs, "of the second")?;
            let first = call(&mut ground.scene.first, &ours, if same { "of the second" } else { "of the first" })?;
            // What it is answered is what it would be answered without the other one: done anew, for this account.
            ensure!(
                (first.status, first.code()) == (used.status, used.code()),
                "{}: {} {} after {} {}",
                operation.name,
                first.status,
                first.code(),
                used.status,
                used.code()
            );
            ensure!(!first.code().contains("Idempotent"), "{}: {}", operation.name, first.code());
            for id in ids(&used) {
                ensure!(!ids(&first).contains(&id), "{}: both were answered with {id}", operation.name);
            }
            // Each goes on having its own.
            let again = call(&mut ground.scene.first, &ours, if same { "of the second" } else { "of the first" })?;
            ensure!(first.status != 200 || ids(&again) == ids(&first), "{}: not done once", operation.name);
            count += 1;
        }
    }
    ground.end()?;
    Ok(format!("{count} calls, each done for its own account as if there were no other"))
}

/// Everything in an answer that is an id.
fn ids(answer: &Answer) -> Vec<String> {
    let text = answer.json.to_string();
    let pieces = text.split('"').filter(|piece| ["crp-", "eap-", "i-"].iter().any(|start| piece.starts_with(start)));
    pieces.map(str::to_owned).collect()
}

/// What is asked of a listing of which there is more than a page.
fn listing(action: &str, users: &str, users_of_assurance: &str) -> Option<Params> {
    let text = |value: &str| value.to_owned();
    Some(match action {
        "DescribeAccounts"
        | "DescribeHosts"
        | "DescribeInstances"
        | "DescribeCapacityReservations"
        | "DescribeElasticityAssurances" => Vec::new(),
        "DescribeCapacityReservationInstances" | "DescribeCapacityReservationHistory" => {
            vec![("PrivatePoolOptions.Id", text(users))]
        }
        "DescribeElasticityAssuranceInstances" => vec![("PrivatePoolOptions.Id", text(users_of_assurance))],
        "DescribeCapacityTimeline" => vec![("ZoneId", text(ZONE)), ("InstanceType", text(TYPE))],
        "DescribeInstanceTypes" => Vec::new(),
        "ListTagResources" => vec![("ResourceType", text("capacityreservation"))],
        _ => return None,
    })
}

fn page_tokens(binary: &Path) -> Result<String> {
    let mut ground = Ground::set(binary)?;
    let second = &mut ground.scene.second;
    for _ in 0..2 {
        assurance(second)?;
        crate::ground::window(second)?;
    }
    fill_page_of_tags(second)?;
    let (users, users_of_assurance) = full(second)?;
    let mut spare = client(&ground.scene, SPARE);
    let mut count = 0;
    for operation in operations::with("NextToken")? {
        let Some(params) = listing(&operation.name, &users, &users_of_assurance) else {
            bail!("{} is a listing, and no row of this test asks it", operation.name)
        };
        // Operators' listings are for operators: the token is of one, and another tries it.
        let is_operators = ["DescribeAccounts", "DescribeHosts"].contains(&operation.name.as_str());
        let owner = if is_operators { &mut ground.operator } else { &mut ground.scene.second };
        owner.version = operations::version(&operation);
        let page = page(owner, &operation.name, &params, "").and_then(Answer::good);
        let token = page.with_context(|| operation.name.clone())?.text("NextToken").to_owned();
        ensure!(!token.is_empty(), "{}: all of it is on one page", operation.name);
        owner.version = VERSION;
        let other_token = ground.scene.values["page"].clone();
        for other in [&mut ground.scene.first, &mut spare, &mut ground.guest] {
            // A key of the same account goes on where the other one was; that is no stranger.
            if is_operators && other.key().id == SPARE.0 {
                continue;
            }
            other.version = operations::version(&operation);
            let foreign = raw(other, &operation.name, &params, &token)?;
            let damaged = raw(other, &operation.name, &params, &flipped(&token))?;
            ensure!(foreign == damaged, "{}:\n{foreign}\n{damaged}", operation.name);
            ensure!(!foreign.starts_with("200"), "{}: it was taken:\n{foreign}", operation.name);
            if other.key().id != "first-key" || operation.name != "DescribeCapacityReservations" {
                let elsewhere = raw(other, &operation.name, &params, &other_token)?;
                ensure!(foreign == elsewhere, "{}:\n{foreign}\n{elsewhere}", operation.name);
            }
            other.version = VERSION;
            count += 2;
        }
    }
    ground.end()?;
    Ok(format!("{count} foreign tokens, answered like a damaged one"))
}

/// A reservation and an assurance of this account with two instances each.
fn full(client: &mut Client) -> Result<(String, String)> {
    let target = ("PrivatePoolOptions.MatchCriteria", "Target");
    let asked = [("RegionId", REGION), ("ZoneId.1", ZONE), ("InstanceAmount", "2"), target];
    let mut ids = Vec::new();
    for (action, kind) in
        [("CreateCapacityReservation", "InstanceType"), ("CreateElasticityAssurance", "InstanceType.1")]
    {
        let answer = client.call(action, &[&asked[..], &[(kind, TYPE)]].concat())?.good()?;
        let id = answer.text("PrivatePoolOptionsId").to_owned();
        for _ in 0..2 {
            launch(client, &[target, ("PrivatePoolOptions.Id", &id)])?;
        }
        ids.push(id);
    }
    let [reservation, assurance] = ids.try_into().map_err(|_| anyhow::anyhow!("two were made"))?;
    Ok((reservation, assurance))
}

fn page(client: &mut Client, action: &str, params: &Params, token: &str) -> Result<Answer> {
    client.call(action, &pairs(params, token))
}

/// The whole answer, without the token, should it be said again.
fn raw(client: &mut Client, action: &str, params: &Params, token: &str) -> Result<String> {
    let signed = client.sign(action, &pairs(params, token));
    let response = client.send(&signed)?;
    Ok(masked(&response, "JSON")?.replace(token, "<token>"))
}

fn pairs<'a>(params: &'a Params, token: &'a str) -> Vec<(&'a str, &'a str)> {
    let mut pairs = vec![("RegionId", REGION), ("MaxResults", "1")];
    pairs.extend(params.iter().map(|(name, value)| (*name, value.as_str())));
    if !token.is_empty() {
        pairs.push(("NextToken", token));
    }
    pairs
}

/// The same token with one letter changed.
fn flipped(token: &str) -> String {
    let (first, rest) = token.split_at(1);
    format!("{}{rest}", if first == "A" { "B" } else { "A" })
}

fn security_tokens(binary: &Path) -> Result<String> {
    let mut ground = Ground::set(binary)?;
    let mut count = 0;
    for scheme in [Scheme::V3Query, Scheme::V3Form, Scheme::V1Query, Scheme::V1Form] {
        let longer = format!("{GUEST_TOKEN}x");
        let tries = [
            (GUEST, Some(GUEST_TOKEN), ""),
            (GUEST, None, "MissingSecurityToken"),
            (GUEST, Some(&GUEST_TOKEN[1..]), "InvalidSecurityToken.MismatchWithAccessKey"),
            (GUEST, Some(&GUEST_TOKEN[..1]), "InvalidSecurityToken.MismatchWithAccessKey"),
            (GUEST, Some(&longer), "InvalidSecurityToken.MismatchWithAccessKey"),
            (SPARE, Some(GUEST_TOKEN), "InvalidSecurityToken.MismatchWithAccessKey"),
            ((GUEST.0, SPARE.1), Some(GUEST_TOKEN), "SignatureDoesNotMatch"),
        ];
        for (key, token, code) in tries {
            let mut who = client(&ground.scene, key);
            (who.scheme, who.token) = (scheme, token.map(str::to_owned));
            let answer = who.call("DescribeZones", &[("RegionId", REGION)])?;
            ensure!(answer.code() == code, "{scheme:?} {} with {token:?}: {:?}", key.0, answer.code());
            count += usize::from(!code.is_empty());
        }
        // Whoever captured a good request cannot leave its token out.
        ground.guest.scheme = scheme;
        let mut signed = ground.guest.sign("DescribeZones", &[("RegionId", REGION)]);
        signed.headers.retain(|(name, _)| *name != "x-acs-security-token");
        for place in [&mut signed.target, &mut signed.body] {
            *place = place.replace(&format!("SecurityToken={GUEST_TOKEN}"), "SecurityToken=");
        }
        let answer = Answer::read(&ground.guest.send(&signed)?)?;
        ensure!(
            ["MissingSecurityToken", "IncompleteSignature"].contains(&answer.code()),
            "{scheme:?}: {:?}",
            answer.code()
        );
        count += 1;
    }
    ground.end()?;
    Ok(format!("{count} requests refused; with its own token the key is served"))
}

//! Elasticity assurances in tests: their operations, how one is made and looked at, and tables of bad input.

use super::{ALICE, Pairs, REGION, START, Sent, World, list, number, refused, text, with};
use ledger::Moment;
use ledger::commands::{Command, Settle};
use rpc::body::Body;

pub const FIRST: &str = "PrivatePoolOptions.Id.1";
pub const SECOND: &str = "PrivatePoolOptions.Id.2";
pub const NEVER_ISSUED: &str = "eap-bp1neverissued000000";
pub const DAY: u64 = 24 * 3600;
pub const DESCRIBE: &str = "DescribeElasticityAssurances";
pub const CREATE: &str = "CreateElasticityAssurance";
pub const MODIFY: &str = "ModifyElasticityAssurance";
pub const RENEW: &str = "RenewElasticityAssurances";
pub const SET_RENEWAL: &str = "ModifyElasticityAssuranceAutoRenewAttribute";
pub const RENEWAL: &str = "DescribeElasticityAssuranceAutoRenewAttribute";
pub const USERS: &str = "DescribeElasticityAssuranceInstances";
pub const PURCHASE: &str = "PurchaseElasticityAssurance";
pub const MORNINGS: Sent<'_> = &[
    ("RecurrenceRules.1.RecurrenceType", "Weekly"),
    ("RecurrenceRules.1.RecurrenceValue", "2,1"),
    ("RecurrenceRules.1.StartHour", "4"),
    ("RecurrenceRules.1.EndHour", "10"),
];

/// What CreateElasticityAssurance needs at least.
pub fn create() -> Pairs<'static> {
    vec![REGION, ("ZoneId.1", "cn-hangzhou-h"), ("InstanceType.1", "ecs.g6.large"), ("InstanceAmount", "1")]
}

pub fn assure(world: &mut World, who: &str, pairs: Sent<'_>) -> String {
    text(&world.done(who, CREATE, &with(&create(), pairs)), "PrivatePoolOptionsId")
}

/// The hour is so many seconds after the beginning, and what is due is done.
pub fn at(world: &mut World, seconds: u64) {
    world.now = Moment(START + seconds);
    let settle = Settle { most: 10, keep_released_seconds: 3000 * DAY };
    loop {
        let Ok((facts, ())) = settle.decide(&world.ledger, world.now);
        if facts.is_empty() {
            return;
        }
        facts.iter().for_each(|fact| world.ledger.apply(fact));
    }
}

/// The one assurance of an id, as it is listed.
pub fn one(world: &mut World, who: &str, id: &str) -> Body {
    let ids = format!("[\"{id}\"]");
    let body = world.done(who, DESCRIBE, &[REGION, ("PrivatePoolOptions.Ids", &ids), ("Status", "All")]);
    list(&body, "ElasticityAssuranceSet").first().map(|found| (*found).clone()).expect("it is listed")
}

/// Status, period and unit of what happens at the end of each.
pub fn renewals(world: &mut World, ids: Sent<'_>) -> Vec<(String, i64, String)> {
    let body = world.done(ALICE, RENEWAL, &with(&vec![REGION], ids));
    let items = list(&body, "ElasticityAssuranceRenewAttributes");
    items.iter().map(|it| (text(it, "RenewalStatus"), number(it, "Period"), text(it, "PeriodUnit"))).collect()
}

/// Parameters of one operation, each with values that are refused so, and with values that are not.
pub type Table<'a> = &'a [(&'a str, &'a [&'a str], (u16, &'a str), &'a [&'a str])];

pub fn judge(world: &World, action: &str, good: &Pairs<'_>, table: Table<'_>) {
    for (name, bad, fault, legal) in table {
        for value in *bad {
            let answer = world.ask(ALICE, action, &with(good, &[(name, value)]));
            assert_eq!(refused(answer), *fault, "{action} {name}={value:?}");
        }
        for value in *legal {
            let answer = world.ask(ALICE, action, &with(good, &[(name, value)]));
            answer.unwrap_or_else(|fault| panic!("{action} {name}={value:?}: {fault:?}"));
        }
    }
}

pub const NUMBERS: &[&str] = &["", "0", "-1", "+1", "01", "1.0", "1e0", " 1", "1 ", "one", "9223372036854775808"];
pub const INVALID: (u16, &str) = (400, "InvalidParameter");
pub const PERIOD: (u16, &str) = (400, "InvalidParameter.Period");
pub const UNIT: (u16, &str) = (400, "InvalidParameter.PeriodUnit");

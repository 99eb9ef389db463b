//! What the parameters of the operations on elasticity assurances may not look like, and what just about may.

use crate::common::assurances::*;
use crate::common::{self, ALICE, ID, REGION, World, refused, text, with};
use ledger::Moment;

#[test]
fn what_create_does_not_take() {
    let world = World::large();
    judge(
        &world,
        CREATE,
        &create(),
        &[
            ("ZoneId.1", &["", "-"], (400, "MissingZoneId"), &["cn-hangzhou-i"]),
            ("ZoneId.1", &["cn-hangzhou", "CN-HANGZHOU-H", "cn-shanghai-b"], (404, "InvalidZoneId.NotFound"), &[]),
            ("ZoneId.2", &["", "cn-hangzhou-h"], (400, "Invalid.TooManyZoneIds"), &[]),
            ("InstanceType.1", &["", "-"], (400, "MissingInstanceType"), &["ecs.c6.large"]),
            ("InstanceType.1", &["ecs.g6", "ecs.g6.Large"], (403, "InvalidInstanceType.NotSupported"), &[]),
            ("InstanceType.2", &["", "ecs.g6.large"], (400, "Invalid.TooManyInstanceTypes"), &[]),
            ("InstanceAmount", &["", "-"], (400, "MissingParameter.InstanceAmount"), &["1", "1000"]),
            ("InstanceAmount", &NUMBERS[1..], (400, "InvalidInstanceAmount.ValueNotSupported"), &[]),
            ("InstanceAmount", &["1001"], (400, "InvalidInstanceAmount.ValueNotSupported"), &[]),
            ("InstanceCpuCoreCount", &[""], (400, "MissingParameter.InstanceCpuCoreCount"), &[]),
            ("InstanceCpuCoreCount", &["2", "x"], (400, "Invalid.InstanceCpuCoreCountOrInstanceAmount"), &[]),
            ("Period", NUMBERS, PERIOD, &["1", "5"]),
            ("Period", &["6", "366"], PERIOD, &[]),
            ("PeriodUnit", &["", "year", "Weekly", "Week", "Hour", "Day"], UNIT, &["Year", "Month"]),
            ("AssuranceTimes", &["", "unlimited", "1"], (400, "Invalid.AssuranceTimes.NotSupported"), &["Unlimited"]),
            (
                "PrivatePoolOptions.Name",
                &["", "n", "1name", "http://n"],
                (403, "InvalidPrivatePoolOptionsName.ValueNotSupported"),
                &["eapTestName"],
            ),
            (
                "PrivatePoolOptions.MatchCriteria",
                &["", "None", "open"],
                (400, "Invalid.PrivatePoolOptions.MatchCriteria"),
                &["Target"],
            ),
            ("Description", &["", "d", "https://d"], (400, "InvalidDescription.ValueNotSupported"), &["text"]),
            ("AutoRenew", &["", "yes", "2"], INVALID, &["true", "True", "0"]),
            ("AutoRenewPeriod", NUMBERS, INVALID, &["1", "2", "3", "6", "12", "24", "36"]),
            ("AutoRenewPeriod", &["4", "5", "48"], INVALID, &[]),
            ("Tag.1.Key", &["", "aliyun", "acs:x"], (400, "InvalidTagKey.Malformed"), &["env"]),
            ("Tag.1.Value", &["v"], (400, "InvalidTagKey.Malformed"), &[]),
            ("ResourceGroupId", &["", "group", "rg-"], (404, "InvalidResourceGroup.NotFound"), &["rg-1"]),
        ],
    );
    let months = with(&create(), &[("PeriodUnit", "Month")]);
    judge(&world, CREATE, &months, &[("Period", &["0", "10", "12"], PERIOD, &["1", "9"])]);
    let days = with(&with(&create(), MORNINGS), &[("PeriodUnit", "Day")]);
    judge(&world, CREATE, &days, &[("Period", &["0", "366"], PERIOD, &["1", "365"])]);
}

#[test]
fn nothing_ends_after_the_last_end() {
    let mut world = World::new();
    world.now = Moment(4_000_000_000);
    // The 2nd of October 2096.
    let id = text(&world.done(ALICE, CREATE, &with(&create(), &[("Period", "3")])), "PrivatePoolOptionsId");
    let late = world.ask(ALICE, CREATE, &with(&create(), &[("Period", "4")]));
    assert_eq!(refused(late), PERIOD);
    let months = [REGION, (FIRST, &*id), ("PeriodUnit", "Month"), ("Period", "2")];
    world.done(ALICE, RENEW, &months);
    assert_eq!(refused(world.call(ALICE, RENEW, &months)), PERIOD);
}

#[test]
fn what_a_rule_may_not_look_like() {
    let world = World::new();
    let of = |kind: &'static str, value: &'static str| {
        with(
            &with(&create(), MORNINGS),
            &[("RecurrenceRules.1.RecurrenceType", kind), ("RecurrenceRules.1.RecurrenceValue", value)],
        )
    };
    let value = "RecurrenceRules.1.RecurrenceValue";
    judge(&world, CREATE, &of("Daily", "1"), &[(value, &["-", "", "0", "32", "1,2", "01"], INVALID, &["1", "31"])]);
    let weekly = ["-", "", "7", "1,", ",1", "1,1", "1, 2", "1-2", "-1"];
    judge(&world, CREATE, &of("Weekly", "0"), &[(value, &weekly, INVALID, &["6", "6,5,4,3,2,1,0"])]);
    let monthly = ["-", "", "1", "0-1", "1-32", "2-1", "1-2-3", "1--2", "1,2", " 1-2"];
    judge(&world, CREATE, &of("Monthly", "1-1"), &[(value, &monthly, INVALID, &["31-31", "1-31"])]);
    let hours: Table<'_> = &[
        ("RecurrenceRules.1.RecurrenceType", &["-", "", "daily", "Yearly"], INVALID, &[]),
        ("RecurrenceRules.1.StartHour", &["-", "", "7", "21", "24", "-1", "04"], INVALID, &["0", "6"]),
        ("RecurrenceRules.1.EndHour", &["-", "", "7", "25", "4", "1e1"], INVALID, &["8", "24"]),
        ("RecurrenceRules.2.StartHour", &["4"], INVALID, &[]),
    ];
    judge(&world, CREATE, &with(&create(), MORNINGS), hours);
    let many = |count: usize| {
        let one = |at| {
            let field = move |name: &str, value: &str| (format!("RecurrenceRules.{at}.{name}"), value.to_owned());
            [
                field("RecurrenceType", "Daily"),
                field("RecurrenceValue", "1"),
                field("StartHour", "0"),
                field("EndHour", "4"),
            ]
        };
        (1..=count).flat_map(one).collect::<Vec<_>>()
    };
    for (count, legal) in [(10, true), (11, false)] {
        let rules = many(count);
        let rules: common::Pairs<'_> = rules.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(world.ask(ALICE, CREATE, &with(&create(), &rules)).is_ok(), legal, "{count} rules");
    }
}

#[test]
fn what_renew_does_not_take() {
    let mut world = World::new();
    let id = assure(&mut world, ALICE, &[]);
    let good = vec![REGION, (FIRST, &*id)];
    judge(
        &world,
        RENEW,
        &good,
        &[
            (FIRST, &["-", ""], (400, "MissingParameter.PrivatePoolOptions.Id"), &[]),
            (FIRST, &["eap-", NEVER_ISSUED, common::NEVER_ISSUED], (400, "Invalid.PrivatePoolOptions.Id"), &[]),
            ("Period", NUMBERS, PERIOD, &["1", "5"]),
            ("Period", &["6"], PERIOD, &[]),
            ("PeriodUnit", &["", "Week", "Day", "year"], UNIT, &["Year", "Month", "Weekly"]),
            ("AutoRenew", &["", "yes"], INVALID, &["False"]),
            ("AutoRenew", &["true"], (400, "MissingAutoRenewPeriod"), &[]),
            ("AutoRenewPeriod", &["", "4", "x"], INVALID, &["1", "36"]),
            ("AutoPay", &["", "maybe"], INVALID, &["true", "False"]),
        ],
    );
    let weekly = with(&good, &[("PeriodUnit", "Weekly")]);
    judge(&world, RENEW, &weekly, &[("Period", &["4"], PERIOD, &["3"])]);
    let ids = |count: usize| (1..=count).map(|at| format!("PrivatePoolOptions.Id.{at}")).collect::<Vec<_>>();
    for (action, most) in [(RENEW, 20), (RENEWAL, 50), (SET_RENEWAL, 50)] {
        for (count, legal) in [(most, true), (most + 1, false)] {
            let names = ids(count);
            let pairs: common::Pairs<'_> =
                names.iter().map(|name| (name.as_str(), id.as_str())).chain([REGION]).collect();
            let answer = world.ask(ALICE, action, &pairs);
            assert_eq!(answer.is_ok(), legal, "{action} {count}");
            if let Err(fault) = answer {
                assert_eq!((fault.status, fault.code), (400, "Invalid.TooManyPrivatePoolOptions.Ids"));
            }
        }
    }
}

#[test]
fn what_the_operations_on_automatic_renewal_do_not_take() {
    let mut world = World::new();
    let id = assure(&mut world, ALICE, &[("PeriodUnit", "Month")]);
    let good = vec![REGION, (FIRST, &*id)];
    let ids: Table<'_> = &[
        (FIRST, &["-", ""], (400, "MissingParameter.PrivatePoolOptionsId"), &[]),
        (FIRST, &["eap", NEVER_ISSUED, common::NEVER_ISSUED], (400, "Invalid.PrivatePoolOptionsId"), &[]),
        (SECOND, &["", NEVER_ISSUED], (400, "Invalid.PrivatePoolOptionsId"), &[&id]),
    ];
    judge(&world, RENEWAL, &good, ids);
    judge(&world, SET_RENEWAL, &good, ids);
    judge(
        &world,
        SET_RENEWAL,
        &good,
        &[
            ("Period", NUMBERS, PERIOD, &["1"]),
            ("Period", &["2", "3"], PERIOD, &[]),
            ("PeriodUnit", &["", "Day", "Weekly", "month"], UNIT, &["Month", "Year"]),
            ("RenewalStatus", &["", "Auto", "normal"], (403, "InvalidParameter.RenewalStatus"), &["Normal"]),
        ],
    );
    let years = with(&good, &[("PeriodUnit", "Year")]);
    judge(&world, SET_RENEWAL, &years, &[("Period", &["2", "4", "6", "7"], PERIOD, &["1", "3", "5"])]);
    at(&mut world, 40 * DAY);
    // What is over can be looked at, and nothing can be said of its end.
    assert_eq!(renewals(&mut world, &[(FIRST, &id)]).len(), 1);
    let late = world.call(ALICE, SET_RENEWAL, &with(&vec![REGION, (FIRST, &*id)], &[("RenewalStatus", "Normal")]));
    assert_eq!(refused(late), (400, "Invalid.PrivatePoolOptionsId"));
}

#[test]
fn there_is_nothing_to_purchase() {
    let mut world = World::new();
    let id = assure(&mut world, ALICE, &[]);
    let good = vec![REGION, (ID, &*id)];
    judge(
        &world,
        PURCHASE,
        &good,
        &[
            ("RegionId", &["-", ""], (400, "MissingParameter.RegionId"), &[]),
            (ID, &["-", ""], (400, "MissingParameter.PrivatePoolOptions.Id"), &[]),
            ("PrivatePoolOptions.MatchCriteria", &["", "None"], (400, "Invalid.PrivatePoolOptions.MatchCriteria"), &[]),
            ("PeriodUnit", &["", "Day", "Weekly"], UNIT, &[]),
            ("Period", NUMBERS, PERIOD, &[]),
            ("StartTime", &["", "2026-11-23T01:00:00Z"], (400, "InvalidStartTime.MalFormed"), &[]),
            ("StartTime", &["2026-11-23T05:30:00Z"], (400, "InvalidStartTime.NotSupported"), &[]),
            (ID, &["eap", NEVER_ISSUED, common::NEVER_ISSUED], (400, "Invalid.PrivatePoolOptions.Id"), &[]),
            ("Period", &["1"], (400, "Invalid.PrivatePool.Purchase"), &[]),
        ],
    );
    // The earlier of two troubles is told.
    let both = with(&good, &[("Period", "x"), (ID, NEVER_ISSUED)]);
    assert_eq!(refused(world.ask(ALICE, PURCHASE, &both)), PERIOD);
}

#[test]
fn starts() {
    let world = World::new();
    let ask = |text: &str| world.ask(ALICE, CREATE, &with(&create(), &[("StartTime", text)]));
    // It is 02:01; the hour that is under way is now.
    for text in ["2026-11-23T02:00:00Z", "2026-11-23T03:00Z", "2027-05-22T23:00:00Z"] {
        ask(text).expect(text);
    }
    for text in ["2027-05-23T00:00:00Z", "2026-11-24T00:30:00Z", "2026-11-24T00:00:01Z", "9999-12-31T23:00:00Z"] {
        assert_eq!(refused(ask(text)), (400, "InvalidStartTime.NotSupported"), "{text}");
    }
    let malformed =
        ["", "Now", "now", "2026-11-23T01:00:00Z", "1970-01-01T00:00:00Z", "2026-11-24", "2026-11-24T24:00:00Z"];
    for text in malformed {
        assert_eq!(refused(ask(text)), (400, "InvalidStartTime.MalFormed"), "{text}");
    }
    let mut world = World::new();
    let id = assure(&mut world, ALICE, &[("StartTime", "2026-11-23T02:00:00Z")]);
    assert_eq!(text(&one(&mut world, ALICE, &id), "StartTimeType"), "Now");
}

#[test]
fn what_a_list_does_not_take() {
    let world = World::new();
    judge(
        &world,
        DESCRIBE,
        &vec![REGION],
        &[
            ("RegionId", &["-", ""], (400, "MissingParameter.RegionId"), &[]),
            (
                "PrivatePoolOptions.Ids",
                &["", "x", "{}", "[1]"],
                (400, "InvalidParameter.PrivatePoolOptions.Ids"),
                &["[]"],
            ),
            ("InstanceChargeType", &["postpaid"], INVALID, &["PostPaid", ""]),
            ("PackageType", &["elasticityassurance", "Other"], (400, "Invalid.PackageType"), &[""]),
            ("Status", &["active", "Pending", "Deactivated"], INVALID, &["Preparing"]),
            ("MaxResults", NUMBERS, INVALID, &["1", "100"]),
            ("MaxResults", &["101"], INVALID, &[]),
            ("NextToken", &["x", "00"], INVALID, &[""]),
            ("Tag.1.Value", &["v"], INVALID, &[]),
        ],
    );
}

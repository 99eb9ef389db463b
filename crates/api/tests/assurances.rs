//! The life of elasticity assurances, and who sees them.

use crate::common::assurances::*;
use crate::common::{self, ALICE, BOB, ID, REGION, START, Sent, World, list, number, refused, shown, text, with};
use ledger::Moment;
use rpc::body::{Body, Node};

fn listed(world: &World, who: &str, pairs: Sent<'_>) -> Vec<String> {
    let answer = world.ask(who, DESCRIBE, &with(&vec![REGION], pairs));
    let body = answer.unwrap_or_else(|fault| panic!("{pairs:?}: {fault:?}")).body;
    list(&body, "ElasticityAssuranceSet").iter().map(|item| text(item, "PrivatePoolOptionsId")).collect()
}

/// Used, total and available.
fn amounts(item: &Body) -> (i64, i64, i64) {
    let allocated = list(item, "AllocatedResources")[0];
    let [used, total, left] = ["UsedAmount", "TotalAmount", "AvailableAmount"].map(|name| number(allocated, name));
    (used, total, left)
}

fn users(world: &mut World, id: &str) -> usize {
    list(&world.done(ALICE, USERS, &[REGION, (ID, id)]), "ElasticityAssuranceItem").len()
}

fn run(world: &mut World, mode: &str, pairs: Sent<'_>) -> Result<Body, rpc::fault::Fault> {
    let zone = ("ZoneId", "cn-hangzhou-h");
    let launch = vec![REGION, zone, ("InstanceType", "ecs.g6.large"), ("PrivatePoolOptions.MatchCriteria", mode)];
    world.call(ALICE, "RunInstances", &with(&launch, pairs))
}

#[test]
fn it_is_made_used_and_over_and_its_instance_goes_on() {
    let mut world = World::new();
    let id = assure(&mut world, ALICE, &[("InstanceAmount", "2"), ("PeriodUnit", "Month")]);
    assert!(id.starts_with("eap-bp1"));
    run(&mut world, "Target", &[(ID, &id)]).expect("a slot");
    let item = one(&mut world, ALICE, &id);
    assert_eq!((text(&item, "Status").as_str(), amounts(&item)), ("Active", (1, 2, 1)));
    assert_eq!(
        (text(&item, "StartTime"), text(&item, "EndTime")),
        ("2026-11-23T02:01Z".into(), "2026-12-23T02:01Z".into())
    );
    assert_eq!(users(&mut world, &id), 1);
    at(&mut world, 30 * DAY - 1);
    assert_eq!(text(&one(&mut world, ALICE, &id), "Status"), "Active");
    at(&mut world, 30 * DAY);
    assert_eq!(text(&one(&mut world, ALICE, &id), "Status"), "Released");
    assert_eq!(users(&mut world, &id), 0, "an expired one lists none");
    assert_eq!(listed(&world, ALICE, &[]), [""; 0]);
    let body = world.done(ALICE, "DescribeInstances", &[REGION]);
    let instance = list(&body, "Instances")[0];
    assert_eq!(text(instance, "Status"), "Running");
}

#[test]
fn it_waits_for_its_hour() {
    let mut world = World::new();
    let id = assure(&mut world, ALICE, &[("StartTime", "2026-11-23T04:00:00Z"), ("InstanceAmount", "8")]);
    let item = one(&mut world, ALICE, &id);
    assert_eq!((text(&item, "Status"), text(&item, "StartTimeType")), ("Prepared".into(), "Later".into()));
    assert_eq!(text(&item, "EndTime"), "2027-11-23T04:00Z", "the period begins with it");
    assert_eq!(listed(&world, ALICE, &[("Status", "Prepared")]), [&*id]);
    assert_eq!(listed(&world, ALICE, &[("Status", "Active")]), [""; 0]);
    assert_eq!(listed(&world, ALICE, &[]), [&*id]);
    // It holds from then on, for ever; what has no end finds no room beside it.
    let taken = world.call(ALICE, "CreateCapacityReservation", &common::create());
    assert_eq!(refused(taken), (403, "OperationDenied.NoStock"));
    let early = run(&mut world, "Target", &[(ID, &id)]);
    assert_eq!(refused(early), (400, "Invalid.PrivatePoolOptions.status"));
    at(&mut world, 2 * 3600);
    assert_eq!(listed(&world, ALICE, &[("Status", "Active")]), [&*id]);
    run(&mut world, "Target", &[(ID, &id)]).expect("it has begun");
}

#[test]
fn rules_are_kept_shown_changed_and_obeyed() {
    let mut world = World::new();
    let always = assure(&mut world, ALICE, &[]);
    let pairs = with(&with(&create(), MORNINGS), &[("PeriodUnit", "Day"), ("Period", "30")]);
    let id = text(&world.done(ALICE, CREATE, &pairs), "PrivatePoolOptionsId");
    let rules = |item: &Body| {
        let rule = list(item, "RecurrenceRules")[0];
        let [kind, value] = ["RecurrenceType", "RecurrenceValue"].map(|name| text(rule, name));
        (kind, value, number(rule, "StartHour"), number(rule, "EndHour"))
    };
    let item = one(&mut world, ALICE, &id);
    assert_eq!(text(&item, "PackageType"), "TimeDivisionElasticityAssurance");
    assert_eq!(rules(&item), ("Weekly".into(), "1,2".into(), 4, 10));
    assert_eq!(amounts(&item), (0, 1, 1), "it is held all the time");
    assert_eq!(listed(&world, ALICE, &[("PackageType", "TimeDivisionElasticityAssurance")]), [&*id]);
    assert_eq!(listed(&world, ALICE, &[("PackageType", "ElasticityAssurance")]), [&*always]);
    // It is Monday, 02:01.
    assert_eq!(refused(run(&mut world, "Target", &[(ID, &id)])), (400, "Invalid.PrivatePoolOptions.status"));
    at(&mut world, 2 * 3600);
    run(&mut world, "Target", &[(ID, &id)]).expect("one of its hours");
    let other = [
        ("RecurrenceRules.1.RecurrenceType", "Monthly"),
        ("RecurrenceRules.1.RecurrenceValue", "1-7"),
        ("RecurrenceRules.1.StartHour", "20"),
        ("RecurrenceRules.1.EndHour", "24"),
        ("Description", "at night"),
    ];
    world.done(ALICE, MODIFY, &with(&vec![REGION, (ID, &id)], &other));
    let item = one(&mut world, ALICE, &id);
    assert_eq!(rules(&item), ("Monthly".into(), "1-7".into(), 20, 24));
    assert_eq!(text(&item, "Description"), "at night");
    // What may always be used stays so; and then nothing is changed.
    let answer = world.call(ALICE, MODIFY, &with(&vec![REGION, (ID, &always)], &other));
    assert_eq!(refused(answer), (403, "InvalidPrivatePoolOptions.Id"));
    assert_eq!(text(&one(&mut world, ALICE, &always), "Description"), "");
}

#[test]
fn its_amount_changes_by_itself_and_within_bounds() {
    let mut world = World::new();
    let id = assure(&mut world, ALICE, &[("InstanceAmount", "3")]);
    run(&mut world, "Target", &[(ID, &id), ("Amount", "2")]).expect("two slots");
    let good = vec![REGION, (ID, &*id)];
    for (change, expected) in [
        ([("InstanceAmount", "9"), ("ClientToken", "a")], (403, "OperationDenied.NoStock")),
        ([("InstanceAmount", "1"), ("ClientToken", "b")], (403, "InvalidInstanceAmount.ValueNotSupported")),
        ([("InstanceAmount", "0"), ("ClientToken", "c")], (400, "InvalidInstanceAmount.ValueNotSupported")),
        ([("InstanceAmount", "1001"), ("ClientToken", "d")], (400, "InvalidInstanceAmount.ValueNotSupported")),
        ([("InstanceAmount", "4"), ("Description", "more")], (400, "InvalidParameter")),
        ([("InstanceAmount", "4"), ("PrivatePoolOptions.Name", "more")], (400, "InvalidParameter")),
    ] {
        assert_eq!(refused(world.call(ALICE, MODIFY, &with(&good, &change))), expected, "{change:?}");
    }
    let rules = with(&with(&good, MORNINGS), &[("InstanceAmount", "4")]);
    assert_eq!(refused(world.call(ALICE, MODIFY, &rules)), (400, "InvalidParameter"));
    for (amount, expected) in [("8", (2, 8, 6)), ("2", (2, 2, 0))] {
        world.done(ALICE, MODIFY, &with(&good, &[("InstanceAmount", amount)]));
        assert_eq!(amounts(&one(&mut world, ALICE, &id)), expected);
    }
    world.done(ALICE, MODIFY, &with(&good, &[("PrivatePoolOptions.Name", "eapNewName")]));
    assert_eq!(text(&one(&mut world, ALICE, &id), "PrivatePoolOptionsName"), "eapNewName");
    assert_eq!(world.ask(ALICE, MODIFY, &good).expect("nothing to change").entries, []);
    at(&mut world, 365 * DAY);
    assert_eq!(refused(world.call(ALICE, MODIFY, &good)), (403, "IncorrectPrivatePoolStatus"));
}

#[test]
fn renewals_add_up_and_are_all_or_nothing() {
    let mut world = World::new();
    let one_id = assure(&mut world, ALICE, &[("PeriodUnit", "Month")]);
    let two = assure(&mut world, ALICE, &[]);
    let both = [REGION, (FIRST, &*two), (SECOND, &*one_id), ("PrivatePoolOptions.Id.7", &two)];
    let body = world.done(ALICE, RENEW, &with(&both.to_vec(), &[("PeriodUnit", "Month"), ("Period", "2")]));
    let Some(Node::List { item, nodes }) = body.get("PrivatePoolOptionsIdSet") else { panic!("{body:?}") };
    assert_eq!(item, "PrivatePoolOptionsId");
    assert_eq!(*nodes, [&two, &one_id].map(|id| Node::Text(id.clone().into())), "each once, in order");
    assert!(text(&body, "OrderId").bytes().all(|byte| byte.is_ascii_digit()));
    assert_eq!(text(&one(&mut world, ALICE, &one_id), "EndTime"), "2027-02-23T02:01Z");
    assert_eq!(text(&one(&mut world, ALICE, &two), "EndTime"), "2028-01-23T02:01Z");
    for wrong in [NEVER_ISSUED, common::NEVER_ISSUED, ""] {
        let answer = world.call(ALICE, RENEW, &[REGION, (FIRST, &one_id), (SECOND, wrong)]);
        assert_eq!(refused(answer), (400, "Invalid.PrivatePoolOptions.Id"));
    }
    assert_eq!(text(&one(&mut world, ALICE, &one_id), "EndTime"), "2027-02-23T02:01Z");
    at(&mut world, 95 * DAY);
    let late = world.call(ALICE, RENEW, &[REGION, (FIRST, &two), (SECOND, &one_id)]);
    assert_eq!(refused(late), (400, "Invalid.PrivatePoolOptions.status"));
}

#[test]
fn automatic_renewal_is_told_and_set() {
    let mut world = World::new();
    let told = |status: &str, period, unit: &str| (status.to_owned(), period, unit.to_owned());
    for (pairs, expected) in [
        (&[][..], told("Normal", 1, "Year")),
        (&[("PeriodUnit", "Month")], told("Normal", 1, "Month")),
        (&[("AutoRenew", "True")], told("AutoRenewal", 1, "Year")),
        (&[("AutoRenew", "true"), ("AutoRenewPeriod", "6")], told("AutoRenewal", 6, "Month")),
        (&[("AutoRenew", "false"), ("AutoRenewPeriod", "24")], told("Normal", 2, "Year")),
    ] {
        let id = assure(&mut world, ALICE, pairs);
        assert_eq!(renewals(&mut world, &[(FIRST, &id)]), [expected], "{pairs:?}");
    }
    let (first, second) = (assure(&mut world, ALICE, &[]), assure(&mut world, ALICE, &[("PeriodUnit", "Month")]));
    let both: Sent<'_> = &[(FIRST, &first), (SECOND, &second)];
    for (pairs, expected) in [
        // Nothing is asked for.
        (&[][..], [told("Normal", 1, "Year"), told("Normal", 1, "Month")]),
        (&[("RenewalStatus", "NotRenewal")], [told("NotRenewal", 1, "Year"), told("NotRenewal", 1, "Month")]),
        (&[("PeriodUnit", "Year"), ("Period", "3")], [told("NotRenewal", 3, "Year"), told("NotRenewal", 3, "Year")]),
        (&[("RenewalStatus", "AutoRenewal")], [told("AutoRenewal", 1, "Month"), told("AutoRenewal", 1, "Month")]),
        (&[("RenewalStatus", "Normal")], [told("Normal", 1, "Month"), told("Normal", 1, "Month")]),
    ] {
        world.done(ALICE, SET_RENEWAL, &with(&with(&vec![REGION], both), pairs));
        assert_eq!(renewals(&mut world, both), expected, "{pairs:?}");
    }
    let auto = with(&vec![REGION, (FIRST, &*second)], &[("AutoRenew", "true"), ("AutoRenewPeriod", "12")]);
    world.done(ALICE, RENEW, &auto);
    assert_eq!(renewals(&mut world, &[(FIRST, &second)]), [told("AutoRenewal", 1, "Year")]);
    // It takes effect by itself.
    at(&mut world, 400 * DAY);
    assert_eq!(text(&one(&mut world, ALICE, &second), "EndTime"), "2028-12-23T02:01Z");
    assert_eq!(text(&one(&mut world, ALICE, &first), "Status"), "Released");
}

#[test]
fn strangers_are_told_nothing() {
    let mut world = World::new();
    let id = assure(&mut world, ALICE, &[]);
    let rules: Sent<'_> = MORNINGS;
    for (action, name, pairs) in [
        (MODIFY, ID, &[("InstanceAmount", "2")][..]),
        (MODIFY, ID, rules),
        (RENEW, FIRST, &[]),
        (RENEWAL, FIRST, &[]),
        (SET_RENEWAL, FIRST, &[("RenewalStatus", "Normal")]),
        (USERS, ID, &[]),
        (PURCHASE, ID, &[]),
        ("ReleaseCapacityReservation", ID, &[]),
        ("RunInstances", ID, &[("InstanceType", "ecs.g6.large"), ("PrivatePoolOptions.MatchCriteria", "Target")]),
    ] {
        let ask = |id: &str| world.ask(BOB, action, &with(&vec![REGION, (name, id)], pairs)).expect_err(action);
        assert_eq!(ask(&id), ask(NEVER_ISSUED), "{action}");
    }
    let ids = format!("[\"{id}\"]");
    assert_eq!(listed(&world, BOB, &[("PrivatePoolOptions.Ids", &ids), ("Status", "All")]), [""; 0]);
    assert_eq!(listed(&world, BOB, &[("Status", "All")]), [""; 0]);
}

#[test]
fn it_is_no_capacity_reservation() {
    let mut world = World::new();
    let id = assure(&mut world, ALICE, &[]);
    let crp = world.reserve(ALICE, &[]);
    let release = world.call(ALICE, "ReleaseCapacityReservation", &[REGION, (ID, &id)]);
    assert_eq!(refused(release), (400, "Invalid.PrivatePoolOptions.Id"));
    let modify = world.call(ALICE, "ModifyCapacityReservation", &[REGION, (ID, &id)]);
    assert_eq!(refused(modify), (404, "InvalidPrivatePoolId.NotFound"));
    assert_eq!(refused(world.call(ALICE, MODIFY, &[REGION, (ID, &crp)])), (404, "InvalidPrivatePoolId.NotFound"));
    assert_eq!(refused(world.call(ALICE, USERS, &[REGION, (ID, &crp)])), (400, "Invalid.PrivatePoolOptions.Id"));
    assert_eq!(world.listed(ALICE, &[("Status", "All")]), [crp]);
    assert_eq!(listed(&world, ALICE, &[("Status", "All")]), [&*id]);
    let kind = ("ResourceType", "elasticityassurance");
    world.done(
        ALICE,
        "TagResources",
        &[REGION, kind, ("ResourceId.1", &id), ("Tag.1.Key", "env"), ("Tag.1.Value", "x")],
    );
    assert_eq!(listed(&world, ALICE, &[("Tag.1.Key", "env")]), [id]);
}

#[test]
fn lists_are_filtered_and_paged() {
    let mut world = World::large();
    let mut ids = Vec::new();
    for (at, pairs) in [
        &[][..],
        &[("InstanceType.1", "ecs.g6.xlarge"), ("ResourceGroupId", "rg-1")],
        &[("StartTime", "2026-12-01T00:00:00Z"), ("Tag.1.Key", "env"), ("Tag.1.Value", "test")],
        &[("ZoneId.1", "cn-hangzhou-i")],
        &[("PeriodUnit", "Month")],
    ]
    .into_iter()
    .enumerate()
    {
        world.now = Moment(START + at as u64);
        ids.push(assure(&mut world, ALICE, pairs));
    }
    assure(&mut world, BOB, &[]);
    let over = ids[4].clone();
    // On the 23rd of December the last is over, and the third has begun.
    at(&mut world, 30 * DAY + 5);
    let several = format!("[\"{over}\",\"{}\",\"{over}\",\"x\"]", ids[0]);
    let table: [(Sent<'_>, &[usize]); 17] = [
        (&[], &[0, 1, 2, 3]),
        (&[("Status", "")], &[0, 1, 2, 3]),
        (&[("Status", "All")], &[0, 1, 2, 3, 4]),
        (&[("Status", "Active")], &[0, 1, 2, 3]),
        (&[("Status", "Released")], &[4]),
        (&[("Status", "Prepared")], &[]),
        (&[("Status", "Deactived")], &[]),
        (&[("InstanceType", "ecs.g6.large"), ("Status", "All")], &[0, 2, 3]),
        (&[("InstanceType", "ecs.g6.xlarge")], &[1]),
        (&[("ZoneId", "cn-hangzhou-i")], &[3]),
        (&[("ResourceGroupId", "rg-1")], &[1]),
        (&[("Tag.1.Key", "env"), ("Tag.1.Value", "test")], &[2]),
        (&[("Tag.1.Key", "env"), ("Tag.1.Value", "prod")], &[]),
        (&[("InstanceChargeType", "PrePaid")], &[]),
        (&[("Platform", "anything at all")], &[0, 1, 2, 3]),
        (&[("PrivatePoolOptions.Ids", &several)], &[0]),
        (&[("PrivatePoolOptions.Ids", &several), ("Status", "All")], &[0, 4]),
    ];
    for (pairs, expected) in table {
        let expected: Vec<_> = expected.iter().map(|at| ids[*at].clone()).collect();
        assert_eq!(listed(&world, ALICE, pairs), expected, "{pairs:?}");
    }
    let mut seen = Vec::new();
    let mut token = String::new();
    loop {
        let pairs = [REGION, ("Status", "All"), ("MaxResults", "2"), ("NextToken", &*token)];
        let body = world.done(ALICE, DESCRIBE, &pairs);
        assert_eq!((number(&body, "TotalCount"), number(&body, "MaxResults")), (5, 2));
        seen.extend(list(&body, "ElasticityAssuranceSet").iter().map(|item| text(item, "PrivatePoolOptionsId")));
        token = text(&body, "NextToken");
        if token.is_empty() {
            break;
        }
    }
    assert_eq!(seen, ids);
}

#[test]
fn answers_byte_for_byte() {
    let mut world = World::new();
    let pairs: Sent<'_> = &[
        ("InstanceAmount", "2"),
        ("Period", "1"),
        ("PeriodUnit", "Month"),
        ("AssuranceTimes", "Unlimited"),
        ("AutoRenew", "True"),
        ("AutoRenewPeriod", "1"),
        ("Description", "This is description."),
        ("PrivatePoolOptions.MatchCriteria", "Open"),
        ("PrivatePoolOptions.Name", "eapTestName"),
        ("ResourceGroupId", "rg-bp67acfmxazb4p1234"),
        ("StartTime", "2026-12-01T06:00:00Z"),
        ("Tag.1.Key", "env"),
        ("Tag.1.Value", "test"),
    ];
    let body = world.done(ALICE, CREATE, &with(&with(&create(), MORNINGS), pairs));
    insta::assert_snapshot!("assurance_create", shown(CREATE, &body));
    let id = text(&body, "PrivatePoolOptionsId");
    // Tuesday, the 1st of December, at six.
    at(&mut world, 8 * DAY + 4 * 3600);
    run(&mut world, "Open", &[("Tag.1.Key", "env"), ("Tag.1.Value", "test")]).expect("a slot");
    let body = world.done(ALICE, DESCRIBE, &[REGION]);
    insta::assert_snapshot!("assurance_list", shown(DESCRIBE, &body));
    let body = world.done(ALICE, USERS, &[REGION, (ID, &id)]);
    insta::assert_snapshot!("assurance_instances", shown(USERS, &body));
    let body = world.done(ALICE, RENEWAL, &[REGION, (FIRST, &id)]);
    insta::assert_snapshot!("assurance_renewal", shown(RENEWAL, &body));
    let body = world.done(ALICE, RENEW, &[REGION, (FIRST, &id)]);
    insta::assert_snapshot!("assurance_renew", shown(RENEW, &body));
    let body = world.done(ALICE, MODIFY, &[REGION, (ID, &id), ("InstanceAmount", "3")]);
    assert_eq!(body, Body::new());
    let body = world.done(ALICE, SET_RENEWAL, &[REGION, (FIRST, &id), ("RenewalStatus", "NotRenewal")]);
    assert_eq!(body, Body::new());
}

//! The operations that change the directory: what they take and what not, and what they bring about.

use crate::common::{self, ALICE, Asked, BOB, Pairs, World, is, list, number, refused, text, with};
use ledger::directory::{
    AccessKey, Account, Entry, HostClass, InstanceType, KeySource, KeyState, Permit, Secret, Session,
};
use ledger::{Moment, Shape};
use rpc::body::Node;
use rpc::fault::common as faults;

const OPERATOR: &str = "1059095590889999";

/// The world with an operator.
fn world() -> World {
    let mut world = World::new();
    let operator = Account { id: OPERATOR.into(), name: "operator".into(), operator: true };
    world.directory.apply(&Entry::AccountPut(operator));
    world
}

fn key(id: &str, account: &str) -> AccessKey {
    AccessKey {
        id: id.into(),
        account: account.into(),
        secret: Secret::new("secret"),
        state: KeyState::Enabled,
        source: KeySource::Configuration,
        permits: None,
        session: None,
    }
}

fn put(world: &mut World, keys: &[AccessKey]) {
    keys.iter().for_each(|key| world.directory.apply(&Entry::KeyPut(key.clone())));
}

fn class<'a>() -> Pairs<'a> {
    vec![("HostClass", "x1"), ("Vcpus", "64"), ("MemoryGib", "256")]
}

fn kind<'a>() -> Pairs<'a> {
    vec![("InstanceType", "ecs.x1.large"), ("HostClass", "x1"), ("Vcpus", "2"), ("MemoryGib", "8")]
}

fn rungs(world: &World, class: &str) -> Vec<u32> {
    world.directory.classes[class].rungs.clone()
}

#[test]
fn amounts_are_plain_and_more_than_none() {
    let mut world = world();
    world.done(OPERATOR, "PutHostClass", &class());
    let bad = ["0", "-1", "+1", "01", "1e3", "1.5", " 1", "1 ", "0x10", "4294967296", "１", "one"];
    for (action, good, name) in
        [("PutHostClass", class(), "Vcpus"), ("PutHostClass", class(), "Gpus"), ("PutInstanceType", kind(), "Vcpus")]
    {
        for text in bad.into_iter().filter(|text| (name, *text) != ("Gpus", "0")) {
            let fault = world.ask(OPERATOR, action, &with(&good, &[(name, text)])).expect_err(text);
            assert!(
                is(&fault, &faults::INVALID_PARAMETER) && fault.message.contains(name),
                "{action} {text}: {fault:?}"
            );
        }
    }
    for text in ["0", "0.0", "-1", "0.3", "1e3", ".5", "8.", "08", "99999999999", "1,5", "NaN"] {
        for (action, good) in [("PutHostClass", class()), ("PutInstanceType", kind())] {
            let fault = world.ask(OPERATOR, action, &with(&good, &[("MemoryGib", text)])).expect_err(text);
            assert!(is(&fault, &faults::INVALID_PARAMETER) && fault.message.contains("MemoryGib"), "{text}: {fault:?}");
        }
    }
    let units = [
        [("Unit.Vcpus", "2"), ("Unit.Gpus", "0")],
        [("Unit.MemoryGib", "8"), ("Unit.Gpus", "0")],
        [("Unit.Vcpus", "65"), ("Unit.MemoryGib", "1")],
        [("Unit.Vcpus", "1"), ("Unit.MemoryGib", "512")],
    ];
    for unit in units {
        let good = with(&class(), &[("HostClass", "x2")]);
        assert_eq!(
            refused(world.ask(OPERATOR, "PutHostClass", &with(&good, &unit))),
            (400, "InvalidParameter"),
            "{unit:?}"
        );
    }
    // More units than can be counted, with the unit that would be taken and with one that is asked for.
    let huge = [("HostClass", "x3"), ("Vcpus", "4000000000"), ("MemoryGib", "9999999999")];
    assert_eq!(refused(world.ask(OPERATOR, "PutHostClass", &huge)), (400, "InvalidParameter"));
    let with_unit = [&huge[..], &[("Unit.Vcpus", "1000"), ("Unit.MemoryGib", "1000")]].concat();
    assert_eq!(refused(world.ask(OPERATOR, "PutHostClass", &with_unit)), (400, "InvalidParameter"));
}

#[test]
fn names_and_texts_have_their_letters() {
    let mut world = world();
    world.done(OPERATOR, "PutHostClass", &class());
    let long = "n".repeat(65);
    for name in ["-a", ".a", "_a", "a b", "a/b", "ä", "a\n", "a*", &long] {
        let fault = world.ask(OPERATOR, "PutHostClass", &with(&class(), &[("HostClass", name)]));
        assert_eq!(refused(fault), (400, "InvalidHostClass.Malformed"), "{name}");
        let fault = world.ask(OPERATOR, "PutInstanceType", &with(&kind(), &[("InstanceType", name)]));
        assert_eq!(refused(fault), (400, "InvalidInstanceType.Malformed"), "{name}");
        let fault = world.ask(OPERATOR, "PutInstanceType", &with(&kind(), &[("Family", name)]));
        assert_eq!(refused(fault), (400, "InvalidParameter"), "{name}");
    }
    for pair in [
        ("Category", ""),
        ("Category", long.as_str()),
        ("GpuSpec", "a\tb"),
        ("Architecture", "arm"),
        ("Architecture", ""),
        ("Generation", "ecs-9"),
    ] {
        let fault = world.ask(OPERATOR, "PutInstanceType", &with(&kind(), &[pair]));
        assert_eq!(refused(fault), (400, "InvalidParameter"), "{pair:?}");
    }
    for name in ["", "a", "1a", "_ab", "a b", "a/b", "ab\n", "made at first start", &long] {
        let expected = if name.is_empty() { "MissingAccountName" } else { "InvalidAccountName.Malformed" };
        assert_eq!(refused(world.ask(OPERATOR, "CreateAccount", &[("AccountName", name)])), (400, expected), "{name}");
    }
    for name in ["ab", "Forschung-1", "研究", "a:b.c_d-e"] {
        world.done(OPERATOR, "CreateAccount", &[("AccountName", name)]);
    }
    let fault = world.ask(OPERATOR, "CreateAccount", &[("AccountName", "ops"), ("Operator", "yes")]);
    assert_eq!(refused(fault), (400, "InvalidParameter"));
    for text in
        ["", "[", "[0]", "{\"1\":1}", "1,2", "[\"1\"", "[-1]", "[1,1]", "[1,2,3]", "[2]", "[1,1048577]", "[1.0]"]
    {
        let fault = world.ask(OPERATOR, "PutHostClass", &with(&class(), &[("Rungs", text)]));
        assert_eq!(refused(fault), (400, "InvalidRungs.Malformed"), "{text}");
    }
}

#[test]
fn a_class_comes_once_and_keeps_its_measure() {
    let mut world = world();
    let body = world.done(OPERATOR, "PutHostClass", &class());
    assert_eq!(number(&body, "Units"), 64);
    let held = world.directory.classes["x1"].clone();
    assert_eq!((held.unit, held.rungs_chosen), (Shape { vcpus: 1, memory_mib: 4096, gpus: 0 }, false));
    for same in [class(), with(&class(), &[("Unit.Vcpus", "1"), ("Unit.MemoryGib", "4")])] {
        let asked = world.ask(OPERATOR, "PutHostClass", &same).expect("the same again");
        assert!(asked.puts.is_empty(), "{asked:?}");
    }
    for other in [("Vcpus", "63"), ("MemoryGib", "256.5"), ("Gpus", "1")] {
        assert_eq!(
            refused(world.ask(OPERATOR, "PutHostClass", &with(&class(), &[other]))),
            (409, "InvalidHostClass.Conflict"),
            "{other:?}"
        );
    }
    let other = with(&class(), &[("Unit.Vcpus", "2"), ("Unit.MemoryGib", "8")]);
    assert_eq!(refused(world.ask(OPERATOR, "PutHostClass", &other)), (409, "InvalidHostClass.Conflict"));
    // Rungs may be chosen later, and stay chosen.
    world.done(OPERATOR, "PutHostClass", &with(&class(), &[("Rungs", "[1,2]")]));
    assert!(world.directory.classes["x1"].rungs_chosen);
    world.done(OPERATOR, "PutHostClass", &class());
    assert_eq!((rungs(&world, "x1"), world.directory.classes["x1"].rungs_chosen), (vec![1, 2], true));
    // A host with GPUs counts by them.
    world.done(OPERATOR, "PutHostClass", &[("HostClass", "g"), ("Vcpus", "100"), ("MemoryGib", "500"), ("Gpus", "8")]);
    let gpus = &world.directory.classes["g"];
    assert_eq!((gpus.unit, gpus.units()), (Shape { vcpus: 12, memory_mib: 64_000, gpus: 1 }, 8));
}

#[test]
fn a_type_comes_once_and_its_class_counts_it() {
    let mut world = world();
    world.done(OPERATOR, "PutHostClass", &class());
    let put =
        |world: &mut World, pairs: &[(&str, &str)]| world.done(OPERATOR, "PutInstanceType", &with(&kind(), pairs));
    for (name, vcpus, gib, size, rung, grown) in [
        ("ecs.x1.16xlarge", "64", "256", 64, 64, vec![1, 64]),
        ("ecs.x1.large", "2", "8", 2, 2, vec![1, 2, 64]),
        ("ecs.x1.memory", "2", "32", 8, 8, vec![1, 2, 8, 64]),
        ("ecs.x1.odd", "3", "12", 3, 8, vec![1, 2, 8, 64]),
        ("ecs.x1.tiny", "1", "0.5", 1, 1, vec![1, 2, 8, 64]),
    ] {
        let body = put(&mut world, &[("InstanceType", name), ("Vcpus", vcpus), ("MemoryGib", gib)]);
        assert_eq!((number(&body, "Units"), number(&body, "Rung")), (size, rung), "{name}");
        assert_eq!(rungs(&world, "x1"), grown, "{name}");
    }
    let asked = world.ask(OPERATOR, "PutInstanceType", &kind()).expect("the same again");
    assert!(asked.puts.is_empty(), "{asked:?}");
    // Texts may change, and stay when they are not given.
    put(&mut world, &[("Category", "Compute-optimized"), ("Generation", "ecs-6"), ("GpuSpec", "none")]);
    put(&mut world, &[("Architecture", "ARM")]);
    let held = &world.directory.types["ecs.x1.large"];
    assert_eq!((&*held.category, &*held.generation, &*held.gpu_spec), ("Compute-optimized", "ecs-6", "none"));
    assert_eq!((&*held.architecture, &*held.family), ("ARM", "ecs.x1"));
    for (pair, expected) in [
        (("Vcpus", "1"), (409, "InvalidInstanceType.Conflict")),
        (("MemoryGib", "4"), (409, "InvalidInstanceType.Conflict")),
        (("HostClass", "g6"), (409, "InvalidInstanceType.Conflict")),
        (("HostClass", "none"), (404, "InvalidHostClass.NotFound")),
    ] {
        assert_eq!(refused(world.ask(OPERATOR, "PutInstanceType", &with(&kind(), &[pair]))), expected, "{pair:?}");
    }
    let new = with(&kind(), &[("InstanceType", "ecs.x1.new")]);
    for pair in
        [("Vcpus", "65"), ("MemoryGib", "256.25"), ("Gpus", "1"), ("Vcpus", "4294967295"), ("MemoryGib", "9999999999")]
    {
        let fault = world.ask(OPERATOR, "PutInstanceType", &with(&new, &[pair]));
        assert_eq!(refused(fault), (403, "InvalidInstanceType.TooLarge"), "{pair:?}");
    }
}

#[test]
fn a_rung_that_no_host_holds_is_no_rung() {
    let mut world = world();
    world.done(OPERATOR, "PutHostClass", &[("HostClass", "x1"), ("Vcpus", "6"), ("MemoryGib", "24")]);
    let put = |world: &mut World, name: &str, vcpus: &str| {
        let pairs = with(&kind(), &[("InstanceType", name), ("Vcpus", vcpus), ("MemoryGib", "1")]);
        world.call(OPERATOR, "PutInstanceType", &pairs)
    };
    put(&mut world, "four", "4").expect("a rung of its own");
    // 5 and 6 would need a rung of 8, and a host has 6 units.
    assert_eq!(refused(put(&mut world, "six", "6")), (403, "InvalidInstanceType.NoRung"));
    assert_eq!(rungs(&world, "x1"), [1, 4], "what was refused changed nothing");
    let class = [("HostClass", "x1"), ("Vcpus", "6"), ("MemoryGib", "24"), ("Rungs", "[1,6]")];
    world.done(OPERATOR, "PutHostClass", &class);
    put(&mut world, "six", "6").expect("a rung that was chosen");
    let class = [("HostClass", "x1"), ("Vcpus", "6"), ("MemoryGib", "24"), ("Rungs", "[1,4]")];
    assert_eq!(refused(world.ask(OPERATOR, "PutHostClass", &class)), (403, "InvalidRungs.NotCovering"));
}

#[test]
fn a_key_is_answered_with_its_secret_once() {
    let mut world = world();
    let permits = r#"[{"Actions":["ecs:Describe*","ecs:List*"],"Resources":["*"]}]"#;
    let body = world.done(OPERATOR, "CreateAccessKey", &[("AccountId", BOB), ("Permits", permits)]);
    let (id, secret) = (text(&body, "AccessKeyId"), text(&body, "AccessKeySecret"));
    let made = world.directory.keys[id.as_str()].clone();
    assert_eq!((made.secret.reveal(), made.account.as_str(), made.source), (&*secret, BOB, KeySource::Operation));
    assert!(made.is_enabled() && made.session.is_none());
    assert_eq!(made.permits.as_ref().map(|permits| permits[0].actions.len()), Some(2));
    let shown = world.done(OPERATOR, "DescribeAccounts", &[]);
    assert!(shown.to_json_text().contains(&id) && !shown.to_json_text().contains(&secret), "{shown:?}");
    world.done(OPERATOR, "DisableAccessKey", &[("UserAccessKeyId", &id)]);
    assert_eq!(world.directory.keys[id.as_str()], AccessKey { state: KeyState::Revoked, ..made });
    let again = world.ask(OPERATOR, "DisableAccessKey", &[("UserAccessKeyId", &id)]).expect("it is disabled");
    assert!(again.puts.is_empty());
    for (pairs, expected) in [
        (vec![("UserAccessKeyId", "")], (400, "MissingUserAccessKeyId")),
        (vec![("AccessKeyId", id.as_str())], (400, "MissingUserAccessKeyId")),
        (vec![("UserAccessKeyId", "never-issued")], (404, "InvalidUserAccessKeyId.NotFound")),
    ] {
        assert_eq!(refused(world.ask(OPERATOR, "DisableAccessKey", &pairs)), expected, "{pairs:?}");
    }
    for account in ["1059095590881234", "bob", "１059095590880001"] {
        let fault = world.ask(OPERATOR, "CreateAccessKey", &[("AccountId", account)]);
        assert_eq!(refused(fault), (404, "InvalidAccountId.NotFound"), "{account}");
    }
}

#[test]
fn the_last_key_that_makes_keys_cannot_be_disabled() {
    let permit = |action: &str| Some(vec![Permit { actions: vec![action.into()], resources: vec!["*".into()] }]);
    let ends = Some(Session { token: Secret::new("t"), expires: Moment(u64::MAX) });
    let no_help = [
        key("tenant", ALICE),
        AccessKey { state: KeyState::Disabled, ..key("disabled", OPERATOR) },
        AccessKey { state: KeyState::Revoked, ..key("revoked", OPERATOR) },
        AccessKey { session: ends, ..key("temporary", OPERATOR) },
        AccessKey { permits: permit("berth:Describe*"), ..key("reader", OPERATOR) },
        AccessKey { permits: permit("ecs:*"), ..key("ecs", OPERATOR) },
        AccessKey { permits: Some(vec![]), ..key("nothing", OPERATOR) },
    ];
    for helps in [key("second", OPERATOR), AccessKey { permits: permit("berth:*"), ..key("second", OPERATOR) }] {
        let mut world = world();
        put(&mut world, &no_help);
        put(&mut world, &[key("last", OPERATOR)]);
        let disable =
            |world: &mut World, id: &str| world.call(OPERATOR, "DisableAccessKey", &[("UserAccessKeyId", id)]);
        assert_eq!(refused(disable(&mut world, "last")), (403, "OperationDenied.LastOperatorKey"));
        for other in &no_help {
            disable(&mut world, other.id.as_str()).expect("it makes no keys");
        }
        put(&mut world, &[helps]);
        disable(&mut world, "last").expect("there is another");
        disable(&mut world, "last").expect("it is disabled already");
        assert_eq!(refused(disable(&mut world, "second")), (403, "OperationDenied.LastOperatorKey"));
    }
}

#[test]
fn accounts_are_listed_page_by_page_with_all_of_their_keys() {
    let mut world = world();
    let names: Vec<String> = (0..25).map(|number| format!("account-{number}")).collect();
    for name in &names {
        world.done(OPERATOR, "CreateAccount", &[("AccountName", name)]);
    }
    put(&mut world, &(0..3).map(|number| key(&format!("key-{number}"), BOB)).collect::<Vec<_>>());
    let (mut seen, mut token, mut pages) = (Vec::new(), String::new(), 0);
    loop {
        let body = world.done(OPERATOR, "DescribeAccounts", &[("MaxResults", "10"), ("NextToken", &token)]);
        assert_eq!(number(&body, "TotalCount"), 28);
        for account in list(&body, "Accounts") {
            let keys = list(account, "AccessKeys").len();
            assert_eq!(keys, if text(account, "AccountId") == BOB { 3 } else { 0 });
            seen.push(text(account, "AccountId"));
        }
        (token, pages) = (text(&body, "NextToken"), pages + 1);
        if token.is_empty() {
            break;
        }
    }
    assert_eq!((seen.len(), pages), (28, 3));
    assert!(seen.is_sorted());
    let first = world.done(OPERATOR, "DescribeAccounts", &[("MaxResults", "10")]);
    let token = text(&first, "NextToken");
    for pairs in [
        vec![("NextToken", "x")],
        vec![("NextToken", token.as_str()), ("AccountIds", "[]")],
        vec![("MaxResults", "0")],
        vec![("MaxResults", "101")],
    ] {
        assert_eq!(refused(world.ask(OPERATOR, "DescribeAccounts", &pairs)), (400, "InvalidParameter"), "{pairs:?}");
    }
    let many = format!("[{}]", vec!["\"1\""; 101].join(","));
    for ids in ["1", "{}", "[1]", &many] {
        let fault = world.ask(OPERATOR, "DescribeAccounts", &[("AccountIds", ids)]);
        assert_eq!(refused(fault), (400, "InvalidAccountIds.Malformed"), "{ids}");
    }
    let ends = Session { token: Secret::new("token"), expires: Moment(common::START) };
    put(&mut world, &[AccessKey { session: Some(ends), ..key("key-0", BOB) }]);
    let body = world.done(OPERATOR, "DescribeAccounts", &[("AccountIds", &format!("[{BOB:?}]"))]);
    let key = list(list(&body, "Accounts")[0], "AccessKeys")[0];
    assert_eq!(text(key, "ExpirationTime"), "2026-11-23T02:01:00Z");
    assert_eq!(key.get("Restricted"), Some(&Node::Flag(false)));
}

#[test]
fn a_page_of_accounts_ends_after_many_keys() {
    let mut world = world();
    put(&mut world, &(0..1000).map(|number| key(&format!("key-{number}"), ALICE)).collect::<Vec<_>>());
    let first = world.done(OPERATOR, "DescribeAccounts", &[]);
    assert_eq!(list(&first, "Accounts").len(), 1);
    let rest = world.done(OPERATOR, "DescribeAccounts", &[("NextToken", &text(&first, "NextToken"))]);
    assert_eq!((list(&rest, "Accounts").len(), text(&rest, "NextToken")), (2, String::new()));
}

#[test]
fn everything_has_a_bound() {
    let mut world = world();
    let one = |world: &World, action: &str, pairs: &[(&str, &str)]| -> Result<Asked, _> {
        world.ask(OPERATOR, action, pairs)
    };
    for number in 0..997 {
        put(&mut world, &[key(&format!("key-{number}"), ALICE)]);
    }
    for number in 0..3 {
        let revoked = AccessKey { state: KeyState::Revoked, ..key(&format!("old-{number}"), ALICE) };
        put(&mut world, &[revoked]);
    }
    assert_eq!(refused(one(&world, "CreateAccessKey", &[("AccountId", ALICE)])), (403, "QuotaExceed.AccessKeys"));
    one(&world, "CreateAccessKey", &[("AccountId", BOB)]).expect("another account has room");
    for number in world.directory.keys.len()..20_000 {
        put(&mut world, &[key(&format!("more-{number}"), OPERATOR)]);
    }
    assert_eq!(refused(one(&world, "CreateAccessKey", &[("AccountId", BOB)])), (403, "QuotaExceed.AccessKeys"));
    world.done(OPERATOR, "PutHostClass", &class());
    let (class_x1, kind_large) = (world.directory.classes["x1"].clone(), world.directory.types["ecs.g6.large"].clone());
    for number in world.directory.classes.len()..1000 {
        let name = format!("class-{number}").as_str().into();
        world.directory.apply(&Entry::ClassPut(HostClass { name, ..class_x1.clone() }));
    }
    for number in world.directory.types.len()..10_000 {
        let name = format!("type-{number}").as_str().into();
        world.directory.apply(&Entry::TypePut(InstanceType { name, ..kind_large.clone() }));
    }
    for number in world.directory.accounts.len()..10_000 {
        let id = format!("2{number:015}").as_str().into();
        world.directory.apply(&Entry::AccountPut(Account { id, name: format!("a{number}").into(), operator: false }));
    }
    for (action, pairs, code) in [
        ("PutHostClass", with(&class(), &[("HostClass", "new")]), "QuotaExceed.HostClasses"),
        ("PutInstanceType", kind(), "QuotaExceed.InstanceTypes"),
        ("CreateAccount", vec![("AccountName", "new")], "QuotaExceed.Accounts"),
    ] {
        assert_eq!(refused(one(&world, action, &pairs)), (403, code), "{action}");
    }
    one(&world, "PutHostClass", &class()).expect("it is there already");
}

#[test]
fn an_id_that_is_drawn_twice_is_not_given_twice() {
    let mut world = world();
    let draw = world.draw;
    world.done(OPERATOR, "CreateAccount", &[("AccountName", "one")]);
    world.draw = draw;
    assert_eq!(refused(world.ask(OPERATOR, "CreateAccount", &[("AccountName", "two")])), (503, "ServiceUnavailable"));
    world.done(OPERATOR, "CreateAccessKey", &[("AccountId", BOB)]);
    world.draw = draw;
    assert_eq!(refused(world.ask(OPERATOR, "CreateAccessKey", &[("AccountId", BOB)])), (503, "ServiceUnavailable"));
}

//! What the parameters of launching and attaching may not look like, and what just about may.

use crate::common::assurances::{INVALID, NUMBERS, judge};
use crate::common::launching::*;
use crate::common::{self, ALICE, BOB, ID, Pairs, REGION, Sent, World, refused, with};
use ledger::Entry;

/// Parameters that RunInstances and CreateInstance take alike.
fn judge_both(world: &World, action: &str, good: &Pairs<'_>) {
    let (long, just, wide) = ("x".repeat(257), "x".repeat(256), "容".repeat(256));
    let (name, long_name) = ("n".repeat(128), "n".repeat(129));
    let key = (400, "InvalidTagKey.Malformed");
    judge(
        world,
        action,
        good,
        &[
            ("RegionId", &["", "-"], (400, "MissingRegionId"), &[]),
            ("InstanceType", &["", "-"], (400, "MissingParameter"), &["ecs.c6.large", "ecs.g6.xlarge"]),
            (
                "InstanceType",
                &["ecs.g6", "ecs.g6.Large", " ecs.g6.large", "ecs.g6.large\0", "*"],
                (400, "InvalidInstanceType.ValueNotSupported"),
                &[],
            ),
            // Of a class without hosts, and too large for every host.
            ("InstanceType", &["ecs.r6.large", "ecs.g6.8xlarge"], (403, "InvalidInstanceType.ZoneNotSupported"), &[]),
            (
                "ZoneId",
                &["cn-hangzhou", "CN-HANGZHOU-H", "cn-shanghai-b", "h"],
                (404, "InvalidZoneId.NotFound"),
                &["", "-", "cn-hangzhou-i"],
            ),
            ("ZoneId", &["cn-hangzhou-k"], (403, "InvalidInstanceType.ZoneNotSupported"), &[]),
            (MODE, &["open", "TARGET", "None ", "Any"], (400, "UnknownError"), &["", "Open", "None"]),
            (MODE, &["Target"], (400, "MissingParameter.PrivatePoolOptionsId"), &[]),
            (ID, &["what", common::NEVER_ISSUED], (400, "Invalid.PrivatePoolOptionsId"), &[""]),
            ("InstanceChargeType", &["postpaid", "Free"], INVALID, &["", "PostPaid", "PrePaid"]),
            ("SpotStrategy", &["nospot", "Spot"], INVALID, &["", "NoSpot", "SpotAsPriceGo", "SpotWithPriceLimit"]),
            (
                "InstanceName",
                &["", "n", "1node", "-node", "a b", "http://n", "node[1,3]", &long_name],
                INVALID,
                &["no", "节点", "node.a:b_c-1", &name],
            ),
            ("ImageId", &[&long], INVALID, &["m-1", &just]),
            ("HostName", &[&long], INVALID, &["", &just]),
            ("Description", &[&long], INVALID, &["", &wide]),
            ("VSwitchId", &[&long], INVALID, &["", "vsw-1"]),
            ("SecurityGroupId", &[&long], INVALID, &["", "sg-1"]),
            ("SecurityGroupIds.1", &[&long], INVALID, &["", "sg-1"]),
            ("KeyPairName", &[&long], INVALID, &["", "pair"]),
            ("ResourceGroupId", &[&long], INVALID, &["", "rg-1"]),
            ("Tag.1.Key", &["", "aliyun", "acs:x", "http://"], key, &["env"]),
            ("Tag.1.Value", &["v"], key, &[]),
        ],
    );
    let tagged = with(good, &[("Tag.1.Key", "env")]);
    judge(
        world,
        action,
        &tagged,
        &[
            ("Tag.1.Value", &["acs:x", "https://"], (400, "InvalidTagValue.Malformed"), &["", "test"]),
            ("Tag.2.Key", &["env"], (400, "Duplicate.TagKey"), &["Env"]),
        ],
    );
    let groups: Vec<String> = (1..=17).map(|at| format!("SecurityGroupIds.{at}")).collect();
    let all: Pairs<'_> = groups.iter().map(|name| (name.as_str(), "sg-1")).collect();
    world.ask(ALICE, action, &with(good, &all[..16])).expect("sixteen groups");
    assert_eq!(refused(world.ask(ALICE, action, &with(good, &all))), INVALID);
    let tags: Vec<String> = (1..=21).map(|at| format!("Tag.{at}.Key")).collect();
    let all: Pairs<'_> = tags.iter().map(|name| (name.as_str(), &name[4..])).collect();
    world.ask(ALICE, action, &with(good, &all[..20])).expect("twenty tags");
    assert_eq!(refused(world.ask(ALICE, action, &with(good, &all))), (400, "NumberExceed.Tags"));
}

#[test]
fn what_run_does_not_take() {
    let world = World::large();
    judge_both(&world, RUN, &run());
    let least = (400, "InvalidMinAmount.Malformed");
    judge(
        &world,
        RUN,
        &run(),
        &[
            ("ImageId", &[], INVALID, &["", "-"]),
            ("Amount", NUMBERS, (403, "InvalidParam.Amount"), &["1", "100"]),
            ("Amount", &["101", "1000", "18446744073709551617", "１"], (403, "InvalidParam.Amount"), &[]),
            ("MinAmount", NUMBERS, least, &["1"]),
            ("MinAmount", &["2", "101"], least, &[]),
            ("UniqueSuffix", &["", "yes", "2", " true"], INVALID, &["true", "True", "0"]),
        ],
    );
    let many = with(&run(), &[("Amount", "100")]);
    judge(&world, RUN, &many, &[("MinAmount", &["0", "101", ""], least, &["1", "99", "100"])]);
    // So much that no number of hosts has it.
    let huge = with(&many, &[("InstanceType", "ecs.g6.8xlarge")]);
    assert_eq!(refused(World::new().ask(ALICE, RUN, &huge)), (403, "InvalidInstanceType.ZoneNotSupported"));
}

#[test]
fn what_create_does_not_take() {
    let world = World::large();
    judge_both(&world, MAKE, &make());
    judge(&world, MAKE, &make(), &[("ImageId", &["", "-"], (400, "MissingParameter"), &[])]);
}

/// What is no id, what was never issued, what is somebody else's and what lies in another region: alike.
#[test]
fn reservations_that_the_caller_does_not_have() {
    let mut world = World::new();
    let foreign = world.reserve(BOB, &[]);
    let upper = foreign.to_uppercase();
    let instance = launch_one(&mut world, ALICE, &[]);
    let unknown = (400, "Invalid.PrivatePoolOptions.Id");
    let ids = ["what", "crp-1", "crp-", &upper, &instance, common::NEVER_ISSUED, "eap-bp1neverissued000000", &foreign];
    for (action, good) in [(RUN, run()), (MAKE, make())] {
        for zone in ["cn-hangzhou-h", "cn-hangzhou-k", ""] {
            let asks = with(&good, &[TARGET, ("ZoneId", zone)]);
            judge(&world, action, &asks, &[(ID, &ids, unknown, &[])]);
        }
    }
    let attach = vec![REGION, ("InstanceId", &*instance), TARGET];
    judge(&world, ATTACH, &attach, &[(ID, &ids, unknown, &[])]);
    let answer = |id| world.ask(ALICE, ATTACH, &with(&attach, &[(ID, id)])).map(|draft| draft.body);
    assert_eq!(answer(&foreign), answer(common::NEVER_ISSUED));
    let answer = |id| world.ask(ALICE, RUN, &with(&run(), &[TARGET, (ID, id)])).map(|draft| draft.body);
    assert_eq!(answer(&foreign), answer(common::NEVER_ISSUED));
}

#[test]
fn what_the_attachment_operations_do_not_take() {
    let mut world = World::new();
    let id = world.reserve(ALICE, &[(MODE, "Target")]);
    let (own, foreign) = (launch_one(&mut world, ALICE, &[]), launch_one(&mut world, BOB, &[]));
    let mode = (400, "Invalid.PrivatePoolOptions.MatchCriteria");
    let nobody = (400, "Invalid.InstanceId");
    judge(
        &world,
        ATTACH,
        &vec![REGION, ("InstanceId", &own), TARGET, (ID, &id)],
        &[
            ("RegionId", &["", "-"], (400, "MissingParameter.RegionId"), &[]),
            ("InstanceId", &["", "-"], (400, "MissingInstanceId"), &[]),
            ("InstanceId", &["what", "i-1", NEVER_ISSUED, &foreign, &id], nobody, &[]),
            (MODE, &["", "-", "open", "target", "Any"], mode, &[]),
            (MODE, &["Open", "None"], (400, "Invalid.PrivatePoolOptions.Id"), &[]),
            (ID, &["", "-"], (400, "MissingParameter.PrivatePoolOptions.Id"), &[]),
        ],
    );
    let malformed = (403, "Abs.InvalidInstanceIds.MalFormed");
    let (one, twice) = (format!("[\"{own}\"]"), format!("[\"{own}\",\"{own}\"]"));
    let strange = [format!("[\"{foreign}\"]"), format!("[\"{own}\",\"{foreign}\"]"), format!("[\"{NEVER_ISSUED}\"]")];
    let list = |count: usize| format!("[{}]", vec![format!("\"{own}\""); count].join(","));
    let (most, many) = (list(100), list(101));
    judge(
        &world,
        ATTACHED,
        &vec![REGION, ("InstanceIds", &one)],
        &[
            ("RegionId", &["", "-"], (400, "MissingParameter.RegionId"), &[]),
            (
                "InstanceIds",
                &["", "-", "[]", "what", &own, "[1]", "[\"a\"", "{}", "[[\"a\"]]"],
                malformed,
                &[&twice, &most],
            ),
            ("InstanceIds", &[&many], (403, "InvalidParameter.TooManyInstanceIds"), &[]),
            (
                "InstanceIds",
                &[&strange[0], &strange[1], &strange[2], "[\"\"]"],
                (404, "InvalidInstanceIds.NotFound"),
                &[],
            ),
            ("PageNumber", NUMBERS, (500, "InvalidParameter"), &["1", "2", "9223372036854775807"]),
            ("PageSize", NUMBERS, (500, "InvalidParameter"), &["1", "100"]),
            ("PageSize", &["101"], (500, "InvalidParameter"), &[]),
        ],
    );
    let answer = |ids| world.ask(ALICE, ATTACHED, &[REGION, ("InstanceIds", ids)]).map(|draft| draft.body);
    assert_eq!(answer(&strange[0]), answer(&strange[2]));
}

/// What Berth does not act on is passed over, a password above all.
#[test]
fn what_is_neither_acted_on_nor_shown_is_not_kept() {
    let passed: Sent<'_> = &[
        ("Password", "Kept-by-nobody-1"),
        ("PasswordInherit", "true"),
        ("UserData", "ZWNobyBoZWxsbw=="),
        ("SystemDisk.Category", "cloud_essd"),
        ("SystemDisk.Size", "lots"),
        ("DataDisk.1.Size", "-1"),
        ("NetworkInterface.1.VSwitchId", "vsw-1"),
        ("InternetMaxBandwidthOut", "5"),
        ("LaunchTemplateId", "lt-1"),
        ("DeletionProtection", "perhaps"),
    ];
    let world = World::new();
    for (action, good) in [(RUN, run()), (MAKE, make())] {
        let plain = world.ask(ALICE, action, &good).expect("one");
        let with_all = world.ask(ALICE, action, &with(&good, passed)).expect("one");
        assert_eq!(with_all.entries, plain.entries, "{action}");
        let [Entry::Launched(instance)] = &with_all.entries[..] else { panic!("{:?}", with_all.entries) };
        let kept: Vec<&str> = instance.carried.iter().map(|(name, _)| &**name).collect();
        assert_eq!(kept, if action == RUN { vec![] } else { vec!["ImageId"] });
    }
}

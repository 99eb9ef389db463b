//! The operations about regions, zones, types and stock, on a small region.
#![allow(clippy::unwrap_used, reason = "tests")]

use api::{Caller, Change, Context, operations};
use ledger::directory::{Directory, Entry, HostClass, InstanceType, LocalName, Region, Zone};
use ledger::{
    ClassName, End, Entry as Fact, KeyId, Kind, Ledger, MatchCriteria, Moment, Phase, Platform, RegionName,
    Reservation, ReservationId, Shape, TypeName, ZoneName,
};
use rpc::params::Params;
use rpc::render::{self, Format};

const REQUEST_ID: &str = "473469C7-AA6F-4DC5-B3DB-A3DC0DE3C83E";

struct World {
    directory: Directory,
    ledger: Ledger,
}

fn shape(vcpus: u32, memory_mib: u64, gpus: u32) -> Shape {
    Shape { vcpus, memory_mib, gpus }
}

fn local(english: &str, chinese: &str) -> LocalName {
    LocalName { english: english.into(), chinese: chinese.into() }
}

fn class(name: &str, capacity: Shape, unit: Shape, rungs: &[u32]) -> Entry {
    Entry::ClassPut(HostClass { name: name.into(), capacity, unit, rungs: rungs.to_vec(), rungs_chosen: true })
}

fn kind(name: &str, class: &str, needs: Shape, gpu_spec: &str, category: &str, generation: &str) -> Entry {
    let family = name.rsplit_once('.').unwrap().0;
    Entry::TypePut(InstanceType {
        name: TypeName::from(name),
        family: family.into(),
        class: ClassName::from(class),
        needs,
        gpu_spec: gpu_spec.into(),
        category: category.into(),
        architecture: "X86".into(),
        generation: generation.into(),
    })
}

fn region(name: &str, local: LocalName, zones: &[(&str, LocalName)]) -> Entry {
    let zones = zones.iter().map(|(name, local)| Zone { name: ZoneName::from(*name), local: local.clone() }).collect();
    let (code, endpoint) = ("bp1".into(), format!("ecs.{name}.example.org").into());
    Entry::RegionPut(Region { name: RegionName::from(name), local, endpoint, code, zones })
}

fn facts() -> Vec<Entry> {
    vec![
        region(
            "cn-hangzhou",
            local("China (Hangzhou)", "华东1（杭州）"),
            &[
                ("cn-hangzhou-h", local("Hangzhou Zone H", "杭州 可用区H")),
                ("cn-hangzhou-i", local("Hangzhou Zone I", "")),
                ("cn-hangzhou-j", LocalName::default()),
            ],
        ),
        region("nowhere-1", local("", "无"), &[]),
        class("g6", shape(8, 32_768, 0), shape(2, 8192, 0), &[1, 2, 4]),
        class("gpu", shape(32, 131_072, 4), shape(4, 15_360, 1), &[1, 4]),
        class("t", shape(8, 8192, 0), shape(1, 512, 0), &[1, 2]),
        kind("ecs.g6.large", "g6", shape(2, 8192, 0), "", "General-purpose", "ecs-5"),
        kind("ecs.g6.2xlarge", "g6", shape(8, 32_768, 0), "", "General-purpose", "ecs-5"),
        kind("ecs.gn6i.xlarge", "gpu", shape(4, 15_360, 1), "NVIDIA T4", "Compute-optimized with GPU", "ecs-5"),
        kind("ecs.n4.small", "t", shape(1, 1024, 0), "", "Shared", "ecs-3"),
        kind("ecs.t5-lc2m1.nano", "t", shape(1, 512, 0), "", "Shared", "ecs-4"),
    ]
}

/// Zone h has one g6 host, half of it promised, and no host of class t; zone i has a GPU host that is promised
/// away; zone j has nothing.
fn world() -> World {
    let mut directory = Directory::default();
    facts().iter().for_each(|fact| directory.apply(fact));
    let mut ledger = Ledger::default();
    let ladder = |class: &str, rungs: &[u32]| Fact::LadderSet { class: class.into(), rungs: rungs.to_vec() };
    let host = |host: &str, zone: &str, class: &str, units| Fact::HostAdded {
        host: host.into(),
        zone: zone.into(),
        class: class.into(),
        units,
    };
    let taken = |code: [u8; 20], zone: &str, class: &str, kind: &str, size, count| {
        Fact::Reserved(Box::new(Reservation {
            id: ReservationId::new(Kind::CapacityReservation, code).unwrap(),
            owner: "1111111111111111".into(),
            zone: zone.into(),
            class: class.into(),
            instance_type: kind.into(),
            size,
            count,
            platform: Platform::Linux,
            matching: MatchCriteria::Open,
            course: ledger::Course::Immediate,
            made: Moment(1),
            starts: Moment(1),
            end: End::ByHand,
            phase: Phase::Active,
            name: "".into(),
            description: "".into(),
            group: "".into(),
            tags: [].into(),
            creation_tags: [].into(),
        }))
    };
    let facts = [
        ladder("g6", &[1, 2, 4]),
        ladder("gpu", &[1, 4]),
        host("h1", "cn-hangzhou-h", "g6", 4),
        host("i1", "cn-hangzhou-i", "gpu", 4),
        taken([b'a'; 20], "cn-hangzhou-h", "g6", "ecs.g6.large", 1, 2),
        taken([b'b'; 20], "cn-hangzhou-i", "gpu", "ecs.gn6i.xlarge", 1, 4),
    ];
    facts.iter().for_each(|fact| ledger.apply(fact));
    World { directory, ledger }
}

/// The answer as the gate would have it written, or `status code`.
fn ask(world: &World, action: &str, query: &str, format: Format) -> Result<String, String> {
    ask_as(world, "1111111111111111", action, query, format)
}

fn ask_as(world: &World, account: &str, action: &str, query: &str, format: Format) -> Result<String, String> {
    let row = operations::find(action).unwrap();
    let told = |fault: rpc::Fault| format!("{} {}", fault.status, fault.code);
    let params = Params::read(Some(query), b"").map_err(told)?;
    row.present(&params).map_err(told)?;
    let name = params.text("RegionId").unwrap_or_default();
    let empty = Ledger::default();
    let (name, ledger) = match row.change {
        Change::Directory(_) | Change::Development(_) => ("", &empty),
        Change::Region(_) | Change::History(_) if world.directory.regions.contains_key(name) => (name, &world.ledger),
        Change::Region(_) | Change::History(_) => return Err(told(row.unknown_region.clone())),
    };
    let caller = Caller { account: account.into(), key: KeyId::from("key") };
    let region = RegionName::from(name);
    let (directory, now, draw) = (&world.directory, Moment(10), 0);
    let context = Context { ledger, directory, region: &region, caller: &caller, development: None, now, draw };
    let (reads, body) = match row.change {
        Change::Directory(prepare) => prepare(&params, &context).map(|draft| (draft.entries.is_empty(), draft.body)),
        Change::Development(prepare) => prepare(&params, &context).map(|draft| (draft.entries.is_empty(), draft.body)),
        Change::Region(prepare) => prepare(&params, &context).map(|draft| (draft.entries.is_empty(), draft.body)),
        Change::History(prepare) => prepare(&params, &context).map(|draft| (true, draft.body)),
    }
    .map_err(told)?;
    assert!(reads, "{action} only reads");
    Ok(String::from_utf8(render::answer(format, action, REQUEST_ID, &body)).unwrap())
}

/// All values of a JSON field of that name, in order.
fn values_of(answer: &str, name: &str) -> Vec<String> {
    let sign = format!("\"{name}\":\"");
    answer.split(&sign).skip(1).map(|rest| rest.split('"').next().unwrap().to_owned()).collect()
}

#[test]
fn golden_dialogues() {
    let world = world();
    let dialogues = [
        ("DescribeRegions", ""),
        ("DescribeRegions", "AcceptLanguage=en-US&InstanceChargeType=PostPaid&ResourceType=instance"),
        ("DescribeZones", "RegionId=cn-hangzhou&AcceptLanguage=en-US"),
        ("DescribeZones", "RegionId=cn-hangzhou&Verbose=False"),
        ("DescribeZones", "RegionId=nowhere-1"),
        ("DescribeInstanceTypes", ""),
        ("DescribeInstanceTypes", "InstanceTypes.1=ecs.g6.small"),
        ("DescribeInstanceTypeFamilies", "RegionId=cn-hangzhou"),
        ("DescribeInstanceTypeFamilies", "RegionId=cn-hangzhou&Generation=ecs-1"),
        ("DescribeAvailableResource", "RegionId=cn-hangzhou&DestinationResource=InstanceType"),
        ("DescribeAvailableResource", "RegionId=cn-hangzhou&DestinationResource=Zone"),
        ("DescribeAvailableResource", "RegionId=cn-hangzhou&DestinationResource=SystemDisk&ZoneId=cn-hangzhou-i"),
        ("DescribeAvailableResource", "RegionId=cn-hangzhou&DestinationResource=ddh"),
    ];
    let mut told = String::new();
    for (action, query) in dialogues {
        for format in [Format::Json, Format::Xml] {
            let answer = ask(&world, action, query, format).unwrap();
            told.push_str(&format!("{action} {query}\n{answer}\n\n"));
        }
    }
    insta::assert_snapshot!(told);
}

#[test]
fn every_fault_is_answered() {
    let world = world();
    let stock = "RegionId=cn-hangzhou&DestinationResource=InstanceType";
    let with = |more: &str| format!("{stock}&{more}");
    let table = [
        ("DescribeRegions", "AcceptLanguage=zh-cn".into(), "404 InvalidAcceptLanguage.NotFound"),
        ("DescribeRegions", "AcceptLanguage=".into(), "404 InvalidAcceptLanguage.NotFound"),
        ("DescribeRegions", "AcceptLanguage=it&ResourceType=tape".into(), "404 InvalidAcceptLanguage.NotFound"),
        ("DescribeRegions", "ResourceType=tape".into(), "404 InvalidResourceType.NotFound"),
        ("DescribeRegions", "InstanceChargeType=Free".into(), "400 InvalidParameter"),
        ("DescribeZones", String::new(), "400 MissingRegionId"),
        ("DescribeZones", "RegionId=".into(), "400 MissingRegionId"),
        ("DescribeZones", "RegionId=cn-atlantis".into(), "404 InvalidRegionId.NotFound"),
        ("DescribeZones", "RegionId=CN-HANGZHOU".into(), "404 InvalidRegionId.NotFound"),
        (
            "DescribeZones",
            "RegionId=cn-hangzhou&InstanceChargeType=Free&SpotStrategy=x".into(),
            "404 InvalidInstanceChargeType.NotFound",
        ),
        ("DescribeZones", "RegionId=cn-hangzhou&SpotStrategy=x&AcceptLanguage=x".into(), "400 InvalidSpotStrategy"),
        ("DescribeZones", "RegionId=cn-hangzhou&AcceptLanguage=x".into(), "404 InvalidAcceptLanguage.NotFound"),
        ("DescribeZones", "RegionId=cn-hangzhou&Verbose=yes".into(), "400 InvalidParameter"),
        ("DescribeInstanceTypeFamilies", String::new(), "400 MissingRegionId"),
        ("DescribeInstanceTypeFamilies", "RegionId=x".into(), "404 InvalidRegionId.NotFound"),
        ("DescribeInstanceTypeFamilies", "RegionId=cn-hangzhou&Generation=ecs-7".into(), "400 InvalidParameter"),
        ("DescribeAvailableResource", String::new(), "400 MissingRegionId"),
        ("DescribeAvailableResource", "RegionId=&DestinationResource=Zone".into(), "400 InvalidRegionId.MalFormed"),
        ("DescribeAvailableResource", "RegionId=cn-hangzhou".into(), "400 Invalid.Param"),
        ("DescribeAvailableResource", "RegionId=cn-hangzhou&DestinationResource=".into(), "400 Invalid.Param"),
        ("DescribeAvailableResource", "RegionId=x&DestinationResource=Zone".into(), "404 Invalid.RegionId"),
        ("DescribeAvailableResource", "RegionId=nowhere-1&DestinationResource=x".into(), "404 Unavailable.Regions"),
        (
            "DescribeAvailableResource",
            "RegionId=cn-hangzhou&DestinationResource=zone&ResourceType=x".into(),
            "404 Invalid.DestinationResource",
        ),
        ("DescribeAvailableResource", with("ResourceType=x&InstanceChargeType=x"), "404 Invalid.ResourceType"),
        ("DescribeAvailableResource", with("InstanceChargeType=x&IoOptimized=x"), "400 Invalid.InstanceChargeType"),
        ("DescribeAvailableResource", with("IoOptimized=true&NetworkCategory=x"), "404 Invalid.IoOptimized"),
        ("DescribeAvailableResource", with("NetworkCategory=x&SpotStrategy=x"), "404 Invalid.NetworkCategory"),
        ("DescribeAvailableResource", with("SpotStrategy=x&ZoneId=x"), "404 Invalid.SpotStrategy"),
        ("DescribeAvailableResource", with("SpotDuration=2"), "400 InvalidParameter"),
        ("DescribeAvailableResource", with("Scope=Planet"), "400 InvalidParameter"),
        (
            "DescribeAvailableResource",
            with("InstanceType=ecs.g6.large&Cores=2"),
            "403 InvalidParam.TypeAndCpuMem.Conflict",
        ),
        (
            "DescribeAvailableResource",
            with("InstanceType=ecs.g6.large&Memory=8"),
            "403 InvalidParam.TypeAndCpuMem.Conflict",
        ),
        (
            "DescribeAvailableResource",
            "RegionId=cn-hangzhou&DestinationResource=Zone&Cores=2&Memory=8".into(),
            "403 InvalidParam.Cores",
        ),
        (
            "DescribeAvailableResource",
            "RegionId=cn-hangzhou&DestinationResource=Zone&Memory=8".into(),
            "403 InvalidParam.Memory",
        ),
        ("DescribeAvailableResource", with("DedicatedHostId=dh-1&ZoneId=x"), "403 InvalidDedicatedHostId.NotFound"),
        ("DescribeAvailableResource", with("ZoneId=cn-shanghai-a"), "404 InvalidResourceId.NotFound"),
        ("DescribeAvailableResource", with("InstanceType=ecs.g6.small"), "404 InvalidResourceId.NotFound"),
        ("DescribeInstanceTypes", "CpuArchitecture=x86".into(), "400 InvalidParameter"),
        ("DescribeInstanceTypes", "InstanceFamilyLevel=Expert".into(), "400 InvalidParameter"),
        ("DescribeInstanceTypes", "NextToken=caeba0bbb2be03f84eb48b699f0a4883".into(), "400 InvalidParameter"),
    ];
    for (action, query, fault) in table {
        assert_eq!(ask(&world, action, &query, Format::Json), Err(fault.into()), "{action} {query}");
    }
    let nothing = World { directory: Directory::default(), ledger: Ledger::default() };
    assert_eq!(ask(&nothing, "DescribeRegions", "", Format::Json), Err("403 Unauthorized.EmptyRegion".into()));
    let names = (1..=11).map(|n| format!("InstanceTypes.{n}=x")).collect::<Vec<_>>().join("&");
    assert_eq!(ask(&world, "DescribeInstanceTypes", &names, Format::Json), Err("400 InvalidParameter".into()));
}

#[test]
fn odd_numbers_are_refused() {
    let world = world();
    let odd = ["", "-1", "+1", "01", "1e3", "2147483648000", "9223372036854775808", "%201", "1%20", "x", "%D9%A1"];
    for number in odd {
        for name in ["MinimumCpuCoreCount", "MaximumCpuCoreCount", "MinimumGPUAmount", "MaximumGPUAmount", "MaxResults"]
        {
            let answer = ask(&world, "DescribeInstanceTypes", &format!("{name}={number}"), Format::Json);
            assert_eq!(answer, Err("400 InvalidParameter".into()), "{name}={number}");
        }
    }
    for name in ["MinimumMemorySize", "MaximumMemorySize"] {
        for number in ["", "-1", "+8", "08", "1e3", "8.", ".5", "1.2.3", "NaN"] {
            let answer = ask(&world, "DescribeInstanceTypes", &format!("{name}={number}"), Format::Json);
            assert_eq!(answer, Err("400 InvalidParameter".into()), "{name}={number}");
        }
    }
    for number in ["MaxResults=0", "MaxResults=1601"] {
        let answer = ask(&world, "DescribeInstanceTypes", number, Format::Json);
        assert_eq!(answer, Err("400 InvalidParameter".into()), "{number}");
    }
    for odd in ["Cores=x", "Cores=-1", "Cores=02", "Memory=8G", "Memory=-8"] {
        let query = format!("RegionId=cn-hangzhou&DestinationResource=InstanceType&{odd}");
        let answer = ask(&world, "DescribeAvailableResource", &query, Format::Json);
        assert_eq!(answer, Err("400 InvalidParameter".into()), "{odd}");
    }
}

#[test]
fn types_are_filtered() {
    let world = world();
    let (large, huge, gpu, small, nano) =
        ("ecs.g6.large", "ecs.g6.2xlarge", "ecs.gn6i.xlarge", "ecs.n4.small", "ecs.t5-lc2m1.nano");
    let table: [(&str, &[&str]); 20] = [
        ("InstanceTypes.1=ecs.g6.large&InstanceTypes.7=ecs.n4.small&InstanceTypes.9=x", &[large, small]),
        ("InstanceTypeFamily=ecs.g6", &[huge, large]),
        ("InstanceTypeFamily=ecs.g", &[]),
        ("InstanceTypeFamily=", &[huge, large, gpu, small, nano]),
        ("CpuArchitecture=ARM", &[]),
        ("CpuArchitecture=X86", &[huge, large, gpu, small, nano]),
        ("GPUSpec=T4", &[gpu]),
        ("GPUSpec=A100", &[]),
        ("InstanceCategory=Shared", &[small, nano]),
        ("InstanceFamilyLevel=EntryLevel", &[small]),
        ("InstanceFamilyLevel=CreditEntryLevel", &[nano]),
        ("InstanceFamilyLevel=EnterpriseLevel", &[huge, large, gpu]),
        ("MinimumCpuCoreCount=2&MaximumCpuCoreCount=4", &[large, gpu]),
        ("MaximumCpuCoreCount=0", &[]),
        ("MinimumMemorySize=0.5&MaximumMemorySize=1.0", &[small, nano]),
        ("MinimumMemorySize=0.5000001&MaximumMemorySize=8", &[large, small]),
        ("MinimumGPUAmount=1", &[gpu]),
        ("MaximumGPUAmount=0", &[huge, large, small, nano]),
        ("NvmeSupport=required&MinimumEniQuantity=99", &[huge, large, gpu, small, nano]),
        ("RegionId=cn-atlantis&InstanceTypeFamily=ecs.g6&MinimumCpuCoreCount=3", &[huge]),
    ];
    for (query, expected) in table {
        let answer = ask(&world, "DescribeInstanceTypes", query, Format::Json).unwrap();
        assert_eq!(values_of(&answer, "InstanceTypeId"), expected, "{query}");
    }
}

#[test]
fn pages_of_types_follow_each_other() {
    let mut world = world();
    world.directory.apply(&Entry::PageKeySet(ledger::directory::PageKey([7; 32])));
    let action = "DescribeInstanceTypes";
    let all = values_of(&ask(&world, action, "", Format::Json).unwrap(), "InstanceTypeId");
    for size in 1..=all.len() + 1 {
        let (mut seen, mut token) = (Vec::new(), String::new());
        loop {
            let query = format!("MaxResults={size}&NextToken={token}");
            let answer = ask(&world, action, &query, Format::Json).unwrap();
            seen.extend(values_of(&answer, "InstanceTypeId"));
            token = values_of(&answer, "NextToken").remove(0);
            if token.is_empty() {
                break;
            }
        }
        assert_eq!(seen, all, "pages of {size}");
    }
    let first = ask(&world, action, "MaxResults=1&CpuArchitecture=X86", Format::Json).unwrap();
    let token = values_of(&first, "NextToken").remove(0);
    let refused = Err("400 InvalidParameter".to_owned());
    let same = format!("CpuArchitecture=X86&MaxResults=2&NextToken={token}");
    assert!(ask(&world, action, &same, Format::Json).is_ok());
    assert_eq!(ask_as(&world, "2222222222222222", action, &same, Format::Json), refused, "another account's");
    let other = format!("CpuArchitecture=ARM&NextToken={token}");
    assert_eq!(ask(&world, action, &other, Format::Json), refused, "another filter's");
    let cut = format!("CpuArchitecture=X86&NextToken={}", &token[1..]);
    assert_eq!(ask(&world, action, &cut, Format::Json), refused, "damaged");
}

#[test]
fn stock_is_that_of_the_pools() {
    let world = world();
    let table: [(&str, &[&str]); 10] = [
        ("InstanceType=ecs.g6.large", &["cn-hangzhou-h", "ecs.g6.large", "Available"]),
        ("InstanceType=ecs.g6.2xlarge", &["cn-hangzhou-h", "ecs.g6.2xlarge", "SoldOut"]),
        ("InstanceType=ecs.gn6i.xlarge", &["cn-hangzhou-i", "ecs.gn6i.xlarge", "SoldOut"]),
        ("InstanceType=ecs.n4.small", &[]),
        ("Cores=8&Memory=32", &["cn-hangzhou-h", "ecs.g6.2xlarge", "SoldOut"]),
        ("Cores=2&Memory=8.5", &[]),
        ("InstanceType=ecs.g6.large&Cores=&Memory=", &["cn-hangzhou-h", "ecs.g6.large", "Available"]),
        ("ZoneId=cn-hangzhou-j", &[]),
        ("IoOptimized=none", &[]),
        ("NetworkCategory=classic", &[]),
    ];
    for (query, expected) in table {
        let full = format!("RegionId=cn-hangzhou&DestinationResource=InstanceType&{query}");
        let answer = ask(&world, "DescribeAvailableResource", &full, Format::Json).unwrap();
        let mut told = values_of(&answer, "ZoneId");
        told.extend(values_of(&answer, "Value"));
        told.extend(values_of(&answer, "Status").into_iter().skip(1));
        assert_eq!(told, expected, "{query}");
    }
}

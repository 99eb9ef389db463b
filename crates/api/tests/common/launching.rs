//! Instances in tests: how they are launched, and what is told of them and of the reservations that they use.

use super::{ALICE, ID, Pairs, REGION, Sent, World, list, number, text, with};

pub const RUN: &str = "RunInstances";
pub const MAKE: &str = "CreateInstance";
pub const ATTACH: &str = "ModifyInstanceAttachmentAttributes";
pub const ATTACHED: &str = "DescribeInstanceAttachmentAttributes";
pub const MODE: &str = "PrivatePoolOptions.MatchCriteria";
pub const TARGET: (&str, &str) = (MODE, "Target");
pub const NEVER_ISSUED: &str = "i-bp1neverissued000000";

/// What RunInstances needs at least, and the zone.
pub fn run() -> Pairs<'static> {
    vec![REGION, ("ZoneId", "cn-hangzhou-h"), ("InstanceType", "ecs.g6.large")]
}

/// What CreateInstance needs at least, and the zone.
pub fn make() -> Pairs<'static> {
    with(&run(), &[("ImageId", "aliyun_3_x64_20G_alibase_20240819.vhd")])
}

/// The only instance of a launch with these parameters besides (or instead); its id.
pub fn launch_one(world: &mut World, who: &str, pairs: Sent<'_>) -> String {
    let ids = world.launch(who, pairs);
    let [id] = &ids[..] else { panic!("{ids:?}") };
    id.clone()
}

/// The mode of an instance of Alice's, and the reservation that is told.
pub fn attached(world: &mut World, id: &str) -> (String, String) {
    let ids = format!("[\"{id}\"]");
    let body = world.done(ALICE, ATTACHED, &[REGION, ("InstanceIds", &ids)]);
    let [item] = list(&body, "Instances")[..] else { panic!("{body:?}") };
    (text(item, "PrivatePoolOptionsMatchCriteria"), text(item, "PrivatePoolOptionsId"))
}

/// The users of a reservation of Alice's, in order of id.
pub fn users(world: &mut World, id: &str) -> Vec<String> {
    let body = world.done(ALICE, "DescribeCapacityReservationInstances", &[REGION, (ID, id), ("MaxResults", "100")]);
    let users: Vec<String> =
        list(&body, "CapacityReservationItem").iter().map(|item| text(item, "InstanceId")).collect();
    assert_eq!(number(&body, "TotalCount"), i64::try_from(users.len()).expect("few"));
    users
}

/// TotalAmount, UsedAmount and AvailableAmount of a reservation of Alice's.
pub fn amounts(world: &mut World, id: &str) -> [i64; 3] {
    let ids = format!("[\"{id}\"]");
    let pairs = [REGION, ("PrivatePoolOptions.Ids", &*ids), ("Status", "All")];
    let body = world.done(ALICE, "DescribeCapacityReservations", &pairs);
    let [item] = list(&body, "CapacityReservationSet")[..] else { panic!("{body:?}") };
    let [shown] = list(item, "AllocatedResources")[..] else { panic!("{item:?}") };
    let amounts = ["TotalAmount", "UsedAmount", "AvailableAmount"].map(|field| number(shown, field));
    let usages = list(shown, "CapacityReservationUsages");
    let told: i64 = usages.iter().map(|usage| number(usage, "UsedAmount")).sum();
    assert_eq!(told, amounts[1], "{shown:?}");
    amounts
}

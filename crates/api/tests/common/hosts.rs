//! Hosts in tests: an operator, and what is told of hosts and their pools.

use super::{REGION, World, list, number, text, texts, with};
use ledger::directory::{Account, Entry};
use rpc::body::Body;

pub const OPERATOR: &str = "1059095590889999";

/// The world with an operator.
pub fn world() -> World {
    let mut world = World::new();
    let operator = Account { id: OPERATOR.into(), name: "operator".into(), operator: true };
    world.directory.apply(&Entry::AccountPut(operator));
    world
}

/// The page of hosts that these parameters ask for.
pub fn hosts(world: &World, pairs: &[(&str, &str)]) -> Body {
    world.ask(OPERATOR, "DescribeHosts", &with(&vec![REGION], pairs)).expect("hosts").body
}

/// `NAME zone/class status free/units instances` of each host of a page.
pub fn shown(body: &Body) -> Vec<String> {
    let one = |it: &&Body| {
        let zone = text(it, "ZoneId");
        let (zone, instances) = (zone.trim_start_matches("cn-hangzhou-"), number(it, "InstanceCount"));
        assert_eq!(i64::try_from(texts(it, "InstanceIds").len()), Ok(instances));
        let [id, class, status] = ["HostId", "HostClass", "Status"].map(|field| text(it, field));
        let [free, units] = ["FreeUnits", "Units"].map(|field| number(it, field));
        format!("{id} {zone}/{class} {status} {free}/{units} x{instances}")
    };
    list(body, "Hosts").iter().map(one).collect()
}

/// `serving/hosts free UNITS promises N | RUNG: supply-demand=slack ... | short` of the pool of g6 in zone h; nothing if
/// it is not told of.
pub fn pool(world: &World) -> String {
    let pairs = [REGION, ("ZoneId", "cn-hangzhou-h"), ("HostClass", "g6")];
    let body = world.ask(OPERATOR, "DescribePools", &pairs).expect("pools").body;
    let Some(pool) = list(&body, "Pools").first().copied().cloned() else { return String::new() };
    let [serving, hosts, free, promises, short] =
        ["HostsInService", "HostCount", "FreeUnits", "ReservationCount", "ShortfallCount"].map(|it| number(&pool, it));
    let rungs = list(&pool, "Rungs");
    let rungs = rungs.iter().map(|it| ["Units", "Supply", "Demand", "Slack"].map(|field| number(it, field)));
    let rungs: Vec<String> = rungs.map(|[rung, has, needs, left]| format!("{rung}: {has}-{needs}={left}")).collect();
    let shortfalls = list(&pool, "Shortfalls");
    let slots: i64 = shortfalls.iter().map(|it| number(it, "Slots")).sum();
    assert_eq!(i64::try_from(shortfalls.len()), Ok(short));
    let short = if short == 0 { String::new() } else { format!(" | {short} short of {slots}") };
    format!("{serving}/{hosts} free {free} promises {promises} | {}{short}", rungs.join(" "))
}

//! Hosts go out of service under reservations and instances, and come back: what is promised, what stands, what is short
//! and what is refused, told the same by everything that tells of it.

use crate::common::hosts::{OPERATOR, hosts, world};
use crate::common::launching::{MODE, RUN};
use crate::common::{self, ALICE, BOB, ID, REGION, World, list, number, text, texts, with};
use ledger::check::check;
use rpc::body::Body;
use rpc::fault::Fault;
use std::collections::BTreeMap;

const NO_STOCK: &str = "403 OperationDenied.NoStock";

/// A world in which reservations and instances have short names.
struct Story {
    world: World,
    /// Name, owner, id of each reservation.
    reservations: Vec<(String, &'static str, String)>,
    /// Owner and id of each instance.
    instances: BTreeMap<String, (&'static str, String)>,
}

fn person(name: &str) -> &'static str {
    match name {
        "alice" => ALICE,
        "bob" => BOB,
        other => panic!("nobody is called {other}"),
    }
}

impl Story {
    fn new() -> Self {
        Self { world: world(), reservations: Vec::new(), instances: BTreeMap::new() }
    }

    /// Does what the words say; `done`, or status and code.
    fn play(&mut self, words: &str) -> String {
        let words: Vec<&str> = words.split_whitespace().collect();
        let done = match words[..] {
            [who, "reserve", name, size, count] => self.reserve(person(who), name, size, count),
            [who, "run", name, "in", reservation] => self.run(person(who), name, "ecs.g6.large", Some(reservation)),
            [who, "run", name, size] => self.run(person(who), name, &format!("ecs.g6.{size}"), None),
            [who, "resize", name, count] => self.resize(person(who), name, count),
            ["stop", name] => self.turn("StopInstance", name, &[("StoppedMode", "StopCharging")]),
            ["keep", name] => self.turn("StopInstance", name, &[("StoppedMode", "KeepCharging")]),
            ["start", name] => self.turn("StartInstance", name, &[]),
            ["delete", name] => self.turn("DeleteInstance", name, &[("Force", "true")]),
            ["register", name] => {
                let host = format!(r#"[{{"HostId":"{name}","ZoneId":"cn-hangzhou-h","HostClass":"g6"}}]"#);
                self.call(OPERATOR, "RegisterHosts", &[REGION, ("Hosts", &host)]).map(drop)
            }
            [deed @ ("Drain" | "Undrain" | "Fail" | "Remove"), name] => {
                let (action, host) = (format!("{deed}Hosts"), format!("[{name:?}]"));
                self.call(OPERATOR, &action, &[REGION, ("HostIds", &host)]).map(drop)
            }
            _ => panic!("no such deed: {words:?}"),
        };
        done.map_or_else(|fault| format!("{} {}", fault.status, fault.code), |()| "done".to_owned())
    }

    fn call(&mut self, who: &str, action: &str, pairs: &[(&str, &str)]) -> Result<Body, Fault> {
        let answer = self.world.call(who, action, pairs);
        assert_eq!(check(&self.world.ledger), [], "{action} {pairs:?}");
        answer
    }

    fn reserve(&mut self, who: &'static str, name: &str, size: &str, count: &str) -> Result<(), Fault> {
        let kind = format!("ecs.g6.{size}");
        let wanted = [("InstanceType", &*kind), ("InstanceAmount", count), (MODE, "Target")];
        let body = self.call(who, "CreateCapacityReservation", &with(&common::create(), &wanted))?;
        self.reservations.push((name.to_owned(), who, text(&body, "PrivatePoolOptionsId")));
        Ok(())
    }

    fn id_of(&self, name: &str) -> String {
        let found = self.reservations.iter().find(|(it, ..)| it == name);
        found.unwrap_or_else(|| panic!("no reservation {name}")).2.clone()
    }

    fn run(&mut self, who: &'static str, name: &str, kind: &str, into: Option<&str>) -> Result<(), Fault> {
        let id = into.map(|name| self.id_of(name)).unwrap_or_default();
        let item = (!id.is_empty()).then(|| self.item(who, &id));
        let kind = item.map_or(kind.to_owned(), |item| text(&resource(&item), "InstanceType"));
        let place = [REGION, ("ZoneId", "cn-hangzhou-h"), ("InstanceType", &kind), (MODE, "None")];
        let slot = if id.is_empty() { vec![] } else { vec![(MODE, "Target"), (ID, &*id)] };
        let body = self.call(who, RUN, &with(&place.to_vec(), &slot))?;
        self.instances.insert(name.to_owned(), (who, texts(&body, "InstanceIdSets").remove(0)));
        Ok(())
    }

    fn resize(&mut self, who: &str, name: &str, count: &str) -> Result<(), Fault> {
        let id = self.id_of(name);
        self.call(who, "ModifyCapacityReservation", &[REGION, (ID, &id), ("InstanceAmount", count)]).map(drop)
    }

    fn turn(&mut self, action: &str, name: &str, pairs: &[(&str, &str)]) -> Result<(), Fault> {
        let (who, id) = self.instances[name].clone();
        let done = self.call(who, action, &with(&vec![("InstanceId", &*id)], pairs)).map(drop);
        if action == "DeleteInstance" && done.is_ok() {
            self.instances.remove(name);
        }
        done
    }

    /// A reservation as its owner sees it.
    fn item(&self, who: &str, id: &str) -> Body {
        let ids = format!("[{id:?}]");
        let pairs = [REGION, ("PrivatePoolOptions.Ids", &*ids)];
        let body = self.world.ask(who, "DescribeCapacityReservations", &pairs).expect("a list").body;
        list(&body, "CapacityReservationSet")[0].clone()
    }

    /// Hosts of zone h and class g6, slack of each rung, and reservations:
    /// `h1 2/4 +i1+i2, h2 failed | 1:3 2:-1 4:0 | r1 1/2, r2 0/3 short 1`
    fn told(&self) -> String {
        let pairs = [("ZoneId", "cn-hangzhou-h"), ("HostClass", "g6")];
        let page = hosts(&self.world, &pairs);
        let shown: Vec<String> = list(&page, "Hosts").into_iter().map(|host| self.host(host)).collect();
        let body = self.world.ask(OPERATOR, "DescribePools", &with(&vec![REGION], &pairs)).expect("pools").body;
        let pool = list(&body, "Pools")[0];
        let rungs = list(pool, "Rungs");
        let rungs = rungs.iter().map(|rung| {
            let [supply, demand, slack] = ["Supply", "Demand", "Slack"].map(|field| number(rung, field));
            assert_eq!(supply - demand, slack);
            format!("{}:{slack}", number(rung, "Units"))
        });
        let rungs: Vec<String> = rungs.collect();
        let mut short: BTreeMap<String, i64> = BTreeMap::new();
        for it in list(pool, "Shortfalls") {
            short.insert(text(it, "PrivatePoolOptionsId"), number(it, "Slots"));
            let owner = self.reservations.iter().find(|(.., id)| *id == text(it, "PrivatePoolOptionsId"));
            assert_eq!(
                (text(it, "AccountId").as_str(), text(it, "Status")),
                (owner.expect("known").1, "Active".into())
            );
        }
        let reservations: Vec<String> = self.reservations.iter().map(|it| self.reservation(it, &short)).collect();
        assert_eq!(number(pool, "ReservationCount"), i64::try_from(reservations.len()).expect("few"));
        format!("{} | {} | {}", shown.join(", "), rungs.join(" "), reservations.join(", "))
    }

    fn host(&self, host: &Body) -> String {
        let named = |id: &String| self.instances.iter().find(|(_, (_, it))| it == id).expect("known").0.clone();
        let mut standing: Vec<String> = texts(host, "InstanceIds").iter().map(named).collect();
        standing.sort();
        let state = match &*text(host, "Status") {
            "InService" => String::new(),
            other => format!(" {}", other.to_lowercase()),
        };
        let standing: String = standing.iter().map(|name| format!("+{name}")).collect();
        let [free, units] = ["FreeUnits", "Units"].map(|field| number(host, field));
        format!("{}{state} {free}/{units} {standing}", text(host, "HostId")).trim_end().to_owned()
    }

    /// What its owner is told is what was promised, whatever is out of service.
    fn reservation(&self, (name, who, id): &(String, &str, String), short: &BTreeMap<String, i64>) -> String {
        let item = self.item(who, id);
        let [total, used, free] =
            ["TotalAmount", "UsedAmount", "AvailableAmount"].map(|field| number(&resource(&item), field));
        assert_eq!((total - used, text(&item, "Status").as_str()), (free, "Active"), "{name}");
        let pairs = [REGION, (ID, &**id)];
        let users = self.world.ask(who, "DescribeCapacityReservationInstances", &pairs).expect("a list").body;
        assert_eq!(number(&users, "TotalCount"), used, "{name}");
        let short = short.get(id).map(|slots| format!(" short {slots}")).unwrap_or_default();
        format!("{name} {used}/{total}{short}")
    }
}

fn resource(item: &Body) -> Body {
    list(item, "AllocatedResources")[0].clone()
}

/// What is done, and what is told afterwards; a code: it is refused, and nothing is told otherwise than before.
fn play(rows: &[(&str, &str)]) -> Story {
    let mut story = Story::new();
    for (deed, expected) in rows {
        let before = (story.told(), story.world.ledger.clone());
        let went = story.play(deed);
        if expected.contains('|') {
            assert_eq!((went.as_str(), story.told().as_str()), ("done", *expected), "{deed}");
        } else {
            assert_eq!((went.as_str(), story.told(), &story.world.ledger), (*expected, before.0, &before.1), "{deed}");
        }
    }
    story
}

/// The status of an instance as its owner sees it.
fn status(story: &Story, name: &str) -> String {
    let (who, id) = &story.instances[name];
    text(&story.world.instance(who, id).expect("it is there"), "Status")
}

/// A host fails under promises and instances, others are drained, and it heals as hosts come and come back.
#[test]
fn a_shortfall_from_its_beginning_to_its_end() {
    let story = play(&[
        ("alice reserve r1 xlarge 2", "h1 4/4, h2 4/4 | 1:4 2:2 4:2 | r1 0/2"),
        ("bob reserve r2 large 3", "h1 4/4, h2 4/4 | 1:1 2:2 4:2 | r1 0/2, r2 0/3"),
        ("alice run i1 in r1", "h1 2/4 +i1, h2 4/4 | 1:1 2:2 4:1 | r1 1/2, r2 0/3"),
        ("bob run i2 in r2", "h1 1/4 +i1+i2, h2 4/4 | 1:1 2:1 4:1 | r1 1/2, r2 1/3"),
        ("bob run i3 in r2", "h1 0/4 +i1+i2+i3, h2 4/4 | 1:1 2:1 4:1 | r1 1/2, r2 2/3"),
        // A full host supplied nothing: its instances keep their slots, and nothing is short.
        ("Fail h1", "h1 failed 0/4 +i1+i2+i3, h2 4/4 | 1:1 2:1 4:1 | r1 1/2, r2 2/3"),
        ("Remove h1", "403 OperationDenied.HostInUse"),
        ("Undrain h1", "h1 0/4 +i1+i2+i3, h2 4/4 | 1:1 2:1 4:1 | r1 1/2, r2 2/3"),
        // The other one supplied all that was promised and not launched: both tenants are short of it.
        ("Fail h2", "h1 0/4 +i1+i2+i3, h2 failed 4/4 | 1:-3 2:-1 4:0 | r1 1/2 short 1, r2 2/3 short 1"),
        ("bob reserve r3 large 1", NO_STOCK),
        ("alice reserve r3 xlarge 1", NO_STOCK),
        ("bob resize r2 4", NO_STOCK),
        ("alice run i4 in r1", NO_STOCK),
        ("bob run i4 large", NO_STOCK),
        // What gives up its place is promised again; there is room for one xlarge, and two are wanted.
        ("stop i1", "h1 2/4 +i2+i3, h2 failed 4/4 | 1:-3 2:-1 4:0 | r1 0/2 short 1, r2 2/3 short 1"),
        ("keep i2", "h1 2/4 +i2+i3, h2 failed 4/4 | 1:-3 2:-1 4:0 | r1 0/2 short 1, r2 2/3 short 1"),
        ("start i2", "h1 2/4 +i2+i3, h2 failed 4/4 | 1:-3 2:-1 4:0 | r1 0/2 short 1, r2 2/3 short 1"),
        // Who comes first into what is promised to him takes the room; then the other is short of more.
        ("bob run i4 in r2", "h1 1/4 +i2+i3+i4, h2 failed 4/4 | 1:-3 2:-2 4:0 | r1 0/2 short 2, r2 3/3"),
        ("start i1", NO_STOCK),
        // A drained host keeps what stands on it. What leaves it has no way back.
        ("Drain h1", "h1 draining 1/4 +i2+i3+i4, h2 failed 4/4 | 1:-4 2:-2 4:0 | r1 0/2 short 2, r2 3/3"),
        ("keep i3", "h1 draining 1/4 +i2+i3+i4, h2 failed 4/4 | 1:-4 2:-2 4:0 | r1 0/2 short 2, r2 3/3"),
        ("start i3", "h1 draining 1/4 +i2+i3+i4, h2 failed 4/4 | 1:-4 2:-2 4:0 | r1 0/2 short 2, r2 3/3"),
        ("stop i2", "h1 draining 2/4 +i3+i4, h2 failed 4/4 | 1:-5 2:-2 4:0 | r1 0/2 short 2, r2 2/3 short 1"),
        ("start i2", NO_STOCK),
        ("Remove h2", "h1 draining 2/4 +i3+i4 | 1:-5 2:-2 4:0 | r1 0/2 short 2, r2 2/3 short 1"),
        // A new host heals the large rungs; one small slot lacks still.
        ("register h9", "h1 draining 2/4 +i3+i4, h9 4/4 | 1:-1 2:0 4:1 | r1 0/2, r2 2/3 short 1"),
        ("bob reserve r3 large 1", NO_STOCK),
        ("start i1", "h1 draining 2/4 +i3+i4, h9 2/4 +i1 | 1:-1 2:0 4:0 | r1 1/2, r2 2/3 short 1"),
        ("Undrain h1", "h1 2/4 +i3+i4, h9 2/4 +i1 | 1:1 2:1 4:0 | r1 1/2, r2 2/3"),
        ("start i2", "h1 1/4 +i2+i3+i4, h9 2/4 +i1 | 1:1 2:0 4:0 | r1 1/2, r2 3/3"),
        ("alice run i5 in r1", "h1 1/4 +i2+i3+i4, h9 0/4 +i1+i5 | 1:1 2:0 4:0 | r1 2/2, r2 3/3"),
        ("bob reserve r3 large 1", "h1 1/4 +i2+i3+i4, h9 0/4 +i1+i5 | 1:0 2:0 4:0 | r1 2/2, r2 3/3, r3 0/1"),
    ]);
    for name in ["i1", "i2", "i3", "i4", "i5"] {
        assert_eq!(status(&story, name), "Running", "{name}");
    }
}

/// What frees slots in a shortfall heals it: a smaller reservation, an instance that goes.
#[test]
fn tenants_can_heal_a_shortfall_too() {
    let story = play(&[
        ("alice reserve r1 large 4", "h1 4/4, h2 4/4 | 1:4 2:4 4:2 | r1 0/4"),
        ("bob run i1 xlarge", "h1 2/4 +i1, h2 4/4 | 1:2 2:3 4:1 | r1 0/4"),
        ("Drain h2", "h1 2/4 +i1, h2 draining 4/4 | 1:-2 2:1 4:0 | r1 0/4 short 2"),
        ("alice resize r1 5", NO_STOCK),
        ("alice resize r1 3", "h1 2/4 +i1, h2 draining 4/4 | 1:-1 2:1 4:0 | r1 0/3 short 1"),
        ("delete i1", "h1 4/4, h2 draining 4/4 | 1:1 2:2 4:1 | r1 0/3"),
        ("alice run i2 in r1", "h1 3/4 +i2, h2 draining 4/4 | 1:1 2:1 4:0 | r1 1/3"),
        ("alice run i3 in r1", "h1 2/4 +i2+i3, h2 draining 4/4 | 1:1 2:1 4:0 | r1 2/3"),
        ("bob run i4 xlarge", NO_STOCK),
        ("bob run i4 large", "h1 1/4 +i2+i3+i4, h2 draining 4/4 | 1:0 2:0 4:0 | r1 2/3"),
        // A drained host that is empty may go: it had supplied nothing any more.
        ("Remove h2", "h1 1/4 +i2+i3+i4 | 1:0 2:0 4:0 | r1 2/3"),
        ("alice run i5 in r1", "h1 0/4 +i2+i3+i4+i5 | 1:0 2:0 4:0 | r1 3/3"),
        // The last host fails with everything on it. Nothing lacks, and nothing can be had.
        ("Fail h1", "h1 failed 0/4 +i2+i3+i4+i5 | 1:0 2:0 4:0 | r1 3/3"),
        ("bob reserve r2 large 1", NO_STOCK),
        ("delete i5", "h1 failed 1/4 +i2+i3+i4 | 1:-1 2:0 4:0 | r1 2/3 short 1"),
        ("delete i4", "h1 failed 2/4 +i2+i3 | 1:-1 2:0 4:0 | r1 2/3 short 1"),
        ("alice resize r1 2", "h1 failed 2/4 +i2+i3 | 1:0 2:0 4:0 | r1 2/2"),
    ]);
    assert_eq!(status(&story, "i2"), "Running", "Berth stops nothing by itself");
}

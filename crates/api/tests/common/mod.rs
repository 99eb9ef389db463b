//! A small region and two tenants, and calls as the desk makes them: what is absent is told first, then the
//! operation decides, then its facts are applied.

#![allow(dead_code, reason = "each test file takes what it needs")]

pub mod assurances;
pub mod causes;
pub mod hosts;
pub mod launching;

use api::{Caller, Change, Context, DevelopmentState, Order, Row, operations};
use ledger::commands::{Command, Reserve, Settle};
use ledger::directory::{Account, Directory, Entry as Put, HostClass, InstanceType, LocalName, Region, Zone};
use ledger::{Course, End, Entry, Ledger, Moment, RegionName, Reservation, ReservationId, Shape};
use rpc::body::{Body, Node};
use rpc::encode::percent;
use rpc::fault::Fault;
use rpc::params::Params;
use rpc::render::{Format, answer};

/// 2026-11-23T02:01:00Z
pub const START: u64 = 1_795_399_260;
pub const ALICE: &str = "1059095590880000";
pub const BOB: &str = "1059095590880001";
pub const REGION: (&str, &str) = ("RegionId", "cn-hangzhou");
pub const ID: &str = "PrivatePoolOptions.Id";
pub const NEVER_ISSUED: &str = "crp-bp1neverissued000000";

/// Parameters by name.
pub type Pairs<'a> = Vec<(&'a str, &'a str)>;

/// The same as a constant of a table.
pub type Sent<'a> = &'a [(&'a str, &'a str)];

/// What was decided: facts of the region or of the directory, or orders, and the answer.
#[derive(Debug)]
pub struct Asked {
    pub entries: Vec<Entry>,
    pub puts: Vec<Put>,
    pub orders: Vec<Order>,
    pub body: Body,
}

/// A region: zone h with two hosts of g6 and one of c6, zone i with one of g6, zone k with none. Class r6 has no
/// hosts. A host holds 4 large ones or 2 xlarge ones.
pub struct World {
    pub ledger: Ledger,
    pub directory: Directory,
    pub region: RegionName,
    pub development: DevelopmentState,
    pub now: Moment,
    pub draw: u128,
}

fn shape(vcpus: u32, gib: u64) -> Shape {
    Shape { vcpus, memory_mib: gib * 1024, gpus: 0 }
}

fn zone(name: &str) -> Zone {
    Zone { name: name.into(), local: LocalName::default() }
}

fn region(name: &str, code: &str, zones: &[&str]) -> Put {
    let zones = zones.iter().map(|name| zone(name)).collect();
    Put::RegionPut(Region {
        name: name.into(),
        local: LocalName::default(),
        endpoint: "".into(),
        code: code.into(),
        zones,
    })
}

fn class(name: &str, capacity: Shape, unit: Shape) -> Put {
    Put::ClassPut(HostClass { name: name.into(), capacity, unit, rungs: vec![1, 2, 4], rungs_chosen: true })
}

fn kind(name: &str, class: &str, needs: Shape) -> Put {
    let word: Box<str> = "".into();
    Put::TypePut(InstanceType {
        name: name.into(),
        family: name.rsplit_once('.').expect("a family").0.into(),
        class: class.into(),
        needs,
        gpu_spec: word.clone(),
        category: word.clone(),
        architecture: word.clone(),
        generation: word,
    })
}

impl World {
    pub fn new() -> Self {
        let mut directory = Directory::default();
        let puts = [
            Put::PageKeySet(ledger::directory::PageKey([7; 32])),
            region("cn-hangzhou", "bp1", &["cn-hangzhou-h", "cn-hangzhou-i", "cn-hangzhou-k"]),
            region("cn-shanghai", "uf6", &["cn-shanghai-b"]),
            class("g6", shape(8, 32), shape(2, 8)),
            class("c6", shape(8, 16), shape(2, 4)),
            class("r6", shape(8, 64), shape(2, 16)),
            kind("ecs.g6.large", "g6", shape(2, 8)),
            kind("ecs.g6.xlarge", "g6", shape(4, 16)),
            kind("ecs.g6.8xlarge", "g6", shape(32, 128)),
            kind("ecs.c6.large", "c6", shape(2, 4)),
            kind("ecs.r6.large", "r6", shape(2, 16)),
            Put::AccountPut(Account { id: ALICE.into(), name: "alice".into(), operator: false }),
            Put::AccountPut(Account { id: BOB.into(), name: "bob".into(), operator: false }),
        ];
        puts.iter().for_each(|put| directory.apply(put));
        let mut ledger = Ledger::default();
        for class in ["g6", "c6", "r6"] {
            ledger.apply(&Entry::LadderSet { class: class.into(), rungs: vec![1, 2, 4] });
        }
        let hosts = [("h1", "h", "g6"), ("h2", "h", "g6"), ("h3", "h", "c6"), ("i1", "i", "g6")];
        for (host, zone, class) in hosts {
            let zone = format!("cn-hangzhou-{zone}").as_str().into();
            ledger.apply(&Entry::HostAdded { host: host.into(), zone, class: class.into(), units: 4 });
        }
        Self {
            ledger,
            directory,
            region: "cn-hangzhou".into(),
            development: DevelopmentState::default(),
            now: Moment(START),
            draw: 1,
        }
    }

    /// The same with plenty of hosts.
    pub fn large() -> Self {
        let mut world = Self::new();
        for host in 0..64 {
            let (host, zone) = (format!("more-{host}"), "cn-hangzhou-h".into());
            world.ledger.apply(&Entry::HostAdded {
                host: host.as_str().into(),
                zone,
                class: "g6".into(),
                units: 1 << 10,
            });
        }
        world
    }

    /// Decides, and changes nothing.
    pub fn ask(&self, who: &str, action: &str, pairs: &[(&str, &str)]) -> Result<Asked, Fault> {
        let caller = Caller { account: who.into(), key: "key".into() };
        let context = Context {
            ledger: &self.ledger,
            directory: &self.directory,
            region: &self.region,
            caller: &caller,
            development: Some(&self.development),
            now: self.now,
            draw: self.draw,
        };
        let (row, params) = (row(action), params(pairs)?);
        row.present(&params)?;
        match row.change {
            Change::Region(prepare) => {
                let draft = prepare(&params, &context)?;
                Ok(Asked { entries: draft.entries, puts: Vec::new(), orders: Vec::new(), body: draft.body })
            }
            Change::Directory(prepare) => {
                let draft = prepare(&params, &context)?;
                Ok(Asked { entries: Vec::new(), puts: draft.entries, orders: Vec::new(), body: draft.body })
            }
            Change::Development(prepare) => {
                let draft = prepare(&params, &context)?;
                Ok(Asked { entries: Vec::new(), puts: Vec::new(), orders: draft.entries, body: draft.body })
            }
            Change::History(prepare) => {
                let draft = prepare(&params, &context)?;
                Ok(Asked { entries: Vec::new(), puts: Vec::new(), orders: Vec::new(), body: draft.body })
            }
        }
    }

    /// Decides, and applies what was decided.
    pub fn call(&mut self, who: &str, action: &str, pairs: &[(&str, &str)]) -> Result<Body, Fault> {
        let draft = self.ask(who, action, pairs)?;
        draft.entries.iter().for_each(|entry| self.ledger.apply(entry));
        draft.puts.iter().for_each(|put| self.directory.apply(put));
        draft.orders.iter().for_each(|order| self.development.follow(order, self.now));
        self.draw = self.draw.wrapping_mul(0x2545_f491_4f6c_dd1d).wrapping_add(0x9e37_79b9_7f4a_7c15);
        Ok(draft.body)
    }

    /// Like [`Self::call`], for what has to go well.
    pub fn done(&mut self, who: &str, action: &str, pairs: &[(&str, &str)]) -> Body {
        self.call(who, action, pairs).unwrap_or_else(|fault| panic!("{action} {pairs:?}: {fault:?}"))
    }

    /// A reservation of one `ecs.g6.large` in zone h, with these parameters besides (or instead); its id.
    pub fn reserve(&mut self, who: &str, pairs: &[(&str, &str)]) -> String {
        let body = self.done(who, "CreateCapacityReservation", &with(&create(), pairs));
        text(&body, "PrivatePoolOptionsId")
    }

    /// A window that is like this reservation otherwise, made just now by whoever made that; its id.
    pub fn window(&mut self, like: &str, name: &str, starts: u64, ends: u64) -> String {
        let like = self.ledger.reservation(&ReservationId::parse(like).expect("an id")).expect("it is known").clone();
        let code = format!("bp1{name:0<17}");
        let id = ReservationId::new(like.id.kind(), code.as_bytes().try_into().expect("20 letters")).expect("letters");
        let course = Course::Windowed { notice_seconds: 60, noticed: false };
        let (starts, end) = (Moment(self.now.0 + starts), End::At(Moment(self.now.0 + ends)));
        let command = Reserve { reservation: Reservation { id, course, starts, end, ..like } };
        let (facts, ()) = command.decide(&self.ledger, self.now).expect("there is room");
        facts.iter().for_each(|fact| self.ledger.apply(fact));
        id.to_string()
    }

    /// Launches one `ecs.g6.large` in zone h, with these parameters besides (or instead); the ids.
    pub fn launch(&mut self, who: &str, pairs: &[(&str, &str)]) -> Vec<String> {
        let one = vec![REGION, ("ZoneId", "cn-hangzhou-h"), ("InstanceType", "ecs.g6.large")];
        texts(&self.done(who, "RunInstances", &with(&one, pairs)), "InstanceIdSets")
    }

    /// The caller's instance as DescribeInstances shows it; nothing if there is none.
    pub fn instance(&self, who: &str, id: &str) -> Option<Body> {
        let ids = format!("[{id:?}]");
        let body = self.ask(who, "DescribeInstances", &[REGION, ("InstanceIds", &ids)]).expect("a list").body;
        list(&body, "Instances").first().map(|item| (*item).clone())
    }

    /// Time passes, and what falls due is done.
    pub fn pass(&mut self, seconds: u64) {
        self.now = self.now.plus(seconds);
        let Ok((facts, ())) = (Settle { most: 1000, keep_released_seconds: 3600 }).decide(&self.ledger, self.now);
        facts.iter().for_each(|fact| self.ledger.apply(fact));
    }

    /// The items of a listing.
    pub fn listed(&self, who: &str, pairs: &[(&str, &str)]) -> Vec<String> {
        let draft = self.ask(who, "DescribeCapacityReservations", &with(&vec![REGION], pairs));
        ids(&draft.unwrap_or_else(|fault| panic!("{pairs:?}: {fault:?}")).body)
    }
}

/// What CreateCapacityReservation needs at least.
pub fn create() -> Pairs<'static> {
    vec![REGION, ("ZoneId.1", "cn-hangzhou-h"), ("InstanceType", "ecs.g6.large"), ("InstanceAmount", "1")]
}

/// These pairs, with some set otherwise; `-` takes one away.
pub fn with<'a>(pairs: &Pairs<'a>, changes: &[(&'a str, &'a str)]) -> Pairs<'a> {
    let kept = pairs.iter().filter(|(name, _)| changes.iter().all(|(changed, _)| changed != name));
    kept.chain(changes.iter().filter(|(_, value)| *value != "-")).copied().collect()
}

pub fn row(action: &str) -> &'static Row {
    operations::find(action).unwrap_or_else(|| panic!("no row for {action}"))
}

pub fn params(pairs: &[(&str, &str)]) -> Result<Params, Fault> {
    let pieces: Vec<String> =
        pairs.iter().map(|(name, value)| format!("{}={}", percent(name), percent(value))).collect();
    Params::read(Some(&pieces.join("&")), &[])
}

/// The text of a field.
pub fn text(body: &Body, field: &str) -> String {
    match body.get(field) {
        Some(Node::Text(text)) => text.to_string(),
        other => panic!("{field} is {other:?}"),
    }
}

/// The number in a field.
pub fn number(body: &Body, field: &str) -> i64 {
    match body.get(field) {
        Some(Node::Integer(number)) => *number,
        other => panic!("{field} is {other:?}"),
    }
}

/// The truth value of a field.
pub fn flag(body: &Body, field: &str) -> bool {
    match body.get(field) {
        Some(Node::Flag(flag)) => *flag,
        other => panic!("{field} is {other:?}"),
    }
}

/// The objects of a list.
pub fn list<'a>(body: &'a Body, field: &str) -> Vec<&'a Body> {
    let Some(Node::List { nodes, .. }) = body.get(field) else { panic!("{field} is no list") };
    let object = |node: &'a Node| match node {
        Node::Object(body) => body,
        other => panic!("{other:?} in {field}"),
    };
    nodes.iter().map(object).collect()
}

/// The texts of a list.
pub fn texts(body: &Body, field: &str) -> Vec<String> {
    let Some(Node::List { nodes, .. }) = body.get(field) else { panic!("{field} is no list") };
    let text = |node: &Node| match node {
        Node::Text(text) => text.to_string(),
        other => panic!("{other:?} in {field}"),
    };
    nodes.iter().map(text).collect()
}

/// The ids of a listing.
pub fn ids(body: &Body) -> Vec<String> {
    list(body, "CapacityReservationSet").iter().map(|item| text(item, "PrivatePoolOptionsId")).collect()
}

/// An answer in both formats, a line each.
pub fn shown(action: &str, body: &Body) -> String {
    let show = |format| {
        let bytes = answer(format, action, "473469C7-AA6F-4DC5-B3DB-A3DC0DE3C83E", body);
        String::from_utf8(bytes).expect("answers are UTF-8")
    };
    format!("{}\n{}", show(Format::Json), show(Format::Xml))
}

/// Whether an answer is this fault; `InvalidParameter` may say more than its constant.
pub fn is(answer: &Fault, expected: &Fault) -> bool {
    let begins = answer.message.starts_with(expected.message.trim_end_matches('.'));
    (answer.status, answer.code) == (expected.status, expected.code) && begins
}

/// The status and code of what was refused.
pub fn refused<T: std::fmt::Debug>(answer: Result<T, Fault>) -> (u16, &'static str) {
    let fault = answer.expect_err("a fault was expected");
    (fault.status, fault.code)
}

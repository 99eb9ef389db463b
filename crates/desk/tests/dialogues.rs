//! Replays the golden dialogues of `contract/` against the real operations, desks and ledgers, with the clock of the
//! dialogue and the fleet of `contract/fleet.toml`. Everything is durable at once, in memory.
#![allow(clippy::disallowed_methods, reason = "the test reads the files it plays")]
#![allow(clippy::expect_used, reason = "a test that cannot go on has failed")]

use api::{Caller, Change, Context, DevelopmentState, Order, Prepare, Row, Strike, Told, operations};
use desk::{Action, Call, Desk, DirectoryDesk, Looker, Reply, Settings};
use ledger::directory::{Account, Directory, Entry as Known, HostClass, InstanceType, LocalName, Region, Zone};
use ledger::{Entry, KeyId, Ledger, Moment, RegionName, Shape};
use rpc::encode::percent;
use rpc::fault::common;
use rpc::params::Params;
use rpc::render::{self, Format};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use store::format::Chunks;
use store::{Image, Memory, Piece, Store};
use toml::{Table, Value};

#[path = "../../../xtask/src/dialogue.rs"]
mod dialogue;
use dialogue::{Bound, Step};

fn contract() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../contract")
}

fn text<'a>(table: &'a Table, key: &str) -> &'a str {
    table.get(key).and_then(Value::as_str).unwrap_or_else(|| panic!("fleet.toml: no text {key} in {table:?}"))
}

fn number(table: &Table, key: &str) -> u32 {
    let number = table.get(key).and_then(Value::as_integer).expect("fleet.toml: a number");
    u32::try_from(number).expect("fleet.toml: a small number")
}

fn tables<'a>(table: &'a Table, key: &str) -> impl Iterator<Item = &'a Table> {
    let all = table.get(key).and_then(Value::as_array).expect("fleet.toml: a list");
    all.iter().map(|item| item.as_table().expect("fleet.toml: a table"))
}

fn local(table: &Table) -> LocalName {
    let name = table.get("name").and_then(Value::as_table).expect("fleet.toml: a name");
    LocalName { english: text(name, "english").into(), chinese: text(name, "chinese").into() }
}

fn shape(table: &Table) -> Shape {
    let memory_mib = u64::from(number(table, "memory_gib")) * 1024;
    Shape { vcpus: number(table, "cpu"), memory_mib, gpus: number(table, "gpu") }
}

fn directory(fleet: &Table) -> Directory {
    let mut directory = Directory::default();
    for account in tables(fleet, "account") {
        let (id, name) = (text(account, "id").into(), text(account, "name").into());
        directory.apply(&Known::AccountPut(Account { id, name, operator: false }));
    }
    for region in tables(fleet, "region") {
        let zones = tables(region, "zones").map(|zone| Zone { name: text(zone, "id").into(), local: local(zone) });
        directory.apply(&Known::RegionPut(Region {
            name: text(region, "id").into(),
            local: local(region),
            endpoint: text(region, "endpoint").into(),
            code: text(region, "code").into(),
            zones: zones.collect(),
        }));
    }
    let types: BTreeMap<&str, &Table> = tables(fleet, "type").map(|kind| (text(kind, "id"), kind)).collect();
    for class in tables(fleet, "class") {
        let rungs = class.get("rungs").and_then(Value::as_array).expect("fleet.toml: rungs").iter();
        let rungs = rungs.filter_map(Value::as_integer).map(|rung| u32::try_from(rung).expect("fleet.toml: a rung"));
        directory.apply(&Known::ClassPut(HostClass {
            name: text(class, "id").into(),
            capacity: shape(class),
            unit: shape(types[text(class, "unit")]),
            rungs: rungs.collect(),
            rungs_chosen: true,
        }));
    }
    for kind in types.values() {
        directory.apply(&Known::TypePut(InstanceType {
            name: text(kind, "id").into(),
            family: text(kind, "family").into(),
            class: text(kind, "class").into(),
            needs: shape(kind),
            gpu_spec: text(kind, "gpu_spec").into(),
            category: text(kind, "category").into(),
            architecture: text(kind, "architecture").into(),
            generation: text(kind, "generation").into(),
        }));
    }
    directory
}

/// A server without a network: a desk a region, the caller and the clock of the dialogue.
struct Stage {
    accounts: BTreeMap<String, String>,
    directory: DirectoryDesk,
    regions: BTreeMap<RegionName, Here>,
    caller: String,
    now: Moment,
    drawn: u128,
    development: DevelopmentState,
    /// As it was at the beginning, and at each snapshot.
    kept: BTreeMap<Box<str>, Kept>,
}

/// A region: its desk, and where that remembers.
struct Here {
    desk: Desk<()>,
    store: Memory,
    looker: Looker,
}

/// Everything, as checkpoints keep it.
#[derive(Clone)]
struct Kept {
    now: Moment,
    directory: (u64, [Piece<Known>; 2]),
    regions: BTreeMap<RegionName, Image>,
}

/// How the beginning is called; no snapshot can be called so.
const BEGINNING: &str = "";

impl Stage {
    fn new(fleet: &Table) -> Self {
        let account = |it: &Table| (text(it, "name").to_owned(), text(it, "id").to_owned());
        let mut stage = Self {
            accounts: tables(fleet, "account").map(account).collect(),
            directory: DirectoryDesk::new(1),
            regions: BTreeMap::new(),
            caller: "alice".to_owned(),
            now: moment("2026-11-23T02:01:00Z"),
            drawn: 1,
            development: DevelopmentState::default(),
            kept: BTreeMap::new(),
        };
        let batch = stage.directory.record(stage.now, directory(fleet).entries()).expect("a fleet");
        stage.directory.keep(&batch);
        for region in stage.directory.directory().regions.values() {
            let desk = Desk::new(settings(&region.name));
            let mut here = Here { desk, store: Memory::unbounded(), looker: Looker::default() };
            let (mut actions, facts) = (Vec::new(), stage.facts(fleet, region));
            here.desk.record(stage.now, &facts, &mut actions);
            here.commit(actions);
            stage.regions.insert(region.name.clone(), here);
        }
        stage.keep(BEGINNING);
        stage
    }

    fn facts(&self, fleet: &Table, region: &Region) -> Vec<Entry> {
        let classes = self.directory.directory().classes.values();
        let ladders = classes.map(|it| Entry::LadderSet { class: it.name.clone(), rungs: it.rungs.clone() });
        let here =
            tables(fleet, "host").filter(|host| region.zones.iter().any(|it| it.name.as_str() == text(host, "zone")));
        let hosts = here.map(|host| Entry::HostAdded {
            host: text(host, "id").into(),
            zone: text(host, "zone").into(),
            class: text(host, "class").into(),
            units: self.directory.directory().classes[text(host, "class")].units(),
        });
        ladders.chain(hosts).collect()
    }

    /// What the gate does behind the signature, and then the desk.
    fn ask(&mut self, action: &str, params: Params) -> Reply {
        let row = operations::find(action).ok_or(common::INVALID_ACTION)?;
        row.present(&params)?;
        self.drawn = self.drawn.wrapping_mul(0x9E37_79B9_7F4A_7C15_F39C_C060_5CED_C835).wrapping_add(11);
        let caller = Caller { account: self.accounts[&self.caller].as_str().into(), key: KeyId::from("key") };
        let region = match row.change {
            Change::Region(_) | Change::History(_) => Some(row.region(&params, self.directory.directory())?.clone()),
            Change::Directory(_) => None,
            Change::Development(prepare) => return self.order(row, prepare, &params, &caller),
        };
        let call = Call {
            waiter: (),
            row,
            params,
            caller,
            source: "127.0.0.1".into(),
            request_id: "REQUEST".into(),
            nonce: [0; 16],
            directory: Arc::clone(self.directory.directory()),
            wall: self.now,
            draw: self.drawn,
        };
        let Some(region) = region else {
            let decided = self.directory.call(&call)?;
            decided.batch.iter().for_each(|batch| self.directory.keep(batch));
            return Ok(decided.body);
        };
        let here = self.regions.get_mut(&region).ok_or_else(|| row.unknown_region.clone())?;
        let mut actions = Vec::new();
        here.desk.call(call, &mut actions);
        here.commit(actions).expect("it is durable, so it is answered")
    }

    /// What a server for development does itself.
    fn order(&mut self, row: &Row, prepare: Prepare<Order>, params: &Params, caller: &Caller) -> Reply {
        let (ledger, region) = (Ledger::default(), RegionName::from(""));
        let directory = self.directory.directory();
        let (ledger, region, development) = (&ledger, &region, Some(&self.development));
        let context = Context { ledger, directory, region, caller, development, now: self.now, draw: 0 };
        let draft = prepare(params, &context)?;
        if row.is_dry_run(params)? {
            return Err(row.dry_run.clone());
        }
        for order in draft.entries {
            self.development.follow(&order, self.now);
            match order {
                Order::Clock { hour, .. } => self.now = hour,
                Order::Snapshot(name) => self.keep(&name),
                Order::Restore(name) => self.take_back(&name),
                Order::Reset => self.take_back(BEGINNING),
                Order::Inject(_) | Order::Clear(_) => {}
            }
            for here in self.regions.values_mut() {
                let mut actions = Vec::new();
                here.desk.tick(self.now, &mut actions);
                here.commit(actions);
            }
        }
        Ok(draft.body)
    }

    fn keep(&mut self, name: &str) {
        let regions = self.regions.iter().map(|(region, here)| (region.clone(), here.image())).collect();
        let directory = (self.directory.revision(), self.directory.pieces());
        self.kept.insert(name.into(), Kept { now: self.now, directory, regions });
    }

    fn take_back(&mut self, name: &str) {
        let Kept { now, directory: (revision, pieces), regions } = self.kept[name].clone();
        self.now = now;
        self.directory = DirectoryDesk::new(1);
        pieces.into_iter().for_each(|piece| self.directory.restore(revision, piece));
        for (region, here) in &mut self.regions {
            here.store.put(&regions[region]);
            here.desk = Desk::load(&here.store, settings(region)).expect("an image can be loaded");
            here.looker = Looker::default();
        }
    }

    /// What is answered in the end, as bytes: an injected fault takes the place of the answer that it meets.
    fn answer(&mut self, action: &str, params: Params) -> (u16, Vec<u8>) {
        let format = params.text("Format").and_then(Format::parse).unwrap_or(Format::Json);
        let strike = operations::find(action).and_then(|row| self.development.strike(row));
        let prevented = strike.as_ref().is_some_and(Strike::prevents);
        let reply = (!prevented).then(|| self.ask(action, params));
        match (strike.map(|strike| strike.told), reply) {
            (Some(Told::Fault { status, code, message }), _) => {
                (status, render::trouble(format, "REQUEST", "127.0.0.1", None, (&code, &message)))
            }
            (Some(Told::Cut), _) => panic!("a dialogue cannot show that a connection ends"),
            (_, Some(Ok(body))) => (200, render::answer(format, action, "REQUEST", &body)),
            (_, Some(Err(fault))) => (fault.status, render::fault(format, "REQUEST", "127.0.0.1", None, &fault)),
            (_, None) => unreachable!("something is told"),
        }
    }

    fn play(&mut self, step: &Step, bound: &mut Bound) -> Result<(), String> {
        match step {
            Step::At { time } => self.now = moment(time),
            Step::As { account } => self.caller.clone_from(account),
            Step::Call(call) => {
                let pairs = call.parameters.iter().map(|(name, value)| (name, bound.fill(value)));
                let query: Vec<String> =
                    pairs.map(|(name, value)| format!("{}={}", percent(name), percent(&value))).collect();
                let params = Params::read(Some(&query.join("&")), b"").map_err(|it| format!("{it:?}"))?;
                let (status, body) = self.answer(&call.action, params);
                let body = String::from_utf8(body).map_err(|it| it.to_string())?;
                if status != call.status {
                    return Err(format!("line {}: {status} instead of {}: {body}", call.line, call.status));
                }
                bound.expect(&call.body, &body).map_err(|it| format!("line {}: {it}", call.line))?;
            }
        }
        Ok(())
    }
}

fn settings(region: &RegionName) -> Settings {
    Settings { region: region.clone(), run: 1, keep_released_seconds: 30 * 86_400 }
}

impl Here {
    /// What the store remembers, once it has been checkpointed.
    fn image(&self) -> Image {
        let (revision, pieces) = (self.desk.revision(), self.desk.pieces(100).expect("all is durable"));
        if self.store.checkpoint().expect("memory").map_or(0, |head| head.revision) < revision {
            let mut chunks = Chunks::new(self.store.begin_checkpoint(revision).expect("a writer"));
            pieces.iter().for_each(|piece| chunks.piece(piece).expect("a piece"));
            chunks.finish().expect("a checkpoint");
        }
        self.store.image().expect("the checkpoint stands for all")
    }

    /// Makes everything durable; gives the answer that leaves, if one does.
    fn commit(&mut self, actions: Vec<Action<()>>) -> Option<Reply> {
        let (mut actions, mut answer) = (actions, None);
        while !actions.is_empty() {
            let mut next = Vec::new();
            for action in actions {
                match action {
                    Action::Append(batch) => {
                        let outcome = self.store.append(&batch.frame);
                        assert!(self.desk.appended(&outcome, &mut next), "the desk goes on");
                        self.desk.go_on(&mut next);
                    }
                    Action::Answer((), reply) => answer = Some(reply),
                    Action::Search((), search) => {
                        let found = self.looker.look(&self.store, &search, &mut |_| {});
                        answer = Some(Ok(found.expect("memory can be read")));
                    }
                }
            }
            actions = next;
        }
        answer
    }
}

fn moment(text: &str) -> Moment {
    Moment(rpc::time::parse_either(text).unwrap_or_else(|| panic!("{text} is no time")))
}

#[test]
fn every_dialogue_is_answered_as_it_is_written() {
    let fleet = std::fs::read_to_string(contract().join("fleet.toml")).expect("contract/fleet.toml");
    let fleet: Table = fleet.parse().expect("fleet.toml is TOML");
    let (mut played, mut wrong) = (0, Vec::new());
    for folder in std::fs::read_dir(contract()).expect("contract/") {
        let folder = folder.expect("contract/ can be listed").path();
        for file in std::fs::read_dir(&folder).into_iter().flatten() {
            let path = file.expect("a folder can be listed").path();
            if path.extension().is_none_or(|it| it != "http") {
                continue;
            }
            let story = std::fs::read_to_string(&path).expect("a dialogue can be read");
            let steps = dialogue::read(&story).expect("a dialogue is well formed");
            let (mut stage, mut bound) = (Stage::new(&fleet), Bound::default());
            let outcome = steps.iter().try_for_each(|step| stage.play(step, &mut bound));
            wrong.extend(outcome.err().map(|it| format!("{}: {it}", path.display())));
            played += 1;
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    assert!(played >= 13, "only {played} dialogues");
}

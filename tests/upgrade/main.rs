//! Data as each released version wrote it: it opens, shows what it showed then, takes changes, and survives a kill. How
//! one is added stands in `tests/upgrade/README.md`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use clap::Parser;
use rig::config::{self, Plan, REGION, TYPE, Written, ZONE};
use rig::{Client, Key, Server, server};
use serde_json::{Value, json};
use tempfile::TempDir;

const HOSTS: u64 = 4;
/// Some of the records are in a checkpoint, the others in the journal after it.
const CHECKPOINT_EVERY_RECORDS: u64 = 12;

#[derive(Parser)]
#[command(about = "Data of released versions opens")]
struct Arguments {
    /// The binary
    #[arg(long)]
    berth: PathBuf,
    /// Where the data of each version stand
    #[arg(long)]
    versions: PathBuf,
    /// Writes data of this binary there, under this name, in place of reading them
    #[arg(long, value_name = "VERSION")]
    make: Option<String>,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let done = match &arguments.make {
        Some(version) => make(&arguments.berth, &arguments.versions.join(version)),
        None => read_all(&arguments.berth, &arguments.versions),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("upgrade: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// A server on data of its own.
struct Site {
    written: Written,
    address: String,
    folder: TempDir,
}

impl Site {
    fn new() -> Result<Self> {
        let folder = TempDir::new()?;
        let port = server::free_port()?;
        let plan = Plan { checkpoint_every_records: CHECKPOINT_EVERY_RECORDS, ..Plan::new(port, HOSTS) };
        let written = config::write(folder.path(), plan)?;
        // What was released has to be seen for as long as this version is read.
        let text = fs::read_to_string(&written.file)?.replace("[store]", "[store]\nkeep_released_days = 36500");
        fs::write(&written.file, text)?;
        Ok(Self { written, address: format!("127.0.0.1:{port}"), folder })
    }

    fn start(&self, berth: &Path) -> Result<Server> {
        let file = self.written.file.to_str().context("a path that is no text")?;
        Server::start(berth, &["serve", "--config", file], &self.address, &self.folder.path().join("log"))
    }

    /// All that both accounts see.
    fn shown(&self) -> Result<Value> {
        let of = |key: &Key| -> Result<Value> {
            let mut client = Client::new(&self.address, key);
            Ok(json!({
                "reservations": client.reservations(REGION, &[])?,
                "instances": client.instances(REGION, &[])?,
            }))
        };
        Ok(json!({ "first": of(&self.written.first)?, "second": of(&self.written.second)? }))
    }
}

fn read_all(berth: &Path, versions: &Path) -> Result<()> {
    let mut read = 0;
    let versions = fs::canonicalize(versions).with_context(|| versions.display().to_string())?;
    for entry in fs::read_dir(&versions)? {
        let path = entry?.path();
        if path.is_dir() {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            read_one(berth, &path).with_context(|| format!("data of {name}"))?;
            println!("data of {name} open, show what they showed, and go on");
            read += 1;
        }
    }
    ensure!(read > 0, "no data in {}", versions.display());
    Ok(())
}

fn read_one(berth: &Path, version: &Path) -> Result<()> {
    let site = Site::new()?;
    let unpacked =
        Command::new("tar").arg("-xzf").arg(version.join("data.tar.gz")).current_dir(site.folder.path()).status()?;
    ensure!(unpacked.success(), "tar: {unpacked}");
    let expected: Value = serde_json::from_str(&fs::read_to_string(version.join("shown.json"))?)?;
    let verified = Command::new(berth).args(["store", "verify"]).arg(&site.written.data).output()?;
    ensure!(verified.status.success(), "store verify: {}", String::from_utf8_lossy(&verified.stderr));
    let running = site.start(berth)?;
    same(&site.shown()?, &expected)?;
    let id = reserve(&mut Client::new(&site.address, &site.written.first), "3", "later")?;
    let after = site.shown()?;
    running.kill()?;
    let running = site.start(berth)?;
    same(&site.shown()?, &after).context("after a kill")?;
    let mut client = Client::new(&site.address, &site.written.first);
    call(&mut client, "ReleaseCapacityReservation", &[("PrivatePoolOptions.Id", &id)])?;
    running.stop()
}

fn same(seen: &Value, expected: &Value) -> Result<()> {
    ensure!(seen == expected, "it shows\n{seen:#}\nand not\n{expected:#}");
    Ok(())
}

/// Writes data with a bit of everything that does not change with time.
fn make(berth: &Path, version: &Path) -> Result<()> {
    let site = Site::new()?;
    let running = site.start(berth)?;
    let mut first = Client::new(&site.address, &site.written.first);
    let mut second = Client::new(&site.address, &site.written.second);
    let held = reserve(&mut first, "3", "held")?;
    let used = reserve(&mut first, "4", "used")?;
    let over = reserve(&mut first, "2", "over")?;
    reserve(&mut second, "5", "foreign")?;
    let launch = |client: &mut Client, id: &str, amount: &str| {
        let pool = [("PrivatePoolOptions.MatchCriteria", "Target"), ("PrivatePoolOptions.Id", id)];
        let asked = [("ZoneId", ZONE), ("InstanceType", TYPE), ("Amount", amount), ("InstanceName", "node")];
        call(client, "RunInstances", &[&asked[..], &pool[..]].concat())
    };
    let ids = launch(&mut first, &used, "3")?["InstanceIdSets"]["InstanceIdSet"].clone();
    launch(&mut first, &over, "1")?;
    let id = |at: usize| ids[at].as_str().unwrap_or_default().to_owned();
    call(&mut first, "StopInstances", &[("InstanceId.1", &id(0)), ("StoppedMode", "StopCharging")])?;
    call(&mut first, "StopInstances", &[("InstanceId.1", &id(1)), ("StoppedMode", "KeepCharging")])?;
    call(&mut first, "ReleaseCapacityReservation", &[("PrivatePoolOptions.Id", &over)])?;
    let tag = [("ResourceType", "capacityreservation"), ("Tag.1.Key", "team"), ("Tag.1.Value", "容量")];
    call(&mut first, "TagResources", &[&tag[..], &[("ResourceId.1", &held)]].concat())?;
    let change = [("PrivatePoolOptions.Id", held.as_str()), ("InstanceAmount", "6"), ("Description", "changed")];
    call(&mut first, "ModifyCapacityReservation", &change)?;
    while !has_checkpoint(&site.written.data.join(REGION))? {
        call(&mut first, "TagResources", &[&tag[..], &[("ResourceId.1", &held)]].concat())?;
        thread::sleep(Duration::from_millis(20));
    }
    call(&mut first, "UntagResources", &[&tag[..1], &[("ResourceId.1", &used), ("All", "true")]].concat())?;
    running.kill()?;
    let running = site.start(berth)?;
    let shown = site.shown()?;
    running.kill()?;
    fs::create_dir_all(version)?;
    fs::write(version.join("shown.json"), format!("{shown:#}\n"))?;
    let data = site.written.data.file_name().context("a folder without a name")?;
    let to = fs::canonicalize(version)?.join("data.tar.gz");
    let packed =
        Command::new("tar").args(["--sparse", "-czf"]).arg(&to).arg(data).current_dir(site.folder.path()).status()?;
    ensure!(packed.success(), "tar: {packed}");
    println!("{} has {} bytes", to.display(), fs::metadata(&to)?.len());
    Ok(())
}

fn has_checkpoint(folder: &Path) -> Result<bool> {
    let names = fs::read_dir(folder)?.map(|entry| Ok(entry?.file_name().into_string().unwrap_or_default()));
    let names = names.collect::<Result<Vec<String>>>()?;
    Ok(names.iter().any(|name| name.starts_with("checkpoint-") && name.ends_with(".log")))
}

fn reserve(client: &mut Client, amount: &str, name: &str) -> Result<String> {
    let asked = [
        ("ZoneId.1", ZONE),
        ("InstanceType", TYPE),
        ("InstanceAmount", amount),
        ("PrivatePoolOptions.Name", name),
        ("Tag.1.Key", "made-by"),
        ("Tag.1.Value", "the upgrade test"),
    ];
    let answer = call(client, "CreateCapacityReservation", &asked)?;
    Ok(answer["PrivatePoolOptionsId"].as_str().context("no id")?.to_owned())
}

fn call(client: &mut Client, action: &str, params: &[(&str, &str)]) -> Result<Value> {
    let params = [&[("RegionId", REGION)], params].concat();
    Ok(client.call(action, &params)?.good().with_context(|| action.to_owned())?.json)
}

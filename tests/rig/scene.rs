//! A scene for requests that may be bad: a running server, two accounts with their reservations and instances, and a
//! look at everything that can be seen, before and after.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use rpc::signature::client::Signed;
use serde_json::Value;
use tempfile::TempDir;

use crate::call::{Client, Key};
use crate::clock;
use crate::config::{self, Plan, REGION, TYPE, ZONE};
use crate::http::{Response, request};
use crate::server::{self, Server};

/// An id of the right form that nobody was ever given.
pub const NEVER: &str = "crp-bp1zzzzzzzzzzzzzzzzz";
/// The same of an instance.
pub const NO_INSTANCE: &str = "i-bp1zzzzzzzzzzzzzzzzz";
/// How long the server waits for a head and for a body.
pub const PATIENCE_SECONDS: u32 = 3;

/// Ids, page tokens and the like, by the names that tests have for them.
pub type Values = BTreeMap<String, String>;

/// Everything a case needs.
pub struct Scene {
    /// The server.
    pub server: Server,
    /// Who the cases are about.
    pub first: Client,
    /// A stranger to the first.
    pub second: Client,
    /// The first one's key.
    pub key: Key,
    /// What stands in for names in the table.
    pub values: Values,
    /// What it writes to, here as elsewhere.
    pub log: PathBuf,
    /// Its data.
    pub data: PathBuf,
    binary: PathBuf,
    file: String,
    /// Where all that is; removed at the end.
    pub folder: TempDir,
}

impl Scene {
    /// Starts a server and sets the scene.
    ///
    /// # Errors
    /// When it does not start, or refuses what is good.
    pub fn set(binary: &Path) -> Result<Self> {
        Self::set_with(binary, TempDir::new()?, Self::plan())
    }

    /// What a scene is like, if nothing else is asked for.
    #[must_use]
    pub const fn plan() -> Plan<'static> {
        Plan { patience_seconds: PATIENCE_SECONDS, ..Plan::new(0, 4) }
    }

    /// The same with a plan of one's own, whose port does not count, in a folder that holds what the plan names.
    ///
    /// # Errors
    /// As [`Scene::set`].
    pub fn set_with(binary: &Path, folder: TempDir, plan: Plan<'_>) -> Result<Self> {
        let port = server::free_port()?;
        let plan = Plan { port, ..plan };
        let written = config::write(folder.path(), plan)?;
        let file = written.file.to_str().context("a path that is no text")?.to_owned();
        let address = format!("127.0.0.1:{port}");
        let log = folder.path().join("log");
        let server = Server::start(binary, &["serve", "--config", &file], &address, &log)?;
        let (first, second) = (Client::new(&address, &written.first), Client::new(&address, &written.second));
        let (key, data, binary) = (written.first, written.data, binary.to_owned());
        let values = Values::new();
        let mut scene = Self { server, first, second, key, values, log, data, binary, file, folder };
        scene.furnish()?;
        Ok(scene)
    }

    /// Ends the server, in good order or not, and starts it again on the same data.
    ///
    /// # Errors
    /// When it does not end or does not start.
    pub fn restart(self, kill: bool) -> Result<Self> {
        let address = self.server.address().to_owned();
        if kill {
            self.server.kill()?;
        } else {
            self.server.stop()?;
        }
        let server = Server::start(&self.binary, &["serve", "--config", &self.file], &address, &self.log)?;
        // Connections ended with the process.
        let (first, second) = (self.first.anew(), self.second.anew());
        Ok(Self { server, first, second, ..self })
    }

    fn furnish(&mut self) -> Result<()> {
        let tags = [("Tag.1.Key", "keep"), ("Tag.1.Value", "me"), ("Tag.2.Key", "team"), ("Tag.2.Value", "容量")];
        let end = clock::seconds_text(clock::now() + 30 * 24 * 3600);
        let limited = [("EndTimeType", "Limited"), ("EndTime", end.as_str())];
        let mine = create(&mut self.first, &tags)?;
        let limited = create(&mut self.first, &limited)?;
        let released = create(&mut self.first, &[])?;
        release(&mut self.first, &released)?;
        create(&mut self.first, &tags)?;
        let foreign = create(&mut self.second, &[])?;
        create(&mut self.second, &[])?;
        let full = create(&mut self.first, &[("PrivatePoolOptions.MatchCriteria", "Target")])?;
        let into = [("PrivatePoolOptions.MatchCriteria", "Target"), ("PrivatePoolOptions.Id", full.as_str())];
        let runs = launch(&mut self.first, &into)?;
        let stopped = launch(&mut self.first, &[])?;
        self.first.call("StopInstance", &[("InstanceId", &stopped)])?.good()?;
        let theirs = launch(&mut self.second, &[])?;
        let listing = [("RegionId", REGION), ("MaxResults", "1")];
        let page = self.first.call("DescribeCapacityReservations", &listing)?.good()?;
        let their_page = self.second.call("DescribeCapacityReservations", &listing)?.good()?;
        for (name, value) in [
            ("mine", mine.as_str()),
            ("limited", &limited),
            ("released", &released),
            ("foreign", &foreign),
            ("never", NEVER),
            ("full", &full),
            ("runs", &runs),
            ("stopped", &stopped),
            ("theirs", &theirs),
            ("nothing", NO_INSTANCE),
            ("page", page.text("NextToken")),
            ("their page", their_page.text("NextToken")),
        ] {
            ensure!(!value.is_empty(), "{name} is empty");
            self.values.insert(name.to_owned(), value.to_owned());
        }
        let token = fill_page_of_tags(&mut self.first)?;
        self.values.insert("page of tags".to_owned(), token);
        Ok(())
    }

    /// Everything either account can see, and whether there is stock.
    ///
    /// # Errors
    /// When a listing is refused.
    pub fn look(&mut self) -> Result<Vec<Value>> {
        let mut seen = Vec::new();
        for client in [&mut self.first, &mut self.second] {
            seen.extend(client.reservations(REGION, &[])?);
            seen.extend(client.instances(REGION, &[])?);
        }
        let params = [("RegionId", REGION), ("DestinationResource", "InstanceType"), ("ZoneId", ZONE)];
        let stock = self.first.call("DescribeAvailableResource", &params)?.good()?;
        seen.push(stock.json.get("AvailableZones").cloned().unwrap_or_default());
        Ok(seen)
    }

    /// Sends it.
    ///
    /// # Errors
    /// No whole answer.
    pub fn send(&mut self, signed: &Signed) -> Result<Response> {
        self.first.send(signed)
    }

    /// Sees that the server runs and has not panicked.
    ///
    /// # Errors
    /// When it does not, or has.
    pub fn healthy(&mut self) -> Result<()> {
        self.server.alive()?;
        let log = self.server.log()?;
        let panic = log.lines().find(|line| line.contains("panicked"));
        ensure!(panic.is_none(), "the log has a panic: {panic:?}");
        Ok(())
    }

    /// The bytes of a good request that lists one reservation.
    #[must_use]
    pub fn good_request(&self) -> Vec<u8> {
        let signed = self.first.sign("DescribeCapacityReservations", &[("RegionId", REGION), ("MaxResults", "1")]);
        request("POST", &signed.target, &signed.headers, signed.body.as_bytes())
    }
}

/// Creates a reservation of one instance.
///
/// # Errors
/// When that is refused.
pub fn create(client: &mut Client, more: &[(&str, &str)]) -> Result<String> {
    let good = [("RegionId", REGION), ("ZoneId.1", ZONE), ("InstanceType", TYPE), ("InstanceAmount", "1")];
    let answer = client.call("CreateCapacityReservation", &[&good, more].concat())?.good()?;
    Ok(answer.text("PrivatePoolOptionsId").to_owned())
}

/// Launches one instance; without more it takes no reservation's slot.
///
/// # Errors
/// When that is refused.
pub fn launch(client: &mut Client, more: &[(&str, &str)]) -> Result<String> {
    let mut asked = vec![("RegionId", REGION), ("ZoneId", ZONE), ("InstanceType", TYPE)];
    asked.extend(if more.is_empty() { &[("PrivatePoolOptions.MatchCriteria", "None")] } else { more });
    let answer = client.call("RunInstances", &asked)?.good()?;
    let ids = answer.list("InstanceIdSets", "InstanceIdSet")?;
    Ok(ids.first().and_then(Value::as_str).context("no id")?.to_owned())
}

/// Releases a reservation.
///
/// # Errors
/// When that is refused.
pub fn release(client: &mut Client, id: &str) -> Result<()> {
    let params = [("RegionId", REGION), ("PrivatePoolOptions.Id", id)];
    client.call("ReleaseCapacityReservation", &params)?.good().map(drop)
}

/// Tags enough for two pages of ListTagResources, on reservations that are released again. Gives the token of the
/// second page.
///
/// # Errors
/// When something of it is refused.
pub fn fill_page_of_tags(client: &mut Client) -> Result<String> {
    let names: Vec<(String, String)> = (1..=20).map(|at| (format!("Tag.{at}.Key"), format!("filler{at}"))).collect();
    let tags: Vec<(&str, &str)> = names.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    for _ in 0..4 {
        let id = create(client, &tags)?;
        release(client, &id)?;
    }
    let params = [("RegionId", REGION), ("ResourceType", "capacityreservation")];
    let page = client.call("ListTagResources", &params)?.good()?;
    let token = page.text("NextToken");
    ensure!(!token.is_empty(), "ListTagResources has one page only");
    Ok(token.to_owned())
}

//! What the tests stand on: the scene of all bad requests, with an operator and a temporary key besides, a server that
//! logs all it can, and a look at its metrics.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use rig::call::{EXTENSION, VERSION};
use rig::config::{Plan, REGION, TYPE, ZONE};
use rig::http::once;
use rig::scene::{create, launch, release};
use rig::{Client, Key, Scene, clock};
use serde_json::Value;
use tempfile::TempDir;

/// Secrets that stand nowhere else, so that finding one means that it leaked.
pub const OPERATOR: (&str, &str) = ("operator-key", "canary-0perator-s3cret-Zq8");
/// The same of another key of that account.
pub const SPARE: (&str, &str) = ("spare-key", "canary-sp4re-s3cret-Xv7");
/// The same of a temporary key.
pub const GUEST: (&str, &str) = ("guest-key", "canary-gu3st-s3cret-Wm4");
/// And its token.
pub const GUEST_TOKEN: &str = "canary-gu3st-t0ken-Tk5";

const MORE: &str = r#"
[log]
level = "debug"
requests = "all"
format = "{format}"

[[account]]
id = "1000000000000003"
operator = true
key = [
    { id = "operator-key", secret_file = "{folder}/operator" },
    { id = "spare-key", secret_file = "{folder}/spare" },
]

[[account]]
id = "1000000000000004"
key = [{ id = "guest-key", secret_file = "{folder}/guest", session = { token_file = "{folder}/token", expires = "2099-01-01T00:00:00Z" } }]
"#;

/// The scene and its other people.
pub struct Ground {
    /// Server, two accounts, what they have.
    pub scene: Scene,
    /// Somebody of an operator's account.
    pub operator: Client,
    /// Somebody with a temporary key.
    pub guest: Client,
}

impl Ground {
    /// With nothing special.
    ///
    /// # Errors
    /// When the server does not start.
    pub fn set(binary: &Path) -> Result<Self> {
        Self::set_with(binary, Scene::plan(), "text")
    }

    /// With a plan of one's own, and logs in this format.
    ///
    /// # Errors
    /// As [`Ground::set`].
    pub fn set_with(binary: &Path, plan: Plan<'_>, format: &str) -> Result<Self> {
        let folder = TempDir::new()?;
        for (name, text) in [("operator", OPERATOR.1), ("spare", SPARE.1), ("guest", GUEST.1), ("token", GUEST_TOKEN)] {
            fs::write(folder.path().join(name), text)?;
        }
        let more = format!("{}{}", MORE.replace("{format}", format), plan.more);
        let scene = Scene::set_with(binary, folder, Plan { more: &more, ..plan })?;
        let (operator, mut guest) = (client(&scene, OPERATOR), client(&scene, GUEST));
        guest.token = Some(GUEST_TOKEN.to_owned());
        Ok(Self { scene, operator, guest })
    }

    /// Gives both accounts one of everything that has an id, in the states that make a difference.
    ///
    /// # Errors
    /// When something good is refused.
    pub fn furnish(&mut self) -> Result<()> {
        let end = clock::seconds_text(clock::now() + 30 * 24 * 3600);
        let limited = [("EndTimeType", "Limited"), ("EndTime", end.as_str())];
        let target = ("PrivatePoolOptions.MatchCriteria", "Target");
        let them = &mut self.scene.second;
        let their_released = create(them, &[])?;
        release(them, &their_released)?;
        let their_limited = create(them, &limited)?;
        let their_full = create(them, &[target])?;
        launch(them, &[target, ("PrivatePoolOptions.Id", &their_full)])?;
        let their_stopped = launch(them, &[])?;
        them.call("StopInstance", &[("InstanceId", &their_stopped)])?.good()?;
        let their_assurance = assurance(them)?;
        let their_window = window(them)?;
        let my_assurance = assurance(&mut self.scene.first)?;
        let my_window = window(&mut self.scene.first)?;
        let a_host = self.a_host()?;
        let no_host = format!("{}~", &a_host[..a_host.len() - 1]);
        for (name, value) in [
            ("their released", their_released.as_str()),
            ("their limited", &their_limited),
            ("their full", &their_full),
            ("their stopped", &their_stopped),
            ("their assurance", &their_assurance),
            ("their window", &their_window),
            ("my assurance", &my_assurance),
            ("my window", &my_window),
            ("no assurance", "eap-bp1zzzzzzzzzzzzzzzzz"),
            ("their key", "second-key"),
            ("no key", "secxxd-key"),
            ("their account", "1000000000000002"),
            ("no account", "1000000000000009"),
            ("a host", &a_host),
            ("no host", &no_host),
        ] {
            ensure!(!value.is_empty(), "{name} is empty");
            self.scene.values.insert(name.to_owned(), value.to_owned());
        }
        Ok(())
    }

    fn a_host(&mut self) -> Result<String> {
        self.operator.version = EXTENSION;
        let answer = self.operator.call("DescribeHosts", &[("RegionId", REGION)])?.good()?;
        let first = answer.list("Hosts", "Host")?.first().context("no host")?;
        Ok(first.get("HostId").and_then(Value::as_str).context("a host without a name")?.to_owned())
    }

    /// `host:port`.
    pub fn address(&self) -> &str {
        self.scene.server.address()
    }

    /// A number of `/metrics`.
    ///
    /// # Errors
    /// When there is none of this name.
    pub fn metric(&self, name: &str) -> Result<u64> {
        let text = metrics(self.address())?;
        let value = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        Ok(value.with_context(|| format!("no {name} in the metrics"))?.parse()?)
    }

    /// Ends the server in good order, and sees that it did not panic.
    ///
    /// # Errors
    /// When it did, or does not end.
    pub fn end(mut self) -> Result<()> {
        self.scene.healthy()?;
        self.scene.server.stop()
    }
}

/// Somebody with this key.
pub fn client(scene: &Scene, (id, secret): (&str, &str)) -> Client {
    Client::new(scene.server.address(), &Key { id: id.to_owned(), secret: secret.to_owned() })
}

/// Makes an elasticity assurance of one instance.
///
/// # Errors
/// When that is refused.
pub fn assurance(client: &mut Client) -> Result<String> {
    let asked = [("RegionId", REGION), ("ZoneId.1", ZONE), ("InstanceType.1", TYPE), ("InstanceAmount", "1")];
    let answer = client.call("CreateElasticityAssurance", &asked)?.good()?;
    Ok(answer.text("PrivatePoolOptionsId").to_owned())
}

/// Reserves a window of one instance, an hour of tomorrow.
///
/// # Errors
/// When that is refused.
pub fn window(client: &mut Client) -> Result<String> {
    let tomorrow = clock::now() + 24 * 3600;
    let (start, end) = (clock::seconds_text(tomorrow), clock::seconds_text(tomorrow + 3600));
    let asked = [("RegionId", REGION), ("ZoneId", ZONE), ("InstanceType", TYPE), ("InstanceAmount", "1")];
    let asked = [&asked[..], &[("StartTime", &start), ("EndTime", &end)]].concat();
    client.version = EXTENSION;
    let answer = client.call("ReserveWindow", &asked);
    client.version = VERSION;
    Ok(answer?.good()?.text("PrivatePoolOptionsId").to_owned())
}

/// Everything of `/metrics`.
///
/// # Errors
/// When it does not answer.
pub fn metrics(address: &str) -> Result<String> {
    let ask = format!("GET /metrics HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n");
    let response = once(address, ask.as_bytes())?;
    ensure!(response.status == 200, "/metrics answered {}", response.status);
    Ok(String::from_utf8(response.body)?)
}

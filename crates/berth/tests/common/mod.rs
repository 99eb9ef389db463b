//! The built binary as its users have it: a server of its own for each test, and the command line that talks to it.
#![allow(dead_code, reason = "each test file uses its own part")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on ends")]

use rig::server::free_port;
use serde_json::Value;
use std::ffi::OsStr;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

pub const REGION: &str = "cn-hangzhou";
pub const ZONE: &str = "cn-hangzhou-h";

/// The binary.
pub fn binary() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_berth"))
}

/// What a run of the binary left.
#[derive(Debug)]
pub struct Said {
    pub status: i32,
    pub out: String,
    pub err: String,
}

impl Said {
    /// Sees that it ended well.
    pub fn good(self) -> Self {
        assert_eq!(self.status, 0, "{self:?}");
        self
    }

    /// Sees that it ended so, and said this on the standard error.
    pub fn ended(self, status: i32, why: &str) -> Self {
        assert_eq!(self.status, status, "{self:?}");
        assert!(self.err.contains(why), "no {why:?} in {self:?}");
        self
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// A text of the answer.
    pub fn text(&self, name: &str) -> String {
        self.json()[name].as_str().unwrap_or_else(|| panic!("no {name} in {self:?}")).to_owned()
    }
}

/// A command that sees nothing of the environment that might speak of a server.
pub fn command<S: AsRef<OsStr>>(arguments: &[S]) -> Command {
    let mut command = Command::new(binary());
    command.args(arguments);
    for (name, _) in std::env::vars_os() {
        if name.to_str().is_some_and(|name| name.starts_with("ALIBABA_CLOUD_") || name.starts_with("BERTH_")) {
            command.env_remove(name);
        }
    }
    command
}

/// Runs a command to its end, with this on its standard input.
pub fn finish(mut command: Command, input: &str) -> Said {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // One that does not read it may have ended.
    child.stdin.take().unwrap().write_all(input.as_bytes()).ok();
    let output = child.wait_with_output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Said { status: output.status.code().unwrap_or(-1), out: text(&output.stdout), err: text(&output.stderr) }
}

/// A running `berth dev`.
pub struct Dev {
    server: rig::Server,
    folder: tempfile::TempDir,
}

impl Dev {
    pub fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let address = format!("127.0.0.1:{}", free_port().unwrap());
        let log = folder.path().join("log");
        let server = rig::Server::start(binary(), &["dev", "--listen", &address], &address, &log).unwrap();
        Self { server, folder }
    }

    pub fn endpoint(&self) -> String {
        format!("http://{}", self.server.address())
    }

    /// A file with this in it.
    pub fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    /// `berth ARGUMENTS...` as the operator of this server, in the region of the tests.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = command(arguments);
        command.args(["--dev", "--region", REGION, "--endpoint", &self.endpoint()]);
        command
    }

    pub fn berth(&self, arguments: &[&str]) -> Said {
        finish(self.command(arguments), "")
    }

    /// `berth call ARGUMENTS...`
    pub fn call(&self, arguments: &[&str]) -> Said {
        self.berth(&[&["call"], arguments].concat())
    }
}

/// A running `berth serve` with an empty fleet of one class, and all that it needs to start again.
pub struct Serve {
    server: Option<rig::Server>,
    address: String,
    folder: tempfile::TempDir,
}

impl Serve {
    /// `more` is added to the configuration, such as `[quotas]`; each change takes `sync_delay_ms` longer.
    pub fn start(sync_delay_ms: u32, more: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let address = format!("127.0.0.1:{}", free_port().unwrap());
        let path = |name: &str| folder.path().join(name).display().to_string();
        std::fs::write(path("secret"), "s3cret").unwrap();
        let config = format!(
            "[server]\nlisten = {address:?}\n[store]\ndata = {:?}\nsync_delay_ms = {sync_delay_ms}\n{more}\n\
             [[account]]\nid = \"1000000000000001\"\noperator = true\nkey = [{{ id = \"k\", secret_file = {:?} }}]\n\
             [[account]]\nid = \"1000000000000002\"\nkey = [{{ id = \"tenant\", secret_file = {:?} }}]\n\
             [fleet]\nregions = [{REGION:?}, \"cn-shanghai\"]\n\
             [[fleet.class]]\nname = \"g6\"\nvcpus = 8\nmemory_gib = 32\ntypes = [\"ecs.g6.large\"]\n\
             [[fleet.class]]\nname = \"c6\"\nvcpus = 8\nmemory_gib = 16\ntypes = [\"ecs.c6.large\"]\n",
            path("data"),
            path("secret"),
            path("secret"),
        );
        std::fs::write(path("berth.toml"), config).unwrap();
        let mut serve = Self { server: None, address, folder };
        serve.again();
        serve
    }

    /// Starts it again.
    pub fn again(&mut self) {
        let (file, log) = (self.path("berth.toml"), self.folder.path().join("log"));
        let started = rig::Server::start(binary(), &["serve", "--config", &file], &self.address, &log);
        self.server = Some(started.unwrap());
    }

    /// Kill -9.
    pub fn kill(&mut self) {
        self.server.take().unwrap().kill().unwrap();
    }

    pub fn path(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }

    /// `berth ARGUMENTS...` with this key, in the region of the tests.
    pub fn command_of(&self, key: &str, arguments: &[&str]) -> Command {
        let mut command = command(arguments);
        command.args(["--endpoint", &format!("http://{}", self.address), "--region", REGION]);
        command.args(["--key-id", key, "--secret-file", &self.path("secret")]);
        command
    }

    /// `berth ARGUMENTS...` as the operator.
    pub fn command(&self, arguments: &[&str]) -> Command {
        self.command_of("k", arguments)
    }

    pub fn berth(&self, arguments: &[&str]) -> Said {
        finish(self.command(arguments), "")
    }

    /// How many hosts stand in a region.
    pub fn hosts(&self, region: &str) -> u64 {
        let asked = ["call", "DescribeHosts", "MaxResults=1", &format!("RegionId={region}")];
        self.berth(&asked).good().json()["TotalCount"].as_u64().unwrap()
    }
}

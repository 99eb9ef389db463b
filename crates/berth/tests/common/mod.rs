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

    /// Kill -9.
    pub fn kill(self) {
        self.server.kill().unwrap();
    }
}

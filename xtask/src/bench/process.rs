//! Servers as child processes: started, waited for, and killed when dropped.

use anyhow::{Context, Result, bail};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A server that dies with this value.
#[derive(Debug)]
pub struct Server {
    child: Child,
    /// Where it listens.
    pub address: String,
    /// From its start to its first accepted connection.
    pub ready_after: Duration,
}

impl Server {
    /// Starts a command that will listen on the address, and waits until it accepts connections.
    ///
    /// # Errors
    /// When it cannot be started, ends, or does not listen within a minute.
    pub fn start(command: &mut Command, address: &str) -> Result<Self> {
        let begin = Instant::now();
        let child = command.stdin(Stdio::null()).spawn().with_context(|| format!("cannot start {command:?}"))?;
        let mut server = Self { child, address: address.to_owned(), ready_after: Duration::ZERO };
        while TcpStream::connect(address).is_err() {
            if let Some(status) = server.child.try_wait()? {
                bail!("{command:?} ended with {status}");
            }
            if begin.elapsed() > Duration::from_secs(60) {
                bail!("{command:?} does not listen on {address}");
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        server.ready_after = begin.elapsed();
        Ok(server)
    }

    /// Resident memory in bytes.
    ///
    /// # Errors
    /// When the system does not tell.
    pub fn resident_bytes(&self) -> Result<u64> {
        let text = std::fs::read_to_string(format!("/proc/{}/statm", self.child.id()))?;
        let pages: u64 = text.split(' ').nth(1).context("no resident pages")?.parse()?;
        Ok(pages * 4096)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// An address on loopback that nobody listens on.
///
/// # Errors
/// When there is none.
pub fn free_address() -> Result<String> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.to_string())
}

/// The release build of Berth, built now if need be.
///
/// # Errors
/// When it does not build.
pub fn berth() -> Result<PathBuf> {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let status = Command::new(cargo).args(["build", "--quiet", "--release", "--package", "berth"]).status()?;
    if !status.success() {
        bail!("berth does not build");
    }
    Ok(target().join("release").join("berth"))
}

/// Where builds and scratch folders go: on the disk that is to be measured.
pub fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| crate::root().join("target"), PathBuf::from)
}

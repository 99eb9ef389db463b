//! The built binary as a process: start it, wait until it is ready, stop it gently or not, read its log.

use std::fs::{self, File};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

use crate::http;

const READY_WITHIN: Duration = Duration::from_secs(60);
const STOPPED_WITHIN: Duration = Duration::from_secs(60);
const LOOK_EVERY: Duration = Duration::from_millis(5);

/// A running server. Killed when dropped.
#[derive(Debug)]
pub struct Server {
    child: Child,
    address: String,
    log: PathBuf,
}

/// A port that is free now.
///
/// # Errors
/// When there is none.
pub fn free_port() -> Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

/// Starts the binary with its output appended to `log`, in the folder of that: whatever else it may leave is there too.
///
/// # Errors
/// When it cannot be started.
pub fn spawn(binary: &Path, arguments: &[&str], log: &Path) -> Result<Child> {
    let output = File::options().create(true).append(true).open(log)?;
    let binary = fs::canonicalize(binary).with_context(|| binary.display().to_string())?;
    let mut command = Command::new(&binary);
    if let Some(folder) = log.parent().filter(|it| it.is_absolute()) {
        command.current_dir(folder);
    }
    command.args(arguments).stdin(Stdio::null()).stdout(output.try_clone()?).stderr(output);
    command.spawn().with_context(|| format!("starting {}", binary.display()))
}

/// Waits until a process ends by itself.
///
/// # Errors
/// When it does not; it is killed then.
pub fn wait(child: &mut Child) -> Result<ExitStatus> {
    let begun = Instant::now();
    while begun.elapsed() < STOPPED_WITHIN {
        if let Some(status) = child.try_wait()? {
            return Ok(status);
        }
        thread::sleep(LOOK_EVERY);
    }
    child.kill()?;
    bail!("still running after {} s", STOPPED_WITHIN.as_secs())
}

impl Server {
    /// Starts the binary and waits until it answers `/readyz` at `address`.
    ///
    /// # Errors
    /// When it ends or is not ready in time; with the end of its log.
    pub fn start(binary: &Path, arguments: &[&str], address: &str, log: &Path) -> Result<Self> {
        let child = spawn(binary, arguments, log)?;
        let mut server = Self { child, address: address.to_owned(), log: log.to_owned() };
        let ask = format!("GET /readyz HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n");
        let begun = Instant::now();
        while begun.elapsed() < READY_WITHIN {
            if let Some(status) = server.child.try_wait()? {
                bail!("the server ended with {status}:\n{}", server.log_tail()?);
            }
            if http::once(address, ask.as_bytes()).is_ok_and(|it| it.status == 200) {
                return Ok(server);
            }
            thread::sleep(LOOK_EVERY);
        }
        bail!("the server is not ready after {} s:\n{}", READY_WITHIN.as_secs(), server.log_tail()?)
    }

    /// `host:port`.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Kill -9.
    ///
    /// # Errors
    /// When it had ended before: nothing but this may end it.
    pub fn kill(mut self) -> Result<()> {
        self.alive()?;
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// SIGTERM, and waits for the end.
    ///
    /// # Errors
    /// When it does not end, or not with code 0.
    pub fn stop(self) -> Result<()> {
        let log = self.log.clone();
        let status = self.end_by("-TERM")?;
        ensure!(status.success(), "after SIGTERM it ended with {status}:\n{}", tail(&log)?);
        Ok(())
    }

    /// Sends it a signal and waits for the end.
    ///
    /// # Errors
    /// When it had ended before, or does not end.
    pub fn end_by(mut self, signal: &str) -> Result<ExitStatus> {
        self.alive()?;
        let told = Command::new("kill").args([signal, &self.child.id().to_string()]).status()?;
        ensure!(told.success(), "kill {signal}: {told}");
        wait(&mut self.child)
    }

    /// The number of its process.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Sees that it still runs.
    ///
    /// # Errors
    /// When it does not; with the end of its log.
    pub fn alive(&mut self) -> Result<()> {
        match self.child.try_wait()? {
            None => Ok(()),
            Some(status) => bail!("the server ended with {status}:\n{}", self.log_tail()?),
        }
    }

    /// Everything it has written so far, this start and those before it into the same log.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub fn log(&self) -> Result<String> {
        Ok(String::from_utf8_lossy(&fs::read(&self.log)?).into_owned())
    }

    fn log_tail(&self) -> Result<String> {
        tail(&self.log)
    }
}

/// The end of a log.
fn tail(log: &Path) -> Result<String> {
    let log = String::from_utf8_lossy(&fs::read(log)?).into_owned();
    let lines: Vec<&str> = log.lines().collect();
    Ok(lines[lines.len().saturating_sub(30)..].join("\n"))
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already, which is as good.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

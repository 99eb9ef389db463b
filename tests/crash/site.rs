//! A server that can be started again and again on the same data, and the workers that use it.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};
use rig::config::{self, HOST_UNITS, Plan, Written};
use rig::{Client, Dice, Server, server};
use tempfile::TempDir;

use crate::worker::Worker;
use crate::{check, endings, order};

const WORKERS: u64 = 4;
const HOSTS: u64 = 15;
/// A few dozen requests: some checkpoint is nearly always being made.
const CHECKPOINT_EVERY_RECORDS: u64 = 40;

/// Where a server lives.
pub struct Site {
    /// The binary.
    pub binary: PathBuf,
    /// Its configuration, data and keys.
    pub written: Written,
    /// `host:port`.
    pub address: String,
    /// The port of it.
    pub port: u16,
    /// Everything it ever wrote.
    pub log: PathBuf,
    /// Those that use it.
    pub workers: Vec<Worker>,
    /// The rest of the run's chances.
    pub dice: Dice,
    /// All of that; removed at the end.
    pub folder: TempDir,
}

impl Site {
    /// With a folder of its own, and more lines for `[limits]`.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn new(binary: &Path, seed: u64, limits: &str) -> Result<Self> {
        let mut dice = Dice::new(seed);
        let folder = TempDir::new()?;
        let port = server::free_port()?;
        let plan = Plan {
            checkpoint_every_records: CHECKPOINT_EVERY_RECORDS,
            patience_seconds: 2,
            limits,
            ..Plan::new(port, HOSTS)
        };
        let written = config::write(folder.path(), plan)?;
        let workers = (0..WORKERS).map(|_| Worker::new(dice.draw(), &written.first)).collect();
        let (address, log) = (format!("127.0.0.1:{port}"), folder.path().join("log"));
        Ok(Self { binary: binary.to_owned(), written, address, port, log, workers, dice, folder })
    }

    /// Starts the server.
    ///
    /// # Errors
    /// When it ends or is not ready in time.
    pub fn start(&self) -> Result<Server> {
        Server::start(&self.binary, &["serve", "--config", self.file()?], &self.address, &self.log)
    }

    /// Starts it through another program, which has to become it: `arguments` stand before its own.
    ///
    /// # Errors
    /// As [`Site::start`].
    pub fn start_through(&self, program: &Path, arguments: &[&str]) -> Result<Server> {
        let binary = self.binary.to_str().context("a path that is no text")?;
        let all = [arguments, &[binary, "serve", "--config", self.file()?]].concat();
        Server::start(program, &all, &self.address, &self.log)
    }

    /// Starts it only to kill it before it is ready.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn start_and_kill(&self, after: Duration) -> Result<()> {
        let mut child = server::spawn(&self.binary, &["serve", "--config", self.file()?], &self.log)?;
        thread::sleep(after);
        child.kill()?;
        child.wait()?;
        Ok(())
    }

    /// Its configuration file.
    ///
    /// # Errors
    /// When its path is no text.
    pub fn file(&self) -> Result<&str> {
        self.written.file.to_str().context("a path that is no text")
    }

    /// A client of the workers' account.
    #[must_use]
    pub fn client(&self) -> Client {
        Client::new(&self.address, &self.written.first)
    }

    /// All workers at work, each until a request of its stays without an answer, and `meanwhile` beside them; when that
    /// is done they stop.
    ///
    /// # Errors
    /// An answer that is wrong, and what `meanwhile` says.
    pub fn under_load<T>(&mut self, meanwhile: impl FnOnce() -> Result<T>) -> Result<T> {
        let stop = AtomicBool::new(false);
        let address = &self.address;
        thread::scope(|scope| {
            let workers = self.workers.iter_mut();
            let threads: Vec<_> = workers.map(|worker| scope.spawn(|| worker.work(address, &stop))).collect();
            let done = meanwhile();
            stop.store(true, Ordering::Relaxed);
            for thread in threads {
                thread.join().map_err(|_| anyhow::anyhow!("a worker panicked"))??;
            }
            done
        })
    }

    /// Compares all that can be seen with what the workers were told.
    ///
    /// # Errors
    /// What was lost, half done, or done twice.
    pub fn check(&mut self) -> Result<()> {
        let mut client = self.client();
        check::run(&mut client, &mut self.workers, &mut self.dice, HOSTS * HOST_UNITS)
    }

    /// The store's own look at the data.
    ///
    /// # Errors
    /// What it finds.
    pub fn verify(&self) -> Result<()> {
        endings::verify(&self.binary, &self.written.data)
    }

    /// Compares the journal of the stopped server with the order in which the workers were answered.
    ///
    /// # Errors
    /// Two changes in the wrong order, and one that is not there.
    pub fn in_order(&self) -> Result<usize> {
        let calls: Vec<_> = self.workers.iter().flat_map(|worker| &worker.line.done).collect();
        order::check(&self.binary, &self.written.data, &calls)
    }

    /// Requests that were acknowledged.
    #[must_use]
    pub fn answered(&self) -> u64 {
        self.workers.iter().map(|worker| worker.answered).sum()
    }
}

//! The load generator: keep-alive connections that each send one ready-made request after another and time the
//! answers. It signs nothing while it measures.

use anyhow::{Context, Result, bail};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Ready-made requests, and which of them comes next.
#[derive(Debug)]
pub struct Requests {
    all: Vec<Box<[u8]>>,
    next: AtomicUsize,
}

impl Requests {
    /// Each of these is sent once at most, however many runs they are sent in.
    pub fn new(all: impl Iterator<Item = Box<[u8]>>) -> Arc<Self> {
        Arc::new(Self { all: all.collect(), next: AtomicUsize::new(0) })
    }

    /// Whether all of them have been sent.
    #[must_use]
    pub fn are_spent(&self) -> bool {
        self.next.load(Ordering::Relaxed) >= self.all.len()
    }

    fn take(&self) -> Option<&[u8]> {
        self.all.get(self.next.fetch_add(1, Ordering::Relaxed)).map(AsRef::as_ref)
    }
}

/// What a run showed.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// Answers with status 200.
    pub good: usize,
    /// Other answers.
    pub bad: usize,
    /// How long it took.
    pub took: Duration,
    /// Microseconds of each answer, ascending.
    pub micros: Vec<u32>,
    /// The bodies of the answers, if they were to be kept.
    pub bodies: Vec<String>,
    /// The first bad answer.
    pub complaint: Option<String>,
    /// Processor time that the server used meanwhile, in seconds, where it was looked at.
    pub server_cpu_seconds: f64,
}

impl Outcome {
    /// Takes another one's answers in, and its time.
    pub fn add(&mut self, other: Self) {
        self.took += other.took;
        self.server_cpu_seconds += other.server_cpu_seconds;
        self.join(other);
        self.micros.sort_unstable();
    }

    /// Takes the answers in that others got in the same time.
    fn join(&mut self, other: Self) {
        self.good += other.good;
        self.bad += other.bad;
        self.micros.extend(other.micros);
        self.bodies.extend(other.bodies);
        self.complaint = self.complaint.take().or(other.complaint);
    }

    /// Good answers a second.
    #[must_use]
    pub fn rate(&self) -> f64 {
        self.good as f64 / self.took.as_secs_f64()
    }

    /// The latency that so many of a thousand answers stayed within, in milliseconds.
    #[must_use]
    pub fn within(&self, per_mille: usize) -> f64 {
        let index = self.micros.len().saturating_sub(1) * per_mille / 1000;
        self.micros.get(index).map_or(0.0, |micros| f64::from(*micros) / 1000.0)
    }
}

/// Sends the requests over so many connections until they run out or the time is up.
///
/// # Errors
/// When the server cannot be reached or breaks a connection.
pub fn run(address: &str, requests: &Arc<Requests>, connections: usize, most: Duration, keep: bool) -> Result<Outcome> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let begin = Instant::now();
        let mut tasks = Vec::new();
        for _ in 0..connections {
            let (requests, address) = (Arc::clone(requests), address.to_owned());
            tasks.push(tokio::spawn(async move { one(&address, &requests, begin + most, keep).await }));
        }
        let mut all = Outcome::default();
        for task in tasks {
            all.join(task.await??);
        }
        all.took = begin.elapsed();
        all.micros.sort_unstable();
        Ok(all)
    })
}

async fn one(address: &str, requests: &Requests, until: Instant, keep: bool) -> Result<Outcome> {
    let mut stream = TcpStream::connect(address).await.with_context(|| format!("cannot reach {address}"))?;
    stream.set_nodelay(true)?;
    let mut outcome = Outcome::default();
    let mut buffer = Vec::with_capacity(16 << 10);
    while Instant::now() < until {
        let Some(request) = requests.take() else { break };
        let sent = Instant::now();
        stream.write_all(request).await?;
        let (status, body) = answer(&mut stream, &mut buffer).await?;
        outcome.micros.push(u32::try_from(sent.elapsed().as_micros()).unwrap_or(u32::MAX));
        if status == 200 {
            outcome.good += 1;
        } else {
            outcome.bad += 1;
            outcome.complaint.get_or_insert_with(|| String::from_utf8_lossy(&buffer).into_owned());
        }
        if keep {
            outcome.bodies.push(String::from_utf8_lossy(&buffer[body..]).into_owned());
        }
    }
    Ok(outcome)
}

/// Reads one answer into the buffer; gives its status and where its body begins.
async fn answer(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> Result<(u16, usize)> {
    buffer.clear();
    loop {
        if stream.read_buf(buffer).await? == 0 {
            bail!("the server closed the connection");
        }
        let Some(end) = buffer.windows(4).position(|four| four == b"\r\n\r\n") else { continue };
        let head = std::str::from_utf8(&buffer[..end])?;
        let status = head.get(9..12).context("no status")?.parse()?;
        let length = head.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().ok())?
        });
        let total = end + 4 + length.context("an answer without Content-Length")?;
        while buffer.len() < total {
            if stream.read_buf(buffer).await? == 0 {
                bail!("the server closed the connection within an answer");
            }
        }
        return Ok((status, end + 4));
    }
}

//! How soon `berth dev` answers and how little it takes, and how soon `berth serve` is there again with a million
//! reservations in its store.

use super::process::{Server, berth, free_address, target};
use super::setting::{ACCOUNT, Setting, now, signed, signed_with};
use super::{Options, load, table};
use anyhow::{Context, Result, bail};
use ledger::{End, Entry, Kind, MatchCriteria, Moment, Phase, Platform, Reservation, ReservationId, Tag};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use store::format::encode_batch;
use store::{Appended, Batch, DataFolder, Origin, Record, Store};

/// How many reservations are stored.
pub const STORED: u64 = 1_000_000;
const RECORDS_OF_A_BATCH: u64 = 2000;
const DEV_RUNS: usize = 7;

/// Measures and prints.
///
/// # Errors
/// When something cannot be started or does not answer.
pub fn run(_: &Options) -> Result<()> {
    println!("start: from the start of the process to the first signed answer");
    let mut rows = dev()?;
    let folder = target().join(format!("bench-{}", std::process::id()));
    let served = serve(&folder);
    std::fs::remove_dir_all(&folder).ok();
    rows.extend(served?);
    table::print(&["", "first answer ms", "resident MB"], &rows);
    Ok(())
}

fn dev() -> Result<Vec<Vec<String>>> {
    let mut times = Vec::new();
    let mut resident = 0;
    for run in 0..DEV_RUNS {
        let address = free_address()?;
        let mut command = Command::new(berth()?);
        command.args(["dev", "--listen", &address]).stdout(Stdio::null()).stderr(Stdio::null());
        let began = Instant::now();
        let server = Server::start(&mut command, &address)?;
        let nonce = format!("dev-{run}");
        let key = ("berth-dev", "berth-dev-secret");
        answered(&address, &signed_with(key, &address, "DescribeRegions", &[], &nonce, now()?))?;
        times.push(began.elapsed());
        std::thread::sleep(Duration::from_secs(1));
        resident = resident.max(server.resident_bytes()?);
    }
    times.sort();
    Ok(vec![row("berth dev (median), idle a second later", times[DEV_RUNS / 2], resident)])
}

fn serve(folder: &Path) -> Result<Vec<Vec<String>>> {
    let setting = Setting::new(folder)?;
    drop(setting.serve(0, 0)?);
    store_many(&setting)?;
    let journal = first_answer(&setting, "berth serve, 1,000,000 reservations in the journal alone")?;
    checkpoint(&setting)?;
    let restored = first_answer(&setting, "berth serve, 1,000,000 reservations in a checkpoint, after kill -9")?;
    Ok(vec![journal, restored])
}

fn first_answer(setting: &Setting, name: &str) -> Result<Vec<String>> {
    let began = Instant::now();
    let server = setting.serve(0, 0)?;
    let nonce = format!("start-{name}");
    let query = [("RegionId", "cn-hangzhou")];
    answered(&setting.address, &signed(&setting.address, "DescribeCapacityReservations", &query, &nonce, now()?))?;
    Ok(row(name, began.elapsed(), server.resident_bytes()?))
}

fn row(name: &str, time: Duration, bytes: u64) -> Vec<String> {
    vec![name.to_owned(), format!("{:.0}", time.as_secs_f64() * 1000.0), (bytes >> 20).to_string()]
}

/// Sends a request and waits for a good answer, for as long as the region is still loading.
fn answered(address: &str, request: &[u8]) -> Result<()> {
    let mut stream = TcpStream::connect(address)?;
    stream.write_all(request)?;
    let mut head = [0; 15];
    stream.read_exact(&mut head)?;
    if &head != b"HTTP/1.1 200 OK" {
        bail!("answered {}", String::from_utf8_lossy(&head));
    }
    Ok(())
}

/// Puts a million reservations into the region's journal, as the server itself would have.
///
/// # Errors
/// When the store does not take them.
pub fn store_many(setting: &Setting) -> Result<()> {
    let data = DataFolder::open(&setting.data())?;
    let region = data.region("cn-hangzhou")?;
    let mut revision = region.head()?.revision;
    let at = Moment(now()?);
    for first in (0..STORED).step_by(usize::try_from(RECORDS_OF_A_BATCH)?) {
        revision += 1;
        let records = (first..first + RECORDS_OF_A_BATCH).map(|number| {
            let entries = vec![Entry::Reserved(Box::new(reservation(number, at)))];
            Record { at, origin: Origin::System, entries, remembered: None }
        });
        let batch = Batch { revision, id: u128::from(revision).to_be_bytes(), records: records.collect() };
        match region.append(&encode_batch(&batch)) {
            Appended::Committed => {}
            other => bail!("the store answers {other:?}"),
        }
    }
    Ok(())
}

fn reservation(number: u64, at: Moment) -> Reservation {
    let code = format!("bp1{number:017}");
    let code = code.as_bytes().try_into().unwrap_or_else(|_| unreachable!("20 characters"));
    let tags: Box<[Tag]> = Box::new([Tag { key: "team".into(), value: "training".into() }]);
    Reservation {
        id: ReservationId::new(Kind::CapacityReservation, code).unwrap_or_else(|| unreachable!("digits and letters")),
        owner: ACCOUNT.into(),
        zone: "cn-hangzhou-h".into(),
        class: "g6".into(),
        instance_type: "ecs.g6.large".into(),
        size: 1,
        count: 1,
        matching: MatchCriteria::Open,
        platform: Platform::Linux,
        group: "".into(),
        name: format!("reservation-{number}").into(),
        description: "one of a million".into(),
        creation_tags: tags.clone(),
        tags,
        course: ledger::Course::Immediate,
        made: at,
        starts: at,
        end: End::ByHand,
        phase: Phase::Active,
    }
}

/// Lets the server make a checkpoint.
fn checkpoint(setting: &Setting) -> Result<()> {
    let server = setting.serve(1, 0)?;
    let requests = super::setting::creates(&setting.address, 2)?;
    load::run(&setting.address, &requests, 1, Duration::from_secs(60), false)?;
    let began = Instant::now();
    while checkpoints(&server.address)? == 0 {
        if began.elapsed() > Duration::from_secs(120) {
            bail!("no checkpoint came");
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    Ok(())
}

/// How many checkpoints the server has written, by its own metrics.
///
/// # Errors
/// When it does not tell.
pub fn checkpoints(address: &str) -> Result<u64> {
    let mut stream = TcpStream::connect(address)?;
    write!(stream, "GET /metrics HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n")?;
    let mut text = String::new();
    stream.read_to_string(&mut text)?;
    let lines = text.lines().filter(|line| line.contains("checkpoint_seconds_count"));
    let counts = lines.filter_map(|line| line.rsplit(' ').next()?.parse::<u64>().ok());
    counts.reduce(|a, b| a + b).context("the metrics do not name checkpoints")
}

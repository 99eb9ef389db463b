//! Measures the embedded engine: `cargo run --release -p store --example measure -- FOLDER`.
//! Prints a table; FOLDER is made, and what it holds from an earlier run is removed.
//!
//! - durable commits of one 10 KB record, alone and while a checkpoint of 1,000,000 entries is written;
//! - opening and loading these entries after a kill -9.
#![allow(clippy::unwrap_used, reason = "a program run by hand ends at the first trouble")]

use ledger::{End, Entry, Kind, Ledger, MatchCriteria, Moment, Phase, Platform, Reservation, ReservationId, Tag};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use store::format::{Chunks, decode_chunk};
use store::{Appended, DataFolder, Embedded, Frame, Loaded, Piece, Store};

const RECORD_BYTES: usize = 10 << 10;
const ENTRIES: u64 = 1_000_000;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match &arguments[..] {
        [folder] => parent(Path::new(folder)),
        [folder, child] if child == "child" => run_until_killed(Path::new(folder)),
        _ => eprintln!("usage: measure FOLDER"),
    }
}

fn frame(revision: u64) -> Frame {
    let mut batch = [0; 16];
    batch[..8].copy_from_slice(&revision.to_le_bytes());
    let body = revision.to_le_bytes().into_iter().cycle().take(RECORD_BYTES).collect();
    Frame { revision, batch, body }
}

fn append(store: &Embedded) -> Duration {
    let frame = frame(store.head().unwrap().revision + 1);
    let began = Instant::now();
    assert_eq!(store.append(&frame), Appended::Committed);
    began.elapsed()
}

fn show(what: &str, mut times: Vec<Duration>) {
    let total: Duration = times.iter().sum();
    times.sort();
    let at = |per_mille: usize| times[(times.len() * per_mille / 1000).min(times.len() - 1)];
    let rate = times.len() as f64 / total.as_secs_f64();
    println!(
        "{what:<44} {:>7} commits {rate:>6.0}/s  p50 {:>9.1?}  p99 {:>9.1?}  p99.9 {:>9.1?}  max {:>9.1?}",
        times.len(),
        at(500),
        at(990),
        at(999),
        times[times.len() - 1]
    );
}

fn entry(number: u64) -> Entry {
    let code = format!("bp1{number:017}");
    let tag = |key: &str, value: &str| Tag { key: key.into(), value: value.into() };
    let tags: Box<[Tag]> = Box::new([tag("team", "simulation"), tag("cost-centre", "4711")]);
    Entry::Reserved(Box::new(Reservation {
        id: ReservationId::new(Kind::CapacityReservation, code.as_bytes().try_into().unwrap()).unwrap(),
        owner: "1000000000000001".into(),
        zone: "cn-hangzhou-h".into(),
        class: "g6".into(),
        instance_type: "ecs.g6.large".into(),
        size: 1,
        count: 1,
        matching: MatchCriteria::Open,
        platform: Platform::Linux,
        group: "rg-acfmxazb4ph6aiy".into(),
        name: format!("reservation {number}").into(),
        description: "one of a million".into(),
        creation_tags: tags.clone(),
        tags,
        course: ledger::Course::Immediate,
        made: Moment(1_700_000_000 + number),
        starts: Moment(1_700_000_000 + number),
        end: End::At(Moment(1_900_000_000 + number)),
        phase: Phase::Active,
    }))
}

fn write_checkpoint(store: &Embedded) {
    let revision = store.head().unwrap().revision;
    let mut chunks = Chunks::new(store.begin_checkpoint(revision).unwrap());
    let ladder = Entry::LadderSet { class: "g6".into(), rungs: vec![1, 2, 4, 8] };
    let (class, zone) = ("g6".into(), "cn-hangzhou-h".into());
    let host = Entry::HostAdded { host: "h".into(), zone, class, units: 1 << 20 };
    chunks.piece(&Piece::Entries(vec![ladder, host])).unwrap();
    for first in (0..ENTRIES).step_by(256) {
        let some = (first..ENTRIES.min(first + 256)).map(entry).collect();
        chunks.piece(&Piece::Entries(some)).unwrap();
    }
    chunks.finish().unwrap();
}

/// Writes without end, after saying what it measured.
fn run_until_killed(folder: &Path) {
    let data = DataFolder::open(folder).unwrap();
    let store = data.region("measured").unwrap();
    show("one 10 KB record a commit", (0..15_000).map(|_| append(&store)).collect());
    let done = AtomicBool::new(false);
    let began = Instant::now();
    let during = std::thread::scope(|scope| {
        scope.spawn(|| {
            write_checkpoint(&store);
            done.store(true, Ordering::SeqCst);
        });
        std::iter::from_fn(|| (!done.load(Ordering::SeqCst)).then(|| append(&store))).collect()
    });
    let took = began.elapsed();
    show("the same while a checkpoint is written", during);
    show("and after it", (0..15_000).map(|_| append(&store)).collect());
    let files = store.files().unwrap();
    let checkpoint: u64 = files.iter().filter(|it| it.name.starts_with("checkpoint")).map(|it| it.bytes).sum();
    println!("checkpoint of {ENTRIES} entries: {took:.1?} beside the commits, {} MiB", checkpoint >> 20);
    println!("ready");
    std::io::stdout().flush().unwrap();
    loop {
        append(&store);
    }
}

fn parent(folder: &Path) {
    let _ = std::fs::remove_dir_all(folder);
    let program = std::env::current_exe().unwrap();
    let mut child = Command::new(program).arg(folder).arg("child").stdout(Stdio::piped()).spawn().unwrap();
    for line in BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap) {
        if line == "ready" {
            break;
        }
        println!("{line}");
    }
    child.kill().unwrap(); // SIGKILL
    child.wait().unwrap();

    let began = Instant::now();
    let data = DataFolder::open(folder).unwrap();
    let store = data.region("measured").unwrap();
    let opened = began.elapsed();
    let (mut ledger, mut entries, mut frames) = (Ledger::default(), 0_u64, 0_u64);
    let (mut decoding, mut applying) = (Duration::ZERO, Duration::ZERO);
    store
        .load(&mut |loaded| {
            match loaded {
                Loaded::Chunk { bytes, .. } => {
                    let at = Instant::now();
                    let pieces = decode_chunk::<Entry>(bytes).unwrap();
                    decoding += at.elapsed();
                    let at = Instant::now();
                    for piece in pieces {
                        let Piece::Entries(facts) = piece else { continue };
                        facts.iter().for_each(|fact| ledger.apply(fact));
                        entries += u64::try_from(facts.len()).unwrap();
                    }
                    applying += at.elapsed();
                }
                Loaded::Frame(_) => frames += 1,
            }
            Ok(())
        })
        .unwrap();
    println!(
        "after kill -9: opened in {opened:.2?}; loaded {entries} entries and {frames} frames of 10 KB in {:.2?} \
         (decoding {decoding:.2?}, applying {applying:.2?})",
        began.elapsed()
    );
}

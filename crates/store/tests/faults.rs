//! The embedded engine on a medium that fails, loses power, or changes what was written.
#![allow(clippy::unwrap_used, reason = "a test may end at once")]

mod common;

use common::{Arrives, Faulty, Plan, chunk, frame};
use store::{Appended, Embedded, Failure, Frame, Head, Loaded, Store, follow};

const FRAMES: u64 = 30;
const CHECKPOINTS: [u64; 2] = [5, 23];

/// What a run got to before the medium failed: the newest acknowledged revision and checkpoint, and the
/// newest revision that was tried.
#[derive(Debug, Default)]
struct Reached {
    acknowledged: u64,
    tried: u64,
    checkpoint: u64,
}

/// Appends and checkpoints, until the first failure. Segments are short, so that new ones begin too.
fn script(store: &Embedded) -> Reached {
    let mut reached = Reached::default();
    for revision in 1..=FRAMES {
        reached.tried = revision;
        if store.append(&frame(revision)) != Appended::Committed {
            return reached;
        }
        reached.acknowledged = revision;
        if CHECKPOINTS.contains(&revision) {
            if write_checkpoint(store, revision).is_err() {
                return reached;
            }
            reached.checkpoint = revision;
        }
    }
    reached
}

fn write_checkpoint(store: &Embedded, revision: u64) -> Result<(), Failure> {
    let mut writer = store.begin_checkpoint(revision)?;
    (0..3).try_for_each(|number| writer.chunk(&chunk(revision, number)))?;
    writer.finish()
}

fn open(disk: &Faulty) -> Result<Embedded, Failure> {
    Embedded::open_with(Box::new(disk.clone()), 650_000)
}

/// Loads, checks every byte, and returns the checkpoint's revision and the head's.
fn verified(store: &Embedded) -> Result<(u64, u64), Failure> {
    let (mut at, mut chunks, mut last) = (0, 0, 0);
    let head = store.load(&mut |it| {
        match it {
            Loaded::Chunk { revision, bytes } => {
                assert_eq!(bytes, chunk(revision, chunks));
                (at, last, chunks) = (revision, revision, chunks + 1);
            }
            Loaded::Frame(found) => {
                assert_eq!(*found, frame(last + 1));
                last += 1;
            }
        }
        Ok(())
    })?;
    assert!(at == 0 || chunks == 3);
    assert_eq!(head.revision, last);
    assert_eq!(head, (1..=last).fold(Head::EMPTY, |head, revision| follow(&head, &frame(revision))));
    Ok((at, last))
}

fn steps() -> u64 {
    let disk = Faulty::new(Plan::Nothing);
    let reached = script(&open(&disk).unwrap());
    assert_eq!((reached.acknowledged, reached.checkpoint), (FRAMES, 23));
    assert!(disk.names().iter().filter(|it| it.starts_with("journal")).count() > 1, "{:?}", disk.names());
    disk.count()
}

#[test]
fn the_power_may_go_at_any_write() {
    let steps = steps();
    assert!(steps > 100, "{steps}");
    for cut in 0..steps {
        let disk = Faulty::new(Plan::CutAt(cut));
        let reached = match open(&disk) {
            Ok(store) => script(&store),
            Err(_) => Reached::default(),
        };
        let seeds = (0..2).map(|it| Arrives::Some(cut * 1000 + it));
        for arrives in [Arrives::All, Arrives::None].into_iter().chain(seeds) {
            let survived = disk.after_power_cut(arrives);
            let case = format!("cut at {cut}, arrives {arrives:?}, {reached:?}");
            let store = open(&survived).unwrap_or_else(|failure| panic!("{case}: {failure}"));
            let (at, last) = verified(&store).unwrap_or_else(|failure| panic!("{case}: {failure}"));
            assert!(at >= reached.checkpoint && at <= reached.tried, "{case}: checkpoint {at}");
            assert!((reached.acknowledged..=reached.tried).contains(&last), "{case}: ends at {last}");
            // It goes on from there, whatever was left lying about.
            for revision in last + 1..=last + 3 {
                assert_eq!(store.append(&frame(revision)), Appended::Committed, "{case}");
            }
            write_checkpoint(&store, last + 3).unwrap_or_else(|failure| panic!("{case}: {failure}"));
            drop(store);
            assert_eq!(verified(&open(&survived).unwrap()), Ok((last + 3, last + 3)), "{case}");
        }
    }
}

#[test]
fn any_write_or_sync_may_fail() {
    for at in 0..steps() {
        let disk = Faulty::new(Plan::FailAt(at));
        let Ok(store) = open(&disk) else { continue };
        let reached = script(&store);
        let case = format!("failure at {at}, {reached:?}");
        let failed = reached.tried > reached.acknowledged;
        if failed {
            let syncs = disk.count();
            let refused = store.append(&frame(reached.tried));
            assert!(matches!(refused, Appended::Failed(Failure::Poisoned { .. })), "{case}: {refused:?}");
            assert!(matches!(store.head(), Err(Failure::Poisoned { .. })), "{case}");
            assert!(matches!(store.begin_checkpoint(1), Err(Failure::Poisoned { .. })), "{case}");
            assert!(matches!(store.trim(1), Err(Failure::Poisoned { .. })), "{case}");
            assert!(verified(&store).is_err(), "{case}");
            assert_eq!(disk.count(), syncs, "{case}: a poisoned engine touches nothing");
        }
        let head = store.reopen().unwrap_or_else(|failure| panic!("{case}: {failure}"));
        let (_, last) = verified(&store).unwrap_or_else(|failure| panic!("{case}: {failure}"));
        assert_eq!(head.revision, last, "{case}");
        assert!((reached.acknowledged..=reached.tried).contains(&last), "{case}: ends at {last}");
        for revision in last + 1..=FRAMES {
            assert_eq!(store.append(&frame(revision)), Appended::Committed, "{case}");
        }
        // And that is so on the disk too, not only in what the system shows of it.
        let survived = disk.after_power_cut(Arrives::None);
        assert_eq!(verified(&open(&survived).unwrap()).unwrap().1, last.max(FRAMES), "{case}");
    }
}

#[test]
fn a_checkpoint_begun_before_a_reopening_does_not_count() {
    let disk = Faulty::new(Plan::Nothing);
    let store = open(&disk).unwrap();
    assert_eq!(store.append(&frame(1)), Appended::Committed);
    let mut writer = store.begin_checkpoint(1).unwrap();
    assert!(store.begin_checkpoint(1).is_err(), "one at a time");
    writer.chunk(b"half").unwrap();
    store.reopen().unwrap();
    assert!(writer.finish().is_err());
    assert_eq!(store.checkpoint().unwrap(), None);
    write_checkpoint(&store, 1).unwrap();
    assert_eq!(verified(&store), Ok((1, 1)));
}

/// Whatever is flipped is noticed; where it is a record, the message names file and revision.
#[test]
fn what_is_flipped_is_refused() {
    for revision in 1..=FRAMES {
        let disk = Faulty::new(Plan::Nothing);
        let store = open(&disk).unwrap();
        (1..=FRAMES).for_each(|it| assert_eq!(store.append(&frame(it)), Appended::Committed));
        let flips = disk.flip("journal-", format!("frame {revision:08}").as_bytes());
        assert!(flips > 0);
        let running = store.journal(1, &mut |it| {
            assert_eq!(*it, frame(it.revision), "served though damaged");
            Ok(store::Control::Continue)
        });
        drop(store);
        let failure = open(&disk).and_then(|it| verified(&it)).unwrap_err();
        assert!(matches!(failure, Failure::Damaged { .. }), "{failure:?}");
        assert!(failure.to_string().contains("journal-"), "{failure}");
        if let Err(failure) = running {
            let Failure::Damaged { file, revision: at, .. } = failure else { panic!("{failure:?}") };
            assert!(file.contains("journal-") && (at == revision || at == 0), "{file} {at}");
        }
    }
}

#[test]
fn a_flipped_record_is_named_by_file_and_revision() {
    let disk = Faulty::new(Plan::Nothing);
    let store = open(&disk).unwrap();
    (1..=200).for_each(|it| assert_eq!(store.append(&frame(it)), Appended::Committed));
    drop(store);
    assert!(disk.flip("journal-00000000000000000001.log", b"frame 00000002") > 0);
    let failure = open(&disk).and_then(|it| verified(&it)).unwrap_err();
    let Failure::Damaged { file, revision, .. } = failure else { panic!("{failure:?}") };
    assert_eq!((file.as_str(), revision), ("faulty/journal-00000000000000000001.log", 2));
}

#[test]
fn a_flipped_chunk_is_named_by_file_and_revision() {
    let disk = Faulty::new(Plan::Nothing);
    let store = open(&disk).unwrap();
    script(&store);
    drop(store);
    assert!(disk.flip("checkpoint-", b"checkpoint 00000023 chunk 0001") > 0);
    let failure = open(&disk).and_then(|it| verified(&it)).unwrap_err();
    let Failure::Damaged { file, revision, .. } = failure else { panic!("{failure:?}") };
    assert_eq!((file.as_str(), revision), ("faulty/checkpoint-00000000000000000023.log", 23));
}

#[test]
fn a_verification_finds_every_damaged_record() {
    let disk = Faulty::new(Plan::Nothing);
    let store = disk.open().unwrap();
    (1..=90).for_each(|it| assert_eq!(store.append(&frame(it)), Appended::Committed));
    drop(store);
    // In sealed segments: damage in the last one already keeps the store from opening.
    for revision in [2, 3, 9] {
        assert!(disk.flip("journal-00000000000000000001.log", format!("frame {revision:08}").as_bytes()) > 0);
    }
    let store = disk.open().unwrap();
    let report = store::tools::verify::<ledger::Entry>(&store, "r", &mut |_| {});
    for revision in [2, 3, 9] {
        let named = format!("journal-00000000000000000001.log, revision {revision}: the checksum does not match");
        assert_eq!(report.problems.iter().filter(|it| it.contains(&named)).count(), 1, "{:#?}", report.problems);
    }
}

/// Every byte of a journal flipped, every length cut: it opens with all that was acknowledged, or it names the file.
#[test]
fn any_damage_is_refused_or_makes_no_difference() {
    let disk = Faulty::new(Plan::Nothing);
    let store = disk.open().unwrap();
    (1..=3).for_each(|it| assert_eq!(store.append(&small(it)), Appended::Committed));
    drop(store);
    let head = (1..=3).fold(Head::EMPTY, |head, it| follow(&head, &small(it)));
    let written = disk.written("journal-");
    let (mut refused, mut harmless) = (0, 0);
    let flips =
        (0..written + 64).map(|at| (format!("flipped at {at}"), disk.damaged("journal-", |file| file[at] ^= 1)));
    let cuts = (0..written + 64).map(|at| (format!("cut at {at}"), disk.damaged("journal-", |file| file.truncate(at))));
    for (case, damaged) in flips.chain(cuts) {
        match damaged.open().and_then(|store| store.head()) {
            Ok(found) => assert_eq!((harmless += 1, found), ((), head), "{case}"),
            Err(failure @ Failure::Damaged { .. }) => {
                refused += 1;
                assert!(failure.to_string().contains("journal-00000000000000000001.log"), "{case}: {failure}");
            }
            Err(failure) => panic!("{case}: {failure}"),
        }
    }
    // Only what lies behind the last record makes no difference.
    assert!(refused > 2 * written && harmless > 0, "{refused} {harmless} of {written}");
}

fn small(revision: u64) -> Frame {
    Frame { body: format!("small {revision}").into_bytes(), ..frame(revision) }
}

//! What every engine has to do, run on each of them.
#![allow(clippy::unwrap_used, reason = "a test may end at once")]

mod common;

use common::{Faulty, Plan, chunk, frame};
use store::{
    Appended, Control, DataFolder, Delayed, FRAME_BYTES_MAX, Failure, Frame, Head, Loaded, Memory, Refused, Store,
    follow,
};

/// Everything that loading hands over: the checkpoint's revision, its chunks, the frames after it.
type Everything = (u64, Vec<Vec<u8>>, Vec<Frame>, Head);

fn everything(store: &dyn Store) -> Result<Everything, Failure> {
    let (mut at, mut chunks, mut frames) = (0, Vec::new(), Vec::new());
    let head = store.load(&mut |it| {
        match it {
            Loaded::Chunk { revision, bytes } => {
                at = revision;
                chunks.push(bytes.to_vec());
            }
            Loaded::Frame(frame) => frames.push(frame.clone()),
        }
        Ok(())
    })?;
    Ok((at, chunks, frames, head))
}

fn fill(store: &dyn Store, revisions: std::ops::RangeInclusive<u64>) {
    for revision in revisions {
        assert_eq!(store.append(&frame(revision)), Appended::Committed, "revision {revision}");
    }
}

fn checkpoint(store: &dyn Store, revision: u64) {
    let mut writer = store.begin_checkpoint(revision).unwrap();
    (0..3).for_each(|number| writer.chunk(&chunk(revision, number)).unwrap());
    writer.finish().unwrap();
}

fn history(store: &dyn Store, from: u64) -> Result<Vec<u64>, Failure> {
    let mut seen = Vec::new();
    store.journal(from, &mut |it| {
        assert_eq!(*it, frame(it.revision));
        seen.push(it.revision);
        Ok(Control::Continue)
    })?;
    Ok(seen)
}

fn head_of(last: u64) -> Head {
    (1..=last).fold(Head::EMPTY, |head, revision| follow(&head, &frame(revision)))
}

fn appends(store: &dyn Store) {
    assert_eq!(store.head().unwrap(), Head::EMPTY);
    assert_eq!(everything(store).unwrap(), (0, vec![], vec![], Head::EMPTY));
    assert_eq!(history(store, 1).unwrap(), Vec::<u64>::new());
    fill(store, 1..=5);
    assert_eq!(store.head().unwrap(), head_of(5));

    // The identical batch again is committed, and there once.
    assert_eq!(store.append(&frame(5)), Appended::Committed);
    // Another one at the same revision, an earlier one, and one too far ahead are not.
    let refused = |found| Appended::Refused(Refused::Revision { expected: 6, found });
    let other_body = Frame { body: b"other".to_vec(), ..frame(5) };
    let other_batch = Frame { batch: [1; 16], ..frame(5) };
    for wrong in [other_body, other_batch, frame(4), frame(7), Frame { revision: 0, ..frame(1) }] {
        assert_eq!(store.append(&wrong), refused(wrong.revision), "{wrong:?}");
    }
    let endless = Frame { revision: u64::MAX, ..frame(1) };
    assert_eq!(store.append(&endless), refused(u64::MAX));
    let long = Frame { body: vec![0; FRAME_BYTES_MAX + 1], ..frame(6) };
    assert_eq!(store.append(&long), Appended::Refused(Refused::TooLong { bytes: FRAME_BYTES_MAX + 1 }));
    assert_eq!(everything(store).unwrap(), (0, vec![], (1..=5).map(frame).collect(), head_of(5)));
}

fn histories(store: &dyn Store) {
    assert_eq!(history(store, 0).unwrap(), [1, 2, 3, 4, 5]);
    assert_eq!(history(store, 4).unwrap(), [4, 5]);
    assert_eq!(history(store, 6).unwrap(), Vec::<u64>::new());
    assert_eq!(history(store, 7), Err(Failure::Gone { revision: 7, first: 1, last: 5 }));
    let mut seen = 0;
    let stop = store.journal(1, &mut |_| {
        seen += 1;
        Ok(if seen == 2 { Control::Stop } else { Control::Continue })
    });
    assert_eq!((stop, seen), (Ok(()), 2));
    // A visitor may use the store, and its failure ends the visit.
    let stop = store.journal(1, &mut |_| store.head().map(|_| Control::Continue));
    assert_eq!(stop, Ok(()));
    let gave_up = Failure::Caller("enough".into());
    assert_eq!(store.journal(1, &mut |_| Err(gave_up.clone())), Err(gave_up));
}

fn checkpoints(store: &dyn Store) {
    assert!(store.begin_checkpoint(0).is_err());
    assert!(store.begin_checkpoint(6).is_err());
    drop(store.begin_checkpoint(4).unwrap());
    {
        let mut writer = store.begin_checkpoint(4).unwrap();
        writer.chunk(b"abandoned").unwrap();
    }
    assert_eq!(store.checkpoint().unwrap(), None);
    assert_eq!(everything(store).unwrap().0, 0);

    // Appends go on while it is written, and it is of the revision it was begun for.
    let mut writer = store.begin_checkpoint(4).unwrap();
    writer.chunk(&chunk(4, 0)).unwrap();
    fill(store, 6..=7);
    writer.chunk(&chunk(4, 1)).unwrap();
    assert!(writer.chunk(&vec![0; store::CHUNK_BYTES_MAX + 1]).is_err());
    writer.finish().unwrap();
    assert_eq!(store.checkpoint().unwrap(), Some(head_of(4)));
    let chunks = vec![chunk(4, 0), chunk(4, 1)];
    assert_eq!(everything(store).unwrap(), (4, chunks, (5..=7).map(frame).collect(), head_of(7)));

    assert!(store.begin_checkpoint(4).is_err());
    assert!(store.begin_checkpoint(3).is_err());
    checkpoint(store, 7);
    let chunks = (0..3).map(|number| chunk(7, number)).collect();
    assert_eq!(everything(store).unwrap(), (7, chunks, vec![], head_of(7)));
}

fn trims(store: &dyn Store) {
    fill(store, 8..=9);
    let first = store.trim(u64::MAX).unwrap();
    assert!(first <= 8, "revision 8 is not in the checkpoint");
    assert_eq!(history(store, first).unwrap(), (first..=9).collect::<Vec<_>>());
    assert_eq!(everything(store).unwrap().2, [frame(8), frame(9)]);
    assert_eq!(store.reopen().unwrap(), head_of(9));
    assert_eq!(everything(store).unwrap().2, [frame(8), frame(9)]);
    fill(store, 9..=10);
}

fn conforms(store: &dyn Store) {
    appends(store);
    histories(store);
    checkpoints(store);
    trims(store);
}

#[test]
fn memory_conforms() {
    conforms(&Memory::unbounded());
    conforms(&Memory::default());
}

#[test]
fn the_delayed_engine_conforms() {
    conforms(&Delayed::new(Memory::default(), std::time::Duration::from_micros(1)));
}

#[test]
fn the_embedded_engine_conforms() {
    let folder = tempfile::tempdir().unwrap();
    let data = DataFolder::open(&folder.path().join("data")).unwrap();
    let store = data.region("cn-hangzhou").unwrap();
    conforms(&store);
    drop(store);
    let store = data.region("cn-hangzhou").unwrap();
    assert_eq!(store.head().unwrap(), head_of(10));
    assert_eq!(store.append(&frame(10)), Appended::Committed, "the last batch is known again after a restart");
    assert_eq!(data.regions().unwrap(), ["cn-hangzhou"]);
}

#[test]
fn the_embedded_engine_conforms_on_the_faulty_medium_while_it_is_whole() {
    conforms(&Faulty::new(Plan::Nothing).open().unwrap());
}

#[test]
fn the_embedded_engine_conforms_with_a_segment_for_each_frame() {
    conforms(&store::Embedded::open_with(Box::new(Faulty::new(Plan::Nothing)), 1).unwrap());
}

#[test]
fn segments_are_followed_and_trimmed() {
    let disk = Faulty::new(Plan::Nothing);
    let store = disk.open().unwrap();
    fill(&store, 1..=600);
    let segments = || disk.names().into_iter().filter(|it| it.starts_with("journal-")).count();
    assert!(segments() > 2, "{:?}", disk.names());
    assert_eq!(everything(&store).unwrap().2.len(), 600);
    assert_eq!(history(&store, 250).unwrap(), (250..=600).collect::<Vec<_>>());
    assert_eq!(store.trim(500).unwrap(), 1, "without a checkpoint nothing goes");
    checkpoint(&store, 450);
    assert_eq!(everything(&store).unwrap().2.len(), 150);
    let first = store.trim(u64::MAX).unwrap();
    assert!((2..=451).contains(&first), "{first}");
    assert!(matches!(history(&store, first - 1), Err(Failure::Gone { .. })));
    assert_eq!(history(&store, 0).unwrap(), (first..=600).collect::<Vec<_>>());
    drop(store);
    assert_eq!(everything(&disk.open().unwrap()).unwrap().2.len(), 150);
}

#[test]
fn memory_is_bounded() {
    let store = Memory::bounded(10_000);
    fill(&store, 1..=1000);
    assert!(history(&store, 0).unwrap().len() < 100);
    assert!(matches!(everything(&store), Err(Failure::Gone { .. })));
    checkpoint(&store, 1000);
    assert_eq!(everything(&store).unwrap().2, []);
}

#[test]
fn memory_takes_an_image_back() {
    let store = Memory::bounded(10_000);
    let empty = store.image().unwrap();
    fill(&store, 1..=1000);
    assert!(store.image().is_none(), "no checkpoint stands for all of it");
    checkpoint(&store, 1000);
    let (image, then) = (store.image().unwrap(), everything(&store).unwrap());
    let journal = history(&store, 0).unwrap();
    fill(&store, 1001..=1010);
    assert!(store.image().is_none());
    let mut late = store.begin_checkpoint(1010).unwrap();
    late.chunk(&chunk(1010, 0)).unwrap();
    store.put(&image);
    assert!(late.finish().is_err(), "it is of what is no more");
    assert_eq!(everything(&store).unwrap(), then);
    assert_eq!(history(&store, 0).unwrap(), journal, "with its journal");
    fill(&store, 1001..=1001);
    assert_eq!(everything(&store).unwrap().3, head_of(1001));
    store.put(&empty);
    assert_eq!(everything(&store).unwrap(), (0, vec![], vec![], Head::EMPTY));
    fill(&store, 1..=3);
    store.put(&image);
    assert_eq!(everything(&store).unwrap(), then);
}

#[test]
fn one_process_a_data_folder() {
    let folder = tempfile::tempdir().unwrap();
    let data = DataFolder::open(folder.path()).unwrap();
    let second = DataFolder::open(folder.path()).unwrap_err().to_string();
    assert!(second.contains(&format!("process {}", std::process::id())), "{second}");
    assert!(second.contains("stop that process"), "{second}");
    // The lock lasts as long as any store of the folder.
    let store = data.region("a").unwrap();
    drop(data);
    assert!(DataFolder::open(folder.path()).is_err());
    drop(store);
    DataFolder::open(folder.path()).unwrap();
}

#[test]
fn files_are_for_their_owner_only_and_names_cannot_lead_elsewhere() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("data");
    let data = DataFolder::open(&path).unwrap();
    let store = data.region("r-1").unwrap();
    fill(&store, 1..=1);
    checkpoint(&store, 1);
    let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&path), mode(&path.join("r-1")), mode(&path.join("lock"))), (0o700, 0o700, 0o600));
    let files = store.files().unwrap();
    assert_eq!(files.len(), 2, "{files:?}");
    for file in files {
        assert_eq!(mode(&path.join("r-1").join(&file.name)), 0o600, "{file:?}");
    }
    for name in ["", ".", "..", "a/b", "A", "a b", "é", &"a".repeat(65)] {
        assert!(data.region(name).is_err(), "{name:?}");
    }
}

//! What an operator does with stores: look, verify, export, import, tell the life of a reservation.
#![allow(clippy::unwrap_used, reason = "a test may end at once")]

use ledger::directory::{AccessKey, Account, Directory, Entry as DirectoryEntry, KeySource, KeyState, Secret};
use ledger::{End, Entry, Kind, MatchCriteria, Moment, Phase, Platform, Reservation, ReservationId, Tag, Why};
use std::path::Path;
use std::sync::Arc;
use store::Subject;
use store::format::{Chunks, Fact, encode_batch, fact_to_json};
use store::tools::{self, Fold};
use store::{Appended, Batch, DIRECTORY, DataFolder, Embedded, Failure, Origin, Piece, Record, Remembered, Store};

fn id(number: u64) -> ReservationId {
    let code = format!("{number:020}");
    ReservationId::new(Kind::CapacityReservation, code.as_bytes().try_into().unwrap()).unwrap()
}

fn reservation(number: u64) -> Reservation {
    Reservation {
        id: id(number),
        owner: "1000000000000001".into(),
        zone: "cn-hangzhou-h".into(),
        class: "g6".into(),
        instance_type: "ecs.g6.large".into(),
        size: 1,
        count: 3,
        matching: MatchCriteria::Open,
        platform: Platform::Linux,
        group: "".into(),
        name: format!("name \"{number}\"\n").into(),
        description: "".into(),
        tags: Box::new([Tag { key: "k".into(), value: "v".into() }]),
        creation_tags: Box::new([]),
        course: ledger::Course::Immediate,
        made: Moment(number),
        starts: Moment(number),
        end: End::ByHand,
        phase: Phase::Active,
    }
}

fn caller(request: &str, action: &str) -> Origin {
    Origin::Caller {
        account: "1000000000000001".into(),
        key: "key-1".into(),
        source: "192.0.2.7".into(),
        request_id: request.into(),
        action: action.into(),
        nonce: [3; 16],
    }
}

fn remembered(token: &str) -> Remembered {
    let (action, answer) = ("CreateCapacityReservation".into(), "{\"a\":1}".into());
    Remembered { account: "a".into(), action, token: token.into(), fingerprint: [1; 32], answer, at: Moment(9) }
}

fn put<E: Fact>(store: &Embedded, revision: u64, records: Vec<Record<E>>) {
    let batch = Batch { revision, id: [u8::try_from(revision % 256).unwrap(); 16], records };
    assert_eq!(store.append(&encode_batch(&batch)), Appended::Committed);
}

/// The facts of batch `revision` of the region that the tests use.
fn records(revision: u64) -> Vec<Record> {
    let at = Moment(1000 + revision);
    let record = |origin, entries, remembered| Record { at, origin, entries, remembered };
    if revision == 1 {
        let ladder = Entry::LadderSet { class: "g6".into(), rungs: vec![1, 2] };
        let host =
            Entry::HostAdded { host: "h1".into(), zone: "cn-hangzhou-h".into(), class: "g6".into(), units: 1 << 20 };
        return vec![record(Origin::System, vec![ladder, host], None)];
    }
    let made = Entry::Reserved(Box::new(reservation(revision)));
    let create = caller(&format!("CREATE-{revision}"), "CreateCapacityReservation");
    let mut all = vec![record(create, vec![made], Some(remembered(&format!("token {revision}"))))];
    if revision.is_multiple_of(2) {
        let released = Entry::Released { id: id(revision), at, why: Why::ByHand };
        all.push(record(caller(&format!("RELEASE-{revision}"), "ReleaseCapacityReservation"), vec![released], None));
    }
    all
}

fn fill(store: &Embedded, revisions: std::ops::RangeInclusive<u64>) {
    revisions.for_each(|revision| put(store, revision, records(revision)));
}

fn state(revision: u64) -> Vec<Entry> {
    let mut ledger = ledger::Ledger::default();
    (1..=revision).flat_map(records).flat_map(|it| it.entries).for_each(|it| ledger.apply(&it));
    Entry::facts(&ledger)
}

fn checkpoint(store: &Embedded, revision: u64, facts: Vec<Entry>) {
    let mut chunks = Chunks::new(store.begin_checkpoint(revision).unwrap());
    chunks.piece(&Piece::<Entry>::Latest(Moment(1000 + revision))).unwrap();
    chunks.piece(&Piece::Entries(facts)).unwrap();
    chunks.piece(&Piece::<Entry>::Remembered(vec![Arc::new(remembered("kept"))])).unwrap();
    chunks.finish().unwrap();
}

fn directory(data: &DataFolder) {
    let store = data.region(DIRECTORY).unwrap();
    let key = AccessKey {
        id: "key-1".into(),
        account: "1000000000000001".into(),
        secret: Secret::new("the secret"),
        state: KeyState::Revoked,
        source: KeySource::Operation,
        permits: None,
        session: None,
    };
    let account = Account { id: "1000000000000001".into(), name: "one".into(), operator: true };
    let entries = vec![DirectoryEntry::AccountPut(account), DirectoryEntry::KeyPut(key)];
    put(&store, 1, vec![Record { at: Moment(1), origin: Origin::System, entries, remembered: None }]);
    let mut chunks = Chunks::new(store.begin_checkpoint(1).unwrap());
    let mut state = Directory::default();
    store
        .journal(1, &mut |frame| {
            let batch = store::format::decode_batch::<DirectoryEntry>(frame).unwrap();
            batch.records.iter().flat_map(|it| &it.entries).for_each(|it| state.apply(it));
            Ok(store::Control::Continue)
        })
        .unwrap();
    chunks.piece(&Piece::Entries(state.entries())).unwrap();
    chunks.finish().unwrap();
}

fn export(data: &DataFolder) -> String {
    let mut text = Vec::new();
    let done = tools::export(data, &mut text, &mut |_| {}).unwrap();
    let text = String::from_utf8(text).unwrap();
    assert_eq!(done.lines, u64::try_from(text.lines().count()).unwrap());
    text
}

fn import(folder: &Path, text: &str) -> Result<tools::Imported, Failure> {
    tools::import(folder, &mut text.as_bytes(), &mut |_| {})
}

fn problems(data: &DataFolder, name: &str) -> (bool, Vec<String>) {
    let report = tools::verify_of(data, name, &mut |_| {}).unwrap();
    (report.compared, report.problems)
}

#[test]
fn a_whole_journal_comes_back_from_its_export() {
    let folder = tempfile::tempdir().unwrap();
    let data = DataFolder::open(&folder.path().join("one")).unwrap();
    let store = data.region("cn-hangzhou").unwrap();
    fill(&store, 1..=20);
    checkpoint(&store, 12, state(12));
    let head = store.head().unwrap();
    drop(store);
    directory(&data);
    assert_eq!(problems(&data, "cn-hangzhou"), (true, vec![]));
    assert_eq!(problems(&data, DIRECTORY), (true, vec![]));

    let text = export(&data);
    let two = folder.path().join("two");
    let imported = import(&two, &text).unwrap();
    assert_eq!(imported.stores[0], ("cn-hangzhou".to_owned(), head), "the very same chain of hashes");
    let again = DataFolder::open(&two).unwrap();
    assert_eq!(export(&again), text);
    assert_eq!(problems(&again, "cn-hangzhou"), (false, vec![]), "no checkpoint to compare with yet");
    let names: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|it| it.unwrap().file_name()).collect();
    assert_eq!(names.len(), 2, "{names:?}");
}

#[test]
fn a_checkpoint_and_the_journal_after_it_come_back_too() {
    let folder = tempfile::tempdir().unwrap();
    let data = DataFolder::open(&folder.path().join("one")).unwrap();
    let store = data.region("cn-hangzhou").unwrap();
    fill(&store, 1..=8);
    checkpoint(&store, 8, state(8));
    fill(&store, 9..=11);
    let text = export(&data);
    drop(store);
    // As after a trim: without the journal up to the checkpoint.
    let short = text.lines().filter(|line| {
        let value: serde_json::Value = serde_json::from_str(line).unwrap();
        value.get("revision").and_then(serde_json::Value::as_u64).is_none_or(|it| it > 8)
    });
    let head = data.region("cn-hangzhou").unwrap().checkpoint().unwrap().unwrap();
    let mut lines: Vec<String> = short.map(str::to_owned).collect();
    lines[1] = serde_json::json!({
        "store": "cn-hangzhou", "holds": "region",
        "checkpoint": { "revision": 8, "batch": store::format::hex(&head.batch), "chain": store::format::hex(&head.chain) },
    })
    .to_string();
    let facts = state(8);
    let facts = facts.iter().map(|it| serde_json::json!({ "entry": fact_to_json(it) }).to_string());
    lines.splice(2..2, facts.chain([r#"{"latest":1008}"#.to_owned()]));
    lines.pop();
    let text = signed(&lines);

    let two = folder.path().join("two");
    import(&two, &text).unwrap();
    let again = DataFolder::open(&two).unwrap();
    let store = again.region("cn-hangzhou").unwrap();
    assert_eq!(store.head().unwrap(), data.region("cn-hangzhou").unwrap().head().unwrap());
    assert_eq!(problems_of(&store), Vec::<String>::new());
    let info = tools::info::<Entry>(&store).unwrap();
    assert_eq!((info.oldest, info.in_checkpoint["Reserved"], info.in_journal["Reserved"]), (Some(9), 7, 3));
    fill(&store, 12..=12);
    drop(store);
    assert_eq!(export(&again).lines().count(), text.lines().count() + 2);

    // The life of a reservation that only the checkpoint still has begins with its state there.
    let store = again.region("cn-hangzhou").unwrap();
    let life = tools::history(&store, &Subject::Reservation(id(3)), &mut |_| {}).unwrap();
    assert_eq!((life.len(), life[0].revision, life[0].at), (1, 8, None));
}

fn problems_of(store: &Embedded) -> Vec<String> {
    tools::verify::<Entry>(store, "", &mut |_| {}).problems
}

/// Lines with a right last line.
fn signed(lines: &[String]) -> String {
    use sha2::Digest;
    let text = lines.iter().fold(String::new(), |text, line| text + line + "\n");
    let digest = store::format::hex(&sha2::Sha256::digest(text.as_bytes()));
    format!("{text}{{\"end\":true,\"lines\":{},\"sha256\":\"{digest}\"}}\n", lines.len())
}

#[test]
fn a_wrong_line_is_named_and_nothing_is_left() {
    let folder = tempfile::tempdir().unwrap();
    let data = DataFolder::open(&folder.path().join("one")).unwrap();
    let store = data.region("r").unwrap();
    fill(&store, 1..=3);
    drop(store);
    let text = export(&data);
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    lines.pop();
    let two = folder.path().join("two");
    let with = |at: usize, from: &str, to: &str| {
        let mut lines = lines.clone();
        assert!(lines[at - 1].contains(from), "{}", lines[at - 1]);
        lines[at - 1] = lines[at - 1].replacen(from, to, 1);
        signed(&lines)
    };
    let cases = [
        (with(1, "1", "2"), "line 1: not an export"),
        (with(2, "region", "directory"), "line 2: \"holds\""),
        (with(2, "\"r\"", "\"../r\""), "line 2: \"../r\""),
        (with(3, "\"at\":1001", "\"at\":-1"), "line 3: \"at\" should be a whole number"),
        (with(4, "\"count\":3", "\"count\":4294967296"), "line 4: count"),
        (
            with(4, "\"matching\":\"open\"", "\"matching\":\"all\""),
            "line 4: \"matching\" should be one of open, target",
        ),
        (with(4, "\"owner\"", "\"owners\""), "line 4: \"owner\" is missing"),
        (with(4, "\"owner\"", "\"more\":1,\"owner\""), "line 4: \"more\" is not known"),
        (with(4, "crp-", "x-"), "line 4: id: "),
        (with(4, "\"Reserved\"", "\"Taken\""), "line 4: kind \"Taken\""),
        (with(4, "\"record\":1", "\"record\":2"), "line 4: record 2 of 2"),
        (with(5, "\"revision\":2", "\"revision\":3"), "line 5: the batch before"),
        (with(6, "\"revision\":3", "\"revision\":4"), "line 6: the batch does not follow"),
        (with(6, "{", "["), "line 6: "),
        (text.replacen("CREATE-3", "CREATE-4", 1), "line 7: the lines before are not those"),
        (signed(&lines[..4]), "line 5: the batch before this line is not complete"),
        (lines.join("\n") + "\n", "line 7: the export ends too early"),
        (text.trim_end().to_owned(), "line 7: the line is cut short"),
        (text.clone() + "{}\n", "line 7: something follows"),
        (String::new(), "line 1: the export ends too early"),
    ];
    for (text, wanted) in cases {
        let failure = import(&two, &text).unwrap_err().to_string();
        assert!(failure.starts_with(wanted), "{failure:?} should begin with {wanted:?}");
        let left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|it| it.unwrap().file_name()).collect();
        assert_eq!(left, ["one"], "{wanted}");
    }
    let failure = import(data.path(), &text).unwrap_err().to_string();
    assert!(failure.contains("is not empty"), "{failure}");
    std::fs::create_dir(&two).unwrap();
    import(&two, &text).unwrap();
}

#[test]
fn the_life_of_a_reservation() {
    let folder = tempfile::tempdir().unwrap();
    let data = DataFolder::open(folder.path()).unwrap();
    let store = data.region("r").unwrap();
    fill(&store, 1..=6);
    let life = tools::history(&store, &Subject::Reservation(id(4)), &mut |_| {}).unwrap();
    let told: Vec<_> = life.iter().map(|it| (it.revision, it.at, it.origin.clone())).collect();
    let create = caller("CREATE-4", "CreateCapacityReservation");
    let release = caller("RELEASE-4", "ReleaseCapacityReservation");
    assert_eq!(told, [(4, Some(Moment(1004)), Some(create)), (4, Some(Moment(1004)), Some(release))]);
    assert!(matches!(life[1].fact, Entry::Released { .. }));
    assert_eq!(tools::history(&store, &Subject::Reservation(id(99)), &mut |_| {}).unwrap(), []);
}

#[test]
fn a_checkpoint_that_is_not_what_the_journal_gives_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let data = DataFolder::open(folder.path()).unwrap();
    let store = data.region("r").unwrap();
    fill(&store, 1..=6);
    let mut facts = state(6);
    facts.pop();
    checkpoint(&store, 6, facts);
    drop(store);
    let (compared, problems) = problems(&data, "r");
    assert!(compared && problems.len() == 1, "{problems:?}");
    assert!(problems[0].contains("is not what the journal gives"), "{problems:?}");
}

#[test]
fn verify_names_all_it_cannot_decode() {
    let folder = tempfile::tempdir().unwrap();
    let data = DataFolder::open(folder.path()).unwrap();
    let store = data.region("r").unwrap();
    fill(&store, 1..=2);
    for revision in 3..=4 {
        let frame = store::Frame { revision, batch: [0; 16], body: vec![9, 9] };
        assert_eq!(store.append(&frame), Appended::Committed);
    }
    drop(store);
    let (_, problems) = problems(&data, "r");
    assert_eq!(problems.len(), 2, "{problems:?}");
    assert!(problems[0].contains("revision 3") && problems[1].contains("revision 4"), "{problems:?}");
    assert!(tools::verify_of(&data, "missing", &mut |_| {}).is_err());
    assert_eq!(data.regions().unwrap(), ["r"], "looking makes no store");
}

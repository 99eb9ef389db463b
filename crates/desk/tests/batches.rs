//! Batches are bounded: what is beyond one waits for the next, and so does whoever waits for it.
#![allow(clippy::expect_used, reason = "a test that cannot go on has failed")]

use desk::{Action, Desk, Settings, limits};
use ledger::{Entry, Moment};
use store::Appended;
use store::format::{decode_batch, encode_batch};

#[test]
fn very_many_facts_at_once_become_batches_that_a_store_takes() {
    let mut desk: Desk<u32> = Desk::new(Settings { region: "r".into(), run: 1, keep_released_seconds: 1 });
    let facts: Vec<Entry> = (0..400_000_u32)
        .map(|n| Entry::HostAdded {
            host: format!("host-{n}").as_str().into(),
            zone: "z".into(),
            class: "c".into(),
            units: 1,
        })
        .collect();
    let ladder = Entry::LadderSet { class: "c".into(), rungs: vec![1] };
    let mut actions = Vec::new();
    desk.record(Moment(1), &[vec![ladder], facts].concat(), &mut actions);
    let (mut batches, mut seen) = (0, 0);
    while let Some(Action::Append(batch)) = actions.pop() {
        batches += 1;
        let batch = decode_batch::<Entry>(&batch.frame).expect("what was just written");
        let bytes = encode_batch(&batch).body.len();
        let sizes: Vec<usize> = batch.records.iter().map(|record| record.entries.len()).collect();
        assert!(sizes.iter().all(|size| *size <= limits::FACTS_OF_A_RECORD_MAX));
        assert!(bytes <= limits::BATCH_BYTES_MAX + 16, "{bytes}");
        seen += sizes.iter().sum::<usize>();
        assert!(desk.appended(&Appended::Committed, &mut actions));
        desk.go_on(&mut actions);
    }
    assert!(batches > 1);
    assert_eq!(seen, 400_001);
    assert!(desk.is_idle());
}

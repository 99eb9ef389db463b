//! What every layout has to stand: there and back in both forms, and arbitrary bytes without harm.

use super::*;
use crate::{Batch, CheckpointWriter, Failure, Frame, Origin, Piece, Record, Remembered};
use ledger::{Entry, Moment};
use proptest::prelude::*;
use std::fmt::Debug;
use std::sync::{Arc, Mutex};

/// Takes a fact through its bytes (also with a bit flipped, cut short and made longer) and its text.
pub(super) fn both_forms<E: Fact + Debug + PartialEq>(fact: &E) -> Result<(), TestCaseError> {
    let record = Record { at: Moment(7), origin: Origin::System, entries: vec![fact.clone()], remembered: None };
    let batch = Batch { revision: 3, id: [9; 16], records: vec![record] };
    let frame = encode_batch(&batch);
    prop_assert_eq!(decode_batch::<E>(&frame), Ok(batch));
    // Long bodies are cut here and there, or the test would take their length squared.
    for cut in (0..frame.body.len()).step_by(1 + frame.body.len() / 40) {
        let short = Frame { body: frame.body[..cut].to_vec(), ..frame.clone() };
        prop_assert!(decode_batch::<E>(&short).is_err(), "cut at {}", cut);
        let mut flipped = frame.clone();
        flipped.body[cut] ^= 0x80;
        let _ = decode_batch::<E>(&flipped); // the checksum is the frame's; here only: no panic
    }
    let mut long = frame;
    long.body.push(0);
    prop_assert!(decode_batch::<E>(&long).is_err());

    let text = fact_to_json(fact).to_string();
    let value: serde_json::Value = serde_json::from_str(&text).expect("our own JSON");
    prop_assert_eq!(fact_from_json::<E>(value), Ok(fact.clone()));
    Ok(())
}

#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<Vec<u8>>>>);

impl CheckpointWriter for Kept {
    fn chunk(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        self.0.lock().expect("not poisoned").push(bytes.to_vec());
        Ok(())
    }
    fn finish(self: Box<Self>) -> Result<(), Failure> {
        Ok(())
    }
}

fn remembered(token: &str, at: u64) -> Remembered {
    let (action, answer) = ("CreateCapacityReservation".into(), "{}".into());
    Remembered { account: "a".into(), action, token: token.into(), fingerprint: [5; 32], answer, at: Moment(at) }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn arbitrary_bytes_do_no_harm(body in prop::collection::vec(any::<u8>(), 0..400)) {
        // With and without a right beginning: otherwise nearly all end at the first byte.
        let mut begun = vec![1, 1];
        begun.extend_from_slice(&body);
        for body in [body, begun] {
            let _ = decode_chunk::<Entry>(&body);
            let _ = decode_chunk::<ledger::directory::Entry>(&body);
            let frame = Frame { revision: 1, batch: [0; 16], body };
            let _ = decode_batch::<Entry>(&frame);
            let _ = decode_batch::<ledger::directory::Entry>(&frame);
        }
    }

    #[test]
    fn an_origin_and_a_token_come_back(
        texts: [String; 5], nonce: [u8; 16], token: Option<(String, u64)>, at: u64,
    ) {
        let origin = Origin::Caller {
            account: texts[0].as_str().into(),
            key: texts[1].as_str().into(),
            source: texts[2].as_str().into(),
            request_id: texts[3].as_str().into(),
            action: texts[4].as_str().into(),
            nonce,
        };
        let remembered = token.map(|(token, at)| remembered(&token, at));
        let record = Record::<Entry> { at: Moment(at), origin, entries: vec![], remembered };
        let mut object = Object::default();
        record_to_json(&record, &mut object);
        prop_assert_eq!(record_from_json::<Entry>(&mut object), Ok(record.clone()));
        prop_assert!(object.end().is_ok());
        let batch = Batch { revision: 1, id: [0; 16], records: vec![record.clone(), record] };
        prop_assert_eq!(decode_batch(&encode_batch(&batch)), Ok(batch));
    }

    #[test]
    fn pieces_come_back_from_chunks_of_bounded_size(
        hosts in prop::collection::vec(0..2000_usize, 0..600), tokens in prop::collection::vec(0..20_usize, 0..40), at: u64,
    ) {
        let entries: Vec<_> = hosts.iter().map(|host| Entry::HostRemoved { host: "h".repeat(*host).as_str().into() }).collect();
        let tokens: Vec<_> = tokens.iter().map(|token| Arc::new(remembered(&"t".repeat(*token), at))).collect();
        let kept = Kept::default();
        let mut chunks = Chunks::new(Box::new(kept.clone()));
        chunks.piece(&Piece::<Entry>::Latest(Moment(at))).expect("kept in memory");
        chunks.piece(&Piece::Entries(entries.clone())).expect("kept in memory");
        chunks.piece(&Piece::<Entry>::Remembered(tokens.clone())).expect("kept in memory");
        chunks.finish().expect("kept in memory");
        let (mut latest, mut back, mut back_tokens) = (vec![], vec![], vec![]);
        for chunk in kept.0.lock().expect("not poisoned").iter() {
            prop_assert!(chunk.len() < crate::CHUNK_BYTES + 40_000);
            for piece in decode_chunk::<Entry>(chunk).expect("our own chunk") {
                match piece {
                    Piece::Entries(some) => back.extend(some),
                    Piece::Remembered(some) => back_tokens.extend(some),
                    Piece::Latest(at) => latest.push(at),
                }
            }
        }
        prop_assert_eq!((latest, back, back_tokens), (vec![Moment(at)], entries, tokens));
    }
}

#[test]
fn a_count_that_lies_allocates_nothing() {
    // 2^63 records in a body of eleven bytes.
    let body = vec![1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f, 0];
    assert!(decode_batch::<Entry>(&Frame { revision: 1, batch: [0; 16], body }).is_err());
}

#[test]
fn the_bytes_of_version_1_stay_what_they_are() {
    let record = Record {
        at: Moment(300),
        origin: Origin::System,
        entries: vec![Entry::HostAdded { host: "h".into(), zone: "z".into(), class: "c".into(), units: 200 }],
        remembered: None,
    };
    let frame = encode_batch(&Batch { revision: 1, id: [0; 16], records: vec![record] });
    let layout = [1, 1, 0xac, 2, 0, 1, 2, 1, b'h', 1, b'z', 1, b'c', 0xc8, 1, 0];
    assert_eq!(frame.body, layout);
}

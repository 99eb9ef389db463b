//! Parameters, against a plain decoder of forms: whatever is taken is what that one reads, each name once; the same
//! parameters written anew are read as the same, from query and body alike.

use rpc::Params;
use rpc::encode::percent;
use rpc::limits::{NAME_BYTES_MAX, PARAMETERS_MAX, VALUE_BYTES_MAX};
use std::collections::BTreeMap;

/// Bytes: the query up to the first line feed, then the body.
pub(crate) fn holds(bytes: &[u8]) {
    let end = bytes.iter().position(|byte| *byte == b'\n').unwrap_or(bytes.len());
    let (query, body) = bytes.split_at(end);
    let body = body.get(1..).unwrap_or_default();
    let Ok(query) = str::from_utf8(query) else { return };
    let read = Params::read(Some(query), body);
    let plain = [plainly(query.as_bytes()), plainly(body)].into_iter().collect::<Option<Vec<_>>>();
    let Ok(params) = read else { return };
    let plain = plain.expect("what was taken is well formed").concat();
    assert!(plain.len() <= PARAMETERS_MAX);
    let expected: BTreeMap<String, String> = plain.iter().cloned().collect();
    assert_eq!(expected.len(), plain.len(), "a name twice");
    let taken: BTreeMap<String, String> = pairs(&params).into_iter().collect();
    assert_eq!(taken, expected);
    assert!(taken.iter().all(|(name, value)| name.len() <= NAME_BYTES_MAX && value.len() <= VALUE_BYTES_MAX));
    assert!(pairs(&params).is_sorted(), "in the order of their names");
    for (name, value) in &taken {
        assert_eq!(params.text(name), Some(value.as_str()));
    }
    // What lists and objects show is what was sent, and nothing else.
    for name in taken.keys().filter_map(|name| name.split('.').next()) {
        for (index, value) in params.list(name) {
            assert_eq!(taken.get(&format!("{name}.{index}")).map(String::as_str), Some(value));
        }
        for object in params.objects(name) {
            for (field, value) in object.fields() {
                let full = format!("{name}.{}.{field}", object.index);
                assert_eq!(taken.get(&full).map(String::as_str), Some(value));
                assert_eq!(object.text(field), Some(value));
            }
        }
    }
    let anew = taken.iter().map(|(name, value)| format!("{}={}", percent(name), percent(value)));
    let anew = anew.collect::<Vec<_>>().join("&");
    for again in [Params::read(Some(&anew), b""), Params::read(None, anew.as_bytes())] {
        // Written anew it may be too long.
        let Ok(again) = again else { continue };
        assert_eq!(pairs(&again), pairs(&params));
        assert_eq!(again.fingerprint(&[]), params.fingerprint(&[]));
    }
}

fn pairs(params: &Params) -> Vec<(String, String)> {
    params.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

/// The pairs of a form, if all of it is well formed.
fn plainly(form: &[u8]) -> Option<Vec<(String, String)>> {
    let pieces = form.split(|byte| *byte == b'&').filter(|piece| !piece.is_empty());
    let pairs = pieces.map(|piece| {
        let end = piece.iter().position(|byte| *byte == b'=').unwrap_or(piece.len());
        Some((decoded(&piece[..end])?, decoded(piece.get(end + 1..).unwrap_or_default())?))
    });
    pairs.collect()
}

fn decoded(text: &[u8]) -> Option<String> {
    let mut out = Vec::new();
    let mut at = 0;
    while let Some(byte) = text.get(at) {
        at += 1;
        match byte {
            b'+' => out.push(b' '),
            b'%' => {
                let digits = text.get(at..at + 2).filter(|it| it.iter().all(u8::is_ascii_hexdigit))?;
                out.push(u8::from_str_radix(str::from_utf8(digits).ok()?, 16).ok()?);
                at += 2;
            }
            other => out.push(*other),
        }
    }
    String::from_utf8(out).ok()
}

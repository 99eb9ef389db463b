//! Parameters: decoding, refusals, lists, objects, fingerprints.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use proptest::prelude::*;
use rpc::{Params, encode, limits};

fn read(query: &str) -> Params {
    Params::read(Some(query), b"").unwrap()
}

fn refused(query: &str) -> bool {
    match Params::read(Some(query), b"") {
        Ok(_) => false,
        Err(fault) => {
            assert_eq!((fault.status, fault.code), (400, "InvalidParameter"), "{query}");
            assert!(fault.message.starts_with("The specified parameter is not valid: "), "{query}");
            true
        }
    }
}

#[test]
fn forms_are_decoded_once() {
    let params = read("A=a+b%20c%2Bd&B=&C&D=%2541&E=%E5%AE%B9%c3%a9&&F=x=y&G=é");
    let all: Vec<_> = params.iter().collect();
    assert_eq!(all, [("A", "a b c+d"), ("B", ""), ("C", ""), ("D", "%41"), ("E", "容é"), ("F", "x=y"), ("G", "é")]);
    assert_eq!(params.text("B"), Some(""));
    assert_eq!(params.text("b"), None);
    assert_eq!(params.text("Z"), None);
}

#[test]
fn query_and_body_are_merged() {
    let params = Params::read(Some("B=1&A=2"), b"C=3+4").unwrap();
    assert_eq!(params.iter().collect::<Vec<_>>(), [("A", "2"), ("B", "1"), ("C", "3 4")]);
    assert_eq!(params.query().collect::<Vec<_>>(), [("A", "2"), ("B", "1")]);
    assert_eq!(Params::read(None, b"").unwrap().iter().count(), 0);
}

#[test]
fn malformed_and_ambiguous_are_refused() {
    for query in [
        "A=%",
        "A=%4",
        "A=%4g",
        "A=%zz",
        "%=1",
        "A=%ff",
        "A=%c3",
        "%c3=%a9",
        "A=%c3&%a9=1",
        "A=%ed%a0%80",
        "A=%c0%80",
        "=1",
        "A=1&A=1",
        "A=1&A=2",
        "A=1&%41=1",
        "A&A",
        "Tag.01.Key=a",
        "Tag.1.Key=a&Tag.01.Key=b",
        "Tag.0.Key=a",
        "Tag.+1.Key=a",
        "Tag.%2B1.Key=a",
        "Tag.-1.Key=a",
        "Tag.1e3.Key=a",
        "Tag. 1.Key=a",
        "Tag.1%20.Key=a",
        "Tag.1x.Key=a",
        "ZoneId.00=a",
        "ZoneId.1000001=a",
        "ZoneId.2147483648=a",
        "ZoneId.4294967297=a",
        "ZoneId.9223372036854775808=a",
        "ZoneId.100000000000000000000000=a",
    ] {
        assert!(refused(query), "{query}");
    }
    assert!(Params::read(Some("A=1"), b"A=1").is_err(), "across query and body");
    assert!(Params::read(None, b"A=\xff").is_err(), "raw bytes that are not UTF-8");
    for query in ["A.B.C=1", "A..B=1", "Tag.x.Key=1", "A.=1", "1=1", "01=1", "Ipv6Address.1=a", "A=%00"] {
        assert!(!refused(query), "{query}");
    }
}

#[test]
fn limits_hold() {
    let many = |count: usize| (0..count).map(|at| format!("P{at}=1")).collect::<Vec<_>>().join("&");
    assert!(!refused(&many(limits::PARAMETERS_MAX)));
    assert!(refused(&many(limits::PARAMETERS_MAX + 1)));
    assert!(!refused(&format!("{}=1", "n".repeat(limits::NAME_BYTES_MAX))));
    assert!(refused(&format!("{}=1", "n".repeat(limits::NAME_BYTES_MAX + 1))));
    assert!(!refused(&format!("A={}", "v".repeat(limits::VALUE_BYTES_MAX))));
    assert!(refused(&format!("A={}", "v".repeat(limits::VALUE_BYTES_MAX + 1))));
    assert!(refused(&"&".repeat(limits::REQUEST_BYTES_MAX + 1)));
    assert!(!refused(&format!("ZoneId.{}=a", limits::INDEX_MAX)));
}

#[test]
fn lists_come_in_order_of_index() {
    let params = read("ZoneId.10=j&ZoneId.2=b&ZoneId.1=a&ZoneId=no&ZoneIds.1=no&ZoneId.3.X=no&ZoneId.1000000=z");
    assert_eq!(params.list("ZoneId"), [(1, "a"), (2, "b"), (10, "j"), (1_000_000, "z")]);
    assert_eq!(params.list("Zone"), []);
    assert_eq!(params.list(""), []);
    let nested = read("PrivatePoolOptions.Id.2=b&PrivatePoolOptions.Id.1=a&PrivatePoolOptions.Id=c");
    assert_eq!(nested.list("PrivatePoolOptions.Id"), [(1, "a"), (2, "b")]);
}

#[test]
fn objects_are_grouped_by_index() {
    let params = read("Tag.2.Value=v2&Tag.10.Key=k10&Tag.1.Key=k1&Tag.2.Key=k2&Tag.1=no&Tag.x.Key=no&Tags.1.Key=no");
    let tags = params.objects("Tag");
    let indices: Vec<_> = tags.iter().map(|tag| tag.index).collect();
    assert_eq!(indices, [1, 2, 10]);
    assert_eq!((tags[0].text("Key"), tags[0].text("Value")), (Some("k1"), None));
    assert_eq!((tags[1].text("Key"), tags[1].text("Value")), (Some("k2"), Some("v2")));
    assert_eq!(tags[1].fields().collect::<Vec<_>>(), [("Key", "k2"), ("Value", "v2")]);
}

#[test]
fn fingerprints_see_own_parameters_only() {
    let of = |query| read(query).fingerprint(&["ClientToken"]);
    let base = of("A=1&B=2");
    assert_eq!(base, of("B=2&A=1&Signature=x&Timestamp=t&SignatureNonce=n&ClientToken=c&OwnerId=7"));
    assert_ne!(base, of("A=1&B=3"));
    assert_ne!(base, of("A=1"));
    assert_ne!(of("A=bc"), of("Ab=c"));
    assert_ne!(of("A=&B="), of("A=B"));
    assert_eq!(read("A=1&Action=X&Format=JSON").own().collect::<Vec<_>>(), [("A", "1")]);
}

#[test]
fn debug_shows_no_values() {
    let shown = format!("{:?}", read("SecurityToken=hush&Signature=quiet"));
    assert!(shown.contains("SecurityToken") && !shown.contains("hush") && !shown.contains("quiet"));
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(query in ".{0,80}", body in proptest::collection::vec(any::<u8>(), 0..80)) {
        if let Ok(params) = Params::read(Some(&query), &body) {
            for (name, value) in params.iter() {
                prop_assert_eq!(params.text(name), Some(value));
            }
            prop_assert!(params.list("A").len() <= 80);
            prop_assert!(params.objects("A").len() <= 80);
        }
    }

    #[test]
    fn near_misses_are_read_or_refused(query in "([AT=&+.0-9é%]|%[0-9a-f]{2}|Tag\\.[0-9]{1,3}\\.K){0,30}") {
        if let Ok(params) = Params::read(Some(&query), query.as_bytes()) {
            prop_assert_eq!(params.iter().count(), 0);
        }
        if let Ok(params) = Params::read(Some(&query), b"") {
            let objects = params.objects("Tag");
            prop_assert!(objects.windows(2).all(|pair| pair[0].index < pair[1].index));
        }
    }

    #[test]
    fn what_is_encoded_is_decoded(pairs in proptest::collection::btree_map("[^.]{1,12}", ".{0,20}", 0..10)) {
        let query: Vec<String> = pairs
            .iter()
            .map(|(name, value)| format!("{}={}", encode::percent(name), encode::percent(value)))
            .collect();
        let params = read(&query.join("&"));
        let back: Vec<_> = params.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        prop_assert_eq!(back, pairs.into_iter().collect::<Vec<_>>());
    }
}

#[test]
fn encoding_keeps_only_the_unreserved() {
    assert_eq!(encode::percent("AZaz09-_.~ *+/'()!%容"), "AZaz09-_.~%20%2A%2B%2F%27%28%29%21%25%E5%AE%B9");
    let mut twice = Vec::new();
    encode::push_twice(&mut twice, "a b*~");
    assert_eq!(String::from_utf8(twice).unwrap(), encode::percent(&encode::percent("a b*~")));
    assert_eq!(encode::hex(&[0, 0x9f, 0xff]), "009fff");
}

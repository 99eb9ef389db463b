//! Values: what is exactly one of the documented forms, and nothing else.

use rpc::values::{TextsError, flag, integer, texts};

#[test]
fn booleans() {
    for text in ["true", "True", "TRUE", "tRuE", "1"] {
        assert_eq!(flag(text), Some(true), "{text}");
    }
    for text in ["false", "False", "FALSE", "0"] {
        assert_eq!(flag(text), Some(false), "{text}");
    }
    for text in ["", " true", "true ", "yes", "on", "01", "2", "-1", "t", "ｔrue", "null"] {
        assert_eq!(flag(text), None, "{text}");
    }
}

#[test]
fn integers() {
    for (text, number) in [
        ("0", 0),
        ("-1", -1),
        ("7", 7),
        ("100", 100),
        ("2147483648", 1 << 31),
        ("9223372036854775807", i64::MAX),
        ("-9223372036854775808", i64::MIN),
    ] {
        assert_eq!(integer(text), Some(number), "{text}");
    }
    for text in [
        "",
        " 1",
        "1 ",
        "+1",
        "01",
        "-01",
        "00",
        "-0",
        "-",
        "--1",
        "1e3",
        "1.0",
        "0x1",
        "1_000",
        "1,000",
        "١",
        "9223372036854775808",
        "-9223372036854775809",
        "99999999999999999999999",
        "1\0",
        "\n1",
    ] {
        assert_eq!(integer(text), None, "{text:?}");
    }
}

#[test]
fn arrays_of_texts() {
    let of = |items: &[&str]| Ok(items.iter().map(|&item| item.to_owned()).collect::<Vec<_>>());
    assert_eq!(texts(r#"["crp-1", "crp-2"]"#, 2), of(&["crp-1", "crp-2"]));
    assert_eq!(texts("[]", 2), of(&[]));
    assert_eq!(texts(r#"["\u5bb9"]"#, 1), of(&["容"]));
    assert_eq!(texts(r#"["a","b","c"]"#, 2), Err(TextsError::TooMany));
    let deep = "[".repeat(60_000);
    for text in [
        "",
        "a",
        "crp-1",
        "\"a\"",
        "[a]",
        "['a']",
        "[1]",
        "[null]",
        "[\"a\"",
        "[\"a\",]",
        "{}",
        "[[\"a\"]]",
        "[\"a\"]x",
        &deep,
    ] {
        assert_eq!(texts(text, 2), Err(TextsError::Malformed), "{text:.20}");
    }
}

//! `berth explain` against the built binary.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on ends")]

use std::process::{Command, Output};

fn explain(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_berth")).arg("explain").args(arguments).output().unwrap()
}

#[test]
fn a_code_is_explained_to_people_and_to_programs_and_a_wrong_one_is_guessed() {
    let table = explain(&["operationdenied.nostock"]);
    let text = String::from_utf8(table.stdout).unwrap();
    assert!(table.status.success() && text.starts_with("OperationDenied.NoStock\n\nWhat to do\n"), "{text}");
    let json = explain(&["OperationDenied.NoStock", "--output", "json"]);
    let page: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!((&page["code"], &page["rows"][0]["status"]), (&"OperationDenied.NoStock".into(), &403.into()));
    let wrong = explain(&["NoStock"]);
    let told = String::from_utf8(wrong.stderr).unwrap();
    assert!(wrong.status.code() == Some(1) && told.contains("\n  OperationDenied.NoStock"), "{told}");
}

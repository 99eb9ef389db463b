//! All tests of the operations, in one binary: a change of the ledger links it once. A new file of tests is a module here.

mod answers;
mod assurances;
mod assurances_input;
mod bad_input;
mod catalogue;
mod changes;
mod common;
mod contract;
mod directory;
mod hosts;
mod hosts_input;
mod injection;
mod instance_input;
mod instance_pages;
mod instances;
mod launching;
mod launching_input;
mod launching_told;
mod listing;
mod order;
mod order_instances;
mod order_launching;
mod order_windows;
mod permission;
mod properties;
mod shortfall;
mod stock;
mod tagged;
mod windows;
mod windows_input;

#[test]
#[allow(clippy::disallowed_methods, reason = "the tests are files; the operations read none")]
fn no_file_of_tests_is_left_out() {
    let folder = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests")).expect("the tests");
    let names = folder.map(|file| file.expect("a file").file_name().into_string().expect("a plain name"));
    for name in names.filter(|it| it != "all.rs") {
        let Some(module) = name.strip_suffix(".rs") else { continue };
        assert!(include_str!("all.rs").contains(&format!("\nmod {module};\n")), "{name} is no module of all.rs");
    }
}

//! All tests of the ledger but those at the limits, in one binary: a change of the ledger links it once. A new file of tests is a
//! module here.

mod admission;
mod assurances;
mod attaching;
mod choosing;
mod common;
mod counted;
mod damaged;
mod directory;
mod ladders;
mod launches;
mod outages;
mod outlook;
mod random;
mod shapes;
mod stories;
mod windows;

#[test]
#[allow(clippy::disallowed_methods, reason = "the tests are files; the ledger reads none")]
fn no_file_of_tests_is_left_out() {
    let folder = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests")).expect("the tests");
    let names = folder.map(|file| file.expect("a file").file_name().into_string().expect("a plain name"));
    for name in names.filter(|it| !["all.rs", "limits.rs"].contains(&it.as_str())) {
        let Some(module) = name.strip_suffix(".rs") else { continue };
        assert!(include_str!("all.rs").contains(&format!("\nmod {module};\n")), "{name} is no module of all.rs");
    }
}

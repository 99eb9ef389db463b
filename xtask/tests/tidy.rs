//! The tree keeps the house's rules, and the pages made from the contract are the committed ones.
#![allow(clippy::expect_used, reason = "a test may fail")]

#[test]
fn the_tree_is_tidy() {
    let problems = xtask::tidy::problems(&xtask::root()).expect("the tree can be read");
    let listed: Vec<String> = problems.iter().map(ToString::to_string).collect();
    assert!(listed.is_empty(), "\n{}", listed.join("\n"));
}

#[test]
fn the_made_pages_are_committed() {
    xtask::docs::run(true).expect("`cargo xtask docs` has been run");
}

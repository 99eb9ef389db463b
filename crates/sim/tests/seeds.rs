//! Some seeds, each time the same. `cargo xtask sim` runs as many as you have minutes for.

#[test]
fn nothing_is_broken() {
    let mut asked = 0;
    for seed in 0..150 {
        match sim::run(seed) {
            Ok(counts) => asked += counts.asked,
            Err(failed) => panic!("{}", failed.shrunk()),
        }
    }
    assert!(asked > 15_000, "{asked} requests");
}

//! Some seeds, each time the same. `cargo xtask sim` runs as many as you have minutes for.

use std::collections::BTreeMap;

#[test]
fn nothing_is_broken() {
    let (mut asked, mut foretold, mut answers) = (0, 0, BTreeMap::new());
    for seed in 0..150 {
        match sim::run(seed) {
            Ok(counts) => {
                asked += counts.asked;
                foretold += counts.foretold;
                for (which, times) in counts.answers {
                    *answers.entry(which).or_insert(0) += times;
                }
            }
            Err(failed) => panic!("{}", failed.shrunk()),
        }
    }
    assert!(asked > 15_000, "{asked} requests");
    assert!(foretold > asked / 4 * 3, "the second judge has said {foretold} of {asked} answers");
    // What is about the fleet comes to something, and is refused too.
    for (action, code, least) in [
        ("PutHostClass", "OK", 100),
        ("PutInstanceType", "OK", 100),
        ("PutInstanceType", "InternalError", 1),
        ("RegisterHosts", "OK", 30),
        ("RegisterHosts", "DryRunOperation", 5),
        ("RegisterHosts", "InvalidHostId.Conflict", 5),
        ("DescribeAvailableResource", "OK", 100),
        ("DescribeAvailableResource", "InvalidResourceId.NotFound", 5),
    ] {
        let times = answers.get(&(action, code)).copied().unwrap_or(0);
        assert!(times >= least, "{action} is answered {code} {times} times");
    }
}

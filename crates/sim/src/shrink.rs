//! From a script that fails to a short one that fails: steps are left out for as long as it still does. Knows no step.

/// The shortest script found that `fails`, of one that does, with at most so many tries. Leaves out halves, then
/// quarters, and so on down to single steps.
pub fn shrink<S: Clone>(script: &[S], mut tries: usize, fails: impl Fn(&[S]) -> bool) -> Vec<S> {
    let mut kept = script.to_vec();
    let mut size = kept.len() / 2;
    while size > 0 {
        let mut at = 0;
        while at < kept.len() {
            if tries == 0 {
                return kept;
            }
            tries -= 1;
            let upto = kept.len().min(at + size);
            let without = [&kept[..at], &kept[upto..]].concat();
            if fails(&without) {
                kept = without;
            } else {
                at += size;
            }
        }
        size /= 2;
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::shrink;

    #[test]
    fn what_makes_it_fail_is_left() {
        let script: Vec<u32> = (0..100).collect();
        let fails = |script: &[u32]| script.contains(&17) && script.contains(&80);
        assert_eq!(shrink(&script, 1000, fails), [17, 80]);
        assert!(fails(&shrink(&script, 3, fails)), "what is given back fails, however few the tries");
    }
}

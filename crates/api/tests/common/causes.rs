//! What can be wrong with a request: for each fault of an operation a cause, in the order of the checks.

use super::{ALICE, Pairs, World, is, row, with};
use rpc::fault::Fault;

/// Parameters that make a request go wrong; `-` takes one away.
pub type Cause<'a> = &'a [(&'a str, &'a str)];

/// All faults that an operation can answer, in order: absences, then its own.
fn all_faults(action: &str) -> Vec<Fault> {
    let row = row(action);
    let absent = row.params.iter().flat_map(|param| param.absent.iter().chain(&param.empty).cloned());
    absent.chain(row.faults.iter().cloned()).collect()
}

/// Sends each cause alone and each two together.
pub fn check(world: &World, action: &str, good: &Pairs<'_>, causes: &[Cause<'_>]) {
    world.ask(ALICE, action, good).expect("without a cause nothing is wrong");
    // That there are too many of something is told last, and has no parameter for a cause.
    let mut faults = all_faults(action);
    faults.retain(|fault| !fault.code.starts_with("QuotaExceed."));
    assert_eq!(faults.len(), causes.len(), "{action}: each fault has its cause, in order");
    for (at, cause) in causes.iter().enumerate() {
        let alone = world.ask(ALICE, action, &with(good, cause)).expect_err("a cause");
        assert!(is(&alone, &faults[at]), "{action} {cause:?}: {alone:?} instead of {:?}", faults[at]);
        for later in causes.iter().skip(at + 1).filter(|later| can_stand_together(cause, later)) {
            let pairs = with(&with(good, cause), later);
            let both = world.ask(ALICE, action, &pairs).expect_err("two causes");
            assert!(is(&both, &faults[at]), "{action} {cause:?} and {later:?}: {both:?}");
        }
    }
}

/// A parameter cannot have two values, a list is not absent when another item of it is given, and hours with an amount
/// are a trouble of their own.
fn can_stand_together(one: Cause<'_>, other: Cause<'_>) -> bool {
    let list =
        |name: &str| name.split_once(".").map(|(list, _)| list.to_owned()).filter(|list| list != "PrivatePoolOptions");
    let clash = |(name, value): &(&str, &str), (same, it): &(&str, &str)| {
        let gone = [value, it].contains(&&"-") && list(name).is_some() && list(name) == list(same);
        let mixed = *name == "RecurrenceRules.1.StartHour" && *same == "InstanceAmount";
        gone || mixed || (name == same && value != it)
    };
    !one.iter().any(|mine| other.iter().any(|theirs| clash(mine, theirs)))
}

/// `Tag.1` to `Tag.21`.
pub fn tags_21() -> Vec<(String, String)> {
    (1..=21).map(|at| (format!("Tag.{at}.Key"), format!("key-{at}"))).collect()
}

pub fn borrowed(pairs: &[(String, String)]) -> Pairs<'_> {
    pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
}

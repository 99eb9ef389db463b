//! Faults that a server for development was told to answer with: which requests they meet, how often, and what is
//! answered then. The same requests in the same order meet the same faults, whatever the hour. Knows no connection:
//! waiting and cutting are the server's.

use crate::Row;

/// What is told to whoever is met.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    /// This fault, rendered like any other.
    Fault {
        /// HTTP status.
        status: u16,
        /// The code.
        code: Box<str>,
        /// The message.
        message: Box<str>,
    },
    /// Nothing: the connection ends.
    Cut,
    /// What would have been told anyway: only later.
    Late,
}

/// What happens to a request that is met.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Strike {
    /// What is told.
    pub told: Told,
    /// Whether what was asked for is done all the same, and only its answer lost.
    pub after: bool,
    /// By how much the answer is late, in milliseconds.
    pub delay_milliseconds: u64,
}

impl Strike {
    /// Whether nothing of what was asked for is to be done.
    #[must_use]
    pub fn prevents(&self) -> bool {
        !self.after && self.told != Told::Late
    }
}

/// Which requests are met, and with what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Requests of this action; nothing: of any.
    pub action: Option<&'static str>,
    /// What happens.
    pub strike: Strike,
    /// In how many of a hundred cases, by chance.
    pub probability: u32,
    /// What decides the chance.
    pub seed: u64,
    /// How many it has still to meet; nothing: it stays.
    pub count: Option<u32>,
    /// How many requests it was held against.
    pub seen: u64,
    /// Where its chance stands: at the next of the numbers that the seed gives. Goes back with a snapshot.
    pub place: u64,
    /// How many it has met.
    pub met: u64,
    /// Which one it is, of all that there were since the start.
    pub number: u64,
}

impl Rule {
    /// Holds it against one more request.
    fn meets(&mut self, row: &Row) -> bool {
        if self.action.is_some_and(|action| action != row.name) {
            return false;
        }
        let drawn = mixed(self.seed, self.place) % 100;
        self.place = self.place.wrapping_add(1);
        self.seen = self.seen.saturating_add(1);
        let met = drawn < u64::from(self.probability);
        if met {
            self.met = self.met.saturating_add(1);
            self.count = self.count.map(|count| count.saturating_sub(1));
        }
        met
    }
}

/// What meets a request of this operation: what the first rule says that does. A rule that has met as many as it should is
/// gone. What only a server for development answers is never met, so that nobody locks himself out.
pub fn strike(rules: &mut Vec<Rule>, row: &Row) -> Option<Strike> {
    if row.development {
        return None;
    }
    let at = rules.iter_mut().position(|rule| rule.meets(row))?;
    let met = if rules[at].count == Some(0) { rules.remove(at).strike } else { rules[at].strike.clone() };
    Some(met)
}

/// A number of a seed and a place that looks like any other: SplitMix64.
const fn mixed(seed: u64, place: u64) -> u64 {
    let mut mixed = seed.wrapping_add(place.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

#[cfg(test)]
mod tests {
    use super::{Rule, Strike, Told, mixed, strike};
    use crate::operations::find;

    fn rule(action: Option<&'static str>, probability: u32, count: Option<u32>, delay_milliseconds: u64) -> Rule {
        let strike = Strike { told: Told::Late, after: false, delay_milliseconds };
        Rule { action, strike, probability, seed: 7, count, seen: 0, place: 0, met: 0, number: 0 }
    }

    /// By which rule each of so many requests is met; 0: by none.
    fn met(rules: &mut Vec<Rule>, action: &str, times: usize) -> Vec<u64> {
        let row = find(action).expect("a row");
        (0..times).map(|_| strike(rules, row).map_or(0, |strike| strike.delay_milliseconds)).collect()
    }

    #[test]
    fn the_first_rule_that_meets_counts_and_goes_when_it_has_met_enough() {
        let run = Some("RunInstances");
        let mut rules = vec![rule(run, 100, Some(2), 1), rule(None, 100, Some(2), 2), rule(run, 100, None, 3)];
        assert_eq!(met(&mut rules, "DescribeRegions", 1), [2]);
        assert_eq!(met(&mut rules, "RunInstances", 5), [1, 1, 2, 3, 3]);
        assert_eq!(met(&mut rules, "DescribeRegions", 1), [0]);
        assert_eq!(rules.iter().map(|rule| (rule.seen, rule.met)).collect::<Vec<_>>(), [(2, 2)]);
    }

    #[test]
    fn what_is_for_development_is_never_met() {
        let mut rules = vec![rule(None, 100, None, 1)];
        for action in ["ClearFaults", "Reset", "SetStock", "SetClock"] {
            assert_eq!(met(&mut rules, action, 1), [0], "{action}");
        }
    }

    #[test]
    fn chance_is_the_same_each_time_and_about_as_asked() {
        for probability in [1, 20, 50, 99, 100] {
            let once = met(&mut vec![rule(None, probability, None, 1)], "RunInstances", 10_000);
            assert_eq!(once, met(&mut vec![rule(None, probability, None, 1)], "RunInstances", 10_000));
            let hits = once.iter().sum::<u64>().abs_diff(u64::from(probability) * 100);
            assert!(hits <= 150, "{probability}: {hits} from what was asked");
        }
        let other = Rule { seed: 8, ..rule(None, 50, None, 1) };
        let one = met(&mut vec![rule(None, 50, None, 1)], "RunInstances", 100);
        assert_ne!(met(&mut vec![other], "RunInstances", 100), one);
    }

    /// The first numbers of the published generator from the seed 1234567.
    #[test]
    fn numbers_are_those_of_the_generator() {
        let first: Vec<u64> = (0..3).map(|place| mixed(1_234_567, place)).collect();
        assert_eq!(first, [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]);
    }
}

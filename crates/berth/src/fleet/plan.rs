//! What an import would change: the hosts of a file against those that stand. Knows no server.

use super::file::{Host, Problem};
use std::collections::{BTreeMap, BTreeSet};

/// Hosts that stand, by name: zone and class.
pub type Standing = BTreeMap<String, (String, String)>;

/// What is to be done.
#[derive(Debug)]
pub struct Plan<'a> {
    /// Hosts that come.
    pub new: Vec<&'a Host>,
    /// How many stand just as the file says.
    pub unchanged: usize,
    /// Hosts that stand and that the file does not name.
    pub absent: Vec<String>,
}

impl<'a> Plan<'a> {
    /// Compares.
    ///
    /// # Errors
    /// Each host that stands elsewhere, or is of another class, than the file says: hosts are not moved.
    pub fn new(hosts: &'a [Host], standing: &Standing) -> Result<Self, Vec<Problem>> {
        let (mut plan, mut problems) = (Self { new: Vec::new(), unchanged: 0, absent: Vec::new() }, Vec::new());
        for host in hosts {
            match standing.get(&host.host) {
                None => plan.new.push(host),
                Some((zone, class)) if *zone == host.zone && *class == host.class => plan.unchanged += 1,
                Some((zone, class)) => {
                    let what = format!(
                        "host {} stands in {zone} and is of class {class}; remove it first if it was moved",
                        host.host
                    );
                    problems.push(Problem { line: host.line, what });
                }
            }
        }
        let named: BTreeSet<&str> = hosts.iter().map(|host| host.host.as_str()).collect();
        plan.absent = standing.keys().filter(|name| !named.contains(name.as_str())).cloned().collect();
        if problems.is_empty() { Ok(plan) } else { Err(problems) }
    }

    /// One host of each zone and class: if it can come, so can the others.
    pub fn samples(&self) -> Vec<&'a Host> {
        let mut samples: BTreeMap<(&str, &str), &Host> = BTreeMap::new();
        for host in &self.new {
            samples.entry((&host.zone, &host.class)).or_insert(host);
        }
        samples.into_values().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::{Host, Plan, Standing};

    #[test]
    fn hosts_come_stay_or_are_in_the_way() {
        let host =
            |host: &str, zone: &str, line| Host { host: host.into(), zone: zone.into(), class: "g6".into(), line };
        let standing: Standing =
            ["h1", "h2", "h9"].map(|name| (name.to_owned(), ("z".to_owned(), "g6".to_owned()))).into();
        let hosts = [host("h1", "z", 2), host("h3", "z", 3), host("h4", "y", 4), host("h5", "z", 5)];
        let plan = Plan::new(&hosts, &standing).expect("nothing is in the way");
        assert_eq!((plan.new.len(), plan.unchanged, plan.absent.join(" ")), (3, 1, "h2 h9".to_owned()));
        assert_eq!(plan.samples().iter().map(|it| it.line).collect::<Vec<_>>(), [4, 3]);
        let moved = [host("h1", "y", 7)];
        assert_eq!(Plan::new(&moved, &standing).expect_err("it stands elsewhere")[0].line, 7);
    }
}

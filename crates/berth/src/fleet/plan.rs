//! What an import would change: the hosts of a file against those that stand, and against the zones and classes that the
//! server knows. Knows no server; what it said arrives as values.

use super::file::{Host, Problem};
use std::collections::{BTreeMap, BTreeSet};

/// Hosts that stand in a region, by name: zone and class.
pub type Standing = BTreeMap<String, (String, String)>;

/// What the server knows of a region.
#[derive(Debug)]
pub enum Region {
    /// Its zones, and the hosts in them.
    Known { zones: BTreeSet<String>, standing: Standing },
    /// That there is none; in the server's words.
    Unknown(String),
}

/// What the server knows of all that a file names.
#[derive(Debug, Default)]
pub struct Known {
    /// The regions.
    pub regions: BTreeMap<String, Region>,
    /// Classes that there are not.
    pub no_classes: BTreeSet<String>,
}

/// What is to be done.
#[derive(Debug, Default)]
pub struct Plan<'a> {
    /// Hosts that come, those of a region together.
    pub new: Vec<&'a Host>,
    /// How many stand just as the file says.
    pub unchanged: usize,
    /// Hosts that stand and that the file does not name: region and name.
    pub absent: Vec<(String, String)>,
}

impl Known {
    /// A host of each class that nothing says of whether it is known: if there is one, the others can come too. Only hosts
    /// that do not stand yet, in zones that there are.
    pub fn samples<'a>(&self, hosts: &'a [Host]) -> Vec<&'a Host> {
        let stand = self.regions.values().flat_map(|region| match region {
            Region::Known { standing, .. } => Some(standing.values().map(|(_, class)| class.as_str())),
            Region::Unknown(_) => None,
        });
        let known: BTreeSet<&str> = stand.flatten().collect();
        let mut samples: BTreeMap<&str, &Host> = BTreeMap::new();
        for host in hosts.iter().filter(|host| !known.contains(host.class.as_str())) {
            if let Some(Region::Known { zones, standing }) = self.regions.get(&host.region)
                && zones.contains(&host.zone)
                && !standing.contains_key(&host.host)
            {
                samples.entry(&host.class).or_insert(host);
            }
        }
        samples.into_values().collect()
    }

    /// What is wrong with a host: what it names is not there, or it stands already and otherwise. Hosts are not moved.
    fn trouble(&self, host: &Host) -> Option<String> {
        let (zones, standing) = match self.regions.get(&host.region)? {
            Region::Known { zones, standing } => (zones, standing),
            Region::Unknown(why) => return Some(format!("region {}: {why}", host.region)),
        };
        match standing.get(&host.host) {
            Some((zone, class)) if *zone == host.zone && *class == host.class => None,
            Some((zone, class)) => Some(format!(
                "host {} stands in {zone} and is of class {class}; if it was moved or changed, remove it first",
                host.host
            )),
            None if !zones.contains(&host.zone) => Some(format!("there is no zone {} in {}", host.zone, host.region)),
            None if self.no_classes.contains(&host.class) => Some(format!("there is no host class {}", host.class)),
            None => None,
        }
    }
}

impl<'a> Plan<'a> {
    /// Compares.
    ///
    /// # Errors
    /// Everything that keeps a host from coming.
    pub fn new(hosts: &'a [Host], known: &Known) -> Result<Self, Vec<Problem>> {
        let problems: Vec<Problem> =
            hosts.iter().filter_map(|host| known.trouble(host).map(|what| Problem { line: host.line, what })).collect();
        if !problems.is_empty() {
            return Err(problems);
        }
        let mut plan = Self::default();
        let mut named: BTreeSet<(&str, &str)> = BTreeSet::new();
        for host in hosts {
            named.insert((&host.region, &host.host));
            let stands = matches!(known.regions.get(&host.region),
                Some(Region::Known { standing, .. }) if standing.contains_key(&host.host));
            if stands { plan.unchanged += 1 } else { plan.new.push(host) }
        }
        // A call is for one region.
        plan.new.sort_by(|one, other| (&one.region, one.line).cmp(&(&other.region, other.line)));
        for (region, known) in &known.regions {
            let Region::Known { standing, .. } = known else { continue };
            let absent = standing.keys().filter(|host| !named.contains(&(region.as_str(), host.as_str())));
            plan.absent.extend(absent.map(|host| (region.clone(), host.clone())));
        }
        Ok(plan)
    }

    /// How many hosts come to each zone and class.
    pub fn pools(&self) -> BTreeMap<(&'a str, &'a str), usize> {
        let mut pools = BTreeMap::new();
        for host in &self.new {
            *pools.entry((host.zone.as_str(), host.class.as_str())).or_default() += 1;
        }
        pools
    }
}

#[cfg(test)]
mod tests {
    use super::{Host, Known, Plan, Region, Standing};

    fn host(name: &str, zone: &str, class: &str, line: usize) -> Host {
        let (region, zone, class) = (zone.split('-').next().unwrap_or_default().into(), zone.into(), class.into());
        Host { host: name.into(), zone, class, region, line }
    }

    /// Region `a` with zones `a-1` and `a-2` and hosts h1, h2 and h9 of class g6 in the first; region `b` with `b-1`, empty.
    fn known() -> Known {
        let standing: Standing = ["h1", "h2", "h9"].map(|name| (name.into(), ("a-1".into(), "g6".into()))).into();
        let a = Region::Known { zones: ["a-1", "a-2"].map(str::to_owned).into(), standing };
        let b = Region::Known { zones: ["b-1".to_owned()].into(), standing: Standing::new() };
        let regions = [("a".to_owned(), a), ("b".to_owned(), b), ("x".to_owned(), Region::Unknown("no such".into()))];
        Known { regions: regions.into(), no_classes: ["z9".to_owned()].into() }
    }

    #[test]
    fn hosts_come_or_stand_and_others_are_left_alone() {
        let hosts = [
            host("h1", "b-1", "g6", 2),
            host("h1", "a-1", "g6", 3),
            host("h3", "a-2", "g6", 4),
            host("h4", "a-2", "g6", 5),
        ];
        let plan = Plan::new(&hosts, &known()).expect("nothing is in the way");
        assert_eq!(plan.new.iter().map(|it| it.line).collect::<Vec<_>>(), [4, 5, 2], "region after region");
        let absent = [("a".to_owned(), "h2".to_owned()), ("a".to_owned(), "h9".to_owned())];
        assert_eq!((plan.unchanged, &plan.absent[..]), (1, &absent[..]));
        assert_eq!(plan.pools().into_iter().collect::<Vec<_>>(), [(("a-2", "g6"), 2), (("b-1", "g6"), 1)]);
    }

    #[test]
    fn everything_that_is_in_the_way_is_told_with_its_line() {
        let table = [
            (host("h1", "a-2", "g6", 2), "stands in a-1"),
            (host("h2", "a-1", "c6", 3), "is of class g6"),
            (host("h3", "a-3", "g6", 4), "no zone a-3 in a"),
            (host("h4", "a-1", "z9", 5), "no host class z9"),
            (host("h5", "x-1", "g6", 6), "region x: no such"),
            (host("h6", "b-1", "g6", 7), ""),
        ];
        let hosts = table.clone().map(|(host, _)| host);
        let problems = Plan::new(&hosts, &known()).expect_err("much is in the way");
        assert_eq!(problems.iter().map(|it| it.line).collect::<Vec<_>>(), [2, 3, 4, 5, 6]);
        for (problem, (_, why)) in problems.iter().zip(&table) {
            assert!(problem.what.contains(why), "{problem:?}");
        }
    }

    #[test]
    fn a_class_is_asked_for_once_and_only_where_a_host_could_come() {
        let hosts = [
            host("h3", "a-1", "g6", 2),
            host("h4", "x-1", "c6", 3),
            host("h1", "a-1", "r6", 4),
            host("h5", "a-9", "c6", 5),
            host("h6", "a-2", "c6", 6),
            host("h7", "b-1", "c6", 7),
        ];
        let lines: Vec<usize> = known().samples(&hosts).iter().map(|it| it.line).collect();
        assert_eq!(lines, [6], "g6 stands already, and r6 only on a host that stands otherwise");
    }
}

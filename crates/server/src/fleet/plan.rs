//! A checked fleet, and what the directory and the ledgers have to be told to agree with it.

use super::catalogue::Catalogue;
use super::description::Description;
use super::hosts::{self, Hosts};
use super::problem::{Problem, Problems};
use super::{regions, types};
use ledger::commands::{AddHost, Command, HostRefusal, RemoveHost, SetLadder};
use ledger::directory::{Directory, Entry, HostClass, InstanceType, Region};
use ledger::{ClassName, HostId, Ladder, Ledger, Moment, RegionName, TypeName};
use std::collections::{BTreeMap, BTreeSet};

/// A fleet of which every part agrees with the others.
#[derive(Clone, Debug)]
pub struct Fleet {
    regions: BTreeMap<RegionName, Region>,
    classes: BTreeMap<ClassName, HostClass>,
    types: BTreeMap<TypeName, InstanceType>,
    hosts: BTreeMap<RegionName, Hosts>,
    remove_absent: bool,
}

/// What a region's ledger is to be told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HostPlan {
    /// The facts that are missing, in the order in which they apply; none if the ledger agrees already.
    pub entries: Vec<ledger::Entry>,
    /// Hosts that the ledger has, the description does not name and `remove_absent` does not take away.
    pub absent: Vec<HostId>,
}

impl Fleet {
    /// Checks a description.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn new(description: &Description) -> Result<Self, Problems> {
        let mut problems = Vec::new();
        let catalogue = Catalogue::read().unwrap_or_else(|error| {
            problems.push(Problem::Catalogue(error.to_string()));
            Catalogue::default()
        });
        let regions = regions::resolve(description, &catalogue, &mut problems);
        let zones = regions::zones(&regions, &mut problems);
        let (classes, types) = types::resolve(description, &catalogue, &mut problems);
        // Whether a class is sound is told where it stands; here it only has to be there.
        let described = |name: &str| description.class.iter().any(|class| class.name == name);
        let hosts = hosts::resolve(&description.hosts, &zones, described, &mut problems);
        Problems::check(problems)?;
        Ok(Self { regions, classes, types, hosts, remove_absent: description.remove_absent })
    }

    /// The regions to serve, in order of name.
    pub fn regions(&self) -> impl Iterator<Item = &Region> {
        self.regions.values()
    }

    /// What the directory does not know yet, or knows otherwise. What it holds beyond the description stays.
    ///
    /// # Errors
    /// Where the two cannot be reconciled.
    pub fn plan(&self, directory: &Directory) -> Result<Vec<Entry>, Problems> {
        let mut problems = Vec::new();
        for class in self.classes.values() {
            if directory.classes.get(&class.name).is_some_and(|old| old.unit != class.unit) {
                problems.push(Problem::UnitChanged(class.name.to_string()));
            }
        }
        for region in self.regions.values() {
            let others = directory.regions.values().filter(|other| !self.regions.contains_key(&other.name));
            if others.into_iter().any(|other| other.code == region.code) {
                let (region, code) = (region.name.to_string(), region.code.to_string());
                problems.push(Problem::Code { region, code });
            }
        }
        Problems::check(problems)?;
        let mut entries = Vec::new();
        entries.extend(differing(&self.regions, &directory.regions).map(Entry::RegionPut));
        let classes = self.classes.iter().map(|(name, class)| (name.clone(), self.grown(class, directory))).collect();
        entries.extend(differing(&classes, &directory.classes).map(Entry::ClassPut));
        entries.extend(differing(&self.types, &directory.types).map(Entry::TypePut));
        Ok(entries)
    }

    /// A class whose rungs nobody chose keeps those that it has, and has rungs for all of its types, also for those that
    /// are not described here.
    fn grown(&self, class: &HostClass, directory: &Directory) -> HostClass {
        let held = directory.classes.get(&class.name).filter(|held| !held.rungs_chosen);
        let begin = held.map_or(&class.rungs, |held| &held.rungs);
        let Some(mut ladder) = Ladder::new(begin.clone()).ok().filter(|_| !class.rungs_chosen) else {
            return class.clone();
        };
        let others = directory.types.values().filter(|kind| !self.types.contains_key(&kind.name));
        let offered = self.types.values().chain(others).filter(|kind| kind.class == class.name);
        let sizes: BTreeSet<u32> = offered.filter_map(|kind| kind.needs.size(class.unit)).collect();
        for size in sizes {
            // What cannot be covered is no type that could be reserved.
            ladder = ladder.with(size).unwrap_or(ladder);
        }
        HostClass { rungs: ladder.rungs().to_vec(), ..class.clone() }
    }

    /// What a region's ledger has to be told, once the directory has been: ladders first, then hosts that go, then hosts that come. A host that
    /// stands in another zone, is of another class or holds another number of units goes and comes again.
    ///
    /// # Errors
    /// What the ledger refuses.
    pub fn hosts(
        &self,
        region: &RegionName,
        directory: &Directory,
        ledger: &Ledger,
        now: Moment,
    ) -> Result<HostPlan, Problems> {
        let nothing = Hosts::new();
        let described = self.hosts.get(region).unwrap_or(&nothing);
        let refused = |what: String, refusal| Problems::check(vec![told(region, what, refusal)]);
        let mut plan = HostPlan::default();
        for (class, ladder) in ladders(directory, ledger, described) {
            match (SetLadder { class: class.clone(), ladder }).decide(ledger, now) {
                Ok((entries, ())) => plan.entries.extend(entries),
                Err(refusal) => refused(format!("the ladder of class {class}"), refusal)?,
            }
        }
        let as_described = |name: &HostId| {
            let (zone, class) = described.get(name)?;
            let host = ledger.host(name)?;
            Some(host.zone == *zone && host.class == *class && host.units == self.units(class))
        };
        for name in ledger.hosts().keys() {
            match as_described(name) {
                Some(true) => {}
                None if !self.remove_absent => plan.absent.push(name.clone()),
                _ => match (RemoveHost { host: name.clone() }).decide(ledger, now) {
                    Ok((entries, ())) => plan.entries.extend(entries),
                    Err(refusal) => refused(format!("host {name}"), refusal)?,
                },
            }
        }
        let missing: Vec<&HostId> = described.keys().filter(|name| as_described(name) != Some(true)).collect();
        if missing.is_empty() {
            return Ok(plan);
        }
        let mut after = hosts_alone(ledger);
        plan.entries.iter().for_each(|entry| after.apply(entry));
        for name in missing {
            let (zone, class) = &described[name];
            let host =
                AddHost { host: name.clone(), zone: zone.clone(), class: class.clone(), units: self.units(class) };
            match host.decide(&after, now) {
                Ok((entries, ())) => {
                    entries.iter().for_each(|entry| after.apply(entry));
                    plan.entries.extend(entries);
                }
                Err(refusal) => refused(format!("host {name}"), refusal)?,
            }
        }
        Ok(plan)
    }

    fn units(&self, class: &ClassName) -> u32 {
        self.classes.get(class).map_or(0, HostClass::units)
    }
}

/// The ladders that a region needs: of classes that have hosts there or had them.
fn ladders(directory: &Directory, ledger: &Ledger, described: &Hosts) -> Vec<(ClassName, Ladder)> {
    let used: BTreeSet<&ClassName> = described.values().map(|(_, class)| class).collect();
    let wanted = |class: &&HostClass| used.contains(&class.name) || ledger.ladder(&class.name).is_some();
    let ladder = |class: &HostClass| Some((class.name.clone(), Ladder::new(class.rungs.clone()).ok()?));
    directory.classes.values().filter(wanted).filter_map(ladder).collect()
}

fn differing<K: Ord, V: PartialEq + Clone>(wanted: &BTreeMap<K, V>, held: &BTreeMap<K, V>) -> impl Iterator<Item = V> {
    wanted.iter().filter(|(name, value)| held.get(name) != Some(value)).map(|(_, value)| value.clone())
}

/// A ledger with the hosts of another and nothing promised: enough to ask it whether more may come.
fn hosts_alone(ledger: &Ledger) -> Ledger {
    let mut alone = Ledger::default();
    let classes: BTreeSet<&ClassName> = ledger.hosts().values().map(|host| &host.class).collect();
    for class in classes {
        if let Some(ladder) = ledger.ladder(class) {
            alone.apply(&ledger::Entry::LadderSet { class: class.clone(), rungs: ladder.rungs().to_vec() });
        }
    }
    for (name, host) in ledger.hosts() {
        let (host, zone, class, units) = (name.clone(), host.zone.clone(), host.class.clone(), host.units);
        alone.apply(&ledger::Entry::HostAdded { host, zone, class, units });
    }
    alone
}

fn told(region: &RegionName, what: String, refusal: HostRefusal) -> Problem {
    let why = match refusal {
        HostRefusal::NameTaken => "there is one of this name already".to_owned(),
        HostRefusal::NotFound => "there is none of this name".to_owned(),
        HostRefusal::InUse => {
            let how = "put it back into the file as it was, start, drain it, and take it out when they have left";
            format!("instances stand on it; {how}")
        }
        HostRefusal::NoLadder => "its class has no ladder".to_owned(),
        HostRefusal::Units => "it would hold no unit, or too many".to_owned(),
        HostRefusal::TooMany => "the region has as many hosts as it may; take some away first".to_owned(),
        HostRefusal::LadderTooShort(size) => {
            format!("a reservation holds instances of {size} units, above its top rung; add a rung that covers it")
        }
    };
    Problem::Refused { region: region.to_string(), what, why }
}

//! Many hosts at once: register, mark and remove them. All of the named ones, or none.

use super::Command;
use super::host::{AddHost, HostRefusal, MarkHost, RemoveHost};
use crate::limits::HOSTS_MAX;
use crate::{ClassName, Entry, HostId, HostState, Ladder, Ledger, Moment};
use std::collections::{BTreeMap, BTreeSet};

/// Hosts come. Those that stand there already, just so, are passed over.
#[derive(Clone, Debug)]
pub struct RegisterHosts {
    /// Which, each named once.
    pub hosts: Vec<AddHost>,
    /// The ladders of their classes, for classes that have none here yet.
    pub ladders: BTreeMap<ClassName, Ladder>,
}

/// Hosts are taken out of service, or put back.
#[derive(Clone, Debug)]
pub struct MarkHosts {
    /// Which.
    pub hosts: Vec<HostId>,
    /// What they are to be.
    pub state: HostState,
}

/// Hosts go. Nothing may stand on them.
#[derive(Clone, Debug)]
pub struct RemoveHosts {
    /// Which.
    pub hosts: Vec<HostId>,
}

/// Which host is in the way, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostInTheWay {
    /// Which.
    pub host: HostId,
    /// Why.
    pub refusal: HostRefusal,
}

fn about(host: &HostId) -> impl Fn(HostRefusal) -> HostInTheWay {
    move |refusal| HostInTheWay { host: host.clone(), refusal }
}

impl Command for RegisterHosts {
    /// How many came.
    type Done = usize;
    type Refusal = HostInTheWay;

    fn decide(&self, ledger: &Ledger, _: Moment) -> Result<(Vec<Entry>, usize), HostInTheWay> {
        let (mut ladders, mut news, mut named) = (BTreeMap::new(), Vec::new(), BTreeSet::new());
        for host in &self.hosts {
            let trouble = about(&host.host);
            if !named.insert(&host.host) {
                return Err(trouble(HostRefusal::NameTaken));
            }
            if host.stands(ledger) {
                continue;
            }
            if ledger.ladder(&host.class).is_none() {
                let ladder = self.ladders.get(&host.class).ok_or_else(|| trouble(HostRefusal::NoLadder))?;
                ladders.insert(host.class.clone(), ladder.rungs().to_vec());
            }
            host.check(ledger).map_err(&trouble)?;
            if ledger.hosts().len() + news.len() >= HOSTS_MAX {
                return Err(trouble(HostRefusal::TooMany));
            }
            news.push(host.fact());
        }
        let came = news.len();
        let ladders = ladders.into_iter().map(|(class, rungs)| Entry::LadderSet { class, rungs });
        Ok((ladders.chain(news).collect(), came))
    }
}

impl Command for MarkHosts {
    /// How many are something else now.
    type Done = usize;
    type Refusal = HostInTheWay;

    fn decide(&self, ledger: &Ledger, now: Moment) -> Result<(Vec<Entry>, usize), HostInTheWay> {
        let facts =
            each(ledger, &self.hosts, |host| MarkHost { host: host.clone(), state: self.state }.decide(ledger, now))?;
        let changed = facts.len();
        Ok((facts, changed))
    }
}

impl Command for RemoveHosts {
    type Done = ();
    type Refusal = HostInTheWay;

    fn decide(&self, ledger: &Ledger, now: Moment) -> Result<(Vec<Entry>, ()), HostInTheWay> {
        let facts = each(ledger, &self.hosts, |host| RemoveHost { host: host.clone() }.decide(ledger, now))?;
        Ok((facts, ()))
    }
}

/// The facts about each host; one that is named again is meant once. One that is not there is told before what else may
/// be said against another.
fn each(
    ledger: &Ledger,
    hosts: &[HostId],
    decide: impl Fn(&HostId) -> Result<(Vec<Entry>, ()), HostRefusal>,
) -> Result<Vec<Entry>, HostInTheWay> {
    let hosts: BTreeSet<&HostId> = hosts.iter().collect();
    if let Some(unknown) = hosts.iter().find(|host| ledger.host(host).is_none()) {
        return Err(about(unknown)(HostRefusal::NotFound));
    }
    let facts = hosts.into_iter().map(|host| decide(host).map(|(facts, ())| facts).map_err(about(host)));
    Ok(facts.collect::<Result<Vec<_>, _>>()?.concat())
}

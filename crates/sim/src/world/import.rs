//! Callers that import a fleet as `berth fleet import` does: they ask which zones there are and which hosts stand, look
//! whether the classes are known that no host is of, and send what differs in pieces. Each asks for one thing at a time and
//! may be cut off in between; several may be at it at once.

use super::World;
use crate::judge::{Sent, Violation};
use crate::script::OPERATOR;
use crate::script::fleet::{IMPORTERS, Import, Line, json};
use desk::Reply;
use ledger::{Host, HostId};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Hosts of a page, and of a piece: few, so that there are several.
const PAGE: &str = "3";
const PIECE: usize = 2;
/// Questions that an import of a small file needs at most.
const QUESTIONS_MAX: usize = 100;

/// A caller that imports.
#[derive(Debug, Default)]
pub(super) struct Importer {
    file: Vec<Line>,
    doing: Doing,
    /// The request whose answer it waits for.
    waits_for: Option<u64>,
    heard: Option<Result<Value, &'static str>>,
    /// Hosts that have stood there since the reading began, and that did at any moment of it.
    throughout: BTreeSet<String>,
    ever: BTreeSet<String>,
}

/// What it is at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
enum Doing {
    /// Nothing: all is sent, or something was in the way.
    #[default]
    Nothing,
    /// It asks for the zones.
    Zones,
    /// It asks for the hosts, page by page.
    Hosts { zones: BTreeSet<String>, standing: BTreeMap<String, (String, String)>, token: String },
    /// It looks whether a class is known; what is to be sent then.
    Classes { samples: Vec<Line>, new: Vec<Line> },
    /// It sends.
    Sending { left: Vec<Line> },
    /// All of it has come.
    Done,
}

impl Importer {
    fn begins(file: &[Line]) -> Self {
        Self { file: file.to_vec(), doing: Doing::Zones, ..Self::default() }
    }

    /// What it asks for next.
    fn question(&self) -> Option<(&'static str, Vec<(&'static str, String)>)> {
        let hosts = |lines: &[Line]| {
            let hosts: Vec<String> = lines.iter().map(json).collect();
            ("Hosts", format!("[{}]", hosts.join(",")))
        };
        match &self.doing {
            Doing::Nothing | Doing::Done => None,
            Doing::Zones => Some(("DescribeZones", vec![("Verbose", "false".into())])),
            Doing::Hosts { token, .. } => {
                Some(("DescribeHosts", vec![("MaxResults", PAGE.into()), ("NextToken", token.clone())]))
            }
            Doing::Classes { samples, .. } => {
                Some(("RegisterHosts", vec![hosts(&samples[..1]), ("DryRun", "true".into())]))
            }
            Doing::Sending { left } => Some(("RegisterHosts", vec![hosts(&left[..left.len().min(PIECE)])])),
        }
    }

    /// Takes an answer in.
    fn hears(&mut self, heard: &Result<Value, &'static str>) -> Result<(), Violation> {
        self.doing = match (std::mem::take(&mut self.doing), heard) {
            (Doing::Zones, Ok(told)) => {
                let zones = told["Zones"]["Zone"].as_array().into_iter().flatten();
                let zones = zones.map(|zone| text(&zone["ZoneId"])).collect();
                Doing::Hosts { zones, standing: BTreeMap::new(), token: String::new() }
            }
            (Doing::Hosts { zones, mut standing, .. }, Ok(told)) => {
                for host in told["Hosts"]["Host"].as_array().into_iter().flatten() {
                    let (name, zone, class) = (&host["HostId"], &host["ZoneId"], &host["HostClass"]);
                    if standing.insert(text(name), (text(zone), text(class))).is_some() {
                        return Err(format!("the pages of DescribeHosts have {name} twice"));
                    }
                }
                match text(&told["NextToken"]) {
                    end if end.is_empty() => self.compared(&zones, &standing)?,
                    token => Doing::Hosts { zones, standing, token },
                }
            }
            (Doing::Classes { mut samples, new }, Err("DryRunOperation" | "InvalidHostId.Conflict")) => {
                samples.remove(0);
                if samples.is_empty() { sending(new) } else { Doing::Classes { samples, new } }
            }
            (Doing::Sending { left }, Ok(told)) => {
                let (piece, rest) = left.split_at(left.len().min(PIECE));
                let came = ["Registered", "Unchanged"].map(|field| told[field].as_u64().unwrap_or(0));
                if came[0] + came[1] != piece.len() as u64 {
                    return Err(format!("{} hosts were sent, and {came:?} came or stood there", piece.len()));
                }
                sending(rest.to_vec())
            }
            (Doing::Classes { .. }, Ok(told)) => return Err(format!("a dry run is answered {told}")),
            // Somebody is in the way, there is no such class, or the server failed: it is told so and ends.
            (_, Err(_)) | (Doing::Nothing | Doing::Done, Ok(_)) => Doing::Nothing,
        };
        Ok(())
    }

    /// All pages were read: what is to be sent.
    fn compared(
        &self,
        zones: &BTreeSet<String>,
        standing: &BTreeMap<String, (String, String)>,
    ) -> Result<Doing, Violation> {
        if let Some(missed) = self.throughout.iter().find(|host| !standing.contains_key(*host)) {
            return Err(format!("{missed} stood there all the time, and no page of DescribeHosts has it"));
        }
        if let Some(never) = standing.keys().find(|host| !self.ever.contains(*host)) {
            return Err(format!("{never} was never there, and a page of DescribeHosts has it"));
        }
        let mut new: Vec<Line> = Vec::new();
        for line in &self.file {
            let (host, zone, class) = line;
            match standing.get(*host) {
                Some((at, of)) if (at, of) == (&(*zone).to_owned(), &(*class).to_owned()) => {}
                None if zones.contains(*zone) => new.push(*line),
                _ => return Ok(Doing::Nothing),
            }
        }
        let mut looked: BTreeSet<&str> = standing.values().map(|(_, class)| class.as_str()).collect();
        let samples: Vec<Line> = new.iter().filter(|(.., class)| looked.insert(class)).copied().collect();
        Ok(if samples.is_empty() { sending(new) } else { Doing::Classes { samples, new } })
    }
}

fn sending(left: Vec<Line>) -> Doing {
    if left.is_empty() { Doing::Done } else { Doing::Sending { left } }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

impl World {
    /// An importer does something.
    pub(super) fn import(&mut self, who: usize, import: &Import) -> Result<(), Violation> {
        let who = who % IMPORTERS;
        match import {
            Import::Begin(file) => self.importers[who] = Importer::begins(file),
            Import::Cut => self.importers[who] = Importer::default(),
            Import::On => {}
        }
        self.import_goes_on(who)
    }

    /// It takes in the answer that has come, and asks for the next thing.
    fn import_goes_on(&mut self, who: usize) -> Result<(), Violation> {
        let importer = &mut self.importers[who];
        if importer.waits_for.is_some() {
            let Some(heard) = importer.heard.take() else { return Ok(()) };
            importer.waits_for = None;
            importer.hears(&heard)?;
        }
        let Some((action, pairs)) = importer.question() else { return Ok(()) };
        if matches!(&importer.doing, Doing::Hosts { token, .. } if token.is_empty()) {
            let hosts: BTreeSet<String> = self.desk.ledger().hosts().keys().map(ToString::to_string).collect();
            (importer.throughout, importer.ever) = (hosts.clone(), hosts);
        }
        // The answer may come at once.
        importer.waits_for = Some(self.number + 1);
        self.ask(&Sent { who: OPERATOR, action, pairs })
    }

    /// An answer leaves: perhaps an importer waits for it.
    pub(super) fn import_hears(&mut self, number: u64, reply: &Reply) {
        for importer in self.importers.iter_mut().filter(|it| it.waits_for == Some(number)) {
            importer.heard = Some(match reply {
                Ok(body) => Ok(serde_json::from_str(&body.to_json_text()).unwrap_or_default()),
                Err(fault) => Err(fault.code),
            });
        }
    }

    /// Which hosts stand while importers read.
    pub(super) fn watch_imports(&mut self) {
        for importer in self.importers.iter_mut().filter(|it| matches!(it.doing, Doing::Hosts { .. })) {
            let hosts = self.desk.ledger().hosts();
            importer.throughout.retain(|host| hosts.contains_key(&HostId::from(host.as_str())));
            importer.ever.extend(hosts.keys().map(ToString::to_string));
        }
    }

    /// Of the hosts of a registration all have come or stood there, just so, or none has come; and no other.
    pub(super) fn registered_well(&self, sent: &Sent, before: &BTreeMap<HostId, Host>) -> Result<(), Violation> {
        let hosts = self.desk.ledger().hosts();
        let came: BTreeSet<&HostId> = hosts.keys().filter(|name| !before.contains_key(*name)).collect();
        if came.is_empty() {
            return Ok(());
        }
        let asked = sent.pairs.iter().find(|(name, _)| sent.action == "RegisterHosts" && *name == "Hosts");
        let asked: Vec<Value> = asked.and_then(|(_, value)| serde_json::from_str(value).ok()).unwrap_or_default();
        let so = |given: &&Value| {
            hosts.get(&HostId::from(&*text(&given["HostId"]))).is_some_and(|host| {
                (host.zone.as_str(), host.class.as_str()) == (&*text(&given["ZoneId"]), &*text(&given["HostClass"]))
            })
        };
        if let Some(missing) = asked.iter().find(|given| !so(given)) {
            return Err(format!("{came:?} have come, and {missing} has not"));
        }
        let named = |name: &&&HostId| asked.iter().any(|given| text(&given["HostId"]) == name.as_str());
        match came.iter().find(|name| !named(name)) {
            Some(other) => Err(format!("{other} has come, and nobody asked for it")),
            None => Ok(()),
        }
    }

    /// At the end each file that is left is imported once more, by nobody but one: its hosts stand there then, or one of them
    /// is in the way; and then there is nothing to send.
    pub(super) fn import_to_the_end(&mut self) -> Result<(), Violation> {
        for who in 0..IMPORTERS {
            let file = std::mem::take(&mut self.importers[who].file);
            if file.is_empty() {
                continue;
            }
            for again in [false, true] {
                self.import(who, &Import::Begin(file.clone()))?;
                let mut sent = false;
                for _ in 0..QUESTIONS_MAX {
                    match self.importers[who].doing {
                        Doing::Nothing | Doing::Done => break,
                        Doing::Sending { .. } => sent = true,
                        _ => {}
                    }
                    self.settle()?;
                    self.look()?;
                    self.import_goes_on(who)?;
                }
                let hosts = self.desk.ledger().hosts();
                let stands = |(host, zone, class): &Line| {
                    let host = hosts.get(&HostId::from(*host));
                    host.is_some_and(|it| (it.zone.as_str(), it.class.as_str()) == (*zone, *class))
                };
                match self.importers[who].doing {
                    Doing::Done if again && sent => return Err(format!("{file:?} is imported, and sent again")),
                    Doing::Done if !file.iter().all(stands) => {
                        return Err(format!("{file:?} is imported, and not there"));
                    }
                    Doing::Done => {}
                    Doing::Nothing if self.is_in_the_way(&file) => {}
                    _ => return Err(format!("{file:?} cannot be imported: {:?}", self.importers[who])),
                }
            }
        }
        Ok(())
    }

    /// Whether a host of a file stands there otherwise, or is of a class that nobody has made.
    fn is_in_the_way(&self, file: &[Line]) -> bool {
        file.iter().any(|(host, zone, class)| {
            let stands = self.desk.ledger().host(&HostId::from(*host));
            stands.is_some_and(|it| (it.zone.as_str(), it.class.as_str()) != (*zone, *class))
                || !self.directory.published.classes.contains_key(*class)
        })
    }
}

//! What zones offer right now: a type is offered where hosts of its class stand, and in stock where one more instance of it could
//! be reserved for good.

use super::answers;
use super::faults::Row;
use super::model::{Model, Outcome, Told, ZONES, number, value};
use crate::judge::Sent;

const DESTINATIONS: [&str; 7] = ["Zone", "IoOptimized", "InstanceType", "Network", "ddh", "SystemDisk", "DataDisk"];
const DESTINATION: Row = ("Invalid.DestinationResource", "The specified DestinationResource is not valid.");
const TYPE_AND_SHAPE: Row = (
    "InvalidParam.TypeAndCpuMem.Conflict",
    "The specified 'InstanceType' and 'Cores','Memory' are not blank at the same time.",
);
const CORES: Row = ("InvalidParam.Cores", "The specified parameter 'Cores' should be empty");
const MEMORY: Row = ("InvalidParam.Memory", "The specified parameter 'Memory' should be empty");
const NOT_FOUND: Row = ("InvalidResourceId.NotFound", "The specified ResourceId is not found in our records");

impl Model {
    /// DescribeZones, in short.
    pub(super) fn list_zones() -> Outcome {
        let zones = ZONES.map(answers::zone);
        Ok((Told::Done(format!("{{\"Zones\":{{\"Zone\":[{}]}}}}", zones.join(","))), false))
    }

    /// DescribeAvailableResource.
    pub(super) fn list_offers(&self, sent: &Sent, now: u64) -> Outcome {
        let what = value(sent, "DestinationResource").unwrap_or_default();
        if !DESTINATIONS.contains(&what) {
            return Err(DESTINATION.into());
        }
        let (named, cores, memory) = (value(sent, "InstanceType"), value(sent, "Cores"), value(sent, "Memory"));
        let of_types = what == "InstanceType";
        let in_the_way = [
            (named.is_some() && cores.or(memory).is_some(), TYPE_AND_SHAPE),
            (!of_types && cores.is_some(), CORES),
            (!of_types && memory.is_some(), MEMORY),
            (named.is_some_and(|name| !self.found.types.contains_key(name)), NOT_FOUND),
        ];
        if let Some((_, fault)) = in_the_way.into_iter().find(|(is, _)| *is) {
            return Err(fault.into());
        }
        let zones = ZONES.into_iter().filter(|zone| value(sent, "ZoneId").is_none_or(|wanted| wanted == *zone));
        let zones = zones.filter_map(|zone| {
            let types = self.offered_types(sent, zone, now);
            let any = types.iter().any(|(_, stocked)| *stocked);
            let shown = match what {
                "InstanceType" => types.clone(),
                "IoOptimized" => vec![("optimized", any)],
                "Network" => vec![("vpc", any)],
                _ => vec![("cloud_essd", any)],
            };
            let list = (what != "Zone").then(|| answers::offers(what, &shown));
            (!types.is_empty()).then(|| answers::offering(zone, any, &list.unwrap_or_default()))
        });
        let zones: Vec<String> = zones.collect();
        let text = format!("{{\"AvailableZones\":{{\"AvailableZone\":[{}]}}}}", zones.join(","));
        Ok((Told::Done(text), false))
    }

    /// The types that are asked for and that a zone offers, in order of name, and whether each is in stock. Berth has no dedicated
    /// hosts, no classic network, and nothing that is not optimized.
    fn offered_types(&self, sent: &Sent, zone: &str, now: u64) -> Vec<(&str, bool)> {
        let nothing = [
            ("DestinationResource", "ddh"),
            ("ResourceType", "ddh"),
            ("IoOptimized", "none"),
            ("NetworkCategory", "classic"),
        ];
        if nothing.into_iter().any(|(name, word)| value(sent, name) == Some(word)) {
            return Vec::new();
        }
        let types = self.found.types.iter().filter(|(name, it)| {
            value(sent, "InstanceType").is_none_or(|wanted| wanted == *name)
                && value(sent, "Cores").is_none_or(|cores| number(Some(cores)) == it.needs.0)
                && value(sent, "Memory").is_none_or(|gib| number(gib.strip_suffix(".0").or(Some(gib))) == it.needs.1)
        });
        let types = types.filter_map(|(name, _)| {
            let of = self.type_in(zone, name, now).ok()?;
            let stands = self.hosts.iter().any(|host| host.pool == of.pool);
            stands.then(|| (name.as_str(), self.offers(&of.pool, of.size) && self.has_window(&of, 1, now, None)))
        });
        types.collect()
    }
}

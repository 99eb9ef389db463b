//! What the operations about regions, zones and types share: how their parameters are read, and what a zone offers.
//! Knows no reservation.

use crate::Context;
use ledger::ZoneName;
use ledger::directory::{InstanceType, LocalName, Region};
use rpc::fault::{Fault, common};
use rpc::params::Params;
use rpc::values;

/// `RegionId` is absent or empty, where the operation has no code of its own for it.
pub const MISSING_REGION_ID: Fault = Fault::new(400, "MissingRegionId", "RegionId is mandatory for this action.");
/// A language that is none of the documented ones.
pub const INVALID_LANGUAGE: Fault = Fault::new(
    404,
    "InvalidAcceptLanguage.NotFound",
    "Only Chinese (zh-CN), English (en-US), and Japanese (ja) are allowed.",
);

/// Disk categories. Berth keeps no disks and so runs out of none; this is the one that the reference names.
pub const DISK_CATEGORIES: [&str; 1] = ["cloud_essd"];
/// The one kind of network.
pub const NETWORK: &str = "vpc";
/// Generations of instance types that the reference names.
pub const GENERATIONS: [&str; 6] = ["ecs-1", "ecs-2", "ecs-3", "ecs-4", "ecs-5", "ecs-6"];

/// The language of local names. There are names in Chinese and English only; who asks for another language gets
/// English ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// `zh-CN`, `zh-TW`, or none asked for.
    Chinese,
    /// The others.
    English,
}

impl Language {
    /// The language that `AcceptLanguage` asks for.
    pub fn read(params: &Params) -> Result<Self, Fault> {
        match params.text("AcceptLanguage") {
            None | Some("zh-CN" | "zh-TW") => Ok(Self::Chinese),
            Some("en-US" | "ja" | "fr" | "de" | "ko") => Ok(Self::English),
            Some(_) => Err(INVALID_LANGUAGE),
        }
    }

    /// A name in this language; in the other one, or `otherwise`, where there is none.
    pub fn of(self, local: &LocalName, otherwise: &str) -> String {
        let (first, second) = match self {
            Self::Chinese => (&local.chinese, &local.english),
            Self::English => (&local.english, &local.chinese),
        };
        let texts: [&str; 3] = [first, second, otherwise];
        texts.into_iter().find(|text| !text.is_empty()).unwrap_or_default().to_owned()
    }
}

/// The value of a parameter with documented values, told apart by case; nothing if it is absent.
pub fn one_of<'a>(params: &'a Params, name: &str, known: &[&str], fault: Fault) -> Result<Option<&'a str>, Fault> {
    match params.text(name) {
        Some(text) if !known.contains(&text) => Err(fault),
        given => Ok(given),
    }
}

/// The text of a filter; an empty one filters nothing.
pub fn filter<'a>(params: &'a Params, name: &str) -> Option<&'a str> {
    params.text(name).filter(|text| !text.is_empty())
}

/// A count that may be absent: a whole number, 0 or more.
pub fn count(params: &Params, name: &str) -> Result<Option<u32>, Fault> {
    let read = |text| values::integer(text).and_then(|number| u32::try_from(number).ok()).ok_or_else(|| invalid(name));
    params.text(name).map(read).transpose()
}

/// `InvalidParameter`, with the name of the parameter.
pub fn invalid(name: &str) -> Fault {
    common::INVALID_PARAMETER.because(name)
}

/// The region the request is about.
pub fn region<'a>(context: &Context<'a>, unknown: Fault) -> Result<&'a Region, Fault> {
    context.directory.regions.get(context.region).ok_or(unknown)
}

/// The types that a zone offers, in order of name: those whose class has hosts there.
pub fn offered<'a>(context: &Context<'a>, zone: &ZoneName) -> impl Iterator<Item = &'a InstanceType> {
    let (ledger, zone) = (context.ledger, zone.clone());
    let has_hosts = move |kind: &&InstanceType| ledger.pool(&zone, &kind.class).is_some_and(|pool| pool.hosts() > 0);
    context.directory.types.values().filter(has_hosts)
}

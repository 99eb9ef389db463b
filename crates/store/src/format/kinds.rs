//! The kinds of fact and their numbers, one table for the facts of regions and one for the directory's.
//! Knows the numbers; the layouts are in the file of each kind.
//!
//! Numbers are on disk: add, never change, never reuse. A kind whose layout changes gets a new number, a
//! new file, and its old one goes on being read.

use super::fields::{Fields, Malformed, Sink, Source};
use super::{directory, region};
use ledger::Entry;
use ledger::directory::{Entry as DirectoryEntry, HostClass, KeySource, KeyState};

/// A fact that can be kept: it has a kind, and a layout for each.
pub trait Fact: Sized + Clone + Send + 'static {
    /// What one journal's facts are about, as said in exports.
    const JOURNAL: &'static str;
    /// All kinds: number on disk, name in exports.
    const KINDS: &'static [(u8, &'static str)];
    /// The number of this fact's kind.
    fn kind(&self) -> u8;
    #[doc(hidden)]
    fn put(&self, to: &mut PutFact<'_>);
    #[doc(hidden)]
    fn take(kind: u8, from: &mut TakeFact<'_>) -> Result<Self, Malformed>;
}

/// Where [`Fact`] writes to; only this crate can do anything with it.
pub struct PutFact<'a>(pub(crate) &'a mut dyn Sink);
/// Where [`Fact`] reads from; only this crate can do anything with it.
pub struct TakeFact<'a>(pub(crate) &'a mut dyn Source);

/// The name of a fact's kind.
#[must_use]
pub fn kind_name<E: Fact>(fact: &E) -> &'static str {
    E::KINDS.iter().find(|(number, _)| *number == fact.kind()).map_or("", |(_, name)| name)
}

fn unknown<T>(kind: u8) -> Result<T, Malformed> {
    Err(Malformed::new(format!("kind {kind} of fact is not known")))
}

impl Fact for Entry {
    const JOURNAL: &'static str = "region";
    const KINDS: &'static [(u8, &'static str)] = &[
        (1, "LadderSet"),
        (2, "HostAdded"),
        (3, "HostRemoved"),
        (4, "Reserved"),
        (5, "Modified"),
        (6, "Released"),
        (7, "Tagged"),
        (8, "Untagged"),
        (9, "Forgotten"),
        (10, "ReservedLater"),
        (11, "HostMarked"),
        (12, "Rescheduled"),
        (13, "Began"),
        (14, "Noticed"),
        (15, "Renewed"),
        (16, "RenewalSet"),
        (17, "Launched"),
        (18, "Started"),
        (19, "Stopped"),
        (20, "Attached"),
        (21, "InstanceTagged"),
        (22, "InstanceUntagged"),
        (23, "Deleted"),
        (24, "RulesSet"),
    ];

    fn kind(&self) -> u8 {
        match self {
            Self::LadderSet { .. } => 1,
            Self::HostAdded { .. } => 2,
            Self::HostRemoved { .. } => 3,
            Self::Reserved(it) if region::reserved_later::is_plain(it) => 4,
            Self::Reserved(_) => 10,
            Self::Modified { .. } => 5,
            Self::Released { .. } => 6,
            Self::Tagged { .. } => 7,
            Self::Untagged { .. } => 8,
            Self::Forgotten { .. } => 9,
            Self::HostMarked { .. } => 11,
            Self::Rescheduled { .. } => 12,
            Self::Began { .. } => 13,
            Self::Noticed { .. } => 14,
            Self::Renewed { .. } => 15,
            Self::RenewalSet { .. } => 16,
            Self::Launched(_) => 17,
            Self::Started { .. } => 18,
            Self::Stopped { .. } => 19,
            Self::Attached { .. } => 20,
            Self::InstanceTagged { .. } => 21,
            Self::InstanceUntagged { .. } => 22,
            Self::Deleted { .. } => 23,
            Self::RulesSet { .. } => 24,
        }
    }

    fn put(&self, to: &mut PutFact<'_>) {
        let to = &mut *to.0;
        match self {
            Self::LadderSet { class, rungs } => region::ladder_set::put(to, class, rungs),
            Self::HostAdded { host, zone, class, units } => region::host_added::put(to, host, zone, class, *units),
            Self::HostRemoved { host } => region::host_removed::put(to, host),
            Self::Reserved(it) if region::reserved_later::is_plain(it) => it.put(to),
            Self::Reserved(it) => region::reserved_later::put(to, it),
            Self::Modified { id, name, description, end, count } => {
                region::modified::put(to, id, name.as_deref(), description.as_deref(), *end, *count);
            }
            Self::Released { id, at, why } => region::released::put(to, id, *at, *why),
            Self::Tagged { id, tags } => region::tagged::put(to, id, tags),
            Self::Untagged { id, keys } => region::untagged::put(to, id, keys),
            Self::Forgotten { id } => region::forgotten::put(to, id),
            Self::HostMarked { host, state } => region::host_marked::put(to, host, *state),
            Self::Rescheduled { id, starts, end } => region::rescheduled::put(to, id, *starts, *end),
            Self::Began { id, at } => region::began::put(to, id, *at),
            Self::Noticed { id, at } => region::noticed::put(to, id, *at),
            Self::Renewed { id, period, end } => region::renewed::put(to, id, *period, *end),
            Self::RenewalSet { id, renewal } => region::renewal_set::put(to, id, *renewal),
            Self::Launched(instance) => instance.put(to),
            Self::Started { id, at, place } => region::started::put(to, id, *at, place.as_ref()),
            Self::Stopped { id, at, how } => region::stopped::put(to, id, *at, *how),
            Self::Attached { id, attachment, place } => region::attached::put(to, id, *attachment, place.as_ref()),
            Self::InstanceTagged { id, tags } => region::instance_tagged::put(to, id, tags),
            Self::InstanceUntagged { id, keys } => region::instance_untagged::put(to, id, keys),
            Self::Deleted { id, at } => region::deleted::put(to, id, *at),
            Self::RulesSet { id, rules } => region::rules_set::put(to, id, rules),
        }
    }

    fn take(kind: u8, from: &mut TakeFact<'_>) -> Result<Self, Malformed> {
        let from = &mut *from.0;
        match kind {
            1 => region::ladder_set::take(from),
            2 => region::host_added::take(from),
            3 => region::host_removed::take(from),
            4 => Ok(Self::Reserved(Box::new(ledger::Reservation::take(from)?))),
            5 => region::modified::take(from),
            6 => region::released::take(from),
            7 => region::tagged::take(from),
            8 => region::untagged::take(from),
            9 => region::forgotten::take(from),
            10 => region::reserved_later::take(from),
            11 => region::host_marked::take(from),
            12 => region::rescheduled::take(from),
            13 => region::began::take(from),
            14 => region::noticed::take(from),
            15 => region::renewed::take(from),
            16 => region::renewal_set::take(from),
            17 => Ok(Self::Launched(Box::new(ledger::Instance::take(from)?))),
            18 => region::started::take(from),
            19 => region::stopped::take(from),
            20 => region::attached::take(from),
            21 => region::instance_tagged::take(from),
            22 => region::instance_untagged::take(from),
            23 => region::deleted::take(from),
            24 => region::rules_set::take(from),
            other => unknown(other),
        }
    }
}

impl Fact for DirectoryEntry {
    const JOURNAL: &'static str = "directory";
    const KINDS: &'static [(u8, &'static str)] = &[
        (1, "RegionPut"),
        (2, "ClassPut"),
        (3, "TypePut"),
        (4, "AccountPut"),
        (5, "KeyPut"),
        (6, "PageKeySet"),
        (7, "ClassChosen"),
        (8, "KeyIssued"),
    ];

    fn kind(&self) -> u8 {
        match self {
            Self::RegionPut(_) => 1,
            Self::ClassPut(it) => {
                if it.rungs_chosen {
                    7
                } else {
                    2
                }
            }
            Self::TypePut(_) => 3,
            Self::AccountPut(_) => 4,
            Self::KeyPut(it) if it.source == KeySource::Operation || it.state == KeyState::Revoked => 8,
            Self::KeyPut(_) => 5,
            Self::PageKeySet(_) => 6,
        }
    }

    fn put(&self, to: &mut PutFact<'_>) {
        let to = &mut *to.0;
        match self {
            Self::RegionPut(it) => it.put(to),
            Self::ClassPut(it) => it.put(to),
            Self::TypePut(it) => it.put(to),
            Self::AccountPut(it) => it.put(to),
            Self::KeyPut(it) if self.kind() == 8 => directory::key_issued::put(to, it),
            Self::KeyPut(it) => it.put(to),
            Self::PageKeySet(key) => directory::page_key_set::put(to, key),
        }
    }

    fn take(kind: u8, from: &mut TakeFact<'_>) -> Result<Self, Malformed> {
        let from = &mut *from.0;
        match kind {
            1 => Ok(Self::RegionPut(Fields::take(from)?)),
            2 => Ok(Self::ClassPut(Fields::take(from)?)),
            3 => Ok(Self::TypePut(Fields::take(from)?)),
            4 => Ok(Self::AccountPut(Fields::take(from)?)),
            5 => Ok(Self::KeyPut(Fields::take(from)?)),
            6 => directory::page_key_set::take(from),
            7 => Ok(Self::ClassPut(HostClass { rungs_chosen: true, ..Fields::take(from)? })),
            8 => directory::key_issued::take(from),
            other => unknown(other),
        }
    }
}

//! What can be wrong with a description: which table, what, and what to do. Knows no file.

use ledger::limits::{HOST_UNITS_MAX, HOSTS_MAX, RUNGS_MAX};
use thiserror::Error;

/// The most problems that are told at once; who has more sees the rest after mending these.
const TOLD_MAX: usize = 100;

/// One thing that is wrong with a description.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Problem {
    /// Not a name.
    #[error("{table}: {name:?} is no name; use 1 to 64 letters, digits, '-', '_' and '.', not beginning with a sign")]
    Name {
        /// Where.
        table: String,
        /// What was given.
        name: String,
    },
    /// Not a name of a region.
    #[error(
        "[[fleet.region]]: {0:?} cannot name a region, whose folder of data is called so; use 1 to 64 small letters, \
         digits, '-' and '_', not beginning with a sign, and neither `directory` nor `lock`"
    )]
    RegionName(String),
    /// Described twice.
    #[error("{table}: {name} is described more than once; keep one of them")]
    Twice {
        /// Where.
        table: String,
        /// What.
        name: String,
    },
    /// A name in `regions` that the catalogue does not have.
    #[error("[fleet] regions: {0} is not in the catalogue; describe it in a [[fleet.region]] of its own")]
    RegionUnknown(String),
    /// A zone of two regions.
    #[error(
        "[[fleet.region]] {region}: its zone {zone} is one of region {other} too; zones are unique among all regions"
    )]
    ZoneTwice {
        /// Where.
        region: String,
        /// Which.
        zone: String,
        /// Where else.
        other: String,
    },
    /// Two regions of one code, or a code that is none.
    #[error(
        "[[fleet.region]] {region}: code {code:?} must be three small letters or digits that no other region has; set `code`"
    )]
    Code {
        /// Where.
        region: String,
        /// What was given, or made from the name.
        code: String,
    },
    /// An amount is 0, or a host would have too many units.
    #[error("{table}: {what}")]
    Amount {
        /// Where.
        table: String,
        /// What, and what to do.
        what: String,
    },
    /// A word that is none of the known ones.
    #[error("[[fleet.type]] {kind}: {field} is {given:?}; it must be one of {known}")]
    Word {
        /// Where.
        kind: String,
        /// Which field.
        field: &'static str,
        /// What was given.
        given: String,
        /// What could be given.
        known: &'static str,
    },
    /// A class that offers nothing.
    #[error("[[fleet.class]] {0}: it offers no instance type; name some in `types`")]
    ClassWithoutTypes(String),
    /// A pattern that no type matches.
    #[error("[[fleet.class]] {class}: no instance type is called {pattern}; mend `types` or add a [[fleet.type]]")]
    PatternWithoutTypes {
        /// Where.
        class: String,
        /// Which.
        pattern: String,
    },
    /// A type that two classes offer.
    #[error("[[fleet.class]] {class}: {kind} is offered by class {other} too; a type is offered on one class")]
    TypeOfTwoClasses {
        /// Where.
        class: String,
        /// Which.
        kind: String,
        /// Where else.
        other: String,
    },
    /// An own type that no class offers.
    #[error("[[fleet.type]] {0}: no class offers it; name it in the `types` of a [[fleet.class]]")]
    TypeWithoutClass(String),
    /// A type that needs what the unit of its class has none of.
    #[error(
        "[[fleet.class]] {class}: {kind} needs something that `unit` has none of; give the unit some of each resource"
    )]
    TypeWithoutUnit {
        /// Where.
        class: String,
        /// Which.
        kind: String,
    },
    /// A type that no host of its class could hold.
    #[error(
        "[[fleet.class]] {class}: no host of it can hold {kind}, which takes {size} units of the {units} of a host; make the host larger, or leave the type out of `types`, or choose another `unit`"
    )]
    TypeTooLarge {
        /// Where.
        class: String,
        /// Which.
        kind: String,
        /// Units of one instance.
        size: u32,
        /// Units of one host.
        units: u32,
    },
    /// A type above the top rung.
    #[error("[[fleet.class]] {class}: {kind} takes {size} units, above the top rung {top}; add a rung that covers it")]
    TypeAboveTop {
        /// Where.
        class: String,
        /// Which.
        kind: String,
        /// Units of one instance.
        size: u32,
        /// The top rung.
        top: u32,
    },
    /// A type whose rung no host could hold.
    #[error(
        "[[fleet.class]] {class}: {kind} takes {size} units and counts as rung {rung}, which no host of {units} units can hold; add a rung between, or make the host larger"
    )]
    RungTooLarge {
        /// Where.
        class: String,
        /// Which.
        kind: String,
        /// Units of one instance.
        size: u32,
        /// As which rung it is promised.
        rung: u32,
        /// Units of one host.
        units: u32,
    },
    /// The rungs are no ladder.
    #[error("[[fleet.class]] {class}: `rungs` are no ladder: {why}")]
    Ladder {
        /// Where.
        class: String,
        /// Why.
        why: String,
    },
    /// Another unit than the one that the class has been counted in.
    #[error(
        "[[fleet.class]] {0}: its unit differs from the one its promises were counted in; write that one as `unit`, or give the new hosts a class of another name"
    )]
    UnitChanged(String),
    /// Hosts in a zone of no region.
    #[error(
        "[[fleet.hosts]] {group}: zone {zone} is in none of the regions described; name its region in `regions`, or describe it"
    )]
    ZoneUnknown {
        /// Where.
        group: String,
        /// Which.
        zone: String,
    },
    /// Hosts of a class that is not described.
    #[error("[[fleet.hosts]] {group}: class {class} is not described; add a [[fleet.class]]")]
    ClassUnknown {
        /// Where.
        group: String,
        /// Which.
        class: String,
    },
    /// Neither or both of `count` and `names`.
    #[error("[[fleet.hosts]] {0}: give either `count` (and `name`, if you like) or `names`")]
    CountOrNames(String),
    /// A number of hosts out of bounds.
    #[error("[[fleet.hosts]] {group}: {count} hosts; there may be 1 to {HOSTS_MAX} in a region")]
    Count {
        /// Where.
        group: String,
        /// How many.
        count: usize,
    },
    /// A pattern of host names without exactly one number.
    #[error("[[fleet.hosts]] {group}: name {name:?} must have exactly one %d (or %04d, with up to nine digits)")]
    NamePattern {
        /// Where.
        group: String,
        /// What was given.
        name: String,
    },
    /// Two hosts of one name.
    #[error(
        "[[fleet.hosts]] {group}: host {host} is described more than once in region {region}; give the groups names of their own"
    )]
    HostTwice {
        /// Where.
        group: String,
        /// Which.
        host: String,
        /// In which region.
        region: String,
    },
    /// The ledger does not take a ladder or a host.
    #[error("region {region}: {what}: {why}")]
    Refused {
        /// Where.
        region: String,
        /// Which ladder or host.
        what: String,
        /// Why, and what to do.
        why: String,
    },
    /// The catalogue that is built in cannot be read.
    #[error("the built-in catalogue is damaged ({0}); this program is not as it was built")]
    Catalogue(String),
}

impl Problem {
    /// Why the numbers are no ladder, in words.
    pub(super) fn ladder(class: &str, error: ledger::LadderError) -> Self {
        let why = match error {
            ledger::LadderError::FirstNotOne => "the first must be 1".to_owned(),
            ledger::LadderError::Broken(rung) => format!("{rung} is no larger multiple of the rung before it"),
            ledger::LadderError::TooLarge => format!("at most {RUNGS_MAX} rungs, none above {HOST_UNITS_MAX}"),
        };
        Self::Ladder { class: class.to_owned(), why }
    }
}

/// Everything that is wrong with a description. Never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problems(Vec<Problem>);

impl Problems {
    /// An error, if there are any.
    ///
    /// # Errors
    /// With all of them.
    pub(super) fn check(found: Vec<Problem>) -> Result<(), Self> {
        if found.is_empty() { Ok(()) } else { Err(Self(found)) }
    }

    /// Each of them, in the order of the tables.
    #[must_use]
    pub fn all(&self) -> &[Problem] {
        &self.0
    }
}

impl std::fmt::Display for Problems {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let many = if self.0.len() == 1 { "1 problem".to_owned() } else { format!("{} problems", self.0.len()) };
        write!(f, "the fleet as it is described has {many}:")?;
        self.0.iter().take(TOLD_MAX).try_for_each(|problem| write!(f, "\n  {problem}"))?;
        match self.0.len().checked_sub(TOLD_MAX) {
            Some(more @ 1..) => write!(f, "\n  and {more} more"),
            _ => Ok(()),
        }
    }
}

impl std::error::Error for Problems {}

//! What all regions read and none owns: regions and zones, host classes, instance types, accounts and keys.
//! State is a fold of facts here too. Knows secrets, and shows them to nobody: see [`Secret`].

use crate::{AccountId, ClassName, KeyId, Moment, RegionName, Shape, TypeName, ZoneName};
use std::collections::BTreeMap;
use std::fmt;

/// A text in the two languages the service answers in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LocalName {
    /// English.
    pub english: Box<str>,
    /// Chinese; where there is none, the English one serves.
    pub chinese: Box<str>,
}

/// A zone of a region.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Zone {
    /// Its name, unique among all regions.
    pub name: ZoneName,
    /// What people call it.
    pub local: LocalName,
}

/// A region and its zones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Region {
    /// Its name.
    pub name: RegionName,
    /// What people call it.
    pub local: LocalName,
    /// Host name under which clients reach it; empty: whichever they reached us by.
    pub endpoint: Box<str>,
    /// Three letters or digits that ids of this region begin with.
    pub code: Box<str>,
    /// Its zones, in order of name.
    pub zones: Vec<Zone>,
}

/// A make of host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostClass {
    /// Its name.
    pub name: ClassName,
    /// What one host of it has.
    pub capacity: Shape,
    /// What one unit is.
    pub unit: Shape,
    /// The rungs in which its pools count, in units.
    pub rungs: Vec<u32>,
    /// Whether somebody chose these rungs. Others grow with the types that the class offers.
    pub rungs_chosen: bool,
}

impl HostClass {
    /// Units of one host.
    #[must_use]
    pub fn units(&self) -> u32 {
        self.capacity.units(self.unit)
    }
}

/// An instance type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InstanceType {
    /// Its name, such as `ecs.g6.large`.
    pub name: TypeName,
    /// Its family, such as `ecs.g6`.
    pub family: Box<str>,
    /// The class of hosts it is offered on.
    pub class: ClassName,
    /// What one instance needs.
    pub needs: Shape,
    /// GPU model; empty without one.
    pub gpu_spec: Box<str>,
    /// Such as `General-purpose`.
    pub category: Box<str>,
    /// `X86` or `ARM`.
    pub architecture: Box<str>,
    /// Such as `ecs-5`.
    pub generation: Box<str>,
}

/// An account: owns keys and reservations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// 16 digits.
    pub id: AccountId,
    /// What people call it.
    pub name: Box<str>,
    /// Whether it may run the fleet, and make accounts and keys.
    pub operator: bool,
}

/// A text that must never be printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Box<str>);

impl Secret {
    /// Takes a secret in.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self(Box::from(text))
    }

    /// The secret itself: for signing, and for writing to the store.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

/// With which page tokens are sealed; never printed. All zero until it is set.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct PageKey(pub [u8; 32]);

impl fmt::Debug for PageKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PageKey(..)")
    }
}

/// One line of a key's allow-list: any of these actions on any of these resources.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Permit {
    /// Action names such as `ecs:ReleaseCapacityReservation`; `*` stands for any run of characters.
    pub actions: Vec<Box<str>>,
    /// Resource names such as `acs:ecs:cn-hangzhou:*:capacityreservation/crp-…`; `*` as above.
    pub resources: Vec<Box<str>>,
}

/// A temporary key has a token that must come with each request, and an end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// The security token.
    pub token: Secret,
    /// From this moment on the token is expired.
    pub expires: Moment,
}

/// Whether a key signs anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyState {
    /// It does.
    Enabled,
    /// Not as long as the configuration does not name it, or says so.
    Disabled,
    /// Not any more: an operation disabled it.
    Revoked,
}

/// Where a key comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeySource {
    /// The configuration, or the first start. The configuration says at each start whether it is enabled.
    Configuration,
    /// An operation. A start leaves it as it is.
    Operation,
}

/// What a caller signs with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessKey {
    /// Its id, public.
    pub id: KeyId,
    /// Whose it is.
    pub account: AccountId,
    /// Its secret.
    pub secret: Secret,
    /// Whether it signs anything.
    pub state: KeyState,
    /// Where it comes from.
    pub source: KeySource,
    /// What it may do; nothing given: everything its account may.
    pub permits: Option<Vec<Permit>>,
    /// For temporary keys.
    pub session: Option<Session>,
}

impl AccessKey {
    /// Whether it signs anything.
    #[must_use]
    pub fn is_enabled(&self) -> bool {
        self.state == KeyState::Enabled
    }
}

/// One fact of the directory. A later one of the same name replaces the earlier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// A region as it stands now.
    RegionPut(Region),
    /// A host class as it stands now.
    ClassPut(HostClass),
    /// An instance type as it stands now.
    TypePut(InstanceType),
    /// An account as it stands now.
    AccountPut(Account),
    /// A key as it stands now.
    KeyPut(AccessKey),
    /// With which page tokens are sealed.
    PageKeySet(PageKey),
}

/// The fold of all directory facts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Directory {
    /// By name.
    pub regions: BTreeMap<RegionName, Region>,
    /// By name.
    pub classes: BTreeMap<ClassName, HostClass>,
    /// By name.
    pub types: BTreeMap<TypeName, InstanceType>,
    /// By id.
    pub accounts: BTreeMap<AccountId, Account>,
    /// By id.
    pub keys: BTreeMap<KeyId, AccessKey>,
    /// With which page tokens are sealed.
    pub page_key: PageKey,
}

impl Directory {
    /// Takes a fact in. Cannot fail: whoever wrote it has checked it.
    pub fn apply(&mut self, entry: &Entry) {
        match entry.clone() {
            Entry::RegionPut(region) => drop(self.regions.insert(region.name.clone(), region)),
            Entry::ClassPut(class) => drop(self.classes.insert(class.name.clone(), class)),
            Entry::TypePut(kind) => drop(self.types.insert(kind.name.clone(), kind)),
            Entry::AccountPut(account) => drop(self.accounts.insert(account.id.clone(), account)),
            Entry::KeyPut(key) => drop(self.keys.insert(key.id.clone(), key)),
            Entry::PageKeySet(key) => self.page_key = key,
        }
    }

    /// Whether this is known already, just so.
    #[must_use]
    pub fn holds(&self, entry: &Entry) -> bool {
        match entry {
            Entry::RegionPut(it) => self.regions.get(&it.name) == Some(it),
            Entry::ClassPut(it) => self.classes.get(&it.name) == Some(it),
            Entry::TypePut(it) => self.types.get(&it.name) == Some(it),
            Entry::AccountPut(it) => self.accounts.get(&it.id) == Some(it),
            Entry::KeyPut(it) => self.keys.get(&it.id) == Some(it),
            Entry::PageKeySet(key) => self.page_key == *key,
        }
    }

    /// The same directory again, as facts: what a checkpoint keeps.
    #[must_use]
    pub fn entries(&self) -> Vec<Entry> {
        let mut entries = vec![Entry::PageKeySet(self.page_key)];
        entries.extend(self.regions.values().cloned().map(Entry::RegionPut));
        entries.extend(self.classes.values().cloned().map(Entry::ClassPut));
        entries.extend(self.types.values().cloned().map(Entry::TypePut));
        entries.extend(self.accounts.values().cloned().map(Entry::AccountPut));
        entries.extend(self.keys.values().cloned().map(Entry::KeyPut));
        entries
    }

    /// Units that one instance of a type takes; nothing if its class cannot measure it.
    #[must_use]
    pub fn size(&self, kind: &InstanceType) -> Option<u32> {
        kind.needs.size(self.classes.get(&kind.class)?.unit)
    }
}

#[cfg(test)]
mod tests {
    use super::{Directory, Entry, PageKey};

    #[test]
    fn the_page_key_is_not_printed() {
        let key = Entry::PageKeySet(PageKey([0x5a; 32]));
        let mut directory = Directory::default();
        directory.apply(&key);
        for shown in [format!("{key:?}"), format!("{directory:?}")] {
            assert!(shown.contains("PageKey(..)") && !shown.contains("90"), "{shown}");
        }
    }
}

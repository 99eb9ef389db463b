//! The directory as it is kept: loaded from a journal of its own, brought in line with the configuration, and given a
//! first account when there is none. Knows no request.

use crate::clock::Clock;
use crate::entropy::{self, ALPHANUMERIC, DIGITS};
use crate::limits::DIRECTORY_BATCHES;
use crate::persist::malformed;
use crate::region::Region;
use ledger::directory::{AccessKey, Account, Directory, Entry, PageKey, Secret};
use ledger::{AccountId, KeyId, RegionName};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use store::format::{Chunks, decode_batch, decode_chunk, encode_batch};
use store::{Appended, Batch, Failure, Loaded, Origin, Piece, Record, Store};

/// The regions at work, by name.
pub type Regions = BTreeMap<RegionName, Arc<Region>>;

/// What the account is called that is made at first start, by which it is known again: no configured account may be.
pub const FIRST: &str = "made at first start";

/// The directory and where it is kept.
pub struct Kept {
    /// As it stands.
    pub directory: Directory,
    store: Arc<dyn Store>,
    revision: u64,
}

impl Kept {
    /// Loads what is stored.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn load(store: Arc<dyn Store>) -> Result<Self, Failure> {
        let mut directory = Directory::default();
        let head = store.load(&mut |loaded| {
            match loaded {
                Loaded::Chunk { revision, bytes } => {
                    for piece in decode_chunk::<Entry>(bytes).map_err(|error| malformed(revision, &error))? {
                        if let Piece::Entries(entries) = piece {
                            entries.iter().for_each(|entry| directory.apply(entry));
                        }
                    }
                }
                Loaded::Frame(frame) => {
                    let batch: Batch<Entry> = decode_batch(frame).map_err(|error| malformed(frame.revision, &error))?;
                    let facts = batch.records.iter().flat_map(|record| &record.entries);
                    facts.for_each(|entry| directory.apply(entry));
                }
            }
            Ok(())
        })?;
        Ok(Self { directory, store, revision: head.revision })
    }

    /// Takes in those facts that change something, durably.
    ///
    /// # Errors
    /// When they cannot be kept; nothing has changed then.
    pub fn put(&mut self, entries: Vec<Entry>, clock: &dyn Clock) -> Result<(), Failure> {
        let news: Vec<Entry> = entries.into_iter().filter(|entry| self.is_news(entry)).collect();
        if news.is_empty() {
            return Ok(());
        }
        let record = Record { at: clock.now(), origin: Origin::System, entries: news, remembered: None };
        let id = entropy::draw().to_be_bytes();
        let batch = Batch { revision: self.revision + 1, id, records: vec![record] };
        match self.store.append(&encode_batch(&batch)) {
            Appended::Committed => {}
            Appended::Failed(failure) | Appended::Unknown(failure) => return Err(failure),
            Appended::Refused(refused) => {
                return Err(Failure::Caller(format!("the directory's store refused a change: {refused:?}")));
            }
        }
        self.revision = batch.revision;
        batch.records.iter().flat_map(|record| &record.entries).for_each(|entry| self.directory.apply(entry));
        self.checkpoint()
    }

    /// The key of a first account, made now if nobody has one.
    ///
    /// # Errors
    /// When it cannot be kept; it cannot be used then.
    pub fn first_key(&mut self, clock: &dyn Clock) -> Result<Option<AccessKey>, Failure> {
        let Some((key, entries)) = first_account(&self.directory) else { return Ok(None) };
        self.put(entries, clock).map(|()| Some(key))
    }

    fn is_news(&self, entry: &Entry) -> bool {
        let now = &self.directory;
        match entry {
            Entry::RegionPut(it) => now.regions.get(&it.name) != Some(it),
            Entry::ClassPut(it) => now.classes.get(&it.name) != Some(it),
            Entry::TypePut(it) => now.types.get(&it.name) != Some(it),
            Entry::AccountPut(it) => now.accounts.get(&it.id) != Some(it),
            Entry::KeyPut(it) => now.keys.get(&it.id) != Some(it),
            Entry::PageKeySet(key) => now.page_key != *key,
        }
    }

    fn checkpoint(&self) -> Result<(), Failure> {
        let last = self.store.checkpoint()?.map_or(0, |head| head.revision);
        if self.revision - last < DIRECTORY_BATCHES {
            return Ok(());
        }
        let mut chunks = Chunks::new(self.store.begin_checkpoint(self.revision)?);
        chunks.piece(&Piece::Entries(self.directory.entries()))?;
        chunks.finish()
    }
}

/// A page key, if there is none yet.
#[must_use]
pub fn page_key(directory: &Directory) -> Vec<Entry> {
    if directory.page_key == PageKey::default() { vec![Entry::PageKeySet(PageKey(entropy::key()))] } else { Vec::new() }
}

/// The keys that the configuration no longer names, disabled: what is not written there must not open anything. The
/// first account's key is not of the configuration; `first_key` says whether it may be used.
#[must_use]
pub fn dropped(directory: &Directory, configured: &[Entry], first_key: bool) -> Vec<Entry> {
    let named: BTreeSet<&KeyId> = configured
        .iter()
        .filter_map(|entry| match entry {
            Entry::KeyPut(key) => Some(&key.id),
            _ => None,
        })
        .collect();
    let is_first = |key: &AccessKey| directory.accounts.get(&key.account).is_some_and(|it| &*it.name == FIRST);
    let others = directory.keys.values().filter(|key| !named.contains(&key.id));
    let changed = others.filter_map(|key| {
        let enabled = is_first(key) && first_key;
        (key.enabled != enabled).then(|| Entry::KeyPut(AccessKey { enabled, ..key.clone() }))
    });
    changed.collect()
}

/// A first account with a random key, if nobody has one.
fn first_account(directory: &Directory) -> Option<(AccessKey, Vec<Entry>)> {
    if !directory.keys.is_empty() {
        return None;
    }
    let id = AccountId::from(format!("1{}", entropy::text(DIGITS, 15)).as_str());
    let account = Account { id: id.clone(), name: FIRST.into(), operator: false };
    let key = AccessKey {
        id: KeyId::from(format!("LTAI5t{}", entropy::text(ALPHANUMERIC, 18)).as_str()),
        account: id,
        secret: Secret::new(&entropy::text(ALPHANUMERIC, 30)),
        enabled: true,
        permits: None,
        session: None,
    };
    Some((key.clone(), vec![Entry::AccountPut(account), Entry::KeyPut(key)]))
}

//! Where stores come from: a folder, or memory. Knows no region and no format.

use crate::nonces::written::Written;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use store::{DataFolder, Delayed, Failure, Image, Memory, Store};

/// Opens a store by name.
pub trait Data: Send + Sync {
    /// The store of a region, or of the directory; made if there is none.
    ///
    /// # Errors
    /// When it cannot be opened.
    fn open(&self, name: &str) -> Result<Arc<dyn Store>, Failure>;

    /// Where used nonces are written down for the next process; nothing where there will be none.
    fn nonces(&self) -> Option<Written> {
        None
    }
}

/// Stores in a folder that this process alone uses.
pub struct Folder {
    folder: DataFolder,
    sync_delay: Duration,
}

impl Folder {
    /// Takes the folder, and makes it if there is none. Each append takes `sync_delay` longer: for benchmarks.
    ///
    /// # Errors
    /// When it cannot be made, or another process has it.
    pub fn take(path: &Path, sync_delay: Duration) -> Result<Self, Failure> {
        Ok(Self { folder: DataFolder::open(path)?, sync_delay })
    }
}

impl Data for Folder {
    fn open(&self, name: &str) -> Result<Arc<dyn Store>, Failure> {
        let store = self.folder.region(name)?;
        Ok(if self.sync_delay.is_zero() { Arc::new(store) } else { Arc::new(Delayed::new(store, self.sync_delay)) })
    }

    fn nonces(&self) -> Option<Written> {
        Some(Written::below(self.folder.path()))
    }
}

/// Stores in memory, gone with the process. Clones share them.
#[derive(Clone, Debug, Default)]
pub struct InMemory {
    stores: Arc<Mutex<BTreeMap<String, Memory>>>,
}

/// What all stores in memory remember.
pub type Images = BTreeMap<String, Image>;

impl InMemory {
    /// What all of them remember. Nothing, unless each has been checkpointed since its last batch.
    #[must_use]
    pub fn images(&self) -> Option<Images> {
        self.lock().iter().map(|(name, store)| Some((name.clone(), store.image()?))).collect()
    }

    /// Each remembers again what it did then; those that were not there then, what they have.
    pub fn put(&self, images: &Images) {
        let stores = self.lock();
        images
            .iter()
            .filter_map(|(name, image)| Some((stores.get(name)?, image)))
            .for_each(|(store, it)| store.put(it));
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Memory>> {
        self.stores.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Data for InMemory {
    fn open(&self, name: &str) -> Result<Arc<dyn Store>, Failure> {
        let mut stores = self.lock();
        Ok(Arc::new(stores.entry(name.to_owned()).or_default().clone()))
    }
}

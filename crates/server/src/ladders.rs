//! Ladders of host classes: whenever the directory and a region differ in them, the region is told; `desk::ladders` says
//! of which. Knows no request.

use crate::directory::Regions;
use crate::region::Region;
use ledger::directory::Directory;
use ledger::{Entry, Ledger};

/// Tells each region the ladders that it has otherwise. What a region refuses, or cannot take now, is logged; it comes
/// up again at the next time this is asked.
pub fn agree(directory: &Directory, regions: &Regions) {
    for region in regions.values() {
        let differs = region.look(|ledger| desk::differ(directory, ledger));
        if differs == Some(true) && region.record_what(|ledger| entries(directory, ledger, region)).is_err() {
            tracing::warn!(region = %region.setup.name, "the region cannot be told its ladders now");
        }
    }
}

fn entries(directory: &Directory, ledger: &Ledger, region: &Region) -> Vec<Entry> {
    let mut entries = Vec::new();
    for (wanted, told) in desk::ladders(directory, ledger) {
        let (region, class, rungs) = (&region.setup.name, &wanted.class, wanted.ladder.rungs());
        match told {
            Ok(facts) => {
                tracing::info!(%region, %class, ?rungs, "the region counts in another ladder from now on");
                entries.extend(facts);
            }
            Err(refusal) => tracing::error!(%region, %class, ?rungs, ?refusal, "the region does not take a ladder"),
        }
    }
    entries
}

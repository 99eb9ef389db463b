//! Ladders of host classes: the directory says which, the regions count in them. Whenever the two differ, because a class
//! changed or a region could not be told, the region is told. Knows no request.

use crate::directory::Regions;
use crate::region::Region;
use ledger::commands::{Command, SetLadder};
use ledger::directory::Directory;
use ledger::{Entry, Ladder, Ledger, Moment};

/// Tells each region the ladders that it has otherwise. What a region refuses, or cannot take now, is logged; it comes
/// up again at the next time this is asked.
pub fn agree(directory: &Directory, regions: &Regions) {
    for region in regions.values() {
        let differs = region.look(|ledger| wanted(directory, ledger).next().is_some());
        if differs == Some(true) && region.record_what(|ledger| entries(directory, ledger, region)).is_err() {
            tracing::warn!(region = %region.setup.name, "the region cannot be told its ladders now");
        }
    }
}

/// The ladders that a region should have and has otherwise. Of a class that it knows nothing of it needs none.
fn wanted(directory: &Directory, ledger: &Ledger) -> impl Iterator<Item = SetLadder> {
    directory.classes.values().filter_map(|class| {
        ledger.ladder(&class.name).filter(|held| *held.rungs() != *class.rungs)?;
        Some(SetLadder { class: class.name.clone(), ladder: Ladder::new(class.rungs.clone()).ok()? })
    })
}

fn entries(directory: &Directory, ledger: &Ledger, region: &Region) -> Vec<Entry> {
    let mut entries = Vec::new();
    for wanted in wanted(directory, ledger) {
        let (region, class, rungs) = (&region.setup.name, &wanted.class, wanted.ladder.rungs());
        // A ladder depends on no hour.
        match wanted.decide(ledger, Moment(0)) {
            Ok((facts, ())) => {
                tracing::info!(%region, %class, ?rungs, "the region counts in another ladder from now on");
                entries.extend(facts);
            }
            Err(refusal) => tracing::error!(%region, %class, ?rungs, ?refusal, "the region does not take a ladder"),
        }
    }
    entries
}

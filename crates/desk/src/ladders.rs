//! What a region has to be told of the directory: the ladders of host classes. The directory says which, a region counts in
//! them; whenever the two differ, because a class changed or the region could not be told, it is told again. Knows no
//! desk: whoever drives one records these facts.

use ledger::commands::{Command, HostRefusal, SetLadder};
use ledger::directory::Directory;
use ledger::{Entry, Ladder, Ledger, Moment};

/// Whether a region counts in other ladders than the directory says.
#[must_use]
pub fn differ(directory: &Directory, ledger: &Ledger) -> bool {
    wanted(directory, ledger).next().is_some()
}

/// The ladders that a region has to take: the facts of each, or why it does not take it.
pub fn ladders(
    directory: &Directory,
    ledger: &Ledger,
) -> impl Iterator<Item = (SetLadder, Result<Vec<Entry>, HostRefusal>)> {
    wanted(directory, ledger).map(|wanted| {
        // A ladder depends on no hour.
        let facts = wanted.decide(ledger, Moment(0)).map(|(facts, ())| facts);
        (wanted, facts)
    })
}

/// Of a class that the region knows nothing of it needs none.
fn wanted(directory: &Directory, ledger: &Ledger) -> impl Iterator<Item = SetLadder> {
    directory.classes.values().filter_map(|class| {
        ledger.ladder(&class.name).filter(|held| *held.rungs() != *class.rungs)?;
        Some(SetLadder { class: class.name.clone(), ladder: Ladder::new(class.rungs.clone()).ok()? })
    })
}

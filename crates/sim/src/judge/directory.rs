//! What must hold of the directory, and between it and the region: measured once more, in the plainest way.

use super::Violation;
use crate::script::ACCOUNTS;
use ledger::directory::{Directory, HostClass, InstanceType};
use ledger::{Kind, Ledger, Shape};

/// Units that cover the needs of a type.
fn size(needs: Shape, unit: Shape) -> u64 {
    let parts = |shape: Shape| [u64::from(shape.vcpus), shape.memory_mib, u64::from(shape.gpus)];
    let shares = parts(needs).into_iter().zip(parts(unit)).filter(|(need, _)| *need > 0);
    shares.map(|(need, each)| need.div_ceil(each.max(1))).max().unwrap_or(1).max(1)
}

/// Units that a host of a class holds.
fn held(class: &HostClass) -> u64 {
    (1..).take_while(|units| fits(class, *units)).last().unwrap_or(0)
}

fn fits(class: &HostClass, units: u64) -> bool {
    let Shape { vcpus, memory_mib, gpus } = class.unit;
    units * u64::from(vcpus) <= u64::from(class.capacity.vcpus)
        && units * memory_mib <= class.capacity.memory_mib
        && units * u64::from(gpus) <= u64::from(class.capacity.gpus)
}

/// The directory by itself: ladders are ladders, and each type is covered by a rung that a host of its class holds.
pub(crate) fn sound(directory: &Directory) -> Result<(), Violation> {
    for class in directory.classes.values() {
        let rungs = &class.rungs;
        let climbs = rungs.windows(2).all(|pair| pair[0] < pair[1] && pair[1].is_multiple_of(pair[0]));
        if rungs.first() != Some(&1) || !climbs {
            return Err(format!("the rungs of class {} are no ladder: {rungs:?}", class.name));
        }
    }
    directory.types.values().try_for_each(|kind| covered(directory, kind))
}

fn covered(directory: &Directory, kind: &InstanceType) -> Result<(), Violation> {
    let Some(class) = directory.classes.get(&kind.class) else {
        return Err(format!("type {} is of a class that there is not", kind.name));
    };
    let (size, held) = (size(kind.needs, class.unit), held(class));
    if class.rungs.iter().any(|rung| (size..=held).contains(&u64::from(*rung))) {
        return Ok(());
    }
    Err(format!("no rung of {:?} covers type {} of {size} units, and a host holds {held}", class.rungs, kind.name))
}

/// From one directory to the next: nothing goes, what is measured stays, and rungs that nobody chose stay too.
pub(crate) fn followed(before: &Directory, after: &Directory) -> Result<(), Violation> {
    for (name, was) in &before.classes {
        let Some(is) = after.classes.get(name) else { return Err(format!("class {name} is gone")) };
        if (is.capacity, is.unit) != (was.capacity, was.unit) {
            return Err(format!("class {name} is measured otherwise than before"));
        }
        let kept = was.rungs.iter().all(|rung| is.rungs.contains(rung));
        if !is.rungs_chosen && (was.rungs_chosen || !kept) {
            return Err(format!("class {name} has rungs {:?} now, and nobody chose them", is.rungs));
        }
    }
    for (name, was) in &before.types {
        let same = |is: &InstanceType| (is.needs, &is.class) == (was.needs, &was.class);
        if !after.types.get(name).is_some_and(same) {
            return Err(format!("type {name} is gone, or needs something else"));
        }
    }
    Ok(())
}

/// The region measures in what the directory says.
pub(crate) fn measured(directory: &Directory, ledger: &Ledger) -> Result<(), Violation> {
    for (name, host) in ledger.hosts() {
        let class = directory.classes.get(&host.class);
        if class.map(held) != Some(u64::from(host.units)) {
            return Err(format!("host {name} has {} units, and a host of class {} has not", host.units, host.class));
        }
    }
    for id in ACCOUNTS {
        let owner = id.into();
        for kind in [Kind::CapacityReservation, Kind::ElasticityAssurance] {
            for it in ledger.held_of(&owner, kind, None) {
                let known = directory.types.get(&it.instance_type);
                let unit = directory.classes.get(&it.class).map(|class| class.unit);
                let measured = known.zip(unit).map(|(kind, unit)| size(kind.needs, unit));
                if measured != Some(u64::from(it.size)) {
                    return Err(format!("{} counts {} units for {}", it.id, it.size, it.instance_type));
                }
            }
        }
    }
    Ok(())
}

/// The region counts in the ladders that the directory says, as far as it knows the classes.
pub(crate) fn agreed(directory: &Directory, ledger: &Ledger) -> Result<(), Violation> {
    for class in directory.classes.values() {
        if let Some(ladder) = ledger.ladder(&class.name)
            && ladder.rungs() != class.rungs
        {
            let (name, rungs) = (&class.name, &class.rungs);
            return Err(format!("class {name} has rungs {rungs:?}, and the region counts in {:?}", ladder.rungs()));
        }
    }
    Ok(())
}

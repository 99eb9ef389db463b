//! Whether each instance stands in exactly one place that is for it.

use super::Violation;
use crate::ledger::Index;
use crate::{HostId, Instance, InstanceId, Ledger, Phase};
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn check(ledger: &Ledger, found: &mut Vec<Violation>) {
    let mut standing: BTreeMap<&HostId, (u64, BTreeSet<InstanceId>)> = BTreeMap::new();
    for (id, instance) in &ledger.instances {
        if instance.id != *id || instance.size == 0 || !is_placed_well(ledger, instance) {
            found.push(Violation::BadInstance(*id));
        }
        if !is_in_its_slot(ledger, instance) {
            found.push(Violation::WrongSlot(*id));
        }
        if let Some(place) = instance.place() {
            let here = standing.entry(&place.host).or_default();
            here.0 += u64::from(place.units);
            here.1.insert(*id);
        }
    }
    for (name, host) in &ledger.hosts {
        let (units, instances) = standing.remove(name).unwrap_or_default();
        if u64::from(host.free) + units != u64::from(host.units) || instances != host.instances {
            found.push(Violation::BadHost(name.clone()));
        }
    }
    found.extend(standing.into_keys().map(|host| Violation::BadHost(host.clone())));
}

fn is_placed_well(ledger: &Ledger, instance: &Instance) -> bool {
    instance.place().is_none_or(|place| {
        let host = ledger.hosts.get(&place.host);
        let here = host.is_some_and(|host| host.zone == instance.zone && host.class == instance.class);
        here && place.units >= instance.size
    })
}

fn is_in_its_slot(ledger: &Ledger, instance: &Instance) -> bool {
    instance.reservation().is_none_or(|id| {
        ledger.reservations.get(&id).is_some_and(|it| {
            let alike = it.zone == instance.zone && it.class == instance.class;
            let alike = alike && it.owner == instance.owner && it.instance_type == instance.instance_type;
            alike && it.phase == Phase::Active
        })
    })
}

/// What the instances say of the indices.
pub(super) fn index(ledger: &Ledger, index: &mut Index) {
    for instance in ledger.instances.values() {
        index.insert_instance(instance);
        if let Some(reservation) = instance.reservation() {
            index.users.entry(reservation).or_default().insert(instance.id);
        }
    }
}

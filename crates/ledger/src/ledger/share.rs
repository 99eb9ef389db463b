//! What one account has part in of what a pool needs.

use super::{Host, Ledger};
use crate::{AccountId, ClassName, Kind, Moment, ZoneName};

impl Ledger {
    /// Units of each rung that a pool needs at a moment because of one account: its promises that nobody has launched
    /// into, less what its windows that are over by then will have given back. At most so many of its reservations are
    /// looked at, the oldest. Nothing if there is no such pool.
    #[must_use]
    pub fn need_of(
        &self,
        owner: &AccountId,
        (zone, class): (&ZoneName, &ClassName),
        at: Moment,
        most: usize,
    ) -> Option<Vec<i64>> {
        let ladder = self.pool(zone, class)?.ladder();
        let mut units = vec![0; ladder.rungs().len()];
        let kinds = [Kind::CapacityReservation, Kind::ElasticityAssurance];
        let held = kinds.into_iter().flat_map(|kind| self.held_of(owner, kind, None)).take(most);
        for it in held.filter(|it| it.zone == *zone && it.class == *class) {
            let window = it.counts_for();
            if window.start <= at && window.end.is_none_or(|end| at < end) {
                let rung = ladder.rung_for(it.size)?;
                let unused = it.count.saturating_sub(self.used(&it.id));
                units[rung] += i64::from(ladder.rungs()[rung]) * i64::from(unused);
            } else if it.reclaims_at().is_some_and(|end| end <= at) {
                let places = self.users(&it.id, None).filter_map(|user| user.place());
                let serving = places.filter(|place| self.host(&place.host).is_some_and(Host::serves));
                let slots = serving.flat_map(|place| ladder.slots(place.units));
                slots.for_each(|(rung, whole)| units[rung] -= i64::from(whole));
            }
        }
        Some(units)
    }
}

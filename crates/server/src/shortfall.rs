//! Shortfalls: pools that have promised more than their hosts can hold, because hosts went. Tells the operator when one
//! appears and when it is made good. Knows no connection, and changes nothing.

use crate::directory::Regions;
use ledger::{ClassName, Ledger, RegionName, ZoneName};
use std::collections::BTreeMap;

/// Slots that each rung of each pool lacks, where any do. The rung is in units.
type Lacking = BTreeMap<(ZoneName, ClassName, u32), u64>;

/// The shortfalls that have been told.
#[derive(Debug, Default)]
pub struct Shortfalls {
    told: BTreeMap<RegionName, Lacking>,
}

impl Shortfalls {
    /// Looks at the regions, and logs what has appeared or been made good since the last time. A region that is being
    /// loaded is as it was.
    pub fn look(&mut self, regions: &Regions) {
        for (region, seen) in regions {
            let Some(now) = seen.look(lacking) else { continue };
            let told = self.told.entry(region.clone()).or_default();
            for ((zone, class, rung), slots) in now.iter().filter(|(rung, _)| !told.contains_key(rung)) {
                tracing::warn!(
                    %region, %zone, %class, rung, slots_lacking = slots,
                    "shortfall: more is promised than the hosts hold; some reservations may find no room, and nothing of \
                     this size or above is promised until there are more hosts or fewer reservations"
                );
            }
            for (zone, class, rung) in told.keys().filter(|rung| !now.contains_key(rung)) {
                tracing::warn!(%region, %zone, %class, rung, "shortfall made good: all that is promised has room again");
            }
            *told = now;
        }
    }
}

fn lacking(ledger: &Ledger) -> Lacking {
    let pools = ledger.pools();
    let rungs = pools.flat_map(|(zone, class, pool)| {
        pool.shortfall().map(move |(rung, slots)| ((zone.clone(), class.clone(), rung), slots))
    });
    rungs.collect()
}

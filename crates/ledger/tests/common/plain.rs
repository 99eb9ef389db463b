//! The ledger a second time, without any of its ideas: lists, and packing by trying. It judges the first.

use super::reservation;
use ledger::{AccountId, End, Moment, Phase, Reservation, Why};

/// A host of one pool.
#[derive(Clone, Debug)]
pub struct PlainHost {
    pub name: String,
    pub place: (&'static str, &'static str),
    pub units: u32,
}

/// Hosts and reservations, each in the order of its coming.
#[derive(Clone, Debug, Default)]
pub struct Plain {
    pub rungs: Vec<u32>,
    pub hosts: Vec<PlainHost>,
    pub reservations: Vec<Reservation>,
}

impl Plain {
    fn here<'a>(&'a self, place: (&'a str, &'a str)) -> impl Iterator<Item = &'a Reservation> {
        let here = move |it: &&Reservation| it.zone.as_str() == place.0 && it.class.as_str() == place.1 && it.holds();
        self.reservations.iter().filter(here)
    }

    fn promised_as(&self, size: u32) -> Option<u32> {
        self.rungs.iter().copied().find(|rung| *rung >= size)
    }

    /// Whether all that is promised in a place fits, with some more beside it; each thing in pieces of at most `largest`.
    fn fits(&self, place: (&str, &str), more: (u32, u32), largest: u32) -> bool {
        let held = self.here(place).map(|it| (it.size, it.count));
        let mut sizes = Vec::new();
        for (size, count) in held.chain([more]) {
            let size = self.promised_as(size).unwrap_or(u32::MAX);
            let pieces = (size / largest).max(1) * count;
            sizes.extend((0..pieces).map(|_| size.min(largest)));
        }
        sizes.sort_unstable_by(|one, other| other.cmp(one));
        let mut free: Vec<u32> = self.hosts.iter().filter(|host| host.place == place).map(|host| host.units).collect();
        pack(&sizes, &mut free)
    }

    /// How many more of a size fit, up to some bound. Where what is promised does not fit any more, as hosts went,
    /// smaller sizes may still be had: what is larger is then only in the way in pieces.
    pub fn room(&self, place: (&str, &str), size: u32) -> u32 {
        let Some(rung) = self.promised_as(size) else {
            return 0;
        };
        let largest = if self.fits(place, (1, 0), u32::MAX) { u32::MAX } else { rung };
        (1..=64).take_while(|count| self.fits(place, (size, *count), largest)).last().unwrap_or(0)
    }

    /// The name of the refusal, or the reservation made.
    pub fn reserve(&mut self, wanted: &Reservation, now: Moment) -> Result<(), &'static str> {
        let place: (&str, &str) = (wanted.zone.as_str(), wanted.class.as_str());
        if self.reservations.iter().any(|it| it.id == wanted.id) {
            return Err("IdTaken");
        }
        if matches!(wanted.end, End::At(end) if end <= now) {
            return Err("EndInPast");
        }
        if !self.hosts.iter().any(|host| host.place == place) {
            return Err("NoPool");
        }
        if self.promised_as(wanted.size).is_none() {
            return Err("TooLarge");
        }
        if self.room(place, wanted.size) < wanted.count {
            return Err("NoStock");
        }
        self.reservations.push(Reservation { made: now, starts: now, ..wanted.clone() });
        Ok(())
    }

    /// As above; nothing is changed where it is refused.
    pub fn release(&mut self, name: &str, by: &str, now: Moment) -> Result<(), &'static str> {
        let found = self.find(name, by)?;
        match (self.reservations[found].phase, self.reservations[found].end) {
            (Phase::Released { .. }, _) => return Err("AlreadyReleased"),
            (Phase::Prepared, _) => return Err("NotBegun"),
            (Phase::Active, End::At(_)) => return Err("EndsByItself"),
            (Phase::Active, End::ByHand) => {}
        }
        self.reservations[found].phase = Phase::Released { at: now, why: Why::ByHand };
        Ok(())
    }

    /// As above.
    pub fn modify(
        &mut self,
        (name, by): (&str, &str),
        now: Moment,
        end: Option<End>,
        count: Option<u32>,
        title: Option<&str>,
    ) -> Result<(), &'static str> {
        let found = self.find(name, by)?;
        let held = self.reservations[found].clone();
        if !held.holds() {
            return Err("NotActive");
        }
        if matches!(end, Some(End::At(end)) if end <= now) {
            return Err("EndInPast");
        }
        if let Some(count) = count.filter(|count| *count > held.count)
            && self.room((held.zone.as_str(), held.class.as_str()), held.size) < count - held.count
        {
            return Err("NoStock");
        }
        let changed = &mut self.reservations[found];
        changed.end = end.unwrap_or(held.end);
        changed.count = count.unwrap_or(held.count);
        changed.name = title.map_or(held.name, Box::from);
        Ok(())
    }

    /// What has ended by now is over; what was over longer than `keep` is gone.
    pub fn settle(&mut self, now: Moment, keep: u64) {
        for held in self.reservations.iter_mut().filter(|it| it.holds()) {
            if let End::At(at) = held.end
                && at <= now
            {
                held.phase = Phase::Released { at, why: Why::Expired };
            }
        }
        self.reservations.retain(|it| !matches!(it.phase, Phase::Released { at, .. } if at.0 + keep < now.0));
    }

    fn find(&self, name: &str, by: &str) -> Result<usize, &'static str> {
        let wanted = reservation(name, by, ("", ""), 1, 1);
        let found = self.reservations.iter().position(|it| it.id == wanted.id && it.owner == AccountId::from(by));
        found.ok_or("NotFound")
    }
}

/// Whether things of these sizes, largest first, go into these free spaces; tries everything.
pub fn pack(sizes: &[u32], free: &mut [u32]) -> bool {
    let Some((size, rest)) = sizes.split_first() else {
        return true;
    };
    if free.iter().map(|units| u64::from(*units)).sum::<u64>() < sizes.iter().map(|size| u64::from(*size)).sum() {
        return false;
    }
    for i in 0..free.len() {
        let tried_alike = free[..i].contains(&free[i]);
        if free[i] >= *size && !tried_alike {
            free[i] -= size;
            let fits = pack(rest, free);
            free[i] += size;
            if fits {
                return true;
            }
        }
    }
    false
}

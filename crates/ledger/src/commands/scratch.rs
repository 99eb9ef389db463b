//! Finding places for instances one after another, each as if the ones before stood already: what a command may decide
//! about many at once without changing anything.

use crate::instance::{Attachment, Charge, Choice, Place};
use crate::placing::Placing;
use crate::{
    AccountId, ClassName, Course, Instance, Ledger, MatchCriteria, Moment, Phase, Platform, Reservation, ReservationId,
    Tag, TypeName, ZoneName,
};
use std::collections::BTreeMap;

/// Why an instance has no place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlaceRefusal {
    /// It may be taken away at any time, so it cannot use a reservation.
    Spot,
    /// Its owner has no reservation of this id.
    NoReservation,
    /// The reservation is over, or has not begun.
    NotActive,
    /// It is for another instance type, or for smaller ones of this type.
    OtherType,
    /// It is in another zone.
    OtherZone,
    /// It is for instances that are paid for by use.
    OtherCharge,
    /// It is for another operating system.
    OtherPlatform,
    /// It may not be used at this hour.
    NotNow,
    /// All its slots are used.
    Full,
    /// No host of the class stands in the zone.
    NoPool,
    /// No host of the class could ever hold it.
    TooLarge,
    /// Not enough is left; for a promised slot only when hosts went away.
    NoStock,
}

/// What an instance must be to be placed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wish<'a> {
    pub(crate) owner: &'a AccountId,
    pub(crate) zone: &'a ZoneName,
    pub(crate) class: &'a ClassName,
    pub(crate) instance_type: &'a TypeName,
    pub(crate) size: u32,
    pub(crate) platform: Platform,
    pub(crate) charge: Charge,
    pub(crate) spot: bool,
    pub(crate) creation_tags: &'a [Tag],
    pub(crate) attachment: Attachment,
}

impl<'a> Wish<'a> {
    pub(crate) fn of(instance: &'a Instance) -> Self {
        Self {
            owner: &instance.owner,
            zone: &instance.zone,
            class: &instance.class,
            instance_type: &instance.instance_type,
            size: instance.size,
            platform: instance.platform,
            charge: instance.charge,
            spot: instance.spot,
            creation_tags: &instance.creation_tags,
            attachment: instance.attachment,
        }
    }
}

/// The ledger, and what has been taken of it in thought.
#[derive(Debug)]
pub(crate) struct Scratch<'a> {
    ledger: &'a Ledger,
    now: Moment,
    /// Those of which something was taken. One command knows few, mostly one.
    pools: Vec<(&'a ZoneName, &'a ClassName, Placing<'a>)>,
    taken: BTreeMap<ReservationId, u32>,
}

impl<'a> Scratch<'a> {
    pub(crate) const fn of(ledger: &'a Ledger, now: Moment) -> Self {
        Self { ledger, now, pools: Vec::new(), taken: BTreeMap::new() }
    }

    /// The place of one more instance.
    pub(crate) fn place(&mut self, wish: &Wish<'a>) -> Result<Place, PlaceRefusal> {
        match wish.attachment {
            Attachment::None => self.on_open_capacity(wish, Choice::NotAsked),
            Attachment::Target(id) => {
                let reservation = self.target(wish, &id)?;
                self.in_slot(reservation, Choice::Named).ok_or(PlaceRefusal::NoStock)
            }
            Attachment::Open => match self.first_open(wish) {
                Some((reservation, among)) => {
                    let place = self.in_slot(reservation, Choice::First { among });
                    place.map_or_else(|| self.on_open_capacity(wish, Choice::NoneMatched), Ok)
                }
                None => self.on_open_capacity(wish, Choice::NoneMatched),
            },
        }
    }

    /// The reservation that is named, if the instance may use it and it has a slot left.
    pub(crate) fn target(&self, wish: &Wish<'_>, id: &ReservationId) -> Result<&'a Reservation, PlaceRefusal> {
        if wish.spot {
            return Err(PlaceRefusal::Spot);
        }
        let found = self.ledger.reservation(id).filter(|found| found.owner == *wish.owner);
        let reservation = found.ok_or(PlaceRefusal::NoReservation)?;
        if reservation.phase != Phase::Active {
            return Err(PlaceRefusal::NotActive);
        }
        matches(reservation, wish, self.now)?;
        if self.left(reservation) == 0 { Err(PlaceRefusal::Full) } else { Ok(reservation) }
    }

    /// The open reservation that comes first, and how many there were.
    pub(crate) fn first_open(&self, wish: &Wish<'a>) -> Option<(&'a Reservation, u32)> {
        if wish.spot {
            return None;
        }
        let open = self.ledger.open_for(wish.owner, wish.zone, wish.instance_type);
        let usable = open.filter(|it| {
            matches(it, wish, self.now).is_ok() && same_tags(&it.creation_tags, wish.creation_tags) && self.left(it) > 0
        });
        let mut among = 0;
        let turns = usable.map(|it| {
            among += 1;
            ((it.end, self.left(it), it.made, it.id), it)
        });
        let first = turns.min_by_key(|(turn, _)| *turn).map(|(_, it)| it);
        first.map(|it| (it, among))
    }

    fn left(&self, reservation: &Reservation) -> u32 {
        let taken = self.taken.get(&reservation.id).copied().unwrap_or(0);
        reservation.count.saturating_sub(self.ledger.used(&reservation.id)).saturating_sub(taken)
    }

    fn in_slot(&mut self, reservation: &'a Reservation, choice: Choice) -> Option<Place> {
        let pool = self.pool(&reservation.zone, &reservation.class)?;
        let (host, units) = pool.promised(reservation.size)?;
        *self.taken.entry(reservation.id).or_default() += 1;
        Some(Place { host, units, reservation: Some(reservation.id), choice })
    }

    fn on_open_capacity(&mut self, wish: &Wish<'a>, choice: Choice) -> Result<Place, PlaceRefusal> {
        let placing = self.pool(wish.zone, wish.class).filter(|it| it.pool().hosts() > 0);
        let placing = placing.ok_or(PlaceRefusal::NoPool)?;
        if placing.pool().ladder().rung_for(wish.size).is_none() {
            return Err(PlaceRefusal::TooLarge);
        }
        let (host, units) = placing.open(wish.size).ok_or(PlaceRefusal::NoStock)?;
        Ok(Place { host, units, reservation: None, choice })
    }

    fn pool(&mut self, zone: &'a ZoneName, class: &'a ClassName) -> Option<&mut Placing<'a>> {
        let known = self.pools.iter().position(|(its_zone, its_class, _)| *its_zone == zone && *its_class == class);
        if known.is_none() {
            self.pools.push((zone, class, Placing::of(self.ledger.pool(zone, class)?)));
        }
        let at = known.unwrap_or(self.pools.len() - 1);
        self.pools.get_mut(at).map(|(.., placing)| placing)
    }
}

/// Whether an instance may use a reservation, but for tags and for what is left of it: in the order in which the
/// trouble is told.
fn matches(reservation: &Reservation, wish: &Wish<'_>, now: Moment) -> Result<(), PlaceRefusal> {
    let alike = reservation.instance_type == *wish.instance_type && reservation.class == *wish.class;
    // A type can be described otherwise in the meantime; what was promised of it stays what it was.
    if !alike || wish.size > reservation.size {
        return Err(PlaceRefusal::OtherType);
    }
    if reservation.zone != *wish.zone {
        return Err(PlaceRefusal::OtherZone);
    }
    if wish.charge != Charge::PostPaid {
        return Err(PlaceRefusal::OtherCharge);
    }
    let assured = match &reservation.course {
        Course::Assured(paid) => Some(paid),
        Course::Immediate | Course::Windowed { .. } => None,
    };
    // Assurances are for any operating system.
    if assured.is_none() && reservation.platform != wish.platform {
        return Err(PlaceRefusal::OtherPlatform);
    }
    if assured.is_some_and(|paid| !paid.is_usable(reservation.starts, now)) {
        return Err(PlaceRefusal::NotNow);
    }
    Ok(())
}

/// An open reservation is for instances made with the very tags that it was made with.
fn same_tags(one: &[Tag], other: &[Tag]) -> bool {
    one.len() == other.len() && one.iter().all(|tag| other.contains(tag))
}

/// Whether a reservation of this kind is taken without being named.
pub(crate) const fn is_open(reservation: &Reservation) -> bool {
    matches!(reservation.matching, MatchCriteria::Open)
}

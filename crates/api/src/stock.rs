//! Stock that is set: what is to be had no more is promised to nobody, by reservations that nobody can use. They are
//! ordinary facts of the ledger, so whatever admits, tells, counts or draws capacity goes by them without knowing of
//! them. Knows no parameter.

use crate::instance_id::nth;
use crate::limits::STOCK_STRETCHES_MAX;
use crate::{Context, pool_id};
use ledger::limits::INSTANCES_MAX;
use ledger::{
    AccountId, ClassName, Course, End, Entry, Kind, MatchCriteria, Moment, Phase, Platform, Pool, Reservation,
    ReservationId, TypeName, Why, Window, ZoneName,
};
use rpc::time::LATEST_SECONDS;

/// Whose they are: no account can have such an id.
const NOBODY: &str = "nobody";

/// The stock of a zone and class of hosts.
pub struct Stock<'a> {
    context: &'a Context<'a>,
    zone: &'a ZoneName,
    class: &'a ClassName,
    /// As it would be.
    pool: Pool,
    entries: Vec<Entry>,
}

impl<'a> Stock<'a> {
    /// As it is when nothing is held any more.
    pub fn lifted(context: &'a Context<'a>, zone: &'a ZoneName, class: &'a ClassName, pool: &Pool) -> Self {
        let mut stock = Self { context, zone, class, pool: pool.clone(), entries: Vec::new() };
        let nobody = AccountId::from(NOBODY);
        let held = context.ledger.held_of(&nobody, Kind::CapacityReservation, None);
        for held in held.filter(|it| it.zone == *zone && it.class == *class) {
            stock.pool.promise(held.counts_for(), held.size, -i64::from(held.count));
            let (id, at) = (held.id, context.now);
            stock.entries.extend([Entry::Released { id, at, why: Why::ByHand }, Entry::Forgotten { id }]);
        }
        stock
    }

    /// How many instances of so many units each could be had from now on for good.
    pub fn available(&self, size: u32) -> u64 {
        self.pool.available_in(Window::from(self.context.now), size)
    }

    /// The facts that bring it about.
    pub fn facts(self) -> Vec<Entry> {
        self.entries
    }

    /// Holds everything but so many instances of so many units each, for which there is room: whatever is free for good,
    /// and then what is free for some hours alone, because windows take it at others. Nothing if there is no id to be had.
    pub fn leave(&mut self, instance_type: &TypeName, size: u32, count: u32) -> Option<()> {
        let for_good = Window::from(self.context.now);
        self.pool.promise(for_good, size, i64::from(count));
        self.fill(instance_type, for_good)?;
        let changes = self.pool.need_after(self.context.now).into_iter().map(|(at, _)| at);
        let moments = std::iter::once(self.context.now).chain(changes).take(STOCK_STRETCHES_MAX);
        let moments: Vec<Moment> = moments.chain([Moment(LATEST_SECONDS)]).collect();
        for stretch in moments.windows(2) {
            self.fill(instance_type, Window { start: stretch[0], end: Some(stretch[1]) })?;
        }
        self.pool.promise(for_good, size, -i64::from(count));
        Some(())
    }

    /// Holds what is free in a window: as few large pieces as there are, then smaller ones.
    fn fill(&mut self, instance_type: &TypeName, window: Window) -> Option<()> {
        for rung in self.pool.ladder().rungs().to_vec().into_iter().rev() {
            let mut left = self.pool.available_in(window, rung);
            while left > 0 {
                let count = u32::try_from(left).map_or(INSTANCES_MAX, |left| left.min(INSTANCES_MAX));
                self.pool.promise(window, rung, i64::from(count));
                let held = self.held(instance_type, window, rung, count)?;
                self.entries.push(Entry::Reserved(Box::new(held)));
                left -= u64::from(count);
            }
        }
        Some(())
    }

    fn held(&self, instance_type: &TypeName, window: Window, size: u32, count: u32) -> Option<Reservation> {
        let now = self.context.now;
        let phase = if window.start <= now { Phase::Active } else { Phase::Prepared };
        let windowed = Course::Windowed { notice_seconds: 0, noticed: false };
        let (course, end) = window.end.map_or((Course::Immediate, End::ByHand), |end| (windowed, End::At(end)));
        Some(Reservation {
            id: self.fresh()?,
            owner: AccountId::from(NOBODY),
            zone: self.zone.clone(),
            class: self.class.clone(),
            instance_type: instance_type.clone(),
            size,
            count,
            matching: MatchCriteria::Target,
            platform: Platform::Linux,
            group: Box::default(),
            name: "SetStock".into(),
            description: Box::default(),
            tags: Box::default(),
            creation_tags: Box::default(),
            course,
            made: now,
            starts: window.start,
            end,
            phase,
        })
    }

    fn fresh(&self) -> Option<ReservationId> {
        let region = self.context.directory.regions.get(self.context.region)?;
        pool_id::fresh(Kind::CapacityReservation, &region.code, nth(self.context.draw, self.entries.len()))
    }
}
